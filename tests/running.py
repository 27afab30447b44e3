"""Running the command, in this process and in others, and telling what lies in a directory."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from demo_data.cli import main
from demo_data.common.params import dated
from demo_data.dataset.layout import WRITTEN

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "pipeline" / "demo_data"


def called(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of `demo-data` in this process."""
    capsys.readouterr()
    code = main([str(argument) for argument in arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def command(*arguments: object) -> list[str]:
    """The command line of a real `demo-data`."""
    return [sys.executable, "-m", "demo_data", *map(str, arguments)]


def environment(**changes: str) -> dict[str, str]:
    """This process's environment, in which another one finds the package."""
    return os.environ | {"PYTHONPATH": str(PACKAGE.parent)} | changes


def run(
    arguments: Sequence[object], *, cwd: Path | None = None, env: dict[str, str] | None = None, **options: Any
) -> subprocess.CompletedProcess[str]:
    """A real `demo-data`, to its end."""
    return subprocess.run(
        command(*arguments),
        cwd=cwd,
        env=environment(**(env or {})),
        capture_output=True,
        text=True,
        check=False,
        **options,
    )


def contents(folder: Path) -> dict[str, str]:
    """Every file below `folder` with the SHA-256 of its bytes, but for the list of what was written there."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != WRITTEN
    }


def names(folder: Path) -> list[str]:
    """What lies in `folder`, in order."""
    return sorted(path.name for path in folder.iterdir())


def tracked(*under: str) -> list[str]:
    """The repository's files, new ones too, by their paths in it."""
    listed = ["git", "ls-files", "-co", "--exclude-standard", "-z", "--", *under]
    found = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return [name for name in found if name and (ROOT / name).is_file()]


def without_a_day(checkout: Path) -> None:
    """Have DVC build in a copy of the checkout as of each profile's own day, whatever params.yaml says here."""
    params, stages = checkout / "params.yaml", checkout / "dvc.yaml"
    params.write_text(dated(params.read_text(encoding="utf-8"), None), encoding="utf-8")
    stages.write_text(stages.read_text(encoding="utf-8").replace(" --as-of ${as_of}", ""), encoding="utf-8")
