"""Numbers that go on after records which were not made here."""

from __future__ import annotations

from demo_data.objects import state
from demo_data.objects.columns import reach
from demo_data.objects.registry import FKRegistry
from demo_data.tea.objects.locations import FACTORY_OF_REGION, HANDED_OUT, POINT_OF_FACTORY, POINT_OF_REGION

_BELOW = {
    "factories": {FACTORY_OF_REGION: "region_id"},
    "collection_points": {POINT_OF_REGION: "region_id", POINT_OF_FACTORY: "factory_id"},
}


def go_on_after(registry: FKRegistry) -> None:
    """Share this registry, and number new regions, factories, points and farmers after those that are in it.

    Documents, weather and performance tell of their parents, so they are numbered as ever.
    """
    state.set_fk_registry(registry)
    now = state.current()
    for table in ("regions", "factories", "collection_points", "farmers"):
        now.made_of(table).rows += len(registry.ids(table))
    now.made_of("regions").below.update((HANDED_OUT, key) for key in registry.ids("regions"))
    for table, kinds in _BELOW.items():
        records = [registry.record(table, key) for key in registry.ids(table)]
        for kind, field in kinds.items():
            now.made_of(table).below.update((kind, reach(record, field)) for record in records if record)
