"""Faults in when and where farmers deliver: closed days, closed hours, too soon, out of season, before the history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from demo_data.faults import Also, Cannot, Data, Draw, Fault, Record, at, first, moment, planter, written
from demo_data.tea import planting
from demo_data.tea.documents.faults.bags import blocks
from demo_data.tea.documents.rules.links import BY_HAND, STEPS
from demo_data.tea.documents.views import WEEK, WINDOWS
from demo_data.tea.farmers.rules.membership import SILENCE
from demo_data.tea.fresh_records import new_point, old_document
from demo_data.tea.planting import MOMENTS, RECEIVED, as_of, farmer_of, scenarios
from demo_data.tea.views import UTC_OFFSET

DOCUMENTS, POINTS = "documents", "collection_points"
LINK = "collection_point_id"
ALWAYS_FINE = range(10, 15)
"""Days between two deliveries that are right in every season."""

SAMPLE = 520
"""Documents of farmers on two points: a little more than the rule asks for, as other faults take some away."""


def _received(data: Data, row: int) -> str:
    return str(at(data[DOCUMENTS][row], RECEIVED))


def _day(data: Data, row: int) -> date:
    return planting.local_day(_received(data, row))


def _candidates(data: Data, draw: Draw) -> Iterator[tuple[int, int, list[int]]]:
    """Free documents of farmers whose history no fault has touched, at active points, before the last day.

    Yields the document's number, its place in the farmer's history, and that history.
    """
    for row in data.rows(draw, DOCUMENTS):
        document = data[DOCUMENTS][row]
        farmer, point = data.index("farmers").get(farmer_of(document)), planting.point_row(data, document)
        if farmer is None or point is None or data[POINTS][point]["status"] != "active":
            continue
        if _day(data, row) < as_of(data) and data.free(MOMENTS, farmer):
            history = planting.histories(data)[farmer_of(document)]
            yield row, history.index(row), history


def _rounds(data: Data, draw: Draw) -> Iterator[tuple[int, int, list[int]]]:
    """Those of farms of one block, each delivery of which is a round; of farmers without a scenario."""
    for row, place, history in _candidates(data, draw):
        who = farmer_of(data[DOCUMENTS][row])
        if blocks(data, who) == 1 and who not in scenarios(data):
            yield row, place, history


def _point(data: Data, row: int) -> Record:
    """A copy of the collection point of one of these."""
    return data.pristine(POINTS, planting.point_row(data, data[DOCUMENTS][row]) or 0)


def _moved(data: Data, row: int, to: datetime, sentence: str) -> Fault:
    """A fault that is the moment of delivery: an earlier one, before all that follows it, on the same day as ever."""
    who, document = farmer_of(data[DOCUMENTS][row]), data[DOCUMENTS][row]
    days = timedelta(days=(planting.local_day(written(to)) - _day(data, row)).days)
    later = [step for step in STEPS if days and step != RECEIVED]
    with_it = [data.put(DOCUMENTS, row, step, written(moment(at(document, step)) + days)) for step in later]
    requires, locks = [planting.sums(data, who)], [(MOMENTS, data.index("farmers")[who])]
    return data.fault(DOCUMENTS, row, RECEIVED, written(to), sentence, *with_it, requires=requires, locks=locks)


@planter("delivery-history", DOCUMENTS, "farmers", POINTS)
def before_the_history(data: Data, draw: Draw) -> Fault:
    _, document, more = old_document(data, draw, member=True)
    return Fault.added(document, "The delivery is older than the history.", *more)


@planter("inactive-deliveries", DOCUMENTS, "farmers", POINTS)
def inactive_farmer_delivers(data: Data, draw: Draw) -> Fault:
    """A delivery in the history would add up to performance; so it is from before."""
    someone, document, more = old_document(data, draw, member=False)
    also = [Also("delivery-history", DOCUMENTS, document.record)]
    return Fault.added(document, f"{someone.id} is not active, but delivers.", *more, also=also)


@planter("delivery-hours", DOCUMENTS, POINTS)
def before_opening(data: Data, draw: Draw) -> Fault:
    """In the night before the point opens, on the same day."""
    row, _, _ = first(_candidates(data, draw))
    received = moment(_received(data, row))
    night = received - timedelta(hours=(received + UTC_OFFSET).hour) + timedelta(hours=1)
    return _moved(data, row, night, "The collection point is closed at night.")


@planter("delivery-day", DOCUMENTS, POINTS)
def on_a_closed_day(data: Data, draw: Draw) -> Fault:
    """Some days earlier, when the point is closed; neither too soon after one delivery nor too long before another."""
    for row, place, history in _rounds(data, draw):
        point, day = _point(data, row), _day(data, row)
        for new in (day - timedelta(days=back) for back in range(1, 7)):
            name = WEEK[new.weekday()]
            if name not in point["collection_days"] and _fits(data, new, place, history) and _alike(data, day, new):
                opening = (
                    datetime.combine(new, planting.hours(point, new)[0], moment(_received(data, row)).tzinfo)
                    - UTC_OFFSET
                )
                sentence = f"The collection point is closed on {name}."
                return _moved(data, row, opening + timedelta(minutes=5), sentence)
    raise Cannot("there is no delivery left")


def _fits(data: Data, day: date, place: int, history: list[int]) -> bool:
    """Whether the days to the deliveries before and after are right in every season, and the farmer is a member on the
    day, and not silent for too long after it.
    """
    gaps = []
    if place:
        gaps.append((day - _day(data, history[place - 1])).days)
    if place + 1 < len(history):
        gaps.append((_day(data, history[place + 1]) - day).days)
    farmer = data.pristine("farmers", data.index("farmers")[farmer_of(data[DOCUMENTS][history[place]])])
    begins = max(planting.first_day(data), planting.local_day(farmer["registration_date"]) + timedelta(days=1))
    ends = planting.left(data, farmer) if place + 1 == len(history) else day
    return all(gap in ALWAYS_FINE for gap in gaps) and day >= begins and (ends - day).days <= SILENCE


def _alike(data: Data, old: date, new: date) -> bool:
    """Whether performance counts a delivery alike on both days."""
    ages = [(as_of(data) - day).days for day in (old, new)]
    return all(len({age < length for age in ages}) == 1 for length in WINDOWS.values())


@planter("delivery-rhythm", DOCUMENTS, "regions", POINTS)
def too_soon(data: Data, draw: Draw) -> Fault:
    """A farmer's last delivery a week earlier, less than seven days after the one before."""
    for row, place, history in _rounds(data, draw):
        who = farmer_of(data[DOCUMENTS][row])
        if place == 0 or place + 1 != len(history):
            continue
        day, before, week = _day(data, row), _day(data, history[place - 1]), timedelta(days=7)
        ends = planting.left(data, data.pristine("farmers", data.index("farmers")[who]))
        if (
            8 <= (day - before).days <= 13
            and (ends - (day - week)).days <= SILENCE
            and _alike(data, day, day - week)
            and data.unlocked(*planting.sums(data, who))
        ):
            gap = (day - week - before).days
            sentence = f"That is {gap} days after the last delivery; bushes need seven."
            return _moved(data, row, moment(_received(data, row)) - week, sentence)
    raise Cannot("there is no delivery left")


