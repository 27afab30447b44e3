"""What is claimed of farmers."""

from demo_data.export.certificate import Claims, Definition, each_row, no_row, text
from demo_data.tea.claims import in_region
from demo_data.tea.kenya.national_ids import AGE, series
from demo_data.tea.kenya.people import GENDERS, communities, communities_of
from demo_data.tea.kenya.places import counties

_PEOPLE = Definition(
    (),
    "\n".join(
        (
            "-- Whose names are whose: the communities of each county, and their names by gender.",
            "CREATE OR REPLACE TEMP TABLE dwellers (slug VARCHAR, community VARCHAR, language VARCHAR);",
            "INSERT INTO dwellers VALUES "
            + ", ".join(
                f"({text(at.slug)}, {text(people.name)}, {text(people.language) if people.language else 'NULL'})"
                for at in counties()
                for people, _ in communities_of(at.slug)
            )
            + ";",
            "CREATE OR REPLACE TEMP TABLE names (community VARCHAR, gender VARCHAR, kind VARCHAR, name VARCHAR);",
            *(
                f"INSERT INTO names SELECT {text(people.name)}, '{gender}', '{kind}', unnest(["
                + ", ".join(text(name) for name in getattr(people, kind)[gender])
                + "]);"
                for people in communities().values()
                for kind in ("given", "family")
                for gender in GENDERS
            ),
            "-- Every community and gender that bear a farmer's names.",
            """CREATE OR REPLACE TEMP TABLE fitting AS
SELECT f.id AS farmer, d.community, g.gender, d.language FROM farmers AS f
JOIN dwellers AS d ON d.slug = split_part(f.region_id, '-', 1)
JOIN names AS g ON g.kind = 'given' AND g.community = d.community AND g.name = f.first_name
JOIN names AS h ON h.kind = 'family' AND h.community = d.community AND h.gender = g.gender AND h.name = f.last_name;""",
        )
    ),
)

_CARDS = Definition(
    (),
    f"""
-- The first number of the identity cards of those born in a year, and of the next year that is known.
CREATE OR REPLACE TEMP TABLE cards AS
SELECT born, number, lead(born) OVER (ORDER BY born) AS next_born, lead(number) OVER (ORDER BY born) AS next_number
FROM (VALUES {", ".join(f"({each.born}, {each.number})" for each in series())}) AS known(born, number);""",
)

_STORY_DAYS = """WITH told AS (
  SELECT s.*, f.is_active,
    local_time(f.registration_date)::DATE AS registered, local_time(f.updated_at)::DATE AS left_on
  FROM stories AS s JOIN farmers AS f ON f.id = s.farmer
)"""

