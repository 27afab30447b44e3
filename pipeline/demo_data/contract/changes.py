"""Where in a class of ours a value came back as another: a step into JSON at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel

from demo_data.contract.describe import Value, describe
from demo_data.contract.drift import Kind

_LONGEST = 60


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


def quoted(value: Any) -> str:
    """A value as messages quote it, cut where it is long."""
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def changes(ours: Any, back: Any, place: Place) -> Iterator[tuple[Place, Kind, str]]:
    """Every place where a value is lost or another one; both sides are parsed JSON."""
    if isinstance(ours, dict) and isinstance(back, dict):
        for key, value in ours.items():
            below = place.step(key) or place.inside()
            if key not in back:
                yield below, Kind.LOSES, f"{quoted(value)} is not in what yours writes"
            else:
                yield from changes(value, back[key], below)
        added = [key for key in back if key not in ours]
        if added and place.value and place.value.kind == "dict" and not place.value.type:
            yield place, Kind.CHANGES, f"yours adds {', '.join(map(quoted, added))}"
    elif isinstance(ours, list) and isinstance(back, list) and len(ours) == len(back):
        for number, (value, other) in enumerate(zip(ours, back, strict=True)):
            yield from changes(value, other, place.step(number) or place.inside())
    elif not _same(ours, back, place):
        yield place, Kind.CHANGES, f"{quoted(ours)} comes back as {quoted(back)}"


def _same(ours: Any, back: Any, place: Place) -> bool:
    if isinstance(ours, bool) or isinstance(back, bool):
        return ours is back
    if place.value and place.value.kind == "datetime" and isinstance(ours, str) and isinstance(back, str):
        return _moment(ours) == _moment(back)
    return bool(ours == back)


def _moment(text: str) -> datetime | str:
    """The moment in UTC, where one without a zone is, as in our classes."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
