"""Faults in weather: of single days, and of a region's months or years as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby, pairwise
from math import exp, hypot, sqrt

from demo_data.faults import Cannot, Change, Data, Draw, Fault, planter
from demo_data.tea.kenya.climate import normals
from demo_data.tea.regions.views import KM_PER_DEGREE
from demo_data.tea.weather.rules import DROUGHT_SAMPLE, NEAR_KM, RAIN, SHARED_SAMPLE, SPELLS, error
from demo_data.tea.weather.views import TABLE, WET_MM

MONTH = 25
"""Days that a month must have to be measured against the normals."""


def _days(data: Data) -> list[int]:
    """The records that the dataset came with, by region and date."""
    rows = range(data.sizes.get(TABLE, 0))
    return sorted(rows, key=lambda row: (data[TABLE][row]["region_id"], data[TABLE][row]["date"]))


def _months(data: Data) -> list[list[int]]:
    """The records of each month of each region, by date."""
    months = groupby(_days(data), key=lambda row: (data[TABLE][row]["region_id"], data[TABLE][row]["date"][:7]))
    return [list(rows) for _, rows in months]


def _regions(data: Data) -> list[list[int]]:
    """The records of each region, by date."""
    return [list(rows) for _, rows in groupby(_days(data), key=lambda row: data[TABLE][row]["region_id"])]


def _wet(data: Data, row: int) -> bool:
    return bool(data[TABLE][row]["precipitation_mm"] >= WET_MM)


def _known(data: Data, row: int) -> bool:
    """Whether the climate of the record's region is known."""
    name = data[TABLE][row]["region_id"]
    try:
        return name in data.index("regions") and bool(normals(name.split("-")[0]))
    except ValueError:
        return False


@planter("foreign-key", TABLE, "regions")
def nowhere(data: Data, draw: Draw) -> Fault:
    """A day is added in a region that is not there."""
    record = data.any_pristine(draw, TABLE) | {"region_id": "atlantis-highland"}
    if any(("atlantis-highland", record["date"]) == (day["region_id"], day["date"]) for day in data[TABLE]):
        raise Cannot("that day is taken")
    sentence = "Weather of a region that is not there: 'atlantis-highland' is not in regions."
    return Fault.added(data.add(TABLE, record), sentence)


@planter("weather-extremes", TABLE)
def cold_noon(data: Data, draw: Draw) -> Fault:
    """One such day in a month of a region, so that the month's mean stays near the normal."""
    months = {row: number for number, rows in enumerate(_months(data)) for row in rows}
    for row in data.rows(draw, TABLE, lambda record: record["temp_max"] - record["temp_min"] < 14):
        if data.free("months", months[row]):
            value = data[TABLE][row]["temp_max"]
            sentence = "The day's lowest temperature is not below its highest."
            return data.fault(TABLE, row, "temp_min", value, sentence, locks=[("months", months[row])])
    raise Cannot("there is no month left")


@planter("weather-days", TABLE, "regions", whole=True)
def lost_day(data: Data, draw: Draw) -> Fault:
    """Days are dated before all others, and so missing in their places.

    More of them than there are further rows by other faults: those may be meant for the days that are missing.
    """
    oldest = date.fromisoformat(min(day["date"] for day in data[TABLE]))
    rows = [row for row in data.rows(draw, TABLE) if not data.touched(TABLE, row, "temp_max")]  # a hot month stays
    count = len(data[TABLE]) - data.sizes[TABLE] + 1
    if len(rows) < count:
        raise Cannot("there are too few days left")
    dates = [(oldest - timedelta(days=14 + number)).isoformat() for number in range(count)]
    changes = [data.put(TABLE, row, "date", day) for row, day in zip(rows, dates, strict=False)]
    days = ", ".join(f"{data[TABLE][change.record or 0]['region_id']} {change.old}" for change in changes)
    return Fault.of_table(TABLE, "date", f"There is no row for {days}: it is dated before all others.", changes)


@planter("weather-normals", TABLE, "regions", whole=True)
def hot_month(data: Data, draw: Draw) -> Fault:
    """The noons of a month are nine degrees too hot."""
    for rows in draw.shuffled(_months(data)):
        free = [row for row in rows if data.free(TABLE, row)]
        if len(free) >= MONTH and _known(data, rows[0]):
            changes = [data.put(TABLE, row, "temp_max", round(data[TABLE][row]["temp_max"] + 9, 1)) for row in free]
            day = data[TABLE][rows[0]]
            sentence = f"The noons of {day['date'][:7]} in {day['region_id']} are nine degrees too hot."
            return Fault.of_table(TABLE, "temp_max", sentence, changes)
    raise Cannot(f"there is no month of {MONTH} days")


