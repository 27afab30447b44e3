"""From a clean dataset to a faulty copy of it and the ledger."""

from __future__ import annotations

import shutil
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from demo_data.common.errors import DataError, UsageError, closest, nearest
from demo_data.common.program import program
from demo_data.common.rendering import counted, represented, short
from demo_data.dataset.atomic import staged
from demo_data.dataset.layout import LEDGER, MANIFEST, belongings
from demo_data.domain import Domain, default_domain
from demo_data.domain_check import as_text, place_of, place_of_error, require, table_faults
from demo_data.faults.check import named_planters, planter_faults
from demo_data.faults.copying import read, write
from demo_data.faults.data import Cannot, Data
from demo_data.faults.draw import Draw, rank
from demo_data.faults.ledger import Ledger, PlantedFault
from demo_data.faults.planters import Kind, kinds, not_planted
from demo_data.faults.sample import Sampled, sample
from demo_data.faults.size import large_tables, require_one_form, require_small_json, rows_in_parquet
from demo_data.validation import validate
from demo_data.validation.check import rule_faults
from demo_data.validation.discover import Contents, discover
from demo_data.validation.names import JSON_FORMS
from demo_data.validation.report import Report

UNDONE = "other faults undo it"
"""Why a fault of a whole table is left out that is found when it is planted alone."""


@dataclass(frozen=True)
class FaultyCopy:
    """What was written, and the ledger of it."""

    path: Path
    ledger: Ledger

    def text(self) -> str:
        """For people: how many faults of how many kinds, and what was left out."""
        faults, asked = self.ledger.faults, self.ledger.asked
        of_kinds = counted(len({fault.kind for fault in faults}), "kind")
        lines = [f"{self.path}: {counted(len(faults), 'fault')} of {of_kinds} planted, told in {LEDGER}"]
        if len(faults) < asked:
            lines.append(f"there is no room for {asked - len(faults):,} more")
        return "\n".join(lines + [f"left out: {kind}: {why}" for kind, why in sorted(self.ledger.left_out.items())])


def plant_faults(
    source: Path,
    out: Path,
    *,
    seed: int,
    count: int,
    only: Sequence[str] = (),
    domain: Domain | None = None,
) -> FaultyCopy:
    """Write a copy of the dataset in `source` with `count` faults, and the ledger, to `out`.

    Faults are of every kind (or of `only` those) in turn, each in a record of its own; the same dataset, seed and
    number give the same bytes. Of tables that are too large to be held faults lie in a sample, and they stay Parquet.
    Raises UsageError for requests that cannot be carried out; DataError where the source has faults of its own: a
    ledger must tell them all.
    """
    domain = domain or default_domain()
    require(domain, table_faults, rule_faults, planter_faults)
    wanted = _wanted(domain, only)
    _check_places(domain, source, out)
    contents = discover(source, domain)
    require_small_json(source, contents)
    sound = validate(source, domain=domain)
    if sound.faulty:
        raise UsageError(sound.faults_of_rules)
    if not sound.ok:
        raise DataError(f"{source}: has faults already; see {program()} validate {source}")
    files = {table: each.files for table, each in contents.parquet.items()}
    rows = rows_in_parquet(contents)
    large = large_tables(rows)
    require_one_form(source, domain, large, contents)
    sampled = sample(domain, files, rows, large, seed)
    with staged(out, replaces=_replaced(domain)) as staging:
        ledger = _found(_Copy(domain, source, contents, sampled, staging), wanted, seed, count)
    return FaultyCopy(out, ledger)


@dataclass(frozen=True)
class _Copy:
    """From where to where, and of which tables a sample is held."""

    domain: Domain
    source: Path
    contents: Contents
    sampled: Mapping[str, Sampled]
    staging: Path

    def written(self, wanted: Sequence[Kind], ledger: Ledger) -> None:
        """Plant faults, write the faulty copy and fill the ledger. The records are no longer in memory then."""
        data = read(self.domain, self.source, self.contents, self.sampled, self.staging)
        _plant_all(data, wanted, ledger)
        ledger.faults = [replace(each, fault=each.fault.numbered(data.number)) for each in ledger.faults]
        write(data, self.sampled, ledger, self.staging)

    def clear(self) -> None:
        """Take away what was written."""
        for path in self.staging.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _found(copy: _Copy, wanted: Sequence[Kind], seed: int, count: int) -> Ledger:
    """Write a faulty copy all of whose faults are found: without those of whole tables that other ones undo."""
    undone: dict[str, str] = {}
    domain = copy.domain
    while True:
        left = [kind for kind in wanted if kind.name not in undone]
        ledger = Ledger(seed, count, left_out=dict(undone), parquet=tuple(copy.sampled))
        copy.written(left, ledger)
        report = validate(copy.staging, domain=domain)
        missed = list(_missed(domain, ledger, report))
        again = {planted.kind: UNDONE for planted, _ in missed if planted.fault.record is None}
        if report.faults_of_rules or len(again) < len(missed) or (missed and len(ledger.faults) == 1):
            raise UsageError(report.faults_of_rules or [message for _, message in missed])
        if not missed:
            return ledger
        undone |= again
        copy.clear()


def _wanted(domain: Domain, only: Sequence[str]) -> list[Kind]:
    known, unplanted = kinds(domain), not_planted(domain)
    why = {name: f"no such kind of fault; {nearest(name, known)}" for name in only if name not in known}
    why |= {name: f"such faults are not planted: this rule {unplanted[name]}" for name in why if name in unplanted}
    if why:
        raise UsageError([f"--kind {name}: {reason}" for name, reason in why.items()])
    return [kind for name, kind in known.items() if not only or name in only]


