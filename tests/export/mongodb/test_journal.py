"""What lies in the journal is believed only as far as this program could have written it."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from bson.binary import Binary
from bson.int64 import Int64

from demo_data.common.clock import utc_now
from demo_data.common.errors import UsageError
from demo_data.export.mongodb import load
from demo_data.export.mongodb.journal import Journal
from demo_data.export.mongodb.server import connected
from demo_data.tea import DOMAIN
from tests.export.mongodb.serving import Databases
from tests.running import called

HEAD: dict[str, Any] = {
    "_id": "load",
    "owner": "a" * 32,
    "staged": "b" * 32,
    "mode": "swap",
    "phase": "placing",
    "domain": "demo_data.tea:DOMAIN",
    "tables": ["farmers"],
    "source": "data/demo",
    "began": datetime(2026, 1, 31, tzinfo=UTC),
    "at": datetime(2026, 1, 31, tzinfo=UTC),
    "host": "elsewhere",
    "process": 7,
}
OLD = [["_id", "at", "process", "host", "source", "began"][: number + 1] for number in range(6)]


def changed(**values: Any) -> dict[str, Any]:
    """A head with some other values."""
    return HEAD | values


ODD: tuple[Any, ...] = (None, 7.5, [])
DAMAGED = {
    **{f"only {' '.join(names)}": {name: HEAD[name] for name in names} for names in OLD},
    **{f"without {name}": {key: HEAD[key] for key in HEAD if key != name} for name in HEAD if name != "_id"},
    **{f"{name} is {value!r}": changed(**{name: value}) for name in HEAD if name != "_id" for value in ODD},
    **{f"{name} is a map": changed(**{name: {"$gt": ""}}) for name in HEAD if name != "_id"},
    "more": changed(staging=[["admin", "x", "y"]]),
    "a name of another collection": changed(staged="../admin.system.users"),
    "a name with a line end": changed(staged="b" * 32 + "\n"),
    "a table that is none": changed(tables=["farmers", "others"]),
    "a table twice": changed(tables=["farmers", "farmers"]),
    "tables that are none": changed(tables=[["farmers"]]),
    "another mode": changed(mode="journal"),
    "another phase": changed(phase="swapping"),
    "a large process": changed(process=Int64(2**40)),
    "all processes": changed(process=-1),
    "a session of a swap": changed(session=Binary.from_uuid(UUID(int=7))),
    "a session that is none": changed(mode="transaction", session="x"),
}


TOLD = r"or is damaged; nothing was touched\. .* drop the database demo_data_"


def test_damaged(there: Databases) -> None:
    """A head that this program could not have written is told, with what to do."""
    heads = there.collection("demo_data.loads")
    with connected(there.uri) as server:
        journal = Journal(server, DOMAIN, there.suffix)
        heads.insert_one(HEAD)
        assert journal.left() is not None
        for case, head in DAMAGED.items():
            heads.replace_one({"_id": "load"}, head)
            with pytest.raises(UsageError, match=TOLD):
                assert journal.left() is None, case


def test_damaged_stays(seed: Path, there: Databases, as_if_checked: None) -> None:
    """A damaged head leads to nothing: no load, no change, not even of the head."""
    there.collection("plantation.farmers").insert_one({"_id": "mine"})
    there.collection("demo_data.loads").insert_one(changed(tables=["farmers", "../admin"]))
    before = there.content()
    for dry_run in (True, False):
        with pytest.raises(UsageError, match=TOLD):
            load(seed, there.uri, suffix=there.suffix, dry_run=dry_run)
        assert before == there.content()


def test_another_domain(seed: Path, there: Databases, as_if_checked: None) -> None:
    """A load of another domain is not taken over: only that domain knows where its tables go."""
    there.collection("demo_data.loads").insert_one(changed(domain="shop:DOMAIN", tables=["orders"]))
    before = there.content()
    for dry_run in (True, False):
        with pytest.raises(UsageError, match=r"a load of another domain, shop:DOMAIN, runs or was cut off"):
            load(seed, there.uri, suffix=there.suffix, dry_run=dry_run)
        assert before == there.content()


@pytest.mark.sample(2)
@pytest.mark.parametrize("phase", ["staging", "placing", "undoing", "dropping"])
@pytest.mark.parametrize("mode", ["swap", "merge", "transaction"])
def test_forged(
    mode: str, phase: str, seed: Path, there: Databases, as_if_checked: None, capsys: pytest.CaptureFixture[str]
) -> None:
    """A head of a load that never was reaches nothing that is not staged under its name; the load goes on."""
    mine = ("plantation.farmers.loading", "plantation.others", "demo_data.journal", "others.farmers")
    load(seed, there.uri, suffix=there.suffix)
    before = there.content()
    for place in mine:
        there.collection(place).insert_one({"_id": "mine", "database": "admin"})
    there.collection("demo_data.loads").insert_one(changed(mode=mode, phase=phase, source="\x1b[31mred"))
    code, out, err = called(capsys, "load", seed, "--uri", there.uri, "--suffix", there.suffix)

    assert (code, err) == (0, "")
    assert "\x1b" not in out
    assert "was cut off: " in out
    for place in mine:
        assert there.documents(place) == [{"_id": "mine", "database": "admin"}]
        there.collection(place).drop()
    assert before == there.content()


def test_old_entries(seed: Path, there: Databases, as_if_checked: None) -> None:
    """Entries of other programs or versions in a collection called `journal` mean nothing, and stay."""
    entry = {"_id": 1, "database": "admin", "in": "users", "new": [{"_id": 1}], "indexes": ["id_1"]}
    there.collection("demo_data.journal").insert_one(entry)
    load(seed, there.uri, suffix=there.suffix)

    assert there.documents("demo_data.journal") == [entry]


@pytest.mark.parametrize("ahead", [-3600, 3600])
def test_clocks_differ(
    ahead: float, seed: Path, there: Databases, as_if_checked: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether a load is silent is told by the server's clock, whatever this host's says."""
    there.collection("demo_data.loads").update_one(
        {"_id": "load"},
        {"$set": {name: HEAD[name] for name in HEAD if name not in ("_id", "at")}, "$currentDate": {"at": True}},
        upsert=True,
    )
    monkeypatch.setattr("demo_data.export.mongodb.journal.utc_now", lambda: utc_now() + timedelta(seconds=ahead))
    with pytest.raises(UsageError, match=r"another load is running \(process 7 on elsewhere, data/demo\)"):
        load(seed, there.uri, suffix=there.suffix)


def test_beats(there: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    """A load shows that it lives while it waits for the server, in a transaction too."""
    monkeypatch.setattr("demo_data.export.mongodb.journal._BEAT", timedelta(seconds=0.05))
    with connected(there.uri) as server:
        journal = Journal(server, DOMAIN, there.suffix)
        with journal.opened("merge", "data/demo", ("farmers",)) as head:
            beats: set[Any] = set()
            patience = time.monotonic() + 30
            while len(beats) < 2 and time.monotonic() < patience:
                time.sleep(0.05)
                beat = there.collection("demo_data.loads").find_one({"_id": head.owner})
                beats |= {beat["at"]} if beat else set()
            journal.close(head)

    assert len(beats) == 2
    assert there.content() == {}
    assert os.getpid() == head.process
