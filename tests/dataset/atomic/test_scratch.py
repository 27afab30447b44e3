"""Temporary files are gone with the run that needed them, or with the next one; those of others stay."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from demo_data.common.errors import UsageError
from demo_data.dataset.atomic import write_text
from demo_data.dataset.atomic.scratch import scratch
from tests.running import environment, names

WAITS = """
import sys
from demo_data.dataset.atomic import write_text
from demo_data.dataset.atomic.scratch import scratch
with scratch() as place:
    (place / "file").write_text("x")
    print(place, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def above(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the directories come."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path / f"demo-data-{os.getuid()}"


def test_what_a_killed_process_has_left(above: Path, tmp_path: Path) -> None:
    """It stays for as long as its process lives, and goes when the next one begins."""
    process = subprocess.Popen(
        [sys.executable, "-c", WAITS],
        env=environment(TMPDIR=str(tmp_path)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    place = Path(process.stdout.readline().strip())
    with scratch() as own:
        assert own != place
        assert (place / "file").read_text() == "x"
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert names(above) == [place.name]
    with scratch() as own:
        assert names(above) == [own.name]

    assert names(above) == []


def test_somebody_elses(above: Path, tmp_path: Path) -> None:
    """A link that another user has put there is not followed."""
    (tmp_path / "theirs").mkdir()
    above.symlink_to(tmp_path / "theirs")
    with pytest.raises(UsageError, match="is none of your own directories; TMPDIR names another place"), scratch():
        pass

    assert names(tmp_path / "theirs") == []


def test_a_full_disk(above: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line names the place, and says what to do."""

    def full(**_: object) -> str:
        raise OSError(28, "No space left on device", str(above))

    monkeypatch.setattr(tempfile, "mkdtemp", full)
    with (
        pytest.raises(UsageError, match=r"demo-data-\d+: cannot be written: No space left on device; TMPDIR"),
        scratch(),
    ):
        pass


def test_a_directory_of_somebody_elses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another user has made there first is not written to, by nobody."""
    monkeypatch.setattr(os, "getuid", lambda: 4711)
    theirs = tmp_path / "demo-data-4711"
    theirs.mkdir()
    with pytest.raises(UsageError, match="is none of your own directories"), scratch():
        pass
    assert names(theirs) == []


def test_a_text_that_was_cut_off(tmp_path: Path) -> None:
    """What a killed process has left where it was writing a report goes when the next one is written there."""
    (tmp_path / "dataset" / ".building-dataset-dead").mkdir(parents=True)
    (tmp_path / "dataset" / ".building-dataset-dead" / "text").write_text("ha")
    write_text(tmp_path / "dataset" / "report", "whole")

    assert names(tmp_path / "dataset") == ["report"]
    assert (tmp_path / "dataset" / "report").read_text() == "whole"
