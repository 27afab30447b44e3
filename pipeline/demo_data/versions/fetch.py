"""Getting a version's data from where it was pushed to. DVC does it, in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any

from demo_data.common.errors import DataError, UsageError
from demo_data.dataset.atomic import staged
from demo_data.dataset.layout import MANIFEST, belongings
from demo_data.dataset.manifest import parsed_manifest, read_manifest
from demo_data.versions import cache, dvc
from demo_data.versions.git import dvc_environment
from demo_data.versions.pin import Pin
from demo_data.versions.remote import messages, worker
from demo_data.versions.remote.repository import AnyRepository, RemoteRepository
from demo_data.versions.repository import Pinned, Repository
from demo_data.versions.resolve import FROM_CACHE, Resolved, from_tree

Progress = Callable[[str], None] | None


class NotFetched(UsageError):
    """A version's data cannot be had from its remote: `reason` says why, in a few words."""

    def __init__(self, messages: list[str], reason: str) -> None:
        super().__init__(messages)
        self.reason = reason


class FetchedDamaged(NotFetched, DataError):
    """What came is not what the manifest in git tells."""


def fetch(
    pin: Pin, where: AnyRepository, manifest: bytes, *, rebuilding: str | None = None, progress: Progress = None
) -> Resolved:
    """The data of the manifest that a pin names, in the cache, every file of it verified: fetched, unless it lies near.

    `rebuilding`: what a person is told of making it again, where that is not tried next. Raises `NotFetched`, naming
    files, the remote and what to do; `UsageError` where there is no room for it. Nothing of it is kept then.
    """
    content = parsed_manifest(manifest, f"{pin}: {MANIFEST}")
    kept = cache.kept(manifest)
    if kept and not content.faults(kept):
        return Resolved(pin, kept, FROM_CACHE)
    paths = list(content.hashes)
    near = where.checked_out(pin, manifest)
    with cache.scratch() as scratch:
        new = scratch / "snapshot"
        if near and not content.faults(near):
            copied(near, new, paths)
            return Resolved(pin, cache.keep(new, manifest), from_tree(near))
        new.mkdir()
        answers = messages.Answers(pin, len(paths), rebuilding)
        with where.clone(pin) as found:
            _get(_orders(pin, found, isinstance(where, RemoteRepository), paths, scratch), answers, progress)
        if faults := content.faults(new):
            lines = answers.damaged(faults, new)
            raise FetchedDamaged(lines, lines[0].removeprefix(f"{pin}: "))
        return Resolved(pin, cache.keep(new, manifest), answers.origin)


def copy(snapshot: Path, out: Path) -> None:
    """Copy a snapshot's files into the directory `out`, where they take their place whole, in the old one's stead.

    Copies, never links: who changes them changes no other's. Raises `UsageError` where `out` is no place for them.
    """
    if out.is_dir() and any(out.iterdir()) and not (out / MANIFEST).is_file():
        raise UsageError(f"{out}: not empty, and no snapshot lies there that could be replaced")
    manifest = read_manifest(snapshot)
    new = {MANIFEST, *manifest.hashes}
    with staged(out, replaces=_belonging(out), writes=new) as staging:
        copied(snapshot, staging, new)
        if faults := manifest.faults(staging):
            raise DataError([fault.replace(f"{staging}{os.sep}", f"{snapshot}{os.sep}") for fault in faults])


def copied(folder: Path, out: Path, paths: Iterable[str]) -> None:
    """Copy files of `folder` to the same places below `out`."""
    for path in paths:
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / path, out / path)


def _belonging(out: Path) -> list[str]:
    """The places of the snapshot in `out`, as its manifest tells; none where it tells nothing."""
    try:
        manifest = read_manifest(out)
    except UsageError:
        return []
    return [*belongings(manifest.by_table), *(file.path for file in manifest.files)]


def _orders(pin: Pin, found: Pinned, foreign: bool, paths: Iterable[str], scratch: Path) -> dict[str, Any]:
    """What the process that gets files is told. What git keeps of them, where DVC does not, is written here.

    A repository at hand has its own DVC cache, and names the remote as it is now: data moves, and a version may be
    older than its first remote. Of another there is what the commit holds.
    """
    clone, commit, folder = found.project, found.commit, f"data/{pin.profile}"
    lock = clone.read(commit, dvc.LOCK)
    outs = dvc.outs_below(lock, folder) if lock is not None else []
    known = {out["path"] for out in outs}
    left = []
    for path in paths:
        whole = PurePosixPath(folder, path)
        kept_by_git = known.isdisjoint(map(str, (whole, *whole.parents)))
        if kept_by_git and (content := clone.read(commit, str(whole))) is not None:
            (scratch / "snapshot" / path).parent.mkdir(parents=True, exist_ok=True)
            (scratch / "snapshot" / path).write_bytes(content)
        else:
            left.append(path)
    return {
        "project": str(scratch / "project"),
        "config": _config(clone, scratch / "config", commit if foreign else None),
        "foreign": foreign,
        "outs": outs,
        "folder": folder,
        "paths": left,
        "out": str(scratch / "snapshot"),
    }


def _config(clone: Repository, copy: Path, commit: str | None) -> str | None:
    """The closest `.dvc` folder: as it lies in the working tree, or as far as a commit has it, written to `copy`."""
    project = PurePosixPath(clone.folder)
    for above in (project, *project.parents):
        if commit is None:
            if (clone.root / above / ".dvc").is_dir():
                return str(clone.root / above / ".dvc")
        elif (content := Repository(clone.root).read(commit, str(above / ".dvc" / "config"))) is not None:
            copy.mkdir()
            (copy / "config").write_bytes(content)
            return str(copy)
    return None


def _get(orders: dict[str, Any], answers: messages.Answers, progress: Progress) -> None:
    """Have files got as the orders say. Raises `UsageError` unless all came."""
    command = [sys.executable, "-P", str(Path(worker.__file__))]
    pipe = subprocess.PIPE
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=errors, env=dvc_environment()) as child,
    ):
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            with suppress(BrokenPipeError):  # it has died; what it has said on standard error tells why
                child.stdin.write(json.dumps(orders).encode() + b"\n")
                child.stdin.flush()
            for line in child.stdout:
                answers.hear(line)
                if progress:
                    progress(answers.state)
        except BaseException:
            child.kill()
            raise
        code = child.wait()
        errors.seek(0)
        if lines := answers.messages(code, errors.read().decode(errors="replace")):
            reason = lines[0].removeprefix(f"{answers.pin}: ").partition("; ")[0]
            raise UsageError(lines) if answers.full else NotFetched(lines, reason)
