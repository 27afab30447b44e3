"""Documents: which farmer brought what where, when the place was open."""

from __future__ import annotations

import polars as pl

from demo_data.validation.dataset import Dataset
from demo_data.validation.errors import Skip
from demo_data.validation.rules import Bads, Faults, row_rule, rule
from demo_data.validation.violation import Bad, Fault

MAIN_SAMPLE = 500
_AT = "ingestion.received_at"
_POINT = "linkage_fields.collection_point_id"
_LINKED = ("farmer_id", "factory_id", "collection_point_id", "grading_model_id")


@row_rule("document-id", "documents")
def document_id(data: Dataset) -> Bads:
    """A document's id is DOC-, its farmer's id, and the delivery's number in at least four digits."""
    farmer = pl.col("linkage_fields.farmer_id")
    rest = pl.col("document_id").str.strip_prefix(pl.lit("DOC-") + farmer)
    bad = farmer.is_not_null() & ~rest.str.contains(r"^-[0-9]{4,}$")
    yield Bad("documents", "document_id", bad, "{document_id} is not DOC-{linkage_fields.farmer_id}- and a number")


@row_rule("document-hash", "documents")
def document_hash(data: Dataset) -> Bads:
    """A document's content hash is sha256: and 64 hexadecimal digits."""
    path = "raw_document.content_hash"
    yield Bad("documents", path, ~pl.col(path).str.contains(r"^sha256:[0-9a-f]{64}$"), f"{{{path}}} is no SHA-256")


@row_rule("document-links", "documents")
def document_links(data: Dataset) -> Bads:
    """What a document was extracted for is what it is linked to: farmer, factory, collection point, grading model."""
    for name in _LINKED:
        ours, theirs = f"extracted_fields.{name}", f"linkage_fields.{name}"
        yield Bad("documents", ours, pl.col(ours) != pl.col(theirs), f"{{{ours}}} is not {{{theirs}}}, its link")


@rule("document-blob", "documents", "source_configs")
def document_blob(data: Dataset) -> Faults:
    """A document's blob lies in the container where its source lands, under that source's path pattern."""
    names = {
        "ingestion.source_id": "source",
        "raw_document.blob_container": "container",
        "raw_document.blob_path": "path",
    }
    blobs = data.frame("documents", *names).rename(names)
    sources = {
        "source_id": "source",
        "ingestion.landing_container": "landing",
        "ingestion.path_pattern.pattern": "pattern",
    }
    landing = data.frame("source_configs", *sources).rename(sources).drop("row")
    landing = landing.with_columns(
        regex="^" + pl.col("pattern").str.escape_regex().str.replace_all(r"\\\{[a-z_]+\\\}", "[^/]+") + "$"
    )
    for source, landed, pattern, regex in landing.drop_nulls("source").rows():
        own = blobs.lazy().filter(pl.col("source") == source)
        if landed is not None:
            wrong = own.filter(pl.col("container") != landed).collect()
            message = f"{{container}} is not {landed}, where {source} lands"
            yield Fault("documents", "raw_document.blob_container", wrong, message)
        if regex is not None:
            wrong = own.filter(~pl.col("path").str.contains(regex)).collect()
            shown = pattern.replace("{", "<").replace("}", ">")
            yield Fault("documents", "raw_document.blob_path", wrong, f"{{path}} does not match {shown} of {source}")


@rule("delivery-point", "documents", "collection_points")
def delivery_point(data: Dataset) -> Faults:
    """A document's farmer is on its collection point."""
    known = data.enrolments.select(
        pl.col("farmer").cast(data.ids["farmer"], strict=False), pl.col("point").cast(data.ids["point"], strict=False)
    )
    given = data.deliveries.filter(pl.col("farmer").is_not_null() & pl.col("point").is_not_null())
    faulty = data.faulty("collection_points", "farmer_ids")
    unlisted = data.frame("collection_points", "id").filter(pl.col("row").is_in(faulty.implode()))["id"].drop_nulls()
    given = given.filter(~pl.col("point").cast(pl.String).is_in(unlisted.implode())) if len(unlisted) else given
    strangers = given.join(known, on=["farmer", "point"], how="anti").sort("row")
    yield Fault("documents", _POINT, strangers, "{farmer} is not on {point}")


