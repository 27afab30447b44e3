"""docs/domains.md is true: its table is added to a copy of the tree, and its domain to an empty directory."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from demo_data.tea import DOMAIN
from tests.docs.pages import DOCS, ROOT, fences, files

PAGE = DOCS / "domains.md"
SHOWN = files(PAGE)
TABLE = "weighing_scales"
FOLDER = "pipeline/demo_data/tea/weighing"
DOMAIN_LIST = "pipeline/demo_data/tea/__init__.py"
BIN = Path(sys.executable).parent


def called(folder: Path, *arguments: object, code: int = 0) -> str:
    """What a command prints that runs in a folder, by that folder's code alone; its exit code is the expected one."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "DVC_", "PYTHON"))}
    env = kept | {
        "PATH": f"{BIN}:{os.environ['PATH']}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "DVC_NO_ANALYTICS": "1",
        "DVC_SITE_CACHE_DIR": str(folder.parent / "site"),
        "DVC_GLOBAL_CONFIG_DIR": str(folder.parent / "site"),
    }
    command = [str(each) for each in arguments]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr if code == 0 else "") == (code, ""), f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def write(folder: Path, path: str, text: str) -> None:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree, with the page's table added as the page says: a folder, and a line in the list."""
    tree = tmp_path_factory.mktemp("table") / "tree"
    shutil.copytree(ROOT / "pipeline", tree / "pipeline", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "requirements.lock", ".dvcignore", "README.md"):
        shutil.copy(ROOT / name, tree)
    write(tree, "params.yaml", "profiles: [minimal]\n")
    shutil.copytree(DOCS, tree / "docs", ignore=shutil.ignore_patterns("__pycache__"))
    called(tree, sys.executable, "pipeline", *_shown("--out build/before"))
    for path, text in SHOWN.items():
        if path.startswith(f"{FOLDER}/"):
            write(tree, path, text)
    (line,) = (fence.text for fence in fences(PAGE) if fence.text.startswith(f"# a line of {DOMAIN_LIST}\n"))
    listed = (tree / DOMAIN_LIST).read_text(encoding="utf-8")
    above = '        "collection_points": "points",\n'
    assert above in listed
    write(tree, DOMAIN_LIST, listed.replace(above, above + line.partition("\n")[2]))
    return tree


@pytest.fixture(scope="module")
def built(checkout: Path) -> Path:
    """The tree's `minimal`, with the table in it."""
    called(checkout, sys.executable, "pipeline", *_shown("--out build/minimal"))
    return checkout / "build" / "minimal"


def test_the_table_is_built_and_checked(checkout: Path, built: Path) -> None:
    """It has the rows of its default count, passes validation, and is shown with its docstring."""
    called(checkout, sys.executable, "pipeline", "validate", "build/minimal")
    line = rf"^  {TABLE} +20 .* id +A scale at a collection point\.$"
    assert re.search(line, called(checkout, sys.executable, "pipeline", "show", "build/minimal"), flags=re.MULTILINE)
    records = (built / "json" / f"{TABLE}.json").read_text(encoding="utf-8")
    assert f"`{records.splitlines()[1].removesuffix(',')}`" in PAGE.read_text(encoding="utf-8")


def test_the_table_is_added(checkout: Path, built: Path) -> None:
    """The page's diff tells that the table came, and that the others are as they were."""
    told = called(checkout, sys.executable, "pipeline", *_shown("snapshot diff"))
    assert re.search(rf"^{TABLE} +20 +table added$", told, flags=re.MULTILINE)
    assert f"Next version: major ({TABLE} came)" in told
    assert told.count("  same") == len(DOMAIN.tables)


@pytest.mark.full
def test_a_profile_may_set_it(checkout: Path, built: Path) -> None:
    """Its count and its weights are settings; and the diff pairs its rows by their key."""
    changes = (f"{TABLE}.count=25", f"{TABLE}.kind={{spring: 100}}")
    options = [word for change in changes for word in ("--set", change)]
    called(checkout, sys.executable, "pipeline", "build", "minimal", "--out", "build/other", *options)
    assert all(
        each["kind"] == "spring" for each in json.loads((built.parent / "other/json" / f"{TABLE}.json").read_text())
    )
    told = called(checkout, sys.executable, "pipeline", "snapshot", "diff", "build/minimal", "build/other")
    assert re.search(rf"^{TABLE} +20 -> 25 +\+5 ", told, flags=re.MULTILINE)


def test_its_faults_are_planted_and_found(checkout: Path, built: Path) -> None:
    """The page's planters break the page's rules, and these alone."""
    called(checkout, sys.executable, "pipeline", *_shown("corrupt"))
    told = called(checkout, sys.executable, "pipeline", "validate", "build/bad", code=1)
    for line in (
        r"scale-capacity: 1 violation\n  .* 150 kg is more than a spring scale carries",
        r"scale-tested: 1 violation\n  .* 1963-12-12 is before 'nyeri-highland-cp-00\d' was on record",
    ):
        assert re.search(rf"^{line}$", told, re.MULTILINE)
    assert told.count(" violation") == 2


