"""The files that profiles are written in: where they lie, what they extend, and what `--set` changes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from demo_data.common.errors import UsageError, nearest
from demo_data.common.rendering import quoted, short
from demo_data.common.yaml_text import DEEPEST, file_text, parsed
from demo_data.domain import Domain

LONGEST_CHAIN = 10
"""Profiles that extend each other, one after another."""


def profile_names(domain: Domain) -> list[str]:
    """The profiles that come with the domain."""
    return sorted(path.stem for path in _folder(domain).glob("*.yaml"))


def _folder(domain: Domain) -> Path:
    return domain.folder / "profiles"


def find(profile: str, domain: Domain) -> Path:
    """Where a profile lies that is named by its name or its path. Raises `UsageError`."""
    named = _folder(domain) / f"{profile}.yaml"
    if "/" not in profile and len(profile) < 200 and named.is_file():
        return named
    path = Path(profile)
    if path.suffix in (".yaml", ".yml"):
        if os.path.lexists(path):
            return path
        raise UsageError(f"{short(str(path))}: no such profile file")
    raise UsageError(f"no profile is called {short(repr(profile))}; {nearest(profile[:100], profile_names(domain))}")


def read(path: Path, domain: Domain, above: tuple[Path, ...] = ()) -> dict[str, Any]:
    """What a profile says, with what it extends; `above`: the profiles that extend it. Raises `UsageError`."""
    source = as_typed(path, domain)
    if path.resolve() in above:
        raise UsageError(f"{source}: profiles extend each other in a circle")
    if len(above) >= LONGEST_CHAIN:
        raise UsageError(f"{source}: more than {LONGEST_CHAIN} profiles extend each other")
    tree = parsed(file_text(path, source), source)
    if not isinstance(tree, dict):
        raise UsageError(f"{source}: a profile is a mapping of keys, not {_kind(tree)}")
    base = tree.pop("extends", None)
    if base is None:
        return tree
    if not isinstance(base, str):
        raise UsageError(f"{source}: extends: name one profile, not {quoted(base)}")
    try:
        beside = path.parent / base
        below = beside if base and os.path.lexists(beside) else find(base, domain)
    except UsageError as error:
        raise UsageError(f"{source}: extends: {error}") from None
    return _merged(read(below, domain, (*above, path.resolve())), tree)


def put(tree: dict[str, Any], change: str) -> None:
    """Carry out a `key=value`, its value written as in YAML. Raises `UsageError`."""
    key, equals, text = change.partition("=")
    source = f"--set {short(change, 100)}"
    if not (equals and key):
        raise UsageError(f"{source}: write it as key=value, like days=30")
    value = parsed(text, source)
    keys = key.split(".")
    if len(keys) > DEEPEST:
        raise UsageError(f"{source}: no key lies so deep")
    for place, step in enumerate(keys[:-1]):
        below = tree.get(step)
        if not isinstance(below, dict | None):
            raise UsageError(f"{source}: {short('.'.join(keys[: place + 1]))} has no keys below it")
        tree[step] = tree = dict(below or {})
    tree[keys[-1]] = value


def as_typed(path: Path, domain: Domain) -> str:
    """The path as a person would type it from here."""
    for folder in (Path.cwd(), domain.folder.parent):
        if path.is_relative_to(folder):
            return str(path.relative_to(folder))
    return str(path)


def _kind(value: Any) -> str:
    return "nothing" if value is None else "a list" if isinstance(value, list) else f"the single value {quoted(value)}"


def _merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Sections are merged key by key; a table of weights replaces the whole table."""
    merged = dict(base)
    for key, value in over.items():
        old = merged.get(key)
        merged[key] = {**old, **value} if isinstance(old, dict) and isinstance(value, dict) else value
    return merged
