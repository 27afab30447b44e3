"""The data package descriptor: valid, true of the files, and a second opinion on every key."""

from __future__ import annotations

import copy
import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from demo_data.build import build
from demo_data.dataset.manifest import read_manifest
from demo_data.export.datapackage import datapackage
from demo_data.profile import load_profile
from demo_data.tea import DOMAIN
from demo_data.versions.write import finish
from tests.export.conftest import read_json
from tests.running import contents
from tests.versions.keys import PRIMARY_KEYS, REFERENCES
from tests.versions.oracle import Rows, faults, flattened, inline, metadata_faults, put, refuse

TYPES = {
    pl.String: "string",
    pl.Boolean: "boolean",
    pl.Int32: "integer",
    pl.Int64: "integer",
    pl.Float64: "number",
    pl.Datetime: "datetime",
    pl.Date: "date",
    pl.Struct: "object",
    pl.List: "array",
}


MONTHS = ("2025-11", "2025-12", "2026-01")
"""Of the weather in `minimal`."""


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.socket.connect", refuse)


@pytest.fixture(scope="module")
def parts_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`minimal` without JSON, its weather in files by month."""
    out = tmp_path_factory.mktemp("data") / "parts"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("demo_data.plan.ROWS_PER_PART", 40)
        build(load_profile("minimal"), out, json_form=False, finish=finish)
    return out


def test_what_it_says_of_the_whole(demo_dir: Path, descriptor: dict[str, Any]) -> None:
    """It is of version 2, names licence and sources, warns that the data is synthetic, and bears the identity."""
    manifest = read_json(demo_dir, "snapshot.json")
    titles = [source["title"] for source in descriptor["sources"]]

    assert descriptor["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert (descriptor["name"], descriptor["id"]) == ("demo", manifest["identity"])
    assert descriptor["licenses"] == [{"name": "Apache-2.0", "path": "https://spdx.org/licenses/Apache-2.0.html"}]
    assert manifest["notice"] in descriptor["description"]
    assert "from 2025-11-03 to 2026-01-31" in descriptor["description"]
    assert len(set(titles)) == len(titles) > 50
    assert [title for title in titles if "libphonenumber" in title]


def test_a_pure_function(demo_dir: Path, descriptor: dict[str, Any]) -> None:
    """Folder and manifest settle it, and what is published is what it returns."""
    assert datapackage(demo_dir, read_manifest(demo_dir), DOMAIN) == descriptor


def test_valid(descriptor: dict[str, Any], parts_dir: Path) -> None:
    """Frictionless finds no fault with the descriptor, with JSON and without, one file or parts."""
    assert metadata_faults(descriptor) == []
    assert metadata_faults(read_json(parts_dir)) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("resources", 0, "name"), None),
        (("resources", 0, "schema", "primaryKey"), ["ghost"]),
        (("resources", 3, "schema", "foreignKeys", 0, "fields"), ["ghost"]),
        (("resources", 0, "schema", "fields", 0, "constraints", "maximum"), "z"),
        (("licenses", 0), {}),
        (("keywords",), "tea"),
    ],
)
def test_invalid(path: tuple[Any, ...], value: Any, descriptor: dict[str, Any]) -> None:
    """It does find a descriptor wrong that is."""
    broken = copy.deepcopy(descriptor)
    place: Any = broken
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value

    assert metadata_faults(broken) != []


def test_the_data_is_as_described(descriptor: dict[str, Any], rows: Rows) -> None:
    """By frictionless, every table has the described rows, fields, types, limits and keys."""
    assert faults(inline(descriptor, rows)) == []


FAULTS = [
    ("a type", "farmers", "is_active", "perhaps", "type-error"),
    ("a required field", "farmers", "first_name", None, "constraint-error"),
    ("an upper bound", "farmers", "farm_size_hectares", 1000.5, "constraint-error"),
    ("a lower bound", "weather_observations", "precipitation_mm", -0.1, "constraint-error"),
    ("a permitted word", "farmers", "pref_lang", "fr", "constraint-error"),
    ("a pattern", "collection_points", "status", "closed", "constraint-error"),
    ("a length", "farmers", "last_name", "x" * 101, "constraint-error"),
    ("a moment", "farmers", "created_at", "yesterday", "type-error"),
    ("a list", "collection_points", "collection_days", "mon", "type-error"),
    ("a record", "farmers", "farm_location", 5, "type-error"),
    ("a reference", "farmers", "region_id", "nowhere-highland", "foreign-key"),
]


@pytest.mark.parametrize(("what", "table", "field", "value", "error"), FAULTS, ids=[fault[0] for fault in FAULTS])
def test_a_fault_in_the_data(
    what: str, table: str, field: str, value: Any, error: str, descriptor: dict[str, Any], rows: Rows
) -> None:
    """Frictionless finds a value that is not as described, and nothing else."""
    keys = {table, "regions", "factories"}
    wanted = [resource for resource in descriptor["resources"] if resource["name"] in keys]
    bad = {**rows, table: [{**rows[table][0], field: value}, *rows[table][1:]]}
    found = faults(inline({**descriptor, "resources": wanted}, bad))

    assert [(name, kind) for name, kind, _ in found] == [(table, error)], what


@pytest.mark.parametrize("table", DOMAIN.tables)
def test_types_are_those_of_the_files(table: str, demo_dir: Path, schemas: dict[str, Any]) -> None:
    """A field per column, in order, of the type that Polars reads; what is required is never null."""
    frame = pl.read_parquet(demo_dir / f"{table}.parquet")
    fields = schemas[table]["fields"]

    assert [(field["name"], field["type"]) for field in fields] == [
        (name, TYPES[type(kind) if isinstance(kind, pl.DataType) else kind]) for name, kind in frame.schema.items()
    ]
    assert [
        field["name"] for field in fields if field["constraints"].get("required") and frame[field["name"]].has_nulls()
    ] == []


def test_only_optional_fields_may_be_missing(schemas: dict[str, Any]) -> None:
    """All top-level fields are required but the contract's optional ones; no text stands for a missing value."""
    optional = {
        (table, field["name"])
        for table, schema in schemas.items()
        for field in schema["fields"]
        if not field["constraints"].get("required")
    }

    assert optional == {
        ("grading_models", "regulatory_authority"),
        ("source_configs", "validation"),
        ("source_configs", "events"),
        ("collection_points", "clerk_id"),
        ("collection_points", "clerk_phone"),
        ("farmers", "grower_number"),
    }
    assert [schema["missingValues"] for schema in schemas.values()] == [[]] * len(DOMAIN.tables)