certificate = Claims(
    (
        each_row(
            "farm_scale follows from hectares: smallholder below 1, medium to 5, estate above",
            "farmers",
            """farm_scale =
  CASE WHEN farm_size_hectares < 1 THEN 'smallholder' WHEN farm_size_hectares <= 5 THEN 'medium' ELSE 'estate' END""",
        ),
        *in_region("farmers", "farm_location"),
        each_row(
            "national_id: eight digits, or seven, the first not 0",
            "farmers",
            "regexp_full_match(national_id, '[1-9][0-9]{6,7}')",
        ),
        no_row(
            "national_id: once each",
            "farmers",
            violations="SELECT 1 FROM farmers GROUP BY national_id HAVING count(*) > 1",
        ),
        each_row(
            "grower_number: GN- and five digits or more", "farmers", "regexp_full_match(grower_number, 'GN-[0-9]{5,}')"
        ),
        no_row(
            "national_id: issued by the year of registering, but for numbers that are needed for all there can be",
            "farmers",
            violations=f"""WITH ever AS (
  SELECT 4200000 + greatest((SELECT count(*) FROM farmers), coalesce(
    json_extract(content, '$.settings.farmers.count')::DOUBLE
    * (1 + json_extract(content, '$.settings.farmers.joining')::DOUBLE), 0)) AS spare FROM read_text('recipe.json')
), holders AS (
  SELECT TRY_CAST(national_id AS BIGINT) AS card, year(local_time(registration_date)) + 1 - {AGE} AS latest FROM farmers
)
SELECT 1 FROM ever, holders JOIN cards ON latest >= born AND (next_born IS NULL OR latest < next_born)
WHERE card > greatest(spare, 2000000,
  coalesce(number + (latest - born) / (next_born - born) * (next_number - number), number) + 1)""",
        ),
        no_row(
            "grower_number: once each",
            "farmers",
            violations="""SELECT 1 FROM farmers WHERE grower_number IS NOT NULL
GROUP BY grower_number HAVING count(*) > 1""",
        ),
        no_row(
            "first_name and last_name: one community of the county has one gender that bears both",
            "farmers",
            violations="SELECT 1 FROM farmers ANTI JOIN fitting ON fitting.farmer = farmers.id",
        ),
        no_row(
            "pref_lang: a community's own language is preferred only by whose names fit it",
            "farmers",
            violations="""SELECT 1 FROM farmers WHERE pref_lang IN (SELECT language FROM dwellers)
AND NOT EXISTS (FROM fitting WHERE fitting.farmer = farmers.id AND fitting.language = farmers.pref_lang)""",
        ),
        no_row(
            "who is active is on a collection point",
            "farmers",
            "collection_points",
            violations="SELECT 1 FROM farmers ANTI JOIN members ON members.farmer = farmers.id WHERE is_active",
        ),
        no_row(
            "registration_date: not before a point that lists the farmer was opened",
            "farmers",
            "collection_points",
            violations="""SELECT 1 FROM farmers JOIN (
  SELECT farmer, min(created_at) AS opened FROM members JOIN collection_points AS p ON p.id = point GROUP BY ALL
) AS m ON m.farmer = farmers.id WHERE registration_date < opened""",
        ),
        no_row(
            "farm_location: within 6 km of a collection point that the farmer is on",
            "farmers",
            "collection_points",
            violations="""SELECT farmers.id FROM farmers JOIN members ON members.farmer = farmers.id
JOIN collection_points AS p ON p.id = members.point
GROUP BY farmers.id HAVING min(kilometres(farm_location.latitude, farm_location.longitude,
  p.location.latitude, p.location.longitude)) > 6""",
        ),
        no_row(
            "registration_date: not after the first delivery",
            "farmers",
            "documents",
            violations="""SELECT 1 FROM farmers
JOIN (SELECT farmer, min(moment) AS first FROM deliveries GROUP BY ALL) AS d ON d.farmer = farmers.id
WHERE local_time(registration_date) > first""",
        ),
        no_row(
            "every block (one for each hectare begun) delivers within 18 days of registering and before leaving",
            "farmers",
            "documents",
            violations="""WITH days AS (SELECT farmer, list(day ORDER BY day) AS days FROM deliveries GROUP BY ALL),
known AS (
  SELECT greatest(getvariable('first_day')::DATE - 1, local_time(registration_date)::DATE) AS begins,
    CASE WHEN is_active THEN getvariable('as_of')::DATE + 1 ELSE local_time(updated_at)::DATE END AS ends,
    greatest(1, ceil(farm_size_hectares))::BIGINT AS blocks, days
  FROM farmers LEFT JOIN days ON farmer = id
)
SELECT 1 FROM known WHERE coalesce(days[blocks], ends) - begins > 18 OR ends - days[-blocks] > 18""",
        ),
        no_row(
            "scenarios are known ones, of farmers, one in a season",
            "farmers",
            violations="""SELECT farmer FROM stories
WHERE scenario NOT IN (SELECT scenario FROM shown UNION SELECT 'inactive') OR farmer NOT IN (SELECT id FROM farmers)
UNION ALL SELECT farmer FROM stories GROUP BY first, farmer HAVING count(*) > 1""",
        ),
        no_row(
            "seasons of scenarios last 90 days, one after the other; one ends on the day of `born`, the last has begun",
            "farmers",
            violations="""SELECT 1 FROM (SELECT DISTINCT first, last FROM stories) WHERE last - first != 89
  OR (last - getvariable('born')::DATE) % 90 != 0 OR last < getvariable('born')
  OR first > greatest(getvariable('as_of'), getvariable('born'))
UNION ALL SELECT 1 FROM (SELECT max(last) AS last FROM stories) WHERE last < getvariable('as_of')""",
        ),
        no_row(
            "who has a scenario is active on the season's first day, in the oldest one at its end; `inactive` is not",
            "farmers",
            violations=f"""{_STORY_DAYS}
SELECT 1 FROM (SELECT *, CASE WHEN last = getvariable('born') THEN last ELSE first END AS due FROM told)
WHERE registered >= due OR CASE WHEN scenario = 'inactive' THEN is_active ELSE NOT is_active AND left_on < due END""",
        ),
        no_row(
            "the scenario `inactive` has the same farmers in all seasons",
            "farmers",
            violations="""SELECT farmer FROM stories WHERE scenario = 'inactive'
GROUP BY farmer HAVING count(*) != (SELECT count(DISTINCT first) FROM stories)""",
        ),
        no_row(
            "who has a scenario delivers in each fifth of the season that lies in the history and the membership",
            "farmers",
            "documents",
            violations=f"""{_STORY_DAYS},
parts AS (
  SELECT *, first + (18 * part)::INTEGER AS begins FROM told, range(5) AS five(part) WHERE scenario != 'inactive'
)
SELECT 1 FROM parts WHERE begins >= getvariable('first_day') AND begins + 17 <= getvariable('as_of')
  AND registered < begins AND (is_active OR left_on > begins + 17)
  AND NOT EXISTS (FROM deliveries AS d WHERE d.farmer = parts.farmer AND d.day >= begins AND d.day <= begins + 17)""",
        ),
    ),
    (_PEOPLE, _CARDS),
)
