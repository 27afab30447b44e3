"""The Polyfactory class of farmers: who they are, where their farms lie, and where they bring their leaf."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from demo_data.engine.world import Block, World
from demo_data.objects import state
from demo_data.objects.base import EntityFactory
from demo_data.objects.call import Call
from demo_data.objects.columns import reach, texts
from demo_data.objects.registry import FKRegistry
from demo_data.recipes.columns import Array
from demo_data.tea import DOMAIN
from demo_data.tea.farmers.model import Farmer
from demo_data.tea.objects.locations import total
from demo_data.tea.objects.people import know_people
from demo_data.tea.objects.places import Places, Record, nothing_registered, point_region
from demo_data.tea.points.recipe import share_out

MOST_HOMES = 100_000
"""Farmers who are not registered, of whom it is remembered where they would deliver."""

Home = tuple[str, str | None]
"""The ids of a farmer's main and second collection point."""


class FarmerFactory(EntityFactory[Farmer]):
    """Farmers around the registered collection points, or in the registered regions where there are none.

    Registering farmers enrols them at their points. Names, gender and language fit each other and the county, and
    what the caller gives of them.

    >>> farmer = FarmerFactory.build(region_id="kericho-highland", notification_channel="whatsapp")
    >>> farmer.region_id, farmer.notification_channel.value
    ('kericho-highland', 'whatsapp')
    >>> len({farmer.contact.phone for farmer in FarmerFactory.batch(1000, region_id="kericho-highland")})
    1000
    """

    __table__ = "farmers"
    __parents__ = ("collection_points", "factories", "regions")

    @classmethod
    def _block(cls, call: Call, settings: dict[str, Any]) -> Block:
        wanted = call.texts("region_id")
        if "region_id" in call.overrides and None in wanted:
            raise TypeError(f"farmers.region_id is a text, not {call.overrides['region_id'][0]!r:.80}")
        homes = _homes(cls, call, settings, tuple(dict.fromkeys(wanted)))
        point, regions = homes.dealt(call, wanted)
        given = call.given | {
            "point": point,
            "region": np.array([homes.regions.index(region) for region in regions], np.int32),
            "scenario": scenarios(call.rows, settings),
        }
        block = Block(homes.world(total(call, settings)), cls.recipe(), call.rows, given)
        know_people(block, regions)
        homes.remember(texts(block["id"]), point, block["second"])
        return block

    @classmethod
    def _registered(cls, made: Sequence[Farmer]) -> None:
        enrol(made, state.get_fk_registry())


class _Homes:
    """The points that farmers of some regions (None: of any) can be dealt to, and a world where they stand."""

    def __init__(self, settings: dict[str, Any], registry: FKRegistry, wanted: Sequence[str | None]) -> None:
        places = Places(settings, registry)
        registered = set(registry.ids("collection_points"))
        for key in registry.ids("collection_points"):
            told = registry.record("collection_points", key) or point_region(key) or registry.ids("regions")
            if told or wanted == (None,):
                places.point(key)
        factories = {key: place for place, key in enumerate(places.factories)}
        by_factory = sorted(places.points.items(), key=lambda item: factories[str(reach(item[1], "factory_id"))])
        places.points = dict(by_factory)
        active = {reach(point, "region_id") for point in places.points.values() if reach(point, "status") == "active"}
        for region in wanted:
            if region is None and not active:
                if not registry.ids("regions"):
                    raise nothing_registered("regions")
                for each in registry.ids("regions"):
                    places.point(f"stand-in of {each}", each)
            elif region is not None and region not in active:
                places.point(f"stand-in of {region}", region)
        self._keys = [key if key in registered else None for key in places.points]
        self._of_region = [str(reach(point, "region_id")) for point in places.points.values()]
        self.regions = list(places.regions)
        self._world = places.world()
        whole = self._world.whole("collection_points")
        self._size = whole["size"]
        in_region = {region: np.array([region in (None, of) for of in self._of_region]) for region in wanted}
        self._usable = {region: np.flatnonzero(whole["is_open"] & inside) for region, inside in in_region.items()}

    def dealt(self, call: Call, wanted: Sequence[str | None]) -> tuple[Array, list[str]]:
        """The main point of every farmer of a call, and the region."""
        point = np.zeros(call.size, np.int32)
        for region, choice in self._usable.items():
            rows = np.flatnonzero([each == region for each in wanted])
            turned = np.roll(choice, -(call.made.rows % len(choice)))
            if call.single or (call.made.rows and len(rows) < len(turned)):
                point[rows] = turned[np.arange(len(rows)) % len(turned)]
            else:
                last = share_out(len(rows), np.ones(len(turned), bool), self._size[turned])
                point[rows] = turned[np.searchsorted(last, np.arange(len(rows)), side="right")]
        regions = zip(wanted, point.tolist(), strict=True)
        return point, [self._of_region[at] if region is None else region for region, at in regions]

    def world(self, farmers: int) -> World:
        """The world of these points with so many farmers."""
        return self._world.but({"farmers.count": farmers})

    def remember(self, farmers: Sequence[str], main: Array, second: Array) -> None:
        """Keep for each farmer where to enrol, until registered."""
        homes = state.current().homes
        for farmer, point, other in zip(farmers, main.tolist(), second.tolist(), strict=True):
            key = self._keys[point]
            if key is not None:
                homes[farmer] = (key, self._keys[other] if other >= 0 else None)
        for farmer in list(homes)[: max(len(homes) - MOST_HOMES, 0)]:
            del homes[farmer]


