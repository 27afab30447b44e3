"""What a comparison finds, and how it is told."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from demo_data.common.rendering import counted

_WIDTH = 100
"""Where a list of names is wrapped."""


class Breaks(StrEnum):
    """What goes wrong where two classes differ; "ours" are this package's records and classes, "yours" the user's."""

    OURS_FAIL = "ours-fail-in-yours"
    YOURS_FAIL = "yours-fail-in-ours"
    LOST = "value-lost-in-yours"
    CHANGED = "value-changed-in-yours"


class Kind(StrEnum):
    """What differs. The last five were seen on sample records, the others on the classes themselves."""

    MISSING = "missing"
    EXTRA = "extra"
    REQUIRED = "required"
    DEFAULT = "default"
    NULL = "null"
    TYPE = "type"
    BOUND = "bound"
    LENGTH = "length"
    PATTERN = "pattern"
    MEMBER = "member"
    ALIAS = "alias"
    UNWRITTEN = "unwritten"
    COMPUTED = "computed"
    UNKNOWN_FIELDS = "unknown-fields"
    REJECTED = "rejected"
    RETURNED = "returned-unfit"
    LOSES = "loses"
    CHANGES = "changes"
    RAISES = "raises"


SHAPES = frozenset({Kind.MISSING, Kind.TYPE, Kind.ALIAS, Kind.UNWRITTEN, Kind.COMPUTED})
"""Kinds that say already why a field's value is not what it was."""


@dataclass(frozen=True)
class Drift:
    """One difference. `field` is the name in JSON (`[]` a list's item, `.*` a dict's value); empty: the whole class."""

    owner: str
    counterpart: str
    field: str
    kind: Kind
    message: str
    ours: Any = None
    theirs: Any = None
    breaks: tuple[Breaks, ...] = ()

    def line(self) -> str:
        """The finding as people read it, below its class."""
        return f"{self.field}: {self.message}" if self.field else self.message

    def as_json(self) -> dict[str, Any]:
        """The finding as machines read it."""
        return {
            "class": self.owner,
            "counterpart": self.counterpart,
            "field": self.field,
            "kind": self.kind,
            "ours": self.ours,
            "theirs": self.theirs,
            "breaks": list(self.breaks),
            "message": self.message,
        }


@dataclass(frozen=True)
class Comparison:
    """All that was found about one module; `ok` where nothing differs."""

    module: str
    classes: tuple[str, ...]
    """Names of ours, all of them."""
    matched: tuple[str, ...]
    """Those that have a counterpart."""
    others: tuple[str, ...]
    """Those whose name is something else in the module."""
    drifts: tuple[Drift, ...]
    samples: str

    @property
    def ok(self) -> bool:
        return not self.drifts

    def text(self) -> str:
        """The findings by class, a line each, and a summary."""
        return "\n".join(self._lines())

    def json_text(self) -> str:
        """The findings as a JSON array of objects; empty where nothing differs."""
        return json.dumps([drift.as_json() for drift in self.drifts], indent=2, default=str)

    def _lines(self) -> Iterator[str]:
        yield f"{self.module}: {len(self.matched)} of {len(self.classes)} classes have a counterpart"
        without = [name for name in self.classes if name not in (*self.matched, *self.others)]
        for told, names in (("without one", without), ("not compared, no models of Pydantic 2", self.others)):
            if names:
                yield from textwrap.wrap(f"  {told}: {', '.join(names)}", _WIDTH, subsequent_indent="    ")
        for owner, counterpart in dict.fromkeys((drift.owner, drift.counterpart) for drift in self.drifts):
            yield owner if owner == counterpart else f"{owner} (yours: {counterpart})"
            for drift in self.drifts:
                if (drift.owner, drift.counterpart) == (owner, counterpart):
                    yield f"  {drift.line()}"
        yield f"samples: {self.samples}"
        yield counted(len(self.drifts), "difference") if self.drifts else "no differences"
