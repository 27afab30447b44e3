"""The models of every table, their value objects and enumerations; beside each table's model, its recipe.

Import classes from here: `from pipeline.entities import Farmer, GeoLocation, FarmScale`.
"""

from pipeline.entities.collection_point import CollectionPoint, CollectionPointCapacity, OperatingHours
from pipeline.entities.document import (
    BagSummary,
    Document,
    ExtractedFields,
    ExtractionMetadata,
    IngestionMetadata,
    LinkageFields,
    RawDocumentRef,
)
from pipeline.entities.factory import Factory, PaymentPolicy, PaymentPolicyType, QualityThresholds
from pipeline.entities.farmer import Farmer, InteractionPreference, NotificationChannel, PreferredLanguage
from pipeline.entities.farmer_performance import FarmerPerformance, HistoricalMetrics, TodayMetrics, TrendDirection
from pipeline.entities.grading_model import ConditionalReject, GradeRules, GradingAttribute, GradingModel, GradingType
from pipeline.entities.region import (
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
from pipeline.entities.source_config import (
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
from pipeline.entities.values import GPS, ContactInfo, FarmScale, GeoLocation
from pipeline.entities.weather import RegionalWeather, WeatherObservation

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
