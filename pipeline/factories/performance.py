"""The Polyfactory class of farmers' performance, which is computed from documents, given, registered or made for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from pydantic import BaseModel

from pipeline.engine.world import Block
from pipeline.entities.document import leaf_column
from pipeline.entities.farmer_performance import FarmerPerformance
from pipeline.entities.grading_model import LEAVES
from pipeline.factories.base import EntityFactory
from pipeline.factories.call import Call
from pipeline.factories.columns import MISSING, reach
from pipeline.factories.histories import Histories, documents, farmer_record, schedule, since_registration
from pipeline.factories.places import MODELS, nothing_registered
from pipeline.spec.columns import Array, Columns, Maybe
from pipeline.spec.time import DAY, KENYA

BAG = "extracted_fields.bag_summary."


class FarmerPerformanceFactory(EntityFactory[FarmerPerformance]):
    """The performance of the registered farmers, one row for each.

    It is computed from the farmer's registered documents; where no documents at all are registered, from a history that
    is made for it.

    >>> from pipeline import FarmerFactory
    >>> farmer = FarmerFactory.build_and_register(region_id="nyeri-highland", is_active=True)
    >>> found = FarmerPerformanceFactory.build().historical
    >>> found.total_kg_30d <= found.total_kg_90d <= found.total_kg_year
    True
    """

    __table__ = "farmer_performance"
    __parents__ = ("farmers", "collection_points", "factories", "regions", "grading_models", "documents")

    @classmethod
    def build(
        cls, factory_use_construct: bool = False, documents: Sequence[Any] | None = None, **kwargs: Any
    ) -> FarmerPerformance:
        """One farmer's performance, computed from these `documents` where they are given.

        Raises ValueError where they are of several farmers, or where there is no farmer.
        """
        if documents is None:
            return super().build(factory_use_construct, **kwargs)
        cls._check_names(kwargs)
        if isinstance(documents, BaseModel | Mapping | str) or not isinstance(documents, Iterable):
            raise TypeError(f"{cls.__name__}: documents is a list of documents, not {documents!r:.80}")
        documents = list(documents)
        of = {reach(document, "linkage_fields.farmer_id") for document in documents} - {MISSING, None}
        if len(of) > 1:
            raise ValueError(f"{cls.__name__}: the documents are of several farmers: {', '.join(sorted(map(str, of)))}")
        if not of and "farmer_id" not in kwargs:
            raise ValueError(f"{cls.__name__}: where no document names a farmer, pass farmer_id=...")
        farmer = of.pop() if of else kwargs["farmer_id"]
        if kwargs.setdefault("farmer_id", farmer) != farmer:
            raise ValueError(f"{cls.__name__}: the documents are of {farmer}, not of {kwargs['farmer_id']}")
        maker = partial(cls._computed, given=documents)
        return cls._objects(1, kwargs, construct=factory_use_construct, single=True, maker=maker)[0]

    @classmethod
    def _block(cls, call: Call, settings: dict[str, Any]) -> Block:
        return cls._computed(call, settings)

    @classmethod
    def _computed(cls, call: Call, settings: dict[str, Any], given: Sequence[Any] | None = None) -> Block:
        keys = _measured(call)
        found = [farmer_record(key, call.registry, settings) for key in keys]
        histories = Histories(settings, call.registry, found, stand_ins=True)
        known = {name: call.given[name] for name in ("farm_size_hectares",) if name in call.given}
        farmers = histories.block(settings["days"], **known)
        columns: dict[str, Any] = dict(call.given) | {"farmer": np.arange(call.size, dtype=np.int32)}
        models = call.texts("grading_model_id")
        if given:
            models = [str(reach(given[-1], "linkage_fields.grading_model_id"))]
        if all(model in MODELS for model in models):
            columns["model"] = np.array([MODELS.index(str(model)) for model in models], np.int64)
        bags: Any = _read(given, keys) if given is not None else _delivered(call, farmers, keys, columns.get("model"))
        return Block(farmers.world, cls.recipe(), farmers.rows, columns, {"farmer": farmers, "documents": bags})


def _measured(call: Call) -> list[str]:
    """The farmer of each row: the one named, else those registered, one row each."""
    named = [key for key in call.texts("farmer_id") if key is not None]
    if len(named) == call.size:
        return named
    if "farmer_id" in call.overrides:
        raise TypeError(f"farmer_performance.farmer_id is a text, not {call.overrides['farmer_id'][0]!r:.80}")
    known = call.registry.ids("farmers")
    if not known:
        raise nothing_registered("farmers")
    if call.size > len(known) and not call.single:
        raise ValueError(
            f"{call.size} rows of performance are more than the {len(known)} registered farmers; each has one"
        )
    return [known[(call.made.rows + turn) % len(known)] for turn in range(call.size)]


def _delivered(call: Call, farmers: Block, keys: Sequence[str], model: Array | None) -> Columns:
    """What the farmers delivered: their registered documents, or what they would deliver where none are registered."""
    registered = [call.registry.record("documents", key) for key in call.registry.ids("documents")]
    if registered:
        known = set(keys)
        return _read([found for found in registered if reach(found, "linkage_fields.farmer_id") in known], keys)
    counts, _, _ = schedule(farmers)
    late = np.arange(counts.sum()) >= np.repeat(np.cumsum(counts) - since_registration(farmers), counts)
    taken = np.flatnonzero(late)
    made = documents(farmers, taken)
    return made if model is None else documents(farmers, taken, grading_model=model[made["farmer"]])


_LEAF_COLUMNS = [leaf_column(*leaf) for leaf in LEAVES]


def _read(found: Sequence[Any], keys: Sequence[str]) -> dict[str, Any]:
    """Those columns of documents that are there: a class that one does not count is null, a weight it lacks is 0."""
    farmers = [reach(document, "linkage_fields.farmer_id") for document in found]
    numbers = [keys.index(farmer) if farmer in keys else 0 for farmer in farmers]
    moments = [reach(document, "ingestion.received_at") for document in found]
    received = np.array([int(moment.timestamp()) for moment in moments], np.int64)
    columns: dict[str, Any] = {
        "farmer": np.array(numbers, np.int64),
        "received": received,
        "day": (received + KENYA) // DAY,
        "kept": np.rint(np.array(list(_numbers(found, f"{BAG}primary_percentage")), np.float64) * 2),
        f"{BAG}total_weight_kg": np.array(list(_numbers(found, f"{BAG}total_weight_kg")), np.float64),
    }
    for path in _LEAF_COLUMNS:
        values = [reach(document, path) for document in found]
        valid = np.array([isinstance(value, int) for value in values], bool)
        counts = [value if isinstance(value, int) else 0 for value in values]
        columns[path] = Maybe(np.array(counts, np.int64), valid)
    return columns


def _numbers(found: Sequence[Any], path: str) -> Iterator[float]:
    for document in found:
        value = reach(document, path)
        yield float(value) if isinstance(value, int | float) else 0.0
