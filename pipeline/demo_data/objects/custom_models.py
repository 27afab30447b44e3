"""Classes of other people with the same fields, and fields that are looked for in the wrong place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel

from demo_data.schema.marks import ForeignKey
from demo_data.schema.tree import Node, tree


def require_compatible(ours: type[BaseModel], theirs: Any) -> None:
    """Raise TypeError where `theirs` is no Pydantic class or lacks a field of ours, nested ones too."""
    if not (isinstance(theirs, type) and issubclass(theirs, BaseModel)):
        raise TypeError(f"{theirs!r:.80} is no Pydantic class")
    lacks = list(_lacks(tree(ours).children, theirs, ""))
    if lacks:
        raise TypeError(f"{theirs.__module__}.{theirs.__qualname__} cannot hold a {ours.__name__}: " + "; ".join(lacks))


def _lacks(nodes: tuple[Node, ...], theirs: type[BaseModel], prefix: str) -> Iterator[str]:
    if theirs.model_config.get("extra") == "allow":
        return
    for node in nodes:
        field = theirs.model_fields.get(node.name)
        if field is None:
            yield f"{prefix}{node.name}: {theirs.__name__} has no such field"
        elif node.kind == "record" and (below := _model_in(field.annotation)):
            yield from _lacks(node.children, below, f"{prefix}{node.name}.")


def inside(model: type[BaseModel], name: str) -> str | None:
    """A hint where a name that is no field of the model stands further inside: a foreign key before anything else."""
    found = [node for node in tree(model).walk() if node.name == name and "." in node.path and "[]" not in node.path]
    for node in sorted(found, key=lambda node: node.mark(ForeignKey) is None):
        top, *steps = node.path.split(".")
        value = "..."
        for step in reversed(steps):
            value = f"{{{step!r}: {value}}}"
        return f"did you mean {top}={value}?"
    return None


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The Pydantic class of a field that holds one, or one or nothing."""
    for kind in (annotation, *get_args(annotation)):
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return kind
    return None