def test_its_objects(checkout: Path) -> None:
    """The table's class makes objects below registered parents, without a line of its own."""
    write(
        checkout, "pipeline/scales.py", SHOWN["scales.py"]
    )  # beside the package: that one counts, not the installed one
    called(checkout, sys.executable, "pipeline/scales.py")


@pytest.mark.full
def test_what_is_generated(checkout: Path) -> None:
    """The generated files take the table in: the stages, and the pages."""
    _generate(checkout)
    assert f"## {TABLE}\n" in (checkout / "docs" / "tables.md").read_text(encoding="utf-8")
    assert f"| 3 | `{TABLE}` | `id` |" in (checkout / "docs" / "datasets.md").read_text(encoding="utf-8")
    assert f"data/${{item.profile}}/{TABLE}.parquet" in (checkout / "dvc.yaml").read_text(encoding="utf-8")


@pytest.mark.full
def test_dvc_repro(checkout: Path, built: Path) -> None:
    """`dvc repro` makes the table, as `build` does."""
    _generate(checkout)
    shutil.copytree(ROOT / ".dvc", checkout / ".dvc", ignore=shutil.ignore_patterns("cache", "tmp", "config.local"))
    called(checkout, "git", "init", "-q")
    called(checkout, "git", "add", "-A")
    called(checkout, "git", "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "a")
    called(checkout, "dvc", "repro", "--quiet")
    made = checkout / "data" / "minimal" / f"{TABLE}.parquet"
    assert made.read_bytes() == (built / made.name).read_bytes()


def test_a_domain_of_ones_own(tmp_path: Path) -> None:
    """The shop is built, checked and corrupted by its own package and public commands; a pyproject.toml names it."""
    for path, text in SHOWN.items():
        if path in ("check.py", "params.yaml") or path.startswith("shop/"):
            write(tmp_path, path, text)
    for command in (command for fence in fences(PAGE) if fence.info == "sh domain" for command in fence.commands):
        called(tmp_path, *_program(command))
    orders = json.loads((tmp_path / "build" / "small" / "json" / "orders.json").read_text(encoding="utf-8"))
    assert len(orders) == 100
    told = called(
        tmp_path, sys.executable, "-m", "demo_data", "--domain", "shop:DOMAIN", "validate", "build/bad", code=1
    )
    assert "foreign-key" in told

    called(tmp_path, sys.executable, "check.py")
    assert "data/${item.profile}/orders.parquet" in (tmp_path / "dvc.yaml").read_text(encoding="utf-8")

    (named,) = (fence.text for fence in fences(PAGE) if fence.info == "toml")
    write(tmp_path, "pyproject.toml", named)
    called(tmp_path, sys.executable, "-m", "demo_data", "build", "small", "--out", "build/again")
    again = (tmp_path / "build" / "again" / "orders.parquet").read_bytes()
    assert again == (tmp_path / "build" / "small" / "orders.parquet").read_bytes()


def test_what_an_author_is_told(tmp_path: Path) -> None:
    """The page's mistakes, made in its shop, are told as the page has it."""
    mistakes = {
        "shop/orders/model.py": ('ForeignKey("customers")', 'ForeignKey("customer")'),
        "shop/customers/recipe.py": ('"store": 20', '"store": 30'),
        "shop/orders/recipe.py": ('recipe.draw("items"', 'recipe.draw("itms"'),
        "shop/parcels/recipe.py": ("weight_kg(cells: Array", "weight_kg(cell: Array"),
    }
    for path, text in SHOWN.items():
        if path.startswith("shop/"):
            old, new = mistakes.get(path, ("", ""))
            assert old in text
            write(tmp_path, path, text.replace(old, new) if old else text)
    command = [sys.executable, "-m", "demo_data", "--domain", "shop:DOMAIN", "build", "small"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    (lines,) = (fence.text for fence in fences(PAGE) if fence.info == "text")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", lines)


def test_every_block_is_played() -> None:
    """No block of the page is of a kind, or a file, that these tests do not know."""
    assert {fence.info for fence in fences(PAGE)} == {"sh not-run", "sh domain", "python", "yaml", "toml", "text"}
    assert all(
        path in ("check.py", "params.yaml", "scales.py") or path.startswith((f"{FOLDER}/", "shop/")) for path in SHOWN
    )
    marked = [command for fence in fences(PAGE) if fence.info == "sh not-run" for command in fence.commands]
    played = ["make generated", "build minimal", "validate", "corrupt", "snapshot diff"]
    assert [any(word in command for word in played) for command in marked] == [True] * len(marked)


def _shown(words: str) -> list[str]:
    """The arguments of the page's command that has these words."""
    marked = [command for fence in fences(PAGE) if fence.info == "sh not-run" for command in fence.commands]
    (found,) = (command for command in marked if words in command)
    return shlex.split(found)[1:]


def _program(command: str) -> list[str]:
    program, *arguments = shlex.split(command)
    assert program == "demo-data"
    return [sys.executable, "-m", "demo_data", *arguments]


def _generate(checkout: Path) -> None:
    """What `make generated` runs, by the copy's own code."""
    made = re.search(
        r"^generated:.*\n((?:\t.+\n)+)", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    assert made
    for line in made[1].splitlines():
        called(checkout, "sh", "-ec", line.strip().replace("$(BIN)", str(BIN)))
