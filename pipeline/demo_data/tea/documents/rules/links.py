"""A document's id, hash and blob, what it is linked to, and its moments in their order."""

from __future__ import annotations

from datetime import time
from itertools import pairwise

import polars as pl

from demo_data.tea.documents.views import as_in, deliveries, unsure, visits
from demo_data.tea.points.views import enrolments
from demo_data.tea.views import DAY_ENDS, OFFICE, local
from demo_data.validation import Dataset, RowViolation, RowViolations, Violation, Violations, columns, row_rule, rule

STEPS = (
    "ingestion.received_at",
    "raw_document.stored_at",
    "extraction.extraction_timestamp",
    "ingestion.processed_at",
    "created_at",
)

ANALYSER, BY_HAND = "qc-analyzer", "manual-upload"
LATE = time(15)

_RECEIVED, _STORED = STEPS[:2]
_HASH = "raw_document.content_hash"
_LINKED = {
    f"extracted_fields.{name}": f"linkage_fields.{name}"
    for name in ("farmer_id", "factory_id", "collection_point_id", "grading_model_id")
}
_MODEL_VERSION = "extracted_fields.grading_model_version"


@row_rule("document-id", "document_id", "linkage_fields.farmer_id")
def document_id(_: Dataset) -> RowViolations:
    """A document's id is DOC-, its farmer's id, and the delivery's number in at least four digits."""
    farmer = pl.col("linkage_fields.farmer_id")
    rest = pl.col("document_id").str.strip_prefix(pl.lit("DOC-") + farmer)
    bad = farmer.is_not_null() & ~rest.str.contains(r"^-[0-9]{4,}$")
    yield RowViolation("document_id", bad, "{document_id} is not DOC-{linkage_fields.farmer_id}- and a number")


@row_rule("document-hash", _HASH)
def document_hash(_: Dataset) -> RowViolations:
    """A document's content hash is sha256: and 64 hexadecimal digits."""
    yield RowViolation(_HASH, ~pl.col(_HASH).str.contains(r"^sha256:[0-9a-f]{64}$"), f"{{{_HASH}}} is no SHA-256")


@row_rule("document-links", *_LINKED, *_LINKED.values())
def document_links(_: Dataset) -> RowViolations:
    """What a document was extracted for is what it is linked to: farmer, factory, collection point, grading model."""
    for read, link in _LINKED.items():
        yield RowViolation(read, pl.col(read) != pl.col(link), f"{{{read}}} is not {{{link}}}, its link")


@rule(
    "document-blob",
    columns(
        "documents",
        source="ingestion.source_id",
        container="raw_document.blob_container",
        path="raw_document.blob_path",
    ),
    columns(
        "source_configs",
        source="source_id",
        landing="ingestion.landing_container",
        pattern="ingestion.path_pattern.pattern",
    ),
    each="farmers",
)
def document_blob(_: Dataset, blobs: pl.DataFrame, sources: pl.DataFrame) -> Violations:
    """A document's blob lies in the container where its source lands, under that source's path pattern."""
    sources = sources.select(
        "source",
        "landing",
        "pattern",
        regex="^" + pl.col("pattern").str.escape_regex().str.replace_all(r"\\\{[a-z_]+\\\}", "[^/]+") + "$",
    )
    for source, landing, pattern, regex in sources.drop_nulls("source").rows():
        own = blobs.lazy().filter(pl.col("source") == source)
        if landing is not None:
            wrong = own.filter(pl.col("container") != landing).collect()
            message = f"{{container}} is not {landing}, where {source} lands"
            yield Violation("raw_document.blob_container", wrong, message)
        if regex is not None:
            wrong = own.filter(~pl.col("path").str.contains(regex)).collect()
            readable = pattern.replace("{", "<").replace("}", ">")
            yield Violation("raw_document.blob_path", wrong, f"{{path}} does not match {readable} of {source}")


@row_rule("document-order", *STEPS)
def document_order(_: Dataset) -> RowViolations:
    """A document is received, stored, extracted, processed and created, in this order."""
    for before, after in pairwise(STEPS):
        bad = pl.col(after) < pl.col(before)
        yield RowViolation(after, bad, f"{{{after}}} is before {before}, {{{before}}}")


@rule(
    "document-source",
    deliveries,
    columns("documents", source="ingestion.source_id"),
    columns("collection_points", point="id", device="capacity.has_qc_device"),
    each="farmers",
)
def document_source(_: Dataset, deliveries: pl.DataFrame, documents: pl.DataFrame, points: pl.DataFrame) -> Violations:
    """The analyser has seen only what was delivered at a collection point with a quality-control device."""
    bare = points.filter(~pl.col("device")).select(as_in(deliveries, "point"))
    seen = deliveries.select("row", "point").filter(documents["source"] == ANALYSER)
    wrong = seen.join(bare.drop_nulls(), on="point", how="semi").sort("row")
    yield Violation("ingestion.source_id", wrong, f"{ANALYSER}, but {{point}} has no quality-control device")


