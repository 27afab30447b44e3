"""Loads a directory: checks it, plans what goes where, and has the plan carried out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from demo_data.build import Progress
from demo_data.common.rendering import printable
from demo_data.domain import Domain, default_domain
from demo_data.export.mongodb.documents import batches, sources
from demo_data.export.mongodb.journal import Journal
from demo_data.export.mongodb.placing import ended
from demo_data.export.mongodb.plan import Plan, Records
from demo_data.export.mongodb.report import LoadReport
from demo_data.export.mongodb.server import connected
from demo_data.export.mongodb.targets import targets
from demo_data.export.mongodb.writing import write
from demo_data.validation import validate


def load(
    path: Path | str,
    uri: str,
    *,
    suffix: str = "e2e",
    clear: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
    notify: Callable[[str], None] | None = None,
    domain: Domain | None = None,
) -> LoadReport:
    """Put the tables of a directory into MongoDB, all of them or nothing.

    `suffix` ends the databases' names. `clear` drops the collections about to be loaded, and asks nobody. `dry_run`
    writes nothing. `progress` gets a table, how many of its records are done, and how many there are; `notify` gets
    the report's notes before anything is written.

    Where anything is wrong with the data, nothing is written and the report's `checked` tells what. Raises `UsageError`
    where the server cannot be reached or refuses, `DataError` for a record that MongoDB cannot hold; it says what
    became of the load: nothing is left of it, or, where the connection was lost, the next load undoes or ends it.
    """
    folder, domain = Path(path), domain or default_domain()
    files = sources(folder, domain)
    wanted = targets(domain, files, suffix)
    with connected(uri) as server:
        checked = validate(folder, domain=domain)
        report = LoadReport(str(folder), server.hosts, checked, dry_run)
        if checked.ok:
            parts = [
                Records(
                    target,
                    checked.rows.get(target.table, 0),
                    partial(batches, domain, target, files[target.table]),
                    clear,
                )
                for target in wanted
            ]
            carry_out(Plan(server, parts, clear, progress), Journal(server, domain, suffix), report, notify)
    return report


def carry_out(plan: Plan, journal: Journal, report: LoadReport, notify: Callable[[str], None] | None = None) -> None:
    """Put in order what an earlier load has left, then do what a plan says, whoever made it; or tell, on a dry run."""
    if left := journal.left():
        done = "; a load would undo or end it"
        if not report.dry_run:
            done = f": {ended(journal, journal.take_over(left))}"
        since = f"{printable(left.source)} begun {left.began:%Y-%m-%d %H:%M} UTC"
        report.recovered = f"a load of {since} was cut off{done} first"
    plan.look()
    report.notes = [note for there in plan.there.values() for note in there.notes]
    if notify:
        for note in report.notes:
            notify(note)
    report.mode = plan.mode
    report.collections = plan.dry_run() if report.dry_run else write(plan, journal, report.mode, report.path)


def to_be_dropped(path: Path | str, uri: str, *, suffix: str = "e2e", domain: Domain | None = None) -> dict[str, int]:
    """The collections that a load with `clear` would drop, each with how many documents it holds."""
    domain = domain or default_domain()
    wanted = targets(domain, sources(Path(path), domain), suffix)
    with connected(uri) as server:
        return {
            str(target): server.collection(*target.place).count_documents({})
            for target in wanted
            if server.has(*target.place)
        }
