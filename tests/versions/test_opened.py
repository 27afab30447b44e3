"""Opening a snapshot: what one gets, what it costs, and what is refused."""

from __future__ import annotations

import copy
import json
import pickle
import shutil
import subprocess
import sys
from dataclasses import FrozenInstanceError
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pytest
from pydantic import ValidationError

from demo_data import FarmerFactory, FKRegistry, Snapshot, isolated_factories, open_snapshot, set_fk_registry
from demo_data.build import build
from demo_data.common.errors import DataError, UsageError
from demo_data.models import Farmer
from demo_data.profile import load_profile
from demo_data.schema.arrow import arrow_schema
from demo_data.tea import DOMAIN
from demo_data.versions.write import finish
from tests.running import environment
from tests.versions.changing import flip, mend_files, rewrite, tell, told
from tests.versions.upstream import FIRST, SECOND, Tree

TABLES = list(DOMAIN.models)


@pytest.fixture
def demo(demo_dir: Path) -> Snapshot:
    """The demo dataset, open."""
    return open_snapshot(demo_dir)


@pytest.fixture
def own(demo_dir: Path, tmp_path: Path) -> Path:
    """A copy of the demo dataset, to be changed."""
    return Path(shutil.copytree(demo_dir, tmp_path / "demo"))


def test_tables(demo: Snapshot) -> None:
    """The tables come parents first, and can be asked for like the keys of a mapping."""
    assert demo.tables == tuple(table for level in DOMAIN.levels for table in level)
    assert (len(demo), list(demo), "farmers" in demo, "farms" in demo) == (9, list(demo.tables), True, False)
    assert set(demo.tables) <= set(dir(demo))


@pytest.mark.parametrize("table", TABLES)
def test_frames(table: str, demo: Snapshot, demo_dir: Path) -> None:
    """A table is a lazy frame of its rows, in order, with the columns and types of its class."""
    expected = pl.DataFrame(pl.from_arrow(arrow_schema(DOMAIN.models[table]).empty_table())).schema
    frame = getattr(demo, table)

    assert isinstance(frame, pl.LazyFrame)
    assert frame.collect_schema() == expected
    rows = duckdb.execute(f"select count(*) from '{demo_dir}/{table}.parquet'").fetchall()[0][0]
    assert (frame.collect().height, demo.rows[table]) == (rows, rows)
    assert demo[table].collect().equals(pl.read_parquet(demo_dir / f"{table}.parquet"))


@pytest.mark.parametrize("table", TABLES)
def test_objects(table: str, demo: Snapshot, demo_dir: Path) -> None:
    """Records and objects are those of the JSON form, in its order."""
    expected = json.loads((demo_dir / "json" / f"{table}.json").read_text(encoding="utf-8"))
    objects = demo.models(table)

    assert demo.records(table) == expected
    assert [each.model_dump(mode="json") for each in objects] == expected
    assert {type(each) for each in objects} == {DOMAIN.models[table]}
    assert (demo.records(table, limit=2), demo.models(table, limit=2)) == (expected[:2], objects[:2])
    assert demo.models(table, limit=0) == []


