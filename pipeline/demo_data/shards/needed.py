"""What is read of the tables to make the rest of a dataset, once their parts are made: JSON forms and pictures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from demo_data.dataset.made import table_of
from demo_data.domain import Domain


@dataclass(frozen=True)
class Needed:
    """`drawn`: the columns that pictures are made from, by table; None where a picture does not say.

    `json_form`: whether tables of one file get their JSON form.
    """

    drawn: dict[str, frozenset[str]] | None
    json_form: bool

    @classmethod
    def of(cls, domain: Domain, *, json_form: bool) -> Needed:
        """What the domain's pictures need: their module says it in `COLUMNS`, by picture and table."""
        known = getattr(domain.module("pictures"), "COLUMNS", {})
        drawn: dict[str, frozenset[str]] = defaultdict(frozenset)
        for name in domain.pictures:
            if name == "rows":
                continue
            if name not in known:
                return cls(None, json_form)
            for table, columns in known[name].items():
                drawn[table] |= frozenset(columns)
        return cls(dict(drawn), json_form)

    def columns(self, file: str) -> Collection[str] | None:
        """The columns that are needed of a part's file; None for all of it."""
        table = table_of(file)
        if self.drawn is None or (self.json_form and file == f"{table}.parquet"):
            return None
        return self.drawn.get(table, ())
