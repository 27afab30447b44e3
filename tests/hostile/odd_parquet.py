"""What may lie where a table's Parquet file or one of its parts should."""

from __future__ import annotations

import decimal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.hostile.commands import READERS
from tests.hostile.odd_json import THINGS
from tests.hostile.trying import Prepare, Try, of_command

TABLES = ("farmers", "documents", "weather_observations")
"""A flat table, a nested one, and one of a key of two columns; all are read by several commands."""

Change = Callable[[pa.Table], pa.Table]


def _put(table: pa.Table, values: Any, number: int = 0) -> pa.Table:
    return table.set_column(number, table.schema.names[number], values)


def _repeat(value: Any, kind: pa.DataType) -> Change:
    return lambda table: _put(table, pa.array([value] * table.num_rows, kind))


def _ending(kind: pa.DataType, value: int) -> Change:
    """Every moment, or day, of the table as this number."""

    def change(table: pa.Table) -> pa.Table:
        def of(array: Any) -> Any:
            if pa.types.is_struct(array.type):
                below = [of(child) for child in array.flatten()]
                return pa.StructArray.from_arrays(below, names=[field.name for field in array.type])
            if pa.types.is_timestamp(array.type) or pa.types.is_date(array.type):
                whole = pa.int32() if kind.bit_width == 32 else pa.int64()
                return pa.array([value] * len(array), whole).view(kind)
            return array

        columns = [of(column.combine_chunks()) for column in table.columns]
        return pa.table(columns, names=table.schema.names)

    return change


def _no_utf8(table: pa.Table) -> pa.Table:
    rows = table.num_rows
    offsets = b"".join((2 * number).to_bytes(4, "little") for number in range(rows + 1))
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(b"\xff\xfe" * rows)]
    return _put(table, pa.Array.from_buffers(pa.string(), rows, buffers))


def _renamed(name: str) -> Change:
    return lambda table: table.rename_columns([name, *table.schema.names[1:]])


def _dictionary(table: pa.Table) -> pa.Table:
    return _put(table, table.column(0).combine_chunks().dictionary_encode())


CHANGES: dict[str, Change] = {
    "one column of numbers": lambda table: pa.table({"id": range(table.num_rows)}),
    "no rows": lambda table: table.slice(0, 0),
    "no columns": lambda table: table.select([]),
    "columns reversed": lambda table: table.select(table.schema.names[::-1]),
    "without its first column": lambda table: table.drop_columns(table.schema.names[:1]),
    "a column twice": lambda table: table.append_column(table.schema.names[0], table.column(0)),
    "a column more": lambda table: table.append_column("\x1b[31mhat", table.column(0)),
    "a dotted column": lambda table: table.append_column("ingestion.received_at", table.column(0)),
    "200 columns more": lambda table: pa.table(
        {**{name: table[name] for name in table.schema.names}, **{f"x{n}": table.column(0) for n in range(200)}}
    ),
    "a name of NUL": _renamed("\x00id"),
    "a name of escapes": _renamed("\x1b]0;owned\x07"),
    "a name of 1 MB": _renamed("x" * (1 << 20)),
    "no name": _renamed(""),
    "text in a dictionary": _dictionary,
    "large text": lambda table: _put(table, table.column(0).cast(pa.large_string())),
    "text views": lambda table: _put(table, table.column(0).cast(pa.string_view())),
    "bytes": _repeat(b"\xff", pa.binary()),
    "large bytes": _repeat(b"\xff", pa.large_binary()),
    "fixed bytes": _repeat(b"\xff" * 16, pa.binary(16)),
    "integers": _repeat(1, pa.int64()),
    "unsigned": _repeat(2**64 - 1, pa.uint64()),
    "half floats": _repeat(1.5, pa.float16()),
    "decimals": _repeat(decimal.Decimal("1.5"), pa.decimal128(38, 5)),
    "wide decimals": _repeat(decimal.Decimal("1.5"), pa.decimal256(70, 5)),
    "durations": _repeat(1, pa.duration("us")),
    "times": _repeat(1, pa.time64("ns")),
    "null alone": lambda table: _put(table, pa.nulls(table.num_rows)),
    "null in it": _repeat(None, pa.string()),
    "a map": _repeat([("a", 1)], pa.map_(pa.string(), pa.int64())),
    "a record": _repeat({"a": {"b": [1]}}, pa.struct([("a", pa.struct([("b", pa.list_(pa.int64()))]))])),
    "lists": _repeat([[1]], pa.list_(pa.list_(pa.int64()))),
    "fixed lists": _repeat([1, 2], pa.list_(pa.int64(), 2)),
    "text with NUL and escapes": _repeat("\x00\x1b[31m\n", pa.string()),
    "a text of 1 MB": _repeat("x" * (1 << 20), pa.string()),
    "no UTF-8": _no_utf8,
    "the last microsecond": _ending(pa.timestamp("us", "UTC"), 2**63 - 1),
    "the first microsecond": _ending(pa.timestamp("us"), -(2**63) + 1),
    "the last millisecond": _ending(pa.timestamp("ms", "UTC"), 2**62),
    "the year 50,000": _ending(pa.timestamp("us", "UTC"), 1_515_000_000_000_000_000),
    "the last day": _ending(pa.date32(), 2**31 - 1),
    "the first day": _ending(pa.date32(), -(2**31)),
    "an unknown zone": _ending(pa.timestamp("us", "Mars/Olympus"), 0),
}
"""Tables that were changed and written whole."""