def test_a_table_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The parts of a large table are one table, in the order of their rows, wherever they lie."""
    monkeypatch.setattr("demo_data.plan.ROWS_PER_PART", 16)
    folder = tmp_path / "a=1[x]*" / "demo"  # neither a pattern nor a partition
    build(load_profile("demo"), folder, json_form=False, finish=finish)
    open_again = open_snapshot(folder)

    assert len(open_again.files("farmers")) > 3
    parts = [pl.read_parquet(part, glob=False) for part in open_again.files("farmers")]
    assert open_again.farmers.collect().equals(pl.concat(parts))
    assert [each.id for each in open_again.models("farmers")] == [f"WM-{number:04}" for number in range(1, 51)]


def test_unknown_tables(demo: Snapshot) -> None:
    """A table that is not there is an error of the usual kind, which names the nearest."""
    with pytest.raises(AttributeError, match=r"has no table 'farmer'; did you mean 'farmers'\?$"):
        demo.farmer  # noqa: B018 (the access is what is tested)
    with pytest.raises(KeyError, match=r"has no table 'weather'; did you mean") as told:
        demo["weather"]
    assert not str(told.value).startswith(("'", '"'))
    with pytest.raises(KeyError, match="did you mean 'documents'"):
        demo.models("document")


def test_story(demo: Snapshot, demo_dir: Path) -> None:
    """Recipe, manifest, identity and scenarios are those of its files."""
    assert demo.recipe.text() == (demo_dir / "recipe.json").read_text(encoding="utf-8")
    assert json.loads(demo.manifest.text()) == told(demo_dir)
    assert demo.identity == told(demo_dir)["identity"]
    assert demo.scenarios == demo.recipe.stories
    assert demo.scenarios["improving_trend"][0] == "WM-0014"
    assert (demo.path, demo.pin) == (demo_dir, None)


def test_immutable(demo: Snapshot) -> None:
    """Nothing of it can be set, and what it hands out is the asker's own."""
    with pytest.raises(FrozenInstanceError):
        demo.path = Path()  # type: ignore[misc]
    with pytest.raises(ValidationError, match="frozen"):
        demo.manifest.identity = ""  # type: ignore[misc]
    before = copy.deepcopy([demo.recipe, demo.manifest, demo.scenarios, demo.rows])
    demo.recipe.settings["farmers"].clear()
    demo.scenarios["inactive"].clear()
    demo.rows.clear()

    assert [demo.recipe, demo.manifest, demo.scenarios, demo.rows] == before


def test_copies(demo: Snapshot) -> None:
    """It can be copied and sent to other processes."""
    for again in (copy.deepcopy(demo), pickle.loads(pickle.dumps(demo))):
        assert again == demo
        assert again.farmers.collect().equals(demo.farmers.collect())


def test_shows_itself(demo: Snapshot) -> None:
    """Python and notebooks show what it is and how many rows its tables have."""
    assert repr(demo).startswith(f"<Snapshot {demo.path}, identity {demo.identity[:16]}: ")
    assert "50 farmers" in repr(demo)
    assert "<td><code>documents</code></td><td style='text-align: right'>877</td>" in demo._repr_html_()


def test_registry(demo: Snapshot) -> None:
    """Its keys fill a registry, a new one each time; objects that are made under it refer to its rows."""
    registry = demo.registry()
    assert isinstance(registry, FKRegistry)
    for table in ("farmers", "documents", "regions"):
        key = {"farmers": "id", "documents": "document_id", "regions": "region_id"}[table]
        assert registry.ids(table) == demo[table].select(key).collect()[key].to_list()
    assert (
        registry.ids("weather_observations") == demo.weather_observations.select("region_id", "date").collect().rows()
    )

    registry.register("farmers", ["WM-9999"])
    assert not demo.registry().validate_fk("farmers", "WM-9999")
    with isolated_factories(seed=1):
        set_fk_registry(registry)
        farmers = FarmerFactory.batch(20)
        assert {farmer.region_id for farmer in farmers} <= set(demo.regions.collect()["region_id"])


def test_registered_records(demo: Snapshot) -> None:
    """Records follow when they are asked for; one that was registered by hand stays."""
    registry = demo.registry()
    mine = demo.models("farmers", limit=1)[0].model_copy(update={"first_name": "Mine"})
    registry.register("farmers", [mine])

    assert registry.record("farmers", "WM-0001") == mine
    assert registry.record("farmers", "WM-0002") == demo.models("farmers", limit=2)[1]
    assert registry.record("farmers", "WM-9999") is None
    assert registry.record("farmers", "WM-0002") is not demo.registry().record("farmers", "WM-0002")


def test_no_snapshot(tmp_path: Path, demo_dir: Path) -> None:
    """Where nothing lies, or tables without a manifest, that is said."""
    with pytest.raises(UsageError, match="nowhere: no such directory"):
        open_snapshot(tmp_path / "nowhere")
    with pytest.raises(UsageError, match=r"no snapshot lies here \(no snapshot.json\)"):
        open_snapshot(demo_dir / "json")
    with pytest.raises(UsageError, match=r"^'1' is no version, identity or commit: write it as demo@v1.0.0, or "):
        open_snapshot("demo@1")


