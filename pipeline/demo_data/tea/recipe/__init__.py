"""What the recipes of several tables share: Kenya's clocks, the stories of farmers, and how reference rows are read."""

from __future__ import annotations

from demo_data.recipes import DAY, Recipe, Settings, last_day
from demo_data.schema import Entity
from demo_data.tea.reference import reference_rows

UTC_OFFSET = 3 * 3_600
"""Kenya's clocks are this many seconds ahead of UTC, all year (Kenya keeps no summer time); days are Kenya's."""

SCENARIOS: dict[str, tuple[str, ...]] = {
    "consistently_poor": ("tier_3", "tier_3", "reject", "tier_3", "tier_3"),
    "improving_trend": ("tier_3", "tier_3", "tier_2", "tier_2", "tier_1"),
    "top_performer": ("tier_1", "tier_1", "tier_1", "tier_1", "tier_1"),
    "declining_trend": ("tier_1", "tier_2", "tier_2", "tier_3", "tier_3"),
    "inactive": (),
}
"""Quality over the last 90 days in five equal parts, oldest first; earlier days show the first tier."""

SCENARIO_DAYS, PARTS = 90, 5


def reference_recipe(model: type[Entity]) -> Recipe:
    """The recipe of a table whose rows lie in `pipeline/demo_data/tea/reference/`."""
    rows = reference_rows(model.table)
    return Recipe(
        model,
        count=lambda _: len(rows),
        reference=lambda: tuple(model.model_validate(row) for row in rows),
    )


def world_end(settings: Settings) -> int:
    """The last moment of the world: `as_of` at 21:00 in Kenya, in seconds since 1970 (UTC)."""
    return last_day(settings) * DAY + 21 * 3_600 - UTC_OFFSET
