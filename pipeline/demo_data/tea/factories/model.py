"""Tea factories."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from demo_data.schema import Decimals, Entity, ForeignKey, OneLine, PrimaryKey, Record, Timestamp
from demo_data.tea.values import ContactInfo, GeoLocation

Percentage = Annotated[float, Field(ge=0, le=100), Decimals(1)]

Adjustment = Annotated[float, Field(ge=-1.0, le=1.0), Decimals(2)]


class PaymentPolicyType(StrEnum):
    """How quality changes what a farmer is paid."""

    SPLIT_PAYMENT = "split_payment"
    WEEKLY_BONUS = "weekly_bonus"
    DELAYED_PAYMENT = "delayed_payment"
    FEEDBACK_ONLY = "feedback_only"


class QualityThresholds(Record):
    """Primary percentages from which a bag belongs to a tier."""

    tier_1: Percentage = 85.0
    tier_2: Percentage = 70.0
    tier_3: Percentage = 50.0

    @model_validator(mode="after")
    def _ordered(self) -> QualityThresholds:
        if not self.tier_1 > self.tier_2 > self.tier_3:
            raise ValueError("thresholds must fall: tier_1 > tier_2 > tier_3")
        return self


class PaymentPolicy(Record):
    """Price adjustment per tier, as a share of the base price."""

    policy_type: PaymentPolicyType = PaymentPolicyType.FEEDBACK_ONLY
    tier_1_adjustment: Adjustment = 0.0
    tier_2_adjustment: Adjustment = 0.0
    tier_3_adjustment: Adjustment = 0.0
    below_tier_3_adjustment: Adjustment = 0.0


class Factory(Entity):
    """A tea factory, which takes the leaf of its collection points."""

    table: ClassVar[str] = "factories"

    id: Annotated[str, PrimaryKey()]
    name: Annotated[OneLine, Field(min_length=1, max_length=100)]
    code: Annotated[str, Field(min_length=1, max_length=20)]
    region_id: Annotated[str, ForeignKey("regions")]
    location: GeoLocation
    contact: ContactInfo = Field(default_factory=ContactInfo)
    processing_capacity_kg: Annotated[int, Field(ge=0)] = 0
    quality_thresholds: QualityThresholds = Field(default_factory=QualityThresholds)
    payment_policy: PaymentPolicy = Field(default_factory=PaymentPolicy)
    is_active: bool = True
    created_at: Timestamp
    updated_at: Timestamp
