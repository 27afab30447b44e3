"""What is claimed of collection points."""

from demo_data.export.certificate import Claims, each_row, no_row
from demo_data.tea.claims import in_region, near_place

certificate = Claims(
    (
        each_row(
            "id is the region's, -cp- and three digits or more",
            "collection_points",
            "starts_with(id, region_id) AND regexp_matches(substr(id, length(region_id) + 1), '^-cp-[0-9]{3,}$')",
        ),
        *in_region("collection_points", "location"),
        near_place("collection_points"),
        no_row(
            "region_id is that of its factory",
            "collection_points",
            "factories",
            violations="""SELECT 1 FROM collection_points AS p JOIN factories AS f ON f.id = p.factory_id
WHERE p.region_id != f.region_id""",
        ),
        no_row(
            "farmer_ids: they live in its region",
            "collection_points",
            "farmers",
            violations="""SELECT 1 FROM members JOIN farmers ON farmers.id = members.farmer
WHERE farmers.region_id != members.region""",
        ),
        no_row(
            "farmer_ids: nobody twice",
            "collection_points",
            violations="SELECT 1 FROM members GROUP BY point, farmer HAVING count(*) > 1",
        ),
        no_row(
            "farmer_ids: nobody is on more than two points, or on points of two factories",
            "collection_points",
            violations="""SELECT 1 FROM members
GROUP BY farmer HAVING count(DISTINCT point) > 2 OR count(DISTINCT factory) > 1""",
        ),
        no_row(
            "farmer_ids: who is on a point is on an active one",
            "collection_points",
            violations="SELECT 1 FROM members GROUP BY farmer HAVING NOT bool_or(status = 'active')",
        ),
        each_row("an inactive one has no farmers", "collection_points", "status != 'inactive' OR len(farmer_ids) = 0"),
        no_row(
            "updated_at: not before a member registered",
            "collection_points",
            "farmers",
            violations="""SELECT 1 FROM members JOIN farmers ON farmers.id = members.farmer
JOIN collection_points AS p ON p.id = members.point WHERE farmers.registration_date > p.updated_at""",
        ),
        no_row(
            "name: points of a region that are named after one place, and have farmers, are of one factory",
            "collection_points",
            violations="""WITH named AS (
  SELECT t.id, t.region_id, t.factory_id, arg_max(p.place, length(p.place)) AS place
  FROM collection_points AS t JOIN places AS p
    ON p.slug = split_part(t.region_id, '-', 1) AND starts_with(t.name || ' ', p.place || ' ')
  WHERE len(t.farmer_ids) > 0 GROUP BY ALL
)
SELECT 1 FROM named GROUP BY region_id, place HAVING count(DISTINCT factory_id) > 1""",
        ),
        no_row(
            "capacity.max_daily_kg: no day brings more, within five years of born",
            "collection_points",
            "documents",
            violations="""WITH days AS (
  SELECT point, day, sum(kg) AS kg FROM deliveries
  WHERE kg < 1000 AND day <= getvariable('born')::DATE + 1825 GROUP BY ALL
)
SELECT 1 FROM days JOIN collection_points AS p ON p.id = days.point
WHERE p.capacity.max_daily_kg > 0 AND round(days.kg, 1) > p.capacity.max_daily_kg""",
        ),
    )
)