def _check_places(domain: Domain, source: Path, out: Path) -> None:
    here, there = source.resolve(), out.resolve()
    if here == there or here in there.parents:
        raise UsageError(f"{out}: lies in the dataset that is to be copied; give another --out")
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out}: is not a directory")
    if (
        out.is_dir()
        and not (out / LEDGER).exists()
        and any((out / name).exists() for name in (MANIFEST, *_replaced(domain)))
    ):
        raise UsageError(f"{out}: a dataset lies here, which would be lost; give another --out")


def _replaced(domain: Domain) -> Iterator[str]:
    yield from belongings(domain.models, domain.pictures)
    yield from (f"{table}.json" for table in domain.models)
    yield from (f"{table}{form}" for table in domain.external_tables for form in JSON_FORMS)
    yield LEDGER


def _plant_all(data: Data, wanted: Sequence[Kind], ledger: Ledger) -> None:
    """Plant as many faults as are asked for: kinds in a seeded order, time and again; those of whole tables once, last.

    What comes after a fault of a whole table may undo it: so where some of these find no room, all are taken back, and
    others planted in their stead first.
    """
    count = ledger.asked
    absent = {kind.name: kind.absent(data) for kind in wanted}
    ledger.left_out |= {name: reason for name, reason in absent.items() if reason}
    there = [kind for kind in wanted if not absent[kind.name]]
    order = sorted(there, key=lambda kind: rank(ledger.seed, kind.name))
    chosen, others = order[:count], order[count:]
    whole = [kind for kind in (*chosen, *others) if kind.whole]
    ready = deque(sorted((kind for kind in chosen if not kind.whole), key=lambda kind: kind.room(data)))
    ready += (kind for kind in others if not kind.whole)
    turns: Counter[str] = Counter()
    due = count - sum(kind.whole for kind in chosen)
    while True:
        _plant_by_turns(ready, turns, due, data, ledger)
        before, state = len(ledger.faults), data.state()
        for kind in whole:
            if len(ledger.faults) < count:
                _plant(kind, 0, data, ledger)
        missing = count - len(ledger.faults)
        if not missing or not ready:
            return
        data.restore(state)
        del ledger.faults[before:]
        due = before + missing


def _plant_by_turns(ready: deque[Kind], turns: Counter[str], count: int, data: Data, ledger: Ledger) -> None:
    """Plant one kind after the other until the ledger has `count` faults; one without room does not come again."""
    while ready and len(ledger.faults) < count:
        kind = ready.popleft()
        if _plant(kind, turns[kind.name], data, ledger):
            turns[kind.name] += 1
            ready.append(kind)


def _plant(kind: Kind, turn: int, data: Data, ledger: Ledger) -> bool:
    """Plant one fault, if there is room; the reason is noted where a kind is not planted at all."""
    try:
        fault = kind.plant(data, Draw(ledger.seed, kind.name, turn))
        data.plant(fault, whole=kind.whole, key_again=kind.name == "primary-key")
    except Cannot as reason:
        why = str(reason)
    except UsageError as error:
        raise UsageError(f"{place_of_error(data.domain, error) or _ways(data.domain, kind)}: {error}") from None
    except (LookupError, TypeError, ValueError) as error:
        place = place_of_error(data.domain, error)
        name = str(error.args[0]) if isinstance(error, KeyError) else ""
        if place and name not in data.names and (hint := closest(name, data.names)):
            raise UsageError(f"{place}: {as_text(error)}{hint}") from None
        why = "the records lack what the fault would be planted in" + (f": {as_text(error)} ({place})" if place else "")
    else:
        key = data.key(fault.table, fault.record)
        ledger.faults.append(PlantedFault(len(ledger.faults), kind.name, key, fault))
        ledger.left_out.pop(kind.name, None)
        return True
    if all(fault.kind != kind.name for fault in ledger.faults):
        ledger.left_out[kind.name] = why
    return False


def _ways(domain: Domain, kind: Kind) -> str:
    """Where the planters of a kind are stated; those of values have no function of their own, but a name."""
    names = {planter: name for name, planter in named_planters(domain, [])}
    return " or ".join(names[each] if each.path else place_of(domain, each.plant) for each in kind.planters)


def _missed(domain: Domain, ledger: Ledger, report: Report) -> Iterator[tuple[PlantedFault, str]]:
    """The faults of a ledger that are none, as no rule finds them, with a message each."""
    known, results = kinds(domain), report.results
    found = {rule: {(each.table, each.record) for each in result.findings} for rule, result in results.items()}
    cut = {rule for rule, result in results.items() if result.count > len(result.findings)}
    for planted in ledger.faults:
        fault, places = planted.fault, found.get(planted.kind, set())
        if planted.kind not in cut and not (places if fault.record is None else (fault.table, fault.record) in places):
            where = f"{fault.table}[{fault.record}]" if fault.record is not None else fault.table
            change = f"({short(represented(fault.old))} -> {short(represented(fault.new))})"
            ways = _ways(domain, known[planted.kind])
            found_not = f"the rule {planted.kind!r} does not find {fault.field or 'the record'} of {where} {change}"
            yield planted, f"{ways}: what it plants breaks nothing: {found_not}"
