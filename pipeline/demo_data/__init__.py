"""demo-data: versioned, foreign-key-consistent, Kenya-realistic datasets of a tea-quality platform."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from demo_data.tea.kenya.sw_ke.install import install

if TYPE_CHECKING:
    from demo_data.objects.registry import FKRegistry as FKRegistry
    from demo_data.objects.registry import FKValidationError as FKValidationError
    from demo_data.objects.registry import validate_foreign_keys as validate_foreign_keys
    from demo_data.objects.state import get_fk_registry as get_fk_registry
    from demo_data.objects.state import isolated_factories as isolated_factories
    from demo_data.objects.state import reset_fk_registry as reset_fk_registry
    from demo_data.objects.state import set_as_of as set_as_of
    from demo_data.objects.state import set_fk_registry as set_fk_registry
    from demo_data.objects.state import set_profile as set_profile
    from demo_data.objects.state import set_seed as set_seed
    from demo_data.tea.kenya.provider import KenyaProvider as KenyaProvider
    from demo_data.tea.objects.documents import DocumentFactory as DocumentFactory
    from demo_data.tea.objects.farmers import FarmerFactory as FarmerFactory
    from demo_data.tea.objects.locations import CollectionPointFactory as CollectionPointFactory
    from demo_data.tea.objects.locations import FactoryEntityFactory as FactoryEntityFactory
    from demo_data.tea.objects.locations import RegionalWeatherFactory as RegionalWeatherFactory
    from demo_data.tea.objects.locations import RegionFactory as RegionFactory
    from demo_data.tea.objects.performance import FarmerPerformanceFactory as FarmerPerformanceFactory
    from demo_data.tea.objects.reference import GradingModelFactory as GradingModelFactory
    from demo_data.tea.objects.reference import SourceConfigFactory as SourceConfigFactory
    from demo_data.versions.snapshot import Snapshot as Snapshot
    from demo_data.versions.snapshot import open_snapshot as open_snapshot

DEFAULT_DOMAIN = "demo_data.tea:DOMAIN"
"""The domain that is meant where none is named."""

_HOMES = {
    "CollectionPointFactory": "tea.objects.locations",
    "DocumentFactory": "tea.objects.documents",
    "FKRegistry": "objects.registry",
    "FKValidationError": "objects.registry",
    "FactoryEntityFactory": "tea.objects.locations",
    "FarmerFactory": "tea.objects.farmers",
    "FarmerPerformanceFactory": "tea.objects.performance",
    "GradingModelFactory": "tea.objects.reference",
    "KenyaProvider": "tea.kenya.provider",
    "RegionFactory": "tea.objects.locations",
    "RegionalWeatherFactory": "tea.objects.locations",
    "Snapshot": "versions.snapshot",
    "SourceConfigFactory": "tea.objects.reference",
    "get_fk_registry": "objects.state",
    "isolated_factories": "objects.state",
    "open_snapshot": "versions.snapshot",
    "reset_fk_registry": "objects.state",
    "set_as_of": "objects.state",
    "set_fk_registry": "objects.state",
    "set_profile": "objects.state",
    "set_seed": "objects.state",
    "validate_foreign_keys": "objects.registry",
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
