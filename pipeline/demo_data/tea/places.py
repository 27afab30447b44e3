"""The regions, factories and collection points that objects are placed in: registered ones, known ones, stand-ins.

A stand-in is a record that is never handed out. It takes the place of a parent of which only the id is known, or of
which a child needs to know nothing but where it lies.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from demo_data.engine.world import Block, World
from demo_data.objects.columns import reach, records, texts
from demo_data.objects.parents import Parents, Record, nothing_registered, row_of, stable
from demo_data.objects.registry import FKRegistry
from demo_data.recipes.columns import Array
from demo_data.tea import DOMAIN
from demo_data.tea.factories.recipe.seats import named
from demo_data.tea.kenya.places import County, Place, counties
from demo_data.tea.kenya.places import places as places_of
from demo_data.tea.recipe import local_day
from demo_data.tea.recipe.changes import NEVER
from demo_data.tea.recipe.shares import factories_of, farmers_of
from demo_data.tea.reference import reference_rows
from demo_data.tea.regions.model import AltitudeBandLabel, Region
from demo_data.tea.regions.recipe import circle, region_of

BANDS = (AltitudeBandLabel.HIGHLAND, AltitudeBandLabel.MIDLAND, AltitudeBandLabel.LOWLAND)
REGIONS = len(BANDS) * len(counties())
"""How many regions can be made: every tea county in every band."""

MANY_POINTS = 1_000
"""Points that are told apart by their post boxes where their ids hold no number of their own."""

MODELS = tuple(str(row["model_id"]) for row in reference_rows("grading_models"))
"""The grading models, by number."""

_REGION_ID = re.compile(r"^([a-z0-9]+)-(highland|midland|lowland)$")


def region_number(region_id: str) -> int:
    """A region's number for ever: profiles take the highland regions in this order."""
    county, label = region_parts(region_id)
    for number, known in enumerate(counties()):
        if known.slug == county:
            return BANDS.index(label) * len(counties()) + number
    return REGIONS + stable(region_id, 2**30)


def region_parts(region_id: str) -> tuple[str, AltitudeBandLabel]:
    """The county and the band that an id tells of; an id of another form counts as one of the highlands."""
    parts = _REGION_ID.match(region_id)
    return (parts[1], AltitudeBandLabel(parts[2])) if parts else (region_id, AltitudeBandLabel.HIGHLAND)


def point_region(point_id: str) -> str | None:
    """The region that a collection point's id tells of, if it does."""
    region_id = point_id.rpartition("-cp-")[0]
    return region_id if _REGION_ID.match(region_id) else None


def county_of(slug: str) -> County:
    """A tea county by its slug; for one that is none, another tea county that takes its place."""
    known = {county.slug: county for county in counties()}
    return known.get(slug) or counties()[stable(slug, len(counties()))]


@cache
def known_region(region_id: str) -> Region:
    """The region with this id, in Kenya's tea area whatever the county."""
    slug, label = region_parts(region_id)
    county = county_of(slug)
    region = region_of(county, label)
    if region.region_id == region_id:
        return region
    name = slug.replace("-", " ").title()[:40]
    return region.model_copy(update={"region_id": region_id, "county": name, "name": f"{name} {label.capitalize()}"})


