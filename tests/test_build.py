from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq
import pytest

import demo_data.parts
import demo_data.plan
from demo_data.build import build, world_hash
from demo_data.common.errors import UsageError
from demo_data.dataset import layout
from demo_data.engine.world import World
from demo_data.parts import Before
from demo_data.plan import Part, plan
from demo_data.profile import load_profile
from demo_data.tea import DOMAIN
from demo_data.versions.write import finish
from tests.running import contents, names, run

TABLES = tuple(DOMAIN.models)
PLOTS = {f"plots/{name}.csv" for name in ("rows", "quality", "rain")}
DESCRIPTIONS = {"recipe.json", "snapshot.json", "datapackage.json", "croissant.json", "certificate.sql"}


def test_whole(minimal_dir: Path) -> None:
    """A build leaves every table as Parquet and JSON, recipe, plots' data, descriptions for other tools, manifest."""
    expected = {f"{table}.parquet" for table in TABLES} | {f"json/{table}.json" for table in TABLES}

    assert contents(minimal_dir).keys() == expected | PLOTS | DESCRIPTIONS


def test_no_json(tmp_path: Path) -> None:
    """Without the JSON form there is no `json/`."""
    build(load_profile("minimal"), tmp_path, json_form=False, finish=finish)

    assert contents(tmp_path).keys() == {f"{table}.parquet" for table in TABLES} | PLOTS | DESCRIPTIONS


@pytest.mark.parametrize("json_form", [True, False])
def test_some_tables(json_form: bool, tmp_path: Path, minimal_dir: Path) -> None:
    """With tables named, only those are written, and just as a whole build writes them: no recipe, no manifest."""
    chosen = ["documents", "regions"]
    built = build(load_profile("minimal"), tmp_path, tables=chosen, json_form=json_form, finish=finish)
    expected = {f"{table}.parquet" for table in chosen} | {f"json/{table}.json" for table in chosen if json_form}
    whole = contents(minimal_dir)

    assert contents(tmp_path) == {path: whole[path] for path in expected}
    assert sorted(table.table for table in built) == sorted(chosen)


@pytest.mark.parametrize("level", range(len(DOMAIN.levels)))
def test_a_level(level: int, tmp_path: Path, minimal_dir: Path) -> None:
    """A level's tables can be made alone, byte for byte as in a whole build; level 0 writes the recipe too."""
    build(load_profile("minimal"), tmp_path, level=level, json_form=False)
    expected = {f"{table}.parquet" for table in DOMAIN.levels[level]} | ({"recipe.json"} if level == 0 else set())
    whole = contents(minimal_dir)

    assert contents(tmp_path) == {path: whole[path] for path in expected}


@pytest.mark.parametrize("options", [{"tables": ["farmer"]}, {"level": 6}, {"level": -1}])
def test_unknown(options: dict[str, Any], tmp_path: Path) -> None:
    """An unknown table or level is an error before anything is written."""
    with pytest.raises(UsageError):
        build(load_profile("minimal"), tmp_path / "set", **options)

    assert names(tmp_path) == []


def test_built(tmp_path: Path) -> None:
    """A build tells each table's rows, its bytes on disk and the CPU time it took, and reports every part."""
    told: list[tuple[str, int, int]] = []
    built = build(load_profile("demo"), tmp_path, json_form=False, progress=lambda *part: told.append(part))

    assert [table.table for table in built] == [table for level in DOMAIN.levels for table in level]
    for table in built:
        files = layout.parts(tmp_path, table.table)
        assert table.rows == pl.scan_parquet(layout.parts(tmp_path, table.table)).select(pl.len()).collect().item()
        assert table.size == sum(path.stat().st_size for path in files)
        assert table.seconds >= 0
    assert {table for table, _, _ in told} == set(TABLES)
    assert all(1 <= done <= parts for _, done, parts in told)


def test_recipe(demo_dir: Path) -> None:
    """The recipe holds the resolved profile, with a notice and the farmers of each scenario."""
    recipe = json.loads((demo_dir / "recipe.json").read_text("utf-8"))
    settings = load_profile("demo")
    flat = {f"{section}.{key}": value for section, found in recipe["settings"].items() for key, value in found.items()}
    top = {key: recipe[key] for key in ("seed", "born", "as_of", "days")}
    (season,) = recipe["scenarios"]["farmers"]

    assert flat | top == settings.values | {key: settings[key].isoformat() for key in ("born", "as_of")}
    assert (recipe["profile"], recipe["notice"]) == ("demo", DOMAIN.notice)
    assert (season["first"], season["last"]) == ("2025-11-03", "2026-01-31")
    assert {name: len(ids) for name, ids in season["stories"].items()} == settings["farmers.scenarios"]
    ids = [farmer for found in season["stories"].values() for farmer in found]
    assert len(set(ids)) == len(ids)
    assert set(ids) <= set(pl.read_parquet(demo_dir / "farmers.parquet")["id"])


def test_no_scenarios(minimal_dir: Path) -> None:
    """A profile without scenarios has a recipe without any."""
    assert json.loads((minimal_dir / "recipe.json").read_text())["scenarios"] == {}


