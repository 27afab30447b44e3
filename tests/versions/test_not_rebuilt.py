"""What cannot be rebuilt is told in a line, with what would help."""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path

import pytest

from demo_data.versions.own_code import OwnCode
from demo_data.versions.pin import Pin
from tests.running import names
from tests.versions.publishing import edit
from tests.versions.rebuilding import Rebuild, retag
from tests.versions.upstream import FIRST, Tree


def test_code_that_does_not_run(here: Tree, rebuild: Rebuild) -> None:
    """Where the tag's code does not run with the packages at hand, its last line is told, and the way out."""
    edit(here.folder / "pipeline" / "demo_data" / "cli.py", r"(?m)^import argparse$", "import argparse, bygone")
    retag(here)

    code, _, wrong = rebuild(FIRST)

    assert code == 2
    todo = f"`demo-data snapshot rebuild {FIRST} --fresh` runs it with the packages of its lock file"
    assert wrong == [f"{FIRST}: its code does not run here: ModuleNotFoundError: No module named 'bygone'; {todo}"]
    assert len(here.run("git", "worktree", "list").splitlines()) == 1


@pytest.mark.parametrize(
    ("last", "told"),
    [
        (
            "demo-data: unexpected TypeError: no x; DEMO_DATA_TRACEBACK=1 shows where",
            "does not run here: TypeError: no x;",
        ),
        ("demo-data: out of memory", "this machine has too little for it: memory ("),
        ("demo-data: a worker process died (out of memory?); nothing was changed", "has too little for it: memory ("),
        ("demo-data: x.yaml: unexpected key", "its build failed: x.yaml: unexpected key"),
        ("TypeError: no x", "does not run here: TypeError: no x;"),
    ],
)
def test_last_line(last: str, told: str) -> None:
    """What the tag's command did not foresee is its code's; what it refused is its build's."""
    assert told in OwnCode(Pin.parse(FIRST), Path(), Path(), False, ()).failure("its build", 2, [last])


@pytest.mark.sample(1)
@pytest.mark.parametrize(
    ("raised", "told"),
    [
        ("OSError(28, 'No space left on device')", "this machine has too little for it: No space left on device ("),
        ("OSError(24, 'Too many open files', 'x')", "this machine has too little for it: Too many open files ("),
        ("MemoryError()", "this machine has too little for it: memory (MemoryError"),
        ("SystemExit('demo-data: no such thing')", "its build failed: no such thing"),
        ("__import__('os').kill(__import__('os').getpid(), 9)", "its build was ended by the signal 9 (Killed); is "),
    ],
)
def test_machine_that_lacks_something(here: Tree, rebuild: Rebuild, raised: str, told: str) -> None:
    """A full disk, too few file handles or too little memory are told as that, and not as faults of the code."""
    edit(here.folder / "pipeline" / "__main__.py", r"(?s)\A.*", f"error = {raised}\nraise error\n")
    retag(here)

    code, _, wrong = rebuild(FIRST)

    assert (code, len(wrong)) == (2, 1)
    assert wrong[0].startswith(f"{FIRST}: {told}")
    assert "--fresh" not in wrong[0]


def test_asked_for_trust(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """At a terminal it is asked whether a repository's code may run; whoever answers nothing has said no."""
    from demo_data.commands.snapshot.rebuild import _trusted

    for answer, expected in (("y\n", True), ("Yes\n", True), ("\n", False), ("", False), ("no\n", False)):
        monkeypatch.setattr("sys.stdin", io.StringIO(answer))
        assert not _trusted("https://x"), "no terminal"
        monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
        assert _trusted("https://git.example.com/x") is expected
        asked = capsys.readouterr().err
        assert asked.startswith("This runs the code of https://git.example.com/x on this machine, with your rights.")
        monkeypatch.undo()


@pytest.mark.full
def test_packages_that_cannot_be_had(here: Tree, rebuild: Rebuild) -> None:
    """A lock file whose packages do not exist as it tells them is told."""
    edit(here.folder / "requirements.lock", r"(?m)^blake3==\S+", "blake3==0.0.0.dev99")
    retag(here)

    code, _, wrong = rebuild(FIRST, "--fresh")

    assert code == 2
    assert len(wrong) == 1
    assert wrong[0].startswith("the locked packages cannot be installed: ")
    assert "blake3" in wrong[0]


def test_no_lock_file(here: Tree, rebuild: Rebuild) -> None:
    """A tag without a lock file is told."""
    (here.folder / "requirements.lock").unlink()
    retag(here)

    code, _, wrong = rebuild(FIRST)

    assert code == 2
    assert wrong[0].startswith("no lock file is there to tell which packages are needed: ")


def test_no_code(here: Tree, rebuild: Rebuild) -> None:
    """A tag of a repository that only keeps data has nothing to make it with: the code at hand does not stand in."""
    shutil.rmtree(here.folder / "pipeline")
    retag(here)

    assert rebuild(FIRST)[::2] == (2, [f"{FIRST}: its commit has no code that makes data (pipeline/)"])


def test_out_is_taken(here: Tree, rebuild: Rebuild, tmp_path: Path) -> None:
    """What lies in a directory is not mixed with what is made."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").touch()

    code, said, wrong = rebuild(FIRST, "--out", tmp_path / "out")

    assert (code, said, wrong) == (2, [], [f"{tmp_path / 'out'}: exists; name a directory that is new or empty"])
    assert names(tmp_path / "out") == ["mine.txt"]


def test_no_such_version(here: Tree, rebuild: Rebuild) -> None:
    """A version that does not exist is told with the nearest one."""
    code, _, wrong = rebuild("minimal@v1.0.9")

    assert code == 2
    assert wrong == [f"{here.folder}: no tag minimal@v1.0.9; nearest: {FIRST}"]
