"""The Polyfactory class of collection points."""

from __future__ import annotations

from typing import Any

import numpy as np

from demo_data.engine.world import Block
from demo_data.objects.call import Call
from demo_data.objects.columns import reach, texts
from demo_data.tea.farmers.homes import NOBODY
from demo_data.tea.objects import TeaFactory, picked, seats_among
from demo_data.tea.places import Places
from demo_data.tea.points.model import CollectionPoint
from demo_data.tea.points.recipe import CLERKS, MEAN_SIZE
from demo_data.tea.points.recipe.members import share_out
from demo_data.tea.recipe.intake import expected, joiners
from demo_data.tea.recipe.shares import first_points


class CollectionPointFactory(TeaFactory[CollectionPoint]):
    """Collection points of the registered tea factories, each in its factory's region. Their farmers enrol later.

    A registered point's capacity grows with what these may bring, unless the caller has stated it or a profile has told
    who they will be.
    """

    @classmethod
    def _block(cls, call: Call, settings: dict[str, Any]) -> Block:
        places = Places(settings, call.registry)
        named = call.texts("region_id")
        factories = picked(call, "factory_id", "factories", within=named)
        for key in call.registry.ids("factories"):  # which share the land
            if call.registry.record("factories", key):
                places.add("factories", key)
        made = [places.add("factories", key, region_id=region) for key, region in zip(factories, named, strict=True)]
        regions = [region or reach(factory, "region_id") for region, factory in zip(named, made, strict=True)]
        numbers = {
            "region": places.index("regions", regions),
            "factory": places.index("factories", factories),
            "number_in_region": call.numbered("region_id", regions),
            "number_in_factory": call.numbered("factory_id", factories),
            "latest_member": np.zeros(call.size, np.int64),
        }
        world = places.world(collection_points__count=call.planned(settings))
        shared = settings | {"factories.count": len(places.records["factories"])}
        first, last = (first_points(numbers["factory"] + later, shared) for later in (0, 1))
        numbers["points_of_factory"] = seats_among(numbers["number_in_factory"], last - first, call, settings)
        block = Block(world, cls.recipe(), call.rows, call.given | numbers)
        if not call.of_profile(settings):  # others' clerks come after all that the profile's points can have
            own, clerk = settings["collection_points.count"] if call.state.profile else 0, block["clerk_turn"]
            number = np.where(call.rows < own, call.rows + clerk * own, call.rows * CLERKS + clerk)
            block.set_column("clerk_number", number)
        farmers, points, is_open = settings["farmers.count"], settings["collection_points.count"], block["is_open"]
        unknown = call.single or not call.of_profile(settings) or call.size < points  # who their farmers will be
        if unknown:
            if call.single or not is_open.any():
                members = np.where(is_open, farmers // points, 0)
            else:
                members = np.diff(share_out(farmers * call.size // points, is_open, block["size"]), prepend=0)
            members = members * (1 + joiners(settings) / farmers)
            for name, column in zip(("plucked_hectares", "plucked_squares"), expected(members, settings), strict=True):
                block.set_column(name, column)
            block.set_column("usual_share", block["size"] / (MEAN_SIZE * points))
        grows = unknown and "capacity.max_daily_kg" not in call.given
        plucked = dict.fromkeys(texts(block["id"]), NOBODY if grows else None)
        call.registry.notes["collection_points"].update(plucked)
        return block
