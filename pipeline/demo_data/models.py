"""The models of every table, their value objects and enumerations; beside each table's model, its recipe.

Import classes from here: `from demo_data.models import Farmer, GeoLocation, FarmScale`.
"""

from demo_data.tea.documents.model import (
    BagSummary,
    Document,
    ExtractedFields,
    ExtractionMetadata,
    IngestionMetadata,
    LinkageFields,
    RawDocumentRef,
)
from demo_data.tea.factories.model import Factory, PaymentPolicy, PaymentPolicyType, QualityThresholds
from demo_data.tea.farmers.model import Farmer, InteractionPreference, NotificationChannel, PreferredLanguage
from demo_data.tea.grading.model import ConditionalReject, GradeRules, GradingAttribute, GradingModel, GradingType
from demo_data.tea.performance.model import FarmerPerformance, HistoricalMetrics, TodayMetrics, TrendDirection
from demo_data.tea.points.model import CollectionPoint, CollectionPointCapacity, OperatingHours
from demo_data.tea.regions.model import (
    Agronomic,
    AltitudeBand,
    AltitudeBandLabel,
    Coordinate,
    FlushCalendar,
    FlushPeriod,
    Geography,
    PolygonRing,
    Region,
    RegionBoundary,
    WeatherConfig,
)
from demo_data.tea.sources.model import (
    EventConfig,
    EventsConfig,
    IngestionConfig,
    IterationConfig,
    PathPatternConfig,
    ProcessedFileConfig,
    RequestConfig,
    RetryConfig,
    SourceConfig,
    StorageConfig,
    TransformationConfig,
    ValidationConfig,
    ZipConfig,
)
from demo_data.tea.values import GPS, ContactInfo, FarmScale, GeoLocation
from demo_data.tea.weather.model import RegionalWeather, WeatherObservation

__all__ = [
    "GPS",
    "Agronomic",
    "AltitudeBand",
    "AltitudeBandLabel",
    "BagSummary",
    "CollectionPoint",
    "CollectionPointCapacity",
    "ConditionalReject",
    "ContactInfo",
    "Coordinate",
    "Document",
    "EventConfig",
    "EventsConfig",
    "ExtractedFields",
    "ExtractionMetadata",
    "Factory",
    "FarmScale",
    "Farmer",
    "FarmerPerformance",
    "FlushCalendar",
    "FlushPeriod",
    "GeoLocation",
    "Geography",
    "GradeRules",
    "GradingAttribute",
    "GradingModel",
    "GradingType",
    "HistoricalMetrics",
    "IngestionConfig",
    "IngestionMetadata",
    "InteractionPreference",
    "IterationConfig",
    "LinkageFields",
    "NotificationChannel",
    "OperatingHours",
    "PathPatternConfig",
    "PaymentPolicy",
    "PaymentPolicyType",
    "PolygonRing",
    "PreferredLanguage",
    "ProcessedFileConfig",
    "QualityThresholds",
    "RawDocumentRef",
    "Region",
    "RegionBoundary",
    "RegionalWeather",
    "RequestConfig",
    "RetryConfig",
    "SourceConfig",
    "StorageConfig",
    "TodayMetrics",
    "TransformationConfig",
    "TrendDirection",
    "ValidationConfig",
    "WeatherConfig",
    "WeatherObservation",
    "ZipConfig",
]
