"""What DVC has locked of a dataset: whether the files of a working tree are the ones that its dvc.lock names.

dvc.yaml and dvc.lock are read as YAML, and hashes are taken as DVC takes them; DVC itself is never imported.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from demo_data.common.errors import DataError, UsageError
from demo_data.common.rendering import few
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


def read_yaml(repository: Repository, path: str) -> dict[str, Any]:
    """A mapping that a commit keeps as YAML, as it lies in the working tree. Raises `DataError`."""
    import yaml

    from demo_data.common.yaml_text import file_text, parsed

    if repository.read("HEAD", path) is None:
        raise DataError(f"{path} is not in the last commit: `git add {path}` and commit")
    place = repository.project / path
    try:
        if path == PARAMS:  # written by people
            place.lstat()
            found = parsed(file_text(place, path), path)
        else:
            found = yaml.load(place.read_bytes(), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except FileNotFoundError:
        raise DataError(f"{path}: missing; `git checkout {path}` takes it back") from None
    except UsageError as error:
        raise DataError(error.messages) from None
    except (yaml.YAMLError, ValueError) as error:
        raise DataError(f"{path}: not valid YAML: {getattr(error, 'problem', error)}") from None
    if not isinstance(found, dict):
        raise DataError(f"{path}: not a mapping")
    return found


def locked(repository: Repository, profile: str) -> Locked:
    """What dvc.lock says of a profile's dataset, stage by stage of dvc.yaml. Raises `DataError`."""
    pipeline, lock = read_yaml(repository, PIPELINE), read_yaml(repository, LOCK)
    try:
        names = [f"{stage}@{profile}" for stage, what in pipeline["stages"].items() if "profile" in what["matrix"]]
        found = {name: lock["stages"][name] for name in names if name in lock["stages"]}
        outs = {out["path"]: out["md5"] for stage in found.values() for out in stage.get("outs", ())}
        deps: dict[str, dict[str, str]] = {}
        for name, stage in found.items():
            for dep in stage.get("deps", ()):
                if dep["path"] not in outs:
                    deps.setdefault(dep["path"], {})[name] = dep["md5"]
    except (LookupError, TypeError, AttributeError):
        raise DataError(f"{LOCK} or {PIPELINE}: not as DVC writes it") from None
    return Locked(tuple(found), tuple(name for name in names if name not in found), outs, deps)


def outs_below(content: bytes, folder: str) -> list[dict[str, Any]]:
    """The outputs in `folder` that a dvc.lock names, of whatever version and by whomever it was written.

    Each has the path and MD5 that DVC takes it by. Raises `DataError` where it is no dvc.lock.
    """
    import yaml

    try:
        lock = yaml.load(content, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        outs = [out for stage in lock["stages"].values() for out in stage.get("outs", ())]
        found = {str(out["path"]): str(out["md5"]) for out in outs if "md5" in out}
    except (yaml.YAMLError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise DataError(f"{LOCK} of that commit: not as DVC writes it") from None
    return [
        {"path": path, "md5": md5, "hash": "md5"}
        for path, md5 in found.items()
        if _MD5.fullmatch(md5) and path.startswith(f"{folder}/") and ".." not in path.split("/")
    ]


def faults(repository: Repository, profile: str, what: Locked) -> Iterator[str]:
    """Where the files of the working tree are not those that were locked, a line for each kind of fault."""
    after = f"`dvc repro`, then commit {LOCK} and the manifest"
    if what.never_ran:
        yield f"{LOCK} has no {', '.join(what.never_ran)}: {after}"
        return
    missing = [path for path in what.outs if not (repository.project / path).exists()]
    if missing:
        yield f"missing: {', '.join(missing)}; `dvc pull` fetches what a remote has, `dvc repro` makes it"
    others = [
        path
        for path, md5 in what.outs.items()
        if (place := repository.project / path).exists() and _md5_of(place, _below(place)) != md5
    ]
    if others:
        todo = f"`dvc checkout {' '.join(others)}` takes back what was locked, `dvc repro` makes it"
        yield f"not what {LOCK} names: {', '.join(others)}; {todo}"
    if older := list(_older(repository, what)):
        yield f"data/{profile} was made before these changed: {', '.join(older)}; {after}"


def _older(repository: Repository, what: Locked) -> Iterator[str]:
    """What the data was made from, where it is not that any more, with the first stage that it concerns."""
    for path, seen in what.deps.items():
        place = repository.project / path
        now = _md5_of(place, _tracked(repository, place)) if place.exists() else ""
        if old := [stage for stage, md5 in seen.items() if md5 != now]:
            yield f"{path} ({few(old, 1)})"


def _below(folder: Path) -> Iterable[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def _tracked(repository: Repository, folder: Path) -> Iterable[Path]:
    """A directory's files without caches and the like: where nothing has changed, what git tracks is what DVC sees."""
    if not folder.is_dir():
        return ()
    shown = folder.relative_to(repository.project).as_posix()
    names = repository.git("--literal-pathspecs", "ls-files", "-z", "--", shown).split("\0")
    return (repository.project / name for name in names if name and (repository.project / name).is_file())


def _md5_of(place: Path, files: Iterable[Path]) -> str:
    """The MD5 of a file; for a directory that of DVC's listing of its files, with DVC's suffix."""
    if not place.is_dir():
        return _md5(place.read_bytes())
    named = sorted((path.relative_to(place).as_posix(), path) for path in files)
    listed = [{"md5": _md5(path.read_bytes()), "relpath": name} for name, path in named]
    return _md5(json.dumps(listed, sort_keys=True).encode()) + _DIRECTORY


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
