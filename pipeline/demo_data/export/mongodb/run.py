"""Loads a directory: checks it, plans what goes where, and has the plan carried out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from demo_data.build import Progress
from demo_data.common.errors import UsageError
from demo_data.domain import Domain, default_domain
from demo_data.export.mongodb.carrying import carry_out
from demo_data.export.mongodb.documents import batches, sources
from demo_data.export.mongodb.feed import load_feed
from demo_data.export.mongodb.journal import Journal
from demo_data.export.mongodb.plan import Plan, Records
from demo_data.export.mongodb.report import LoadReport
from demo_data.export.mongodb.server import connected
from demo_data.export.mongodb.targets import targets
from demo_data.feed.header import is_feed
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
    """Put the tables of a directory into MongoDB, or do what a feed tells of there: all of it or nothing.

    `suffix` ends the databases' names. `clear` drops the collections about to be loaded, and asks nobody. `dry_run`
    writes nothing. `progress` gets a table, how many of its records are done, and how many there are; `notify` gets
    the report's notes before anything is written.

    Where anything is wrong with the data, nothing is written and the report's `checked` tells what. Raises `UsageError`
    where the server cannot be reached or refuses, `DataError` for a record that MongoDB cannot hold; it says what
    became of the load: nothing is left of it, or, where the connection was lost, the next load undoes or ends it.
    """
    folder, domain = Path(path), domain or default_domain()
    if is_feed(folder):
        _forbid(clear, folder)
        return load_feed(folder, uri, domain, suffix, dry_run=dry_run, progress=progress, notify=notify)
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


def to_be_dropped(path: Path | str, uri: str, *, suffix: str = "e2e", domain: Domain | None = None) -> dict[str, int]:
    """The collections that a load with `clear` would drop, each with how many documents it holds."""
    domain = domain or default_domain()
    _forbid(is_feed(Path(path)), path)
    wanted = targets(domain, sources(Path(path), domain), suffix)
    with connected(uri) as server:
        return {
            str(target): server.collection(*target.place).count_documents({})
            for target in wanted
            if server.has(*target.place)
        }


def _forbid(clear: bool, folder: Path | str) -> None:
    """Raise `UsageError` where a feed shall clear."""
    if clear:
        raise UsageError(f"{folder}: a feed goes on from what is there: load it without --clear")