@row_rule("upload-hours", "ingestion.source_id", _RECEIVED, _STORED)
def upload_hours(_: Dataset) -> RowViolations:
    """What a clerk uploads by hand is stored on the day of the delivery and from 7:00 to 16:00, Kenya's time; what is
    delivered after 15:00, by 21:00.
    """
    received, stored = local(_RECEIVED), local(_STORED)
    closes = pl.when(received.dt.time() <= LATE).then(pl.lit(OFFICE[1])).otherwise(pl.lit(DAY_ENDS))
    at_work = stored.dt.time().is_between(pl.lit(OFFICE[0]), closes) & (stored.dt.date() == received.dt.date())
    bad = (pl.col("ingestion.source_id") == BY_HAND) & ~at_work
    yield RowViolation(_STORED, bad, f"{{{_STORED}}} is no time at which a clerk uploads by hand")


@rule("document-numbers", deliveries, columns("documents", "document_id"), unsure, each="farmers")
def document_numbers(data: Dataset, deliveries: pl.DataFrame, documents: pl.DataFrame, unsure: list[str]) -> Violations:
    """A farmer's documents are numbered in the order of the days, one after the other: from 1, where recipe.json tells
    that the history is whole. Where two have one number, or one has none, the farmer's are not checked.
    """
    number = documents.select(number=pl.col("document_id").str.extract(r"-([0-9]{4,18})$").cast(pl.Int64))
    known = deliveries.select("row", "farmer", "day").hstack(number).filter(pl.col("farmer").is_not_null())
    known = known.filter(~pl.col("farmer").cast(pl.String).is_in(unsure)) if unsure else known
    told = known.group_by("farmer").agg(
        sound=(pl.col("number").n_unique() == pl.len()) & pl.col("number").is_not_null().all()
    )
    known = known.join(told.filter("sound"), on="farmer", how="semi").sort("farmer", "day", "number")
    first = pl.lit(1) if data.recipe else pl.col("number").first()
    known = known.with_columns(due=(pl.int_range(pl.len()) + first).over("farmer"))
    wrong = known.filter(pl.col("number") != pl.col("due")).sort("row")
    yield Violation("document_id", wrong, "it is number {number} of {farmer}, and delivery {due}")


@rule("delivery-point", deliveries, enrolments, columns("collection_points", "id"), each="farmers")
def delivery_point(
    data: Dataset, deliveries: pl.DataFrame, enrolments: pl.DataFrame, points: pl.DataFrame
) -> Violations:
    """A document's farmer is on its collection point."""
    known = enrolments.select(as_in(deliveries, "farmer", "point"))
    given = deliveries.filter(pl.col("farmer").is_not_null() & pl.col("point").is_not_null())
    faulty = data.faulty("collection_points", "farmer_ids")
    unlisted = points.filter(pl.col("row").is_in(faulty.implode()))["id"].drop_nulls()
    given = given.filter(~pl.col("point").cast(pl.String).is_in(unlisted.implode())) if len(unlisted) else given
    strangers = given.join(known, on=["farmer", "point"], how="anti").sort("row")
    yield Violation("linkage_fields.collection_point_id", strangers, "{farmer} is not on {point}")


@rule("delivery-factory", visits, each="farmers")
def delivery_factory(_: Dataset, visits: pl.DataFrame) -> Violations:
    """A document's factory is its collection point's."""
    wrong = visits.filter(pl.col("factory") != pl.col("point_factory"))
    message = "{factory} is not {point_factory}, the factory of {point}"
    yield Violation("linkage_fields.factory_id", wrong, message)


@rule(
    "delivery-model",
    deliveries,
    columns("documents", version=_MODEL_VERSION),
    columns("grading_models", factory="active_at_factory", model="model_id", own="model_version"),
    each="farmers",
)
def delivery_model(
    data: Dataset, deliveries: pl.DataFrame, documents: pl.DataFrame, models: pl.DataFrame
) -> Violations:
    """A document's grading model is active at its factory, and its version is that model's."""
    active = models.explode("factory").select(as_in(deliveries, "model", "factory"))
    given = deliveries.filter(pl.col("model").is_not_null() & pl.col("factory").is_not_null())
    if len(data.faulty("grading_models", "model_id", "active_at_factory")):
        given = given.clear()  # what is at fault may be the link
    wrong = given.join(active.drop_nulls(), on=["model", "factory"], how="anti").sort("row")
    yield Violation("linkage_fields.grading_model_id", wrong, "{model} is not active at {factory}")
    versions = documents.with_columns(model=deliveries["model"])
    own = models.select(*as_in(deliveries, "model"), "own")
    wrong = versions.join(own, on="model", maintain_order="left").filter(pl.col("version") != pl.col("own"))
    yield Violation(_MODEL_VERSION, wrong, "{version} is not {own}, the version of {model}")
