"""Compares the values of rows that are on both sides, one field at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, zip_longest

import numpy as np
import numpy.typing as npt
import polars as pl

from demo_data.common.buckets import buckets, in_step, needed, of_places
from demo_data.compare import equality, stats
from demo_data.compare.leaves import Leaf, Places, Source
from demo_data.compare.result import Distribution, Example, Field
from demo_data.compare.rows import NONE, Pairs
from demo_data.compare.values import bounded, item


@dataclass
class Compared:
    """`changed[i]`: whether any field differs in pair `i`. Fields by how many rows they changed in, the most first."""

    changed: npt.NDArray[np.bool_]
    fields: list[Field] = field(default_factory=list)
    examples: list[Example] = field(default_factory=list)
    distributions: list[Distribution] = field(default_factory=list)


def compared(old: Source, new: Source, pairs: Pairs, examples: int, progress: Callable[[int, int], None]) -> Compared:
    """Compare every field that both sides have; one that is on one side alone changes no row.

    `examples` values are kept, dealt to the fields in turn. `progress`: how many fields are done, and of how many.
    """
    result = Compared(np.zeros(len(pairs.new), dtype=bool))
    by_field: dict[str, list[Example]] = {}
    for done, (path, after) in enumerate(new.leaves.items()):
        progress(done, len(new.leaves))
        before = old.leaves.get(path)
        if before is None and not after.record:
            summary = stats.Summary(new.empty(after).dtype)
            for _ in _fed(new.batches(after), summary):
                pass
            if summary.count:
                result.distributions.append(stats.arrived(path, summary))
        elif before and before.record == after.record and (before.optional or after.optional or not after.record):
            rows, by_field[path] = _field(old, before, new, after, pairs, examples, result)
            if rows:
                result.fields.append(Field(path, rows))
    progress(len(new.leaves), len(new.leaves))
    result.fields.sort(key=lambda field: -field.rows)
    result.distributions.sort(key=lambda moved: -moved.score)
    dealt = zip_longest(*(by_field[field.path] for field in result.fields))
    result.examples = [example for turn in dealt for example in turn if example][:examples]
    return result


def unlike(old: Source, new: Source, pairs: Pairs, progress: Callable[[int, int], None]) -> npt.NDArray[np.bool_]:
    """Which pairs differ in any field that both sides have: what `compared` gives as `changed`, and nothing else."""
    changed = np.zeros(len(pairs.new), dtype=bool)
    for done, (path, after) in enumerate(new.leaves.items()):
        progress(done, len(new.leaves))
        before, start = old.leaves.get(path), 0
        if before is None or before.record != after.record:
            continue
        for was, now in _stepping(old.batches(before), new.batches(after), pairs):
            changed[start : start + len(now)] |= equality.differs(was, now).to_numpy()
            start += len(now)
    progress(len(new.leaves), len(new.leaves))
    return changed


def _field(
    old: Source, before: Leaf, new: Source, after: Leaf, pairs: Pairs, examples: int, result: Compared
) -> tuple[int, list[Example]]:
    """How many pairs differ in a field, and the first of them; marks them in `result`, with what moved."""
    summaries = [stats.Summary(side.empty(leaf).dtype) for side, leaf in ((old, before), (new, after))]
    olds, news = _fed(old.batches(before), summaries[0]), _fed(new.batches(after), summaries[1])
    total, start = 0, 0
    first: list[Example] = []
    for was, now in _stepping(olds, news, pairs):
        differing = equality.differs(was, now)
        if count := int(differing.sum()):
            total += count
            result.changed[start : start + len(now)] |= differing.to_numpy()
            for place in differing.arg_true().head(max(examples - len(first), 0)):
                values = [item(side, place) for side in (was, now)]
                if after.record:
                    values = [value and "(record)" for value in values]
                key = pairs.new_keys.at(int(pairs.new[start + place]))
                first.append(Example(key, after.path, *bounded(*values)))
        start += len(now)
    if (total or len(pairs.added) or len(pairs.removed)) and not after.record:
        result.distributions += stats.moved(after.path, *summaries)
    return total, first


def _fed(batches: Iterable[pl.Series], summary: stats.Summary) -> Iterator[pl.Series]:
    """The batches as they are; each is summed up on its way."""
    for batch in batches:
        summary.add(batch)
        yield batch


def _stepping(
    olds: Iterable[pl.Series], news: Iterable[pl.Series], pairs: Pairs
) -> Iterator[tuple[pl.Series, pl.Series]]:
    """A column's values in each pair, some pairs at a time."""
    return _reordered(olds, news, pairs) if pairs.reordered else _in_step(olds, news, pairs)


def _in_step(
    olds: Iterable[pl.Series], news: Iterable[pl.Series], pairs: Pairs
) -> Iterator[tuple[pl.Series, pl.Series]]:
    """Pairs of columns of the same length, where both sides' places are in order: no side is held whole."""
    yield from _both(_picked(olds, pairs.old), _picked(news, pairs.new))


def _reordered(
    olds: Iterable[pl.Series], news: Iterable[pl.Series], pairs: Pairs
) -> Iterator[tuple[pl.Series, pl.Series]]:
    """The same where the old side's places are not in order: a bucket of its column is held at a time."""
    yield from _both(_in_pairs(olds, pairs), _picked(news, pairs.new))


def _both(left: Iterator[pl.Series], right: Iterator[pl.Series]) -> Iterator[tuple[pl.Series, pl.Series]]:
    for was, now in in_step((left, right)):
        if len(now):
            yield was, now
    for _ in chain(left, right):  # rows of one side alone are summed up too
        pass


def _in_pairs(olds: Iterable[pl.Series], pairs: Pairs) -> Iterator[pl.Series]:
    """The old side's values in the order of the pairs."""
    start, count = 0, needed(len(pairs.old))
    with buckets(count) as (waiting,):
        for batch in olds:
            pair = pairs.of_old[start : start + len(batch)]
            start += len(batch)
            there = np.flatnonzero(pair != NONE)
            if len(there):
                frame = pl.DataFrame({"pair": pair[there], "value": batch.gather(there)})
                waiting.add(frame, of_places(pair[there]))
        for number in range(count):
            if (bucket := waiting.take(number)) is not None:
                yield bucket["value"].gather(np.argsort(bucket["pair"].to_numpy()))


def _picked(batches: Iterable[pl.Series], places: Places) -> Iterator[pl.Series]:
    """Of a column in batches the values at some places, which are in order."""
    start = 0
    for batch in batches:
        low, high = np.searchsorted(places, (start, start + len(batch)))
        chosen = places[low:high] - np.uint32(start)
        yield batch if len(chosen) == len(batch) else batch.gather(chosen)
        start += len(batch)
