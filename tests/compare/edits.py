"""Tables as plain records, edited at random; and what differs between two of them, by plain dictionaries."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

Record = dict[str, Any]

KEYS = {
    "grading_models": ("model_id",),
    "regions": ("region_id",),
    "factories": ("id",),
    "weather_observations": ("region_id", "date"),
    "collection_points": ("id",),
    "farmers": ("id",),
    "documents": ("document_id",),
    "farmer_performance": ("farmer_id",),
}

_VALUES: list[tuple[Any, st.SearchStrategy[Any]]] = [
    (pa.types.is_string, st.sampled_from(["", "x", "null", "Ñandú", "a|b"])),
    (pa.types.is_boolean, st.booleans()),
    (pa.types.is_floating, st.sampled_from([0.0, -0.0, 1.5, math.nan, math.inf, 1e-300, 0.1 + 0.2, 0.3])),
    (pa.types.is_integer, st.integers(-2, 200)),
    (pa.types.is_timestamp, st.sampled_from([datetime(2025, 5, 1, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC)])),
    (pa.types.is_date, st.sampled_from([date(2025, 5, 1), date(9999, 12, 31)])),
]


def nullable(field: pa.Field) -> pa.Field:
    """The column as one that allows nulls everywhere."""
    kind = field.type
    if pa.types.is_struct(kind):
        kind = pa.struct([nullable(below) for below in kind])
    elif pa.types.is_list(kind):
        kind = pa.list_(nullable(kind.value_field))
    return pa.field(field.name, kind)


def read(folder: Path, table: str) -> tuple[pa.Schema, list[Record]]:
    """A table's records, and a schema that allows nulls."""
    found = pq.read_table(folder / f"{table}.parquet")
    return pa.schema([nullable(field) for field in found.schema]), found.to_pylist()


def write(folder: Path, table: str, schema: pa.Schema, records: list[Record], parts: int = 1) -> Path:
    """The records as Parquet, in as many parts as that; returns the directory."""
    folder.mkdir(parents=True, exist_ok=True)
    made = pa.Table.from_pylist(records, schema)
    if parts == 1:
        pq.write_table(made, folder / f"{table}.parquet", row_group_size=7)
        return folder
    (folder / f"{table}.parquet").mkdir()
    size = len(records) // parts + 1
    for number in range(parts):
        pq.write_table(made.slice(number * size, size), folder / f"{table}.parquet" / f"part-{number:05}.parquet")
    return folder


@st.composite
def edited(draw: st.DrawFn, table: str, schema: pa.Schema, records: list[Record]) -> list[Record]:
    """The records after some are dropped, changed, added, and put in another order."""
    kept = [copy.deepcopy(each) for each in records if draw(st.integers(0, 9))]
    for each in kept:
        for _ in range(draw(st.sampled_from([0, 0, 0, 1, 3]))):
            _change(draw, each, [field for field in schema if field.name not in KEYS[table]])
    for number in range(draw(st.integers(0, 3))):
        kept.insert(draw(st.integers(0, len(kept))), copy.deepcopy(records[0]) | {KEYS[table][0]: f"new-{number}"})
    return draw(st.permutations(kept)) if draw(st.booleans()) else kept


def _change(draw: st.DrawFn, record: Record, fields: list[pa.Field]) -> None:
    """Give one field, at any depth, another value."""
    field = draw(st.sampled_from(fields))
    kind, value = field.type, record[field.name]
    if not draw(st.integers(0, 4)):
        record[field.name] = None
    elif pa.types.is_struct(kind):
        if value is None:
            record[field.name] = {below.name: None for below in kind}
        else:
            _change(draw, value, list(kind))
    elif pa.types.is_list(kind):
        record[field.name] = draw(st.sampled_from([[], [None], (value or [])[1:], [*(value or []), *(value or [])]]))
    else:
        record[field.name] = draw(next(values for matches, values in _VALUES if matches(kind)))


def flat(record: Record, base: str = "") -> Iterator[tuple[str, Any]]:
    """Every field by its path; that a nested record is there is a value too."""
    for name, value in record.items():
        if isinstance(value, dict):
            yield base + name, "is there"
            yield from flat(value, f"{base}{name}.")
        else:
            yield base + name, value


def same(old: Any, new: Any) -> bool:
    """Whether two values are the same: NaN is NaN."""
    if isinstance(old, float) and isinstance(new, float) and math.isnan(old) and math.isnan(new):
        return True
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(same, old, new))
    if isinstance(old, dict) and isinstance(new, dict):
        return old.keys() == new.keys() and all(same(old[name], new[name]) for name in old)
    return bool(old == new)


def expected(table: str, old: list[Record], new: list[Record]) -> dict[str, Any]:
    """What differs, counted by hand; `values` are the changed ones by key and path."""
    before = {tuple(each[name] for name in KEYS[table]): dict(flat(each)) for each in old}
    after = {tuple(each[name] for name in KEYS[table]): dict(flat(each)) for each in new}
    both = [key for key in before if key in after]
    values = {
        (key, path): (before[key].get(path), after[key].get(path))
        for key in both
        for path in before[key] | after[key]
        if not same(before[key].get(path), after[key].get(path))
    }
    fields: dict[str, int] = {}
    for _, path in values:
        fields[path] = fields.get(path, 0) + 1
    return {
        "added": [key for key in after if key not in before],
        "removed": [key for key in before if key not in after],
        "changed": len({key for key, _ in values}),
        "same": len(both) - len({key for key, _ in values}),
        "reordered": both != [key for key in after if key in before],
        "fields": fields,
        "values": values,
    }
