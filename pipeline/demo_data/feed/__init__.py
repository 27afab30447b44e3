"""The feed: what happened between two datasets, an event for each record that came, changed or went, in order.

    from demo_data.feed import apply, between, read, write
    changes = between("data/monday", "data/tuesday")
    len(changes), changes.counts
    write(changes, "feed")
    for event in read("feed"): ...
    apply("feed", "data/monday", "data/replayed")

A feed is a directory: `feed.json`, the header; `changes.jsonl`, an event a line; `changes.parquet`, the same in
columns. An event is Debezium's envelope, so that what reads Debezium's reads these.

Which module does what: `header` and `events` are the format, `reading` reads it. `ends` opens the two datasets; `index`
tells which records came, changed and went, `moments` when, `longest` which of them have moved; `changes` puts these in
order; `envelope` gets their texts from the tables, which `texts` puts in that order; `writing` writes all. `replay`
applies a feed to a dataset.

Memory: of each event its moment and its place, as `compare` holds all keys of a table; and some thousands of records.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from demo_data.common import lazy

if TYPE_CHECKING:
    from demo_data.feed.changes import Changes as Changes
    from demo_data.feed.changes import between as between
    from demo_data.feed.changes import since as since
    from demo_data.feed.events import Event as Event
    from demo_data.feed.header import FeedHeader as FeedHeader
    from demo_data.feed.header import read_header as read_header
    from demo_data.feed.reading import read as read
    from demo_data.feed.replay import apply as apply
    from demo_data.feed.writing import write as write
else:
    __getattr__, __dir__, __all__ = lazy.face(__name__)
