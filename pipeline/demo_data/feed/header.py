"""`feed.json`: between which datasets a feed lies, what it holds, and the hashes of its files."""

from __future__ import annotations

import datetime
import json
import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from demo_data.common.errors import DataError, UsageError
from demo_data.common.files import FileError, parsed_object, read_regular
from demo_data.common.written import as_day
from demo_data.dataset.manifest import FileEntry
from demo_data.dataset.strict import Count, Hash, Strict, explained, require_known_format

FORMAT = 1
"""The newest form of a feed: what this version writes, and the last that it reads."""

HEADER = "feed.json"
LINES = "changes.jsonl"
COLUMNS = "changes.parquet"
"""The files of a feed: of the header, of the events a line each, and of the same events in columns."""

Op = Literal["c", "u", "d", "r"]
"""What an event does to its record: create, update, delete; or that it was read, and nothing is known of before."""


class _Entry(Strict):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class End(_Entry):
    """A dataset that a feed leads from or to: its last day, and what its manifest says; null where nobody says it.

    `identity` is null where no such dataset is at hand: a feed of what happened after a day begins at that day.
    """

    profile: str | None
    as_of: Annotated[datetime.date, BeforeValidator(as_day)] | None
    identity: Hash | None
    world: Hash | None
    generator: str | None


class FeedHeader(_Entry):
    """What a feed says of itself.

    `moments`: whether both datasets are of one world, so that events stand in the order of their moments; else there
    are none, and they stand in the order of the tables' levels. `tables`: how many events each table has, by what they
    do; tables without one are left out.
    """

    format: Count = FORMAT
    notice: str
    from_: End = Field(alias="from")
    to: End
    moments: bool
    events: Count
    tables: dict[str, dict[Op, Count]]
    files: tuple[FileEntry, ...]

    @property
    def lines(self) -> FileEntry:
        """The file that holds the events, a line each."""
        return next(file for file in self.files if file.path == LINES)

    @property
    def upserts(self) -> bool:
        """Whether no dataset is known that it leads from: then what records were before is not told."""
        return self.from_.identity is None

    def text(self) -> str:
        """What stands in feed.json."""
        return json.dumps(self.model_dump(mode="json", by_alias=True), indent=2, ensure_ascii=False) + "\n"

    @model_validator(mode="after")
    def _adds_up(self) -> FeedHeader:
        if sorted(file.path for file in self.files) != sorted((LINES, COLUMNS)):
            raise ValueError(f"files: a feed's are {LINES} and {COLUMNS}")
        if sum(sum(counts.values()) for counts in self.tables.values()) != self.events:
            raise ValueError("events: not as many as its tables have")
        if self.to.identity is None:
            raise ValueError("to.identity: a feed leads to a dataset")
        return self


def is_feed(folder: Path) -> bool:
    """Whether a directory is one of a feed: it has a header, whatever that says."""
    return os.path.lexists(folder / HEADER)


def read_header(folder: Path | str) -> FeedHeader:
    """The header of the feed in `folder`. Raises `UsageError` where there is none, `DataError` where it is none."""
    folder = Path(folder)
    path = folder / HEADER
    if not is_feed(folder):
        what = f"no feed lies here (no {HEADER})" if folder.is_dir() else "no such directory"
        raise UsageError(f"{folder}: {what}")
    text = read_regular(path)
    try:
        content = parsed_object(text, str(path))
    except FileError as error:
        raise DataError(f"{path}: not a whole header of a feed: {error.reason}") from None
    require_known_format(content, FORMAT, path)
    try:
        return FeedHeader.model_validate_json(text)
    except ValidationError as error:
        raise DataError(f"{path}: not a whole header of a feed: {explained(error)}") from None
