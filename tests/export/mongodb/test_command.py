"""`demo-data load` as a person calls it: findings, dry runs, questions."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path

import pytest

from demo_data.export.mongodb import load
from demo_data.tea import DOMAIN
from tests.export.mongodb.serving import Databases
from tests.export.mongodb.stories import DOCUMENTS, RECORDS
from tests.running import called, environment

CAPSYS = pytest.CaptureFixture[str]


def test_loads(seed: Path, there: Databases, capsys: CAPSYS) -> None:
    """It says what went where, and how."""
    code, out, err = called(capsys, "load", seed, "--uri", there.uri, "--suffix", there.suffix)

    assert (code, err) == (0, "")
    line = rf"^  collection_{there.suffix}\.quality_documents +{DOCUMENTS} +0 +0 +\d+\.\d\d$"
    assert re.search(line, out, flags=re.MULTILINE)
    assert len(there.documents("collection.quality_documents")) == DOCUMENTS


def test_uri_from_the_environment(
    seed: Path, there: Databases, capsys: CAPSYS, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without --uri the variable DEMO_DATA_MONGODB_URI names the server; without both, both are told."""
    monkeypatch.delenv("DEMO_DATA_MONGODB_URI", raising=False)
    without = called(capsys, "load", seed)
    monkeypatch.setenv("DEMO_DATA_MONGODB_URI", there.uri)
    code, out, _ = called(capsys, "load", seed, "--suffix", there.suffix, "--quiet")

    told = "demo-data: name the server: --uri mongodb://..., or the variable DEMO_DATA_MONGODB_URI\n"
    assert (2, "", told) == without
    assert (code, out) == (0, "")
    assert len(there.documents("plantation.farmers")) == 3


def test_findings_forbid_everything(seed: Path, there: Databases, capsys: CAPSYS) -> None:
    """One dangling reference anywhere: the report, exit code 1, and not even an empty collection."""
    path = seed / "farmers.json"
    path.write_text(path.read_text(encoding="utf-8").replace("-highland", "-lowland", 1), encoding="utf-8")
    code, out, err = called(capsys, "load", seed, "--uri", there.uri, "--suffix", there.suffix)

    assert (code, err) == (1, "")
    assert "foreign-key: 1 violation" in out
    assert out.endswith(": nothing was written\n")
    assert there.content() == {}


def test_findings_do_not_clear(seed: Path, there: Databases, capsys: CAPSYS) -> None:
    """With findings, --clear drops nothing."""
    load(seed, there.uri, suffix=there.suffix)
    before = there.content()
    (seed / "farmers.json").write_text("[{]", encoding="utf-8")
    code, _, _ = called(capsys, "load", seed, "--uri", there.uri, "--suffix", there.suffix, "--clear", "--yes")

    assert code == 1
    assert before == there.content()


def test_dry_run(seed: Path, there: Databases, capsys: CAPSYS) -> None:
    """--dry-run tells what would be inserted, updated, left; the server is as it was."""
    arguments = ("load", seed, "--uri", there.uri, "--suffix", there.suffix, "--dry-run")
    code, out, _ = called(capsys, *arguments)
    empty = there.content()
    load(seed, there.uri, suffix=there.suffix)
    path = seed / "farmers.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"address":"', '"address":"New ', 2), encoding="utf-8")
    there.collection("plantation.farmers").delete_one({"_id": "WM-0003"})
    before = there.content()
    again = load(seed, there.uri, suffix=there.suffix, dry_run=True)

    assert code == 0
    assert re.search(r"\.farmers +3 +0 +0 ", out)
    assert f"a dry run, nothing was written; {RECORDS} records would be loaded" in out
    assert empty == {}
    (farmers,) = (one for one in again.collections if one.table == "farmers")
    assert farmers.inserted + farmers.updated + farmers.unchanged == 3
    assert farmers.inserted == 1
    assert farmers.updated >= 1
    assert before == there.content()


