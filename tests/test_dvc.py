"""dvc.yaml against the entities: stages, outputs, dependencies and parameters."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import grimp
import pytest
import yaml

from demo_data.engine.assemble import assemble
from demo_data.engine.world import World
from demo_data.profile import load_profile
from demo_data.profile_file import profile_names
from demo_data.schema.tree import references
from demo_data.tea import DOMAIN
from demo_data.tea.tables import MODELS, RECIPES, levels
from tests.running import ROOT, names

PIPELINE = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))
STAGES: dict[str, dict[str, Any]] = PIPELINE["stages"]
PROFILES = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))["profiles"]
DATA = "data/${item.profile}/"
TABLES = tuple(MODELS)
LEVELS = tuple(enumerate(levels()))


def outs(stage: str) -> set[str]:
    """A stage's outputs below `data/<profile>/`."""
    return {path.removeprefix(DATA) for path in paths(STAGES[stage].get("outs", []))}


def paths(entries: list[Any]) -> list[str]:
    return [entry if isinstance(entry, str) else next(iter(entry)) for entry in entries]


def deps(stage: str) -> set[str]:
    return set(paths(STAGES[stage]["deps"]))


def test_profiles() -> None:
    """`dvc repro` builds three of the shipped profiles; the load test is made by hand."""
    assert PROFILES == ["minimal", "demo", "demo-large"]
    assert {*PROFILES, "load-test"} == set(profile_names(DOMAIN))


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


def behind(table: str) -> set[str]:
    """A table, all that it comes from, and the later tables that it points to."""
    found: set[str] = set()
    left = [table]
    while left:
        one = left.pop()
        if one not in found:
            found.add(one)
            later = {reference.key.table for reference in references(MODELS[one]) if reference.key.deferred}
            left += [*RECIPES[one].sources(), *later]
    return found


@cache
def imports(file: Path) -> frozenset[Path]:
    """The files of `pipeline` that a file imports at any depth, itself included."""
    found: set[Path] = set()
    left = [file]
    while left:
        one = left.pop()
        if one in found:
            continue
        found.add(one)
        for statement in ast.walk(ast.parse(one.read_text(encoding="utf-8"))):
            modules: list[str] = []
            if isinstance(statement, ast.Import):
                modules = [alias.name for alias in statement.names]
            elif isinstance(statement, ast.ImportFrom):
                assert statement.level == 0, f"{one}: a relative import"
                modules = [f"{statement.module}.{alias.name}" for alias in statement.names] + [str(statement.module)]
            for module in modules:
                path = ROOT / (module.replace(".", "/") + ".py")
                if module.startswith("pipeline.") and path.is_file():
                    left.append(path)
    return frozenset(found)


def module_file(table: str) -> Path:
    return ROOT / (RECIPES[table].model.__module__.replace(".", "/") + ".py")


def entity_files(tables: set[str]) -> set[str]:
    """The entity files that tables are stated in, those that these import included."""
    found = {path for table in tables for path in imports(module_file(table))}
    return {path.relative_to(ROOT).as_posix() for path in found if path.parent.name == "entities"}


@pytest.mark.parametrize(("level", "tables"), LEVELS)
def test_entities_of_a_level(level: int, tables: tuple[str, ...]) -> None:
    """A level depends on just the entity files of its tables and of all that these come from or point to."""
    needed = {other for table in tables for other in behind(table)}

    assert {path for path in deps(f"level-{level}") if "/entities" in path} == entity_files(needed)


WORDS = {"errors", "shown", "checks"}
"""What only words refusals, for every stage but the checks themselves."""

SETTINGS = {"profile", "profile_file", "yaml_text", "written"}
"""What reads a profile: after level 0 the recipe tells every setting."""

CODE: dict[str, tuple[str, set[str]]] = {
    "level-0": ("demo_data.build", WORDS),
    **{f"level-{level}": ("demo_data.build", WORDS | SETTINGS) for level, _ in LEVELS[1:]},
    # The entities import the facts that values are made of; what is made already is only converted.
    "json": ("demo_data.dataset.store", WORDS | {"kenya"}),
    # `imports` brings in rules of the user, of which the stage has none.
    "validate": ("demo_data.validation.run", WORDS - {"checks"} | {"imports"}),
    # Of the build, the manifest takes who made it: nothing that makes.
    "snapshot": ("demo_data.versions.write", WORDS | SETTINGS - {"written"} | {"engine"}),
}
"""The module that does a stage's work, and what it imports at any depth without its outputs coming from there."""


@cache
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("pipeline", exclude_type_checking_imports=True)


def code(stage: str) -> set[str]:
    """The files and folders of `pipeline/` that a stage's outputs come from."""
    module, without = CODE[stage]
    tops = {name.split(".")[1] for name in {module, *graph().find_upstream_modules(module)} if "." in name}
    # The report is written by one function of a module that imports much for others.
    tops |= {"report"} if stage == "validate" else set()
    paths = {f"pipeline/{top}" for top in tops - without}
    return {path if (ROOT / path).is_dir() else f"{path}.py" for path in paths}


@pytest.mark.parametrize("stage", STAGES)
def test_code(stage: str) -> None:
    """A stage depends on the code that its outputs come from, as its imports tell; a level not on all entities."""
    found = {path for path in deps(stage) if path.startswith("pipeline/")}
    if stage.startswith("level"):
        found = {path for path in found if "/entities" not in path} | {"pipeline/demo_data/tea"}
    profile = {"pipeline/demo_data/tea/profiles/${item.profile}.yaml"} if stage == "level-0" else set()

    assert found == code(stage) | profile


@pytest.mark.parametrize(("level", "tables"), LEVELS)
def test_reference_data_of_a_level(level: int, tables: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """A level depends on just the reference files that making its tables reads."""
    import demo_data.tea.reference

    read: set[str] = set()
    original = demo_data.tea.reference.reference_rows

    def noted(table: str) -> Any:
        read.add(f"pipeline/demo_data/tea/reference/{table}.json")
        return original(table)

    for module in {RECIPES[table].model.__module__ for table in TABLES}:
        if hasattr(__import__(module, fromlist=["x"]), "reference_rows"):
            monkeypatch.setattr(f"{module}.reference_rows", noted)
    monkeypatch.setattr("demo_data.tea.reference.reference_rows", noted)
    world = World(DOMAIN, load_profile("demo"))
    for table in tables:
        assemble(world.rows(table, 0, world.count(table)))
    listed = {path for path in deps(f"level-{level}") if path.startswith("pipeline/demo_data/tea/reference")}

    assert read <= listed
    assert listed <= read | {"pipeline/demo_data/tea/reference/grading_models.json"}, "reads none of it"


@pytest.mark.parametrize("level", range(1, len(LEVELS)))
def test_the_recipe(level: int) -> None:
    """The levels after level 0 depend on the whole recipe, whose hash their files bear."""
    assert f"{DATA}recipe.json" in deps(f"level-{level}")
    assert "params" not in STAGES[f"level-{level}"]


def test_level_0_reads_the_profile() -> None:
    """Only level 0 depends on the profile's file; the others see it through the recipe."""
    assert [stage for stage in STAGES if any("profile" in path for path in deps(stage) if "data/" not in path)] == [
        "level-0"
    ]
    assert "params" not in STAGES["level-0"]


def test_no_profile_extends() -> None:
    """A shipped profile stands alone: DVC would not see a change in what it extends."""
    for name in profile_names(DOMAIN):
        text = (ROOT / "pipeline" / "profiles" / f"{name}.yaml").read_text(encoding="utf-8")

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
