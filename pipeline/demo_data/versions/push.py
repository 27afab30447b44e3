"""Bringing a dataset to where others get it from. DVC does it, in processes of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

from demo_data.common.errors import UsageError, redacted
from demo_data.common.rendering import few

_SHOWN = 3


def default_remote(root: Path) -> str | None:
    """The name of the repository's default remote, None where none is configured.

    Raises `UsageError` where DVC is not installed or cannot read its configuration.
    """
    if find_spec("dvc") is None:
        raise UsageError("DVC is not installed, and it is what pushes: pip install 'demo-data[dvc]', or --no-push")
    return _dvc(root, "config", "core.remote").strip() or None


def push(root: Path, folder: str, stages: Iterable[str]) -> None:
    """Push what the stages made in `folder`, and see that the remote has all of it.

    DVC passes over what its cache lacks, and calls that a success: so the remote is asked. Raises `UsageError`.
    """
    try:
        _dvc(root, "push", *stages)
    except UsageError as error:
        raise UsageError(f"{error.messages[0]}; no tag was made") from None
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"{folder} may be partly pushed, and no tag was made") from None
    told = _dvc(root, "data", "status", "--json", "--granular", "--not-in-remote", folder)
    found = json.loads(told or "{}")
    left = sorted({path for path in found.get("not_in_remote", ()) if Path(path).is_relative_to(folder)})
    if left:
        it, file = ("it", "the file") if len(left) == 1 else ("them", "the files")
        hint = f"DVC's cache has lost {it}, and `dvc commit --force` takes {file} in again"
        raise UsageError(f"dvc push left {few(left)} behind: {hint}; no tag was made")


def _dvc(root: Path, *arguments: str) -> str:
    env = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    env = {"AWS_MAX_ATTEMPTS": "2"} | env | {"DVC_NO_ANALYTICS": "1", "PYTHONIOENCODING": "utf-8", "COLUMNS": "500"}
    command = [sys.executable, "-P", "-m", "dvc", *arguments]
    done = subprocess.run(
        command, cwd=root, env=env, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise UsageError(f"dvc {arguments[0]}: {redacted(_complaint(done.stderr, done.returncode))}")
    return done.stdout


def _complaint(text: str, code: int) -> str:
    """What DVC says went wrong, in one line."""
    lines = [line.strip() for line in text.splitlines()]
    said = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    return "; ".join(dict.fromkeys(said[:_SHOWN])) or next(
        (line for line in reversed(lines) if line), f"ended with {code}"
    )