@pytest.mark.parametrize("profile", ["minimal", "demo", "load-test"])
def test_plan(profile: str) -> None:
    """The parts of a table cover its rows once, in order, of every month."""
    world = World(DOMAIN, load_profile(profile))
    for table in TABLES:
        parts = plan(world, table)
        assert len({part.file for part in parts}) == len(parts)
        assert all(part.start < part.stop for part in parts)
        for span in {part.span for part in parts}:
            ranges = [(part.start, part.stop) for part in parts if part.span == span]
            assert ranges[0][0] == 0
            assert [stop for _, stop in ranges] == [*(start for start, _ in ranges[1:]), world.count(table)]


def test_parts_hold_the_same_rows(tmp_path: Path, demo_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However small the parts, the rows are the same, and so is the identity."""
    monkeypatch.setattr(demo_data.plan, "ROWS_PER_PART", 40)
    build(load_profile("demo"), tmp_path, json_form=False, finish=finish)

    assert len(layout.parts(tmp_path, "documents")) > 5
    assert len(layout.parts(tmp_path, "farmers")) == 5
    for table in TABLES:
        ours, theirs = (pl.read_parquet(layout.parts(folder, table)) for folder in (tmp_path, demo_dir))
        assert ours.equals(theirs), table
    assert identity(tmp_path) == identity(demo_dir)


def identity(folder: Path) -> str:
    found: str = json.loads((folder / "snapshot.json").read_text())["identity"]
    return found


EXECUTORS: dict[str, Callable[[], Executor]] = {
    "threads": lambda: ThreadPoolExecutor(4),
    "processes": lambda: ProcessPoolExecutor(2, mp_context=get_context("spawn")),
}


@pytest.mark.full
@pytest.mark.parametrize("kind", EXECUTORS)
def test_any_executor(kind: str, tmp_path: Path, demo_dir: Path) -> None:
    """Any `concurrent.futures` executor makes the same bytes."""
    with EXECUTORS[kind]() as executor:
        build(load_profile("demo"), tmp_path, executor=executor, finish=finish)

    assert contents(tmp_path) == contents(demo_dir)


def test_a_worker_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker's error ends the build, and what has not begun is not made any more."""
    monkeypatch.setattr(demo_data.plan, "ROWS_PER_PART", 10)
    made: list[str] = []

    def write_part(world: World, part: Part, path: str, metadata: dict[str, str], earlier: Before | None) -> Any:
        made.append(part.table)
        time.sleep(0.05)
        raise ZeroDivisionError

    monkeypatch.setattr(demo_data.parts, "write_part", write_part)
    with ThreadPoolExecutor(1) as executor, pytest.raises(ZeroDivisionError):
        build(load_profile("demo"), tmp_path / "set", executor=executor)

    assert len(made) < 20
    assert names(tmp_path) == []


MANY_PARTS = ["load-test", "--set", "farmers.count=2200", "--set", "days=365", "--quiet"]
SURROUNDINGS: dict[str, tuple[dict[str, str], list[str]]] = {
    "all together": ({"POLARS_MAX_THREADS": "3", "PYTHONHASHSEED": "3", "TZ": "Asia/Kathmandu"}, ["--workers", "2"]),
    "time zone and locale": ({"TZ": "Pacific/Chatham", "LANG": "de_DE.UTF-8", "LC_ALL": "C"}, []),
    "hash seed": ({"PYTHONHASHSEED": "1", "TZ": "America/Lima"}, []),
    "threads": ({"POLARS_MAX_THREADS": "1", "PYTHONHASHSEED": "2", "LC_ALL": "C.UTF-8"}, []),
}


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The bytes of a dataset with several parts, in the surroundings of the tests."""
    out = tmp_path_factory.mktemp("data") / "reference"
    settings = load_profile("load-test", changes=["farmers.count=2200", "days=365"])
    build(settings, out, finish=finish)
    assert len(layout.parts(out, "documents")) >= 2
    return contents(out)


@pytest.mark.full
@pytest.mark.parametrize("what", SURROUNDINGS)
def test_same_bytes(what: str, tmp_path: Path, reference: dict[str, str]) -> None:
    """Another process elsewhere, with other surroundings, writes the same bytes: Parquet, JSON and manifest."""
    env, more = SURROUNDINGS[what]
    (tmp_path / "else" / "where").mkdir(parents=True)
    done = run(["build", *MANY_PARTS, *more, "--out", "../out"], cwd=tmp_path / "else" / "where", env=env)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert contents(tmp_path / "else" / "out") == reference


def test_in_place(tmp_path: Path, minimal_dir: Path) -> None:
    """A second run over a first one leaves the same bytes."""
    for _ in range(2):
        build(load_profile("minimal"), tmp_path, finish=finish)

    assert contents(tmp_path) == contents(minimal_dir)


@pytest.mark.parametrize("out", ["demo_dir", "crowd_dir"])
def test_files_say_what_they_are(out: str, request: pytest.FixtureRequest) -> None:
    """Every Parquet file bears its table, the schema's version, its world, the profile and the notice."""
    folder: Path = request.getfixturevalue(out)
    world = world_hash(load_profile("demo", changes=["farmers.count=1000"] if out == "crowd_dir" else []))
    for table in DOMAIN.models:
        for path in layout.parts(folder, table):
            said = pq.read_metadata(path).metadata
            assert {key: value for key, value in said.items() if key.startswith(b"demo_data.")} == {
                b"demo_data.table": table.encode(),
                b"demo_data.schema_version": DOMAIN.schema_version.encode(),
                b"demo_data.world": world.encode(),
                b"demo_data.profile": b"demo",
                b"demo_data.notice": DOMAIN.notice.encode(),
            }
