"""What makes tables a snapshot: the manifest that tells them, and what stands beside it."""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq
import pytest

from demo_data.build import build, generator_version
from demo_data.dataset.content_hash import schema_fingerprint
from demo_data.dataset.manifest import FORMAT
from demo_data.profile import load_profile
from demo_data.tea import DOMAIN
from demo_data.versions.write import describe, finish
from tests.running import ROOT, contents

TABLES = tuple(DOMAIN.models)


def told(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "snapshot.json").read_text("utf-8"))
    return found


def test_fields(demo_dir: Path) -> None:
    """The manifest names profile, generator, recipe and notice, and each table's rows."""
    found = told(demo_dir)

    assert list(found) == [
        "format",
        "notice",
        "profile",
        "generator",
        "schema",
        "lock",
        "recipe",
        "world",
        "identity",
        "rows",
        "tables",
        "files",
    ]
    assert (found["format"], found["profile"]) == (FORMAT, "demo")
    assert (found["generator"], found["notice"]) == (generator_version(), DOMAIN.notice)
    assert found["schema"] == DOMAIN.schema_version
    assert found["lock"] == hashlib.sha256((ROOT / "requirements.lock").read_bytes()).hexdigest()
    assert found["recipe"] == hashlib.sha256((demo_dir / "recipe.json").read_bytes()).hexdigest()
    assert [table["table"] for table in found["tables"]] == list(TABLES)
    assert found["rows"] == {table["table"]: table["rows"] for table in found["tables"]}
    for table, rows in found["rows"].items():
        assert rows == pl.read_parquet(demo_dir / f"{table}.parquet").height


def test_files(demo_dir: Path) -> None:
    """Each table's files stand in the manifest with size and SHA-256: all of its Parquet and JSON, and no other."""
    listed = {file["path"]: file for table in told(demo_dir)["tables"] for file in table["files"]}
    there = {path: hash_ for path, hash_ in contents(demo_dir).items() if path.endswith(".parquet") or "json/" in path}

    assert {path: file["sha256"] for path, file in listed.items()} == there
    assert all((demo_dir / path).stat().st_size == file["bytes"] for path, file in listed.items())


PLOTS = ("plots/rows.csv", "plots/quality.csv", "plots/rain.csv")


def test_other_files(demo_dir: Path) -> None:
    """Recipe, descriptions for other tools and plots' data stand in the manifest too, each with size and SHA-256."""
    there = contents(demo_dir)

    assert told(demo_dir)["files"] == [
        {"path": path, "bytes": (demo_dir / path).stat().st_size, "sha256": there[path]}
        for path in ("recipe.json", "datapackage.json", "croissant.json", "certificate.sql", *PLOTS)
    ]


def test_written_again(demo_dir: Path, tmp_path: Path) -> None:
    """Describing a dataset anew gives the same manifest, descriptions and data of the plots."""
    folder = Path(shutil.copytree(demo_dir, tmp_path / "moved" / "elsewhere"))
    (folder / "snapshot.json").unlink()
    finish(folder, DOMAIN)

    assert contents(folder) == contents(demo_dir)


def test_no_moment_no_place(demo_dir: Path) -> None:
    """The manifest holds nothing of the machine, the moment or the directory it was made in."""
    text = (demo_dir / "snapshot.json").read_text()

    assert str(demo_dir) not in text
    assert date.today().isoformat() not in text  # noqa: DTZ011
    assert all(not file["path"].startswith("/") for table in json.loads(text)["tables"] for file in table["files"])


def test_identity_is_content_and_schema(demo_dir: Path) -> None:
    """The identity is the hash of the tables' names, schemas and contents, and of nothing else."""
    found = told(demo_dir)
    text = "".join(f"{table['table']} {table['schema']} {table['content']}\n" for table in found["tables"])

    assert found["identity"] == hashlib.sha256(text.encode()).hexdigest()


def test_identity_leaves_provenance_out(tmp_path: Path, demo_dir: Path) -> None:
    """Another profile's name, JSON or none, and rewritten files leave the identity as it is."""
    profile = tmp_path / "other.yaml"
    profile.write_text("extends: demo\n")
    build(load_profile(str(profile)), tmp_path / "set", json_form=False, finish=finish)
    rewritten = tmp_path / "set" / "farmers.parquet"
    pq.write_table(pq.read_table(rewritten), rewritten, compression="none")
    ours, theirs = describe(tmp_path / "set", DOMAIN), told(demo_dir)

    assert ours.identity == theirs["identity"]
    assert (ours.profile, ours.recipe) != (theirs["profile"], theirs["recipe"])


@pytest.mark.parametrize("change", ["seed=5", "days=91", "farmers.count=51", "farmers.has_email=13"])
def test_identity_moves_with_content(change: str, tmp_path: Path, demo_dir: Path) -> None:
    """Settings that change values change the identity."""
    build(load_profile("demo", changes=[change]), tmp_path, json_form=False, finish=finish)

    assert told(tmp_path)["identity"] != told(demo_dir)["identity"]


def test_schemas_differ() -> None:
    """Every table has a schema fingerprint of its own, the same every time."""
    found = [schema_fingerprint(model) for model in DOMAIN.models.values()]

    assert len(set(found)) == len(TABLES)
    assert found == [schema_fingerprint(model) for model in DOMAIN.models.values()]


@pytest.mark.parametrize("name", ["farmers.parquet", "recipe.json"])
def test_only_a_whole_dataset(name: str, tmp_path: Path, minimal_dir: Path) -> None:
    """Without one of its tables, or without the recipe, a directory is no snapshot, and the missing is named."""
    folder = Path(shutil.copytree(minimal_dir, tmp_path / "set"))
    (folder / name).unlink()
    before = contents(folder)
    with pytest.raises(ValueError, match=f"missing: {name.removesuffix('.parquet')}"):
        finish(folder, DOMAIN)

    assert contents(folder) == before
