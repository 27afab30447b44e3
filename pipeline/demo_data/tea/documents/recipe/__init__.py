"""Quality documents: what the leaf analyser saw in one bag, one document per delivery of one block."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from demo_data.recipes import (
    DAY,
    MICRO,
    Array,
    Coded,
    Lists,
    Maybe,
    Noise,
    Recipe,
    Settings,
    Uniform,
    Weighted,
    at_least,
    day_of_year,
    first_day,
    hexadecimal,
    last_day,
    texts,
    weekday,
)
from demo_data.tea.documents.model import LEAVES, Document
from demo_data.tea.documents.recipe import quality, rounds, weight
from demo_data.tea.documents.recipe.leaves import ktda_counts, leaf_column, tbk_counts
from demo_data.tea.grading.model import CLASSES
from demo_data.tea.recipe import DAY_ENDS, OFFICE_CLOSES, UTC_OFFSET, since
from demo_data.tea.recipe.land import mean_farm
from demo_data.tea.recipe.rhythm import MEAN_GAP
from demo_data.tea.reference import reference_rows

recipe = Recipe(
    Document,
    within=("farmer", "farmers"),
    per_parent=lambda settings: mean_farm(settings["farmers.farm_scale"]).blocks / MEAN_GAP,
    links={
        "point": "collection_points",
        "factory": "factories",
        "region": "regions",
        "weather": "weather_observations",
    },
)

SOURCES = ("qc-analyzer", "manual-upload")

recipe.draw("source", Weighted(dict(zip(SOURCES, (97, 3), strict=True))))
recipe.draw("extraction.confidence", Uniform(0.80, 0.99, 2))
recipe.draw("raw_document.size_bytes", Uniform(900, 1500))

HANDED_IN, UPLOADING = 3_600, 4 * 3_600 - 120
"""A clerk uploads what was delivered an hour later, or within so many seconds after that."""

WEIGHED_WITHIN = 20 * 60
"""Seconds between a farmer's coming to the point and the last bag on the scale."""

LOW_CONFIDENCE = 0.83
"""Below this the extraction is flagged."""


recipe.expand("day", "block", "gap", "number")(rounds.schedule)
recipe.derive()(rounds.cells)


recipe.derive()(rounds.visit)


@recipe.derive()
def point(
    farmer__point: Array,
    farmer__second: Array,
    day: Array,
    visit: Array,
    noise: Noise,
    all_point__collects: Array,
    all_point__is_seasonal: Array,
    all_point__region: Array,
    all_region__dormant: Array,
) -> Array:
    """The main point, or one day in five the second one, where it collects that day."""
    other = np.flatnonzero(farmer__second >= 0)
    main, second, day = farmer__point[other], farmer__second[other], day[other]
    at_main, at_second = all_point__collects[main], all_point__collects[second]
    common = np.maximum((at_main & at_second).sum(axis=1), 1)
    wanted = noise.unit("second_point", visit[other]) * common < 0.2 * at_main.sum(axis=1)
    asleep = all_region__dormant[all_point__region[second], day_of_year(day)] & all_point__is_seasonal[second]
    used = farmer__point.copy()
    chosen = wanted & at_second[np.arange(len(other)), weekday(day)] & ~asleep
    used[other[chosen]] = second[chosen]
    return used


@recipe.derive("source")
def source_(point: Array, drawn__source: Coded, all_point__capacity__has_qc_device: Array) -> Coded:
    """What the point's analyser saw, if it has one and a clerk did not enter it; else what a clerk uploads."""
    by_hand = list(drawn__source.words).index("manual-upload")
    return Coded(np.where(all_point__capacity__has_qc_device[point], drawn__source.codes, by_hand), drawn__source.words)


recipe.copy("factory", "point__factory")


@recipe.derive()
def weather(farmer__region: Array, day: Array, settings: Settings) -> Array:
    """The row of the day's weather; before and after the history, that of its first and last day."""
    known = np.clip(day, first_day(settings), last_day(settings))
    return (known - first_day(settings)) * settings["regions.count"] + farmer__region


@recipe.derive()
def received(
    point: Array,
    day: Array,
    visit: Array,
    cells: Array,
    noise: Noise,
    all_point__opening_minute: Array,
    all_point__open_minutes: Array,
    all_point__hours_until: Array,
    all_point__opened_before: Array,
    all_point__open_minutes_before: Array,
) -> Array:
    """The moment of delivery, in the opening hours of the day; seconds since 1970 (UTC).

    The bags of a farmer's visit are weighed within `WEIGHED_WITHIN` of each other.
    """
    weekend = (weekday(day) >= 5).astype(np.int64)
    minute, minutes = all_point__opening_minute[point, weekend], all_point__open_minutes[point, weekend]
    for change in range(all_point__hours_until.shape[1] - 1, -1, -1):
        before = np.flatnonzero((day <= all_point__hours_until[point, change]) & (weekend == 0))
        minute[before] = all_point__opened_before[point[before], change]
        minutes[before] = all_point__open_minutes_before[point[before], change]
    coming = since(minute * 60, np.maximum(minutes * 60 - WEIGHED_WITHIN, 1), noise.bits("received", visit))
    weighed = since(coming, np.minimum(minutes * 60, WEIGHED_WITHIN), noise.bits("weighed", cells))
    return day * DAY - UTC_OFFSET + weighed


