"""What both descriptions of a snapshot for other tools say of it: its words, its columns, and its keys."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from demo_data.common.errors import NO_DOCSTRINGS, UsageError
from demo_data.dataset.layout import RECIPE
from demo_data.dataset.manifest import Manifest
from demo_data.dataset.recipe_file import whole_recipe
from demo_data.domain import Domain
from demo_data.schema.marks import Shape
from demo_data.schema.record import Record
from demo_data.schema.tree import Node, Reference, references


@dataclass(frozen=True)
class Metadata:
    """A snapshot in words. `period`: its history's first and last day."""

    title: str
    description: str
    period: tuple[str, str]


def metadata(folder: Path, manifest: Manifest, domain: Domain) -> Metadata:
    """The words, from the domain, the manifest and the recipe. Raises `DataError`."""
    recipe = whole_recipe(folder / RECIPE)
    first, last = recipe.first_day, recipe.as_of
    title = f"{manifest.profile}: {domain.title}"
    description = f"{domain.title[:1].upper()}{domain.title[1:]}. History from {first} to {last}. {manifest.notice}"
    return Metadata(title, description, (str(first), str(last)))


def licence_url(domain: Domain) -> str:
    """Where the text of its licence is."""
    return f"https://spdx.org/licenses/{domain.licence}.html"


def sentence(thing: Any) -> str:
    """The first paragraph of a class's own docstring, on one line; empty where it has none.

    Raises `UsageError` where Python has dropped all docstrings.
    """
    if sys.flags.optimize > 1:
        raise UsageError(NO_DOCSTRINGS)
    return " ".join((thing.__doc__ or "").strip().partition("\n\n")[0].split())


def node_sentence(node: Node) -> str:
    """What the class of a column's records, or of its words, says of itself; empty for all other columns."""
    if node.kind == "list":
        return node_sentence(node.children[0])
    shape = node.mark(Shape)
    kind = shape.record if shape else node.type
    own = isinstance(kind, type) and issubclass(kind, (Record, Enum))
    return sentence(kind) if own else ""


def foreign_keys(table: str, domain: Domain) -> Iterator[tuple[Reference, str]]:
    """A table's foreign keys, each with the column of its target that it names."""
    for reference in references(domain.models[table]):
        yield reference, reference.key.field or domain.key_fields(reference.key.table)[0]
