"""dvc.yaml against its generator, and against what its stages read: outputs, dependencies and parameters."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from demo_data.profile_file import profile_names
from demo_data.stages import Stages, dvc_yaml
from demo_data.tea import DOMAIN
from tests.running import ROOT, names

DATED = " --as-of ${as_of}"
"""What stages have besides where this checkout's params.yaml says a day: see test_dvc_as_of.py."""
PIPELINE = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8").replace(DATED, ""))
STAGES: dict[str, dict[str, Any]] = PIPELINE["stages"]
PROFILES = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))["profiles"]
DATA = "data/${item.profile}/"
TABLES = tuple(DOMAIN.models)
LEVELS = tuple(enumerate(DOMAIN.levels))


def outs(stage: str) -> set[str]:
    """A stage's outputs below `data/<profile>/`."""
    return {path.removeprefix(DATA) for path in paths(STAGES[stage].get("outs", []))}


def paths(entries: list[Any]) -> list[str]:
    return [entry if isinstance(entry, str) else next(iter(entry)) for entry in entries]


def deps(stage: str) -> set[str]:
    return set(paths(STAGES[stage]["deps"]))


def test_profiles() -> None:
    """`dvc repro` builds three of the shipped profiles; the load test and the nation are made by hand."""
    assert PROFILES == ["minimal", "demo", "demo-large"]
    assert {*PROFILES, "load-test", "kenya"} == set(profile_names(DOMAIN))


def test_stages() -> None:
    """There is a stage per level of tables, in order, then the JSON form, the checks and the manifest."""
    assert list(STAGES) == [f"level-{level}" for level, _ in LEVELS] + ["json", "validate", "snapshot"]


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage(stage: str) -> None:
    """Every stage runs for every profile, says what it does, and calls the checkout's own code, whatever is there."""
    found = STAGES[stage]

    assert found["matrix"] == {"profile": "${profiles}"}
    assert found["desc"].endswith(".")
    assert len(found["desc"].split()) >= 4
    assert found["cmd"].startswith("python pipeline ")
    assert "${item.profile}" in found["cmd"]


@pytest.mark.parametrize(("level", "tables"), LEVELS)
def test_outs(level: int, tables: tuple[str, ...]) -> None:
    """A level's outputs are its tables; level 0 writes the recipe too."""
    assert outs(f"level-{level}") == {f"{table}.parquet" for table in tables} | (
        {"recipe.json"} if not level else set()
    )
    assert STAGES[f"level-{level}"]["cmd"] == f"python pipeline build ${{item.profile}} --level {level}"


def test_all_that_a_build_leaves(demo_dir: Path) -> None:
    """The stages' outputs together are what a build leaves, and what validation reports."""
    together = {path.partition("/")[0] for stage in STAGES for path in outs(stage)}
    metrics = {path.removeprefix(DATA) for path in paths(STAGES["snapshot"]["metrics"])}

    assert together | metrics == {*names(demo_dir), "validation.json"}
    assert metrics == {"snapshot.json"}
    assert STAGES["snapshot"]["metrics"] == [{f"{DATA}snapshot.json": {"cache": False}}]


LOADED = """
import sys

opened = set()
sys.addaudithook(lambda event, found: opened.add(str(found[0])) if event == "open" else None)
import demo_data.cli

before = set(sys.modules)
opened.clear()
code = demo_data.cli.main(sys.argv[1:])
files = {str(getattr(sys.modules[name], "__file__", None)) for name in set(sys.modules) - before}
print(*files, *(path for path in opened if not path.endswith((".py", ".pyc"))), sep="\\n")
sys.exit(code)
"""
"""Runs a command; prints what it has imported and read, but for what every command imports."""

