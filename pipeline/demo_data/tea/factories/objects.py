"""The Polyfactory class of tea factories."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from demo_data.engine.world import Block
from demo_data.objects.call import Call
from demo_data.tea.factories.model import Factory
from demo_data.tea.objects import TeaFactory, picked, seats_among
from demo_data.tea.places import MODELS, Places, grading_model_of, husbandry
from demo_data.tea.recipe.intake import expected
from demo_data.tea.recipe.shares import factories_of


class FactoryEntityFactory(TeaFactory[Factory]):
    """Tea factories in the registered regions."""

    @classmethod
    def _block(cls, call: Call, settings: dict[str, Any]) -> Block:
        places = Places(settings, call.registry)
        places.index("regions", call.registry.ids("regions"))  # which share the factories
        regions = picked(call, "region_id", "regions")
        numbers = places.index("regions", regions)
        world = places.world(
            factories__count=call.planned(settings), regions__count=max(1, len(call.registry.ids("regions")))
        )
        in_region = call.numbered("region_id", regions)
        every = list(world.whole("regions")["county_facts"])
        seats = seats_among(in_region, factories_of(every, settings)[numbers], call, settings)
        given = {"region": numbers, "number_in_region": in_region, "factories_of_region": seats}
        given |= husbandry(call.rows, settings)
        block = Block(world, cls.recipe(), call.rows, call.given | given)
        if not call.of_profile(settings):  # whose farmers nobody knows
            usual = np.full(call.size, settings["farmers.count"] / settings["factories.count"])
            for name, column in zip(("plucked_hectares", "plucked_squares"), expected(usual, settings), strict=True):
                block.set_column(name, column)
        return block

    @classmethod
    def _registered(cls, made: Sequence[Factory]) -> None:
        """Each factory joins the list of its grading model, where that is registered."""
        registry, prefix = cls._state().registry, cls._state().settings(cls)["factories.id_prefix"]
        for factory in made:
            model: Any = registry.record("grading_models", MODELS[grading_model_of(factory.id, registry, prefix)])
            if model is not None and factory.id not in model.active_at_factory:
                model.active_at_factory.append(factory.id)
