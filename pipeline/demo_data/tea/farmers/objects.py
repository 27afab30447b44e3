"""The Polyfactory class of farmers: who they are, where their farms lie, and where they bring their leaf."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any

import numpy as np

from demo_data.engine.cells import TableNoise
from demo_data.engine.world import Block
from demo_data.objects.call import Call
from demo_data.objects.columns import reach, texts
from demo_data.objects.registry import FKRegistry
from demo_data.recipes.columns import Array
from demo_data.tea.farmers.homes import enrol
from demo_data.tea.farmers.known_people import know_people
from demo_data.tea.farmers.memberships import memberships, profile_stories
from demo_data.tea.farmers.model import Farmer
from demo_data.tea.farmers.recipe import joins_at
from demo_data.tea.objects import TeaFactory
from demo_data.tea.places import Places, nothing_there, point_region
from demo_data.tea.points.recipe.members import share_out

ONE_BY_ONE = 50
"""Of farmers who are made one by one, so many are half of all who register, as it is not known how many follow."""

MOST_NOTES = 100_000
"""Farmers who are not registered, of whom it is noted where they would deliver."""


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
        point, share, lives_in = homes.dealt(call, wanted)
        given = call.given | {
            "point": point,
            "share_before": share,
            "region": np.array([homes.regions.index(region) for region in lives_in], np.int32),
            **profile_stories(call.rows, settings),
        }
        world = homes.world.but({"farmers.count": call.planned(settings)})
        given |= memberships(world, call.rows, given)
        block = Block(world, cls.recipe(), call.rows, given)
        know_people(block, lives_in)
        homes.note(call, texts(block["id"]), point, block["second"])
        return block

    @classmethod
    def _registered(cls, made: Sequence[Farmer]) -> None:
        enrol(made, cls._state().registry, cls._state().settings(cls)["born"])


class _Homes:
    """The points that farmers of some regions (None: of any) can be dealt to, and a world where they stand."""

    def __init__(self, settings: dict[str, Any], registry: FKRegistry, wanted: Sequence[str | None]) -> None:
        places = Places(settings, registry)
        registered = set(registry.ids("collection_points"))
        for key in registry.ids("collection_points"):
            placeable = registry.record("collection_points", key) or point_region(key) or registry.ids("regions")
            if placeable or wanted == (None,):
                places.add("collection_points", key)
        order = {key: number for number, key in enumerate(places.records.get("factories", ()))}
        points = places.records.get("collection_points", {})
        points = dict(sorted(points.items(), key=lambda point: order[str(reach(point[1], "factory_id"))]))
        places.records["collection_points"] = points
        active = {reach(point, "region_id") for point in points.values() if reach(point, "status") == "active"}
        without = [region for region in wanted if region is not None and region not in active]
        if None in wanted and not active:
            if not registry.ids("regions"):
                raise nothing_there("regions")
            without += registry.ids("regions")
        for region in without:
            places.add("collection_points", f"stand-in of {region}", region_id=region)
        self._keys = [key if key in registered else None for key in points]
        self._of_region = [str(reach(point, "region_id")) for point in points.values()]
        self.regions = list(places.records["regions"])
        self.world = places.world()
        whole, of = self.world.whole("collection_points"), np.array(self._of_region)
        self._size, self._draws, self._settings = whole["size"], whole["draws_joiners"], settings
        self._noise = TableNoise(settings["seed"], "farmers")
        self._usable = {key: np.flatnonzero(whole["is_open"] & ((of == key) | (key is None))) for key in wanted}

    def dealt(self, call: Call, wanted: Sequence[str | None]) -> tuple[Array, Array, list[str]]:
        """The main point of every farmer of a call, the share of those there who register before, and the region.

        Who joins later goes where a dataset has them.
        """
        point = np.zeros(call.size, np.int32)
        random = self._noise.unit("registered_at", call.rows)
        share = (call.rows + random) / (call.rows + random + ONE_BY_ONE)
        joins = (call.rows >= self._settings["farmers.count"]) & call.of_profile(self._settings)
        for region, choice in self._usable.items():
            asked = np.array([of == region for of in wanted])
            later = np.flatnonzero(asked & joins)
            point[later] = choice[joins_at(call.rows[later], self._draws[choice], self._noise)]
            rows = np.flatnonzero(asked & ~joins)
            turned = np.roll(choice, -(call.made.rows % len(choice)))
            if call.single or (call.made.rows and len(rows) < len(turned)):
                point[rows] = turned[np.arange(len(rows)) % len(turned)]
            else:
                last = share_out(len(rows), np.ones(len(turned), bool), self._size[turned])
                place = np.searchsorted(last, np.arange(len(rows)), side="right")
                number = np.diff(last, prepend=0)[place]
                share[rows] = (np.arange(len(rows)) - (last[place] - number) + random[rows]) / number
                point[rows] = turned[place]
        regions = zip(wanted, point.tolist(), strict=True)
        return point, share, [self._of_region[at] if region is None else region for region, at in regions]

    def note(self, call: Call, farmers: Sequence[str], main: Array, second: Array) -> None:
        """Note of each farmer where to enrol, until registered."""
        homes = call.made.notes
        for farmer, point, other in zip(farmers, main.tolist(), second.tolist(), strict=True):
            key = self._keys[point]
            if key is not None:
                homes[farmer] = (key, self._keys[other] if other >= 0 else None)
        for farmer in list(islice(homes, max(len(homes) - MOST_NOTES, 0))):
            del homes[farmer]
