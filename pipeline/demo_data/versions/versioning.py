"""Which version comes next: what changed between two snapshots, and the part of the version that must grow for it.

Another schema, be it for a table more, is a new major version; other rows or values are a new minor one. The same
values with the same schema are the same snapshot, however their files look: nothing is ever left for a patch version.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, TypeAlias

from demo_data.common.rendering import few
from demo_data.dataset.manifest import Manifest
from demo_data.versions.pin import Tag, Version

Change: TypeAlias = tuple[Literal["major", "minor"], str]
"""The least part of the version that must grow, and why."""


def change(old: Manifest, new: Manifest) -> Change | None:
    """What changed from one snapshot's manifest to another's; None where nothing has."""
    before, after = old.by_table, new.by_table
    reasons = [f"{table} came" for table in after if table not in before]
    reasons += [f"{table} went" for table in before if table not in after]
    both = [table for table in after if table in before]
    if schemas := [table for table in both if before[table].fingerprint != after[table].fingerprint]:
        reasons.append(f"the schema of {few(schemas)} changed")
    if reasons:
        return "major", ", ".join(reasons)
    if old.schema_version is not None and old.schema_version != new.schema_version:
        return "major", f"the schema's version changed from {old.schema_version} to {new.schema_version}"
    if values := [table for table in both if before[table].content != after[table].content]:
        return "minor", f"rows or values of {few(values)} changed"
    return None


def faults(tag: Tag, new: Manifest, known: Sequence[Tag], manifest: Callable[[Tag], Manifest]) -> list[str]:
    """Why `tag` cannot be the version of the manifest `new`, a line each; `known` are the other versions, ascending."""
    if not known:
        return []
    below = [other for other in known if other < tag]
    if not below:
        return [f"{tag} comes before {known[0]}, the first version; {advice(new, known, manifest)}"]
    if same := [other for other in (*known, below[-1]) if not change(manifest(other), new)]:
        return [f"nothing has changed since {same[-1]}: its identity is {new.identity[:16]} too"]
    changed = change(manifest(below[-1]), new)
    if changed and tag.version < _least(below[-1].version, changed):
        reason = f"{tag}: {changed[1]} since {below[-1]}, so the {changed[0]} number must grow"
        return [f"{reason}; {advice(new, known, manifest)}"]
    return []


def advice(new: Manifest, known: Sequence[Tag], manifest: Callable[[Tag], Manifest]) -> str:
    """The smallest version that is right after the latest one."""
    changed = change(manifest(known[-1]), new)
    if not changed:
        return f"nothing has changed since {known[-1]}, the latest version"
    return f"use {_least(known[-1].version, changed)}"


def _least(old: Version, changed: Change) -> Version:
    """The least version after `old` whose number grows by the part that a change demands."""
    return Version(old.major + 1, 0, 0) if changed[0] == "major" else Version(old.major, old.minor + 1, 0)
