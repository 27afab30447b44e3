"""Asks the rules that look at one record of a table at a time, and gathers what others need, part by part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from demo_data.validation.dataset import Dataset
from demo_data.validation.memory import Frames, Memory
from demo_data.validation.parts import parts
from demo_data.validation.report import KEPT
from demo_data.validation.rules import Gathered, Rule, Source, Violation


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

    def add(self, violations: Iterable[Violation]) -> None:
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
        for part in parts(data, table, [*own, *asked], memory.rows if memory else None):
            _gather(own, part, data, memory)
            for rule in asked:
                _ask(rule, part, answers[rule])
    return answers


def _gathered(source: Source[Any]) -> Iterator[Gathered]:
    if isinstance(source, Gathered):
        yield source
    for each in (*source.sources, *source.may_read):
        yield from _gathered(each)


def _gather(wanted: Sequence[Gathered], part: Dataset, data: Dataset, memory: Memory | None) -> None:
    for each in wanted:
        frames = data.views.setdefault(each, Frames(memory))
        if isinstance(frames, Frames):
            try:
                made = each.of(part)
            except Exception as reason:  # noqa: BLE001 (what a rule reads may raise anything: the rule is told then)
                data.views[each] = reason
            else:
                frames.add(made)


def _ask(rule: Rule, part: Dataset, answer: Answer) -> None:
    if answer.reason is None:
        try:
            answer.add(rule(part))
        except Exception as reason:  # noqa: BLE001 (a rule may raise anything)
            answer.reason = reason
