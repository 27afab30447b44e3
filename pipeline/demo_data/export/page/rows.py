"""The rows that a page holds: of a small dataset all, of a large one a sample that is closed under references.

They go as streams of Arrow, which the browser shows and DuckDB reads without an extension, as it needs for Parquet.
Moments lose their mark of UTC there: only DuckDB's extension for calendars knows what it means.
"""

from __future__ import annotations

import base64
import gzip
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pyarrow as pa

from demo_data.dataset import store
from demo_data.domain import Domain
from demo_data.export.page.views import Dataset
from demo_data.faults.sample import Places, sample
from demo_data.schema.arrow import arrow_schema

MOST = 50_000
"""Rows of all tables together, up to which all are held."""
SAMPLED = 8_000
"""Rows of the sampled tables together, about."""
_WHOLE = 10_000
"""Rows of a table that is held whole, whatever the others have."""
_BATCH = 65_536
_SEED = 1


def rows(dataset: Dataset, domain: Domain) -> dict[str, Callable[[], pa.Table]]:
    """For each table what gives the rows that the page holds. Raises `DataError`, `UsageError` as `sample` does."""
    heights = {table: dataset.manifest.by_table[table].rows for table in dataset.tables}
    whole = sum(heights.values()) <= MOST
    large = [] if whole else [table for table, height in heights.items() if height > _WHOLE]
    sampled = sample(domain, dataset.tables, heights, large, _SEED, SAMPLED)
    places = {table: sampled[table].rows if table in sampled else None for table in heights}
    return {table: partial(_held, dataset, domain, table, places[table]) for table in heights}


def _held(dataset: Dataset, domain: Domain, table: str, places: Places | None) -> pa.Table:
    """Rows of a table at some places, or all, in columns that DuckDB knows by itself."""
    schema = pa.schema([_plain(field) for field in arrow_schema(domain.models[table])])
    batches = _batches(dataset, domain, table, places)
    found = (pa.Table.from_batches([batch]).cast(schema) for batch in batches)
    return pa.concat_tables([schema.empty_table(), *found]).combine_chunks()


def _batches(dataset: Dataset, domain: Domain, table: str, places: Places | None) -> Iterator[pa.RecordBatch]:
    start = 0
    for batch in store.batches(dataset.tables[table], _BATCH, domain.models[table]):
        if places is None:
            yield batch
        elif len(some := places[slice(*np.searchsorted(places, (start, start + batch.num_rows)))]):
            yield batch.take(pa.array(some - start))
        start += batch.num_rows


def packed(table: pa.Table) -> str:
    """A table as a stream of Arrow, packed by gzip and written in base64; without rows it has one empty batch."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        for batch in table.to_batches() or [pa.RecordBatch.from_pylist([], schema=table.schema)]:
            stream.write_batch(batch)
    return base64.b64encode(gzip.compress(sink.getvalue().to_pybytes(), 9, mtime=0)).decode()


def _plain(field: pa.Field) -> pa.Field:
    """A column's field without what only extensions of DuckDB know, and without other marks."""
    kind = field.type
    if pa.types.is_timestamp(kind):
        kind = pa.timestamp("us")
    elif pa.types.is_struct(kind):
        kind = pa.struct([_plain(each) for each in kind])
    elif pa.types.is_list(kind):
        kind = pa.list_(_plain(kind.value_field))
    elif pa.types.is_dictionary(kind):
        kind = kind.value_type
    return pa.field(field.name, kind)
