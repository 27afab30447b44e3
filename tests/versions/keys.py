"""The keys as the contract states them: what the descriptions must say, and what an oracle joins on."""

from __future__ import annotations

from tests.schema.test_tree import FOREIGN_KEYS

PRIMARY_KEYS = {
    "grading_models": ["model_id"],
    "source_configs": ["source_id"],
    "regions": ["region_id"],
    "factories": ["id"],
    "weather_observations": ["region_id", "date"],
    "collection_points": ["id"],
    "farmers": ["id"],
    "documents": ["document_id"],
    "farmer_performance": ["farmer_id"],
}

REFERENCES = sorted(
    (table, path, target, PRIMARY_KEYS[target][0]) for table, path, target, _ in FOREIGN_KEYS if target in PRIMARY_KEYS
)
"""Table, path, target's table, target's column: every foreign key whose target is a table of the snapshot."""