def _cut(keep: int) -> Callable[[bytes], bytes]:
    return lambda data: data[:keep]


BYTES: dict[str, Callable[[bytes], bytes]] = {
    "cut short": _cut(1000),
    "cut to its magic": _cut(4),
    "without its end": lambda data: data[:-1],
    "a footer of 4 GB": lambda data: data[:-8] + b"\xff\xff\xff\xff" + data[-4:],
    "a footer of nothing": lambda data: data[:-8] + bytes(4) + data[-4:],
    "an encrypted footer": lambda data: b"PARE" + data[4:-4] + b"PARE",
    "an encrypted end": lambda data: data[:-4] + b"PARE",
    "pages of ones": lambda data: data[:4] + b"\xff" * 600 + data[604:],
    "pages of zeros": lambda data: data[:4] + bytes(600) + data[604:],
    "a name that is no UTF-8": lambda data: data.replace(b"region_id", b"\xff\xfegion_i").replace(
        b"first_name", b"\xff\xfest_name"
    ),
    "JSON": lambda _: b'[{"id": 1}]',
    "twice in a row": lambda data: data + data,
}
"""Files that were changed byte by byte."""


def _changed(table: str, change: Change, **options: Any) -> Prepare:
    def prepare(here: Path) -> None:
        path = here / "set" / f"{table}.parquet"
        pq.write_table(change(pq.read_table(path)), path, **options)

    return prepare


def _bytes(table: str, change: Callable[[bytes], bytes]) -> Prepare:
    def prepare(here: Path) -> None:
        path = here / "set" / f"{table}.parquet"
        path.write_bytes(change(path.read_bytes()))

    return prepare


def _thing(table: str, make: Callable[[Path], object]) -> Prepare:
    def prepare(here: Path) -> None:
        path = here / "set" / f"{table}.parquet"
        path.unlink()
        make(path)

    return prepare


def _in_parts(table: str, make: Callable[[Path], object], name: str = "part-00001.parquet") -> Prepare:
    """The table as a directory of one part, and something beside it."""

    def prepare(here: Path) -> None:
        path = here / "set" / f"{table}.parquet"
        path.rename(here / "part")
        path.mkdir()
        (here / "part").rename(path / "part-00000.parquet")
        make(path / name)

    return prepare


def _write(columns: dict[str, Any]) -> Callable[[Path], object]:
    return lambda path: pq.write_table(pa.table(columns), path)


def prepared(table: str) -> dict[str, Prepare]:
    """All trouble with a table, by name."""
    made = {name: _changed(table, change) for name, change in CHANGES.items()}
    made |= {name: _bytes(table, change) for name, change in BYTES.items()}
    made |= {f"is {name}": _thing(table, make) for name, make in THINGS.items()}
    made |= {f"a part is {name}": _in_parts(table, make) for name, make in THINGS.items()}
    made["a row group a row"] = _changed(table, lambda found: found, row_group_size=1)
    made["a part of other columns"] = _in_parts(table, _write({"x": [1]}))
    made["a part of other types"] = _in_parts(table, _write({"id": [1], "region_id": [2], "date": ["x"]}))
    made["a part with a newline"] = _in_parts(table, _write({"x": [1]}), "part\n\x1b[31m.parquet")
    made["a marker among parts"] = _in_parts(table, Path.touch, "_SUCCESS")
    made["a hidden part"] = _in_parts(table, Path.touch, ".part-00001.parquet")
    made["an underscored part"] = _in_parts(table, Path.touch, "_part-00001.parquet")
    made["no parts"] = _thing(table, Path.mkdir)
    return made


def tries() -> Iterator[Try]:
    """Every reading command on every such table."""
    for table in TABLES:
        for what, prepare in prepared(table).items():
            for command in READERS:
                yield of_command(command, f"{table}: {what}", prepare)
