"""What is claimed of documents: deliveries, what the analyser counted, and what they are linked to."""

from itertools import pairwise

from demo_data.export.certificate import Claims, each_row, no_row

TABLE = "documents"

_BAG = "extracted_fields.bag_summary"
_TYPES = f"{_BAG}.leaf_type_distribution"
_REST = "extracted_fields.leaf_analysis"


def _model(name: str, holds: str) -> str:
    return f"extracted_fields.grading_model_id != '{name}' OR ({holds})"


def _sum(path: str, *names: str) -> str:
    return "(" + " + ".join(f'coalesce({path}."{name}", 0)' for name in names) + ")"


_TBK, _KTDA = "tbk_kenya_tea_v1", "ktda_ternary_v1"
_TBK_TYPES = ("bud", "one_leaf_bud", "two_leaves_bud", "three_plus_leaves_bud", "banji", "coarse_leaf", "other")
_KTDA_TYPES = ("fine", "medium", "coarse", "stalks", "other")
_COARSE = ("none", "double_luck", "triple_luck", "super_coarse")
_HARDNESS, _MOISTURE = ("soft", "hard"), ("optimal", "wet", "dry")


def _none(path: str, *names: str) -> str:
    return " AND ".join(f'{path}."{name}" IS NULL' for name in names)


_CLASSES = {
    _TBK: _none(_TYPES, *(name for name in _KTDA_TYPES if name not in _TBK_TYPES))
    + " AND "
    + _none(f"{_REST}.moisture_level", *_MOISTURE),
    _KTDA: _none(_TYPES, *(name for name in _TBK_TYPES if name not in _KTDA_TYPES))
    + " AND "
    + _none(f"{_REST}.coarse_subtype", *_COARSE)
    + " AND "
    + _none(f"{_REST}.banji_hardness", *_HARDNESS),
}
_COUNTS = {
    _TBK: f"{_sum(_TYPES, *_TBK_TYPES)} = 200 AND {_sum(f'{_REST}.coarse_subtype', *_COARSE)} = 200"
    f' AND coalesce({_REST}.coarse_subtype."none", 0) = 200 - coalesce({_TYPES}.coarse_leaf, 0)'
    f" AND {_sum(f'{_REST}.banji_hardness', *_HARDNESS)} = coalesce({_TYPES}.banji, 0)",
    _KTDA: f"{_sum(_TYPES, *_KTDA_TYPES)} = 200 AND {_sum(f'{_REST}.moisture_level', *_MOISTURE)} = 200",
}
_REJECTED = {
    _TBK: f"{_sum(_TYPES, 'three_plus_leaves_bud', 'coarse_leaf')} + {_sum(f'{_REST}.banji_hardness', 'hard')}",
    _KTDA: _sum(_TYPES, "stalks", "other"),
}
_STEPS = (
    "ingestion.received_at",
    "raw_document.stored_at",
    "extraction.extraction_timestamp",
    "ingestion.processed_at",
    "created_at",
)
_STORED, _RECEIVED = "local_time(raw_document.stored_at)", "local_time(ingestion.received_at)"

