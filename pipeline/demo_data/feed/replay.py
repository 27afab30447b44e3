"""Applies a feed to the dataset that it leads from, which gives the one that it leads to: proven by its identity.

Relied upon is what each event tells in `source.row`: records that came or changed stand in these rows of the new
table, and all others fill the rows between, in the order that they had. So nothing need be known of how a table is
ordered, and several feeds, each replayed on what the one before gave, lead where one feed of the whole time does.

Memory: a table's keys, of each event its key and its row, and some ten thousands of records.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from pydantic import ValidationError

from demo_data.common.errors import DataError, UsageError
from demo_data.dataset import content_hash, layout, store
from demo_data.dataset.atomic import staged
from demo_data.dataset.manifest import identity_of
from demo_data.dataset.strict import explained
from demo_data.domain import Domain, default_domain
from demo_data.feed.applied import Applied, Fault, Plan, collected, fitted
from demo_data.feed.changes import Progress
from demo_data.feed.ends import table_entry
from demo_data.feed.reading import events, verified
from demo_data.schema.arrow import arrow_schema
from demo_data.schema.record import Entity

_ROWS = 16_384
_PARSED = 1024
"""Records that are Python's objects at a time: one with many columns takes some 50 KB."""
_BETWEEN = "between"


def apply(
    feed: Path | str,
    old: Path | str,
    out: Path | str,
    *,
    domain: Domain | None = None,
    progress: Progress | None = None,
) -> str:
    """Write the tables that the feed leads to, as Parquet, into `out`, which may be `old`; returns their identity.

    Raises `UsageError` where there is no feed or no dataset, or the feed tells nothing of what was before; `DataError`
    where it is damaged, or does not fit: with the first record that is not what the feed says. Then nothing is written.
    """
    feed, old, out = Path(feed), Path(old), Path(out)
    domain, progress = domain or default_domain(), progress or (lambda *_: None)
    header = verified(feed)
    if header.upserts:
        raise UsageError(f"{feed}: tells what happened after a day, not what was before: it leads from no dataset")
    if unknown := sorted(header.tables.keys() - domain.models.keys()):
        raise UsageError(f"{feed}: tells of {', '.join(unknown)}, which are no tables of {domain}")
    files = {table: layout.parts(old, table) for table in domain.models}
    if not any(files.values()):
        raise UsageError(f"{old}: no tables lie here (nothing called <table>.parquet)")
    with staged(out, replaces=layout.belongings(domain.models, domain.pictures)) as folder:
        between = folder / _BETWEEN
        between.mkdir()
        applied = collected(events(feed, header), between)
        plans = _plans(domain, files, applied, feed)
        tables = [table for table in domain.models if files[table] or table in plans]
        contents: list[content_hash.Content] = []
        for done, table in enumerate(tables):
            progress("replay", done, len(tables))
            rows = _new(domain.models[table], files[table], plans.get(table), applied.get(table))
            contents.append(_write(rows, folder / f"{table}.parquet", domain.models[table]))
        shutil.rmtree(between)
        entries = [table_entry(domain, table, content) for table, content in zip(tables, contents, strict=True)]
        progress("replay", len(tables), len(tables))
        if header.to.identity not in (identity_of(entries), identity_of(each for each in entries if each.rows)):
            raise DataError(
                f"{feed}: does not lead to what it says from {old}: records that it does not touch are others than "
                "those of the dataset that it leads from"
            )
    return str(header.to.identity)


def _plans(domain: Domain, files: dict[str, list[Path]], applied: dict[str, Applied], feed: Path) -> dict[str, Plan]:
    """How each table changes. Raises `DataError` that names the first record that is not what the feed says."""
    found = {table: fitted(domain, table, files[table], events) for table, events in applied.items()}
    faults = [(fault.position, table, fault.what) for table, fault in found.items() if isinstance(fault, Fault)]
    if faults:
        position, table, what = min(faults)
        raise DataError(f"{feed}: does not fit: event {position:,}: the record of {table} with the key {what}")
    return {table: plan for table, plan in found.items() if isinstance(plan, Plan)}


def _new(model: type[Entity], files: Sequence[Path], plan: Plan | None, applied: Applied | None) -> Iterator[pa.Table]:
    """The rows of the new table, some at a time."""
    schema, old = arrow_schema(model), store.batches(files, _ROWS, model)
    if plan is None or applied is None:
        yield from (pa.Table.from_batches([batch]).cast(schema) for batch in old)
        return
    staying, texts = _Staying(old, plan.stays, schema), (text for _, _, (text,) in applied.texts)
    for start in range(0, plan.height, _ROWS):
        stop = min(start + _ROWS, plan.height)
        low, high = np.searchsorted(plan.placed, (start, stop))
        here = np.zeros(stop - start, dtype=bool)
        here[plan.placed[low:high] - start] = True
        order = np.empty(stop - start, np.int64)
        order[~here] = np.arange(stop - start - (high - low))
        order[here] = np.arange(stop - start - (high - low), stop - start)
        kept, placed = staying.next(int((~here).sum())), _parsed(islice(texts, int(high - low)), model)
        yield pa.concat_tables([kept, placed]).combine_chunks().take(order)


class _Staying:
    """The rows that stay, in order, as many at a time as are asked for."""

    def __init__(self, batches: Iterator[pa.RecordBatch], stays: NDArray[np.bool_], schema: pa.Schema) -> None:
        self._batches, self._stays, self._schema = batches, stays, schema
        self._start = 0
        self._ready = schema.empty_table()

    def next(self, count: int) -> pa.Table:
        while self._ready.num_rows < count:
            batch = next(self._batches)
            mask = self._stays[self._start : self._start + batch.num_rows]
            self._start += batch.num_rows
            rows = pa.Table.from_batches([batch]).filter(pa.array(mask)).cast(self._schema)
            self._ready = pa.concat_tables([self._ready, rows])
        taken, self._ready = self._ready.slice(0, count), self._ready.slice(count)
        return taken


def _parsed(texts: Iterator[str], model: type[Entity]) -> pa.Table:
    """Records in their JSON form as rows. Raises `DataError` for one that is no record of the class."""
    schema = arrow_schema(model)
    parts = [schema.empty_table()]
    while some := list(islice(texts, _PARSED)):
        parts.append(pa.Table.from_pylist([_record(text, model) for text in some], schema=schema))
    return pa.concat_tables(parts)


def _record(text: str, model: type[Entity]) -> dict[str, Any]:
    try:
        return model.model_validate_json(text, strict=True).model_dump()
    except ValidationError as error:
        raise DataError(f"the feed has a record that {model.table} cannot have: {explained(error)}") from None


def _write(tables: Iterator[pa.Table], path: Path, model: type[Entity]) -> content_hash.Content:
    """Write a table, some rows at a time; returns their content."""
    content = content_hash.Content()  # added up at once: a content that waits to be joined holds rows
    with pq.ParquetWriter(path, arrow_schema(model), compression="zstd", store_schema=False) as out:
        for table in tables:
            out.write_table(table)
            content += content_hash.of_rows(table, model)
    return content
