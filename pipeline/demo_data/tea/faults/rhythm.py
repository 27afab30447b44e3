"""Faults in when farmers deliver: closed days, closed hours, too soon, out of season."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from demo_data.faults.changes import put, sets
from demo_data.faults.data import KENYA, Cannot, Data, Record, at, local_day, moment, written
from demo_data.faults.draw import Draw
from demo_data.faults.fresh_records import new_point
from demo_data.faults.kinds import plants
from demo_data.faults.ledger import Fault
from demo_data.tea.faults.deliveries import DOCUMENTS

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALWAYS_FINE = range(10, 15)
"""Days between two deliveries that are right in every season."""

WINDOWS = (30, 90, 365)
RECEIVED = "ingestion.received_at"


def _received(data: Data, row: int) -> str:
    return str(data[DOCUMENTS][row]["ingestion"]["received_at"])


def _candidates(data: Data, draw: Draw) -> Iterator[tuple[int, int, list[int]]]:
    """Free documents of farmers whose history no fault has touched, at active points, before the last day.

    Yields the document's number, its place in the farmer's history, and that history. Raises Cannot after the last.
    """
    for row in data.rows(draw, DOCUMENTS):
        document = data[DOCUMENTS][row]
        who = at(document, "linkage_fields.farmer_id")
        point = data.point_rows.get(at(document, "linkage_fields.collection_point_id"))
        if who not in data.farmer_rows or point is None:
            continue
        if data["collection_points"][point]["status"] != "active" or local_day(_received(data, row)) >= data.as_of:
            continue
        if data.free("moments", data.farmer_rows[who]):
            history = data.histories[who]
            yield row, history.index(row), history


def _moved(data: Data, row: int, to: datetime, sentence: str) -> Fault:
    """A fault that is the moment of delivery: an earlier one, before all that follows it."""
    document = data[DOCUMENTS][row]
    farmer = data.farmer_rows[at(document, "linkage_fields.farmer_id")]
    return sets(
        data, DOCUMENTS, row, RECEIVED, written(to), sentence, leans=[data.sums(row)], takes=[("moments", farmer)]
    )


@plants("delivery-hours", DOCUMENTS, "collection_points")
def before_opening(data: Data, draw: Draw) -> Fault:
    """In the night before the point opens, on the same day."""
    for row, _, _ in _candidates(data, draw):
        received = moment(_received(data, row))
        night = received - timedelta(hours=(received + KENYA).hour) + timedelta(hours=1)
        return _moved(data, row, night, "The collection point is closed at night.")
    raise Cannot("there is no delivery left")


@plants("delivery-day", DOCUMENTS, "collection_points")
def on_a_closed_day(data: Data, draw: Draw) -> Fault:
    """Some days earlier, when the point is closed; neither too soon after one delivery nor too long before another."""
    for row, place, history in _candidates(data, draw):
        point = data["collection_points"][
            data.point_rows[at(data[DOCUMENTS][row], "linkage_fields.collection_point_id")]
        ]
        received = moment(_received(data, row))
        day = local_day(_received(data, row))
        if _who(data, row) in data.scenarios:
            continue
        for back in range(1, 7):
            new = day - timedelta(days=back)
            open_ = WEEK[new.weekday()] in point["collection_days"]
            if not open_ and _fits(data, new, place, history) and _same_windows(data, day, new):
                hours = point["operating_hours"]["weekends" if new.weekday() >= 5 else "weekdays"]
                at_opening = datetime.combine(new, time.fromisoformat(hours[:5]), received.tzinfo) - KENYA
                return _moved(
                    data,
                    row,
                    at_opening + timedelta(minutes=5),
                    f"The collection point is closed on {WEEK[new.weekday()]}.",
                )
    raise Cannot("there is no delivery left")


def _who(data: Data, row: int) -> str:
    return str(at(data[DOCUMENTS][row], "linkage_fields.farmer_id"))


def _fits(data: Data, day: date, place: int, history: list[int]) -> bool:
    """Whether the days to the deliveries before and after are right in every season, and the day is in the history."""
    gaps = []
    if place:
        gaps.append((day - local_day(_received(data, history[place - 1]))).days)
    if place + 1 < len(history):
        gaps.append((local_day(_received(data, history[place + 1])) - day).days)
    return all(gap in ALWAYS_FINE for gap in gaps) and _in_history(data, day)


def _in_history(data: Data, day: date) -> bool:
    return (data.as_of - day).days < data.days


def _same_windows(data: Data, old: date, new: date) -> bool:
    """Whether performance counts a delivery alike on both days."""
    return all(((data.as_of - old).days < days) == ((data.as_of - new).days < days) for days in WINDOWS)


@plants("delivery-rhythm", DOCUMENTS, "regions", "collection_points")
def too_soon(data: Data, draw: Draw) -> Fault:
    """A farmer's last delivery a week earlier, less than seven days after the one before."""
    for row, place, history in _candidates(data, draw):
        if place == 0 or place + 1 != len(history) or _who(data, row) in data.scenarios:
            continue
        day, before = local_day(_received(data, row)), local_day(_received(data, history[place - 1]))
        new = day - timedelta(days=7)
        if 8 <= (day - before).days <= 13 and _same_windows(data, day, new) and data.firm(*data.sums(row)):
            moved = moment(_received(data, row)) - timedelta(days=7)
            return _moved(
                data, row, moved, f"That is {(new - before).days} days after the last delivery; bushes need seven."
            )
    raise Cannot("there is no delivery left")


@plants("seasonal-point", DOCUMENTS, "collection_points", "regions")
def out_of_season(data: Data, draw: Draw) -> Fault:
    """A delivery of the dormant season is at a seasonal point, which is added; the farmer is on it."""
    for row, _, _ in _candidates(data, draw):
        point = data.point_rows[at(data[DOCUMENTS][row], "linkage_fields.collection_point_id")]
        like = data.pristine("collection_points", point)
        region = data.region_rows.get(like["region_id"], -1)
        if region < 0 or data.enrolled.get(_who(data, row)) != [point]:
            continue
        if not _dormant(data["regions"][region], local_day(_received(data, row))):
            continue
        change = new_point(data, like, status="seasonal", farmer_ids=[_who(data, row)])
        where = change.new["id"]
        repeated = put(data, DOCUMENTS, row, "extracted_fields.collection_point_id", where)
        farmer = data.farmer_rows[_who(data, row)]
        return sets(
            data, DOCUMENTS, row, "linkage_fields.collection_point_id", where,
            "The collection point is closed in the dormant season.", repeated, change,
            takes=[("moments", farmer)],
        )  # fmt: skip
    raise Cannot("there is no delivery in a dormant season")


def _dormant(region: Record, day: date) -> bool:
    season = region["flush_calendar"]["dormant"]
    today, start, end = f"{day:%m-%d}", str(season["start"]), str(season["end"])
    return start <= today <= end if start <= end else today >= start or today <= end