@recipe.derive(
    "raw_document.stored_at",
    "extraction.extraction_timestamp",
    "ingestion.processed_at",
    "created_at",
    "ingestion.received_at",
)
def moments(received: Array, day: Array, source: Coded, cells: Array, noise: Noise) -> tuple[Array, ...]:
    """Stored seconds after delivery, or where a clerk uploads by hand hours after it; then extracted and processed.

    The clerk does so before the office closes, or where the delivery itself is late, before the world's day ends.
    """
    random = noise.bits("moments", cells)
    by_hand = source.equals("manual-upload")
    hours = HANDED_IN + ((random & np.uint64(0x3FFF)).astype(np.int64) * UPLOADING >> 14)
    latest = np.maximum(day * DAY + OFFICE_CLOSES, (received + day * DAY + DAY_ENDS) // 2)
    uploaded = np.minimum(received + hours, np.maximum(latest, received + 2))
    stored = np.where(by_hand, uploaded, received + 2 + (random & np.uint64(31)).astype(np.int64))
    extracted = stored + 3 + ((random >> np.uint64(20)) & np.uint64(31)).astype(np.int64)
    processed = extracted + 1 + ((random >> np.uint64(30)) & np.uint64(7)).astype(np.int64)
    return stored * MICRO, extracted * MICRO, processed * MICRO, (processed + 1) * MICRO, received * MICRO


recipe.derive()(weight.leaf_grown)
recipe.derive()(weight.hail_loss)
recipe.derive("extracted_fields.bag_summary.total_weight_kg")(weight.total_weight_kg)

recipe.derive()(quality.score)
recipe.derive("kept")(quality.kept_leaves)


@recipe.derive(*(leaf_column(*leaf) for leaf in CLASSES))
def leaf_counts(
    kept: Array, gap: Array, grading_model: Array, weather__dampness: Array, cells: Array, noise: Noise
) -> list[Maybe]:
    """Leaves per class by the factory's grading model; classes of other models are null."""
    random = noise.bits("leaves", cells)
    counts = [tbk_counts(kept, gap, random), ktda_counts(kept, gap, weather__dampness, random)]
    columns = []
    for attribute, name in CLASSES:
        values, valid = np.zeros_like(kept), np.zeros(len(kept), bool)
        for number, by_class in enumerate(counts):
            if name in by_class.get(attribute, {}):
                uses = grading_model == number
                values, valid = np.where(uses, by_class[attribute][name], values), valid | uses
        columns.append(Maybe(values, valid))
    return columns


recipe.copy("grading_model", "factory__grading_model")


@recipe.derive(
    "extracted_fields.bag_summary.primary_percentage",
    "extracted_fields.bag_summary.secondary_percentage",
    "extracted_fields.bag_summary.grade",
)
def grading(
    kept: Array,
    factory: Array,
    all_factory__quality_thresholds__tier_2: Array,
    all_factory__quality_thresholds__tier_3: Array,
) -> tuple[Array, Array, Coded]:
    percentage = kept * (100 / LEAVES)
    below = (percentage < all_factory__quality_thresholds__tier_2[factory]).astype(np.int32)
    below += percentage < all_factory__quality_thresholds__tier_3[factory]
    return percentage, 100 - percentage, Coded(below, ("primary", "secondary", "reject"))


@recipe.derive("document_id", "raw_document.blob_path", "raw_document.content_hash", "ingestion.ingestion_id")
def texts_(farmer__id: Coded, number: Array, factory__id: Coded, cells: Array, noise: Noise) -> tuple[pa.Array, ...]:
    """Ids, the blob's path as the source's `path_pattern` has it, and digests that look like SHA-256."""
    count = len(cells)
    delivery = at_least(number, 4)
    hashes = hexadecimal(*(noise.bits(f"content_hash_{word}", cells) for word in range(4)))
    return (
        texts(count, "DOC-", farmer__id, "-", delivery),
        texts(count, factory__id, "/DOC-", farmer__id, "-", delivery, ".json"),
        texts(count, "sha256:", hashes),
        texts(count, "ING-", hexadecimal(noise.bits("ingestion_id", cells))),
    )


@recipe.derive("raw_document.blob_container", "extraction.ai_agent_id")
def of_the_source(source: Coded) -> tuple[Coded, Coded]:
    known = {row["source_id"]: row for row in reference_rows("source_configs")}
    rows = [known[name] for name in SOURCES]
    return (
        Coded(source.codes, tuple(row["ingestion"]["landing_container"] for row in rows)),
        Coded(source.codes, tuple(row["transformation"]["ai_agent_id"] for row in rows)),
    )


recipe.copy("ingestion.source_id", "source")


@recipe.derive("extraction.validation_passed", "extraction.validation_warnings")
def validation(extraction__confidence: Array) -> tuple[Array, Lists]:
    passed = extraction__confidence >= LOW_CONFIDENCE
    offsets = np.concatenate([[0], np.cumsum(~passed)])
    return passed, Lists(offsets, Coded.constant("low confidence", int(offsets[-1])))


for group in ("linkage_fields", "extracted_fields"):
    recipe.copy(f"{group}.farmer_id", "farmer__id")
    recipe.copy(f"{group}.factory_id", "factory__id")
    recipe.copy(f"{group}.collection_point_id", "point__id")


@recipe.derive(
    "linkage_fields.grading_model_id", "extracted_fields.grading_model_id", "extracted_fields.grading_model_version"
)
def grading_model_id(grading_model: Array) -> tuple[Coded, ...]:
    known = reference_rows("grading_models")
    ids = Coded(grading_model, tuple(row["model_id"] for row in known))
    return ids, ids, Coded(grading_model, tuple(row["model_version"] for row in known))
