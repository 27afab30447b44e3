"""Where in a class of ours something happened: a step into JSON at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from demo_data.contract.describe import Value, describe


@dataclass(frozen=True)
class Place:
    """A field of a class (empty: the class as a whole), and what it may hold; none where ours does not know it."""

    owner: type[BaseModel]
    field: str
    value: Value | None
    above: Place | None = None

    def inside(self) -> Place:
        """A place within, of which ours knows nothing."""
        return Place(self.owner, self.field, None, self)

    def step(self, step: Any) -> Place | None:
        """One step further: a field's name, a list's index or a dict's key; none where ours has nothing there."""
        value = self.value
        if value is None:
            return None
        if value.kind == "list" and isinstance(step, int):
            return Place(self.owner, f"{self.field}[]", value.item, self)
        if value.kind in ("model", "dict") and value.type:
            known = describe(value.type).fields.get(str(step))
            return Place(value.type, str(step), known.value if known else None, self)
        if value.kind == "dict":
            return Place(self.owner, f"{self.field}.*", value.item, self)
        return None


def top(model: type[BaseModel]) -> Place:
    """A record as a whole."""
    return Place(model, "", Value("model", type=model))


def located(model: type[BaseModel], steps: Iterable[Any]) -> Place:
    """The place that an error's location names, as far as ours knows the way."""
    place = top(model)
    for step in steps:
        further = place.step(step)
        if further is None:
            break
        place = further
    return place
