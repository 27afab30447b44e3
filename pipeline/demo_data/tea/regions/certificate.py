"""What is claimed of regions."""

from demo_data.export.certificate import Claims, Definition, each_row, no_row, text
from demo_data.tea.kenya.places import counties, places

_TEA = Definition(
    (),
    "\n".join(
        (
            "-- The counties where tea grows, with the middle of their tea, and the places that give names.",
            "CREATE OR REPLACE TEMP TABLE counties (slug VARCHAR, lat DOUBLE, lng DOUBLE);",
            "INSERT INTO counties VALUES "
            + ", ".join(f"({text(at.slug)}, {at.lat}, {at.lng})" for at in counties())
            + ";",
            "CREATE OR REPLACE TEMP TABLE places (slug VARCHAR, place VARCHAR, lat DOUBLE, lng DOUBLE);",
            "INSERT INTO places VALUES "
            + ", ".join(
                f"({text(county.slug)}, {text(at.place)}, "
                f"{'NULL' if at.lat is None else at.lat}, {'NULL' if at.lng is None else at.lng})"
                for county in counties()
                for at in places(county.slug)
            )
            + ";",
        )
    ),
)

certificate = Claims(
    (
        each_row(
            "region_id is the county and the band",
            "regions",
            "region_id = regexp_replace(lower(county), '[^a-z0-9]', '', 'g') || '-' || geography.altitude_band.label",
        ),
        each_row(
            "name is the county and the band",
            "regions",
            "lower(name) = lower(county || ' ' || geography.altitude_band.label)"
            " AND regexp_matches(name, '[A-Z][a-z]+$')",
        ),
        each_row(
            "altitudes lie inside the band: lowland to 800 m, midland to 1200 m, highland above",
            "regions",
            """CASE geography.altitude_band.label
  WHEN 'lowland' THEN geography.altitude_band.max_meters <= 800
  WHEN 'midland' THEN geography.altitude_band.min_meters >= 800 AND geography.altitude_band.max_meters <= 1200
  WHEN 'highland' THEN geography.altitude_band.min_meters >= 1200 AND geography.altitude_band.max_meters <= 9000 END""",
        ),
        each_row(
            "max_meters is at least min_meters",
            "regions",
            "geography.altitude_band.max_meters >= geography.altitude_band.min_meters",
        ),
        no_row(
            "geography.boundary: rings are closed",
            "regions",
            violations="""SELECT 1 FROM regions, unnest(geography.boundary.rings) AS ring(item)
WHERE ring.item.points[1] != ring.item.points[-1]""",
        ),
        no_row(
            "lies about the middle of its county's tea",
            "regions",
            violations="""SELECT 1 FROM regions LEFT JOIN counties ON slug = split_part(region_id, '-', 1)
WHERE (kilometres(geography.center_gps.lat, geography.center_gps.lng, lat, lng) <= geography.radius_km) IS NOT TRUE""",
        ),
        no_row(
            "farms cover less than 0.7 of its land",
            "regions",
            "farmers",
            violations="""SELECT 1 FROM regions
JOIN (SELECT region_id, sum(farm_size_hectares) / 100 AS farms FROM farmers GROUP BY ALL) USING (region_id)
WHERE farms >= 0.7 * coalesce(geography.area_km2, pi() * geography.radius_km ** 2)""",
        ),
    ),
    (_TEA,),
)
