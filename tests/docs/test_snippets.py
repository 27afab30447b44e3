"""What the pages show is run, and what it prints is compared."""

from __future__ import annotations

import doctest
import re
import shlex
import shutil
from importlib import import_module
from pathlib import Path

import pytest

from demo_data import isolated_factories
from demo_data.cli import main
from tests.docs.pages import DOCS, PAGES, ROOT, fences, name

ELSEWHERE = {
    "docs/domains.md": "tests/docs/test_domains.py",
    "docs/scale.md": "tests/docs/test_scale.py",
    "docs/remotes.md": "tests/versions/test_remotes_page.py",
    "examples/consumer/README.md": "tests/journeys/test_consumer.py",
    "examples/dairy/README.md": "tests/journeys/test_dairy.py",
}
"""Pages that tests of their own play, since they need more than a dataset."""

HERE = [page for page in PAGES if fences(page) and name(page) not in ELSEWHERE]

NOT_RUN = {
    "make data": "installs packages; continuous integration runs it",
    "make data AS_OF=2026-03-31": "is what tests/journeys/test_dvc_repro.py does by the commands behind it",
    "git diff params.yaml": "needs what `make data` leaves",
    "dvc push": "needs a remote: see tests/journeys/test_dvc_repro.py",
    'demo-data build demo --as-of "$(date +%F)" --out build/today': "is other data every day",
    'demo-data advance build/today --to "$(date +%F)"': "is other data every day",
    "demo-data load build/today --uri mongodb://localhost:27017": "needs a server: see tests/export/mongodb",
    ".venv/bin/python docs/make_realism.py --print data/demo-large": "see tests/docs/test_realism.py",
    "make test": "is what runs this test",
    ". .venv/bin/activate": "changes the shell that it is typed in",
    "source <(demo-data completion bash)": "see tests/cli/test_completion.py",
    "demo-data completion zsh > ~/.zfunc/_demo-data": "see tests/cli/test_completion.py",
    "demo-data completion fish > ~/.config/fish/completions/demo-data.fish": "see tests/cli/test_completion.py",
    "dvc metrics show": "needs what `make data` leaves",
    "dvc plots show": "needs what `make data` leaves",
    "demo-data build load-test --workers 2 --out build/load-test": "takes a minute",
    "demo-data build kenya --workers 2 --no-json --out build/kenya": "takes minutes",
    "demo-data load data/demo --uri mongodb://localhost:27017 --dry-run": "needs a server: see tests/export/mongodb",
    "demo-data load data/demo --uri mongodb://localhost:27017": "needs a server: see tests/export/mongodb",
    "demo-data load feed --uri mongodb://localhost:27017": "needs a server: see tests/export/mongodb",
    "demo-data snapshot fetch demo@v1.0.0 --repo https://git.example.com/tea/demo-data": "see tests/journeys",
    "demo-data snapshot fetch demo@v1.0.0 --out build/demo-1.0.0": "needs a version: see tests/versions",
    "demo-data snapshot fetch demo@v1.0.0+2026-02-28 --out build/demo-in-february": "see test_advanced_pins.py",
    "demo-data snapshot diff demo@v1.0.0 demo@v1.1.0": "needs two versions: see tests/journeys/test_consumer.py",
    "demo-data snapshot rebuild demo@v1.0.0": "needs a version: see tests/versions/test_rebuild.py",
    "demo-data snapshot publish demo v1.0.0": "needs a repository: see tests/journeys/test_consumer.py",
    "git push origin demo@v1.0.0": "needs somewhere to push to",
}
"""The commands of blocks that are marked `sh not-run`, and why."""

KINDS = {"sh", "sh not-run", "python", "pycon", "yaml", "toml", "json", "text", "mermaid"}

each_page = pytest.mark.parametrize("page", HERE, ids=name)


@each_page
def test_commands_and_snippets(
    page: Path, demo_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """From top to bottom, each works as written, beside a built `data/demo`; and prints what the page shows."""
    shutil.copytree(demo_dir, tmp_path / "data" / "demo")
    monkeypatch.chdir(tmp_path)
    printed, session = "", {"__name__": "snippet"}
    for fence in fences(page):
        if fence.info == "sh":
            for command in fence.commands:
                program, *arguments = shlex.split(command, comments=True)
                code = int(found[1]) if (found := re.search(r"# exit code (\d)$", command)) else 0
                assert program == "demo-data"
                capsys.readouterr()
                assert (command, main(arguments)) == (command, code)
                printed = capsys.readouterr().out
        elif fence.info == "python":
            exec(compile(fence.text, page.name, "exec"), session)
        elif fence.info == "yaml" and fence.file:
            Path(fence.file).write_text(fence.text, encoding="utf-8")
        elif fence.info == "text" and fence.text.endswith("...\n") and printed:
            shown = fence.text.removesuffix("...\n")
            assert printed[: len(shown)] == shown


@pytest.mark.parametrize("page", [page for page in HERE if any(f.info == "pycon" for f in fences(page))], ids=name)
def test_sessions(page: Path) -> None:
    """What a page types into Python, from top to bottom, answers as it shows."""
    session = "".join(fence.text for fence in fences(page) if fence.info == "pycon")
    test = doctest.DocTestParser().get_doctest(session, {}, page.name, page.name, 0)
    told: list[str] = []
    with isolated_factories():
        failed, tried = doctest.DocTestRunner(verbose=False).run(test, out=told.append)

    assert failed == 0, "".join(told)
    assert tried > 5


@pytest.mark.parametrize(
    "module", [f"tea.{each}.objects" for each in ("regions", "weather", "farmers", "documents", "performance")]
)
def test_examples_in_docstrings(module: str) -> None:
    """The examples of modules answer as they show."""
    with isolated_factories(seed=1):
        failed, tried = doctest.testmod(import_module(f"demo_data.{module}"))

    assert failed == 0
    assert tried > 0


def test_commands_not_run_are_listed() -> None:
    """No command escapes by a marker that nobody sees, and none is listed that stands nowhere."""
    marked = [
        command for page in HERE for fence in fences(page) if fence.info == "sh not-run" for command in fence.commands
    ]
    assert set(marked) == set(NOT_RUN)


def test_no_other_fences() -> None:
    """Every block is of a kind that these tests know."""
    assert {fence.info for page in HERE for fence in fences(page)} <= KINDS


def test_pages_are_played_somewhere() -> None:
    """Where a page is played by a test of its own, that test reads it."""
    for page, test in ELSEWHERE.items():
        if (ROOT / page).exists():
            assert Path(page).name in (ROOT / test).read_text(encoding="utf-8")


def test_options_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    """The page tells every option of `build`, but for the one that only DVC's stages need."""
    assert main(["build", "--help"]) == 0
    offered = set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) - {"--help", "--level"}
    told = set(re.findall(r"^\| `(--[a-z-]+)", (DOCS / "datasets.md").read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert told == offered
