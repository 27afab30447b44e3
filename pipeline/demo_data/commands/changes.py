"""`demo-data changes`: what happened between two datasets, in order, as a feed of change events."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from demo_data.commands import pins
from demo_data.commands.options import OK, URL, Commands, as_json, day, outcome, place, verb

if TYPE_CHECKING:
    from collections.abc import Iterator

    from demo_data.feed import Changes
    from demo_data.feed.header import End

_WORDS = {"c": "created", "u": "changed", "d": "deleted"}


def add(commands: Commands) -> None:
    command = verb(commands, "changes", run, "tell what happened between two datasets, as a feed of events")
    command.add_argument("old", metavar="OLD", help=f"a directory of <table>.parquet, {URL}, or a pin: {pins.PIN}")
    command.add_argument("new", metavar="NEW", nargs="?", help="the later one; not with --since")
    command.add_argument("--since", type=day, metavar="DAY", help="what happened in OLD itself after this day")
    command.add_argument("--out", type=place, metavar="DIR", help="write the feed here: JSON Lines and Parquet")
    pins.add_options(command)
    command.add_argument("--quiet", action="store_true", help="say nothing but errors")
    outcome(command)


def run(options: argparse.Namespace) -> int:
    """Tell what happened between OLD and NEW: an event for every record that was created, changed or deleted.

    Events of datasets of one world stand in the order of their moments. Each has the envelope of Debezium's: before,
    after, source, op, ts_ms. With --since the records of OLD alone tell: what they were before is not known.
    Exit code 1 if a dataset is damaged or a key stands more than once, 2 if there is nothing to compare.
    """
    from demo_data import report
    from demo_data.common.errors import UsageError
    from demo_data.feed import write
    from demo_data.versions.changes import changes

    if (options.new is None) == (options.since is None):
        raise UsageError("name a second dataset, or a day by --since, and not both")
    old = pins.side(options.old, options)
    new = None if options.new is None else pins.side(options.new, options)
    with report.progress(options.quiet) as step:
        found = changes(
            old,
            new,
            since=options.since,
            domain=options.domain,
            progress=step,
        )
        if options.out:
            write(found, options.out, progress=step)
    if not (as_json(options, _told(found, options.out)) or options.quiet):
        print("\n".join(_summary(found)))
        if options.out:
            print(f"{options.out}: written as feed.json, changes.jsonl and changes.parquet")
    return OK


def _told(changes: Changes, out: Path | None) -> dict[str, Any]:
    """From where to where, and the events of each table, in plain values."""
    return {
        "start": changes.start.model_dump(mode="json"),
        "end": changes.end.model_dump(mode="json"),
        "moments": bool(changes.moments),
        "tables": {
            table: {word: counts.get(op, 0) for op, word in _WORDS.items()} for table, counts in changes.counts.items()
        },
        "events": len(changes),
        "feed": out,
    }


def _summary(changes: Changes) -> Iterator[str]:
    """From where to where, and a line for each table that has events."""
    from demo_data.common.rendering import counted

    yield f"{_end(changes.start)} -> {_end(changes.end)}"
    if changes.old is None:
        yield "As the records tell: what they were before is not known, nor what was deleted."
    elif not changes.moments:
        yield "Not of one world, or the second is the earlier one: no moments are known; ordered by the tables' levels."
    if len(changes):
        width = max(map(len, changes.counts))
        yield f"{'table':{width}}" + "".join(f"{word:>12}" for word in _WORDS.values())
        for table, counts in changes.counts.items():
            cells = (f"{counts[op]:,}" if op in counts else "" for op in _WORDS)
            yield f"{table:{width}}{''.join(f'{cell:>12}' for cell in cells)}".rstrip()
    yield counted(len(changes), "event") if len(changes) else "Nothing happened."


def _end(end: End) -> str:
    from demo_data.common.rendering import printable

    parts = (end.profile, end.identity and end.identity[:12], end.as_of and f"as of {end.as_of}")
    return printable(" ".join(str(part) for part in parts if part))
