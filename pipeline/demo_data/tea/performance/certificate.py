"""What is claimed of performance: that it is what the farmer's documents add up to."""

from __future__ import annotations

from collections.abc import Iterator

from demo_data.export.certificate import Claim, Claims, Definition, column, each_row, no_row
from demo_data.schema.tree import Node, tree
from demo_data.tea.performance.model import FarmerPerformance

TABLE = "farmer_performance"
WINDOWS = {"30d": 30, "90d": 90, "year": 365}

_LEAVES = "extracted_fields.bag_summary.leaf_type_distribution"
_OTHERS = "extracted_fields.leaf_analysis"


def _classes(path: str) -> list[str]:
    """The classes that a distribution counts, as `attribute.class`."""
    nodes = {node.path: node for node in tree(FarmerPerformance).walk()}
    return [leaf.path.removeprefix(f"{path}.") for leaf in nodes[path].leaves()]


def _counted(name: str) -> str:
    """The column of a document that counts a class."""
    attribute, _, kind = name.partition(".")
    return f'{_LEAVES}."{kind}"' if attribute == "leaf_type" else f'{_OTHERS}."{attribute}"."{kind}"'


_CLASSES = _classes("historical.attribute_distributions_year")

_SUMS = Definition(
    ("documents",),
    "\n".join(
        (
            "-- What each farmer's documents add up to, of the last day, 30, 90 and 365 days.",
            "CREATE OR REPLACE TEMP TABLE sums AS WITH bags AS (",
            "  SELECT linkage_fields.farmer_id AS farmer, local_time(ingestion.received_at) AS moment,",
            "    getvariable('as_of') - local_time(ingestion.received_at)::DATE AS age,",
            "    round(extracted_fields.bag_summary.total_weight_kg * 10)::BIGINT AS tenths,",
            "    extracted_fields.bag_summary.primary_percentage >= 50 AS upper,",
            ",\n".join(f'    {_counted(name)} AS "{name}"' for name in _CLASSES),
            "  FROM documents",
            "), windows(days) AS (VALUES (1), (30), (90), (365))",
            "SELECT farmer, days, count(*) AS bags, count_if(upper) AS upper_bags, sum(tenths)::BIGINT AS tenths,",
            ",\n".join(f'  coalesce(sum("{name}"), 0)::BIGINT AS "{name}"' for name in _CLASSES),
            "FROM bags JOIN windows ON age BETWEEN 0 AND days - 1 GROUP BY ALL;",
        )
    ),
)


def _against(says: str, days: int, wrong: str) -> Claim:
    """A claim on a row of performance, `p`, and the sums of its farmer's documents, `s`, null where there are none."""
    return no_row(
        says,
        TABLE,
        "documents",
        violations=f"SELECT 1 FROM {TABLE} AS p LEFT JOIN sums AS s ON s.farmer = p.farmer_id AND s.days = {days}\n"
        f"WHERE {wrong}",
    )


def _sum(*names: str) -> str:
    return " + ".join(f's."{name}"' for name in names)


_TBK_LEAVES = [name for name in _CLASSES if name.startswith("leaf_type.")]
_REJECTED = {
    "tbk_kenya_tea_v1": _sum("leaf_type.three_plus_leaves_bud", "leaf_type.coarse_leaf", "banji_hardness.hard"),
    "ktda_ternary_v1": _sum("leaf_type.stalks", "leaf_type.other"),
}
_ALL = f"({_sum(*_TBK_LEAVES)})"
_OUT = "CASE p.grading_model_id " + " ".join(f"WHEN '{model}' THEN {sql}" for model, sql in _REJECTED.items()) + " END"
_LABELS = {
    "Primary": ("tbk_kenya_tea_v1", f"{_ALL} - ({_REJECTED['tbk_kenya_tea_v1']})"),
    "Secondary": ("tbk_kenya_tea_v1", _REJECTED["tbk_kenya_tea_v1"]),
    "Grade A": ("ktda_ternary_v1", _sum("leaf_type.fine")),
    "Grade B": ("ktda_ternary_v1", _sum("leaf_type.medium", "leaf_type.coarse")),
    "Rejected": ("ktda_ternary_v1", _REJECTED["ktda_ternary_v1"]),
}
_BAGS = {
    "Primary": ("tbk_kenya_tea_v1", "s.upper_bags"),
    "Secondary": ("tbk_kenya_tea_v1", "s.bags - s.upper_bags"),
    "Grade A": ("ktda_ternary_v1", "s.upper_bags"),
    "Grade B": ("ktda_ternary_v1", "s.bags - s.upper_bags"),
}


def _labelled(path: str, due: dict[str, tuple[str, str]]) -> str:
    """Where the counts by label are others than due: those of the farmer's own model, and of no other."""
    return " OR ".join(
        f'coalesce(p.{path}."{label}", 0) != '
        + (
            f"CASE p.grading_model_id WHEN '{due[label][0]}' THEN coalesce({due[label][1]}, 0) ELSE 0 END"
            if label in due
            else "0"
        )
        for label in _LABELS
    )


