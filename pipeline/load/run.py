"""Loads a directory: checks it, chooses the way, writes all or nothing, reads back."""

from __future__ import annotations

from pathlib import Path

from pipeline.build import Progress
from pipeline.checks import validate
from pipeline.load.journal import Journal
from pipeline.load.modes import WAYS, Task, mode, would_do
from pipeline.load.records import sources
from pipeline.load.report import LoadReport
from pipeline.load.server import connected
from pipeline.load.targets import targets


def load(
    path: Path | str,
    uri: str,
    *,
    suffix: str = "e2e",
    clear: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> LoadReport:
    """Put the tables of a directory into MongoDB, all of them or nothing.

    `suffix` ends the databases' names. `clear` drops the collections about to be loaded, and asks nobody. `dry_run`
    writes nothing. `progress` is told a table, how many of its records are done, and how many there are.

    Where anything is wrong with the data, nothing is written and the report's `checked` tells what. Raises `UsageError`
    where the server cannot be reached or refuses, `DataError` for a record that MongoDB cannot hold; what was written
    until then is undone, unless the connection is lost: then the next load undoes it.
    """
    folder = Path(path)
    found = sources(folder)
    wanted = targets(found, suffix)
    with connected(uri) as server:
        checked = validate(folder)
        report = LoadReport(str(folder), server.shown, suffix, checked, dry_run)
        if not checked.ok:
            return report
        journal = Journal(server, suffix)
        task = Task(server, journal, wanted, found, checked.rows, clear, progress)
        if dry_run:
            what = journal.cut_off()
            report.recovered = f"{what}; a load would undo or end it first" if what else None
            report.mode = mode(task)
            report.collections = would_do(task)
            return report
        report.recovered = journal.recover()
        report.mode = mode(task)
        report.collections = WAYS[report.mode](task, str(folder))
    return report


def to_be_dropped(path: Path | str, uri: str, *, suffix: str = "e2e") -> dict[str, int]:
    """The collections that a load with `clear` would drop, each with how many documents it holds."""
    wanted = targets(sources(Path(path)), suffix)
    with connected(uri) as server:
        there = [target for target in wanted if server.has(target.database, target.collection)]
        return {
            str(target): server.collection(target.database, target.collection).count_documents({}) for target in there
        }
