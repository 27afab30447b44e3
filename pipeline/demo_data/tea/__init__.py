"""The domain: Kenyan tea, from the region to how each farmer has done. One folder a table."""

from __future__ import annotations

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
    plain_settings={"farmers.scenarios": {}},
    seeded=("kenya.provider:KenyaProvider",),
    external_tables={"agent_configs": ("id", "agent_id"), "prompts": ("id",)},
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
