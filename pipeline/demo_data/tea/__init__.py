"""The domain: Kenyan tea, from the region to how each farmer has done. One folder a table."""

from __future__ import annotations

from datetime import date

from demo_data.domain import Domain, Sink

DOMAIN = Domain(
    "demo_data.tea:DOMAIN",
    tables={
        "grading_models": "grading",
        "source_configs": "sources",
        "regions": "regions",
        "factories": "factories",
        "weather_observations": "weather",
        "collection_points": "points",
        "farmers": "farmers",
        "documents": "documents",
        "farmer_performance": "performance",
    },
    title="synthetic data of a tea-quality platform in Kenya",
    notice=(
        "Synthetic data: no person, farm or factory in it exists. Its phone numbers are invented but valid, "
        "and may be assigned to people: never send anything to them."
    ),
    keywords=("Kenya", "dvc", "parquet", "synthetic data", "tea", "test data"),
    facts="kenya.tables",
    seeded=("kenya.provider:KenyaProvider",),
    earliest=date(2011, 1, 1),  # reference rows are on record since 2010, and nothing is later than a world's last day
    latest=date(2100, 12, 31),
    most_days=20_000,  # half a century
    external_tables={"agent_configs": ("id", "agent_id"), "prompts": ("id",)},
    pictures=("rows", "quality", "rain"),
    database="plantation",
    sinks={
        "source_configs": Sink(database="collection", server_ids=True),
        "documents": Sink(
            database="collection",
            collection="quality_documents",
            looked_up_by=("linkage_fields.farmer_id", "ingestion.source_id"),
            server_ids=True,
        ),
        "farmer_performance": Sink(collection="farmer_performances"),
        "agent_configs": Sink(database="ai_model"),
        "prompts": Sink(database="ai_model"),
    },
)
