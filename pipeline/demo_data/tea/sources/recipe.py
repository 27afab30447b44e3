"""Source configurations: where documents come from and what is read out of them."""

from __future__ import annotations

from demo_data.tea.recipe import reference_recipe
from demo_data.tea.sources.model import SourceConfig

recipe = reference_recipe(SourceConfig)
