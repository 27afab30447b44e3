"""Grading models: which leaf classes a bag is counted in, and which of them are rejected."""

from __future__ import annotations

import numpy as np

from demo_data.recipes import Array, Lists, Rows, Settings
from demo_data.tea.grading.model import GradingModel
from demo_data.tea.recipe import reference_recipe
from demo_data.tea.reference import reference_rows

recipe = reference_recipe(GradingModel)


@recipe.derive()
def active_at_factory(rows: Array, settings: Settings, later_factories: Rows) -> Lists:
    """The factories that use each model."""
    factories = later_factories(0, settings["factories.count"])
    model = factories["grading_model"]
    order = np.argsort(model, kind="stable")
    order = order[np.isin(model[order], rows)]
    counts = np.bincount(model, minlength=len(reference_rows(GradingModel.table)))[rows]
    return Lists(np.concatenate([[0], np.cumsum(counts)]), factories["id"].take(order))