def region_under(region_id: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The record of the region with this id, as large as the settings ask for where they count it."""
    record = known_region(region_id).model_dump()
    whole = World(DOMAIN, settings).whole("regions")
    county, label = region_parts(region_id)
    for known, radius in zip(whole["county_facts"], whole["geography.radius_km"].tolist(), strict=True):
        if (known.slug, BANDS[0]) == (county, label):
            record["geography"] |= {"radius_km": radius, **circle(radius)}
    return record


def husbandry(rows: Array, settings: Mapping[str, Any]) -> dict[str, Any]:
    """What factories do for yield and quality, however many of them are known by now."""
    own = Block(World(DOMAIN, settings), DOMAIN.recipes["factories"], rows)
    return {name: own[name] for name in ("care", "vigour")}


class Places(Parents):
    """Regions, factories and collection points, which know more by their ids than other parents do."""

    def __init__(self, settings: Mapping[str, Any], registry: FKRegistry) -> None:
        super().__init__(DOMAIN, settings, registry)
        self._first_rows: dict[str, World] = {}

    def stand_in(self, table: str, key: str, stated: Mapping[str, str | None]) -> Record:
        """A region by its id; a factory or an active collection point in a region, by default a registered one."""
        if table == "regions":
            return region_under(key, self.settings)
        region_id = stated.get("region_id") or (point_region(key) if table == "collection_points" else None)
        if region_id is None:
            regions = self.registry.ids("regions")
            if not regions:
                raise nothing_there("regions")
            region_id = regions[stable(key, len(regions))]
        if region_id not in self._first_rows:
            home = Places(self.settings, self.registry)
            home.add("regions", region_id)
            self._first_rows[region_id] = world = home.world(factories__count=1, collection_points__count=1)
            world.use_rows("collection_points", np.arange(1), {"latest_member": np.zeros(1, np.int64)})
        record = records(self._first_rows[region_id].whole(table), leaves_out=["farmer_ids"])[0] | {"id": key}
        if table == "collection_points":
            record["factory_id"] = stated.get("factory_id") or f"factory of {region_id}"
        return record

    def rows(self, table: str) -> Array:
        """Regions have a number for ever, collection points that of their registration."""
        keys = self.records[table]
        if table == "regions":
            return np.array([region_number(key) for key in keys], np.int64)
        if table == "collection_points":
            registered = {key: place for place, key in enumerate(self.registry.ids(table))}
            return np.array([registered.get(key, stable(key, 1_000_000)) for key in keys], np.int64)
        return super().rows(table)

    def latent(self, table: str) -> dict[str, Any]:
        """What follows from their ids, and which grading models list the factories."""
        parents = self.records[table]
        if table == "regions":
            facts = np.empty(len(parents), dtype=object)
            facts[:] = [county_of(region_parts(key)[0]) for key in parents]
            return {"county_facts": facts}
        if table == "factories":
            prefix = self.settings["factories.id_prefix"]
            models = np.array([grading_model_of(key, self.registry, prefix) for key in parents], np.int64)
            return {"grading_model": models, **husbandry(self.rows(table), self.settings)}
        numbers = [row_of(key, f"{reach(point, 'region_id')}-cp-") % MANY_POINTS for key, point in parents.items()]
        after = named([(_named_after(point), 0) for point in parents.values()])
        return {
            "number_in_region": np.array(numbers, np.int64),
            "place": after[0],
            "postcode": after[1],
            "latest_member": np.zeros(len(parents), np.int64),
        }

    def world(self, **changes: Any) -> World:
        """Where everything lies; the regions share what the settings count among themselves."""
        world = super().world(**changes)
        if regions := self.records.get("regions"):
            whole, every = world.whole("regions"), [county_of(region_parts(key)[0]) for key in regions]
            shares = factories_of(every, world.settings)
            whole.set_column("factories_here", shares)
            whole.set_column("first_factory", np.cumsum(shares) - shares)
            whole.set_column("farmers_here", farmers_of(every, world.settings))
        if self.records.get("collection_points"):
            _keep_hours(world.whole("collection_points"))
        return world


def _named_after(point: Record) -> Place:
    """The place that a collection point bears the name of; the county's first one where it is none that is known."""
    name, slug = str(reach(point, "name")), county_of(region_parts(str(reach(point, "region_id")))[0]).slug
    fitting = [place for place in places_of(slug) if f"{name} ".startswith(f"{place.place} ")]
    return max(fitting, key=lambda place: len(place.place), default=places_of(slug)[0])


def _keep_hours(points: Block) -> None:
    """Let points whose records a caller gives have the hours that these state at all times.

    Others had other hours before, as in a dataset: where their record states what they have by now, and was updated
    since.
    """
    name = "operating_hours.weekdays"
    own = Block(points.world, points.recipe, points.rows, {each: points[each] for each in ("opened_day", "status")})
    until = own["hours_until"]
    pairs = zip(texts(points[name]), texts(own[name]), strict=True)
    known = np.array([stated == drawn for stated, drawn in pairs], bool)
    if points.is_given("updated_at"):
        known &= until.max(axis=1, initial=NEVER) <= local_day(points["updated_at"])
    points.set_column("hours_until", np.where(known[:, None], until, NEVER))
    points.set_column("hours_before", own["hours_before"])


def grading_model_of(factory_id: str, registry: FKRegistry, prefix: str) -> int:
    """The number of a factory's grading model: a registered one that lists it, else the models take turns."""
    for number, model in enumerate(MODELS):
        if factory_id in getattr(registry.record("grading_models", model), "active_at_factory", ()):
            return number
    return row_of(factory_id, prefix) % len(MODELS)


_NAMED_BY = {
    "regions": "region_id=...",
    "factories": "factory_id=...",
    "collection_points": "linkage_fields={'collection_point_id': ..., 'factory_id': ...}",
    "farmers": "the farmer's id",
}


def nothing_there(table: str, why: str = "", region_id: str | None = None) -> ValueError:
    """The error of whoever needs a parent and finds none, in a certain region if need be."""
    return nothing_registered(DOMAIN, table, _NAMED_BY[table], why, {"region_id": region_id} if region_id else {})
