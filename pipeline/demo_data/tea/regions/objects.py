"""The Polyfactory class of regions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from demo_data.common.errors import nearest
from demo_data.objects.call import Call
from demo_data.objects.columns import reach
from demo_data.tea.kenya.places import counties
from demo_data.tea.objects import TeaFactory
from demo_data.tea.places import BANDS, REGIONS, region_under
from demo_data.tea.regions.model import AltitudeBandLabel, Region
from demo_data.tea.regions.recipe import circle, middle


class RegionFactory(TeaFactory[Region]):
    """Regions: first the highland ones in the order of profiles, then the midland and lowland ones, which are invented.

    `county` or `region_id` ask for a certain one.

    >>> [region.region_id for region in RegionFactory.batch(2)]
    ['nyeri-highland', 'kericho-highland']
    >>> RegionFactory.build(county="Kisii", geography={"altitude_band": {"label": "midland"}}).name
    'Kisii Midland'
    """

    @classmethod
    def _records(cls, call: Call) -> list[dict[str, Any]]:
        named, counties_, bands = (
            call.texts(path) for path in ("region_id", "county", "geography.altitude_band.label")
        )
        wanted = [
            region_id or (f"{_slug(county)}-{_band(band)}" if county or band else None)
            for region_id, county, band in zip(named, counties_, bands, strict=True)
        ]
        free = iter(_free(call, wanted.count(None)))
        chosen = [next(free) if region_id is None else region_id for region_id in wanted]
        call.counted.append(("region_id", chosen))
        settings = cls._state().settings(cls)
        records = [region_under(key, settings) for key in chosen]
        return [_placed(record, given) for record, given in zip(records, call.rows_given(), strict=True)]


def _placed(record: dict[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The region with what follows from the centre, the radius and the altitudes that the caller gives."""
    own = record["geography"]
    radius, low, high = (
        reach(given, f"geography.{path}")
        for path in ("radius_km", "altitude_band.min_meters", "altitude_band.max_meters")
    )
    if isinstance(radius, int | float):
        own |= circle(radius)
    center = reach(given, "geography.center_gps")
    if isinstance(center, Mapping):
        record["weather_config"]["api_location"] |= center
    band = {"min_meters": low, "max_meters": high}
    meters = own["altitude_band"] | {name: value for name, value in band.items() if isinstance(value, int)}
    record["weather_config"]["altitude_for_api"] = middle(meters["min_meters"], meters["max_meters"])
    return record


def _free(call: Call, size: int) -> list[str]:
    """The next regions, those first that were handed out least."""
    if size > REGIONS:
        raise ValueError(
            f"{size} regions are more than can be made: there are {REGIONS}, {len(counties())} tea counties in "
            f"{len(BANDS)} altitude bands"
        )
    made = call.state.below(call.table, "region_id")
    every = [f"{county.slug}-{band}" for band in BANDS for county in counties()]
    return sorted(every, key=lambda key: made["region_id", key])[:size]


def _slug(county: str | None) -> str:
    slugs = {known.county: known.slug for known in counties()}
    if county is None:
        return counties()[0].slug
    if county not in slugs:
        raise ValueError(f"{county!r} is no tea county of Kenya; {nearest(county, slugs)}")
    return slugs[county]


def _band(label: str | None) -> str:
    if label is not None and label not in list(AltitudeBandLabel):
        raise ValueError(f"{label!r} is no altitude band; {nearest(label, AltitudeBandLabel)}")
    return label or BANDS[0]
