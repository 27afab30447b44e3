"""The claims that follow from a table's class: what is there, keys, references, bounds, words and formats."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from math import inf, isfinite
from typing import Any, Literal, get_args, get_origin

import annotated_types

from demo_data.domain import Domain
from demo_data.export.certificate.claim import Claim, QueryClaim, RowClaim, column, text, texts
from demo_data.export.metadata import foreign_keys
from demo_data.schema.iso import Text
from demo_data.schema.marks import Decimals, PrimaryKey
from demo_data.schema.tree import Node, Reference, primary_key, tree

_BOUNDS = {"ge": (annotated_types.Ge, ">="), "gt": (annotated_types.Gt, ">")}
_BOUNDS |= {"le": (annotated_types.Le, "<="), "lt": (annotated_types.Lt, "<")}
_CONTROLS = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
"""Control characters that no text has."""

_LONG_REPEAT = re.compile(r"\{(\d*,)?\d{4,}\}|\{\d{4,},?\d*\}")
"""What DuckDB's regular expressions refuse: more than 1,000 times the same."""


@dataclass(frozen=True)
class _Place:
    """Where values lie: the table, what they are selected from, and what must be there for them to be."""

    table: str
    source: str
    given: tuple[str, ...]
    prefix: str = ""
    lists: int = 0

    def value(self, node: Node) -> str:
        """The value at a node below."""
        path = node.path.removeprefix(self.prefix).lstrip(".")
        own = f"at{self.lists - 1}.item" if self.lists else ""
        return ".".join(part for part in (own, column(path) if path else "") if part)

    def items(self, node: Node) -> _Place:
        """Where the items of a list lie."""
        source = _opened(self.source, self.value(node), self.lists)
        return _Place(self.table, source, (), f"{node.path}[]", self.lists + 1)

    def claim(self, says: str, holds: str) -> Claim:
        """That a condition holds wherever the records are there that the value lies in."""
        condition = f"NOT ({' AND '.join(self.given)}) OR {holds}" if self.given else holds
        if not self.lists:
            return RowClaim(says, (self.table,), condition)
        return QueryClaim(says, (self.table,), f"SELECT 1 FROM {self.source} WHERE NOT ({condition})")


def _opened(source: str, lists: str, depth: int) -> str:
    """What lists hold, as rows; a join with each row's list would take DuckDB ten times as long."""
    return f"(SELECT unnest({lists}) AS item FROM {source}) AS at{depth}"


def claims(domain: Domain, table: str) -> Iterator[Claim]:
    """The claims about a table, in the order of its fields; keys and references come first."""
    yield _fields(domain, table)
    yield _key(domain, table)
    for reference, target in foreign_keys(table, domain):
        yield _reference(reference, target)
    yield from _below(tree(domain.models[table]), _Place(table, column(table), ()))


def _fields(domain: Domain, table: str) -> QueryClaim:
    """No field more or less, in records within records too: `DESCRIBE` tells what a selection has."""
    due, there = [], []
    for node, place in _records(tree(domain.models[table]), _Place(table, column(table), ())):
        prefix = f"{node.path}." if node.path else ""
        due += [f"({text(prefix + child.name)})" for child in node.children]
        fields = f"unnest({place.value(node)})" if node.path else "*"
        there.append(f"SELECT {text(prefix)} || column_name FROM (DESCRIBE SELECT {fields} FROM {place.source})")
    known, found = f"(SELECT * FROM (VALUES {', '.join(due)}))", f"({' UNION ALL '.join(there)})"
    return QueryClaim(
        f"has the {len(due)} fields of its class, and no other",
        (table,),
        f"({found} EXCEPT {known})\nUNION ALL\n({known} EXCEPT {found})",
    )


def _records(node: Node, place: _Place) -> Iterator[tuple[Node, _Place]]:
    """Every record and dict, with where its fields are selected from."""
    if node.kind == "list":
        yield from _records(node.children[0], place.items(node))
    elif node.kind in ("record", "dict"):
        yield node, place
        for child in node.children:
            yield from _records(child, place)


def _key(domain: Domain, table: str) -> QueryClaim:
    key = primary_key(domain.models[table])
    columns = ", ".join(column(name) for name in key)
    return QueryClaim(
        f"{' and '.join(key)}: once each",
        (table,),
        f"SELECT {columns} FROM {column(table)} GROUP BY {columns} HAVING count(*) > 1",
    )


