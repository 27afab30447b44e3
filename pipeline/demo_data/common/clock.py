"""The one place where a clock is read: for hand-made records. Datasets never call it; their now is `as_of`."""

from __future__ import annotations

from datetime import UTC, date, datetime


def utc_now() -> datetime:
    """This moment, in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def today() -> date:
    """Today's date, in UTC."""
    return utc_now().date()
