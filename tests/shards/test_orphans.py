"""Files that nobody names are listed, before a dataset is sealed and after."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.running import called, contents
from tests.shards.sharded import made, seal


def test_none(unsealed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither the files of shards are such, nor those of the sealed dataset."""
    assert called(capsys, "seal", unsealed, "--orphans") == (0, "", "")
    seal(unsealed)
    assert called(capsys, "validate", unsealed)[0] == 0
    assert called(capsys, "seal", unsealed, "--orphans") == (0, "", "")


def test_listed(unsealed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What no receipt tells, is listed with its size; nothing is removed, and nothing sealed."""
    (unsealed / "receipts" / "0002-of-0004.json").unlink()
    (unsealed / "notes.txt").write_text("mine")
    before = contents(unsealed)

    code, out, _ = called(capsys, "seal", unsealed, "--orphans")

    listed = [line.split("  ")[0] for line in out.splitlines()]
    assert code == 0
    assert {"notes.txt", "receipts/0002-of-0004.edges"} <= set(listed)
    assert "notes.txt  4 B" in out.splitlines()
    made(unsealed, 4, [2])
    assert {path for path in contents(unsealed) if path not in listed} >= set(before) - set(listed)
    assert [line.split("  ")[0] for line in called(capsys, "seal", unsealed, "--orphans")[1].splitlines()] == [
        "notes.txt"
    ]


def test_nowhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where nothing was made, all would be such."""
    code, out, err = called(capsys, "seal", tmp_path, "--orphans")

    assert (code, out) == (2, "")
    assert "neither a dataset nor shards of one lie there" in err
