"""The Polyfactory class of quality documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from pydantic import BaseModel

from demo_data.common.errors import nearest
from demo_data.engine.world import Block
from demo_data.objects.call import Call
from demo_data.objects.columns import reach
from demo_data.objects.overrides import repeated
from demo_data.objects.parents import latest_last
from demo_data.objects.registry import FKRegistry
from demo_data.objects.state import whole
from demo_data.recipes.calendar import DAY, MICRO
from demo_data.recipes.columns import Array, Coded
from demo_data.tea import DOMAIN
from demo_data.tea.documents.histories import (
    Histories,
    Named,
    delivered,
    documents,
    farmer_record,
    schedule,
    since_registration,
)
from demo_data.tea.documents.model import LEAVES, Document, LinkageFields
from demo_data.tea.documents.recipe import SOURCES
from demo_data.tea.farmers.homes import Home, homes_of
from demo_data.tea.farmers.model import Farmer
from demo_data.tea.objects import TeaFactory
from demo_data.tea.places import MODELS, nothing_there
from demo_data.tea.recipe import SCENARIOS, UTC_OFFSET

COUNTED = "linkage_fields.farmer_id"
BAG = "extracted_fields.bag_summary."


class DocumentFactory(TeaFactory[Document]):
    """Quality documents: deliveries of the registered active farmers at their registered collection points.

    A farmer's latest delivery comes first, then earlier ones; a batch is in order of the months, and each farmer's are
    in order of time. Numbers are those of the deliveries in the last 90 days (or in the profile's history); older ones
    get the numbers after these.

    >>> from demo_data import CollectionPointFactory, FactoryEntityFactory, FarmerFactory, RegionFactory
    >>> for factory in (RegionFactory, FactoryEntityFactory, CollectionPointFactory):
    ...     parents = factory.build_batch_and_register(2)
    >>> farmer = FarmerFactory.build_and_register(is_active=True)
    >>> DocumentFactory.build().linkage_fields["farmer_id"] == farmer.id
    True
    >>> story = DocumentFactory.build_history(farmer, scenario="top_performer", days=30)
    >>> all(document.extracted_fields["bag_summary"]["primary_percentage"] >= 85 for document in story)
    True
    """

    @classmethod
    def _block(cls, call: Call, settings: dict[str, Any]) -> Block:
        named = _named(call.overrides)
        keys = _deliverers(call, named)
        ids = list(dict.fromkeys(keys)) if keys else _eligible(call.registry, named, who_left=True)
        records = [farmer_record(key, call.registry, settings) for key in ids]
        histories = Histories(settings, call.registry, records, named=named)
        farmers = histories.block(all_deliver=bool(keys))
        usual = since_registration(farmers)
        if keys:
            wanted = np.bincount([ids.index(key) for key in keys], minlength=len(ids))
        else:
            active = np.array([reach(record, "is_active") is not False for record in records])
            weights = usual if usual.any() else active.astype(np.int64)
            wanted = np.diff(np.cumsum(weights) * call.size // weights.sum(), prepend=0)
        before = np.array([call.made.below[COUNTED, key] for key in ids], np.int64)
        farmers = histories.longer(farmers, np.where(wanted > 0, before + wanted, 0))
        farmer = np.repeat(np.arange(len(ids)), wanted)
        back = before[farmer] + np.arange(len(farmer)) - np.repeat(np.cumsum(wanted) - wanted, wanted)
        if not call.single:
            back = latest_last(farmer, back)
        if keys:
            order = np.argsort(np.argsort([ids.index(key) for key in keys], kind="stable"), kind="stable")
            farmer, back = farmer[order], back[order]
        call.counted.append((COUNTED, [ids[place] for place in farmer]))
        taken = np.cumsum(delivered(farmers))[farmer] - 1 - back
        if not keys:
            months = schedule(farmers)[1][taken].astype("datetime64[D]").astype("datetime64[M]")
            order = np.lexsort((farmer, months.astype(np.int64)))  # as a dataset has them
            farmer, back, taken = farmer[order], back[order], taken[order]
        return _placed(call, histories, farmers, taken, _numbers(back, usual[farmer]))

    @classmethod
    def build_history(
        cls, farmer: Farmer | str, scenario: str | None = None, days: int = 90, **overrides: Any
    ) -> list[Document]:
        """Every delivery of a farmer (or of a registered farmer's id) in the last `days` days, oldest first.

        `scenario` is the farmer's story: improving_trend, declining_trend, top_performer, consistently_poor, or
        inactive, which has no deliveries; without one, quality stays near one tier. A story takes 90 days. Deliveries
        before the farmer's registration are left out. Numbers are those that `build` and `batch` give the same
        deliveries; what these make from then on is older.

        Raises ValueError for an unknown scenario, for one that delivers where the farmer is not active, and where no
        collection point is registered.
        """
        if not isinstance(farmer, str | BaseModel):
            raise TypeError(f"{cls.__name__}: a history is of one farmer, or of a farmer's id, not of {farmer!r:.80}")
        if scenario is not None and scenario not in SCENARIOS:
            raise ValueError(f"{scenario!r} is no scenario; {nearest(str(scenario), SCENARIOS)}")
        days = whole(f"{cls.__name__}: the number of days", days, 1, DOMAIN.most_days)
        cls._check_names(overrides)
        registry, settings = cls._state().registry, cls._state().settings(cls)
        if isinstance(farmer, str) and not registry.validate_fk("farmers", farmer):
            known = nearest(farmer, registry.ids("farmers")) if registry.ids("farmers") else "none are"
            raise ValueError(f"{cls.__name__}: no farmer {farmer!r} is registered; {known}")
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
        every, size = int(delivered(farmers)[0]), int(since_registration(farmers)[0])
        usual = since_registration(histories.block())
        cls._state().unregistered["farmers", histories.ids[0]] = record

        def history(call: Call, _: dict[str, Any]) -> Block:
            more = size - call.made.below[COUNTED, histories.ids[0]]
            call.counted.append((COUNTED, histories.ids * max(more, 0)))
            back = np.arange(size - 1, -1, -1)
            return _placed(call, histories, farmers, every - 1 - back, _numbers(back, usual))

        return cls._objects(size, repeated(overrides, size), maker=history) if size else []


def _numbers(back: Array, usual: Array) -> Array:
    """The numbers of deliveries by how far back they lie: 1 for the first of the usual history, then older ones on."""
    return np.where(back < usual, usual - back, back + 1)


def _deliverers(call: Call, named: Named) -> list[str]:
    """The farmer of each document: the one named, or eligible ones in turn; nobody yet where a batch is dealt."""
    for path in ("linkage_fields.farmer_id", "extracted_fields.farmer_id"):
        keys = [key for key in call.texts(path) if key is not None]
        if len(keys) == call.size:
            return keys
    if call.single:
        eligible = _eligible(call.registry, named)
        return [eligible[number] for number in call.dealt(len(eligible))]
    return []


def _eligible(registry: FKRegistry, named: Named, *, who_left: bool = False) -> list[str]:
    """The registered farmers who deliver: active ones with a collection point, at the named point or factory if any;
    and those who are not active, who may have delivered before they left.
    """
    return DocumentFactory._kept((named, who_left), lambda: list(_delivering(registry, named, who_left=who_left)))


def _delivering(registry: FKRegistry, named: Named, *, who_left: bool) -> Iterable[str]:
    known = registry.ids("farmers")
    records = {key: registry.record("farmers", key) for key in known}
    active = [key for key in known if reach(records[key], "is_active") is not False]
    if not active:
        raise nothing_there("farmers", " that are active" if known else "")
    if None in records.values():
        return active  # where only ids are known, they are taken as they are
    asked = known if who_left else active
    homes = dict(zip(asked, homes_of([records[key] for key in asked], registry), strict=True))  # type: ignore[misc]

    def fits(home: Home) -> bool:
        if named.point:
            return named.point in home
        factory = reach(registry.record("collection_points", home[0]), "factory_id")
        return named.factory in (None, factory)

    fitting = [key for key, home in homes.items() if home and fits(home)]
    return active if set(active).isdisjoint(fitting) else fitting


def _named(overrides: Mapping[str, Sequence[Any]]) -> Named:
    links = [value for value in overrides.get("linkage_fields", ()) if isinstance(value, Mapping)]
    link = links[0] if links else {}
    return Named(link.get("collection_point_id"), link.get("factory_id"))


def _placed(call: Call, histories: Histories, farmers: Block, taken: Array, number: Array) -> Block:
    """The documents, with the moments, factories, grading models and percentages that the caller gives."""
    columns: dict[str, Any] = {"number": number} | dict(call.given)
    sources = call.texts("ingestion.source_id")
    if all(source in SOURCES for source in sources):
        columns["source"] = Coded(np.array([SOURCES.index(str(source)) for source in sources], np.int32), SOURCES)
    if "ingestion.received_at" in call.given:
        received: Array = np.asarray(call.given["ingestion.received_at"]) // MICRO
        columns |= {"received": received, "day": (received + UTC_OFFSET) // DAY}
    if f"{BAG}primary_percentage" in call.given:
        percentage = np.clip(np.asarray(call.given[f"{BAG}primary_percentage"], np.float64), 0, 100)
        columns["kept"] = np.rint(percentage * LEAVES / 100).astype(np.int32)
    for field in LinkageFields.model_fields:
        if None not in call.keys(f"linkage_fields.{field}"):
            columns.setdefault(f"extracted_fields.{field}", call.given[f"linkage_fields.{field}"])
    factories = list(histories.places.records["factories"])
    known = {"factory": ("factory_id", factories), "grading_model": ("grading_model_id", MODELS)}
    for name, (field, words) in known.items():
        keys = call.texts(f"linkage_fields.{field}")
        if all(key in words for key in keys):
            columns[name] = np.array([words.index(str(key)) for key in keys], np.int64)
    return documents(farmers, taken, **columns)
