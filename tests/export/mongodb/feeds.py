"""Feeds made by hand, in plain Python, of two directories of JSON files; and what lies in a database, byte for byte."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bson import ObjectId, encode
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument

from tests.export.mongodb.serving import Databases
from tests.feed.oracle import KEYS

OLD, NEW, WORLD = "a" * 64, "b" * 64, "c" * 64

Record = dict[str, Any]
Change = tuple[str, Record | None, Record | None]
"""Table, before, after."""


def records(folder: Path, table: str) -> dict[tuple[Any, ...], Record]:
    """A table's records by their keys; none where it has no file."""
    path = folder / f"{table}.json"
    rows = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    return {tuple(row[name] for name in KEYS[table]): row for row in rows}


def between(old: Path, new: Path) -> Iterator[Change]:
    """What changed, in the order of levels and keys."""
    for table in KEYS:
        first, second = records(old, table), records(new, table)
        for key in sorted({*first, *second}):
            if first.get(key) != second.get(key):
                yield table, first.get(key), second.get(key)


def feed(folder: Path, changes: Iterable[Change], *, old: str | None = OLD, key: tuple[str, ...] | None = None) -> Path:
    """A feed of these changes, in their order. `old`: the identity that it leads from; `key`: of other fields."""
    folder.mkdir(parents=True)
    told: dict[str, Counter[str]] = {}
    lines = hashlib.sha256()
    number = 0
    with (folder / "changes.jsonl").open("wb") as file:
        for number, (table, before, after) in enumerate(changes, 1):
            op = "c" if before is None else "d" if after is None else "u"
            line = json.dumps(event(number, op, table, before, after, old, key), ensure_ascii=False).encode() + b"\n"
            told.setdefault(table, Counter())[op] += 1
            lines.update(line)
            file.write(line)
    (folder / "changes.parquet").write_bytes(b"")
    values = {
        "format": 1,
        "notice": "made by hand",
        "from": end("2026-01-31", old),
        "to": end("2026-02-01", NEW),
        "moments": True,
        "events": number,
        "tables": told,
        "files": [
            entry("changes.jsonl", (folder / "changes.jsonl").stat().st_size, lines.hexdigest()),
            entry("changes.parquet", 0, hashlib.sha256().hexdigest()),
        ],
    }
    (folder / "feed.json").write_text(json.dumps(values), encoding="utf-8")
    return folder


def entry(path: str, size: int, digest: str) -> dict[str, Any]:
    """A file, as a header tells of it."""
    return {"path": path, "bytes": size, "sha256": digest}


def end(as_of: str, identity: str | None) -> dict[str, Any]:
    """A dataset, as a header tells of it."""
    return {"profile": "minimal", "as_of": as_of, "identity": identity, "world": WORLD, "generator": "1.0.0"}


def event(
    number: int,
    op: str,
    table: str,
    before: Record | None,
    after: Record | None,
    old: str | None = OLD,
    key: tuple[str, ...] | None = None,
) -> dict[str, Any]:
    """An event, as it stands in a line."""
    record = before if after is None else after
    assert record is not None
    moment = 1769860800000 + number
    source = {
        "version": "1.0.0",
        "connector": "demo-data",
        "name": "minimal",
        "ts_ms": moment,
        "snapshot": "false",
        "db": "plantation",
        "table": table,
        "key": {name: record[name] for name in key or KEYS.get(table, ("id",))},
        "position": number,
        "row": 0,
        "from": old,
        "to": NEW,
    }
    return {"before": before, "after": after, "source": source, "op": op, "ts_ms": moment, "transaction": None}


def dump(databases: Databases) -> dict[str, Any]:
    """All that lies there: by collection the indexes, and the bytes of each document without the id of a server."""
    options: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument)
    found = {}
    for place in databases.places():
        documents = []
        for document in databases.collection(place).with_options(options).find():
            values = dict(document)
            if isinstance(values["_id"], ObjectId):
                del values["_id"]
            documents.append(encode(values))
        found[place] = (sorted(documents), databases.indexes(place))
    return found
