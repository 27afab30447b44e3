"""From staged to loaded: refused or interrupted in the middle, or while the server still does what a dead load sent."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pymongo.errors import AutoReconnect, OperationFailure

from demo_data.common.errors import UsageError
from demo_data.export.mongodb import load
from demo_data.export.mongodb.journal import Journal
from demo_data.export.mongodb.placing import Place
from demo_data.tea import DOMAIN
from tests.export.mongodb.serving import Databases
from tests.export.mongodb.stories import DOCUMENTS
from tests.export.mongodb.test_journal import HEAD
from tests.running import called

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def before(seed: Path, there: Databases, as_if_checked: None) -> dict[str, Any]:
    """What lies there before a load that has new and changed documents in many tables."""
    load(seed, there.uri, suffix=there.suffix)
    there.collection("plantation.weather_observations").delete_many({"date": {"$lt": "2025-12-01"}})
    there.collection("plantation.weather_observations").update_many({}, {"$set": {"humidity_avg": 1.5}})
    there.collection("collection.quality_documents").drop()
    there.collection("plantation.farmers").insert_one({"_id": "mine", "id": "mine"})
    return there.content()


def failing(monkeypatch: pytest.MonkeyPatch, name: str, at: int, error: BaseException) -> None:
    """Let the `at`th call of a method of `Place` fail."""
    method, calls = getattr(Place, name), []

    def call(self: Place, *arguments: Any, **more: Any) -> Any:
        calls.append(1)
        if len(calls) == at:
            raise error
        return method(self, *arguments, **more)

    monkeypatch.setattr(Place, name, call)


@pytest.mark.parametrize("at", [1, 5, 8])
def test_refused(at: int, before: Any, seed: Path, there: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that takes some tables and refuses one: every document is as it was, and nothing else goes."""
    failing(monkeypatch, "_merge", at, OperationFailure("disk is full", 14031))
    with pytest.raises(UsageError, match=r"disk is full\nthe load was undone"):
        load(seed, there.uri, suffix=there.suffix)
    after = there.content()

    assert after.pop("collection.quality_documents")[0] == []
    assert after == before


def test_connection_lost(before: Any, seed: Path, there: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the undoing fails, too, the next load does it, and says so."""
    load(seed, there.uri, suffix=there.suffix)
    expected = there.content()
    there.collection("plantation.weather_observations").delete_many({"date": {"$lt": "2025-12-01"}})
    with monkeypatch.context() as patched:
        failing(patched, "_merge", 5, AutoReconnect("connection closed"))
        failing(patched, "undo", 1, AutoReconnect("connection closed"))
        with pytest.raises(
            UsageError, match="connection closed\nwhat was written until then could not be undone: the next"
        ):
            load(seed, there.uri, suffix=there.suffix)
    report = load(seed, there.uri, suffix=there.suffix)

    assert str(report.recovered).endswith("was cut off: it was undone first")
    assert there.content() == expected


@pytest.mark.parametrize("clear", [False, True])
def test_interrupted(clear: bool, before: Any, seed: Path, there: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interruption once all is staged comes too late: the load ends, and reports."""
    failing(monkeypatch, "do", 1, KeyboardInterrupt())
    report = load(seed, there.uri, suffix=there.suffix, clear=clear)

    assert report.mode == ("swap" if clear else "merge")
    assert len(there.documents("collection.quality_documents")) == DOCUMENTS
    assert [place for place in there.places() if place.startswith("demo_data")] == []


@pytest.mark.parametrize("ends", [True, False])
def test_what_still_runs(ends: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a dead load had sent is ended, or waited for; who takes over does not go on before."""
    from datetime import timedelta

    running, asked = [[{"opid": 7}], [{"opid": 7}], []], []

    def aggregate(steps: list[dict[str, Any]]) -> list[dict[str, int]]:
        asked.append(steps)
        return running[min(len(asked) - 1, 2 if ends else 0)]

    killed: list[object] = []
    admin = SimpleNamespace(aggregate=aggregate, command=lambda name, op: killed.append((name, op)))
    server: Any = SimpleNamespace(
        client=SimpleNamespace(admin=admin), hosts="there", database=lambda _: {"loads": None}
    )
    monkeypatch.setattr("demo_data.export.mongodb.journal._STILL_RUNS", timedelta(seconds=60 if ends else 0))
    head: Any = SimpleNamespace(staged=HEAD["staged"])
    if ends:
        Journal(server, DOMAIN, "e2e")._stop_what_runs(head)
    else:
        with pytest.raises(UsageError, match="the server still runs what a load that was cut off had sent"):
            Journal(server, DOMAIN, "e2e")._stop_what_runs(head)

    assert {HEAD["staged"]} == {value for match in asked[0][1]["$match"]["$or"] for value in match.values()}
    assert killed[:1] == ([("killOp", 7)] if ends else [])


@pytest.mark.parametrize("clear", [False, True])
def test_interrupted_when_all_is_there(
    clear: bool, before: Any, seed: Path, there: Databases, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """Once every record is in place, an interrupt does not say that nothing was changed; nor does one of the next."""
    monkeypatch.setenv("DEMO_DATA_MONGODB_URI", there.uri)
    arguments = ("load", seed, "--suffix", there.suffix, *(("--clear", "--yes") if clear else ()))
    failing(monkeypatch, "finish", 1, KeyboardInterrupt())
    code, _, err = called(capsys, *arguments)

    assert (code, len(there.documents("collection.quality_documents"))) == (130, DOCUMENTS)
    assert err.startswith("demo-data: interrupted; the load into ")
    assert err.endswith(" was complete by then\n")
    if not clear:
        monkeypatch.setattr(Place, "finish", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
        code, _, err = called(capsys, *arguments)
        assert (code, err[: err.rindex(" into ")]) == (130, "demo-data: interrupted; an earlier load")


def test_interrupted_twice(
    before: Any, seed: Path, there: Databases, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """Who interrupts again while records take their places is told what became of them, as of an interrupt."""
    monkeypatch.setenv("DEMO_DATA_MONGODB_URI", there.uri)
    monkeypatch.setattr(Place, "do", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
    code, _, err = called(capsys, "load", seed, "--suffix", there.suffix)

    assert code == 130
    assert err.startswith("demo-data: interrupted; ")
    assert err.endswith(": the load was undone\n")