@planter("seasonal-point", DOCUMENTS, POINTS, "regions")
def out_of_season(data: Data, draw: Draw) -> Fault:
    """A delivery of the dormant season is at a seasonal point, which is added; the farmer is on it."""
    regions = data.index("regions")
    for row, _, _ in _candidates(data, draw):
        document, like = data[DOCUMENTS][row], _point(data, row)
        who = farmer_of(document)
        if like["region_id"] not in regions or planting.enrolments(data).get(who) != [
            planting.point_row(data, document)
        ]:
            continue
        if not _dormant(data["regions"][regions[like["region_id"]]], _day(data, row)):
            continue
        change = new_point(data, like, status="seasonal", farmer_ids=[who])
        where = change.new["id"]
        repeated = data.put(DOCUMENTS, row, f"extracted_fields.{LINK}", where)
        sentence = "The collection point is closed in the dormant season."
        locks = [(MOMENTS, data.index("farmers")[who])]
        return data.fault(DOCUMENTS, row, f"linkage_fields.{LINK}", where, sentence, repeated, change, locks=locks)
    raise Cannot("there is no delivery in a dormant season")


def _dormant(region: Record, day: date) -> bool:
    season = region["flush_calendar"]["dormant"]
    today, start, end = f"{day:%m-%d}", str(season["start"]), str(season["end"])
    return start <= today <= end if start <= end else today >= start or today <= end


@planter("main-point-share", DOCUMENTS, POINTS, whole=True)
def main_point_only(data: Data, draw: Draw) -> Fault:
    """Farmers on two points bring nearly all of their bags to the one that they use most."""
    two = {who for who, points in planting.enrolments(data).items() if len(points) == 2}
    bags = [rows for who, rows in planting.histories(data).items() if who in two]
    total = sum(map(len, bags))
    if total < SAMPLE:
        raise Cannot(f"there are fewer than {SAMPLE} documents of farmers on two points")
    most, movable = 0, []
    for rows in bags:
        used = Counter(at(data[DOCUMENTS][row], f"linkage_fields.{LINK}") for row in rows)
        main, count = used.most_common(1)[0]
        most += count
        movable += [(row, main) for row in rows if _could_go(data, row, main)]
    needed = int(0.94 * total) + 1 - most
    if len(movable) < needed:
        raise Cannot("too few documents could go to the main point")
    paths = (f"linkage_fields.{LINK}", f"extracted_fields.{LINK}")
    moved = draw.shuffled(movable)[: max(needed, 0)]
    changes = [data.put(DOCUMENTS, row, path, main) for row, main in moved for path in paths]
    bare = {point["id"] for point in data[POINTS] if not at(point, "capacity.has_qc_device")}
    seen = [row for row, main in moved if main in bare and _source(data, row) != BY_HAND]
    fault = Fault.of_table(DOCUMENTS, paths[0], "Nearly all bags go to the point used most.", changes)
    return replace(fault, also=[Also("document-source", DOCUMENTS, row) for row in seen])


def _source(data: Data, row: int) -> str:
    return str(at(data[DOCUMENTS][row], "ingestion.source_id"))


def _could_go(data: Data, row: int, where: str) -> bool:
    """Whether the document could be of that point, which is active and open at its moment."""
    document, point = data[DOCUMENTS][row], data[POINTS][data.index(POINTS)[where]]
    local = moment(_received(data, row)) + UTC_OFFSET
    opening, closing = planting.hours(point, local.date())
    return (
        at(document, f"linkage_fields.{LINK}") != where
        and opening <= local.time() <= closing
        and data.free(DOCUMENTS, row)
        and WEEK[local.weekday()] in point["collection_days"]
        and point["status"] == "active"
        and data.index(POINTS)[where] not in planting.changed_hours(data)
    )
