"""Grading models: which leaf classes a bag is counted in, and which of them are rejected."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from pipeline.spec.columns import Array, Lists, Rows, Settings
from pipeline.spec.marks import ForeignKey, Keys, PrimaryKey
from pipeline.spec.recipe import Recipe
from pipeline.spec.record import Entity, Record, Timestamp
from pipeline.spec.reference import reference_keys, reference_rows


class GradingType(StrEnum):
    """How many grades a model tells apart."""

    BINARY = "binary"
    TERNARY = "ternary"
    MULTI_LEVEL = "multi_level"


class GradingAttribute(Record):
    """One thing the analyser counts, and its classes."""

    num_classes: Annotated[int, Field(ge=2)]
    classes: Annotated[list[str], Field(min_length=2)]


class ConditionalReject(Record):
    """Leaves of one class that are rejected only where a second attribute has certain values."""

    if_attribute: str
    if_value: str
    then_attribute: str
    reject_values: list[str]


class GradeRules(Record):
    """Which leaves are rejected."""

    reject_conditions: Annotated[
        dict[str, list[str]], reference_keys("grading_models", "grade_rules.reject_conditions")
    ] = Field(default_factory=dict)
    conditional_reject: list[ConditionalReject] = Field(default_factory=list)


class GradingModel(Entity):
    """A grading model in force at some factories."""

    table: ClassVar[str] = "grading_models"

    model_id: Annotated[str, PrimaryKey()]
    model_version: str
    regulatory_authority: str | None = None
    crops_name: str
    market_name: str
    grading_type: GradingType
    attributes: Annotated[dict[str, GradingAttribute], reference_keys("grading_models", "attributes")]
    grade_rules: GradeRules = Field(default_factory=GradeRules)
    grade_labels: Annotated[dict[str, str], reference_keys("grading_models", "grade_labels")]
    active_at_factory: list[Annotated[str, ForeignKey("factories", deferred=True)]] = Field(default_factory=list)
    created_at: Timestamp
    updated_at: Timestamp


def _classes() -> dict[str, Keys | None]:
    classes: dict[str, dict[str, None]] = {}
    for row in reference_rows(GradingModel.table):
        for attribute, counted in row["attributes"].items():
            classes.setdefault(attribute, {}).update(dict.fromkeys(counted["classes"]))
    return {attribute: Keys.of(*names) for attribute, names in classes.items()}


ATTRIBUTES = Keys(_classes())
"""Every attribute that any model counts, with all its classes."""

LEAVES: tuple[tuple[str, str], ...] = tuple(
    (attribute, name) for attribute, below in _classes().items() if below for name in below.names
)
"""Every (attribute, class) over all models."""

LABELS = Keys.of(*(label for row in reference_rows(GradingModel.table) for label in row["grade_labels"].values()))
"""Every display label of a grade."""


def known_models() -> tuple[GradingModel, ...]:
    """The grading models of `data/reference/`."""
    return tuple(GradingModel.model_validate(row) for row in reference_rows(GradingModel.table))


recipe = Recipe(GradingModel, count=lambda settings: len(reference_rows(GradingModel.table)), reference=known_models)


@recipe.derive()
def active_at_factory(rows: Array, settings: Settings, later_factories: Rows) -> Lists:
    """The factories that use each model."""
    factories = later_factories(0, settings["factories.count"])
    model = factories["grading_model"]
    order = np.argsort(model, kind="stable")
    order = order[np.isin(model[order], rows)]
    counts = np.bincount(model, minlength=len(reference_rows(GradingModel.table)))[rows]
    return Lists(np.concatenate([[0], np.cumsum(counts)]), factories["id"].take(order))
