"""What a rule reports: rows at fault, and how to tell of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

_PLACE = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True)
class RowViolation:
    """Records for which `when` is true. The message names columns in braces: `{address.street} is ...`.

    `table` is given where it is another than the rule's own.
    """

    field: str
    when: pl.Expr
    message: str
    table: str | None = None

    @property
    def reads(self) -> set[str]:
        """The columns that the expression and the message need."""
        return {*self.when.meta.root_names(), *_PLACE.findall(self.message)}


@dataclass(frozen=True)
class Violation:
    """Rows at fault, found by whatever means.

    `rows` holds the columns that the message names; where it has the columns `row` (the record's number in the table)
    or `field` these say where each one lies, else the whole table or dataset is meant.
    `table` is given where it is another than the rule's own.
    """

    field: str | None
    rows: pl.DataFrame
    message: str
    table: str | None = None


def rendered(template: str, row: Mapping[str, Any]) -> str:
    """The message with the row's values. What is no column stays: names in other people's data may have braces."""
    return _PLACE.sub(lambda match: _text(row[match[1]]) if match[1] in row else match[0], template)


def _text(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S") + ("Z" if value.tzinfo else "")
    return repr(value) if isinstance(value, str) else str(value)
