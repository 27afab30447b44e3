"""DVC's part in a version: whether a working tree's files are those that dvc.lock names, and pushing them.

dvc.yaml and dvc.lock are read as YAML, and hashes are taken as DVC takes them. DVC itself is never imported: it pushes
in processes of its own.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from demo_data.common.errors import DataError, UsageError, redacted
from demo_data.common.rendering import few
from demo_data.versions.git import dvc_environment
from demo_data.versions.repository import Repository

PIPELINE, LOCK, PARAMS = "dvc.yaml", "dvc.lock", "params.yaml"
_DIRECTORY = ".dir"
_MD5 = re.compile(r"[0-9a-f]{32}(\.dir)?")


@dataclass(frozen=True)
class Locked:
    """What dvc.lock says of one dataset: a path and its MD5 per output, and per dependency of each stage."""

    stages: tuple[str, ...]
    never_ran: tuple[str, ...]
    outs: dict[str, str] = field(default_factory=dict)
    deps: dict[str, dict[str, str]] = field(default_factory=dict)
    """By path: the MD5 that each stage saw."""
    otherwise: tuple[str, ...] = ()
    """The stages that ran by another command than dvc.yaml has now, as of another day, say."""


def read_yaml(repository: Repository, path: str) -> dict[str, Any]:
    """A mapping that a commit keeps as YAML, as it lies in the working tree. Raises `DataError`."""
    from demo_data.common.yaml_text import file_text, parsed

    if repository.read("HEAD", path) is None:
        raise DataError(f"{path} is not in the last commit: `git add {path}` and commit")
    place = repository.project / path
    try:
        if path == PARAMS:  # written by people
            place.lstat()
            content = parsed(file_text(place, path), path)
        else:
            content = _loaded(place.read_bytes())
    except FileNotFoundError:
        raise DataError(f"{path}: missing; `git checkout {path}` takes it back") from None
    except UsageError as error:
        raise DataError(error.messages) from None
    except ValueError as error:
        raise DataError(f"{path}: not valid YAML: {error}") from None
    if not isinstance(content, dict):
        raise DataError(f"{path}: not a mapping")
    return content


def locked(repository: Repository, profile: str) -> Locked:
    """What dvc.lock says of a profile's dataset, stage by stage of dvc.yaml. Raises `DataError`."""
    pipeline, lock = read_yaml(repository, PIPELINE), read_yaml(repository, LOCK)
    try:
        names = [f"{stage}@{profile}" for stage, what in pipeline["stages"].items() if "profile" in what["matrix"]]
        ran = {name: lock["stages"][name] for name in names if name in lock["stages"]}
        outs = {out["path"]: out["md5"] for stage in ran.values() for out in stage.get("outs", ())}
        day = read_yaml(repository, PARAMS).get("as_of")
        others = []
        for name, stage in ran.items():
            command = str(pipeline["stages"][name.partition("@")[0]].get("cmd"))
            command = command.replace("${item.profile}", profile).replace("${as_of}", str(day))
            if "${" not in command and str(stage.get("cmd")) != command:
                others.append(name)
        deps: dict[str, dict[str, str]] = {}
        for name, stage in ran.items():
            for dep in stage.get("deps", ()):
                if dep["path"] not in outs:
                    deps.setdefault(dep["path"], {})[name] = dep["md5"]
    except (LookupError, TypeError, AttributeError):
        raise DataError(f"{LOCK} or {PIPELINE}: not as DVC writes it") from None
    return Locked(tuple(ran), tuple(name for name in names if name not in ran), outs, deps, tuple(others))


def outs_below(content: bytes, folder: str) -> list[dict[str, Any]]:
    """The outputs in `folder` that a dvc.lock names, of whatever version and by whomever it was written.

    Each has the path and MD5 that DVC takes it by. Raises `DataError` where it is no dvc.lock.
    """
    try:
        outs = [out for stage in _loaded(content)["stages"].values() for out in stage.get("outs", ())]
        by_path = {str(out["path"]): str(out["md5"]) for out in outs if "md5" in out}
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise DataError(f"{LOCK} of that commit: not as DVC writes it") from None
    return [
        {"path": path, "md5": md5, "hash": "md5"}
        for path, md5 in by_path.items()
        if _MD5.fullmatch(md5) and path.startswith(f"{folder}/") and ".." not in path.split("/")
    ]


def _loaded(content: bytes) -> Any:
    """What is written as YAML. Raises ValueError."""
    import yaml

    try:
        return yaml.load(content, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        raise ValueError(getattr(error, "problem", error)) from None


def faults(repository: Repository, profile: str, what: Locked) -> Iterator[str]:
    """Where the files of the working tree are not those that were locked, a line for each kind of fault."""
    after = f"`dvc repro`, then commit {LOCK} and the manifest"
    if what.never_ran:
        yield f"{LOCK} has no {', '.join(what.never_ran)}: {after}"
        return
    if what.otherwise:
        yield f"data/{profile} was made by other commands than {PIPELINE} has: {few(what.otherwise, 1)}; {after}"
    missing = [path for path in what.outs if not (repository.project / path).exists()]
    if missing:
        yield f"missing: {', '.join(missing)}; `dvc pull` fetches what a remote has, `dvc repro` makes it"
    there = {path: repository.project / path for path in what.outs if path not in missing}
    others = [path for path, place in there.items() if _md5_of(place, place.rglob("*")) != what.outs[path]]
    if others:
        todo = f"`dvc checkout {' '.join(others)}` takes back what was locked, `dvc repro` makes it"
        yield f"not what {LOCK} names: {', '.join(others)}; {todo}"
    changed = []
    for path, seen in what.deps.items():
        place = repository.project / path
        now = _md5_of(place, _tracked(repository, place)) if place.exists() else ""
        if stages := [stage for stage, md5 in seen.items() if md5 != now]:
            changed.append(f"{path} ({few(stages, 1)})")
    if changed:
        yield f"data/{profile} was made before these changed: {', '.join(changed)}; {after}"


def _tracked(repository: Repository, folder: Path) -> Iterable[Path]:
    """A directory's files without caches and the like: where nothing has changed, what git tracks is what DVC sees."""
    if not folder.is_dir():
        return ()
    name = folder.relative_to(repository.project).as_posix()
    names = repository.git("--literal-pathspecs", "ls-files", "-z", "--", name).split("\0")
    return (repository.project / name for name in names if name)


def _md5_of(place: Path, files: Iterable[Path]) -> str:
    """The MD5 of a file; for a directory that of DVC's listing of its files, with DVC's suffix."""
    if not place.is_dir():
        return _md5(place.read_bytes())
    named = sorted((path.relative_to(place).as_posix(), path) for path in files if path.is_file())
    listed = [{"md5": _md5(path.read_bytes()), "relpath": name} for name, path in named]
    return _md5(json.dumps(listed, sort_keys=True).encode()) + _DIRECTORY


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


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
