"""A record of a dataset, found by its key; what it refers to, and what refers to it, by the models' foreign keys."""

from __future__ import annotations

import json
import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from demo_data.common.errors import UsageError, nearest
from demo_data.common.rendering import short
from demo_data.dataset import layout, store
from demo_data.dataset.lookup import Places, around, columns_at, keys_of, rows_where
from demo_data.domain import Domain
from demo_data.schema.tree import Reference, references

_COMPARED = 50_000
"""Keys that an unknown one is compared with."""

_NEAR = 500
"""Keys before and after an unknown one, in order, that are compared with it letter by letter."""


@dataclass(frozen=True)
class Referring:
    """The rows of a table that refer to a record by one of its foreign keys."""

    reference: Reference
    places: Places

    @property
    def rows(self) -> int:
        return sum(len(rows) for _, rows in self.places)

    def columns(self, *paths: str) -> list[dict[str, Any]]:
        """Columns of these rows, in the table's order."""
        return columns_at(self.places, *paths)

    def ends(self, names: Sequence[str], most: int) -> list[str]:
        """The keys of the first rows, and of the last one where there are more than so many."""
        every = [(path, row) for path, rows in self.places for row in rows]
        chosen = every if len(every) <= most else [*every[: most - 1], every[-1]]
        found = (columns_at([(path, [row])], *names)[0] for path, row in chosen)
        return [" ".join(str(row[name]) for name in names) for row in found]


def record_of(folder: Path, domain: Domain, table: str, key: Sequence[str], at: str = "") -> dict[str, Any]:
    """The record of a key, in its JSON form. Raises `UsageError` where there is none, with the nearest name.

    `at`: where the dataset lies, as people know it (default: `folder`).
    """
    at = at or str(folder)
    there = [name for name in domain.models if layout.parts(folder, name)]
    if not folder.is_dir() or not there:
        raise UsageError(f"{at}: no tables lie here (nothing called <table>.parquet)")
    if table not in there:
        raise UsageError(f"{at}: no table is called {short(table, 60)!r}; {nearest(table, there)}")
    names, files = domain.key_fields(table), layout.parts(folder, table)
    if len(key) != len(names):
        example = " ".join(next(keys_of(files, names, 1), ("KEY",) * len(names)))
        raise UsageError(f"{table}: a record is named by {', '.join(names)}, such as `{example}`")
    found = rows_where(files, dict(zip(names, key, strict=True)))
    if not found:
        given = short(" ".join(key), 60)
        raise UsageError(f"{at}: no record of {table} has the key {given!r}; {_hint(files, names, key)}")
    path, rows = found[0]
    record: dict[str, Any] = json.loads(store.json_at(path, rows[0], domain.models[table]))
    return record


def refers_to(domain: Domain, table: str, record: dict[str, Any]) -> Iterator[tuple[Reference, list[str]]]:
    """The foreign keys of a record that have values, with these."""
    for reference in references(domain.models[table]):
        values: list[Any] = [record]
        for step in reference.path.replace("[]", "").split("."):
            below = [value[step] for value in values if isinstance(value, dict) and value.get(step) is not None]
            values = [item for value in below for item in (value if isinstance(value, list) else [value])]
        if known := [str(value) for value in values if value is not None]:
            yield reference, known


def referred_by(folder: Path, domain: Domain, table: str, record: dict[str, Any]) -> Iterator[Referring]:
    """By each foreign key that leads to the table, the rows that name the record; those of no rows too."""
    for name, model in domain.models.items():
        for reference in references(model):
            field = reference.key.field or domain.key_fields(table)[0]
            if reference.key.table == table and (files := layout.parts(folder, name)):
                path = f"{reference.path}[]" if reference.in_list else reference.path
                yield Referring(reference, rows_where(files, {path: str(record[field])}))


def _hint(files: Sequence[Path], names: Sequence[str], key: Sequence[str]) -> str:
    """The key that is meant by one that no record has, as far as some thousands of them tell."""
    given = " ".join(key)
    some = [*keys_of(around(files, names[0], key[0]), names, _COMPARED), *keys_of(files, names, _COMPARED)]
    known = sorted({" ".join(each) for each in some})
    if not known:
        return "it has no records"
    padded = tuple(map(_padded, key, some[0]))
    if padded != tuple(key) and rows_where(files, dict(zip(names, padded, strict=True))):
        return f"did you mean {' '.join(padded)!r}?"
    place = bisect(known, given)
    alike = [each for each in known if _plain(each) == _plain(given)]
    close = alike or get_close_matches(given[:100], known[max(place - _NEAR, 0) : place + _NEAR], n=1, cutoff=0.5)
    return f"did you mean {close[0]!r}?" if close else f"the first is {known[0]!r}"


def _padded(key: str, like: str) -> str:
    """A key whose numbers have as many digits as those of another one, where both have as many numbers."""
    digits = re.findall("[0-9]+", like)
    if len(re.findall("[0-9]+", key)) != len(digits):
        return key
    widths = iter(map(len, digits))
    return re.sub("[0-9]+", lambda match: match[0].lstrip("0").zfill(next(widths)), key)


def _plain(key: str) -> str:
    """A key without what people leave away: capitals, and signs between words."""
    return re.sub(r"[\W_]+", "", key.casefold())
