"""Loading once more: what is there already, what changed, what is gone, and what is cleared."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from demo_data.common.errors import DataError, UsageError
from demo_data.export.mongodb import Loaded, LoadReport, load, to_be_dropped
from demo_data.validation import Report
from tests.export.mongodb.serving import Databases
from tests.export.mongodb.stories import DOCUMENTS, RECORDS

FARMERS = "plantation.farmers"


def edit(seed: Path, table: str, change: Callable[[list[dict[str, Any]]], object]) -> None:
    """Change a table's records in place."""
    path = seed / f"{table}.json"
    records = json.loads(path.read_text(encoding="utf-8"))
    change(records)
    path.write_text(json.dumps(records), encoding="utf-8")


def only(seed: Path, *tables: str) -> Path:
    """A directory beside that has these tables alone."""
    folder = seed.with_name("only")
    folder.mkdir(exist_ok=True)
    for table in tables:
        shutil.copy(seed / f"{table}.json", folder)
    return folder


def counts(report: LoadReport) -> dict[str, tuple[int, int, int]]:
    """Per table: inserted, updated, unchanged."""
    return {one.table: (one.inserted, one.updated, one.unchanged) for one in report.collections}


def all_of(report: LoadReport, place: int) -> dict[str, tuple[int, int, int]]:
    """What `counts` must be where each record counts at that place."""
    found = {}
    for table, rows in report.checked.rows.items():
        row = [0, 0, 0]
        row[place] = rows
        found[table] = (row[0], row[1], row[2])
    return found


@pytest.fixture(params=["transaction", pytest.param("journal", marks=pytest.mark.full)])
def server(request: pytest.FixtureRequest) -> Any:
    """A server for each way of writing that is not a swap."""
    return request.getfixturevalue({"journal": "there", "transaction": "replica"}[request.param])


@pytest.fixture(params=["swap", "transaction"])
def clearing(request: pytest.FixtureRequest) -> Any:
    """A server for each way of clearing."""
    return request.getfixturevalue({"swap": "there", "transaction": "replica"}[request.param])


def test_twice_changes_nothing(seed: Path, server: Databases) -> None:
    """The second load finds every record unchanged; the ids that the server made stay, too."""
    first = load(seed, server.uri, suffix=server.suffix)
    before = {place: list(server.collection(place).find()) for place in server.places()}
    second = load(seed, server.uri, suffix=server.suffix)

    assert all_of(first, 0) == counts(first)
    assert all_of(second, 2) == counts(second)
    assert before == {place: list(server.collection(place).find()) for place in server.places()}


def test_parquet_and_json_are_one(minimal_dir: Path, seed: Path, there: Databases) -> None:
    """What was loaded from Parquet is unchanged when its JSON form is loaded."""
    load(minimal_dir, there.uri, suffix=there.suffix)
    report = load(seed, there.uri, suffix=there.suffix)

    assert all_of(report, 2) == counts(report)


def test_changed_record(seed: Path, server: Databases) -> None:
    """A changed record replaces the old one whole, and keeps its `_id`; the others stay unchanged."""
    load(seed, server.uri, suffix=server.suffix)
    server.collection("plantation.weather_observations").update_many({}, {"$set": {"foreign": 1}})
    ids = {one["_id"] for one in server.collection("plantation.weather_observations").find()}
    edit(seed, "farmers", lambda records: records[1]["contact"].update(address="Elsewhere"))
    report = load(seed, server.uri, suffix=server.suffix)

    assert counts(report)["farmers"] == (0, 1, 2)
    assert counts(report)["weather_observations"] == (0, 90, 0)
    assert counts(report)["documents"] == (0, 0, DOCUMENTS)
    records = json.loads((seed / "farmers.json").read_text(encoding="utf-8"))
    assert [{"_id": record["id"], **record} for record in records] == server.documents(FARMERS)
    assert ids == {one["_id"] for one in server.collection("plantation.weather_observations").find()}
    assert server.collection("plantation.weather_observations").count_documents({"foreign": 1}) == 0


def test_number_of_another_kind_is_a_change(seed: Path, there: Databases) -> None:
    """An integer where the model has a float is put right, although the two are equal."""
    load(seed, there.uri, suffix=there.suffix)
    region = "plantation.regions"
    radius = there.collection(region).find_one()["geography"]["radius_km"]
    there.collection(region).update_one({}, {"$set": {"geography.radius_km": int(radius)}})
    edit(seed, "regions", lambda records: records[0]["geography"].update(radius_km=float(int(radius))))
    report = load(seed, there.uri, suffix=there.suffix)

    assert counts(report)["regions"] == (0, 1, 0)
    assert float is type(there.collection(region).find_one()["geography"]["radius_km"])


def test_removed_record_stays(seed: Path, server: Databases) -> None:
    """A record that is no longer in the source stays."""
    load(seed, server.uri, suffix=server.suffix)
    before = server.documents("plantation.weather_observations")
    edit(seed, "weather_observations", lambda records: records.pop(0))
    report = load(seed, server.uri, suffix=server.suffix)

    assert counts(report)["weather_observations"] == (0, 0, 89)
    assert before == server.documents("plantation.weather_observations")


