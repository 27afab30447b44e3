"""`demo-data load`: put a dataset into MongoDB."""

from __future__ import annotations

import argparse
import os
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from demo_data.commands import pins
from demo_data.commands.options import (
    FINDINGS,
    OK,
    TABLES,
    USAGE,
    Commands,
    as_json,
    at_terminal,
    confirmed,
    dataset,
    outcome,
    verb,
)

if TYPE_CHECKING:
    from demo_data.export.mongodb.report import LoadReport


def add(commands: Commands) -> None:
    command = verb(commands, "load", run, "put a checked dataset into MongoDB")
    command.add_argument("path", type=dataset, metavar="DIR", help=TABLES)
    command.add_argument("--uri", metavar="URI", help="mongodb://... (default: the variable DEMO_DATA_MONGODB_URI)")
    command.add_argument("--suffix", default="e2e", metavar="TEXT", help="end of the databases' names (default: e2e)")
    command.add_argument("--dry-run", action="store_true", help="tell what would be done, and write nothing")
    command.add_argument(
        "--clear", action="store_true", help="first drop what is in the collections that are loaded; asks"
    )
    command.add_argument("--yes", action="store_true", help="do not ask")
    command.add_argument("--quiet", action="store_true", help="say nothing but findings and errors")
    outcome(command)


def run(options: argparse.Namespace) -> int:
    """Put a dataset into MongoDB, all of it or nothing, once it has passed all checks.

    Loading again changes nothing; changed records are updated; what is no longer in the dataset stays, but for --clear.
    Indexes and rules of existing collections stay.
    Exit code 1 if the checks find anything, 2 if a rule is at fault itself or the server cannot be reached or refuses.
    """
    from demo_data import report
    from demo_data.common.errors import UsageError
    from demo_data.export.mongodb import load

    uri = options.uri or os.environ.get("DEMO_DATA_MONGODB_URI")
    if not uri:
        raise UsageError("name the server: --uri mongodb://..., or the variable DEMO_DATA_MONGODB_URI")
    options.path = pins.near(options.path, quiet=options.quiet)
    if options.clear and not (options.yes or options.dry_run):
        _agree(options, uri)
    with report.progress(options.quiet) as step:
        done = load(
            options.path,
            uri,
            suffix=options.suffix,
            domain=options.domain,
            clear=options.clear,
            dry_run=options.dry_run,
            progress=step,
            notify=None
            if options.quiet
            else partial(print, file=sys.stderr if options.format == "json" else sys.stdout),
        )
    if not as_json(options, _told(done)) and not (options.quiet and done.ok):
        print(done.text())
    if done.checked.faulty:
        return USAGE
    return OK if done.ok else FINDINGS


def _told(done: LoadReport) -> dict[str, Any]:
    """What was loaded, in plain values, and what the checks found."""
    import json
    from dataclasses import asdict

    from demo_data.validation.formats import FORMATS

    return {
        "dataset": done.path,
        "server": done.server,
        "ok": done.ok,
        "dry_run": done.dry_run,
        "mode": done.mode,
        "collections": [asdict(each) for each in done.collections],
        "recovered": done.recovered,
        "notes": done.notes,
        "feed": done.feed,
        "applied": done.applied,
        "checked": json.loads(FORMATS["json"](done.checked)),
    }


def _agree(options: argparse.Namespace, uri: str) -> None:
    """Ask whether collections may go. Raises UsageError where nobody can answer, or the answer is no."""
    from demo_data.common.errors import UsageError
    from demo_data.common.rendering import counted
    from demo_data.export.mongodb import to_be_dropped

    if not at_terminal():
        raise UsageError("--clear drops collections and there is no terminal to ask at: confirm with --yes")
    doomed = to_be_dropped(options.path, uri, suffix=options.suffix, domain=options.domain)
    if not doomed:
        return
    print("--clear drops these collections before they are loaded anew:", file=sys.stderr)
    for name, documents in doomed.items():
        print(f"  {name} ({counted(documents, 'document')})", file=sys.stderr)
    if not confirmed("Drop them?"):
        raise UsageError("nothing was changed")
