"""Asks the rules that look at one record of a table at a time, and gathers what others need, part by part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeVar

import polars as pl

from demo_data.validation.ahead import ahead
from demo_data.validation.dataset import Dataset
from demo_data.validation.memory import Frames, Memory
from demo_data.validation.parts import parts
from demo_data.validation.report import KEPT
from demo_data.validation.rules import Gathered, Rule, Source, Violation

AT_ONCE = 2
"""Parts that are looked at at the same time, each in a thread."""

T = TypeVar("T")


@dataclass
class Found:
    """Violations of one kind: how many, and the first of them, in the order of the records."""

    violation: Violation
    count: int = 0

    def add(self, more: Violation) -> None:
        self.count += more.rows.height
        if more.rows.height:
            rows = more.rows.with_columns(pl.col(pl.Enum, pl.Categorical).cast(pl.String))
            rows = pl.concat([self.violation.rows, rows]) if self.violation.rows.height else rows
            self.violation = replace(self.violation, rows=_first(rows))


def _first(rows: pl.DataFrame) -> pl.DataFrame:
    if "row" in rows.columns:
        places = rows.select("row", place=pl.int_range(pl.len())).sort("row", "place").head(KEPT)["place"]
    else:
        places = pl.int_range(min(rows.height, KEPT), eager=True)
    return rows[places]  # a slice would keep all of them in memory


@dataclass
class Answer:
    """What a rule says of all parts: violations of each kind, or why it cannot be asked."""

    found: dict[tuple[Any, ...], Found] = field(default_factory=dict)
    reason: Exception | None = None

    def add(self, violations: Iterable[Violation] | Exception) -> None:
        if self.reason or isinstance(violations, Exception):
            self.reason = self.reason or (violations if isinstance(violations, Exception) else None)
            return
        places: Counter[tuple[Any, ...]] = Counter()
        for each in violations:
            kind = each.field, each.message, each.table
            places[kind] += 1
            self.found.setdefault((*kind, places[kind]), Found(replace(each, rows=each.rows.clear()))).add(each)


def sweep(data: Dataset, rules: Sequence[Rule], memory: Memory | None) -> dict[Rule, Answer]:
    """What the rules say that may be asked part by part. What the others need is among the dataset's views then."""
    answers = {rule: Answer() for rule in rules if rule.each}
    wanted = {each: None for rule in rules for each in _gathered(rule)}
    for table in dict.fromkeys([*(rule.each for rule in answers if rule.each), *(each.each for each in wanted)]):
        own = [each for each in wanted if each.each == table]
        asked = [rule for rule in answers if rule.each == table]
        with parts(data, table, [*own, *asked], memory.rows if memory else None) as divided:
            for frames, said in ahead(partial(_look, own, asked), divided, AT_ONCE):
                for gathered, frame in zip(own, frames, strict=True):
                    _keep(gathered, frame, data, memory)
                for rule, violations in zip(asked, said, strict=True):
                    answers[rule].add(violations)
    return answers


def _gathered(source: Source[Any]) -> Iterator[Gathered]:
    if isinstance(source, Gathered):
        yield source
    for each in (*source.sources, *source.may_read):
        yield from _gathered(each)


Frame = pl.DataFrame | Exception
Said = list[Violation] | Exception


def _look(
    wanted: Sequence[Gathered], asked: Sequence[Rule], read: Callable[[], Dataset]
) -> tuple[list[Frame], list[Said]]:
    """What is gathered of a part, and what the rules say of it; where that fails, why.

    Raises where the part itself cannot be read: then no rule may pass.
    """
    part = read()
    return [_tried(each.of, part) for each in wanted], [_tried(partial(_violations, rule), part) for rule in asked]


def _violations(rule: Rule, part: Dataset) -> list[Violation]:
    return list(rule(part))


def _tried(function: Callable[[Dataset], T], part: Dataset) -> T | Exception:
    try:
        return function(part)
    except Exception as reason:  # noqa: BLE001 (a rule, and what it reads, may raise anything)
        return reason


def _keep(each: Gathered, frame: Frame, data: Dataset, memory: Memory | None) -> None:
    kept = data.views.setdefault(each, Frames(memory))
    if isinstance(frame, Exception):
        data.views[each] = kept if isinstance(kept, Exception) else frame
    elif isinstance(kept, Frames):
        kept.add(frame)
