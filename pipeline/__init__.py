"""demo-data: versioned, foreign-key-consistent, Kenya-realistic datasets of a tea-quality platform."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.kenya.sw_ke.install import install

if TYPE_CHECKING:
    from pipeline.factories.documents import DocumentFactory as DocumentFactory
    from pipeline.factories.farmers import FarmerFactory as FarmerFactory
    from pipeline.factories.locations import CollectionPointFactory as CollectionPointFactory
    from pipeline.factories.locations import FactoryEntityFactory as FactoryEntityFactory
    from pipeline.factories.locations import RegionalWeatherFactory as RegionalWeatherFactory
    from pipeline.factories.locations import RegionFactory as RegionFactory
    from pipeline.factories.performance import FarmerPerformanceFactory as FarmerPerformanceFactory
    from pipeline.factories.reference import GradingModelFactory as GradingModelFactory
    from pipeline.factories.reference import SourceConfigFactory as SourceConfigFactory
    from pipeline.factories.registry import FKRegistry as FKRegistry
    from pipeline.factories.registry import FKValidationError as FKValidationError
    from pipeline.factories.registry import validate_foreign_keys as validate_foreign_keys
    from pipeline.factories.state import get_fk_registry as get_fk_registry
    from pipeline.factories.state import isolated_factories as isolated_factories
    from pipeline.factories.state import reset_fk_registry as reset_fk_registry
    from pipeline.factories.state import set_as_of as set_as_of
    from pipeline.factories.state import set_fk_registry as set_fk_registry
    from pipeline.factories.state import set_profile as set_profile
    from pipeline.factories.state import set_seed as set_seed
    from pipeline.kenya.provider import KenyaProvider as KenyaProvider
    from pipeline.snapshot.opened import Snapshot as Snapshot
    from pipeline.snapshot.opened import open_snapshot as open_snapshot

_HOMES = {
    "CollectionPointFactory": "factories.locations",
    "DocumentFactory": "factories.documents",
    "FKRegistry": "factories.registry",
    "FKValidationError": "factories.registry",
    "FactoryEntityFactory": "factories.locations",
    "FarmerFactory": "factories.farmers",
    "FarmerPerformanceFactory": "factories.performance",
    "GradingModelFactory": "factories.reference",
    "KenyaProvider": "kenya.provider",
    "RegionFactory": "factories.locations",
    "RegionalWeatherFactory": "factories.locations",
    "Snapshot": "snapshot.opened",
    "SourceConfigFactory": "factories.reference",
    "get_fk_registry": "factories.state",
    "isolated_factories": "factories.state",
    "open_snapshot": "snapshot.opened",
    "reset_fk_registry": "factories.state",
    "set_as_of": "factories.state",
    "set_fk_registry": "factories.state",
    "set_profile": "factories.state",
    "set_seed": "factories.state",
    "validate_foreign_keys": "factories.registry",
}
"""Where each name lives; it is imported when somebody asks for it, so `import pipeline` costs next to nothing."""

__all__ = list(_HOMES)

install()


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
