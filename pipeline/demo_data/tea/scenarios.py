"""The stories that a profile may give to farmers."""

from __future__ import annotations

SCENARIOS: dict[str, tuple[str, ...]] = {
    "consistently_poor": ("tier_3", "tier_3", "reject", "tier_3", "tier_3"),
    "improving_trend": ("tier_3", "tier_3", "tier_2", "tier_2", "tier_1"),
    "top_performer": ("tier_1", "tier_1", "tier_1", "tier_1", "tier_1"),
    "declining_trend": ("tier_1", "tier_2", "tier_2", "tier_3", "tier_3"),
    "inactive": (),
}
"""Quality over the last 90 days in five equal parts, oldest first; earlier days show the first tier."""

SCENARIO_DAYS, PARTS = 90, 5
