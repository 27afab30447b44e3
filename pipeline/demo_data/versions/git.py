"""Git, run as a program: it asks nothing, and what it complains of is an error for people."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from demo_data.common.errors import UsageError, redacted

_OF_HOOKS = (  # what git tells its hooks about the repository at hand: another one is meant here
    *("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_NAMESPACE"),
    *("GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH", "GIT_SHALLOW_FILE"),
    *("GIT_GRAFT_FILE", "GIT_REPLACE_REF_BASE", "GIT_NO_REPLACE_OBJECTS", "GIT_IMPLICIT_WORK_TREE"),
    *("GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS"),
    *("GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_DEFAULT_HASH"),
)


def run_git(*arguments: str, folder: Path | None = None, given: bytes = b"") -> bytes:
    """What git prints, which is `given` that on standard input. It never asks for anything.

    Raises `UsageError` with the first line of what it complains of.
    """
    env = git_environment()
    try:
        done = subprocess.run(["git", *arguments], cwd=folder, env=env, input=given, capture_output=True, check=False)
    except FileNotFoundError:
        raise UsageError("git is not installed, or not on the PATH") from None
    if done.returncode:
        reason = redacted(_complaint(as_text(done.stderr)))
        raise UsageError(f"git: {reason or f'{arguments[0]} failed'}")
    return done.stdout


def git_environment() -> dict[str, str]:
    """The environment for a program that calls git: it asks nothing, and a hook's repository is none of it."""
    env = {key: value for key, value in os.environ.items() if key not in _OF_HOOKS}
    env.setdefault("GIT_SSH_COMMAND", "ssh -o BatchMode=yes")
    return env | {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0"}


def dvc_environment() -> dict[str, str]:
    """The environment for DVC, which calls git. Its S3 client does not try for minutes at a server that is not there.

    The user's own settings of that client win.
    """
    impatient = {"AWS_MAX_ATTEMPTS": "2", "AWS_RETRY_MODE": "standard"}
    plain = {"DVC_NO_ANALYTICS": "1", "PYTHONIOENCODING": "utf-8", "PYTHONWARNINGS": "ignore", "COLUMNS": "500"}
    return impatient | git_environment() | plain


def _complaint(text: str) -> str:
    """The first line that says what went wrong, with git's remedy where another user's repository is not trusted."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    marked = [line for line in lines if line.startswith(("fatal:", "error:"))]
    reason = (marked or lines or [""])[0].removeprefix("fatal: ").removeprefix("error: ")
    remedy = next((line for line in lines if line.startswith("git config --global --add safe.directory ")), None)
    return f"{reason}; if you trust it: {remedy}" if remedy else reason


def as_text(output: bytes) -> str:
    """What git printed; bytes that are no UTF-8 go back as they came."""
    return output.decode("utf-8", "surrogateescape")
