"""Tea factories."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from demo_data.recipes import (
    MICRO,
    Array,
    Coded,
    Count,
    Noise,
    Normal,
    Recipe,
    Rows,
    Settings,
    Uniform,
    Weighted,
    born_day,
    dense,
    digits,
    first_day,
    joined,
    padded,
    texts,
)
from demo_data.tea.factories.model import Factory
from demo_data.tea.factories.recipe import seats
from demo_data.tea.recipe import intake, local_day, office_moment, working_day
from demo_data.tea.recipe.husbandry import OF_CATCHMENTS, dealt_scores, factor
from demo_data.tea.recipe.phones import SHARE, phone_numbers, reserved
from demo_data.tea.recipe.terrain import altitude
from demo_data.tea.reference import reference_rows

recipe = Recipe(
    Factory,
    count=Count(3, most=SHARE, why="the phone numbers kept for factories"),
    links={"region": "regions"},
    id_prefix="KEN-FAC-",
)

recipe.draw("thresholds", Weighted({"standard": 80, "strict": 10, "lenient": 10}))
recipe.draw("policy", Weighted({"split_payment": 40, "weekly_bonus": 20, "delayed_payment": 10, "feedback_only": 30}))
recipe.draw("opened_days_before", Uniform(0, 1000))
recipe.draw("own_catchment", Normal(0, 1))
recipe.draw("own_care", Normal(0, 1))

_THRESHOLDS = np.array([[85.0, 70.0, 50.0], [88.0, 72.0, 52.0], [82.0, 68.0, 48.0]])

_ADJUSTMENTS = np.array(
    [[0.15, 0.05, 0.0, -0.10], [0.10, 0.05, 0.0, -0.05], [0.20, 0.10, 0.0, -0.10], [0.0, 0.0, 0.0, 0.0]]
)


@recipe.derive()
def number(rows: Array) -> Array:
    """The factory's number for ever."""
    return rows


@recipe.derive()
def region(rows: Array, all_region__factories_here: Array) -> Array:
    """Factories are dealt to the regions in runs."""
    return np.searchsorted(np.cumsum(all_region__factories_here), rows, side="right")


@recipe.derive()
def number_in_region(rows: Array, region__first_factory: Array) -> Array:
    """0 for a region's first factory."""
    return rows - region__first_factory


recipe.copy("factories_of_region", "region__factories_here")


@recipe.derive()
def grading_model(rows: Array) -> Array:
    """The grading models take turns."""
    return rows % len(reference_rows("grading_models"))


@recipe.derive("id")
def id_(rows: Array, settings: Settings) -> pa.Array:
    width = max(3, len(str(settings["factories.count"])))
    return texts(len(rows), settings["factories.id_prefix"], digits(rows + 1, width))


recipe.copy("region_id", "region__region_id")


recipe.derive("location.latitude", "location.longitude", "place", "postcode", "place_repeat")(seats.seat)
recipe.derive()(seats.own_places)
recipe.derive()(seats.reach)


@recipe.derive()
def name(place: Coded, place_repeat: Array) -> pa.Array:
    further = [f" {repeat + 1}" for repeat in range(1, int(place_repeat.max(initial=0)) + 1)]
    return joined(place, Coded(place_repeat, pa.array(["", *further])), " Tea Factory")


@recipe.derive()
def code(region__county_facts: Array, number_in_region: Array, all_region__factories_here: Array) -> pa.Array:
    """Four letters of the county and the factory's number in its region: NYER-01."""
    letters = pa.array([county.slug[:4].upper() for county in region__county_facts], pa.string())
    width = max(2, len(str(all_region__factories_here.max())))
    return joined(letters, "-", padded(number_in_region + 1, width))


@recipe.derive("location.altitude_meters")
def altitude_meters(location__latitude: Array, location__longitude: Array, region__terrain: Array) -> Array:
    return altitude(location__latitude, location__longitude, region__terrain)


@recipe.derive("contact.phone")
def phone(rows: Array, noise: Noise) -> pa.Array:
    return phone_numbers(reserved(rows, 1), noise)


@recipe.derive("contact.email")
def email(code: pa.Array) -> pa.Array:
    return joined("office@", pc.utf8_lower(dense(code)), ".example.com")


@recipe.derive("contact.address")
def address(place: Coded, postcode: Coded, rows: Array) -> pa.Array:
    return joined("P.O. Box ", pa.array(rows + 1).cast(pa.string()), "-", postcode, ", ", place)


@recipe.derive("plucked_hectares", "plucked_squares")
def plucked(rows: Array, settings: Settings, later_collection_points: Rows, later_farmers: Rows) -> tuple[Array, Array]:
    """Hectares under mean husbandry of a factory's farmers, as of `born`, and the sum of their blocks' squares."""
    if len(rows) == 0:
        return np.zeros(0), np.zeros(0)
    points = later_collection_points(0, settings["collection_points.count"])
    farmers = np.bincount(points["factory"], points["main_farmers"], settings["factories.count"]).astype(np.int64)
    borders = np.concatenate([[0], np.cumsum(farmers)])
    first, after = rows[0], rows[-1] + 1
    here = np.repeat(np.arange(after - first), farmers[first:after])
    return intake.brought(later_farmers(int(borders[first]), int(borders[after])), here, after - first)


@recipe.derive()
def processing_capacity_kg(plucked_hectares: Array, plucked_squares: Array, vigour: Array) -> Array:
    """Green leaf a day, after what farmers bring: those of KTDA take about 30 to 120 t (KTDA, annual reports)."""
    return intake.whole(intake.capacity(plucked_hectares * vigour, plucked_squares * vigour * vigour))


@recipe.derive("quality_thresholds.tier_1", "quality_thresholds.tier_2", "quality_thresholds.tier_3")
def quality_thresholds(thresholds: Coded) -> tuple[Array, ...]:
    return tuple(_THRESHOLDS[thresholds.codes].T)


recipe.copy("payment_policy.policy_type", "policy")


@recipe.derive(
    "payment_policy.tier_1_adjustment",
    "payment_policy.tier_2_adjustment",
    "payment_policy.tier_3_adjustment",
    "payment_policy.below_tier_3_adjustment",
)
def adjustments(policy: Coded) -> tuple[Array, ...]:
    return tuple(_ADJUSTMENTS[policy.codes].T)


@recipe.derive()
def care(rows: Array, own_care: Array, settings: Settings, noise: Noise) -> Array:
    """What the factory does for the quality of leaf, as a standard normal score."""
    return dealt_scores("care", rows, settings["factories.count"], own_care, noise)


@recipe.derive()
def vigour(rows: Array, own_catchment: Array, settings: Settings, noise: Noise) -> Array:
    """What the factory's catchment does to yields: soils, and how extension and fertiliser reach the farms."""
    score = dealt_scores("catchment", rows, settings["factories.count"], own_catchment, noise)
    return factor(score, *OF_CATCHMENTS)


@recipe.derive()
def is_active(rows: Array) -> Array:
    return np.ones(len(rows), bool)


@recipe.derive()
def created_at(opened_days_before: Array, rows: Array, settings: Settings, noise: Noise) -> Array:
    """On record before all else that it has: nine years and more before the history."""
    records_begin = min(first_day(settings), born_day(settings) - 365) - 12 * 365
    opened = working_day(records_begin + opened_days_before)
    return office_moment(opened, noise.bits("created_second", rows)) * MICRO


@recipe.derive()
def opened_day(created_at: Array) -> Array:
    return local_day(created_at)


recipe.copy("updated_at", "created_at")