def test_clear_removes(seed: Path, clearing: Databases) -> None:
    """With `clear` it goes, and so does all else in the collections that are loaded; others are left alone."""
    load(seed, clearing.uri, suffix=clearing.suffix)
    clearing.collection("plantation.others").insert_one({"_id": 1})
    clearing.collection(FARMERS).insert_one({"_id": "stranger", "id": "stranger"})
    edit(seed, "weather_observations", lambda records: records.pop(0))
    for table in ("documents", "farmer_performance"):
        (seed / f"{table}.json").unlink()
    report = load(seed, clearing.uri, suffix=clearing.suffix, clear=True)

    assert all_of(report, 0) == counts(report)
    dropped = {one.table: one.dropped for one in report.collections}
    assert {table: dropped[table] for table in ("farmers", "weather_observations")} == {
        "farmers": 4,
        "weather_observations": 90,
    }
    assert len(clearing.documents("plantation.weather_observations")) == 89
    assert len(clearing.documents(FARMERS)) == 3
    assert len(clearing.documents("collection.quality_documents")) == DOCUMENTS
    assert clearing.documents("plantation.others") == [{"_id": 1}]
    assert [place for place in clearing.places() if "loading" in place or place.startswith("demo_data")] == []


def test_what_clear_would_drop(seed: Path, there: Databases) -> None:
    """`to_be_dropped` names the collections that are there, with their documents, and touches nothing."""
    assert to_be_dropped(seed, there.uri, suffix=there.suffix) == {}
    load(only(seed, "regions"), there.uri, suffix=there.suffix)
    before = there.content()

    assert {f"plantation_{there.suffix}.regions": 1} == to_be_dropped(seed, there.uri, suffix=there.suffix)
    assert before == there.content()


def test_unstated_moments_stay(seed: Path, there: Databases) -> None:
    """A record that does not state when it was made keeps the moment of its first load: twice changes nothing."""

    def unstated(records: list[dict[str, Any]]) -> None:
        for record in records:
            del record["created_at"], record["updated_at"]

    edit(seed, "regions", unstated)
    load(only(seed, "regions"), there.uri, suffix=there.suffix)
    there.collection("plantation.regions").update_many({}, {"$set": {"created_at": "2020-01-01T00:00:00Z"}})
    report = load(only(seed, "regions"), there.uri, suffix=there.suffix)

    assert counts(report) == {"regions": (0, 0, 1)}
    assert [one["created_at"] for one in there.documents("plantation.regions")] == ["2020-01-01T00:00:00Z"]


def test_a_key_must_be_stated(seed: Path, there: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    """A document without its id would be another one at every load: refused even if the checks let it pass."""
    monkeypatch.setattr("demo_data.export.mongodb.run.validate", lambda _, domain: Report(str(seed)))
    edit(seed, "documents", lambda records: records[3].pop("document_id"))
    with pytest.raises(DataError, match=r"documents\.json\[3\]: document_id: is needed, or each load adds a copy"):
        load(seed, there.uri, suffix=there.suffix)

    assert there.content() == {}


def test_what_mongodb_cannot_hold(seed: Path, there: Databases) -> None:
    """A number beyond 64 bits in an open field is told by record; what was written before it is undone."""
    agents = [{"id": "a", "agent_id": "qc_event_extractor"}, {"id": "b", "agent_id": "b", "big": 2**70}]
    (seed / "agent_configs.json").write_text(json.dumps(agents), encoding="utf-8")
    with pytest.raises(DataError, match=r"agent_configs\.json\[1\]: cannot be a MongoDB document: .*8-byte"):
        load(seed, there.uri, suffix=there.suffix)

    assert there.content() == {}


def test_conflict_with_others(seed: Path, server: Databases) -> None:
    """A stranger's document that holds a key already stops the load; what was written until then is undone."""
    stranger = {"_id": "stranger", "farmer_id": "WM-0002"}
    server.collection("plantation.farmer_performances").insert_one(stranger)
    before = server.content()
    with pytest.raises(UsageError, match=r"another document has that key already: .*farmer_id"):
        load(seed, server.uri, suffix=server.suffix)

    assert before == server.content()


def test_no_index_for_twins(seed: Path, server: Databases) -> None:
    """Where a key is there twice already, it cannot be unique: told by collection, and nothing changes."""
    server.collection("collection.quality_documents").insert_many([{"document_id": "x"}, {"document_id": "x"}])
    before = server.content()
    with pytest.raises(UsageError, match=r"quality_documents: cannot have a unique index on document_id: .*x"):
        load(seed, server.uri, suffix=server.suffix)

    assert before == server.content()


def test_counts_are_read_back(seed: Path, there: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that loses what it was given is caught, and the load undone."""
    monkeypatch.setattr("demo_data.export.mongodb.writing._write", lambda *_, **__: None)
    with pytest.raises(UsageError, match="grading_models: 2 documents are expected, 0 are there; the load was undone"):
        load(seed, there.uri, suffix=there.suffix)

    assert there.content() == {}


def test_a_sample_is_read_back(seed: Path, there: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that alters what it was given is caught, too."""
    from demo_data.export.mongodb import writing

    write = writing._write

    def altered(collection: Any, *others: Any, **more: Any) -> None:
        write(collection, *others, **more)
        collection.update_many({}, {"$set": {"also": 1}})

    monkeypatch.setattr(writing, "_write", altered)
    with pytest.raises(UsageError, match=r"grading_models: .* is not there as it was written; the load was undone"):
        load(seed, there.uri, suffix=there.suffix)

    assert there.content() == {}


def test_summary(seed: Path, there: Databases) -> None:
    """The report's text has a line per collection, says how all was written, and that it was read back."""
    report = load(seed, there.uri, suffix=there.suffix)
    lines = report.text().splitlines()

    assert isinstance(report.collections[0], Loaded)
    assert len(report.collections) == 9
    assert len(lines) == 11
    assert [f"plantation_{there.suffix}.grading_models", "2", "0", "0"] == lines[1].split()[:4]
    assert f"{RECORDS} records loaded" in lines[-1]
    assert "counts and a sample of 68 read back agree" in lines[-1]
