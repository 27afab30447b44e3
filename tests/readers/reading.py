"""Reads every table of a dataset with one library and compares it, value by value, with the dataset's JSON form.

Runs where only that library is: `python reading.py LIBRARY DATASET`. Prints what differs, and the library's version.
The exit code is 1 where anything does.

Records are compared leaf by leaf, under dotted paths, since libraries give nested records as dictionaries or as columns
with such names. Nothing and an empty record are one, and so is what pandas gives for nothing.
"""

from __future__ import annotations

import datetime
import json
import math
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

Records = Sequence[Mapping[str, Any]]


def pyarrow(path: Path) -> Records:
    from pyarrow.parquet import read_table

    found: Records = read_table(path).to_pylist()
    return found


def duckdb(path: Path) -> Records:
    import duckdb

    duckdb.sql("set timezone = 'UTC'")
    found = duckdb.sql(f"select * from read_parquet('{path}{'/*.parquet' if path.is_dir() else ''}')")
    assert found is not None
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def polars(path: Path) -> Records:
    import polars

    return polars.read_parquet(path / "*.parquet" if path.is_dir() else path).to_dicts()


def pandas(path: Path) -> Records:
    import pandas

    return _records(pandas.read_parquet(path, engine="pyarrow"))


def fastparquet(path: Path) -> Records:
    import pandas
    from fastparquet import ParquetFile

    parts = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
    return _records(pandas.concat([ParquetFile(str(part)).to_pandas() for part in parts]))


def _records(frame: Any) -> Records:
    found: Records = frame.to_dict("records")
    return found


def pyspark(path: Path) -> Records:
    from sparks import session

    return [row.asDict(recursive=True) for row in session().read.parquet(str(path)).collect()]


READERS: dict[str, Callable[[Path], Records]] = {
    read.__name__: read for read in (pyarrow, duckdb, polars, pandas, fastparquet, pyspark)
}


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The values of a record by their dotted paths, as JSON has them. A list is one value."""
    if hasattr(value, "tolist"):  # NumPy's
        value = value.tolist()
    if isinstance(value, Mapping):
        for name, below in value.items():
            yield from leaves(below, f"{path}.{name}" if path else name)
    elif isinstance(value, list | tuple):
        yield path, [list(leaves(each)) for each in value]
    elif (found := _scalar(value)) is not None:
        yield path, found


def _scalar(value: Any) -> Any:
    if type(value).__name__ in ("NAType", "NaTType") or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, datetime.datetime):
        moment = value.replace(tzinfo=datetime.UTC) if value.tzinfo is None else value.astimezone(datetime.UTC)
        return moment.isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, datetime.date) else value


def _same(library: str, ours: Any, theirs: Any) -> bool:
    """Whether a value is that of the JSON form, but for what a library gives back otherwise, whoever wrote it."""
    if ours == theirs:
        return type(ours) is type(theirs) or {type(ours), type(theirs)} == {int, float}
    if library != "fastparquet":
        return False
    if isinstance(ours, str) and theirs == f"{ours}T00:00:00Z":  # days come as moments
        return True
    if not ours and not theirs:  # a list in a record that is not there comes as an empty one
        return {type(ours), type(theirs)} == {type(None), list}
    return theirs is None and isinstance(ours, list) and all(path for each in ours for path, _ in each)  # of records


def differences(library: str, dataset: Path) -> Iterator[str]:
    """What a library reads otherwise than the JSON form has it."""
    for form in sorted((dataset / "json").glob("*.json")):
        table = dataset / f"{form.stem}.parquet"
        found, wanted = READERS[library](table), json.loads(form.read_text("utf-8"))
        if len(found) != len(wanted):
            yield f"{table.name}: {len(found)} rows, not {len(wanted)}"
        for row, (given, record) in enumerate(zip(found, wanted, strict=False)):
            theirs, ours = dict(leaves(given)), dict(leaves(record))
            for path in sorted(ours.keys() | theirs.keys()):
                if not _same(library, ours.get(path), theirs.get(path)):
                    yield f"{table.name}[{row}] {path}: {theirs.get(path)!r}, not {ours.get(path)!r}"


def main() -> int:
    print("begun", flush=True)
    library, dataset = sys.argv[1], Path(sys.argv[2])
    found = list(differences(library, dataset))
    print(*found[:20], f"{library} {import_module(library).__version__}: {len(found)} differences", sep="\n")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
