"""Rebuilding from a clone, in this process."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.versions.upstream import FIRST, Tree

MANIFEST = "data/minimal/snapshot.json"
Rebuild = Callable[..., tuple[int, list[str], list[str]]]


def retag(tree: Tree, pin: str = FIRST) -> None:
    """Make the working tree as it is the version `pin`."""
    tree.commit("Change")
    tree.run("git", "tag", "-d", pin)
    tree.tag(pin)


def at(tree: Tree, pin: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(tree.run("git", "show", f"{pin}:{MANIFEST}"))
    return found
