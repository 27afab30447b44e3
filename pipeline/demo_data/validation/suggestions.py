"""The existing key that a dangling reference resembles most."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import cached_property

import polars as pl

FEW = 100
"""Keys that are all compared; of more, those that begin or end most alike."""

_AROUND = 12
_LONGEST = 60


class Known:
    """The keys of a table; sorted when the first neighbour is asked for."""

    def __init__(self, keys: pl.Series) -> None:
        self._keys = keys
        self._found: dict[str, str | None] = {}

    def nearest(self, value: str) -> str | None:
        """The key most like `value`, None where there are no keys."""
        if value not in self._found:
            text = value[:_LONGEST]
            matcher = SequenceMatcher(b=text, autojunk=False)
            best, likest = None, -1.0
            for key in self._candidates(text):
                matcher.set_seq1(key[:_LONGEST])
                if matcher.real_quick_ratio() > likest and matcher.quick_ratio() > likest:
                    likeness = matcher.ratio()
                    if likeness > likest:
                        best, likest = key, likeness
            self._found[value] = best
        return self._found[value]

    def _candidates(self, text: str) -> Iterable[str]:
        if len(self._sorted) <= FEW:
            return self._sorted
        backwards = text[::-1]
        place, end = bisect(self._sorted, text), bisect(self._reversed, backwards)
        before = self._sorted[max(place - _AROUND, 0) : place + _AROUND]
        return [*before, *(key[::-1] for key in self._reversed[max(end - _AROUND, 0) : end + _AROUND])]

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self._keys.drop_nulls().unique().to_list())

    @cached_property
    def _reversed(self) -> list[str]:
        return sorted(key[::-1] for key in self._sorted)
