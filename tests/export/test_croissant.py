"""The Croissant metadata: mlcroissant takes it, and reads from it what Polars reads from the files."""

from __future__ import annotations

import copy
import json
import logging
from collections.abc import Callable, Iterator
from datetime import datetime, time
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from demo_data.build import build
from demo_data.dataset.manifest import read_manifest
from demo_data.export.croissant import croissant
from demo_data.profile import load_profile
from demo_data.tea import DOMAIN
from demo_data.versions.write import finish
from tests.running import contents
from tests.versions.keys import PRIMARY_KEYS, REFERENCES
from tests.versions.oracle import refuse

pytestmark = [  # what mlcroissant calls
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning:rdflib"),
    pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame.reset_index is deprecated"),
]

TYPES: dict[Any, str] = {
    pl.String: "sc:Text",
    pl.Boolean: "sc:Boolean",
    pl.Int32: "cr:Int32",
    pl.Int64: "cr:Int64",
    pl.Float64: "cr:Float64",
    pl.Datetime: "sc:DateTime",
    pl.Date: "sc:Date",
}


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.socket.connect", refuse)


def read_json(folder: Path, name: str = "croissant.json") -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / name).read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def metadata(demo_dir: Path) -> dict[str, Any]:
    return read_json(demo_dir)


def fields(metadata: dict[str, Any], table: str) -> Iterator[dict[str, Any]]:
    """A table's fields at any depth, parents first."""
    left = list(next(found for found in metadata["recordSet"] if found["@id"] == table)["field"])
    while left:
        field = left.pop(0)
        yield field
        left = [*field.get("subField", []), *left]


def part(metadata: dict[str, Any], *tables: str) -> dict[str, Any]:
    """The metadata of some record sets, and of those that they refer to: it loads faster."""
    wanted: set[str] = set()
    left = [*tables]
    while left:
        if (table := left.pop()) not in wanted:
            wanted.add(table)
            keys = [field["references"]["field"]["@id"] for field in fields(metadata, table) if "references" in field]
            left += [key.partition("/")[0] for key in keys]
    chosen = [found for found in metadata["recordSet"] if found["@id"] in wanted]
    return copy.deepcopy({**metadata, "recordSet": chosen})


def opened(folder: Path, metadata: dict[str, Any]) -> Any:
    """What mlcroissant makes of metadata beside the files of `folder`."""
    import mlcroissant

    place = folder / "some.json"
    place.write_text(json.dumps(metadata), encoding="utf-8")
    return mlcroissant.Dataset(jsonld=place)


def records(folder: Path, metadata: dict[str, Any], table: str) -> list[dict[str, Any]]:
    """The rows that mlcroissant reads, by the ids of their leaves."""
    return [flat(record) for record in opened(folder, part(metadata, table)).records(table)]


def test_what_it_says_of_the_whole(demo_dir: Path, metadata: dict[str, Any]) -> None:
    """It is of version 1.1, names licence, period and identity, and warns that the data is synthetic."""
    manifest = read_json(demo_dir, "snapshot.json")

    assert metadata["conformsTo"] == "http://mlcommons.org/croissant/1.1"
    assert metadata["license"] == "https://spdx.org/licenses/Apache-2.0.html"
    assert metadata["temporalCoverage"] == "2025-11-03/2026-01-31"
    assert metadata["version"] == f"{manifest['generator']}+{manifest['identity'][:12]}"
    assert manifest["identity"] in metadata["citeAs"]
    assert manifest["notice"] in metadata["description"]


def test_a_pure_function(demo_dir: Path, metadata: dict[str, Any]) -> None:
    """Folder and manifest settle it, and what is published is what it returns."""
    assert croissant(demo_dir, read_manifest(demo_dir), DOMAIN) == metadata


