"""The feed: what happened between two datasets, an event for each record that came, changed or went, in order.

    from demo_data.feed import events, read, replay, write
    write("data/monday", "data/tuesday", "feed")
    for event in read("feed"): ...

A feed is a directory: `feed.json`, the header; `changes.jsonl`, an event a line; `changes.parquet`, the same in
columns. An event is Debezium's envelope, so that what reads Debezium's reads these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from demo_data.common import lazy

if TYPE_CHECKING:
    from demo_data.feed.events import Event as Event
    from demo_data.feed.header import FeedHeader as FeedHeader
    from demo_data.feed.header import read_header as read_header
    from demo_data.feed.reading import read as read
else:
    __getattr__, __dir__, __all__ = lazy.face(__name__)
