"""Grading models: which leaf classes a bag is counted in, and which of them are rejected."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from demo_data.schema import Entity, ForeignKey, PrimaryKey, Record, Timestamp
from demo_data.tea.reference import reference_keys


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
