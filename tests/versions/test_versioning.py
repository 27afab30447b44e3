"""Which version comes next: the part that must grow follows from what changed."""

from __future__ import annotations

import hashlib

import pytest

from demo_data.dataset.manifest import Manifest, TableEntry
from demo_data.versions import versioning
from demo_data.versions.pin import Tag


def hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def manifest(version: str | None = "1.0", **tables: str) -> Manifest:
    """A manifest whose tables are written as `schema/content`; its identity is all of them."""
    hashes = {table: list(map(hashed, text.split("/"))) for table, text in tables.items()}
    listed = [TableEntry(table=name, rows=1, schema=a, content=b, files=()) for name, (a, b) in hashes.items()]
    return Manifest(
        format=2,
        profile="demo",
        generator="1.0",
        schema=version,
        recipe=hashed("recipe"),
        identity=hashed(repr(tables)),
        rows=dict.fromkeys(tables, 1),
        tables=tuple(listed),
    )


OLD = manifest(farmers="s/1", documents="s/1")
SAME = manifest(farmers="s/1", documents="s/1")
VALUES = manifest(farmers="s/2", documents="s/1")
SCHEMA = manifest(farmers="t/1", documents="s/1")
NEW_TABLE = manifest(farmers="s/1", documents="s/1", regions="s/1")
NO_TABLE = manifest(farmers="s/1")
NUMBER = manifest("1.1", farmers="s/1", documents="s/1")


def told(version: str, new: Manifest, known: dict[str, Manifest]) -> list[str]:
    pins = {Tag.parse(f"demo@{name}"): found for name, found in known.items()}
    return versioning.faults(Tag.parse(f"demo@{version}"), new, sorted(pins), pins.__getitem__)


@pytest.mark.parametrize(
    ("version", "new"),
    [
        ("v1.1.0", VALUES),
        ("v1.7.3", VALUES),
        ("v2.0.0", VALUES),
        ("v2.0.0", SCHEMA),
        ("v3.1.4", NEW_TABLE),
        ("v2.0.0", NO_TABLE),
        ("v2.0.0", NUMBER),
    ],
)
def test_right(version: str, new: Manifest) -> None:
    """A version is right whose number grows by the part that the change demands, or by more."""
    assert told(version, new, {"v1.0.0": OLD}) == []


def test_first() -> None:
    """Any number will do for the first version."""
    assert told("v0.3.9", OLD, {}) == []


@pytest.mark.parametrize(
    ("version", "new", "why"),
    [
        (
            "v1.0.1",
            VALUES,
            "rows or values of farmers changed since demo@v1.0.0, so the minor number must grow; use v1.1.0",
        ),
        (
            "v1.0.1",
            SCHEMA,
            "the schema of farmers changed since demo@v1.0.0, so the major number must grow; use v2.0.0",
        ),
        (
            "v1.4.0",
            SCHEMA,
            "the schema of farmers changed since demo@v1.0.0, so the major number must grow; use v2.0.0",
        ),
        ("v1.1.0", NEW_TABLE, "regions came since demo@v1.0.0, so the major number must grow; use v2.0.0"),
        ("v1.1.0", NO_TABLE, "documents went since demo@v1.0.0, so the major number must grow; use v2.0.0"),
        (
            "v1.1.0",
            NUMBER,
            "the schema's version changed from 1.0 to 1.1 since demo@v1.0.0, so the major number must grow; use v2.0.0",
        ),
    ],
)
def test_too_small(version: str, new: Manifest, why: str) -> None:
    """A number that grows too little is refused; what changed and the smallest right version are told."""
    assert told(version, new, {"v1.0.0": OLD}) == [f"demo@{version}: {why}"]


@pytest.mark.parametrize("version", ["v1.0.1", "v1.1.0", "v2.0.0"])
def test_nothing_changed(version: str) -> None:
    """The same identity is never another version, whatever its number."""
    (said,) = told(version, SAME, {"v1.0.0": OLD})

    assert said.startswith("nothing has changed since demo@v1.0.0: ")


def test_its_own_predecessor() -> None:
    """A version between others is compared with the greatest one below it; advice follows from the latest."""
    known = {"v1.0.0": OLD, "v1.2.0": VALUES, "v2.0.0": SCHEMA}
    other = manifest(farmers="s/3", documents="s/1")

    assert told("v1.1.0", other, known) == []
    assert told("v1.2.1", other, known) == [
        "demo@v1.2.1: rows or values of farmers changed since demo@v1.2.0, so the minor number must grow; use v3.0.0"
    ]


def test_before_the_first() -> None:
    """Nothing comes before the first version."""
    assert told("v0.9.0", VALUES, {"v1.0.0": OLD, "v1.1.0": NO_TABLE}) == [
        "demo@v0.9.0 comes before demo@v1.0.0, the first version; use v2.0.0"
    ]


def test_a_manifest_without_schema_version() -> None:
    """A manifest of an older format, which tells no schema version, says nothing of schemas by that."""
    assert told("v1.1.0", VALUES, {"v1.0.0": manifest(None, farmers="s/1", documents="s/1")}) == []


def test_never_twice() -> None:
    """What another version holds, a later one too, is not published again."""
    known = {"v1.0.0": OLD, "v2.0.0": VALUES}

    (said,) = told("v1.1.0", VALUES, known)
    assert said.startswith("nothing has changed since demo@v2.0.0: its identity is ")
