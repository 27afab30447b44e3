"""What is claimed of records of several tables, and what claims build on. Nothing here comes from rules or recipes."""

from __future__ import annotations

from datetime import date, datetime

from demo_data.export.certificate import Claims, Definition, column, each_row, no_row
from demo_data.schema.tree import tree
from demo_data.tea import DOMAIN
from demo_data.tea.kenya.phones import prefixes

_CLOCKS = Definition(
    (),
    """
-- A moment by Kenya's clocks, which are three hours ahead of UTC.
CREATE OR REPLACE TEMP MACRO local_time(moment) AS make_timestamp(epoch_us(moment)) + INTERVAL 3 HOUR;
-- The world ends on its last day at 21:00 in Kenya.
CREATE OR REPLACE TEMP MACRO world_end() AS getvariable('as_of')::TIMESTAMP + INTERVAL 21 HOUR;
-- Whether clerks are at work: from Monday to Friday, 7:00 to 16:00 in Kenya.
CREATE OR REPLACE TEMP MACRO at_work(moment) AS
  isodow(local_time(moment)) <= 5 AND local_time(moment)::TIME BETWEEN TIME '07:00' AND TIME '16:00';
-- Kilometres between two places in degrees, on a sphere (haversine).
CREATE OR REPLACE TEMP MACRO kilometres(lat1, lng1, lat2, lng2) AS 2 * 6371.0088 * asin(sqrt(
  sin(radians(lat2 - lat1) / 2) ** 2 + cos(radians(lat1)) * cos(radians(lat2)) * sin(radians(lng2 - lng1) / 2) ** 2));
""",
)

_STORIES = Definition(
    ("farmers",),
    """
-- Who has which scenario in which season (of 90 days, from 0), as recipe.json tells.
CREATE OR REPLACE TEMP TABLE stories AS
WITH seasons AS (
  SELECT unnest(from_json(json_extract(content, '$.scenarios.farmers'),
    '[{"first": "DATE", "last": "DATE", "stories": "MAP(VARCHAR, VARCHAR[])"}]')) AS season
  FROM read_text('recipe.json')
), told AS (
  SELECT season.first AS first, season.last AS last, unnest(map_entries(season.stories)) AS story FROM seasons
)
SELECT first, last, story.key AS scenario, unnest(story.value) AS farmer FROM told;
-- What each scenario shows in each fifth of a season.
CREATE OR REPLACE TEMP TABLE shown (scenario VARCHAR, tiers VARCHAR[]);
INSERT INTO shown VALUES
  ('consistently_poor', ['tier_3', 'tier_3', 'reject', 'tier_3', 'tier_3']),
  ('improving_trend', ['tier_3', 'tier_3', 'tier_2', 'tier_2', 'tier_1']),
  ('top_performer', ['tier_1', 'tier_1', 'tier_1', 'tier_1', 'tier_1']),
  ('declining_trend', ['tier_1', 'tier_2', 'tier_2', 'tier_3', 'tier_3']);
""",
)

_MEMBERS = Definition(
    ("collection_points",),
    """
-- Who is listed at which collection point.
CREATE OR REPLACE TEMP TABLE members AS
SELECT id AS point, factory_id AS factory, region_id AS region, status, unnest(farmer_ids) AS farmer
FROM collection_points;
""",
)

_DELIVERIES = Definition(
    ("documents",),
    """
-- Documents as deliveries, by Kenya's clocks.
CREATE OR REPLACE TEMP TABLE deliveries AS
SELECT document_id, linkage_fields.farmer_id AS farmer, linkage_fields.factory_id AS factory,
  linkage_fields.collection_point_id AS point, linkage_fields.grading_model_id AS model,
  local_time(ingestion.received_at) AS moment, local_time(ingestion.received_at)::DATE AS day,
  extracted_fields.bag_summary.total_weight_kg AS kg, extracted_fields.bag_summary.primary_percentage AS percent,
  extracted_fields.bag_summary.grade AS grade, ingestion.source_id AS source
FROM documents;
""",
)

_LIMITS = {datetime: "local_time({}) <= world_end()", date: "{} <= getvariable('as_of')"}

_nothing_later = [
    each_row(
        f"{node.path}: not after the last day, 21:00 in Kenya", table, _LIMITS[node.type].format(column(node.path))
    )
    for table, model in DOMAIN.models.items()
    for node in tree(model).leaves()
    if node.type in _LIMITS
]

_created_first = [
    each_row("created_at is not after updated_at", table, "created_at <= updated_at")
    for table, model in DOMAIN.models.items()
    if "updated_at" in model.model_fields
]

_nothing_happens = [
    each_row("nothing ever happens to it: updated_at is created_at", table, "updated_at = created_at")
    for table in ("regions", "factories", "grading_models", "farmer_performance")
]

_registers = [
    each_row(f"{field}: on a weekday, 7:00 to 16:00 in Kenya", table, f"at_work({field})")
    for table, field in (
        ("farmers", "registration_date"),
        ("factories", "created_at"),
        ("collection_points", "created_at"),
    )
]

_PHONES = {"farmers": "contact.phone", "factories": "contact.phone", "collection_points": "clerk_phone"}
_MOBILE = rf"^\+254({'|'.join(str(prefix.prefix) for prefix in prefixes())})[0-9]{{6}}$"
_EMAIL = r"^[A-Za-z0-9._%+''-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}$"

_phones = [
    each_row(
        f"{path}: empty, or +254 and nine digits on a mobile prefix assigned in Kenya",
        table,
        f"{path} = '' OR regexp_matches({path}, '{_MOBILE}')",
    )
    for table, path in _PHONES.items()
]

_phone_once = no_row(
    "contact.phone: no phone twice, among farmers, factories and clerks",
    *_PHONES,
    violations="SELECT phone FROM ("
    + " UNION ALL ".join(f"SELECT {path} AS phone FROM {table}" for table, path in _PHONES.items())
    + ") WHERE phone != '' GROUP BY phone HAVING count(*) > 1",
)

_emails = [
    each_row(
        "contact.email: empty, or well formed",
        table,
        f"contact.email = '' OR regexp_matches(contact.email, '{_EMAIL}')",
    )
    for table in ("farmers", "factories")
]

certificate = Claims(
    (*_nothing_later, *_created_first, *_nothing_happens, *_registers, *_phones, _phone_once, *_emails),
    (_CLOCKS, _MEMBERS, _DELIVERIES, _STORIES),
)
