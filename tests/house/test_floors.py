"""The contracts of import-linter hold, each fails where it is broken, and rules read facts alone of their domain."""

from __future__ import annotations

import ast
import fnmatch
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from itertools import pairwise
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


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_breach_is_seen(name: str, tmp_path: Path) -> None:
    """Where an import breaks a contract, import-linter fails, by that contract's name, and names the import."""
    shutil.copytree(PACKAGE, tmp_path / "pipeline" / "demo_data", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for importer, imported in BREACHES[name]:
        stem = tmp_path / "pipeline" / Path(*importer.split("."))
        path = stem / "__init__.py" if stem.is_dir() else stem.with_suffix(".py")
        path.write_text(
            f"{path.read_text(encoding='utf-8')}\n\ndef _breach():\n    import {imported}\n", encoding="utf-8"
        )

    done = linted(tmp_path, "--contract", name)

    assert done.returncode == 1
    assert f"{CONTRACTS[name]['name']} BROKEN" in done.stdout
    for importer, imported in BREACHES[name]:
        assert re.search(rf"- +{re.escape(importer)} -> {re.escape(imported)} ", done.stdout), (importer, imported)


CHECKING = {"faults", "fresh_records", "planting", "rules", "views"}
SHARED = {"kenya", "model", "values", *CHECKING}


def parts(module: str) -> set[str]:
    """The names that a module's own is made of, below the domain."""
    return set(module.removeprefix("demo_data.tea").split("."))


def test_rules_read_facts_alone() -> None:
    """Of their domain, rules, what they share, and planted faults import models and sourced facts: no formula."""
    graph = grimp.build_graph("demo_data", exclude_type_checking_imports=True)
    found = [
        f"{module} -> {imported}"
        for module in sorted(graph.modules)
        if module.startswith("demo_data.tea.") and parts(module) & CHECKING
        for imported in sorted(graph.find_modules_directly_imported_by(module))
        if imported.startswith("demo_data.tea.") and not parts(imported) & SHARED
    ]

    assert found == []


REACHING = re.compile(r"\.(recipes|levels)$|\b(parts|stated|module|getattr)\(.*recipes?'")


def making(source: str) -> list[str]:
    """Where a module asks a domain for its recipes, or for what is computed of them."""
    nodes = ast.walk(ast.parse(source))
    return [text for node in nodes if isinstance(node, ast.expr) and REACHING.search(text := ast.unparse(node))]


def test_checking_asks_for_no_recipe() -> None:
    """A dataset carries its domain whole: nobody who checks it, or plants faults in it, reaches a recipe through it."""
    checking = [path for room in ("validation", "faults") for path in (PACKAGE / room).glob("*.py")]
    checking += [path for path in (PACKAGE / "tea").rglob("*.py") if {*path.parts, path.stem} & {"model", *CHECKING}]
    found = {path: making(path.read_text(encoding="utf-8")) for path in checking}

    assert len(found) > 80
    assert {path: reached for path, reached in found.items() if reached} == {}


@pytest.mark.parametrize(
    "line", ["data.domain.recipes['orders']", "domain.levels", "domain.parts('recipe')", "getattr(domain, 'recipes')"]
)
def test_what_asks_is_seen(line: str) -> None:
    """What the test above looks for, it finds."""
    assert making(line)