def _window(name: str, days: int) -> Iterator[Claim]:
    past = "p.historical."
    yield _against(
        f"historical.total_kg_{name} is the sum of {days} days' documents",
        days,
        f"round({past}total_kg_{name} * 10) != coalesce(s.tenths, 0)",
    )
    yield _against(
        f"historical.yield_kg_per_hectare_{name} is that sum by hectares",
        days,
        f"abs({past}yield_kg_per_hectare_{name} - coalesce(s.tenths, 0) / 10 / p.farm_size_hectares) > 0.0501",
    )
    yield _against(
        f"historical.primary_percentage_{name} is the share of leaves that are not rejected",
        days,
        f"abs({past}primary_percentage_{name} - coalesce(100 * ({_ALL} - ({_OUT})) / nullif({_ALL}, 0), 0)) > 0.0501",
    )
    yield _against(
        f"historical.attribute_distributions_{name} are the sums of {days} days' documents",
        days,
        " OR ".join(
            f'coalesce({past}attribute_distributions_{name}.{column(each)}, 0) != coalesce(s."{each}", 0)'
            for each in _CLASSES
        ),
    )
    yield _against(
        f"historical.grade_distribution_{name} counts leaves by label",
        days,
        _labelled(f"historical.grade_distribution_{name}", _LABELS),
    )


def _longer(node: Node) -> Iterator[str]:
    """That a count or a weight of a window is no more than that of the longer one."""
    for shorter, longer in (("_30d", "_90d"), ("_90d", "_year")):
        if shorter in node.path and "primary_percentage" not in node.path:
            path, other = column(node.path), column(node.path.replace(shorter, longer))
            yield f"coalesce({path}, 0) <= coalesce({other}, 0)"


_TODAY = "p.today."
_TODAYS = [name for name in _CLASSES if name.startswith("leaf_type.")]

certificate = Claims(
    (
        no_row(
            "every farmer has a row",
            TABLE,
            "farmers",
            violations=f"SELECT 1 FROM farmers ANTI JOIN {TABLE} AS p ON p.farmer_id = farmers.id",
        ),
        no_row(
            "farm_size_hectares and farm_scale are the farmer's",
            TABLE,
            "farmers",
            violations=f"""SELECT 1 FROM {TABLE} AS p JOIN farmers AS f ON f.id = p.farmer_id
WHERE p.farm_size_hectares != f.farm_size_hectares OR p.farm_scale != f.farm_scale""",
        ),
        no_row(
            "grading_model_id is active at the factory of the farmer's points, the version is that model's",
            TABLE,
            "grading_models",
            "collection_points",
            violations=f"""WITH active AS (
  SELECT model_id, model_version, unnest(active_at_factory) AS factory FROM grading_models
)
SELECT 1 FROM {TABLE} AS p JOIN (SELECT DISTINCT farmer, factory FROM members) AS m ON m.farmer = p.farmer_id
JOIN active USING (factory) WHERE p.grading_model_id != model_id OR p.grading_model_version != model_version""",
        ),
        *(claim for name, days in WINDOWS.items() for claim in _window(name, days)),
        each_row(
            "historical: 90 days hold what 30 hold, a year holds what 90 hold",
            TABLE,
            " AND ".join(sql for node in tree(FarmerPerformance).leaves() for sql in _longer(node)),
        ),
        each_row(
            "historical.improvement_trend follows from the percentages of 30 and 90 days",
            TABLE,
            """historical.total_kg_30d <= 0 OR historical.improvement_trend =
  CASE WHEN round(historical.primary_percentage_30d - historical.primary_percentage_90d, 1) > 5 THEN 'improving'
    WHEN round(historical.primary_percentage_30d - historical.primary_percentage_90d, 1) < -5 THEN 'declining'
    ELSE 'stable' END""",
        ),
        each_row(
            "historical.computed_at is the world's end", TABLE, "local_time(historical.computed_at) = world_end()"
        ),
        each_row("created_at is computed_at", TABLE, "created_at = historical.computed_at"),
        each_row("today.metrics_date is the last day", TABLE, "today.metrics_date = getvariable('as_of')"),
        _against(
            "today.deliveries and total_kg are those of the last day's documents",
            1,
            f"{_TODAY}deliveries != coalesce(s.bags, 0) OR round({_TODAY}total_kg * 10) != coalesce(s.tenths, 0)",
        ),
        _against("today.grade_counts counts the last day's bags by label", 1, _labelled("today.grade_counts", _BAGS)),
        _against(
            "today.attribute_counts are the sums of the last day's documents",
            1,
            " OR ".join(
                f'coalesce({_TODAY}attribute_counts.{column(name)}, 0) != coalesce(s."{name}", 0)' for name in _TODAYS
            ),
        ),
        no_row(
            "today.last_delivery is the last one; where it is of the last day it is told",
            TABLE,
            "documents",
            violations=f"""SELECT 1 FROM {TABLE} AS p
LEFT JOIN (SELECT farmer, max(moment) AS last FROM deliveries GROUP BY ALL) AS d ON d.farmer = p.farmer_id
WHERE local_time(p.today.last_delivery) IS DISTINCT FROM d.last
  AND (d.last::DATE = getvariable('as_of') OR p.today.last_delivery IS NOT NULL)""",
        ),
    ),
    (_SUMS,),
)