@rule("delivery-factory", "documents", "collection_points")
def delivery_factory(data: Dataset) -> Faults:
    """A document's factory is its collection point's."""
    wrong = data.visits.filter(pl.col("factory") != pl.col("point_factory"))
    message = "{factory} is not {point_factory}, the factory of {point}"
    yield Fault("documents", "linkage_fields.factory_id", wrong, message)


@rule("delivery-model", "documents", "grading_models")
def delivery_model(data: Dataset) -> Faults:
    """A document's grading model is active at its factory, and its version is that model's."""
    models = data.frame("grading_models", "model_id", "model_version", "active_at_factory")
    active = models.explode("active_at_factory").select(
        model=pl.col("model_id").cast(data.ids["model"], strict=False),
        factory=pl.col("active_at_factory").cast(data.ids["factory"], strict=False),
    )
    given = data.deliveries.filter(pl.col("model").is_not_null() & pl.col("factory").is_not_null())
    if len(data.faulty("grading_models", "model_id", "active_at_factory")):
        given = given.clear()  # what is at fault may be the link
    wrong = given.join(active.drop_nulls(), on=["model", "factory"], how="anti").sort("row")
    yield Fault("documents", "linkage_fields.grading_model_id", wrong, "{model} is not active at {factory}")
    path = "extracted_fields.grading_model_version"
    versions = data.frame("documents", path).select("row", version=path).with_columns(model=data.deliveries["model"])
    own = models.select(model=pl.col("model_id").cast(data.ids["model"], strict=False), own="model_version")
    wrong = versions.join(own, on="model", maintain_order="left").filter(pl.col("version") != pl.col("own"))
    yield Fault("documents", path, wrong, "{version} is not {own}, the version of {model}")


@rule("delivery-day", "documents", "collection_points")
def delivery_day(data: Dataset) -> Faults:
    """Deliveries are made on the collection point's collection days (Kenya's calendar)."""
    open_today = (pl.col("open_days") & (pl.lit(1, pl.UInt8) * 2 ** (pl.col("weekday") - 1)).cast(pl.UInt8)) != 0
    closed = data.visits.filter(~open_today).with_columns(name=pl.col("at").dt.strftime("%A"))
    yield Fault("documents", _AT, closed, "{at} in Kenya is a {name}, when {point} is closed")


@rule("delivery-hours", "documents", "collection_points")
def delivery_hours(data: Dataset) -> Faults:
    """Deliveries are made within the point's operating hours, Kenya's time; Saturday and Sunday are weekend."""
    second = (pl.col("at") - pl.col("at").dt.truncate("1d")).dt.total_seconds()
    weekend = pl.col("weekday") >= 6
    opens = pl.when(weekend).then("weekend_opens").otherwise("weekday_opens")
    closes = pl.when(weekend).then("weekend_closes").otherwise("weekday_closes")
    outside = data.visits.filter((second < opens) | (second > closes))
    yield Fault("documents", _AT, outside, "{at} in Kenya is outside the operating hours of {point}")


@rule("main-point-share", "documents", "collection_points")
def main_point_share(data: Dataset) -> Faults:
    """Farmers on two points bring about 4 in 5 of their bags to the one they use most: 70 to 92 %.

    Skipped below 500 documents of such farmers.
    """
    two = data.enrolments.group_by("farmer").agg(points=pl.len()).filter(pl.col("points") == 2)
    two = two.select(pl.col("farmer").cast(data.ids["farmer"], strict=False))
    counts = data.deliveries.join(two, on="farmer", how="semi").group_by("farmer", "point").agg(bags=pl.len())
    total = int(counts["bags"].sum())
    if total < MAIN_SAMPLE:
        raise Skip(f"there are {total} documents of farmers on two points, fewer than {MAIN_SAMPLE}")
    most = int(counts.group_by("farmer").agg(pl.col("bags").max())["bags"].sum())
    if not 0.70 <= most / total <= 0.92:
        row = pl.DataFrame({"percent": [100 * most / total]})
        yield Fault("documents", _POINT, row, "{percent} % of the bags go to the point used most, not about 80 %")
