"""Commands that read a dataset refuse what is none in a line that names the file, and write nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from demo_data import open_snapshot
from demo_data.common.errors import DataError
from demo_data.common.files import FileError
from demo_data.dataset import layout, store
from demo_data.tea import DOMAIN
from tests.hostile import odd_json, odd_parquet
from tests.hostile.trying import Prepare, state
from tests.running import called

PARQUET = odd_parquet.prepared("farmers")
DOCUMENTS = odd_parquet.prepared("documents")
JSON = {name.partition(": ")[2]: prepare for name, prepare in odd_json.prepared("recipe.json").items()}

CASES: list[tuple[str, Prepare, str]] = [
    ("json", PARQUET["one column of numbers"], "farmers.parquet: column id is of type int64, not string"),
    ("json", PARQUET["a column twice"], "farmers.parquet: "),
    ("json", PARQUET["bytes"], "farmers.parquet: "),
    ("json --all", PARQUET["a part is a pipe"], "farmers.parquet/part-00001.parquet: is not a regular file"),
    ("json", PARQUET["is a pipe"], "farmers.parquet: is not a regular file"),
    ("json", PARQUET["is /dev/zero"], "farmers.parquet: is not a regular file"),
    ("json", PARQUET["is a dangling link"], "farmers.parquet: a symbolic link to nothing"),
    ("json --all", PARQUET["a part is a directory"], "part-00001.parquet: is a directory, not a file"),
    ("json", PARQUET["an encrypted footer"], "farmers.parquet: not a whole Parquet file"),
    ("json", PARQUET["a name that is no UTF-8"], "farmers.parquet: "),
    ("json", PARQUET["no UTF-8"], "farmers.parquet: damaged Parquet file"),
    ("json", PARQUET["no columns"], "farmers.parquet: column id is missing"),
    ("json", PARQUET["pages of ones"], "farmers.parquet: damaged Parquet file"),
    ("json", DOCUMENTS["the last microsecond"], "documents.parquet: "),
    ("show", DOCUMENTS["the first microsecond"], "documents.parquet: "),
    ("show", DOCUMENTS["one column of numbers"], "documents.parquet: column ingestion"),
    ("show", PARQUET["a part is a socket"], "part-00001.parquet: is not a regular file"),
    ("snapshot write", PARQUET["a part is a pipe"], "part-00001.parquet: is not a regular file"),
    ("snapshot write", JSON["deep lists"], "recipe.json: not valid JSON: nested too deeply"),
    ("snapshot write", JSON["settings a list"], "recipe.json: is no recipe: settings"),
    ("snapshot write", JSON["farmers numbers"], "recipe.json: is no recipe: scenarios.inactive.0"),
    ("snapshot write", JSON["half a surrogate"], "recipe.json: not valid JSON: a text in it is no sound Unicode"),
    ("snapshot write", JSON["no UTF-8"], "recipe.json: not valid JSON: a text in it is no sound Unicode"),
    ("show", JSON["settings a list"], "recipe.json: is no recipe: settings"),
    ("show", JSON["a scenario a number"], "recipe.json: is no recipe: scenarios.inactive"),
    ("show", JSON["farmers objects"], "recipe.json: is no recipe: scenarios.inactive.0"),
    ("show", JSON["a pipe"], "recipe.json: is not a regular file"),
]


@pytest.fixture
def here(minimal_dir: Path, tmp_path: Path) -> Path:
    """A directory with a dataset of one's own in it, called `set`."""
    shutil.copytree(minimal_dir, tmp_path / "set")
    return tmp_path


@pytest.mark.parametrize(("command", "prepare", "told"), CASES, ids=range(len(CASES)))
def test_refused(command: str, prepare: Prepare, told: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line, exit code 1, and nothing on standard output."""
    prepare(here)
    before = state(here)
    code, out, err = called(capsys, *command.split(), here / "set")

    assert (code, out) == (1, "")
    assert told in err
    assert len(err.splitlines()) == 1
    assert state(here) == before


@pytest.mark.sample(4)
@pytest.mark.parametrize("thing", ["a pipe", "/dev/zero", "deep lists", "no UTF-8", "a name twice"])
@pytest.mark.parametrize("command", ["snapshot verify", "validate", "corrupt"])
def test_a_recipe_that_is_none(command: str, thing: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is told by those who go on to tell all else, and by who wants a sound dataset."""
    JSON[thing](here)
    out = ("--out", here / "out") if command == "corrupt" else ()
    code, said, err = called(capsys, *command.split(), here / "set", *out)

    assert code == 1
    assert "recipe.json" in said if command != "corrupt" else "has faults already" in err
    assert not (here / "out").exists()


@pytest.mark.parametrize("name", ["a marker among parts", "a hidden part", "an underscored part"])
def test_passed_over(name: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What other programs leave among parts is none."""
    PARQUET[name](here)
    assert len(layout.parts(here / "set", "farmers")) == 1
    assert called(capsys, "json", here / "set")[0] == 0


def test_an_open_snapshot(here: Path) -> None:
    """Nothing is opened that is not the manifest's; a recipe of another shape is told where it is asked for."""
    path = here / "set" / "recipe.json"
    snapshot = open_snapshot(here / "set")
    path.write_text('{"scenarios": {"inactive": [1]}}')
    with pytest.raises(FileError, match=r"scenarios\.inactive\.0: Input should be a valid string"):
        _ = snapshot.scenarios
    JSON["a pipe"](here)
    with pytest.raises(DataError, match="is not a regular file"):
        open_snapshot(here / "set")


def test_some_columns(here: Path) -> None:
    """Only the columns that are asked for need to be the table's, and come flat."""
    PARQUET["without its first column"](here)
    names = [
        frame.columns for frame in store.columns(here / "set", DOMAIN.models["farmers"], "first_name", "contact.phone")
    ]

    assert names == [["first_name", "contact.phone"]]
    with pytest.raises(DataError, match="column id is missing"):
        list(store.columns(here / "set", DOMAIN.models["farmers"], "id"))
    with pytest.raises(DataError, match="column id is missing"):
        list(store.json_lines(layout.parts(here / "set", "farmers"), DOMAIN.models["farmers"]))