CALLED = """
import sys

from demo_data.domain import default_domain
from demo_data.engine.assemble import assemble
from demo_data.engine.world import World
from demo_data.profile import load_profile

settings = load_profile("minimal")
world = World(settings.domain, settings)
called = set()
sys.setprofile(lambda frame, event, _: called.add(frame.f_code) if event == "call" else None)
for table in settings.domain.levels[int(sys.argv[1])]:
    assemble(world.rows(table, 0, world.count(table)))
sys.setprofile(None)
print(*{code.co_filename for code in called if code.co_name != "<module>"}, sep="\\n")
"""
"""Makes the tables of a level; prints the files of all functions that took part."""


def traced(script: str, *arguments: str, folder: Path) -> set[str]:
    """The files of the checkout that a script tells of, but for empty ones and for what is installed."""
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT / "pipeline")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    below = {line.removeprefix(f"{ROOT}/") for line in done.stdout.splitlines() if line.startswith(f"{ROOT}/")}
    return {path for path in below if not path.startswith(".venv/") and (ROOT / path).stat().st_size}


def missed(stage: str, files: set[str]) -> set[str]:
    """The files that a stage does not depend on, by themselves or by a folder above them."""
    listed = {path.replace("${item.profile}", "minimal") for path in deps(stage)}
    return {path for path in files if not {path, *map(str, Path(path).parents)} & listed}


SAID = ("pipeline/demo_data/commands/", "pyproject.toml")
"""What passes on what the command line says, and where the domain may be named."""

FINISHED = (
    *("pipeline/demo_data/export/", "pipeline/demo_data/plots.py"),
    *("pipeline/demo_data/report/", "pipeline/demo_data/versions/"),
)
"""What `build` has besides, to finish a whole dataset: nothing that a level is given."""


def test_the_file_is_the_generator_s() -> None:
    """`demo-data dvc` writes just the dvc.yaml that lies here."""
    assert (ROOT / "dvc.yaml").read_text(encoding="utf-8") == dvc_yaml(DOMAIN, ROOT)


@pytest.mark.parametrize("stage", ["level-0", "json", "validate", "snapshot"])
def test_code_and_facts(stage: str, minimal_dir: Path, tmp_path: Path) -> None:
    """A stage depends on every file that its command imports or reads: code, facts, the profile."""
    left_out: tuple[str, ...] = SAID
    if stage == "level-0":
        left_out += FINISHED
    else:
        shutil.copytree(minimal_dir, tmp_path / "data" / "minimal")
    command = STAGES[stage]["cmd"].removeprefix("python pipeline ").replace("${item.profile}", "minimal")
    files = {path for path in traced(LOADED, *command.split(), folder=tmp_path) if not path.startswith(left_out)}

    assert len(files) > 20
    assert missed(stage, files) == set()


@pytest.mark.sample(2)
@pytest.mark.parametrize(("level", "tables"), LEVELS)
def test_makers_of_a_level(level: int, tables: tuple[str, ...], tmp_path: Path) -> None:
    """A level depends on the code of every function that takes part in making its tables.

    All else it takes from the recipe, which tells every setting.
    """
    files = traced(CALLED, str(level), folder=tmp_path)

    assert any(path.startswith(f"pipeline/demo_data/tea/{DOMAIN.tables[tables[-1]]}/recipe") for path in files)
    assert missed(f"level-{level}", files) == set()


@pytest.mark.parametrize(("level", "tables"), LEVELS[1:])
def test_no_more_of_the_domain_than_it_takes(level: int, tables: tuple[str, ...]) -> None:
    """After level 0, a level depends on no folder of a table that its own neither come from nor read.

    But for code that they share: what a recipe imports.
    """
    needed = {DOMAIN.tables[other] for table in tables for other in Stages(DOMAIN, ROOT).behind(table)}
    folders = {path.split("/")[3] for path in deps(f"level-{level}") if path.startswith("pipeline/demo_data/tea/")}

    assert needed <= folders
    assert folders & {*DOMAIN.tables.values()} <= needed | SHARED


SHARED = {"grading"}
"""Folders whose classes or facts the recipes of other tables read."""


@pytest.mark.parametrize("level", range(1, len(LEVELS)))
def test_the_recipe(level: int) -> None:
    """The levels after level 0 depend on the whole recipe."""
    assert f"{DATA}recipe.json" in deps(f"level-{level}")


