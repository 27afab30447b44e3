"""An event: what happened to one record, in the envelope of Debezium's change events.

    {"before": {...} or null, "after": {...} or null, "source": {...}, "op": "c", "ts_ms": 1769860800000,
     "transaction": null}

`before` and `after` are the record's JSON forms, as they stand in json/<table>.json. Field by field the envelope is
that of https://debezium.io/documentation/reference/stable/connectors/postgresql.html#postgresql-events; `key`,
`position`, `row`, `from` and `to` are this program's own in `source`, where each connector has its own.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict, Field, model_validator

from demo_data.dataset.strict import Count, Hash, Strict
from demo_data.feed.header import Op

CONNECTOR: Literal["demo-data"] = "demo-data"


class _Part(Strict):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class Source(_Part):
    """Where an event comes from.

    `version`: the generator's; `name`: the profile; `db`: the stem of the database's name; `ts_ms`: when it happened,
    in milliseconds since 1970, null where no moment is known; `snapshot`: "true" where a whole dataset is read, as by
    op `r`. `key`: the fields of the record's primary key, as JSON has them. `position`: the event's place in the feed,
    from 1. `row`: the record's place in its table, from 0: in the new one, and of one that went in the old one.
    `from`, `to`: the identities of the two datasets.
    """

    version: str
    connector: Literal["demo-data"]
    name: str
    ts_ms: int | None
    snapshot: Literal["true", "false"]
    db: str
    table: str
    key: dict[str, Any]
    position: int = Field(ge=1)
    row: Count
    from_: Hash | None = Field(alias="from")
    to: Hash


class Event(_Part):
    """What happened to one record.

    `ts_ms`: as in `source`; Debezium has the moment of reading here, and nobody reads a feed at a moment of its own.
    """

    before: dict[str, Any] | None
    after: dict[str, Any] | None
    source: Source
    op: Op
    ts_ms: int | None
    transaction: None = None

    @property
    def table(self) -> str:
        return self.source.table

    @property
    def key(self) -> dict[str, Any]:
        """The fields of the record's primary key."""
        return self.source.key

    @property
    def position(self) -> int:
        """Its place in the feed, from 1."""
        return self.source.position

    @property
    def record(self) -> dict[str, Any]:
        """The record as it is now, or, where it went, as it last was."""
        record = self.before if self.after is None else self.after
        assert record is not None
        return record

    @model_validator(mode="after")
    def _whole(self) -> Event:
        if (self.after is None) != (self.op == "d"):
            raise ValueError("after: there is one, but for op d")
        if self.before is None if self.op == "d" else (self.before is not None and self.op != "u"):
            raise ValueError("before: there is one where a record changed or went, and nowhere else")
        if any(self.record.get(name, ...) != value for name, value in self.source.key.items()) or not self.source.key:
            raise ValueError("source.key: not the record's")
        return self

    def as_json(self) -> dict[str, Any]:
        """The envelope in plain values, as it stands in a line."""
        return self.model_dump(mode="json", by_alias=True)
