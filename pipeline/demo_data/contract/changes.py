"""What differs between a record of ours and what their class makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from demo_data.contract.drift import Kind
from demo_data.contract.place import Place

_LONGEST = 60


def shown(value: Any) -> str:
    """A value as messages quote it, cut where it is long."""
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def changes(ours: Any, back: Any, place: Place) -> Iterator[tuple[Place, Kind, str]]:
    """Every place where a value is lost or another one; both sides are parsed JSON."""
    if isinstance(ours, dict) and isinstance(back, dict):
        for key, value in ours.items():
            below = place.step(key) or place.inside()
            if key not in back:
                yield below, Kind.LOSES, f"{shown(value)} is not in what yours writes"
            else:
                yield from changes(value, back[key], below)
        added = [key for key in back if key not in ours]
        if added and place.value and place.value.kind == "dict" and not place.value.type:
            yield place, Kind.CHANGES, f"yours adds {', '.join(map(shown, added))}"
    elif isinstance(ours, list) and isinstance(back, list) and len(ours) == len(back):
        for number, (value, other) in enumerate(zip(ours, back, strict=True)):
            yield from changes(value, other, place.step(number) or place.inside())
    elif not _same(ours, back, place):
        yield place, Kind.CHANGES, f"{shown(ours)} comes back as {shown(back)}"


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
