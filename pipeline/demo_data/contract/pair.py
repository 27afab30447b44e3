"""A class of ours beside the user's, and the sentences in which their differences are told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from demo_data.contract.drift import Breaks, Drift, Kind
from demo_data.contract.own import open_classes
from demo_data.domain import Domain

_SENTENCES = {
    Breaks.OURS_FAIL: "records of ours{} fail in yours",
    Breaks.YOURS_FAIL: "records of yours{} fail in ours",
    Breaks.LOST: "its value gets lost in yours{}",
    Breaks.CHANGED: "values change in yours{}",
}

Consequences = Mapping[Breaks, str | None]
"""What breaks, and for which records (` with null`; an empty text: all of them). None: it does not break after all."""


@dataclass(frozen=True)
class Pair:
    """A model or an enumeration of ours, of a domain, and its counterpart."""

    domain: Domain
    ours: type[Any]
    theirs: type[Any]

    def of(self, ours: type[Any], theirs: type[Any]) -> Pair:
        """Another pair of the same domain."""
        return Pair(self.domain, ours, theirs)

    def drift(
        self, field: str, kind: Kind, message: str, breaks: Consequences, *, ours: Any = None, theirs: Any = None
    ) -> Iterator[Drift]:
        """The finding, in words; none where all that it breaks cannot happen."""
        happens = {what: which for what, which in breaks.items() if which is not None}
        if self.ours in open_classes(self.domain):
            happens.pop(Breaks.YOURS_FAIL, None)
        if breaks and not happens:
            return
        told = ", ".join(_SENTENCES[what].format(which) for what, which in happens.items())
        yield Drift(
            owner=self.ours.__name__,
            counterpart=self.theirs.__name__,
            field=field,
            kind=kind,
            message=f"{message} ({told})" if told else message,
            ours=ours,
            theirs=theirs,
            breaks=tuple(happens),
        )
