"""A second domain is described for other tools, loaded, and compared as ours is."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from demo_data.build import build
from demo_data.common.errors import UsageError
from demo_data.contract import compare_module
from demo_data.export.mongodb import load
from demo_data.export.mongodb.targets import targets
from demo_data.profile import load_profile
from demo_data.versions.write import finish
from tests.export.conftest import read_json
from tests.export.mongodb.serving import Databases, serving
from tests.toy import DOMAIN
from tests.versions.oracle import metadata_faults, refuse


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The profile `small` of the shop."""
    out = tmp_path_factory.mktemp("shop") / "small"
    build(load_profile("small", domain=DOMAIN), out, finish=finish)
    return out


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """A server of its own."""
    with serving(tmp_path_factory.mktemp("server"), "--standalone") as uri, Databases(uri, f"d{os.getpid()}") as found:
        yield found


def rows(folder: Path, table: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads((folder / "json" / f"{table}.json").read_text(encoding="utf-8"))
    return found


def test_loaded(shop: Path, databases: Databases) -> None:
    """Its records lie in its own database by their keys, and loading them again changes nothing."""
    first, again = (load(shop, databases.uri, suffix=databases.suffix, domain=DOMAIN) for _ in range(2))

    assert [(each.database, each.collection) for each in first.collections] == [
        (f"shop_{databases.suffix}", table) for table in DOMAIN.tables
    ]
    for table, loaded, unchanged in zip(DOMAIN.tables, first.collections, again.collections, strict=True):
        there = databases.client[f"shop_{databases.suffix}"][table]
        assert loaded.inserted == unchanged.unchanged == there.count_documents({}) == len(rows(shop, table))
        for row in rows(shop, table):
            assert there.find_one({"_id": row["id"]}, {"_id": 0}) == row
    databases.client.drop_database(f"shop_{databases.suffix}")


def test_the_journal_is_no_place_for_tables() -> None:
    """A domain whose tables would lie among what loads keep of themselves is refused."""
    with pytest.raises(UsageError, match="customers cannot go to the database demo_data"):
        targets(replace(DOMAIN, database="demo_data"), ["customers"], "e2e")


def test_described(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Frictionless finds no fault, and the words are the shop's."""
    monkeypatch.setattr("socket.socket.connect", refuse)
    found, croissant = read_json(shop), read_json(shop, "croissant.json")

    assert metadata_faults(found) == []
    assert found["title"] == f"small: {DOMAIN.title}"
    assert found["description"].startswith("Synthetic orders of a shop. History from ")
    assert found["description"].endswith(DOMAIN.notice)
    assert (found["sources"], found["keywords"]) == ([], list(DOMAIN.keywords))
    assert [each["name"] for each in found["resources"]] == list(DOMAIN.tables)
    assert [each["@id"] for each in croissant["recordSet"]] == list(DOMAIN.tables)
    assert found["resources"][1]["schema"]["foreignKeys"] == [
        {"fields": ["customer_id"], "reference": {"resource": "customers", "fields": ["id"]}}
    ]
    for table, model in DOMAIN.models.items():
        jsonschema.validate(
            rows(shop, table), {"type": "array", "items": model.model_json_schema(mode="serialization")}
        )


def test_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Models of a user's own are compared with the shop's, and its sample records tried."""
    monkeypatch.chdir(tmp_path)
    own = Path(__file__).parent.parent / "toy" / "orders" / "model.py"
    shutil.copy(own, tmp_path / "their_orders.py")
    same = compare_module("their_orders", DOMAIN)
    text = own.read_text(encoding="utf-8").replace("    customer_id:", "    buyer_id:")
    (tmp_path / "other_orders.py").write_text(text, encoding="utf-8")
    other = compare_module("other_orders", DOMAIN)

    assert ("Order" in same.matched, same.ok) == (True, True)
    assert "Customer" in same.classes
    assert {(drift.owner, drift.field) for drift in other.drifts} >= {("Order", "customer_id"), ("Order", "buyer_id")}