def _homes(factory: type, call: Call, settings: dict[str, Any], wanted: tuple[str | None, ...]) -> _Homes:
    """The homes, from the last call if nothing has changed since."""
    versions = tuple(call.registry.version(parent) for parent in FarmerFactory.__parents__)
    depends = (call.registry, versions, settings["seed"], settings["as_of"], state.current().profile, wanted)
    kept = state.current().kept
    if kept.get(factory, (None,))[0] != depends:
        kept[factory] = (depends, _Homes(settings, call.registry, wanted))
    homes: _Homes = kept[factory][1]
    return homes


def scenarios(rows: Array, settings: Mapping[str, Any]) -> Array:
    """The number of each farmer's scenario in the profile's list, or -1; so beyond the profile's farmers."""
    found = np.full(len(rows), -1)
    told = np.flatnonzero(rows < settings["farmers.count"])
    if settings["farmers.scenarios"] and len(told):
        found[told] = Block(World(DOMAIN, settings), DOMAIN.recipes["farmers"], rows[told])["scenario"]
    return found


def enrol(farmers: Sequence[Any], registry: FKRegistry) -> None:
    """Add registered farmers to the lists of their registered collection points: first where it is the main one."""
    kept = state.current().homes
    homes = {farmer.id: kept.pop(farmer.id) for farmer in farmers if farmer.id in kept}
    registry.homes |= homes
    listed: dict[str, set[str]] = {}
    for place in (0, 1):
        for farmer, points in homes.items():
            key = points[place]
            record: Any = registry.record("collection_points", key) if key else None
            if isinstance(getattr(record, "farmer_ids", None), list) and farmer not in listed.setdefault(
                str(key), set(record.farmer_ids)
            ):
                record.farmer_ids.append(farmer)
                listed[str(key)].add(farmer)


def homes_of(farmers: Sequence[Record], registry: FKRegistry) -> list[Home | None]:
    """Each farmer's main and second collection point: where the farmer was enrolled, is listed, or else lives."""
    points = {key: registry.record("collection_points", key) for key in registry.ids("collection_points")}
    made = state.current().homes

    def still(farmer: Record, home: Home | None) -> Home | None:
        """The home, if the point is registered and lies in the farmer's region."""
        at_home = home and home[0] in points and reach(points[home[0]], "region_id") == reach(farmer, "region_id")
        return home if at_home else None

    ids = [str(reach(farmer, "id")) for farmer in farmers]
    homes = [still(farmer, registry.homes.get(key)) for farmer, key in zip(farmers, ids, strict=True)]
    if None in homes:
        listed: dict[str, list[str]] = {}
        for point, record in points.items():
            for key in reach(record, "farmer_ids") if record else ():
                listed.setdefault(key, []).append(point)
        for place, (farmer, key) in enumerate(zip(farmers, ids, strict=True)):
            if homes[place] is None:
                of = listed.get(key)
                homes[place] = (of[0], of[1] if len(of) > 1 else None) if of else still(farmer, made.get(key))
            if homes[place] is None:
                homes[place] = next(((point, None) for point in _near(reach(farmer, "region_id"), points)), None)
    return homes


def _near(region_id: str, points: Mapping[str, Record | None]) -> list[str]:
    """The first active point of a region, or one of which nothing but the id is known."""
    for point, record in points.items():
        at_home = record and reach(record, "region_id") == region_id and reach(record, "status") == "active"
        if at_home or (record is None and point_region(point) in (None, region_id)):
            return [point]
    return []