@pytest.mark.parametrize("level", range(len(LEVELS)))
def test_the_version(level: int) -> None:
    """A level depends on the version, which the world has, whose hash its files bear."""
    assert STAGES[f"level-{level}"]["params"] == [{"pyproject.toml": ["project.version"]}]


def test_level_0_reads_the_profile() -> None:
    """Only level 0 depends on the profile's file; the others see it through the recipe."""
    assert [stage for stage in STAGES if any("/profiles/" in path for path in deps(stage))] == ["level-0"]


def test_no_profile_extends() -> None:
    """A shipped profile stands alone: DVC would not see a change in what it extends."""
    for name in profile_names(DOMAIN):
        text = (DOMAIN.folder / "profiles" / f"{name}.yaml").read_text(encoding="utf-8")

        assert "extends" not in yaml.safe_load(text), name


@pytest.mark.parametrize("stage", ["json", "validate", "snapshot"])
def test_what_comes_after(stage: str) -> None:
    """JSON, checks and manifest depend on every table; each on what came before it."""
    parquet = {f"{DATA}{table}.parquet" for table in TABLES}
    before = {
        "json": set(),
        "validate": {f"{DATA}recipe.json", f"{DATA}json"},
        "snapshot": {f"{DATA}recipe.json", f"{DATA}json", f"{DATA}validation.json", "requirements.lock"},
    }[stage]

    assert {path for path in deps(stage) if not path.startswith("pipeline/")} == parquet | before


def test_dependencies_exist() -> None:
    """Every dependency that is no stage's output is a file or directory of the repository."""
    for stage in STAGES:
        for path in deps(stage):
            if path.startswith(DATA):
                assert any(path.removeprefix(DATA) in outs(other) for other in STAGES), f"{stage}: {path}"
            else:
                for profile in PROFILES:
                    assert (ROOT / path.replace("${item.profile}", profile)).exists(), f"{stage}: {path}"


def test_plots(demo_dir: Path, demo_large_dir: Path) -> None:
    """Every plot draws columns of files that a build leaves, by a template that is there."""
    built = {"demo": demo_dir, "demo-large": demo_large_dir}
    assert len(PIPELINE["plots"]) >= 3
    for plot in PIPELINE["plots"]:
        ((title, found),) = plot.items()
        for file, column in found["y"].items():
            _, profile, below = file.split("/", 2)
            header = (built[profile] / below).read_text().splitlines()[0].split(",")

            assert {found["x"], column} <= set(header), title
            assert file in {f"data/{profile}/plots/{name}.csv" for name in ("rows", "quality", "rain")}
        template = found["template"]
        assert (ROOT / ".dvc" / "plots" / f"{template}.json").is_file() or template.startswith("bar_"), title


def ignored(*names: str) -> set[str]:
    done = subprocess.run(
        ["git", "check-ignore", "--no-index", *names], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 1), done.stderr
    return set(done.stdout.split())


def test_gitignore() -> None:
    """Git ignores every output of DVC, of any profile, and keeps the manifests and the reference data.

    The load test is made on demand: all of it is ignored.
    """
    load_test = {"data/load-test/snapshot.json", "data/load-test/documents.parquet"}
    assert ignored(*load_test) == load_test
    for profile in [*PROFILES, "new"]:
        folder = f"data/{profile}/"
        made = {folder + path for stage in STAGES for path in outs(stage)}
        made |= {f"{folder}documents.parquet/part-00000.parquet", f"{folder}json/farmers.json"}

        assert ignored(*made, f"{folder}.building-1/x") == made | {f"{folder}.building-1/x"}
        assert ignored(f"{folder}snapshot.json") == set()
    assert (
        ignored(
            "pipeline/demo_data/tea/reference/grading_models.json",
            "pipeline/demo_data/tea/reference/new.json",
            "dvc.lock",
            "dvc.yaml",
        )
        == set()
    )
