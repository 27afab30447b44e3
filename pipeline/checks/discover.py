"""Finds the tables of a directory."""

from __future__ import annotations

import stat
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.checks.errors import UsageError, nearest
from pipeline.checks.models import BESIDE, MODELS, OTHERS
from pipeline.checks.report import Finding

MAKERS = ("recipe.json", "snapshot.json")
"""A directory in which one of these lies is a dataset of this program's making; any other is somebody's own data."""


@dataclass
class Found:
    """What lies in a directory: per table its Parquet parts or its JSON file, and JSON forms to compare.

    `unknown` are findings on files that look like tables but bear no table's name. `ours`: this program made it.
    """

    ours: bool = False
    parquet: dict[str, Source] = field(default_factory=dict)
    json: dict[str, Source] = field(default_factory=dict)
    beside: dict[str, Source] = field(default_factory=dict)
    forms: dict[str, Source] = field(default_factory=dict)
    unknown: list[Finding] = field(default_factory=list)


@dataclass(frozen=True)
class Source:
    """Where a table lies: `shown` is how messages name it, `files` are its parts in order."""

    shown: str
    files: tuple[Path, ...]
    parquet: bool


def discover(directory: Path) -> Found:
    """The tables of `directory` and of its `json/`. Raises UsageError where there are none."""
    if not directory.is_dir():
        raise UsageError(_no_directory(directory))
    found = Found(ours=any((directory / name).exists() for name in MAKERS))
    for path in sorted(directory.iterdir()):
        _place(path, path.name, found)
    forms = directory / "json"
    for path in sorted(forms.iterdir()) if forms.is_dir() else ():
        if path.suffix == ".json":
            _place(path, f"json/{path.name}", found)
    if not (found.parquet or found.json or found.beside):
        hint = "".join(f"; {finding}" for finding in found.unknown)
        raise UsageError(
            f"{directory}: no tables here (files such as farmers.parquet, farmers.json or json/farmers.json){hint}"
        )
    return found


def irregular(source: Source) -> str | None:
    """Why a table cannot be read as it lies: a pipe or a device would never end, a directory may be empty."""
    if not source.files:
        return "is a directory without any .parquet file"
    for path in source.files:
        try:
            mode = path.stat().st_mode
        except OSError as error:
            return f"cannot be read: {error.strerror or error}"
        except ValueError as error:
            return f"cannot be read: {error}"
        if not stat.S_ISREG(mode):
            part = f"{path.name} " if len(source.files) > 1 else ""
            return f"{part}is a directory, not a file" if stat.S_ISDIR(mode) else f"{part}is not a regular file"
    return None


def _place(path: Path, shown: str, found: Found) -> None:
    stem = path.name.removesuffix(".parquet").removesuffix(".json")
    if path.name.endswith(".json"):
        _place_json(stem, Source(shown, (path,), parquet=False), found)
    elif path.name == f"{stem}.parquet" or (path.is_dir() and any(path.glob("*.parquet"))):
        if stem in MODELS:
            found.parquet[stem] = Source(shown, _parts(path), parquet=True)
            if form := found.json.pop(stem, None):
                found.forms[stem] = form
        elif path.name != stem:
            found.unknown.append(_unknown(stem, shown))


def _place_json(stem: str, source: Source, found: Found) -> None:
    if stem in BESIDE:
        found.beside[stem] = source
    elif stem in MODELS:
        (found.forms if stem in found.parquet else found.json)[stem] = source
    elif stem not in OTHERS and nearest(stem, (*MODELS, *BESIDE)):
        found.unknown.append(_unknown(stem, source.shown))


def _parts(path: Path) -> tuple[Path, ...]:
    return tuple(sorted(path.glob("*.parquet"))) if path.is_dir() else (path,)


def _unknown(stem: str, shown: str) -> Finding:
    message = f"{stem!r} is not a table's name{nearest(stem, (*MODELS, *BESIDE))}"
    return Finding(shown, None, None, None, None, "table-name", stem, message)


def _no_directory(path: Path) -> str:
    try:
        path.stat()
    except FileNotFoundError:
        pass
    except (OSError, ValueError) as error:
        return f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}"
    else:
        return f"{path} is not a directory; a dataset is a directory of <table>.parquet or <table>.json files"
    beside = [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else []
    return f"{path}: no such directory{nearest(path.name, beside)}"
