"""Source configurations: where documents come from and what is read out of them."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from demo_data.schema import Entity, ForeignKey, PrimaryKey, Record
from demo_data.tea.reference import reference_keys

Topic = Literal[
    "collection.quality_result.received",
    "collection.quality_result.failed",
    "collection.exception_images.received",
    "collection.exception_images.failed",
    "collection.weather.updated",
    "collection.weather.failed",
    "collection.market_prices.updated",
    "collection.market_prices.failed",
    "plantation.farmer.registered",
    "plantation.plot.created",
    "plantation.plot.updated",
    "plantation.quality.graded",
    "plantation.performance_updated",
]
"""The platform's event topics: its services reject any other."""


class PathPatternConfig(Record):
    """A blob's path, and the fields that are read from it."""

    pattern: str
    extract_fields: list[str]


class ProcessedFileConfig(Record):
    """What becomes of a blob that was read."""

    action: Literal["archive", "move", "delete"]
    archive_container: str | None = None
    archive_ttl_days: int | None = None
    processed_folder: str | None = None


class ZipConfig(Record):
    """The inside of a zipped upload."""

    manifest_file: str
    images_folder: str
    extract_images: bool = True
    image_storage_container: str


class RequestConfig(Record):
    """The request of a scheduled pull."""

    base_url: str
    auth_type: Literal["none", "api_key", "oauth2"]
    auth_secret_key: str | None = None
    parameters: Annotated[dict[str, str], reference_keys("source_configs", "ingestion.request.parameters")] = Field(
        default_factory=dict
    )
    timeout_seconds: int = 30


class IterationConfig(Record):
    """What a pull repeats its request for."""

    foreach: str
    source_mcp: str
    source_tool: str
    tool_arguments: Annotated[
        dict[str, Any] | None, reference_keys("source_configs", "ingestion.iteration.tool_arguments")
    ] = None
    result_path: str | None = None
    inject_linkage: list[str] | None = None
    concurrency: int = 5


class RetryConfig(Record):
    """How a failed pull is tried again."""

    max_attempts: int = 3
    backoff: Literal["exponential", "linear"] = "exponential"


class IngestionConfig(Record):
    """How documents arrive."""

    mode: Literal["blob_trigger", "scheduled_pull"]
    landing_container: str | None = None
    path_pattern: PathPatternConfig | None = None
    file_pattern: str | None = None
    file_format: Literal["json", "zip"] | None = None
    trigger_mechanism: Literal["event_grid"] | None = None
    processed_file_config: ProcessedFileConfig | None = None
    zip_config: ZipConfig | None = None
    processor_type: str | None = None
    provider: str | None = None
    schedule: str | None = None
    request: RequestConfig | None = None
    iteration: IterationConfig | None = None
    retry: RetryConfig | None = None


class ValidationConfig(Record):
    """The schema that a raw document must match."""

    schema_name: str
    schema_version: int | None = None
    strict: bool = True


class TransformationConfig(Record):
    """What is extracted, by which agent, and what it is linked by."""

    ai_agent_id: Annotated[str | None, ForeignKey("agent_configs.agent_id", if_present=True)] = None
    agent: str | None = None
    extract_fields: list[str]
    link_field: str
    field_mappings: Annotated[dict[str, str], reference_keys("source_configs", "transformation.field_mappings")] = (
        Field(default_factory=dict)
    )


class StorageConfig(Record):
    """Where raw files and the extracted documents are kept."""

    raw_container: str
    index_collection: str
    file_container: str | None = None
    file_path_pattern: str | None = None
    ttl_days: int | None = None


class EventConfig(Record):
    """An event, and what of the document it carries."""

    topic: Topic
    payload_fields: list[str] = Field(default_factory=list)


class EventsConfig(Record):
    """The events that end an ingestion."""

    on_success: EventConfig | None = None
    on_failure: EventConfig | None = None


class SourceConfig(Entity):
    """One source of documents."""

    table: ClassVar[str] = "source_configs"

    source_id: Annotated[str, PrimaryKey()]
    display_name: str
    description: str
    enabled: bool = True
    ingestion: IngestionConfig
    validation: ValidationConfig | None = None
    transformation: TransformationConfig
    storage: StorageConfig
    events: EventsConfig | None = None
