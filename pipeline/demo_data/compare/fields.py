"""Compares the values of rows that are on both sides, one field at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, zip_longest

import numpy as np
import numpy.typing as npt
import polars as pl

from demo_data.compare import equality, stats
from demo_data.compare.leaves import Leaf, Source
from demo_data.compare.result import Distribution, Example, Field, Value
from demo_data.compare.rows import Pairs, Places
from demo_data.compare.values import bounded, item


@dataclass
class Compared:
    """`changed[i]`: whether any field differs in pair `i`. Fields by how many rows they changed in, the most first."""

    changed: npt.NDArray[np.bool_]
    fields: list[Field] = field(default_factory=list)
    examples: list[Example] = field(default_factory=list)
    distributions: list[Distribution] = field(default_factory=list)


def compared(old: Source, new: Source, pairs: Pairs, examples: int, told: Callable[[int, int], None]) -> Compared:
    """Compare every field that both sides have; one that is on one side alone changes no row.

    `examples` values are shown, dealt to the fields in turn. `told`: how many fields are done, and how many there are.
    """
    found = Compared(np.zeros(len(pairs.new), dtype=bool))
    by_field: dict[str, list[Example]] = {}
    paths = list(new.leaves)
    for done, path in enumerate(paths):
        told(done, len(paths))
        ours, theirs = old.leaves.get(path), new.leaves[path]
        if ours is None:
            summary = None if theirs.record else _summed(new, theirs)
            if summary and summary.count:
                found.distributions.append(stats.arrived(path, summary))
        elif ours.record == theirs.record and (ours.optional or theirs.optional or not theirs.record):
            rows, by_field[path] = _field(old, ours, new, theirs, pairs, examples, found)
            if rows:
                found.fields.append(Field(path, rows))
    told(len(paths), len(paths))
    found.fields.sort(key=lambda each: -each.rows)
    found.distributions.sort(key=lambda each: -each.score)
    dealt = zip_longest(*(by_field[each.path] for each in found.fields))
    found.examples = [example for turn in dealt for example in turn if example][:examples]
    return found


def _summed(source: Source, leaf: Leaf) -> stats.Summary:
    summary = stats.Summary(source.empty(leaf).dtype)
    for batch in source.batches(leaf):
        summary.add(batch)
    return summary


def _field(
    old: Source, ours: Leaf, new: Source, theirs: Leaf, pairs: Pairs, examples: int, found: Compared
) -> tuple[int, list[Example]]:
    """How many pairs differ in a field, and the first of them; marks them in `found`, with what moved."""
    before, after = (stats.Summary(source.empty(leaf).dtype) for source, leaf in ((old, ours), (new, theirs)))
    total, start = 0, 0
    first: list[Example] = []
    olds, news = _fed(old.batches(ours), before), _fed(new.batches(theirs), after)
    for was, now in _reordered(olds, news, pairs) if pairs.reordered else _in_step(olds, news, pairs):
        unlike = equality.differs(was, now)
        count = int(unlike.sum())
        total += count
        if count:
            found.changed[start : start + len(now)] |= unlike.to_numpy()
            for place in unlike.arg_true().head(max(examples - len(first), 0)):
                values = bounded(*(_value(side, place, theirs) for side in (was, now)))
                first.append(Example(pairs.new_key(int(pairs.new[start + place])), theirs.path, *values))
        start += len(now)
    if (total or len(pairs.added) or len(pairs.removed)) and not theirs.record:
        moved = stats.moved(theirs.path, before, after)
        if moved:
            found.distributions.append(moved)
    return total, first


def _value(values: pl.Series, place: int, leaf: Leaf) -> Value:
    found = item(values, place)
    return "(record)" if leaf.record and found else found


def _fed(batches: Iterable[pl.Series], summary: stats.Summary) -> Iterator[pl.Series]:
    """The batches as they are; each is summed up on its way."""
    for batch in batches:
        summary.add(batch)
        yield batch


def _in_step(
    olds: Iterable[pl.Series], news: Iterable[pl.Series], pairs: Pairs
) -> Iterator[tuple[pl.Series, pl.Series]]:
    """Pairs of columns of the same length, where both sides' places are in order: no side is held whole."""
    left, right = _picked(olds, pairs.old), _picked(news, pairs.new)
    ours, theirs = next(left, None), next(right, None)
    while ours is not None and theirs is not None:
        length = min(len(ours), len(theirs))
        if length:
            yield ours.head(length), theirs.head(length)
        ours = ours.slice(length) if len(ours) > length else next(left, None)
        theirs = theirs.slice(length) if len(theirs) > length else next(right, None)
    for _ in chain(left, right):  # rows of one side alone are summed up too
        pass


def _reordered(
    olds: Iterable[pl.Series], news: Iterable[pl.Series], pairs: Pairs
) -> Iterator[tuple[pl.Series, pl.Series]]:
    """The same where the old side's places are not in order: its column is held whole."""
    whole, start = pl.concat(olds), 0
    for now in _picked(news, pairs.new):
        if len(now):
            yield whole.gather(pairs.old[start : start + len(now)]), now
        start += len(now)


def _picked(batches: Iterable[pl.Series], places: Places) -> Iterator[pl.Series]:
    """Of a column in batches the values at some places, which are in order."""
    start = 0
    for batch in batches:
        low, high = np.searchsorted(places, (start, start + len(batch)))
        chosen = places[low:high] - np.uint32(start)
        yield batch if len(chosen) == len(batch) else batch.gather(chosen)
        start += len(batch)
