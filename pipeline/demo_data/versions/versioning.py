"""Which version comes next: what changed between two snapshots, and the part of the version that must grow for it.

Another schema is a new major version; other rows or values are a new minor one. The same values with the same schema
are the same snapshot, however their files look, so nothing is ever left for a patch version.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from demo_data.common.rendering import few
from demo_data.dataset.manifest import Manifest
from demo_data.versions.pin import Pin, Version


class Part(IntEnum):
    """A part of a version's number, by weight."""

    PATCH = 0
    MINOR = 1
    MAJOR = 2


@dataclass(frozen=True)
class Change:
    """What is new, and the least part of the version that must grow for it; None where nothing is."""

    part: Part | None
    why: str = ""


def change(old: Manifest, new: Manifest) -> Change:
    """What changed from one snapshot's manifest to another's."""
    before, after = old.by_table, new.by_table
    came = [f"{table} came" for table in after if table not in before]
    gone = [f"{table} went" for table in before if table not in after]
    both = [table for table in after if table in before]
    schemas = [table for table in both if before[table].fingerprint != after[table].fingerprint]
    values = [table for table in both if before[table].content != after[table].content]
    if came or gone or schemas:
        said = [*came, *gone, *([f"the schema of {few(schemas)} changed"] if schemas else ())]
        return Change(Part.MAJOR, ", ".join(said))
    if old.schema_version is not None and old.schema_version != new.schema_version:
        return Change(Part.MAJOR, f"the schema's version changed from {old.schema_version} to {new.schema_version}")
    if values:
        return Change(Part.MINOR, f"rows or values of {few(values)} changed")
    return Change(None)


def faults(pin: Pin, new: Manifest, known: Sequence[Pin], manifest: Callable[[Pin], Manifest]) -> list[str]:
    """Why `pin` cannot be the version of the manifest `new`, a line each; `known` are the other versions, ascending."""
    if not known:
        return []
    below = [other for other in known if other < pin]
    if not below:
        return [f"{pin} comes before {known[0]}, the first version; {advice(new, known, manifest)}"]
    if same := [other for other in (*known, below[-1]) if change(manifest(other), new).part is None]:
        return [f"nothing has changed since {same[-1]}: its identity is {new.identity[:16]} too"]
    found = change(manifest(below[-1]), new)
    assert found.part is not None
    if grown(below[-1].version, pin.version) < found.part:
        told = f"{pin}: {found.why} since {below[-1]}, so the {found.part.name.lower()} number must grow"
        return [f"{told}; {advice(new, known, manifest)}"]
    return []


def advice(new: Manifest, known: Sequence[Pin], manifest: Callable[[Pin], Manifest]) -> str:
    """The smallest version that is right after the latest one."""
    found = change(manifest(known[-1]), new)
    if found.part is None:
        return f"nothing has changed since {known[-1]}, the latest version"
    return f"use {bumped(known[-1].version, found.part)}"


def grown(old: Version, new: Version) -> Part:
    """The weightiest part that differs."""
    if old.major != new.major:
        return Part.MAJOR
    return Part.MINOR if old.minor != new.minor else Part.PATCH


def bumped(old: Version, part: Part) -> Version:
    """The next version by the part that a change demands, which is never the patch."""
    if part is Part.MAJOR:
        return Version(old.major + 1, 0, 0)
    return Version(old.major, old.minor + 1, 0)
