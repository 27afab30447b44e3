"""Source configurations: where documents come from and what is read out of them."""

from __future__ import annotations

from demo_data.recipes import Recipe
from demo_data.tea.reference import reference_rows
from demo_data.tea.sources.model import SourceConfig


def known_sources() -> tuple[SourceConfig, ...]:
    """The source configurations of `pipeline/demo_data/tea/reference/`."""
    return tuple(SourceConfig.model_validate(row) for row in reference_rows(SourceConfig.table))


recipe = Recipe(SourceConfig, count=lambda settings: len(reference_rows(SourceConfig.table)), reference=known_sources)
