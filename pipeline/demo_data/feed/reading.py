"""Reads a feed: nothing of it is given before the whole file is known to be what the header says.

Where it is not, the first line that is at fault is looked for, so that whoever cut, doubled or changed one is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from pydantic import ValidationError

from demo_data.common.errors import DataError
from demo_data.common.files import file_hash, require_regular
from demo_data.dataset.strict import explained
from demo_data.feed.events import Event
from demo_data.feed.header import HEADER, FeedHeader, read_header

LONGEST = 64 << 20
"""Bytes of the longest line that is read."""


def read(folder: Path | str) -> Iterator[Event]:
    """The events of the feed in `folder`, in order; its header and the file's hash are held to each other at once.

    Raises `UsageError` where there is no feed, `DataError` where it is damaged: with the first line that is at fault.
    Memory: one event.
    """
    folder = Path(folder)
    return events(folder, verified(folder))


def verified(folder: Path) -> FeedHeader:
    """The header of a feed whose events are those that it tells of. Raises as `read` does."""
    header = read_header(folder)
    path = folder / header.lines.path
    size = require_regular(path)
    if size != header.lines.bytes or file_hash(path) != header.lines.sha256:
        for _ in events(folder, header):  # raises at the first line that is at fault
            pass
        raise DataError(f"{path}: damaged: its SHA-256 is not the one in {HEADER}, though every line is an event")
    return header


def events(folder: Path, header: FeedHeader) -> Iterator[Event]:
    """The events of a feed, each held to its place and to the header. Raises `DataError` at the first that is wrong."""
    path, position = folder / header.lines.path, 0
    counts: dict[str, Counter[str]] = {table: Counter() for table in header.tables}
    with path.open("rb") as file:
        for position, event in enumerate(_events(file, path), 1):
            if fault := _misplaced(event, position, header):
                raise DataError(f"{path}: line {position}: {fault}")
            counts[event.table][event.op] += 1
            yield event
    if position < header.events:
        raise DataError(f"{path}: ends after line {position:,} of {header.events:,}: lines are missing")
    for table, told in header.tables.items():
        if counts[table] != Counter(told):
            raise DataError(f"{path}: of {table} it has other events than {HEADER} tells")


def _events(file: BinaryIO, path: Path) -> Iterator[Event]:
    number = 0
    while line := file.readline(LONGEST):
        number += 1
        where = f"{path}: line {number}"
        if not line.endswith(b"\n"):
            raise DataError(f"{where}: does not end: it was cut off, or is longer than {LONGEST:,} bytes")
        try:
            yield Event.model_validate_json(line)
        except ValidationError as error:
            raise DataError(f"{where}: damaged: {explained(error)}") from None


def _misplaced(event: Event, position: int, header: FeedHeader) -> str:
    """What is wrong with an event at its place in a feed; empty where nothing is."""
    source = event.source
    if source.position < position:
        return f"the event {source.position:,} stands for the second time, or out of order"
    if source.position > position:
        missing = source.position - position
        return f"the event {source.position:,} stands where {position:,} should: {missing:,} missing, or out of order"
    if position > header.events:
        return f"there are more events than the {header.events:,} that {HEADER} tells of"
    if (source.from_, source.to) != (header.from_.identity, header.to.identity):
        return "an event of another feed: it leads between other datasets"
    if source.table not in header.tables or event.op not in header.tables[source.table]:
        return f"an event {event.op} of {source.table[:40]!r}, of which {HEADER} knows nothing"
    if event.ts_ms != source.ts_ms or (event.ts_ms is None) == header.moments:
        return "its moment is not one of this feed"
    if (event.op == "u" and event.before is None) != (event.op == "u" and header.upserts):
        return "what the record was before is missing, or should be"
    return ""
