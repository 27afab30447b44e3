"""A build that fails leaves the old dataset, and one that succeeds replaces what is the dataset's alone."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from demo_data.build import build
from demo_data.common.errors import UsageError
from demo_data.dataset import store
from demo_data.dataset.atomic.swap import exchange
from demo_data.profile import load_profile
from demo_data.tea import DOMAIN
from demo_data.versions.write import finish
from tests.dataset.atomic.building import again, assert_whole
from tests.running import contents, names

STEPS = [  # what fails, and when: the nth call
    ("demo_data.dataset.store.write_part", 1),
    ("demo_data.dataset.store.write_part", 5),
    ("demo_data.dataset.store.write_part", 9),
    ("demo_data.build.recipe_text", 1),
    ("demo_data.dataset.store.write_json", 3),
    ("demo_data.versions.write.write_plots", 1),
    ("demo_data.versions.write.describe", 1),
    ("demo_data.versions.write.croissant", 1),
]


def break_at(monkeypatch: pytest.MonkeyPatch, name: str, nth: int, error: BaseException) -> None:
    module, _, function = name.rpartition(".")
    original = getattr(sys.modules[module], function)
    calls = 0

    def broken(*arguments: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == nth:
            raise error
        return original(*arguments, **options)

    monkeypatch.setattr(name, broken)


@pytest.mark.sample(9)
@pytest.mark.parametrize(("name", "nth"), STEPS)
@pytest.mark.parametrize("error", [RuntimeError("broken"), KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_an_error(name: str, nth: int, error: BaseException, old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After an error at any step the old dataset is there, byte for byte, and nothing else."""
    before = contents(old)
    break_at(monkeypatch, name, nth, error)
    with pytest.raises(UsageError if isinstance(error, OSError) else type(error)):
        again(old)

    assert contents(old) == before
    assert not [path for path in names(old) if path.startswith(".")]


def test_an_error_in_a_new_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there was no directory, a failed build leaves none."""
    break_at(monkeypatch, "demo_data.dataset.store.write_part", 4, RuntimeError())
    with pytest.raises(RuntimeError):
        again(tmp_path / "set")

    assert names(tmp_path) == []


FOREIGN = [
    "notes.txt",
    "mine.parquet",
    "agent_configs.json",
    "json/agent_configs.json",
    "json/mine.txt",
    "plots/mine.csv",
    "prompts.parquet",
    "deep/er/farmers.parquet",
]


@pytest.mark.parametrize("options", [{}, {"json_form": False}, {"tables": ["farmers"]}])
@pytest.mark.parametrize("one_by_one", [False, True])
def test_foreign_files(one_by_one: bool, options: dict[str, Any], old: Path, request: pytest.FixtureRequest) -> None:
    """Nothing that a dataset does not consist of is deleted or changed, links and empty directories included."""
    if one_by_one:
        request.getfixturevalue("no_exchange")
    (old / "empty").mkdir()
    (old / "link").symlink_to("nowhere")
    for name in FOREIGN:
        (old / name).parent.mkdir(exist_ok=True, parents=True)
        (old / name).write_text("mine")
    again(old, **options)

    assert [(old / name).read_text() for name in FOREIGN] == ["mine"] * len(FOREIGN)
    assert (old / "empty").is_dir()
    assert (old / "link").readlink() == Path("nowhere")


def test_where_we_stand(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dataset can be built in the working directory, which stays where it is."""
    monkeypatch.chdir(old)
    again(Path())

    assert_whole(Path.cwd(), 99)


def test_latecomers(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What somebody puts into the directory while it is being replaced is kept."""
    original = exchange

    def late(one: Path, other: Path) -> bool:
        (other / "late.txt").write_text("mine")
        return original(one, other)

    monkeypatch.setattr("demo_data.dataset.atomic.swap.exchange", late)
    again(old)
    monkeypatch.undo()

    assert (old / "late.txt").read_text() == "mine"
    (old / "late.txt").unlink()
    assert_whole(old, 99)


def test_permissions_stay(old: Path) -> None:
    """The user's own directories keep their permissions."""
    (old / "private").mkdir(mode=0o700)
    (old / "private" / "notes.txt").write_text("mine")
    again(old)

    assert (old / "private").stat().st_mode & 0o777 == 0o700
    assert (old / "private" / "notes.txt").read_text() == "mine"


def test_mode_and_link_stay(old: Path, tmp_path: Path) -> None:
    """A directory that is reached by a symbolic link stays where it is, with its permissions."""
    (tmp_path / "link").symlink_to(old)
    old.chmod(0o751)
    again(tmp_path / "link")

    assert (tmp_path / "link").is_symlink()
    assert old.stat().st_mode & 0o777 == 0o751
    assert_whole(old, 99)


def test_a_whole_build_leaves_nothing_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables in parts, JSON and reports of an older dataset go with it."""
    out = tmp_path / "set"
    with monkeypatch.context() as patch:
        patch.setattr("demo_data.plan.ROWS_PER_PART", 40)
        build(load_profile("demo"), out, finish=finish)
    assert len(names(out / "documents.parquet")) > 5
    (out / "validation.json").write_text('{"ok": true, "rows": {}, "violations": {}, "skipped": {}}')
    again(out, json_form=False)

    described = ("certificate.sql", "croissant.json", "datapackage.json", "recipe.json", "snapshot.json")
    assert names(out) == sorted([*(f"{table}.parquet" for table in DOMAIN.models), "plots", *described])
    assert (out / "documents.parquet").is_file()


def test_some_tables(old: Path) -> None:
    """With only some tables the others stay, in both forms; the manifest goes, since it no longer holds."""
    before = contents(old)
    again(old, tables=["farmers"])
    after = contents(old)

    assert {path for path in before if after.get(path) != before[path]} == {
        "farmers.parquet",
        "json/farmers.json",
        "snapshot.json",
    }
    assert after.keys() == before.keys() - {"snapshot.json"}
    again(old)
    assert_whole(old, 99)
    assert ".demo-data.json" not in names(old)


def test_the_manifest_stays_while_it_holds(old: Path) -> None:
    """Tables that come out the same, byte for byte, leave the manifest in force; a level's recipe counts too."""
    before = contents(old)
    build(load_profile("minimal"), old, tables=["farmers", "documents"])
    build(load_profile("minimal"), old, level=0, json_form=False)
    store.write_json_form(old, DOMAIN.models)
    assert contents(old) == before
    build(load_profile("minimal", changes=["farmers.has_email=12.5"]), old, level=0, json_form=False)

    assert contents(old).keys() == before.keys() - {"snapshot.json"}
