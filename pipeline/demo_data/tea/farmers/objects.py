"""The Polyfactory class of farmers: who they are, where their farms lie, and where they bring their leaf."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

import numpy as np

from demo_data.engine.world import Block, World
from demo_data.objects.call import Call
from demo_data.objects.columns import reach, texts
from demo_data.objects.registry import FKRegistry
from demo_data.recipes.columns import Array
from demo_data.tea.farmers.homes import enrol, remember, scenarios
from demo_data.tea.farmers.known_people import know_people
from demo_data.tea.farmers.model import Farmer
from demo_data.tea.objects import TeaFactory
from demo_data.tea.places import Places, nothing_there, point_region
from demo_data.tea.points.recipe import share_out


class FarmerFactory(TeaFactory[Farmer]):
    """Farmers around the registered collection points, or in the registered regions where there are none.

    Registering farmers enrols them at their points. Names, gender and language fit each other and the county, and
    what the caller gives of them.

    >>> farmer = FarmerFactory.build(region_id="kericho-highland", notification_channel="whatsapp")
    >>> farmer.region_id, farmer.notification_channel.value
    ('kericho-highland', 'whatsapp')
    >>> len({farmer.contact.phone for farmer in FarmerFactory.batch(1000, region_id="kericho-highland")})
    1000
    """

    @classmethod
    def _block(cls, call: Call, settings: dict[str, Any]) -> Block:
        wanted = call.keys("region_id")
        regions = tuple(dict.fromkeys(wanted))
        homes = cls._kept((regions,), lambda: _Homes(settings, call.registry, regions))
        point, lives_in = homes.dealt(call, wanted)
        given = call.given | {
            "point": point,
            "region": np.array([homes.regions.index(region) for region in lives_in], np.int32),
            "scenario": scenarios(call.rows, settings),
        }
        block = Block(homes.world(call.planned(settings)), cls.recipe(), call.rows, given)
        know_people(block, lives_in)
        homes.remember(texts(block["id"]), point, block["second"])
        return block

    @classmethod
    def _registered(cls, made: Sequence[Farmer]) -> None:
        enrol(made, cls._state().registry)


class _Homes:
    """The points that farmers of some regions (None: of any) can be dealt to, and a world where they stand."""

    def __init__(self, settings: dict[str, Any], registry: FKRegistry, wanted: Sequence[str | None]) -> None:
        places = Places(settings, registry)
        registered = set(registry.ids("collection_points"))
        for key in registry.ids("collection_points"):
            told = registry.record("collection_points", key) or point_region(key) or registry.ids("regions")
            if told or wanted == (None,):
                places.add("collection_points", key)
        points = places.records.get("collection_points", {})
        order = places.index("factories", [reach(point, "factory_id") for point in points.values()])
        by_factory = [point for _, point in sorted(zip(order.tolist(), points.items(), strict=True), key=itemgetter(0))]
        points = places.records["collection_points"] = dict(by_factory)
        active = {reach(point, "region_id") for point in points.values() if reach(point, "status") == "active"}
        for region in wanted:
            if region is None and not active:
                if not registry.ids("regions"):
                    raise nothing_there("regions")
                for each in registry.ids("regions"):
                    places.add("collection_points", f"stand-in of {each}", region_id=each)
            elif region is not None and region not in active:
                places.add("collection_points", f"stand-in of {region}", region_id=region)
        self._keys = [key if key in registered else None for key in points]
        self._of_region = [str(reach(point, "region_id")) for point in points.values()]
        self.regions = list(places.records["regions"])
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
        homes = {}
        for farmer, point, other in zip(farmers, main.tolist(), second.tolist(), strict=True):
            key = self._keys[point]
            if key is not None:
                homes[farmer] = (key, self._keys[other] if other >= 0 else None)
        remember(homes)
