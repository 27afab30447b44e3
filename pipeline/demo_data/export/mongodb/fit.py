"""Whether a database is what a feed leads from, or what it leads to already: record by record, or it is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bson import decode
from bson.raw_bson import RawBSONDocument

from demo_data.common.errors import UsageError
from demo_data.common.rendering import printable, represented, short
from demo_data.export.mongodb.plan import in_place_of
from demo_data.export.mongodb.targets import Item

_NOTHING = object()


@dataclass
class Fit:
    """What a database is to a feed: as before it, or (`applied`) as after it. `by` names the first record that told."""

    applied: bool | None = None
    by: str = ""

    def hold(self, shown: str, old: RawBSONDocument | None, before: Item | None, after: Item | None) -> None:
        """Hold the stored document to the record of the feed, which people know as `shown`.

        Raises `UsageError` where it is neither the one before nor the one after, or not what those held so far are.
        """
        from_before, from_after = difference(before, old), difference(after, old)
        if from_before and from_after:
            if self.applied:
                raise self._refusal(f"{self.by} is as after it already, but {shown}: {from_after}")
            raise self._refusal(f"{shown}: {from_before}")
        if not from_before and not from_after:
            return  # The feed leaves it as it was: that tells nothing.
        applied = bool(from_before)
        if self.applied is None:
            self.applied, self.by = applied, shown
        elif self.applied != applied:
            done, open_ = (self.by, shown) if self.applied else (shown, self.by)
            told = f"{shown}: {from_after if self.applied else from_before}"
            raise self._refusal(f"it is there in part: {done} is as after it, {open_} as before it ({told})")

    def _refusal(self, why: str) -> UsageError:
        return UsageError(f"the feed does not fit: {why}; nothing was written")


def difference(expected: Item | None, old: RawBSONDocument | None) -> str | None:
    """In words, how a stored document differs from the one expected; None where it does not, but for fields' order."""
    if expected is None or old is None:
        if old is not None:
            return "is there, and should not be"
        return None if expected is None else "is not there, and should be"
    raw = in_place_of(old, expected).document.raw
    if raw == old.raw or (found := _first(decode(raw), decode(old.raw))) is None:
        return None
    path, one, other = found
    return f"{printable(path.lstrip('.'))}: expected {_shown(one)}, found {_shown(other)}"


def _first(one: Any, other: Any, path: str = "") -> tuple[str, Any, Any] | None:
    """The first place where two values differ, and what is there; an integer is no float."""
    if isinstance(one, dict) and isinstance(other, dict):
        names = (*one, *(name for name in other if name not in one))
        pairs = ((f"{path}.{name}", one.get(name, _NOTHING), other.get(name, _NOTHING)) for name in names)
    elif isinstance(one, list) and isinstance(other, list):
        ends = range(max(len(one), len(other)))
        pairs = ((f"{path}[{at}]", _at(one, at), _at(other, at)) for at in ends)
    else:
        same = one == other and isinstance(one, float) == isinstance(other, float)
        same = same and isinstance(one, bool) == isinstance(other, bool)
        return None if same else (path, one, other)
    return next((found for where, a, b in pairs if (found := _first(a, b, where))), None)


def _at(values: list[Any], at: int) -> Any:
    return values[at] if at < len(values) else _NOTHING


def _shown(value: Any) -> str:
    return "nothing" if value is _NOTHING else printable(represented(short(value)))