def test_damage(own: Path) -> None:
    """Every file that is not what the manifest tells is named, with what to do."""
    flip(own / "farmers.parquet")
    (own / "documents.parquet").unlink()
    (own / "json" / "regions.json").write_text("[]\n")
    (own / "recipe.json").write_text("{}")
    with pytest.raises(DataError) as refused:
        open_snapshot(own)

    lines = refused.value.messages
    for name in ("farmers.parquet", "documents.parquet", "json/regions.json", "recipe.json"):
        assert any(line.startswith(f"{own / name}: ") for line in lines), name
    assert len(lines) == 5
    assert "build it again" in lines[-1]


def test_newer_manifest(own: Path) -> None:
    """A manifest of a form that this version does not know asks for an upgrade, whatever else it holds."""
    tell(own, {"format": 99})
    with pytest.raises(DataError, match=r"of format 99, newer than this version knows .*: upgrade demo-data"):
        open_snapshot(own)


def test_other_models(own: Path) -> None:
    """A snapshot whose columns are not this version's still has frames; objects are refused, with both versions."""
    rewrite(own / "farmers.parquet", lambda table: table.append_column("hat", pa.array(["green"] * table.num_rows)))
    rewrite(own / "regions.parquet", lambda table: table.drop_columns("county"))
    mend_files(own, told(own))
    odd = open_snapshot(own)

    assert "hat" in odd.farmers.collect_schema()
    assert isinstance(odd.models("farmers", limit=1)[0], Farmer)  # what a class does not know is no part of it
    with pytest.raises(
        DataError, match=r"regions does not fit this version's models \(made by .*; this is .*\): .*county"
    ):
        odd.models("regions")


def loaded(folder: Path, statement: str) -> set[str]:
    """The libraries that a fresh process has loaded after opening a snapshot and then doing something with it."""
    heavy = ("polars", "pyarrow", "numpy", "faker", "polyfactory", "dvc", "yaml", "rich", "blake3")
    script = (
        f"import sys; from demo_data import open_snapshot; demo = open_snapshot({str(folder)!r}); {statement}; "
        f"print(*(name for name in {heavy} if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], env=environment(), capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_cheap(demo_dir: Path) -> None:
    """To open loads no library, frames load Polars alone, and DVC is never loaded."""
    assert loaded(demo_dir, "demo.rows, demo.scenarios, repr(demo)") == set()
    assert loaded(demo_dir, "demo.farmers") == {"polars"}
    assert "dvc" not in loaded(demo_dir, "demo.models('farmers'); demo.registry()")


@pytest.fixture
def no_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache with nothing in it."""
    monkeypatch.setenv("DEMO_DATA_CACHE", str(tmp_path / "cache"))


@pytest.mark.usefixtures("no_cache")
def test_a_pin(versions: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    """A version is opened from its repository's own data where that is it, of a repository named or the one here."""
    named = open_snapshot(SECOND, repo=versions.folder, fetch=False)
    monkeypatch.chdir(versions.folder / "data")
    here = open_snapshot(SECOND, fetch=False)

    assert (str(named.pin), named.path) == (SECOND, versions.folder / "data" / "minimal")
    assert (here, repr(here).startswith(f"<Snapshot {SECOND}, identity ")) == (named, True)
    with pytest.raises(UsageError, match=f"demo-data snapshot fetch {FIRST}"):
        open_snapshot(FIRST, fetch=False)


@pytest.mark.usefixtures("no_cache")
def test_a_damaged_pin(versions: Tree, tmp_path: Path) -> None:
    """Damage to a version's data is told with the command that brings it whole."""
    own = versions.copy(tmp_path / "own")
    damaged = own.folder / "data" / "minimal" / "regions.parquet"
    content = damaged.read_bytes()
    damaged.unlink()  # it may be a link into DVC's cache
    damaged.write_bytes(content)
    flip(damaged)
    with pytest.raises(DataError) as refused:
        open_snapshot(SECOND, repo=own.folder)

    fetch = f"`demo-data snapshot fetch {SECOND} --repo {own.folder}`"
    assert refused.value.messages == [
        f"{damaged}: damaged: its SHA-256 is not the manifest's",
        f"{SECOND} is damaged in {damaged.parent}: {fetch} brings it whole",
    ]
