"""The Polyfactory class of quality documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pipeline.engine.world import Block
from pipeline.entities.document import Document
from pipeline.entities.farmer import Farmer
from pipeline.entities.quality import SCENARIOS
from pipeline.errors import nearest
from pipeline.factories import state
from pipeline.factories.base import EntityFactory
from pipeline.factories.call import Call
from pipeline.factories.columns import reach
from pipeline.factories.histories import Histories, Named, documents, farmer_record, schedule
from pipeline.factories.places import MODELS, nothing_registered
from pipeline.profile import MAX_DAYS
from pipeline.spec.columns import Array, Column
from pipeline.spec.time import DAY, KENYA, MICRO

MOST = 9_999
"""Deliveries of one farmer that can be numbered."""

COUNTED = "document of farmer"


class DocumentFactory(EntityFactory[Document]):
    """Quality documents: deliveries of the registered active farmers at their registered collection points.

    A farmer's documents are the deliveries of the last 90 days (or of the profile's history) in order of time; who asks
    for more than these gets older ones.

    >>> from pipeline import CollectionPointFactory, FactoryEntityFactory, FarmerFactory, RegionFactory
    >>> for factory in (RegionFactory, FactoryEntityFactory, CollectionPointFactory):
    ...     parents = factory.build_batch_and_register(2)
    >>> farmer = FarmerFactory.build_and_register(is_active=True)
    >>> DocumentFactory.build().linkage_fields["farmer_id"] == farmer.id
    True
    >>> story = DocumentFactory.build_history(farmer, scenario="top_performer", days=30)
    >>> all(document.extracted_fields["bag_summary"]["primary_percentage"] >= 85 for document in story)
    True
    """

    __table__ = "documents"
    __parents__ = ("farmers", "collection_points", "factories", "regions", "grading_models")

    @classmethod
    def _block(cls, call: Call, settings: dict[str, Any]) -> Block:
        keys = _deliverers(call)
        ids = list(dict.fromkeys(keys)) if keys else _active(call)
        found = [farmer_record(key, call.registry, settings) for key in ids]
        histories = Histories(settings, call.registry, found, named=_named(call.overrides))
        farmers = histories.block(settings["days"], is_active=np.ones(len(ids), bool))
        usual, _, _ = schedule(farmers)
        if keys:
            wanted = np.bincount([ids.index(key) for key in keys], minlength=len(ids))
        else:
            wanted = np.diff(np.cumsum(np.maximum(usual, 1)) * call.size // np.maximum(usual, 1).sum(), prepend=0)
        before = np.array([call.made.below[COUNTED, key] for key in ids], np.int64)
        if (before + wanted).max() > MOST:
            raise ValueError(
                f"a farmer's deliveries are numbered up to {MOST:,}; {cls.__name__}.reset_counter() starts again"
            )
        farmers = histories.longer(farmers, np.where(wanted > 0, before + wanted, 0))
        farmer = np.repeat(np.arange(len(ids)), wanted)
        turn = before[farmer] + np.arange(len(farmer)) - np.repeat(np.cumsum(wanted) - wanted, wanted)
        back = np.where(turn < usual[farmer], usual[farmer] - 1 - turn, turn)
        taken = np.cumsum(schedule(farmers)[0])[farmer] - 1 - back
        if not call.single:  # by farmer, and each one's in order of time
            taken = np.sort(taken)
        if keys:
            order = np.argsort(np.argsort([ids.index(key) for key in keys], kind="stable"), kind="stable")
            taken, turn, farmer = taken[order], turn[order], farmer[order]
        call.counted.append((COUNTED, [ids[place] for place in farmer]))
        return _placed(call, histories, farmers, taken, turn + 1)

    @classmethod
    def build_history(
        cls, farmer: Farmer | str, scenario: str | None = None, days: int = 90, **overrides: Any
    ) -> list[Document]:
        """Every delivery of a farmer (or of a registered farmer's id) in the last `days` days, oldest first.

        `scenario` is the farmer's story: improving_trend, declining_trend, top_performer, consistently_poor, or
        inactive, which has no deliveries; without one, quality stays near one tier. Raises ValueError for an unknown
        scenario, for one that delivers where the farmer is not active, and where no collection point is registered.
        """
        if scenario is not None and scenario not in SCENARIOS:
            raise ValueError(f"{scenario!r} is no scenario; {nearest(str(scenario), SCENARIOS)}")
        days = state.whole(f"{cls.__name__}: the number of days", days, 1, MAX_DAYS)
        cls._check_names(overrides)
        registry, settings = state.get_fk_registry(), state.current().settings(cls)
        record = farmer_record(farmer, registry, settings) if isinstance(farmer, str) else farmer
        stories = SCENARIOS[scenario] if scenario else ()
        active = bool(reach(record, "is_active"))
        if stories and not active:
            raise ValueError(f"{reach(record, 'id')} is not active and delivers nothing, so {scenario} cannot be shown")
        if not active or scenario == "inactive":
            return []
        named = _named({name: [value] for name, value in overrides.items()})
        histories = Histories(settings, registry, [record], scenario=scenario, named=named)
        farmers = histories.block(days)
        size = int(schedule(farmers)[0][0])

        def told(call: Call, _: dict[str, Any]) -> Block:
            number = call.made.below[COUNTED, histories.ids[0]] + np.arange(1, size + 1)
            call.counted.append((COUNTED, histories.ids * size))
            return _placed(call, histories, farmers, np.arange(size), number)

        return cls._objects(size, overrides, maker=told) if size else []


def _deliverers(call: Call) -> list[str]:
    """The farmer of each document: the one named, or the registered ones in turn; nobody yet where a batch is dealt."""
    for path in ("linkage_fields.farmer_id", "extracted_fields.farmer_id"):
        named = [key for key in call.texts(path) if key is not None]
        if len(named) == call.size:
            return named
    if call.single:
        active = _active(call)
        return [active[number] for number in call.dealt(len(active))]
    return []


def _active(call: Call) -> list[str]:
    """The registered farmers who deliver."""
    known = call.registry.ids("farmers")
    active = [key for key in known if reach(call.registry.record("farmers", key), "is_active") is not False]
    if not active:
        raise nothing_registered("farmers", " that are active" if known else "")
    return active


def _named(overrides: Mapping[str, Sequence[Any]]) -> Named:
    links = [value for value in overrides.get("linkage_fields", ()) if isinstance(value, Mapping)]
    link = links[0] if links else {}
    return Named(link.get("collection_point_id"), link.get("factory_id"))


def _placed(call: Call, histories: Histories, farmers: Block, taken: Array, number: Array) -> Block:
    """The documents, at the moments and factories and under the grading models that the caller names."""
    columns: dict[str, Column] = {"number": number} | dict(call.given)
    if "ingestion.received_at" in call.given:
        received: Array = np.asarray(call.given["ingestion.received_at"]) // MICRO
        columns |= {"received": received, "day": (received + KENYA) // DAY}
    factories = list(histories.places.factories)
    named = {"factory": ("factory_id", factories), "grading_model": ("grading_model_id", MODELS)}
    for name, (field, known) in named.items():
        keys = call.texts(f"linkage_fields.{field}")
        if all(key in known for key in keys):
            columns[name] = np.array([known.index(str(key)) for key in keys], np.int64)
    return documents(farmers, taken, **columns)
