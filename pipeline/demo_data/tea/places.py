"""The regions, factories and collection points that objects are placed in: registered ones, known ones, stand-ins.

A stand-in is a record that is never handed out. It takes the place of a parent of which only the id is known, or of
which a child needs to know nothing but where it lies.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from demo_data.engine.world import World
from demo_data.objects.columns import columns_of, reach, records
from demo_data.objects.parents import Record, nothing_registered, row_of, stable
from demo_data.objects.registry import FKRegistry
from demo_data.recipes.columns import Array
from demo_data.tea import DOMAIN
from demo_data.tea.kenya.places import County, counties
from demo_data.tea.reference import reference_rows
from demo_data.tea.regions.model import AltitudeBandLabel, Region
from demo_data.tea.regions.recipe import region_of

BANDS = (AltitudeBandLabel.HIGHLAND, AltitudeBandLabel.MIDLAND, AltitudeBandLabel.LOWLAND)
REGIONS = len(BANDS) * len(counties())
"""How many regions can be made: every tea county in every band."""

MANY_POINTS = 1_000
"""Points that are told apart by their post boxes where their ids hold no number of their own."""

MODELS = tuple(str(row["model_id"]) for row in reference_rows("grading_models"))
"""The grading models, by number."""

_REGION_ID = re.compile(r"^([a-z0-9]+)-(highland|midland|lowland)$")
_ONE_OF_EACH = {"regions.count": 1, "factories.count": 1, "collection_points.count": 1}


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
    told = point_id.rpartition("-cp-")[0]
    return told if _REGION_ID.match(told) else None


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


class Places:
    """Parents by key, gathered one by one, then adopted as the whole tables of an engine's world.

    Whoever is added brings the parents that it has in turn. `registry` is asked for records; the rest are stand-ins.
    """

    def __init__(self, settings: Mapping[str, Any], registry: FKRegistry) -> None:
        self.settings = dict(settings)
        self.registry = registry
        self.regions: dict[str, Record] = {}
        self.factories: dict[str, Record] = {}
        self.points: dict[str, Record] = {}
        self._stand_ins: dict[str, dict[str, dict[str, Any]]] = {}

    def region(self, region_id: str) -> int:
        """The number of a region among those gathered."""
        if region_id not in self.regions:
            self.regions[region_id] = self.registry.record("regions", region_id) or known_region(region_id)
        return list(self.regions).index(region_id)

    def factory(self, factory_id: str, region_id: str | None = None) -> Record:
        """A factory; `region_id` is where a stand-in lies, by default a registered region."""
        if factory_id not in self.factories:
            found = self.registry.record("factories", factory_id)
            self.factories[factory_id] = found or self._stand_in("factories", factory_id, region_id)
            self.region(reach(self.factories[factory_id], "region_id"))
        return self.factories[factory_id]

    def point(self, point_id: str, region_id: str | None = None, factory_id: str | None = None) -> Record:
        """A collection point; `region_id` and `factory_id` are those of a stand-in."""
        if point_id not in self.points:
            found: Record | None = self.registry.record("collection_points", point_id)
            if found is None:
                region_id = region_id or point_region(point_id)
                made = self._stand_in("collection_points", point_id, region_id)
                found = made | {"factory_id": factory_id or f"factory of {made['region_id']}"}
            self.points[point_id] = found
            self.region(reach(found, "region_id"))
            self.factory(reach(found, "factory_id"), reach(found, "region_id"))
        return self.points[point_id]

    def _stand_in(self, table: str, key: str, region_id: str | None) -> dict[str, Any]:
        """A factory or an active collection point in a region."""
        if region_id is None:
            regions = self.registry.ids("regions")
            if not regions:
                raise nothing_there("regions")
            region_id = regions[stable(key, len(regions))]
        if region_id not in self._stand_ins:
            self.region(region_id)
            world = World(DOMAIN, self.settings | _ONE_OF_EACH)
            adopt_regions(world, {region_id: self.regions[region_id]})
            self._stand_ins[region_id] = {
                "factories": records(world.rows("factories", 0, 1))[0],
                "collection_points": records(world.rows("collection_points", 0, 1), leaves_out=["farmer_ids"])[0],
            }
        return self._stand_ins[region_id][table] | {"id": key}

    def world(self, **changes: Any) -> World:
        """A world of all that was gathered; `changes` are settings (`__` is the dot)."""
        regions, factories = list(self.regions), list(self.factories)
        counts = {
            "regions.count": max(len(regions), 1),
            "factories.count": max(len(factories), 1),
            "collection_points.count": max(len(self.points), 1),
        }
        changes = {path.replace("__", "."): value for path, value in changes.items()}
        world = World(DOMAIN, self.settings | counts | changes)
        adopt_regions(world, self.regions)
        given = columns_of(DOMAIN.recipes["factories"], list(self.factories.values()))
        given["region"] = indices(self.factories, "region_id", regions)
        prefix = self.settings["factories.id_prefix"]
        given["grading_model"] = np.array([grading_model_of(key, self.registry, prefix) for key in factories], np.int64)
        world.use_rows("factories", np.array([row_of(key, prefix) for key in factories], np.int64), given)
        given = columns_of(DOMAIN.recipes["collection_points"], list(self.points.values()))
        given |= {
            "region": indices(self.points, "region_id", regions),
            "factory": indices(self.points, "factory_id", factories),
            "number_in_region": np.array(
                [row_of(key, f"{reach(point, 'region_id')}-cp-") % MANY_POINTS for key, point in self.points.items()],
                np.int64,
            ),
        }
        registered = {key: place for place, key in enumerate(self.registry.ids("collection_points"))}
        rows = [registered.get(key, stable(key, 1_000_000)) for key in self.points]
        world.use_rows("collection_points", np.array(rows, np.int64), given)
        return world


def grading_model_of(factory_id: str, registry: FKRegistry, prefix: str) -> int:
    """The number of a factory's grading model: a registered one that lists it, else the models take turns."""
    for number, model in enumerate(MODELS):
        if factory_id in getattr(registry.record("grading_models", model), "active_at_factory", ()):
            return number
    return row_of(factory_id, prefix) % len(MODELS)


def adopt_regions(world: World, regions: Mapping[str, Record]) -> None:
    """Let these regions be the world's."""
    given: dict[str, Any] = dict(columns_of(DOMAIN.recipes["regions"], list(regions.values())))
    facts = np.empty(len(regions), dtype=object)
    facts[:] = [county_of(region_parts(key)[0]) for key in regions]
    numbers = np.array([region_number(key) for key in regions], np.int64)
    world.use_rows("regions", numbers, given | {"county_facts": facts})


def indices(found: Mapping[str, Record], field: str, keys: Sequence[str]) -> Array:
    """Where the parents' keys stand in a list."""
    place = {key: number for number, key in enumerate(keys)}
    return np.array([place[reach(record, field)] for record in found.values()], np.int64)


_NAMED_BY = {
    "regions": "region_id=...",
    "factories": "factory_id=...",
    "collection_points": "linkage_fields={'collection_point_id': ..., 'factory_id': ...}",
    "farmers": "the farmer's id",
}


def nothing_there(table: str, why: str = "", region_id: str | None = None) -> ValueError:
    """The error of whoever needs a parent and finds none, in a certain region if need be."""
    return nothing_registered(DOMAIN, table, _NAMED_BY[table], why, {"region_id": region_id} if region_id else {})
