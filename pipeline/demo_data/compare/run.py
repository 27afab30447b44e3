"""Compares two directories, table by table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from demo_data.common.errors import DataError, UsageError, nearest
from demo_data.compare import fields, schema
from demo_data.compare.dataset_side import Side, opened, settings
from demo_data.compare.leaves import Source
from demo_data.compare.result import Difference, Table
from demo_data.compare.rows import paired
from demo_data.compare.storage import reconcile, stated
from demo_data.domain import Domain, default_domain
from demo_data.storage.url import local

Progress = Callable[[str, int, int], None]
"""Is told the table, how many of its fields were compared, and how many it has."""


def diff(
    old: Path | str,
    new: Path | str,
    *,
    tables: Sequence[str] | None = None,
    examples: int = 3,
    progress: Progress | None = None,
    domain: Domain | None = None,
) -> Difference:
    """Compare two directories of `<table>.parquet` (a file, or a directory of parts), best with their manifests.

    `tables`: only these. `examples`: how many changed values and added or removed keys are kept per table. `domain`:
    whose tables they are, so that their keys are known; rows of other tables are paired by their place.
    Raises `UsageError` where a directory or a table is not there, `DataError` where files are damaged, or a table's
    keys are null or stand more than once: every such table is named.
    """
    domain = domain or default_domain()
    before, after = both_opened(local(old), local(new))
    there = before.tables | after.tables
    names = [*(name for name in domain.models if name in there), *sorted(there.keys() - domain.models.keys())]
    require_known(tables, names)
    progress = progress or (lambda *_: None)
    compared, faults, notes = {}, [], []
    for name in names:
        if tables and name not in tables:
            continue
        intact = [side.intact(name) for side in (before, after)]
        notes += [
            f"{side.folder}: the files of {name} are not those that snapshot.json lists; compared as they lie"
            for side, holds in zip((before, after), intact, strict=True)
            if holds is False
        ]
        try:
            same = all(intact) and before.listed_values(name) == after.listed_values(name)
            compared[name] = _table(before, after, name, domain, same, examples, partial(progress, name))
        except DataError as error:
            faults += error.messages
    if faults:
        raise DataError(faults)
    return Difference(before.origin, after.origin, settings(before, after), compared, tuple(notes))


def require_known(asked: Iterable[str] | None, names: Sequence[str]) -> None:
    """Raise `UsageError` where a table is asked for that neither side has."""
    if unknown := [name for name in asked or () if name not in names]:
        raise UsageError([f"neither side has a table {name!r}; {nearest(name, names)}" for name in unknown])


def both_opened(old: Path, new: Path) -> list[Side]:
    """Both sides, or what is wrong with both."""
    sides, errors = [], []
    for folder in (old, new):
        try:
            sides.append(opened(folder))
        except UsageError as error:
            errors.append(error)
    if errors:
        data = all(isinstance(error, DataError) for error in errors)
        messages = list(dict.fromkeys(message for error in errors for message in error.messages))
        raise (DataError if data else UsageError)(messages)
    return sides


def _table(
    old: Side, new: Side, name: str, domain: Domain, same: bool, examples: int, progress: Callable[[int, int], None]
) -> Table:
    """One table compared, unless it is known to be the `same`."""
    model = domain.models.get(name)
    key = domain.key_fields(name) if model else ()
    if name not in new.tables:
        return Table(name, "removed", key, old_rows=Source(old.tables[name]).height)
    after = Source(new.tables[name])
    if name not in old.tables:
        return Table(name, "added", key, new_rows=after.height)
    if same:
        return Table(name, "same", key, after.height, after.height, 0, 0, 0, after.height)
    before = Source(old.tables[name])
    if model:
        reconcile(before, after, model)
    columns = schema.changes(before.schema, after.schema)
    if model:
        columns = stated(columns, before, after, model)
    pairs = paired(before, after, key)
    if pairs is None:
        note = f"the primary key ({', '.join(key)}) is not on both sides in types that compare: rows were not compared"
        return Table(name, "changed", key, before.height, after.height, columns=columns, notes=(note,))
    values = fields.compared(before, after, pairs, examples, progress)
    changed = int(values.changed.sum())
    differs = columns or changed or len(pairs.added) or len(pairs.removed) or pairs.reordered
    return Table(
        name,
        "changed" if differs else "same",
        key,
        before.height,
        after.height,
        len(pairs.added),
        len(pairs.removed),
        changed,
        len(pairs.new) - changed,
        pairs.reordered,
        columns,
        tuple(values.fields),
        tuple(values.examples),
        tuple(pairs.new_keys.at(int(place)) for place in pairs.added[:examples]),
        tuple(pairs.old_keys.at(int(place)) for place in pairs.removed[:examples]),
        tuple(values.distributions),
        () if key else ("its primary key is not known: rows are paired by their place",),
    )
