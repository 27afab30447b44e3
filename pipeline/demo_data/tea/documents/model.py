"""Quality documents: what the leaf analyser saw in one bag, one document per delivery."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar
from uuid import uuid4  # noqa: TID251 (the default of hand-made records; datasets never use it)

from pydantic import Field

from demo_data.schema import Decimals, Entity, EventTime, ForeignKey, Keys, Moment, PrimaryKey, Record, Shape, Timestamp
from demo_data.tea.grading.model import ATTRIBUTES

LEAVES = 200
"""Leaves that are counted in a bag."""

LeafCount = Annotated[int, Field(ge=0, le=LEAVES)]

LEAF_TYPES: Keys = ATTRIBUTES.names["leaf_type"]  # type: ignore[assignment]

LEAF_ANALYSIS = Keys({name: keys for name, keys in ATTRIBUTES.names.items() if name != "leaf_type"})


class RawDocumentRef(Record):
    """The blob that the document was read from."""

    blob_container: str
    blob_path: str
    content_hash: str
    size_bytes: Annotated[int, Field(ge=0)]
    stored_at: Moment


class ExtractionMetadata(Record):
    """Who read the blob, when, and how sure it was."""

    ai_agent_id: str
    extraction_timestamp: Moment
    confidence: Annotated[float, Field(ge=0.0, le=1.0), Decimals(2)]
    validation_passed: bool = True
    validation_warnings: list[str] = Field(default_factory=list)


class IngestionMetadata(Record):
    """By which source the document came in, and when."""

    ingestion_id: str
    source_id: Annotated[str, ForeignKey("source_configs")]
    received_at: Annotated[Moment, EventTime(hours=3)]
    processed_at: Moment


class LinkageFields(Record):
    """What a document belongs to, as we publish it; records from elsewhere may miss any of these."""

    farmer_id: Annotated[str, ForeignKey("farmers")]
    factory_id: Annotated[str, ForeignKey("factories")]
    collection_point_id: Annotated[str, ForeignKey("collection_points")]
    grading_model_id: Annotated[str, ForeignKey("grading_models")]


class BagSummary(Record):
    """One bag: kilograms, percentages of leaves, grade, and leaves per class."""

    total_weight_kg: Annotated[float, Field(ge=0), Decimals(1)]
    primary_percentage: Annotated[float, Field(ge=0, le=100), Decimals(1)]
    secondary_percentage: Annotated[float, Field(ge=0, le=100), Decimals(1)]
    grade: Annotated[str, Field(pattern=r"^(primary|secondary|reject)$")]
    leaf_type_distribution: Annotated[dict[str, LeafCount], LEAF_TYPES]


class ExtractedFields(Record):
    """What was read out of the blob, as we publish it; records from elsewhere may hold other keys."""

    farmer_id: str
    factory_id: str
    collection_point_id: str
    grading_model_id: str
    grading_model_version: str
    bag_summary: BagSummary
    leaf_analysis: Annotated[dict[str, dict[str, LeafCount]], LEAF_ANALYSIS]


class Document(Entity):
    """The quality document of one delivery."""

    table: ClassVar[str] = "documents"

    document_id: Annotated[str, PrimaryKey()] = Field(default_factory=lambda: str(uuid4()))
    raw_document: RawDocumentRef
    extraction: ExtractionMetadata
    ingestion: IngestionMetadata
    extracted_fields: Annotated[dict[str, Any], Shape(ExtractedFields)] = Field(default_factory=dict)
    linkage_fields: Annotated[dict[str, Any], Shape(LinkageFields)] = Field(default_factory=dict)
    created_at: Timestamp
