"""The documents are true: what the README shows is run, what it prints is compared, what it names exists."""

from __future__ import annotations

import doctest
import os
import re
import runpy
import shlex
import shutil
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import pytest
import yaml

from demo_data import isolated_factories
from demo_data.cli import main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])

NOT_RUN = {
    "make data": "installs packages; continuous integration runs it",
    "make test": "is what runs this test",
    ". .venv/bin/activate": "changes the shell that it is typed in",
    "dvc metrics show": "needs what `make data` leaves",
    "dvc plots show": "needs what `make data` leaves",
    "demo-data build load-test --workers 2 --out build/load-test": "takes a minute",
    "demo-data load data/demo --uri mongodb://localhost:27017 --dry-run": "needs a server: see tests/export/mongodb",
    "demo-data load data/demo --uri mongodb://localhost:27017": "needs a server: see tests/export/mongodb",
    "demo-data snapshot fetch demo@v1.0.0 --repo https://git.example.com/tea/demo-data": "see tests/journeys",
    "demo-data snapshot fetch demo@v1.0.0 --out build/demo-1.0.0": "needs a version: see tests/versions",
    "demo-data snapshot diff demo@v1.0.0 demo@v1.1.0": "needs two versions: see tests/journeys/test_consumer.py",
    "demo-data snapshot rebuild demo@v1.0.0": "needs a version: see tests/versions/test_rebuild.py",
    "demo-data snapshot publish demo v1.0.0": "needs a repository: see tests/journeys/test_consumer.py",
    "git push origin demo@v1.0.0": "needs somewhere to push to",
    "demo-data build minimal --out build/minimal": "needs the new table: see test_adding_a_table",
    "demo-data validate build/minimal": "needs the new table: see test_adding_a_table",
}
"""The commands of the README's blocks marked `sh not-run`, and why."""


@dataclass(frozen=True)
class Fence:
    """A fenced block: the words after its opening fence, and its lines as one text."""

    info: str
    text: str

    @property
    def file(self) -> str | None:
        """The file that the block is, where its first line names one."""
        found = re.match(r"# ([\w./-]+\.(?:py|yaml))\n", self.text)
        return found[1] if found else None

    @property
    def commands(self) -> list[str]:
        return [line for line in self.text.splitlines() if line]


FENCES = [Fence(*found) for found in re.findall(r"^```(\S[^\n]*)\n(.*?)^```$", README, flags=re.DOTALL | re.MULTILINE)]


def file_shown(name: str) -> str:
    """The README's text of a file."""
    return next(fence.text for fence in FENCES if fence.file == name)


def test_commands_and_snippets(
    demo_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """From top to bottom, each works as written, beside a built `data/demo`; and prints what the README shows."""
    shutil.copytree(demo_dir, tmp_path / "data" / "demo")
    monkeypatch.chdir(tmp_path)
    printed = ""
    for fence in (fence for fence in FENCES if fence.info != "pycon"):
        if fence.info == "sh":
            for command in fence.commands:
                program, *arguments = shlex.split(command, comments=True)
                code = int(found[1]) if (found := re.search(r"# exit code (\d)$", command)) else 0
                assert program == "demo-data"
                capsys.readouterr()
                assert (command, main(arguments)) == (command, code)
                printed = capsys.readouterr().out
        elif fence.info == "python" and not fence.file:
            exec(compile(fence.text, "README.md", "exec"), {"__name__": "snippet"})
        elif fence.info == "yaml" and fence.file:
            Path(fence.file).write_text(fence.text, encoding="utf-8")
        elif fence.info == "text" and fence.text.endswith("...\n"):
            shown = fence.text.removesuffix("...\n")
            assert printed[: len(shown)] == shown


def test_sessions() -> None:
    """What the README types into Python, from top to bottom, answers as it shows."""
    session = "".join(fence.text for fence in FENCES if fence.info == "pycon")
    test = doctest.DocTestParser().get_doctest(session, {}, "README.md", "README.md", 0)
    told: list[str] = []
    with isolated_factories():
        failed, tried = doctest.DocTestRunner(verbose=False).run(test, out=told.append)

    assert failed == 0, "".join(told)
    assert tried > 20


@pytest.mark.parametrize("name", ["", "documents", "farmers", "locations", "performance", "registry"])
def test_examples_in_docstrings(name: str) -> None:
    """The examples of the Polyfactory classes' modules answer as they show."""
    module = import_module(f"demo_data.objects.{name}".rstrip("."))
    with isolated_factories(seed=1):
        failed, tried = doctest.testmod(module)

    assert failed == 0
    assert tried > 0


def test_commands_not_run_are_listed() -> None:
    """No command escapes by a marker that nobody sees."""
    marked = [command for fence in FENCES if fence.info == "sh not-run" for command in fence.commands]
    assert marked == list(NOT_RUN)


def test_no_other_fences() -> None:
    """Every block is of a kind that these tests know."""
    assert {fence.info for fence in FENCES} == {"sh", "sh not-run", "python", "pycon", "yaml", "toml", "json", "text"}


def test_samples_are_current(demo_dir: Path) -> None:
    """What `show` prints, the table of tables and the records are the demo dataset's: see docs/make_readme.py."""
    filled = runpy.run_path(str(ROOT / "docs" / "make_readme.py"))["filled"]
    assert filled(README, demo_dir) == README


def test_reference_is_current() -> None:
    """docs/tables.md is what docs/make_tables.py makes of the entities."""
    made = runpy.run_path(str(ROOT / "docs" / "make_tables.py"))["reference"]()
    assert made == (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")


def test_options_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    """The README tells every option of `build`, but for the one that only DVC's stages need."""
    assert main(["build", "--help"]) == 0
    offered = set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) - {"--help", "--level"}
    told = set(re.findall(r"^\| `(--[a-z-]+)", README, flags=re.MULTILINE))
    assert told == offered


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the package, with the README's table added as the README says."""
    skip = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "pipeline", tmp_path / "pipeline", ignore=skip)
    shutil.copytree(ROOT / "data" / "reference", tmp_path / "data" / "reference")
    entity = "pipeline/demo_data/tea/weighing_scale.py"
    (tmp_path / entity).write_text(file_shown(entity), encoding="utf-8")
    tables = tmp_path / "pipeline" / "entities" / "tables.py"
    text = tables.read_text(encoding="utf-8")
    text = text.replace("    weather,\n)", "    weather,\n    weighing_scale,\n)")
    text = text.replace("        collection_point,\n", "        collection_point,\n        weighing_scale,\n")
    tables.write_text(text, encoding="utf-8")
    count = next(fence.text for fence in FENCES if fence.text.startswith("weighing_scales: "))
    for profile in (tmp_path / "pipeline" / "profiles").glob("*.yaml"):
        profile.write_text(profile.read_text(encoding="utf-8") + count, encoding="utf-8")
    return tmp_path


