"""What the command line says of itself, and what it costs to be asked."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path

import pytest

from demo_data.build import generator_version
from demo_data.cli import _parser
from tests.running import ROOT, called, environment, run

COMMANDS = ("build", "json", "validate", "snapshot", "show", "contract")


def leaves(parser: argparse.ArgumentParser, name: str = "") -> dict[str, argparse.ArgumentParser]:
    """The parsers that take arguments, by the words that call them."""
    found = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not found:
        return {name.strip(): parser}
    return {
        call: leaf for word, below in found[0].choices.items() for call, leaf in leaves(below, f"{name} {word}").items()
    }


LEAVES = leaves(_parser())


HEAVY = {"numpy", "polars", "pyarrow", "pydantic", "yaml", "rich", "faker", "polyfactory", "shtab"}


def imported(*arguments: str) -> set[str]:
    """The top-level packages that a real `demo-data` imports."""
    script = [sys.executable, "-X", "importtime", "-m", "demo_data", *arguments]
    done = subprocess.run(script, env=environment(), capture_output=True, text=True, check=True)
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines() if "|" in line}


@pytest.mark.parametrize("arguments", [("--help",), ("build", "--help"), ("validate", "--help")])
def test_help_imports_little(arguments: tuple[str, ...]) -> None:
    """Help comes at once: it imports no library."""
    found = imported(*arguments)

    assert "demo_data" in found
    assert not found & HEAVY


def test_importtime_sees_imports() -> None:
    """What the test above relies on: a command that needs libraries is seen to import them."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "demo_data", "show", "/nowhere"],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert re.search(r"\| +pyarrow$", done.stderr, re.MULTILINE)


def subparsers() -> dict[str, argparse.ArgumentParser]:
    actions = _parser()._actions
    found = next(action for action in actions if isinstance(action, argparse._SubParsersAction))
    return dict(found.choices)


def test_commands(capsys: pytest.CaptureFixture[str]) -> None:
    """Every command stands in the help with a line of its own."""
    code, out, _ = called(capsys, "--help")

    assert code == 0
    assert set(COMMANDS) <= set(subparsers())
    for name in subparsers():
        assert re.search(rf"^ +{name} +\w", out, re.MULTILINE), name


@pytest.mark.parametrize("name", LEAVES)
def test_every_argument_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Every command says what it does, and every option what it means."""
    code, out, _ = called(capsys, *name.split(), "--help")
    parser = LEAVES[name]

    assert code == 0
    assert parser.description
    assert len(parser.description.split()) > 5
    assert "positional arguments" in out or name == "dvc"
    assert all(action.help for action in parser._actions if action.option_strings)


@pytest.mark.parametrize("arguments", [[], ["buidl"], ["--halp"], ["build"], ["show"], ["build", "minimal", "more"]])
def test_misspelt(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt command line is told in a line below the usage, with exit code 2."""
    code, out, err = called(capsys, *arguments)
    *usage, last = err.splitlines()

    assert (code, out) == (2, "")
    assert usage[0].startswith("usage: demo-data")
    assert last.startswith("demo-data: ")
    if arguments:
        assert arguments[-1] in last or "required" in last


def test_unknown_commands_name_the_known(capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown command is answered with the known ones."""
    _, _, err = called(capsys, "buidl")

    assert "'buidl'" in err
    assert all(name in err for name in COMMANDS)


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """The version can be asked for."""
    assert called(capsys, "--version") == (0, f"demo-data {generator_version()}\n", "")


def test_console_script() -> None:
    """`demo-data` is installed beside the interpreter, and is what `python pipeline` is."""
    script = Path(sys.executable).parent / "demo-data"
    done = subprocess.run([script, "--help"], capture_output=True, text=True, check=True, cwd=ROOT)

    assert done.stdout == run(["--help"]).stdout