@planter("rain-normals", TABLE, "regions", whole=True)
def deluge(data: Data, draw: Draw) -> Fault:
    """Wherever it rained, it rained a multiple: as many wet days, in the same places, but far too much water."""
    wet = [sum(_wet(data, row) for row in rows) for rows in _regions(data)]
    due = [_normal_wet_days(data, rows) for rows in _regions(data)]
    measured = [days for days, fell in zip(due, wet, strict=True) if days >= 16 and fell]
    if not measured:
        raise Cannot("the history is too short for a normal amount of rain")
    times = round(4 + 28 * sqrt(2.6 / min(measured) + 0.06))
    changes = [
        data.put(TABLE, row, "precipitation_mm", round(data[TABLE][row]["precipitation_mm"] * times, 1))
        for row in _days(data)
        if _wet(data, row)
    ]
    return Fault.of_table(TABLE, "precipitation_mm", f"Every rain is {times} times what fell.", changes)


@planter("rain-normals", TABLE, "regions", whole=True)
def drought(data: Data, draw: Draw) -> Fault:
    """Wherever it rained, it drizzled: as many wet days, in the same places, but far too little water."""
    for rows in draw.shuffled(_regions(data)):
        due = _normal_wet_days(data, rows)
        if due < DROUGHT_SAMPLE + 1:
            continue
        margin = 0.1 + error(due, len(rows) / 365.25, *RAIN, SPELLS)
        left = {row: min(data[TABLE][row]["precipitation_mm"], WET_MM) for row in rows}
        if sum(left.values()) < exp(-margin) * _normal(data, rows, "rain_mm"):
            wetter = [row for row in rows if data[TABLE][row]["precipitation_mm"] > WET_MM]
            changes = [data.put(TABLE, row, "precipitation_mm", WET_MM) for row in wetter]
            sentence = f"It never rained more than a millimetre in {data[TABLE][rows[0]]['region_id']}."
            return Fault.of_table(TABLE, "precipitation_mm", sentence, changes)
    raise Cannot("the history is too short for a drought")


def _normal_wet_days(data: Data, rows: list[int]) -> float:
    return _normal(data, rows, "rainy_days")


def _normal(data: Data, rows: list[int], name: str) -> float:
    """What is normal of a month's rain, over these days of a region."""
    if not _known(data, rows[0]):
        return 0.0
    climate = normals(data[TABLE][rows[0]]["region_id"].split("-")[0])
    by_month = {month.month: getattr(month, name) / 30.44 for month in climate}
    return sum(by_month[int(data[TABLE][row]["date"][5:7])] for row in rows)


@planter("shared-rain", TABLE, "regions", whole=True)
def strange_neighbour(data: Data, draw: Draw) -> Fault:
    """Within ten days it rains in one region when it is dry in the other; so each month's figures stay, and spells."""
    regions = [rows for rows in _regions(data) if len(rows) >= SHARED_SAMPLE and _known(data, rows[0])]
    near = [(one, other) for one in regions for other in regions if one is not other and _near(data, one[0], other[0])]
    for one, other in draw.shuffled(near):
        rain = {data[TABLE][row]["date"]: data[TABLE][row]["precipitation_mm"] for row in one}
        changes: list[Change] = []
        for start in range(0, len(other), 10):
            rows = [row for row in other[start : start + 10] if data[TABLE][row]["date"] in rain]
            wettest_last = sorted(rows, key=lambda row: rain[data[TABLE][row]["date"]])
            wettest_first = sorted(rows, key=lambda row: -data[TABLE][row]["precipitation_mm"])
            changes += _exchanged(data, zip(wettest_last, wettest_first, strict=True))
        names = " and ".join(data[TABLE][rows[0]]["region_id"] for rows in (one, other))
        return Fault.of_table(TABLE, "precipitation_mm", f"It never rains at once in {names}.", changes)
    raise Cannot(f"no two regions are near each other and have {SHARED_SAMPLE} days")


def _near(data: Data, *rows: int) -> bool:
    regions = data.index("regions")
    centers = [data["regions"][regions[data[TABLE][row]["region_id"]]]["geography"]["center_gps"] for row in rows]
    apart = (centers[0][axis] - centers[1][axis] for axis in ("lat", "lng"))
    return KM_PER_DEGREE * hypot(*apart) < NEAR_KM - 1


