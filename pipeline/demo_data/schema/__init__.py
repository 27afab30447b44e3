"""The words in which tables are stated: classes, keys, bounds; and the Arrow schema that follows from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from demo_data.common import lazy

if TYPE_CHECKING:
    from demo_data.schema.marks import Decimals as Decimals
    from demo_data.schema.marks import EventTime as EventTime
    from demo_data.schema.marks import ForeignKey as ForeignKey
    from demo_data.schema.marks import Keys as Keys
    from demo_data.schema.marks import Plain as Plain
    from demo_data.schema.marks import PrimaryKey as PrimaryKey
    from demo_data.schema.marks import Shape as Shape
    from demo_data.schema.record import CalendarDay as CalendarDay
    from demo_data.schema.record import Day as Day
    from demo_data.schema.record import Entity as Entity
    from demo_data.schema.record import Moment as Moment
    from demo_data.schema.record import OneLine as OneLine
    from demo_data.schema.record import Record as Record
    from demo_data.schema.record import TimeOfDay as TimeOfDay
    from demo_data.schema.record import TimeRange as TimeRange
    from demo_data.schema.record import Timestamp as Timestamp
else:
    __getattr__, __dir__, __all__ = lazy.face(__name__)
