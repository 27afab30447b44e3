"""Grading models: which leaf classes a bag is counted in, and which of them are rejected; all classes of all models."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from demo_data.schema import Entity, ForeignKey, Keys, PrimaryKey, Record, Timestamp
from demo_data.tea.reference import reference_keys, reference_rows


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
    for row in reference_rows("grading_models"):
        for attribute, counted in row["attributes"].items():
            classes.setdefault(attribute, {}).update(dict.fromkeys(counted["classes"]))
    return {attribute: Keys.of(*names) for attribute, names in classes.items()}


ATTRIBUTES = Keys(_classes())
"""Every attribute that any model counts, with all its classes."""

CLASSES: tuple[tuple[str, str], ...] = tuple(
    (attribute, name) for attribute, below in ATTRIBUTES.names.items() if below for name in below.names
)
"""Every (attribute, class) over all models."""

LABELS = Keys.of(*(label for row in reference_rows("grading_models") for label in row["grade_labels"].values()))
"""Every display label of a grade."""
