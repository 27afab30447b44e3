"""Documents per second of a load, against a bare bulk of the same operations, into the same server, in turn.

The server is the tests' own, without transactions, in a process of its own; or the one that the variable
DEMO_DATA_TEST_MONGODB_URI names. The bare bulk has its documents ready in memory, as BSON, and upserts 1,000 at a time
into collections with the same indexes. The load reads Parquet, compares, stages, lets the server merge, and reads back;
its checks are timed apart.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from pymongo import MongoClient, ReplaceOne

from demo_data.build import build
from demo_data.export.mongodb import load
from demo_data.export.mongodb.documents import batches, sources
from demo_data.export.mongodb.targets import targets
from demo_data.profile import load_profile
from demo_data.tea import DOMAIN
from demo_data.validation import validate
from tests.export.mongodb.serving import Databases, serving

PROFILE = "demo-large"
ROUNDS = 3
SUFFIX = "bench"


def run() -> None:
    """Measure and print."""
    with TemporaryDirectory() as place, _server(Path(place)) as uri, Databases(uri, SUFFIX) as databases:
        data = Path(place) / "data"
        build(load_profile(PROFILE), data, json_form=False)
        began = time.perf_counter()
        checked = validate(data)
        checks = time.perf_counter() - began
        number = sum(checked.rows.values())
        seconds: dict[str, list[float]] = {"bare": [], "load": [], "again": []}
        with (
            patch("demo_data.export.mongodb.run.validate", lambda _, domain: checked),
            patch("demo_data.export.mongodb.plan.IN_ONE_TRANSACTION", 0),
        ):
            for _ in range(ROUNDS):
                databases.drop()
                seconds["bare"].append(_bare(data, uri))
                databases.drop()
                seconds["load"].append(_timed(data, uri))
                seconds["again"].append(_timed(data, uri))
    print(f"loading {PROFILE}, {number:,} documents, documents per second (median of {ROUNDS}, in turn)")
    ratio = median(bare / ours for bare, ours in zip(seconds["bare"], seconds["load"], strict=True))
    print(f"  bare bulk of upserts            {number / median(seconds['bare']):>10,.0f}")
    print(f"  load                            {number / median(seconds['load']):>10,.0f}   ratio {ratio:.2f}")
    print(f"  load again, nothing changed     {number / median(seconds['again']):>10,.0f}")
    print(f"  the checks before it            {checks:>10.2f} s")


@contextmanager
def _server(place: Path) -> Iterator[str]:
    if given := os.environ.get("DEMO_DATA_TEST_MONGODB_URI"):
        yield given
        return
    with serving(place, "--standalone") as uri:
        yield uri


def _timed(data: Path, uri: str) -> float:
    began = time.perf_counter()
    load(data, uri, suffix=SUFFIX)
    return time.perf_counter() - began


def _bare(data: Path, uri: str) -> float:
    """Seconds of nothing but pymongo's bulks."""
    found = sources(data, DOMAIN)
    work = [(target, list(batches(DOMAIN, target, found[target.table]))) for target in targets(DOMAIN, found, SUFFIX)]
    began = time.perf_counter()
    with MongoClient[dict[str, Any]](uri) as client:
        for target, parts in work:
            collection = client[target.database][target.collection]
            for index in target.indexes:
                collection.create_index(list(index["key"].items()), unique=index["unique"])
            for part in parts:
                identified = [(dict(zip(target.identity, item.key, strict=True)), item.document) for item in part]
                collection.bulk_write([ReplaceOne(*one, upsert=True) for one in identified], ordered=False)
    return time.perf_counter() - began