def test_keys(schemas: dict[str, Any]) -> None:
    """Primary and foreign keys are the contract's; Table Schema's own words say those of columns."""
    said = {
        kind: sorted(
            (table, *key["fields"], key["reference"]["resource"], *key["reference"]["fields"])
            for table, schema in schemas.items()
            for key in schema.get(kind, [])
        )
        for kind in ("foreignKeys", "nestedForeignKeys")
    }
    nested = [key for key in REFERENCES if "." in key[1] or "[]" in key[1]]

    assert {table: schema["primaryKey"] for table, schema in schemas.items()} == PRIMARY_KEYS
    assert said["foreignKeys"] == [key for key in REFERENCES if key not in nested]
    assert said["nestedForeignKeys"] == sorted(
        [*nested, ("source_configs", "transformation.ai_agent_id", "agent_configs", "agent_id")]
    )
    assert len(nested) == 7


def test_the_oracle_holds(descriptor: dict[str, Any], rows: Rows) -> None:
    """By frictionless's own checks every key of `demo` is unique and every reference names a row: all of them."""
    package = flattened(descriptor, rows)
    checked = [key["fields"] for resource in package["resources"] for key in resource["schema"]["foreignKeys"]]

    assert len(checked) == len(REFERENCES) == 14
    assert sum(len(resource["data"]) for resource in package["resources"]) > 750
    assert faults(package) == []


@pytest.mark.parametrize(("table", "path", "target", "column"), REFERENCES)
def test_a_dangling_key(
    table: str, path: str, target: str, column: str, descriptor: dict[str, Any], rows: Rows
) -> None:
    """A reference to nothing, in any foreign key, is what frictionless finds, and all that it finds."""
    bad = {**rows, table: copy.deepcopy(rows[table])}
    put(bad[table][-1], path, "GHOST")
    found = faults(flattened(descriptor, bad))
    where, named = (f"{table}.{path.removesuffix('[]')}", "item") if path.endswith("[]") else (table, path)

    assert found == [
        (where, "foreign-key", f'for "{named}": values "GHOST" not found in the lookup table "{target}" as "{column}"')
    ]


@pytest.mark.parametrize("table", DOMAIN.tables)
def test_a_duplicate_key(table: str, descriptor: dict[str, Any], rows: Rows) -> None:
    """A row that stands twice is what frictionless finds, and all that it finds, in every table."""
    bad = {**rows, table: [*rows[table], rows[table][0]]}

    assert [(name, kind) for name, kind, _ in faults(flattened(descriptor, bad))] == [(table, "primary-key")]


def test_files(demo_dir: Path, parts_dir: Path) -> None:
    """Each resource lists its files with size and hash, and reads its JSON, or else its Parquet."""
    for folder in (demo_dir, parts_dir):
        resources = read_json(folder)["resources"]
        listed = {file["path"]: file["hash"] for resource in resources for file in resource["files"]}
        there = {path: bytes for path, bytes in contents(folder).items() if ".parquet" in path or "json/" in path}

        assert listed == {path: f"sha256:{bytes}" for path, bytes in there.items()}
        for resource in resources:
            assert [file["bytes"] for file in resource["files"]] == [
                (folder / file["path"]).stat().st_size for file in resource["files"]
            ]
    whole = [resource["path"] for resource in read_json(demo_dir)["resources"]]
    assert whole == [f"json/{table}.json" for table in DOMAIN.tables]
    parts = [f"weather_observations.parquet/{month}.parquet" for month in MONTHS]
    paths = {resource["name"]: resource["path"] for resource in read_json(parts_dir)["resources"]}
    assert paths["weather_observations"] == parts
    assert paths["regions"] == "regions.parquet"


@pytest.mark.parametrize("damage", [False, True])
def test_hashes(damage: bool, demo_dir: Path, descriptor: dict[str, Any], tmp_path: Path) -> None:
    """By frictionless, which counts and hashes files itself, sizes and hashes are those of the files; damage shows."""
    from frictionless import Resource

    folder = Path(shutil.copytree(demo_dir, tmp_path / "set"))
    file = next(file for file in descriptor["resources"][6]["files"] if file["path"] == "farmers.parquet")
    if damage:
        text = bytearray((folder / file["path"]).read_bytes())
        text[5000] ^= 1
        (folder / file["path"]).write_bytes(text)
    report = Resource.from_descriptor({"name": "farmers", "type": "file", **file}, basepath=str(folder)).validate()

    assert [error.type for error in report.tasks[0].errors] == ["hash-count"] * damage
