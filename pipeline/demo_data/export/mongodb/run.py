"""Loads a directory: checks it, chooses the way, writes all or nothing, reads back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from demo_data.build import Progress
from demo_data.domain import Domain, default_domain
from demo_data.export.mongodb.journal import Journal
from demo_data.export.mongodb.modes import WAYS
from demo_data.export.mongodb.placing import ended
from demo_data.export.mongodb.records import sources
from demo_data.export.mongodb.report import LoadReport
from demo_data.export.mongodb.server import connected
from demo_data.export.mongodb.targets import targets
from demo_data.export.mongodb.task import Task, would_do
from demo_data.validation import validate


def load(
    path: Path | str,
    uri: str,
    *,
    suffix: str = "e2e",
    clear: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
    told: Callable[[str], None] | None = None,
    domain: Domain | None = None,
) -> LoadReport:
    """Put the tables of a directory into MongoDB, all of them or nothing.

    `suffix` ends the databases' names. `clear` drops the collections about to be loaded, and asks nobody. `dry_run`
    writes nothing. `progress` is told a table, how many of its records are done, and how many there are; `told` is told
    the report's notes before anything is written.

    Where anything is wrong with the data, nothing is written and the report's `checked` tells what. Raises `UsageError`
    where the server cannot be reached or refuses, `DataError` for a record that MongoDB cannot hold; it says what
    became of the load: nothing is left of it, or, where the connection was lost, the next load undoes or ends it.
    """
    folder, domain = Path(path), domain or default_domain()
    found = sources(folder, domain)
    wanted = targets(domain, found, suffix)
    with connected(uri) as server:
        checked = validate(folder, domain=domain)
        report = LoadReport(str(folder), server.shown, suffix, checked, dry_run)
        if not checked.ok:
            return report
        journal = Journal(server, domain, suffix)
        task = Task(journal, wanted, found, checked.rows, clear, progress)
        if left := journal.left():
            done = "a load would undo or end it"
            if not dry_run:
                done = ended(journal, journal.take_over(left))
            report.recovered = f"a load of {left.words} was cut off{';' if dry_run else ':'} {done} first"
        task.look()
        report.notes = [note for there in task.there.values() for note in there.notes]
        if told:
            for note in report.notes:
                told(note)
        report.mode = task.mode
        if dry_run:
            report.collections = would_do(task)
            return report
        report.collections = WAYS[report.mode](task, str(folder))
    return report


def to_be_dropped(path: Path | str, uri: str, *, suffix: str = "e2e", domain: Domain | None = None) -> dict[str, int]:
    """The collections that a load with `clear` would drop, each with how many documents it holds."""
    domain = domain or default_domain()
    wanted = targets(domain, sources(Path(path), domain), suffix)
    with connected(uri) as server:
        there = [target for target in wanted if server.has(target.database, target.collection)]
        return {
            str(target): server.collection(target.database, target.collection).count_documents({}) for target in there
        }