def test_adding_a_table(checkout: Path) -> None:
    """The README's entity, list line and count make a table that is built, validated, shown and set by profiles."""

    def run(*arguments: str) -> str:
        environment = os.environ | {"PYTHONPATH": str(checkout), "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(
            [sys.executable, "-m", "demo_data", *arguments],
            cwd=checkout,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    run("build", "minimal", "--out", "build/minimal", "--set", "weighing_scales.kind={spring: 100}")
    run("build", "minimal", "--out", "build/minimal")
    run("validate", "build/minimal")
    line = r"^  weighing_scales +20 .* id +A scale at a collection point\.$"
    assert re.search(line, run("show", "build/minimal"), flags=re.MULTILINE)
    text = (checkout / "build" / "minimal" / "json" / "weighing_scales.json").read_text(encoding="utf-8")
    assert f"`{text.splitlines()[1].removesuffix(',')}`" in README


def with_entries(stages: str, stage: str, kind: str, entries: list[str]) -> str:
    """`dvc.yaml` with further entries at the head of a stage's `deps` or `outs`."""
    before, head, after = stages.partition(f"\n  {stage}:\n")
    heading = f"    {kind}:\n"
    assert head
    assert heading in after
    return before + head + after.replace(heading, heading + "".join(f"      - {entry}\n" for entry in entries), 1)


def test_a_tables_stages(checkout: Path) -> None:
    """With the lines for `dvc.yaml` that the README shows, and no others, the tests of the stages pass."""
    shown = next(fence.text for fence in FENCES if "data/${item.profile}/weighing_scales.parquet" in fence.text)
    lines = yaml.safe_load(textwrap.dedent(shown))
    assert set(lines) == {"deps", "outs"}
    shutil.copytree(ROOT / "tests", checkout / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("dvc.lock", "params.yaml", "pyproject.toml"):
        shutil.copy(ROOT / name, checkout)
    stages = (ROOT / "dvc.yaml").read_text(encoding="utf-8")
    for kind in ("deps", "outs"):
        stages = with_entries(stages, "level-3", kind, lines[kind])
    for stage in ("json", "validate", "snapshot"):
        stages = with_entries(stages, stage, "deps", lines["outs"])
    (checkout / "dvc.yaml").write_text(stages, encoding="utf-8")

    chosen = "of_a_level or recipe or what_comes_after or level_0"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_dvc.py", "-k", chosen],
        cwd=checkout,
        env=os.environ | {"PYTHONPATH": str(checkout), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert int(re.search(r"(\d+) passed", done.stdout)[1]) > 10  # type: ignore[index]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link is to a file of the tree, and every anchor to a heading."""
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", page.read_text(encoding="utf-8")):
        path, _, anchor = target.partition("#")
        file = (page.parent / path) if path else page
        assert file.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
            assert anchor in {heading.lower().replace(" ", "-") for heading in headings}, target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_paths_and_targets_exist(page: Path) -> None:
    """Files that a page names lie in the tree, and make knows the targets."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    new = {"pipeline/demo_data/tea/weighing_scale.py"}
    for path in re.findall(
        r"`((?:pipeline|tests|docs|notebooks|pipeline/demo_data/tea/reference|\.ci)/[\w./-]*)`", text
    ):
        assert path in new or (ROOT / path).exists(), path
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    for target in re.findall(r"`make ([a-z]+)", text):
        assert target in targets, target


def test_warning_comes_first() -> None:
    """The README warns of the phone numbers before it shows a command."""
    assert 0 < README.index("**Never send anything to them.**") < README.index("```")
