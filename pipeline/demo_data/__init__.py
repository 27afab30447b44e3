"""demo-data: versioned, foreign-key-consistent, Kenya-realistic datasets of a tea-quality platform."""

from __future__ import annotations

from typing import TYPE_CHECKING

from demo_data.common import faker_locale, lazy

if TYPE_CHECKING:
    from demo_data.domain import Domain as Domain
    from demo_data.domain import Sink as Sink
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
    from demo_data.tea.documents.objects import DocumentFactory as DocumentFactory
    from demo_data.tea.factories.objects import FactoryEntityFactory as FactoryEntityFactory
    from demo_data.tea.farmers.objects import FarmerFactory as FarmerFactory
    from demo_data.tea.grading.objects import GradingModelFactory as GradingModelFactory
    from demo_data.tea.kenya.provider import KenyaProvider as KenyaProvider
    from demo_data.tea.performance.objects import FarmerPerformanceFactory as FarmerPerformanceFactory
    from demo_data.tea.points.objects import CollectionPointFactory as CollectionPointFactory
    from demo_data.tea.regions.objects import RegionFactory as RegionFactory
    from demo_data.tea.sources.objects import SourceConfigFactory as SourceConfigFactory
    from demo_data.tea.weather.objects import RegionalWeatherFactory as RegionalWeatherFactory
    from demo_data.versions.changes import changes as changes
    from demo_data.versions.shards import build_shard as build_shard
    from demo_data.versions.shards import seal as seal
    from demo_data.versions.snapshot import Snapshot as Snapshot
    from demo_data.versions.snapshot import open_snapshot as open_snapshot
else:
    __getattr__, __dir__, __all__ = lazy.face(__name__)

DEFAULT_DOMAIN = "demo_data.tea:DOMAIN"
"""The domain that is meant where none is named."""

faker_locale.install("sw_KE", "demo_data.tea.kenya.sw_ke")
