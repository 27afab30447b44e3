"""Publishing from a repository, in this process."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from tests.versions.upstream import Tree

DATA = "data/minimal"
Told = tuple[int, list[str], list[str]]
Publish = Callable[..., Told]


def tags(tree: Tree) -> list[str]:
    return tree.run("git", "tag").split()


def relock(tree: Tree) -> None:
    """Make dvc.lock tell the files as they are now, and commit."""
    tree.run("dvc", "commit", "--force")
    tree.commit("Lock")


def edit(path: Path, pattern: str, text: str) -> None:
    before = path.read_text(encoding="utf-8")
    after = re.sub(pattern, text, before, count=1)
    assert after != before, f"{path}: nothing is like {pattern}"
    path.write_text(after, encoding="utf-8")
