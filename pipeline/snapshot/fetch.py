"""Getting a version's data from where it was pushed to. DVC does it, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline import publish
from pipeline.errors import DataError, UsageError
from pipeline.snapshot import cache, getting, integrity, trouble
from pipeline.snapshot.elsewhere import Elsewhere, repository
from pipeline.snapshot.locate import checked_out
from pipeline.snapshot.pin import Pin
from pipeline.snapshot.repository import Repository

Progress = Callable[[str], None] | None

_PATIENT = {"AWS_MAX_ATTEMPTS": "2", "AWS_RETRY_MODE": "standard"}
"""What keeps DVC's S3 client from trying for minutes at a server that is not there."""


def fetch(pin: Pin, repo: str | Path | None = None, *, progress: Progress = None) -> Path:
    """A version's verified data: where it lies. `repo` as in `located`. Raises as `fetched` does."""
    return fetched(pin, repository(repo), progress=progress)


def fetched(pin: Pin, where: Repository | Elsewhere, *, progress: Progress = None) -> Path:
    """The directory of a version's data, every file of it verified: what is near, or else fetched into the cache.

    Raises `UsageError` where it cannot be had, naming files, the remote and what to do; `DataError` where what came is
    not what the manifest in git tells. Nothing of it is kept then.
    """
    manifest = where.manifest(pin)
    told = integrity.parsed_manifest(manifest, f"{pin}: {publish.MANIFEST}")
    for near in (cache.kept(manifest), checked_out(where, pin, manifest)):
        if near and not integrity.faults(near, told):
            return near
    with cache.aside() as away:
        new = away / "snapshot"
        new.mkdir()
        with where.checkout(pin) as (root, commit):
            _get(pin, root, commit, told, new, progress)
        return cache.keep(new, manifest)


def _get(pin: Pin, root: Path, commit: str, told: dict[str, Any], out: Path, progress: Progress) -> None:
    """Have the files of the manifest got into `out`; they are those, or an error is raised."""
    paths = [publish.RECIPE, *(path for path, _, _ in integrity.listed_files(told) if path != publish.RECIPE)]
    orders = {
        "repo": str(root),
        "rev": commit,
        "folder": f"data/{pin.profile}",
        "paths": paths,
        "out": str(out),
        "settings": None,
    }
    answers = trouble.Answers(pin, len(paths))
    with tempfile.TemporaryFile() as errors:
        command = [sys.executable, "-P", str(Path(getting.__file__))]
        env = _environment()
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, env=env) as child:
            assert child.stdin is not None
            assert child.stdout is not None
            try:
                child.stdin.write(json.dumps(orders).encode())
                child.stdin.close()
                for line in child.stdout:
                    answers.hear(line)
                    if progress:
                        progress(answers.state)
            except BaseException:
                child.kill()
                raise
        errors.seek(0)
        if messages := answers.messages(child.returncode, errors.read().decode(errors="replace")):
            raise UsageError(messages)
    if faults := integrity.faults(out, told):
        raise DataError(answers.damaged(faults, out))


def _environment() -> dict[str, str]:
    env = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    return _PATIENT | env | {"DVC_NO_ANALYTICS": "1", "PYTHONIOENCODING": "utf-8", "PYTHONWARNINGS": "ignore"}
