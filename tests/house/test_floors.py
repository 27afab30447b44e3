"""The contracts of import-linter hold, each fails where it is broken, and formulas lie where these see them."""

from __future__ import annotations

import ast
import fnmatch
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Collection, Iterator
from itertools import cycle, pairwise
from pathlib import Path
from typing import Any

import grimp
import pytest

from tests.running import PACKAGE, ROOT

SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
CONTRACTS: dict[str, dict[str, Any]] = {contract["id"]: contract for contract in SETTINGS["contracts"]}
MODULES = sorted(
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
    for path in PACKAGE.rglob("*.py")
)


def linted(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """What import-linter says of the package that lies in `folder/pipeline`."""
    script = (
        "import sys; sys.path.insert(0, 'pipeline'); from importlinter.cli import lint_imports_command as lint; lint()"
    )
    command = [sys.executable, "-c", script, "--no-cache", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_floors() -> None:
    """Every contract is kept."""
    done = linted(ROOT)

    assert done.returncode == 0, done.stdout
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken" in done.stdout


def test_every_folder_is_seen() -> None:
    """Each folder of modules is a package: contracts see no other."""
    folders = {path.parent for path in PACKAGE.rglob("*.py")}
    assert {folder for folder in folders if not (folder / "__init__.py").is_file()} == set()


def one(expression: str) -> str:
    """A module that the expression of a contract means."""
    found = fnmatch.filter(MODULES, expression)
    return found[0] if found else expression


def forbidden(contract: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What may not be imported by what: each source with one of what is forbidden, and the other way round."""
    sources, targets = contract["source_modules"], contract["forbidden_modules"]
    yield from ((one(source), one(targets[0])) for source in sources)
    yield from ((one(sources[0]), one(target)) for target in targets[1:])


def upwards(contract: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each room with one of the floor above it."""
    floors = [re.split(r" [:|] ", floor) for floor in contract["layers"]]
    for above, below in pairwise(floors):
        yield from ((f"demo_data.{room}", f"demo_data.{above[0]}") for room in below)


BREACHES = {
    name: [*(upwards if contract["type"] == "layers" else forbidden)(contract)] for name, contract in CONTRACTS.items()
}


def assert_seen(name: str, breaches: Collection[tuple[str, str]], folder: Path) -> None:
    """Where these imports are added to a copy of the package, the contract fails by its name, and names each."""
    shutil.copytree(PACKAGE, folder / "pipeline" / "demo_data", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    for importer, imported in breaches:
        stem = folder / "pipeline" / Path(*importer.split("."))
        path = stem / "__init__.py" if stem.is_dir() else stem.with_suffix(".py")
        path.write_text(
            f"{path.read_text(encoding='utf-8')}\n\ndef _breach():\n    import {imported}\n", encoding="utf-8"
        )

    done = linted(folder, "--contract", name)

    said = " ".join(done.stdout.split())
    assert done.returncode == 1
    assert f"{CONTRACTS[name]['name']} BROKEN" in said
    for importer, imported in breaches:
        assert f"- {importer} -> {imported} (" in said, (importer, imported)


@pytest.mark.sample(2)
@pytest.mark.parametrize("name", CONTRACTS)
def test_a_breach_is_seen(name: str, tmp_path: Path) -> None:
    """Where an import breaks a contract, import-linter fails, by that contract's name, and names the import."""
    assert_seen(name, BREACHES[name], tmp_path)


MAKING = [name for name in MODULES if re.match(r"demo_data\.tea(\.\w+)?\.recipe\b", name)]
"""What the cells of the domain are made by."""

CHECKING = {
    "rules": (
        *("farmers.rules.people", "weather.rules", "documents.rules.leaves"),
        *("sources.model", "points.views", "rules"),
    ),
    "faults": ("farmers.faults", "weather.faults", "documents.faults.leaves", "fresh_records", "planting", "faults"),
}


@pytest.mark.parametrize("name", CHECKING)
def test_no_formula_is_in_reach(name: str, tmp_path: Path) -> None:
    """What recipes are made of is forbidden to models, rules, views and planted faults alike."""
    formulas = [module for module in MAKING if not module.endswith(".recipe")]
    importers = cycle(f"demo_data.tea.{module}" for module in CHECKING[name])
    assert_seen(name, list(zip(importers, formulas, strict=False)), tmp_path)


def test_formulas_lie_in_recipes() -> None:
    """Beside recipes and what these share, a recipe imports nothing of its domain but models and sourced facts."""
    graph = grimp.build_graph("demo_data", exclude_type_checking_imports=True)
    allowed = re.compile(r"demo_data\.tea\.(kenya|reference|values|\w+\.model$)")
    strangers = [
        f"{module} -> {imported}"
        for module in MAKING
        for imported in sorted(graph.find_modules_directly_imported_by(module))
        if imported.startswith("demo_data.tea") and imported not in MAKING and not allowed.match(imported)
    ]

    assert strangers == []


DEFAULTING = {
    *("commands/domains.py", "domain.py", "stages.py"),
    *(
        "compare/past.py",
        "compare/run.py",
        "export/mongodb/run.py",
        "faults/run.py",
        "feed/changes.py",
        "feed/replay.py",
        "objects/registry.py",
        "objects/state.py",
    ),
    *(
        "contract/__init__.py",
        "profile.py",
        "validation/run.py",
        "versions/moving.py",
        "versions/shards.py",
        "versions/snapshot.py",
    ),
}
"""The commands, what says where a domain must be named, and what a face offers to people, who may name none."""


def test_only_faces_take_the_default_domain() -> None:
    """All else takes the domain that it is given."""
    found = {
        path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py") if "default_domain" in path.read_text()
    }
    assert found == DEFAULTING


REACHING = re.compile(r"\.(recipes|levels)$|\b(part|stated|modules?|modules_of|getattr)\(.*recipes?'")


def making(source: str) -> list[str]:
    """Where a module asks a domain for its recipes, or for what is computed of them."""
    nodes = ast.walk(ast.parse(source))
    return [text for node in nodes if isinstance(node, ast.expr) and REACHING.search(text := ast.unparse(node))]


def test_checking_asks_for_no_recipe() -> None:
    """A dataset carries its domain whole: nobody who checks it, or plants faults in it, reaches a recipe through it."""
    checking = [path for room in ("validation", "faults") for path in (PACKAGE / room).glob("*.py")]
    checking += [
        path
        for path in (PACKAGE / "tea").rglob("*.py")
        if {*path.parts, path.stem} & {"model", "views", "planting", "fresh_records", *CHECKING}
    ]
    found = {path: making(path.read_text(encoding="utf-8")) for path in checking}

    assert len(found) > 70
    assert {path: reached for path, reached in found.items() if reached} == {}


@pytest.mark.parametrize(
    "line",
    ["data.domain.recipes['orders']", "domain.levels", "domain.part(table, 'recipe')", "getattr(domain, 'recipes')"],
)
def test_what_asks_is_seen(line: str) -> None:
    """What the test above looks for, it finds."""
    assert making(line)