def test_dry_run_of_clear(seed: Path, there: Databases, capsys: CAPSYS) -> None:
    """--dry-run --clear asks nobody, since nothing is dropped, and tells how much would be."""
    load(seed, there.uri, suffix=there.suffix)
    before = there.content()
    code, out, _ = called(capsys, "load", seed, "--uri", there.uri, "--suffix", there.suffix, "--dry-run", "--clear")

    assert code == 0
    assert re.search(r"\.farmers +3 +0 +0 +\d+\.\d\d   3 dropped before\n", out)
    assert before == there.content()


def test_clear_needs_a_yes(seed: Path, there: Databases, capsys: CAPSYS, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no terminal can ask, --clear without --yes is refused before anything is read."""
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    code, out, err = called(capsys, "load", seed, "--uri", "mongodb://127.0.0.1:1", "--clear")

    assert (code, out) == (2, "")
    told = "--clear drops collections and there is no terminal to ask at: confirm with --yes"
    assert f"demo-data: {told}\n" == err


@pytest.mark.parametrize(("answer", "code", "left"), [("y", 0, 3), ("", 2, 4), ("no", 2, 4)])
def test_clear_asks(
    answer: str,
    code: int,
    left: int,
    seed: Path,
    there: Databases,
    capsys: CAPSYS,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On a terminal it names what it would drop, and asks; only a yes goes on."""
    load(seed, there.uri, suffix=there.suffix)
    there.collection("plantation.farmers").insert_one({"_id": "stranger", "id": "stranger"})
    monkeypatch.setattr("demo_data.commands.load.at_terminal", lambda: True)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{answer}\n"))
    found, out, err = called(capsys, "load", seed, "--uri", there.uri, "--suffix", there.suffix, "--clear")

    assert code == found
    assert "Drop them?" not in out
    assert f"  plantation_{there.suffix}.farmers (4 documents)\n" in err
    assert err.endswith("Drop them? [y/N] " + ("" if code == 0 else "demo-data: nothing was changed\n"))
    assert left == len(there.documents("plantation.farmers"))


def test_without_pymongo(seed: Path) -> None:
    """Where the driver is not installed, the extra that brings it is named."""
    script = (
        "import sys; sys.modules['pymongo'] = None; sys.modules['bson'] = None\n"
        "from demo_data.cli import main; sys.exit(main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "load", seed, "--uri", "mongodb://127.0.0.1:1"],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert (
        done.returncode,
        done.stdout,
        done.stderr,
    ) == (2, "", "demo-data: loading needs pymongo: pip install 'demo-data[mongodb]'\n")


def test_no_tables(tmp_path: Path, capsys: CAPSYS) -> None:
    """A directory without tables is told before any connection."""
    code, _, err = called(capsys, "load", tmp_path, "--uri", "mongodb://127.0.0.1:1")

    assert code == 2
    assert "no tables here" in err


def test_progress(seed: Path, there: Databases) -> None:
    """Progress tells each table's records as they are done, up to all of them."""
    told: list[tuple[str, int, int]] = []
    report = load(seed, there.uri, suffix=there.suffix, progress=lambda *step: told.append(step))

    assert [(table.table, table.inserted, table.inserted) for table in report.collections] == told


def test_batches_are_bounded(seed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No batch has more records than its bound, nor goes on once it has the bytes."""
    from demo_data.export.mongodb import documents
    from demo_data.export.mongodb.targets import targets

    monkeypatch.setattr(documents, "ROWS", 10)
    source = documents.sources(seed, DOMAIN)["documents"]
    (target,) = targets(DOMAIN, ["documents"], "e2e")
    rows = [len(batch) for batch in documents.batches(DOMAIN, target, source)]
    monkeypatch.setattr(documents, "BYTES", 1)
    ones = [len(batch) for batch in documents.batches(DOMAIN, target, source)]

    assert rows == [10] * (DOCUMENTS // 10) + [DOCUMENTS % 10]
    assert ones == [1] * DOCUMENTS