def test_valid(demo_dir: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It loads without an error; all that mlcroissant misses is a day of publication, which no clock may tell here."""
    import mlcroissant

    caplog.set_level(logging.WARNING)
    found = mlcroissant.Dataset(jsonld=demo_dir / "croissant.json").metadata.ctx.issues

    assert found.errors == set()
    assert len(found.warnings) == 1
    assert 'Property "https://schema.org/datePublished" is recommended' in found.report()
    assert "@context" not in caplog.text


FAULTS: dict[str, tuple[Callable[[Any], object], str]] = {
    "no hash": (lambda found: found["distribution"][1].pop("sha256"), "sha256"),
    "a reference to nothing": (
        lambda found: found["recordSet"][1]["field"][3]["references"]["field"].update({"@id": "ghost/id"}),
        "ghost",
    ),
    "a file that is not there": (
        lambda found: found["recordSet"][1]["field"][0]["source"]["fileObject"].update({"@id": "ghost"}),
        "ghost",
    ),
    "an id with a space": (lambda found: found["recordSet"][1]["field"][1].update({"@id": "a b"}), "whitespaces"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_invalid(fault: str, metadata: dict[str, Any], tmp_path: Path) -> None:
    """It finds wrong what is: a file without a hash, what points to nothing."""
    from mlcroissant import ValidationError

    change, error = FAULTS[fault]
    broken = part(metadata, "factories")
    change(broken)
    with pytest.raises(ValidationError, match=error):
        opened(tmp_path, broken)


def plain(value: Any) -> Any:
    """A value of mlcroissant's as Polars has it."""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, list):
        return [plain(item) for item in value]
    if hasattr(value, "to_pydatetime"):
        return value.to_pydatetime()
    return value.item() if hasattr(value, "item") else value


def flat(record: dict[str, Any]) -> dict[str, Any]:
    """A record of mlcroissant's by the ids of its leaves; a list of records counts as one leaf."""
    found: dict[str, Any] = {}
    for name, value in record.items():
        if isinstance(value, dict):
            found |= flat(value)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            found[name] = nothing_or([flat(item) for item in value])
        else:
            found[name] = plain(value)
    return found


def nothing_or(items: list[dict[str, Any]]) -> list[dict[str, Any]] | None:
    """A missing list of records comes as one record without values."""
    return None if all(value is None for item in items for value in item.values()) else items


def leaves(schema: dict[str, Any], row: dict[str, Any] | None, above: str) -> dict[str, Any]:
    """A row of Polars's by the ids of its leaves."""
    found: dict[str, Any] = {}
    for name, kind in schema.items():
        place = f"{above}/{name}".replace(" ", "_")
        value = None if row is None else row[name]
        inner = dict(kind.inner) if isinstance(kind, pl.List) and isinstance(kind.inner, pl.Struct) else {}
        if isinstance(kind, pl.Struct):
            found |= leaves(dict(kind), value, place)
        elif any(isinstance(below, pl.List) and isinstance(below.inner, pl.Struct) for below in inner.values()):
            assert value is None  # an outline: lists in lists, which mlcroissant does not put together
            found |= leaves(inner, None, place)
        elif inner:
            found[place] = value and [leaves(inner, item, place) for item in value]
        elif value is not None and kind == pl.Date:
            found[place] = datetime.combine(value, time())
        else:
            found[place] = value
    return found


def expected(folder: Path, table: str) -> list[dict[str, Any]]:
    """What Polars reads, by mlcroissant's ids; mlcroissant knows no dates, only moments."""
    frame = pl.read_parquet(folder / f"{table}.parquet")
    return [leaves(dict(frame.schema), row, table) for row in frame.iter_rows(named=True)]


@pytest.mark.sample(3)
@pytest.mark.parametrize("table", DOMAIN.tables)
def test_records(table: str, demo_dir: Path, metadata: dict[str, Any], tmp_path: Path) -> None:
    """Each record set gives the rows that Polars reads, value for value, nested ones and lists too."""
    for path in demo_dir.glob("*.parquet"):
        (tmp_path / path.name).symlink_to(path)

    assert records(tmp_path, metadata, table) == expected(demo_dir, table)


def test_nested_lists_are_read(demo_dir: Path) -> None:
    """What the comparison of rows rests on: lists of records, lists in them, and dicts' missing keys are there."""
    models = {row["grading_models/model_id"]: row for row in expected(demo_dir, "grading_models")}
    rules = "grading_models/grade_rules/conditional_reject"

    assert models["tbk_kenya_tea_v1"][rules][0][f"{rules}/reject_values"] == ["hard"]
    assert models["ktda_ternary_v1"][rules] == []
    assert models["ktda_ternary_v1"]["grading_models/attributes/coarse_subtype/num_classes"] is None


def test_parts(metadata: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table of several parts is a set of files, each with its hash, whose rows come in order."""
    monkeypatch.setattr("demo_data.plan.ROWS_PER_PART", 40)
    build(load_profile("minimal"), tmp_path, json_form=False, finish=finish)
    found = read_json(tmp_path)
    files = {file["@id"] for file in found["distribution"] if file["@type"] == "cr:FileObject"}
    sets = {file["@id"]: file["includes"] for file in found["distribution"] if file["@type"] == "cr:FileSet"}

    assert files >= {f"weather_observations.parquet/{month}.parquet" for month in ("2025-11", "2025-12", "2026-01")}
    assert sets["weather_observations.parquet"] == "weather_observations.parquet/*.parquet"
    assert "regions.parquet" in files
    assert records(tmp_path, found, "weather_observations") == expected(tmp_path, "weather_observations")


def test_files(demo_dir: Path, metadata: dict[str, Any]) -> None:
    """The recipe and every table's files, Parquet and JSON, stand there with size and SHA-256."""
    wanted = {path: sha for path, sha in contents(demo_dir).items() if ".parquet" in path or "json/" in path}
    wanted["recipe.json"] = contents(demo_dir)["recipe.json"]
    files = metadata["distribution"]

    assert {file["contentUrl"]: file["sha256"] for file in files} == wanted
    assert {file["contentUrl"]: file["contentSize"] for file in files} == {
        path: f"{(demo_dir / path).stat().st_size} B" for path in wanted
    }


def test_a_flipped_bit(demo_dir: Path, metadata: dict[str, Any], tmp_path: Path) -> None:
    """It refuses to read a file whose bytes are not those of the hash."""
    from mlcroissant import GenerationError

    text = bytearray((demo_dir / "regions.parquet").read_bytes())
    text[100] ^= 1
    (tmp_path / "regions.parquet").write_bytes(text)
    with pytest.raises(GenerationError) as caught:
        records(tmp_path, metadata, "regions")

    assert "is not identical" in str(caught.value.__cause__)


@pytest.mark.parametrize("table", DOMAIN.tables)
def test_types_are_those_of_the_files(table: str, demo_dir: Path, metadata: dict[str, Any]) -> None:
    """Every leaf has the type that Polars reads, and is an array where Polars reads a list."""

    def read(schema: dict[str, Any], above: str) -> Iterator[tuple[str, bool, str | None]]:
        for name, kind in schema.items():
            place = f"{above}/{name}".replace(" ", "_")
            inner: Any = kind.inner if isinstance(kind, pl.List) else kind
            below = isinstance(inner, pl.Struct)
            yield place, isinstance(kind, pl.List), None if below else TYPES[type(inner)]
            if below:
                yield from read(dict(inner), place)

    found = [(field["@id"], field.get("isArray", False), field.get("dataType")) for field in fields(metadata, table)]

    assert found == list(read(dict(pl.read_parquet_schema(demo_dir / f"{table}.parquet")), table))


def test_keys(metadata: dict[str, Any]) -> None:
    """Primary and foreign keys are the contract's; those in lists stand in the descriptions."""
    keys = {found["@id"]: [field["@id"] for field in found["key"]] for found in metadata["recordSet"]}
    every = [(table, field) for table in DOMAIN.tables for field in fields(metadata, table)]
    said = {field["@id"]: field["references"]["field"]["@id"] for _, field in every if "references" in field}
    described = {field["@id"]: field["description"] for _, field in every if "one of " in field.get("description", "")}
    wanted = {f"{table}/{path.replace('.', '/')}": f"{target}/{column}" for table, path, target, column in REFERENCES}

    assert keys == {table: [f"{table}/{column}" for column in key] for table, key in PRIMARY_KEYS.items()}
    assert said == {path: key for path, key in wanted.items() if "[]" not in path}
    assert described == {
        path.removesuffix("[]"): f"Each item is one of {key}." for path, key in wanted.items() if "[]" in path
    }
    assert len(described) == 2
