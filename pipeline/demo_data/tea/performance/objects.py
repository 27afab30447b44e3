"""The Polyfactory class of farmers' performance, which is computed from documents, given, registered or made for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from pydantic import BaseModel

from demo_data.engine.taking import take
from demo_data.engine.world import Block
from demo_data.objects.call import Call
from demo_data.objects.columns import MISSING, aware, reach
from demo_data.objects.overrides import repeated
from demo_data.recipes.calendar import DAY, inside
from demo_data.recipes.columns import Array, Columns, Events, Maybe, Span
from demo_data.tea.documents.histories import Histories, documents, farmer_record, is_later, schedule
from demo_data.tea.documents.model import Document
from demo_data.tea.documents.recipe.leaves import leaf_column
from demo_data.tea.grading.model import CLASSES
from demo_data.tea.objects import TeaFactory
from demo_data.tea.performance.model import FarmerPerformance
from demo_data.tea.places import MODELS, nothing_there
from demo_data.tea.recipe import UTC_OFFSET

BAG = "extracted_fields.bag_summary."


class FarmerPerformanceFactory(TeaFactory[FarmerPerformance]):
    """The performance of the registered farmers, one row for each.

    It is computed from the farmer's registered documents; where no documents at all are registered, from a history that
    is made for it.

    >>> from demo_data import FarmerFactory
    >>> farmer = FarmerFactory.build_and_register(region_id="nyeri-highland", is_active=True)
    >>> found = FarmerPerformanceFactory.build().historical
    >>> found.total_kg_30d <= found.total_kg_90d <= found.total_kg_year
    True
    """

    @classmethod
    def _parents(cls) -> tuple[str, ...]:
        return (*super()._parents(), "documents")

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
        documents = [Document.model_validate(one) if isinstance(one, Mapping) else one for one in documents]
        of = {reach(document, "linkage_fields.farmer_id") for document in documents} - {MISSING, None}
        if len(of) > 1:
            raise ValueError(f"{cls.__name__}: the documents are of several farmers: {', '.join(sorted(map(str, of)))}")
        if not of and "farmer_id" not in kwargs:
            raise ValueError(f"{cls.__name__}: where no document names a farmer, pass farmer_id=...")
        farmer = of.pop() if of else kwargs["farmer_id"]
        if kwargs.setdefault("farmer_id", farmer) != farmer:
            raise ValueError(f"{cls.__name__}: the documents are of {farmer}, not of {kwargs['farmer_id']}")
        maker = partial(cls._computed, given=documents)
        return cls._objects(1, repeated(kwargs, 1), construct=factory_use_construct, single=True, maker=maker)[0]

    @classmethod
    def _block(cls, call: Call, settings: dict[str, Any]) -> Block:
        return cls._computed(call, settings)

    @classmethod
    def _computed(cls, call: Call, settings: dict[str, Any], given: Sequence[Any] | None = None) -> Block:
        keys = _measured(call)
        records = [farmer_record(key, call.registry, settings) for key in keys]
        histories = Histories(settings, call.registry, records, stand_ins=True)
        known: dict[str, Any] = {name: call.given[name] for name in ("farm_size_hectares",) if name in call.given}
        farmers = histories.block(**known)
        columns: dict[str, Any] = dict(call.given) | {"farmer": np.arange(call.size, dtype=np.int32)}
        models = call.texts("grading_model_id")
        if given and None in models:
            models = [_graded_by(given)]
        if all(model in MODELS for model in models):
            columns["model"] = np.array([MODELS.index(str(model)) for model in models], np.int64)
        bags = _read(given, keys) if given is not None else _delivered(call, farmers, keys, columns.get("model"))
        return Block(farmers.world, cls.recipe(), farmers.rows, columns, {"farmer": farmers, "documents": bags})


def _graded_by(given: Sequence[Any]) -> str | None:
    """The grading model of the latest document that names one."""
    named = [reach(record, "linkage_fields.grading_model_id") for record in given]
    model = next((model for model in reversed(named) if isinstance(model, str)), None)
    if model is not None and model not in MODELS:
        raise ValueError(
            f"the documents are graded by {model!r}, whose leaves cannot be added up; known: {', '.join(MODELS)}"
        )
    return model


def _measured(call: Call) -> list[str]:
    """The farmer of each row: the one named, else those registered, one row each."""
    named = [key for key in call.keys("farmer_id") if key is not None]
    if len(named) == call.size:
        return named
    known = call.registry.ids("farmers")
    if not known:
        raise nothing_there("farmers")
    if call.size > len(known) and not call.single:
        raise ValueError(
            f"{call.size} rows of performance are more than the {len(known)} registered farmers; each has one"
        )
    return [known[(call.made.rows + turn) % len(known)] for turn in range(call.size)]


def _delivered(call: Call, farmers: Block, keys: Sequence[str], model: Array | None) -> Events:
    """What the farmers delivered: their registered documents, or what they would deliver where none are registered."""
    registered = [call.registry.record("documents", key) for key in call.registry.ids("documents")]
    if registered:
        own = set(keys)
        return _read([record for record in registered if reach(record, "linkage_fields.farmer_id") in own], keys)
    (index, day), later = schedule(farmers), is_later(farmers)

    def made(first: int, last: int, *others: Span) -> Columns:
        taken = np.flatnonzero(later & inside(day, [(first, last), *others]))
        given = {} if model is None else {"grading_model": model[index[taken]]}
        return documents(farmers, taken, **given)

    return made


_LEAF_COLUMNS = [leaf_column(*leaf) for leaf in CLASSES]


def _read(documents: Sequence[Any], keys: Sequence[str]) -> Events:
    """Those columns of documents that are there: a class that one does not count is null, a weight it lacks is 0.

    A document counts in every row of its farmer; one that names no farmer counts in the only row.
    """
    rows: dict[Any, list[int]] = {}
    for row, key in enumerate(keys):
        rows.setdefault(key, []).append(row)
    placed = [(record, row) for record in documents for row in rows.get(reach(record, "linkage_fields.farmer_id"), [0])]
    records = [record for record, _ in placed]
    moments = [aware(reach(record, "ingestion.received_at")) for record in records]
    received = np.array([int(moment.timestamp()) for moment in moments], np.int64)
    columns: dict[str, Any] = {
        "farmer": np.array([row for _, row in placed], np.int64),
        "received": received,
        "day": (received + UTC_OFFSET) // DAY,
        "kept": np.rint(np.array(list(_numbers(records, f"{BAG}primary_percentage")), np.float64) * 2),
        f"{BAG}total_weight_kg": np.array(list(_numbers(records, f"{BAG}total_weight_kg")), np.float64),
    }
    for path in _LEAF_COLUMNS:
        values = [reach(record, path) for record in records]
        valid = np.array([isinstance(value, int) for value in values], bool)
        counts = [value if isinstance(value, int) else 0 for value in values]
        columns[path] = Maybe(np.array(counts, np.int64), valid)

    def between(first: int, last: int, *others: Span) -> Columns:
        held = np.flatnonzero(inside(columns["day"], [(first, last), *others]))
        return {name: take(column, held) for name, column in columns.items()}

    return between


def _numbers(documents: Sequence[Any], path: str) -> Iterator[float]:
    for document in documents:
        value = reach(document, path)
        yield float(value) if isinstance(value, int | float) else 0.0
