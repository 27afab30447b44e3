"""What lies where after a load: databases, collections, identities, indexes, and the very records."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bson import ObjectId

from demo_data.common.errors import UsageError
from demo_data.export.mongodb import load
from demo_data.tea import DOMAIN
from tests.export.mongodb.serving import Databases

PLACES = {
    "grading_models": ("plantation.grading_models", "model_id"),
    "regions": ("plantation.regions", "region_id"),
    "factories": ("plantation.factories", "id"),
    "collection_points": ("plantation.collection_points", "id"),
    "farmers": ("plantation.farmers", "id"),
    "farmer_performance": ("plantation.farmer_performances", "farmer_id"),
    "weather_observations": ("plantation.weather_observations", None),
    "source_configs": ("collection.source_configs", None),
    "documents": ("collection.quality_documents", None),
}
"""As the contract says it: the table's database and collection, and the field that is the document's `_id`."""

INDEXES = {
    "plantation.grading_models": [(("model_id",), True)],
    "plantation.regions": [(("region_id",), True)],
    "plantation.factories": [(("id",), True)],
    "plantation.collection_points": [(("id",), True)],
    "plantation.farmers": [(("id",), True)],
    "plantation.farmer_performances": [(("farmer_id",), True)],
    "plantation.weather_observations": [(("region_id", "date"), True)],
    "collection.source_configs": [(("source_id",), True)],
    "collection.quality_documents": [
        (("document_id",), True),
        (("ingestion.source_id",), False),
        (("linkage_fields.farmer_id",), False),
    ],
}


@pytest.mark.parametrize("form", ["parquet", "json"])
def test_records_and_places(form: str, minimal_dir: Path, seed: Path, there: Databases) -> None:
    """Every record lies in its place as `model_dump(mode="json")` gives it, with its identity and nothing else."""
    load(minimal_dir if form == "parquet" else seed, there.uri, suffix=there.suffix)

    assert sorted(place for place, _ in PLACES.values()) == there.places()
    for table, (place, own_id) in PLACES.items():
        raw = json.loads((seed / f"{table}.json").read_text(encoding="utf-8"))
        records = [
            DOMAIN.models[table].model_validate_json(json.dumps(record)).model_dump(mode="json") for record in raw
        ]
        expected = [{"_id": record[own_id], **record} if own_id else record for record in records]
        assert sorted(expected, key=repr) == there.documents(place)
        if not own_id:
            assert {ObjectId} == {type(document["_id"]) for document in there.collection(place).find()}


def test_fields_keep_their_order(seed: Path, there: Databases) -> None:
    """A document's fields stand in the order of the model, after its `_id`."""
    load(seed, there.uri, suffix=there.suffix)

    assert ["_id", *DOMAIN.models["farmers"].model_fields] == list(there.collection("plantation.farmers").find_one())


def test_indexes(seed: Path, there: Databases) -> None:
    """Each key of the contract is unique; documents are found by farmer and by source."""
    load(seed, there.uri, suffix=there.suffix)

    assert {place: there.indexes(place) for place in there.places()} == INDEXES


def test_indexes_after_clear(seed: Path, there: Databases, no_transactions: None) -> None:
    """Collections that were swapped in have the same indexes, under the same names."""
    load(seed, there.uri, suffix=there.suffix)
    names = {place: sorted(there.collection(place).index_information()) for place in there.places()}
    report = load(seed, there.uri, suffix=there.suffix, clear=True)

    assert report.mode == "swap"
    assert {place: there.indexes(place) for place in there.places()} == INDEXES
    assert names == {place: sorted(there.collection(place).index_information()) for place in there.places()}


def test_reference_tables_beside(seed: Path, there: Databases) -> None:
    """Agent configurations and prompts go to their database, all fields untouched but `_id` and `_comment`."""
    agents = [{"id": "a:1", "agent_id": "qc_event_extractor", "_comment": "by hand", "model": {"$any": [1, None]}}]
    prompts = [{"_id": "x", "id": "p:1", "text": "…", "nested": {"a.b": 2.5}}]
    (seed / "agent_configs.json").write_text(json.dumps(agents), encoding="utf-8")
    (seed / "prompts.json").write_text(json.dumps(prompts), encoding="utf-8")
    report = load(seed, there.uri, suffix=there.suffix)

    assert report.ok, report.text()
    assert there.documents("ai_model.agent_configs") == [
        {"_id": "a:1", "id": "a:1", "agent_id": "qc_event_extractor", "model": {"$any": [1, None]}}
    ]
    assert there.documents("ai_model.prompts") == [{"_id": "p:1", "id": "p:1", "text": "…", "nested": {"a.b": 2.5}}]
    assert there.indexes("ai_model.prompts") == [(("id",), True)]


def test_order_is_by_levels(seed: Path, there: Databases) -> None:
    """What is referred to is loaded before what refers to it."""
    report = load(seed, there.uri, suffix=there.suffix)

    assert [one.table for one in report.collections] == [
        "grading_models",
        "source_configs",
        "regions",
        "factories",
        "weather_observations",
        "collection_points",
        "farmers",
        "documents",
        "farmer_performance",
    ]


@pytest.mark.parametrize("suffix", ["", "a b", "x/y", "$x", "a.b", "x" * 41])
def test_suffix_names_a_database(suffix: str, seed: Path) -> None:
    """A suffix that no database's name can end with is refused before anything else."""
    with pytest.raises(UsageError, match=r"--suffix .* 1 to 40 letters, digits, '_' or '-' are expected"):
        load(seed, "mongodb://127.0.0.1:1", suffix=suffix)