certificate = Claims(
    (
        each_row(
            "document_id is DOC-, the farmer's id, and the delivery's number in four digits or more",
            TABLE,
            """starts_with(document_id, 'DOC-' || linkage_fields.farmer_id || '-')
  AND regexp_full_match(substr(document_id, length(linkage_fields.farmer_id) + 6), '[0-9]{4,}')""",
        ),
        each_row(
            "raw_document.content_hash is sha256: and 64 digits",
            TABLE,
            "regexp_full_match(raw_document.content_hash, 'sha256:[0-9a-f]{64}')",
        ),
        each_row(
            "what was extracted is what it is linked to: farmer, factory, collection point, grading model",
            TABLE,
            " AND ".join(
                f"extracted_fields.{name} = linkage_fields.{name}"
                for name in ("farmer_id", "factory_id", "collection_point_id", "grading_model_id")
            ),
        ),
        each_row(
            "received, stored, extracted, processed and created in this order",
            TABLE,
            " AND ".join(f"{before} <= {after}" for before, after in pairwise(_STEPS)),
        ),
        each_row("all of a delivery happens on its day", TABLE, f"local_time(created_at)::DATE = {_RECEIVED}::DATE"),
        each_row(
            "what is uploaded by hand is stored on its day, from 7:00 to 16:00, or 21:00 if delivered after 15:00",
            TABLE,
            f"""ingestion.source_id != 'manual-upload' OR ({_STORED}::DATE = {_RECEIVED}::DATE
  AND {_STORED}::TIME BETWEEN TIME '07:00' AND
  CASE WHEN {_RECEIVED}::TIME <= TIME '15:00' THEN TIME '16:00' ELSE TIME '21:00' END)""",
        ),
        each_row("a bag weighs less than 1,000 kg", TABLE, f"{_BAG}.total_weight_kg < 1000"),
        *(
            each_row(f"{model}: no class of another model is counted", TABLE, _model(model, sql))
            for model, sql in _CLASSES.items()
        ),
        *(
            each_row(f"{model}: counts add up to 200 leaves", TABLE, _model(model, sql))
            for model, sql in _COUNTS.items()
        ),
        *(
            each_row(
                f"{model}: primary_percentage is the share of leaves that are not rejected",
                TABLE,
                _model(model, f"abs({_BAG}.primary_percentage - (200 - ({sql})) / 2) <= 0.0501"),
            )
            for model, sql in _REJECTED.items()
        ),
        each_row(
            "primary_percentage and secondary_percentage make 100",
            TABLE,
            f"abs({_BAG}.primary_percentage + {_BAG}.secondary_percentage - 100) <= 0.001",
        ),
        no_row(
            "grade follows from the factory's thresholds",
            TABLE,
            "factories",
            violations="""SELECT 1 FROM deliveries AS d JOIN factories AS f ON f.id = d.factory
WHERE d.grade != CASE WHEN percent >= quality_thresholds.tier_2 THEN 'primary'
  WHEN percent >= quality_thresholds.tier_3 THEN 'secondary' ELSE 'reject' END""",
        ),
        no_row(
            "the blob lies where its source lands, under its path pattern",
            TABLE,
            "source_configs",
            violations=r"""WITH sources AS (
  SELECT source_id, ingestion.landing_container AS landing,
    len(string_split(ingestion.path_pattern.pattern, '/')) AS steps,
    regexp_replace(replace(ingestion.path_pattern.pattern, '_', '!_'), '\{[a-z_!]+\}', '_%', 'g') AS alike
  FROM source_configs
)
SELECT 1 FROM documents AS d JOIN sources AS s ON s.source_id = d.ingestion.source_id
WHERE d.raw_document.blob_container != s.landing OR d.raw_document.blob_path NOT LIKE s.alike ESCAPE '!'
  OR len(string_split(d.raw_document.blob_path, '/')) != s.steps""",
        ),
        no_row(
            "the analyser has seen only what came to a point with a quality-control device",
            TABLE,
            "collection_points",
            violations="""SELECT 1 FROM deliveries AS d JOIN collection_points AS p ON p.id = d.point
WHERE d.source = 'qc-analyzer' AND NOT p.capacity.has_qc_device""",
        ),
        no_row(
            "a farmer's documents are numbered by day, from 1, without a gap",
            TABLE,
            violations="""WITH numbered AS (
  SELECT farmer, day, regexp_extract(document_id, '-([0-9]+)$', 1)::BIGINT AS number FROM deliveries
)
SELECT 1 FROM (SELECT number, row_number() OVER (PARTITION BY farmer ORDER BY day, number) AS due FROM numbered)
WHERE number != due""",
        ),
        no_row(
            "the farmer is on the collection point",
            TABLE,
            "collection_points",
            violations="SELECT 1 FROM deliveries AS d ANTI JOIN members AS m USING (farmer, point)",
        ),
        no_row(
            "the factory is the collection point's, which is not inactive",
            TABLE,
            "collection_points",
            violations="""SELECT 1 FROM deliveries AS d JOIN collection_points AS p ON p.id = d.point
WHERE d.factory != p.factory_id OR p.status = 'inactive'""",
        ),
        no_row(
            "the grading model is active at the factory, and the version is that model's",
            TABLE,
            "grading_models",
            violations="""WITH active AS (
  SELECT model_id, model_version, unnest(active_at_factory) AS factory FROM grading_models
)
SELECT 1 FROM documents AS d LEFT JOIN active AS a
  ON a.factory = d.linkage_fields.factory_id AND a.model_id = d.linkage_fields.grading_model_id
WHERE a.model_version IS DISTINCT FROM d.extracted_fields.grading_model_version""",
        ),
        no_row(
            "received on or after the history's first day",
            TABLE,
            violations="SELECT 1 FROM deliveries WHERE day < getvariable('first_day')",
        ),
        no_row(
            "who has left brings nothing more",
            TABLE,
            "farmers",
            violations="""SELECT 1 FROM deliveries AS d JOIN farmers AS f ON f.id = d.farmer
WHERE NOT f.is_active AND d.moment > local_time(f.updated_at)""",
        ),
        no_row(
            "received on a collection day of the point",
            TABLE,
            "collection_points",
            violations="""SELECT 1 FROM deliveries AS d JOIN collection_points AS p ON p.id = d.point
WHERE NOT list_contains(p.collection_days, ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'][isodow(d.day)])""",
        ),
        no_row(
            "received in the point's hours; on weekdays before its last update, which may have changed them, by day",
            TABLE,
            "collection_points",
            violations="""WITH hours AS (
  SELECT d.moment::TIME AS clock, isodow(d.day) >= 6 OR d.day > local_time(p.updated_at)::DATE AS known,
    split(CASE WHEN isodow(d.day) >= 6 THEN operating_hours.weekends ELSE operating_hours.weekdays END, '-') AS hours
  FROM deliveries AS d JOIN collection_points AS p ON p.id = d.point
)
SELECT 1 FROM hours WHERE clock NOT BETWEEN hours[1]::TIME AND hours[2]::TIME
AND (known OR clock NOT BETWEEN TIME '06:00' AND TIME '11:00')""",
        ),
        no_row(
            "a seasonal point is closed in the dormant season of its region",
            TABLE,
            "collection_points",
            "regions",
            violations="""SELECT 1 FROM deliveries AS d JOIN collection_points AS p ON p.id = d.point
JOIN regions AS r ON r.region_id = p.region_id WHERE p.status = 'seasonal' AND
  CASE WHEN flush_calendar.dormant.start <= flush_calendar.dormant."end"
    THEN strftime(d.day, '%m-%d') BETWEEN flush_calendar.dormant.start AND flush_calendar.dormant."end"
    ELSE strftime(d.day, '%m-%d') >= flush_calendar.dormant.start
      OR strftime(d.day, '%m-%d') <= flush_calendar.dormant."end" END""",
        ),
        no_row(
            "a block is plucked again after 7 to 18 days: with n blocks, so comes the n-th delivery after each",
            TABLE,
            "farmers",
            violations="""WITH rounds AS (
  SELECT day, lead(day, greatest(1, ceil(farm_size_hectares))::BIGINT)
    OVER (PARTITION BY d.farmer ORDER BY day, document_id) AS next
  FROM deliveries AS d JOIN farmers AS f ON f.id = d.farmer
)
SELECT 1 FROM rounds WHERE next - day NOT BETWEEN 7 AND 18""",
        ),
        no_row(
            "who has a scenario brings what it shows in each fifth of its season, and its first tier before",
            TABLE,
            "farmers",
            violations="""WITH firsts AS (SELECT min(first) AS first FROM stories),
told AS (
  SELECT d.percent, shown.tiers[CASE WHEN d.day < s.first THEN 1 ELSE (d.day - s.first) // 18 + 1 END] AS tier
  FROM deliveries AS d, firsts JOIN stories AS s ON s.farmer = d.farmer
    AND (d.day BETWEEN s.first AND s.last OR d.day < firsts.first AND s.first = firsts.first)
  JOIN shown USING (scenario)
)
SELECT 1 FROM told WHERE NOT CASE tier WHEN 'tier_1' THEN percent BETWEEN 85 AND 100
  WHEN 'tier_2' THEN percent BETWEEN 70 AND 84.9 WHEN 'tier_3' THEN percent BETWEEN 50 AND 69.9
  ELSE percent BETWEEN 20 AND 49.9 END""",
        ),
    )
)
