"""Moments in their order, and none after the world's end."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

import polars as pl

from demo_data.schema.tree import tree
from demo_data.validation.dataset import Dataset
from demo_data.validation.rules import Bads, Faults, row_rule, rule
from demo_data.validation.violation import Bad, Fault

DOCUMENT_STEPS = (
    "ingestion.received_at",
    "raw_document.stored_at",
    "extraction.extraction_timestamp",
    "ingestion.processed_at",
    "created_at",
)


@row_rule("nothing-later")
def nothing_later(data: Dataset) -> Bads:
    """No moment is later than the last day, 21:00 in Kenya, and no date later than that day."""
    end = pl.lit(data.end).dt.replace_time_zone("UTC")
    for name, table in data.tables.items():
        for node in tree(table.model).leaves():
            if node.type is datetime:
                yield Bad(name, node.path, pl.col(node.path) > end, f"{{{node.path}}} is after the dataset's end")
            if node.type is date:
                late = pl.col(node.path) > data.as_of
                yield Bad(name, node.path, late, f"{{{node.path}}} is after the dataset's last day")


@row_rule("created-updated")
def created_updated(data: Dataset) -> Bads:
    """A record is created before it is updated, or at the same moment."""
    for name in data.tables:
        bad = pl.col("created_at") > pl.col("updated_at")
        yield Bad(name, "updated_at", bad, "{updated_at} is before created_at, {created_at}")


@row_rule("document-order", "documents")
def document_order(data: Dataset) -> Bads:
    """A document is received, stored, extracted, processed and created, in this order."""
    for before, after in pairwise(DOCUMENT_STEPS):
        bad = pl.col(after) < pl.col(before)
        yield Bad("documents", after, bad, f"{{{after}}} is before {before}, {{{before}}}")


@rule("delivery-history", "documents")
def delivery_history(data: Dataset) -> Faults:
    """Deliveries lie in the history: the recipe's number of days up to the last day, this one included."""
    first = data.as_of - timedelta(days=data.days - 1)
    early = data.deliveries.filter(pl.col("day") < first)
    yield Fault("documents", "ingestion.received_at", early, f"{{at}} is before the history, which begins on {first}")


@rule("registered-first", "documents", "farmers")
def registered_first(data: Dataset) -> Faults:
    """A farmer is registered before the first delivery."""
    firsts = data.deliveries.group_by("farmer").agg(first=pl.col("at").min())
    farmers = data.frame("farmers", "id", "registration_date").with_columns(
        farmer=pl.col("id").cast(data.ids["farmer"], strict=False),
        local=pl.col("registration_date").dt.replace_time_zone(None) + timedelta(hours=3),
    )
    late = farmers.join(firsts, on="farmer", maintain_order="left").filter(pl.col("local") > pl.col("first"))
    message = "{registration_date} is after the first delivery, {first} in Kenya"
    yield Fault("farmers", "registration_date", late, message)