def _exchanged(data: Data, places: Iterable[tuple[int, int]]) -> Iterator[Change]:
    """Rain and humidity of other days, by place and source."""
    for row, source in places:
        for name in ("precipitation_mm", "humidity_avg"):
            if data[TABLE][row][name] != data[TABLE][source][name]:
                yield data.put(TABLE, row, name, data[TABLE][source][name])


@planter("frost", TABLE, "regions")
def cold_snap(data: Data, draw: Draw) -> Fault:
    """One such night in a month of a region, so that the month's mean stays near the normal."""
    months = {row: number for number, rows in enumerate(_months(data)) for row in rows}
    safe = {region["region_id"] for region in data["regions"] if not region["agronomic"]["frost_risk"]}
    for row in data.rows(draw, TABLE, lambda record: record["region_id"] in safe and record["temp_min"] < 14):
        if data.free("months", months[row]):
            sentence = "There is frost where the region is not known for it."
            return data.fault(TABLE, row, "temp_min", 1.5, sentence, locks=[("months", months[row])])
    raise Cannot("there is no month left in a region without frost")


@planter("humid-wet-days", TABLE, whole=True)
def dry_rain(data: Data, draw: Draw) -> Fault:
    """The wet days of a region are less humid than its dry ones; each month's mean stays."""
    for rows in draw.shuffled(_regions(data)):
        wet = [row for row in rows if _wet(data, row)]
        if min(len(wet), len(rows) - len(wet)) < 12:
            continue
        changes = [change for month in _months(data) if month[0] in set(rows) for change in _turned(data, month)]
        sentence = f"In {data[TABLE][rows[0]]['region_id']} dry days are more humid than wet ones."
        return Fault.of_table(TABLE, "humidity_avg", sentence, changes)
    raise Cannot("there is no region with enough wet and dry days")


def _turned(data: Data, month: list[int]) -> Iterator[Change]:
    """Humidity moved from a month's wet days to its dry ones."""
    wet = [row for row in month if _wet(data, row)]
    share = len(wet) / len(month)
    for row in month if 0 < share < 1 else ():
        by = -30 * (1 - share) if row in wet else 30 * share
        humidity = round(min(max(data[TABLE][row]["humidity_avg"] + by, 0.0), 100.0), 1)
        yield data.put(TABLE, row, "humidity_avg", humidity)


@planter("warm-spells", TABLE, "regions", whole=True)
def zigzag(data: Data, draw: Draw) -> Fault:
    """Hot and cold days by turns."""
    if sum(len(rows) - 1 for rows in _regions(data) if _known(data, rows[0])) < 90:
        raise Cannot("there are too few days")
    changes = []
    for row in _days(data):
        day = data[TABLE][row]
        by = 5.0 if date.fromisoformat(day["date"]).toordinal() % 2 else -5.0
        value = max(round(day["temp_max"] + by, 1), round(day["temp_min"] + 0.6, 1))
        if data.free(TABLE, row):
            changes.append(data.put(TABLE, row, "temp_max", value))
    return Fault.of_table(TABLE, "temp_max", "Hot and cold days alternate.", changes)


@planter("wet-spells", TABLE, whole=True)
def scattered_rain(data: Data, draw: Draw) -> Fault:
    """Within ten days the wet ones are set apart, with their humidity; so each month's figures stay."""
    order = {row: row for row in _days(data)}
    last = -1
    for month in _months(data):
        for start in range(0, len(month), 10):
            days = month[start : start + 10]
            order.update(zip(days, _apart(data, days, after=last), strict=True))
            last = order[days[-1]]
    wet = {row: _wet(data, source) for row, source in order.items()}
    pairs = [(wet[one], wet[two]) for rows in _regions(data) for one, two in pairwise(rows)]
    after = [now for before, now in pairs if before]
    if len(pairs) < 310 or not after or sum(after) / len(after) > 0.98 * sum(now for _, now in pairs) / len(pairs):
        raise Cannot("there are too few days, or too few dry ones to set the wet ones apart")
    changes = list(_exchanged(data, order.items()))
    return Fault.of_table(TABLE, "precipitation_mm", "After a wet day a wet one is less likely than ever.", changes)


def _apart(data: Data, days: list[int], *, after: int) -> list[int]:
    """The days in another order: wet and dry by turns, beginning with a dry one where the day before was wet."""
    wet, dry = [row for row in days if _wet(data, row)], [row for row in days if not _wet(data, row)]
    order: list[int] = []
    previous = after
    while wet or dry:
        source = dry if (dry and ((previous >= 0 and _wet(data, previous)) or not wet)) else wet
        previous = source.pop(0)
        order.append(previous)
    return order
