"""Whether the past stands: of two datasets of one world, what had happened by the earlier one's last day is the same.

Which fields tell when something happened, the classes say: of events their event time, of other records `created_at`
and `updated_at`. A record that has neither never changes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from demo_data.common.errors import DataError, UsageError
from demo_data.common.files import file_hash
from demo_data.compare import fields, schema
from demo_data.compare.dataset_side import Side
from demo_data.compare.keyed import Keys
from demo_data.compare.leaves import Places, Source
from demo_data.compare.result import Example, Origin, Value
from demo_data.compare.rows import Pairs, paired
from demo_data.compare.run import Progress, both_opened, require_known
from demo_data.compare.storage import reconcile, stated
from demo_data.dataset.layout import MANIFEST, RECIPE
from demo_data.dataset.manifest import read_manifest
from demo_data.dataset.recipe_file import read_recipe
from demo_data.domain import Domain, default_domain
from demo_data.schema.record import Entity
from demo_data.schema.tree import column_paths, event_time

CREATED, UPDATED = "created_at", "updated_at"

Mask = npt.NDArray[np.bool_]
Reasons = tuple[tuple[str, int, tuple[dict[str, Value], ...]], ...]


@dataclass(frozen=True)
class Kept:
    """What became of the past of a table. `reasons`: each kind of difference, with how many rows have it.

    `rows` were compared, and `passed` are in files that lie on both sides. `keys` are the first of each kind, and
    `examples` the first values that changed.
    """

    table: str
    rows: int = 0
    passed: int = 0
    reasons: Reasons = ()
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True)
class Past:
    """The comparison of what had happened by `day`, which is the last one of the earlier dataset, `old`."""

    old: Origin
    new: Origin
    day: date
    until: date
    tables: dict[str, Kept]

    @property
    def stands(self) -> bool:
        return not any(table.reasons for table in self.tables.values())


def past_diff(
    old: Path | str,
    new: Path | str,
    *,
    tables: Sequence[str] | None = None,
    examples: int = 3,
    progress: Progress | None = None,
    domain: Domain | None = None,
) -> Past:
    """Compare what had happened by the last day of `old`, in two datasets of one world, each in a directory.

    Files that lie on both sides are not decoded. Raises `UsageError` where a directory is no dataset with a manifest
    and a recipe, the two are of different worlds, or the first is the later one; `DataError` where files are damaged,
    or keys are null or stand more than once.
    """
    domain, progress = domain or default_domain(), progress or (lambda *_: None)
    before, after = both_opened(Path(old), Path(new))
    (world, day), (other, until) = _world(before), _world(after)
    if world != other:
        raise UsageError(f"{old} and {new} are of different worlds ({world[:16]}, {other[:16]}), which share no past")
    if until < day:
        raise UsageError(f"{old} ends on {day}, after {new} ({until}): give the earlier one first")
    there = before.tables | after.tables
    names = [name for name in domain.models if name in there]
    require_known(tables, names)
    kept, faults = {}, []
    for name in names:
        if tables and name not in tables:
            continue
        try:
            kept[name] = _table(before, after, name, domain, day, examples, partial(progress, name))
        except DataError as error:
            faults += error.messages
    if faults:
        raise DataError(faults)
    if told := _seasons(before, after):
        kept[RECIPE] = Kept(RECIPE, reasons=told)
    return Past(before.origin, after.origin, day, until, kept)


def _seasons(old: Side, new: Side) -> Reasons:
    """The seasons that the earlier recipe tells of, and the later one tells otherwise."""
    recipes = [read_recipe(side.folder / RECIPE) for side in (old, new)]
    before, after = (recipe.seasons if recipe else {} for recipe in recipes)
    otherwise = {
        table: [season for place, season in enumerate(seasons) if after.get(table, [])[place : place + 1] != [season]]
        for table, seasons in before.items()
    }
    return tuple((f"other seasons of {table}", len(wrong), ()) for table, wrong in otherwise.items() if wrong)


def _world(side: Side) -> tuple[str, date]:
    """The world of a dataset, and its last day. Raises `UsageError`."""
    world = read_manifest(side.folder).world if side.origin.identity else None
    recipe = read_recipe(side.folder / RECIPE)
    missing = [name for name, there in ((MANIFEST, side.origin.identity), (RECIPE, recipe)) if not there]
    if recipe is None or world is None:
        lacks = f"there is no {' and no '.join(missing)}" if missing else f"{MANIFEST} tells no world"
        raise UsageError(f"{side.folder}: {lacks}, so nobody knows which past it has")
    return world, recipe.as_of


def _table(
    old: Side, new: Side, name: str, domain: Domain, day: date, examples: int, progress: Callable[[int, int], None]
) -> Kept:
    model, key = domain.models[name], domain.key_fields(name)
    sides, passed = _unlike_files(old, new, name)
    before, after = (Source(files) if files else None for files in sides)
    if name not in old.tables or name not in new.tables:
        word = "is there no longer" if name in old.tables else "was not there"
        return Kept(
            name, 0, passed, ((f"the table {word}", sum(source.height for source in (before, after) if source), ()),)
        )
    clock = _Clock(model, domain, day)
    if before is None or after is None:
        return _one_side(name, key, before, after, passed, clock, examples)
    reconcile(before, after, model)
    if columns := stated(schema.changes(before.schema, after.schema), before, after, model):
        changed = ", ".join(column.path for column in columns)
        return Kept(name, before.height, passed, ((f"of other columns: {changed}", before.height, ()),))
    pairs = paired(before, after, key)
    if pairs is None:
        raise DataError(f"{name}: its primary key ({', '.join(key)}) is not on both sides in types that compare")
    reasons = [
        ("gone", pairs.removed, pairs.old_keys),
        (clock.came_before, pairs.added[clock.had_come(after)[pairs.added]], pairs.new_keys),
    ]
    wrong = np.zeros(0, bool)
    if len(pairs.new):
        wrong = fields.unlike(before, after, pairs, progress)
        wrong &= clock.stands(before, after, pairs)
    reasons.append((clock.changed, pairs.new[wrong], pairs.new_keys))
    values: tuple[Example, ...] = ()
    if wrong.any() and examples:
        first = np.flatnonzero(wrong)[:examples]
        few = replace(pairs, old=pairs.old[first], new=pairs.new[first], reordered=True)
        values = tuple(fields.compared(before, after, few, examples, progress).examples)
    told = tuple((what, len(places), _keys(keys, places[:examples])) for what, places, keys in reasons if len(places))
    return Kept(name, before.height, passed, told, values)


def _one_side(
    name: str,
    key: Sequence[str],
    before: Source | None,
    after: Source | None,
    passed: int,
    clock: _Clock,
    examples: int,
) -> Kept:
    """Where all files of a side lie on the other too."""
    source = before or after
    if source is None:
        return Kept(name, 0, passed)
    keys = Keys(source, {each: source.empty(source.leaves[each]).dtype for each in key if each in source.leaves})
    every = np.arange(source.height, dtype=np.uint32)
    places = every if before else every[clock.had_come(source)]
    what = "gone" if before else clock.came_before
    reasons = ((what, len(places), _keys(keys, places[:examples])),) if len(places) else ()
    return Kept(name, before.height if before else 0, passed, reasons)


def _keys(keys: Keys, places: Places) -> tuple[dict[str, Value], ...]:
    return tuple(keys.at(int(place)) for place in places)


def _unlike_files(old: Side, new: Side, table: str) -> tuple[list[list[Path]], int]:
    """The table's files on each side that do not lie on the other, and the rows of those that do."""
    told = [[(file_hash(path), path) for path in side.tables.get(table, [])] for side in (old, new)]
    digests = [[digest for digest, _ in files] for files in told]
    both = {digest for digest in digests[0] if all(side.count(digest) == 1 for side in digests)}
    alike = [path for digest, path in told[0] if digest in both]
    rows = Source(alike).height if alike else 0
    return [[path for digest, path in files if digest not in both] for files in told], rows


