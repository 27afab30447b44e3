"""The Polyfactory classes of a domain's tables."""

from __future__ import annotations

from functools import cache
from typing import Any

from demo_data.domain import Domain
from demo_data.objects.base import EntityFactory


@cache
def factories(domain: Domain) -> dict[str, type[EntityFactory[Any]]]:
    """The class of each table: that of its folder's `objects` module or of the domain's own, else a plain one."""
    found: dict[str, type[EntityFactory[Any]]] = {}
    for table, kind in domain.stated("objects", type):
        if issubclass(kind, EntityFactory) and "__is_base_factory__" not in vars(kind):
            found |= {kind.__table__: kind} if table in (None, kind.__table__) else {}
    return {table: found.get(table) or _plain(domain, table) for table in domain.tables}


def _plain(domain: Domain, table: str) -> type[EntityFactory[Any]]:
    model = domain.models[table]
    return type(f"{model.__name__}Factory", (EntityFactory,), {"__domain__": domain, "__model__": model})
