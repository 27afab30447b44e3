"""The base of every model: unknown fields are errors, enumerations are their text."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from demo_data.common.clock import utc_now
from demo_data.schema.iso import Iso
from demo_data.schema.marks import Line


class Record(BaseModel):
    """A value object or, in a subclass with `table`, one row of a table."""

    model_config = ConfigDict(extra="forbid", validate_default=True, defer_build=True)


class Entity(Record):
    """One row of a table; `table` is the name of its file."""

    table: ClassVar[str]


OneLine = Annotated[str, Line()]
"""A text without line breaks, or other control characters."""

TimeOfDay = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
"""HH:MM, 24 hours, local time."""

TimeRange = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$")]
"""HH:MM-HH:MM, local time."""

CalendarDay = Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]
"""MM-DD, a day of every year."""


def _in_utc(moment: datetime) -> datetime:
    """The same moment in UTC; one without a time zone is taken to be UTC. Raises ValueError outside years 1 to 9999."""
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:
        raise ValueError("is no moment between the years 1 and 9999") from None


Moment = Annotated[datetime, Iso(), AfterValidator(_in_utc)]
"""A moment, kept in UTC."""

Day = Annotated[date, Iso()]
"""A day of the calendar."""

Timestamp = Annotated[Moment, Field(default_factory=utc_now)]
"""A moment in UTC; now where the caller states none."""
