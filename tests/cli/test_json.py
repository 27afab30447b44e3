"""`demo-data json`: of small tables always, of large ones when somebody asks; no manifest tells of these."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pytest

from demo_data.build import build
from demo_data.profile import load_profile
from demo_data.tea import DOMAIN
from demo_data.validation import validate
from demo_data.versions.verify import verify
from demo_data.versions.write import finish
from tests.running import called, contents, names


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`minimal`, in files of very few rows."""
    out = tmp_path_factory.mktemp("data") / "minimal"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("demo_data.plan.ROWS_PER_PART", 12)
        build(load_profile("minimal"), out, finish=finish)
    return out


@pytest.fixture
def parted(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "minimal")
    return tmp_path / "minimal"


def test_small_tables_alone(parted: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A build makes the JSON form of the tables of one file each, and so does the command, which says what it left."""
    before = contents(parted)
    code, out, err = called(capsys, "json", parted)
    written, left = out.splitlines()
    large = [table for table in DOMAIN.models if (parted / f"{table}.parquet").is_dir()]

    assert (code, err, written) == (0, "", f"{parted / 'json'}: written")
    assert "documents" in large
    assert left.startswith("left out, in several files each: ")
    assert "--all" in left
    assert contents(parted) == before
    assert set(names(parted / "json")) == {f"{table}.json" for table in DOMAIN.models if table not in large}


@pytest.mark.parametrize("asked", [["--all"], ["--table", "documents", "--table", "regions"]])
def test_when_asked_for(asked: list[str], parted: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The records are those of the files; the manifest stays, and nobody stumbles over what it does not tell."""
    before = contents(parted)
    code, out, err = called(capsys, "json", parted, *asked)
    after = contents(parted)
    known = [record["document_id"] for record in json.loads((parted / "json" / "documents.json").read_text())]

    assert (code, out, err) == (0, f"{parted / 'json'}: written\n", "")
    assert known == pl.read_parquet(parted / "documents.parquet" / "*.parquet")["document_id"].to_list()
    assert {path: said for path, said in after.items() if path in before} == before
    assert "json/documents.json" in after.keys() - before.keys()
    assert verify(parted, DOMAIN, deep=True).ok
    assert validate(parted, domain=DOMAIN).ok
    code, _, err = called(capsys, "snapshot", "write", parted)
    assert (code, err) == (0, "")
    assert contents(parted) == after


def test_a_build_removes_it(parted: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What was made on demand goes with the dataset that it was made of."""
    monkeypatch.setattr("demo_data.plan.ROWS_PER_PART", 12)
    before = contents(parted)
    called(capsys, "json", parted, "--all")
    build(load_profile("minimal"), parted, finish=finish)

    assert contents(parted) == before


def test_no_such_table(parted: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A name that is no table's is told with the one that was meant, and nothing is written."""
    before = contents(parted)
    code, out, err = called(capsys, "json", parted, "--table", "document")

    assert (code, out) == (2, "")
    assert err.endswith("no table document lies here; did you mean 'documents'?\n")
    assert contents(parted) == before
