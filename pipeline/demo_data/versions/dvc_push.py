"""Bringing a dataset to where others get it from. DVC does it, in processes of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

from demo_data.common.errors import UsageError, redacted
from demo_data.common.rendering import few
from demo_data.versions.git import dvc_environment


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
    status = json.loads(_dvc(root, "data", "status", "--json", "--granular", "--not-in-remote", folder) or "{}")
    left = sorted({path for path in status.get("not_in_remote", ()) if Path(path).is_relative_to(folder)})
    if left:
        it, file = ("it", "the file") if len(left) == 1 else ("them", "the files")
        hint = f"DVC's cache has lost {it}, and `dvc commit --force` takes {file} in again"
        raise UsageError(f"dvc push left {few(left)} behind: {hint}; no tag was made")


def _dvc(root: Path, *arguments: str) -> str:
    """What DVC prints. Raises `UsageError` with what it says went wrong, in one line."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "dvc", *arguments],
        cwd=root,
        env=dvc_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
        reason = "; ".join(dict.fromkeys(errors[:3])) or (lines or [f"ended with {done.returncode}"])[-1]
        raise UsageError(f"dvc {arguments[0]}: {redacted(reason)}")
    return done.stdout