def _reference(reference: Reference, target: str) -> QueryClaim:
    """Each value names a row of the target; lists are opened first."""
    start, *inner = f"{reference.path}[]".split("[]")[:-1] if reference.in_list else reference.path.split("[]")
    source, value = column(reference.table), column(start)
    for depth, path in enumerate((*inner, *([""] if reference.in_list else []))):
        source, value = (
            _opened(source, value, depth),
            f"at{depth}.item" + (f".{column(path.lstrip('.'))}" if path else ""),
        )
    path = f"{reference.path}[]" if reference.in_list else reference.path
    return QueryClaim(
        f"{path}: each names one of {reference.key.table}",
        (reference.table, reference.key.table),
        f"SELECT 1 FROM (SELECT {value} AS name FROM {source}) AS named "
        f"ANTI JOIN {column(reference.key.table)} AS target ON target.{column(target)} = named.name "
        "WHERE named.name IS NOT NULL",
    )


def _below(node: Node, place: _Place) -> Iterator[Claim]:
    for child in node.children:
        yield from _of(child, place)


def _of(node: Node, place: _Place) -> Iterator[Claim]:
    value = place.value(node)
    if node.kind == "dict":
        yield from _below(node, place)
        return
    asked = {} if node.optional else {"is there": f"{value} IS NOT NULL"}
    if node.kind != "record":
        asked |= dict(_demands(node, value))
    if asked:
        yield place.claim(f"{node.path}: {', '.join(asked)}", f"({' AND '.join(asked.values())})")
    if node.kind == "record":
        yield from _below(
            node, replace(place, given=(*place.given, f"{value} IS NOT NULL")) if node.optional else place
        )
    if node.kind == "list":
        yield from _of(node.children[0], place.items(node))


def _demands(node: Node, value: str) -> Iterator[tuple[str, str]]:
    """What is asked of a value that is there: in words, and as a condition."""
    length = f"len({value})" if node.kind == "list" else f"length({value})"
    for mark in node.marks:
        for name, (kind, sign) in _BOUNDS.items():
            if isinstance(mark, kind):
                limit = getattr(mark, name)
                yield f"{sign} {limit}", f"{value} {sign} {_limit(limit)}"
        if isinstance(mark, annotated_types.MinLen):
            yield f"length >= {mark.min_length}", f"{length} >= {mark.min_length}"
        if isinstance(mark, annotated_types.MaxLen):
            yield f"length <= {mark.max_length}", f"{length} <= {mark.max_length}"
        if isinstance(mark, Decimals):
            yield f"to {mark.places} decimals", f"round({value}, {mark.places}) = {value}"
        pattern = getattr(mark, "pattern", None)
        if isinstance(pattern, str) and not _LONG_REPEAT.search(pattern):
            yield f"matches {pattern}", f"regexp_matches({value}, {text(pattern)})"
    if words := _words(node.type):
        yield f"one of {', '.join(words)}", f"{value} IN {texts(words)}"
    if node.type is float:
        yield "finite", f"isfinite({value})"
    if node.type is datetime:
        yield "a whole second", f"date_trunc('second', {value}) = {value}"
    if node.type is str:
        yield from _text(node, value)


def _limit(limit: Any) -> str:
    """A bound as SQL has it: a number as it is written, all else as a text that DuckDB takes for its type."""
    plain = isinstance(limit, int | float) and isfinite(limit)
    return str(limit) if plain else text("infinity" if limit == inf else "-infinity" if limit == -inf else limit)


def _text(node: Node, value: str) -> Iterator[tuple[str, str]]:
    mark = node.mark(Text)
    if mark is None:
        yield "without control characters", f"NOT regexp_matches({value}, {text(_CONTROLS)})"
        return
    words = "is written as a key is" if node.mark(PrimaryKey) else "on one line, as its kind is written"
    yield words, f"regexp_matches({value}, {text(mark.written)})"
    if mark.longest:
        yield f"length <= {mark.longest}", f"length({value}) <= {mark.longest}"


def _words(kind: Any) -> tuple[str, ...]:
    if get_origin(kind) is Literal:
        return tuple(str(word) for word in get_args(kind))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return tuple(str(member.value) for member in kind)
    return ()