class _Clock:
    """What a table's records tell of when something happened, against the end of a day."""

    def __init__(self, model: type[Entity], domain: Domain, day: date) -> None:
        self._day = day
        self._end = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1, hours=-domain.hours_ahead)
        self._event = event_time(model)
        self._has = {name for name in (CREATED, UPDATED) if name in column_paths(model)}
        if self._event:
            self.came_before, self.changed = f"new, though of {day} or before", f"changed, though of {day} or before"
        else:
            told = "created by then" if CREATED in self._has else "nothing tells when they came"
            self.came_before = f"new after {day}, though {told}"
            self.changed = f"changed after {day}, though nothing tells that they did"

    def had_come(self, source: Source) -> Mask:
        """Which records had come by then, as they tell; those that do not tell had."""
        path = self._event.path if self._event else CREATED if CREATED in self._has else None
        return self._by_then(source, path)

    def stands(self, old: Source, new: Source, pairs: Pairs) -> Mask:
        """Which pairs' records may not differ: those that, as the later side tells, have not changed since.

        A record that says on the later side that it was created by then was so on both.
        """
        if self._event:
            return np.ones(len(pairs.new), bool)
        wrong = self._by_then(new, UPDATED if UPDATED in self._has else None)[pairs.new]
        if CREATED in self._has and CREATED in old.leaves and CREATED in new.leaves:
            was, now = (side.whole(side.leaves[CREATED]) for side in (old, new))
            moved = was.gather(pairs.old).ne_missing(now.gather(pairs.new)).to_numpy()
            wrong = wrong | (moved & self._by_then(new, CREATED)[pairs.new])
        return wrong

    def _by_then(self, source: Source, path: str | None) -> Mask:
        if path is None or path not in source.leaves:
            return np.ones(source.height, bool)
        told = source.whole(source.leaves[path])
        if isinstance(told.dtype, pl.Datetime):
            known = told.dt.replace_time_zone("UTC") if told.dtype.time_zone is None else told
            later = known >= self._end
        elif told.dtype == pl.Date:
            later = told > self._day
        else:
            return np.ones(source.height, bool)
        mask: Mask = ~later.fill_null(value=False).to_numpy()
        return mask
