"""What commands print for programs, and their exit codes, are what docs/cli.md says."""

from __future__ import annotations

import argparse
import json
import re
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.test_help import LEAVES
from tests.docs.pages import DOCS
from tests.running import called

PAGE = (DOCS / "cli.md").read_text(encoding="utf-8")

ARGUMENTS = {
    "explain": "minimal",
    "build": "minimal --no-json --out built",
    "seal": "shards",
    "advance": "copy --to 2026-02-03",
    "json": "copy",
    "validate": "copy",
    "changes": "copy --since 2026-01-30",
    "snapshot write": "copy",
    "snapshot verify": "copy",
    "snapshot diff": "copy copy",
    "show": "copy",
    "page": "copy --out page",
    "contract": "demo_data.models",
    "corrupt": "copy --out bad --defects 3",
    "dvc": "--print",
}
"""A case of each command, beside a dataset `copy` and what a shard has made in `shards`."""

ELSEWHERE = {"load", "snapshot publish", "snapshot fetch", "snapshot rebuild"}
"""Commands that need a server or a repository. What they print is on the page too."""

FOR_PROGRAMS = {"completion"}
"""Commands whose output is for a program in any case."""


def rows(heading: str) -> list[list[str]]:
    """The cells of the table below a heading of the page, without its head."""
    below = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in below.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[1:] if "---" not in line]


KEYS = {row[0].strip("`"): re.findall(r"`(\w+)`", row[1]) for row in rows("One JSON object")}


def test_every_command() -> None:
    """Every command can print one JSON object, and the page tells its keys."""
    able = {
        name
        for name, parser in LEAVES.items()
        for action in parser._actions
        if "--format" in action.option_strings and isinstance(action, argparse._StoreAction)
        if {"text", "json"} <= set(action.choices or ())
    }

    assert able == set(LEAVES) - FOR_PROGRAMS
    assert set(KEYS) == able == ARGUMENTS.keys() | ELSEWHERE


@pytest.mark.parametrize("name", ARGUMENTS)
def test_json_object(
    name: str, minimal_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With `--format json` standard output is one JSON object with the keys that the page tells, in order.

    With `--quiet`, where there is such an option, it is so too.
    """
    monkeypatch.chdir(tmp_path)
    shutil.copytree(minimal_dir, "copy")
    if name == "seal":
        assert called(capsys, "build", "minimal", "--shard", "1/1", "--out", "shards", "--quiet") == (0, "", "")
    if name == "dvc":
        Path("params.yaml").write_text("profiles: [minimal]\n")
    quiet = ["--quiet"] if "--quiet" in LEAVES[name]._option_string_actions else []
    code, out, err = called(capsys, *name.split(), *ARGUMENTS[name].split(), "--format", "json", *quiet)

    assert (code, err) == (0, "")
    told = json.loads(out)
    assert list(told) == KEYS[name]


CASES = {
    0: ["validate copy", "show copy", "snapshot diff copy copy --exit-code", "--version"],
    1: ["validate bad", "snapshot verify damaged", "snapshot diff copy other --exit-code"],
    2: ["validate nowhere", "build nobody", "explain minimal --set days=0", "show copy fermers x", "bulid"],
    129: ["validate copy"],
    130: ["show copy"],
    143: ["validate copy"],
}
"""Commands that end with each exit code."""


@pytest.fixture
def usual_signals() -> Iterator[None]:
    """Signals as they are by default: who started the tests may have them ignored, as `nohup` does."""
    numbers = () if sys.platform == "win32" else (signal.SIGHUP, signal.SIGTERM)
    before = {number: signal.signal(number, signal.SIG_DFL) for number in numbers}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("usual_signals")
def test_exit_codes(
    minimal_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The page has every exit code, and a case of each ends so."""
    monkeypatch.chdir(tmp_path)
    for name in ("copy", "damaged"):
        shutil.copytree(minimal_dir, name)
    Path("damaged/regions.parquet").unlink()
    assert called(capsys, "corrupt", "copy", "--out", "bad", "--defects", "3")[0] == 0
    assert called(capsys, "build", "minimal", "--seed", "3", "--out", "other", "--quiet")[0] == 0
    assert [int(row[0].strip("`")) for row in rows("Exit codes")] == list(CASES)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    def ended(number: int) -> Callable[..., None]:
        def end(*_: object, **__: object) -> None:
            assert callable(signal.getsignal(number)), "the signal would end the tests"
            signal.raise_signal(number)

        return end

    for code, cases in CASES.items():
        if code == 130:
            monkeypatch.setattr("demo_data.report.print_dataset", interrupted)
        elif code > 128:
            if sys.platform == "win32":
                continue
            monkeypatch.setattr("demo_data.validation.run.discover", ended(code - 128))
        assert {case: called(capsys, *case.split())[0] for case in cases} == dict.fromkeys(cases, code)
