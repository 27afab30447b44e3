"""`snapshot write`, `corrupt` and `validate --report`: old or new, whole, whatever happens while they write."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import demo_data.plots
from demo_data.commands import build as command
from demo_data.common.errors import COMPLETED, UsageError
from demo_data.dataset import atomic
from demo_data.dataset.atomic.swap import exchange
from demo_data.tea import DOMAIN
from demo_data.versions.write import write
from tests.running import called, contents, names

Capture = pytest.CaptureFixture[str]


def failing(original: Callable[..., Any], at: int) -> Callable[..., Any]:
    """The function, with a full disk at its nth call."""
    calls = 0

    def full(*arguments: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == at:
            raise OSError(28, "No space left on device")
        return original(*arguments, **options)

    return full


@pytest.mark.parametrize("at", [1, 2, 3])
def test_snapshot_write(at: int, minimal_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a full disk the old plots, descriptions and manifest stay as they were."""
    out = Path(shutil.copytree(minimal_dir, tmp_path / "set"))
    (out / "plots" / "mine.csv").write_text("mine")
    before = contents(out)
    with monkeypatch.context() as patch:
        patch.setattr(demo_data.plots, "_csv", failing(demo_data.plots._csv, at))
        with pytest.raises(UsageError, match="No space left on device"):
            write(out, DOMAIN)
        assert contents(out) == before
        assert names(tmp_path) == ["set"]
    write(out, DOMAIN)
    assert contents(out) == before


@pytest.mark.sample(1)
@pytest.mark.parametrize("at", [1, 4, 9])
def test_corrupt(at: int, minimal_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """On a full disk the old copy stays, with its ledger; a file of the user's own is in no danger."""
    out = tmp_path / "bad"
    arguments = ("corrupt", minimal_dir, "--out", out, "--defects", 5)
    assert called(capsys, *arguments)[0] == 0
    before = contents(out)
    with monkeypatch.context() as patch:
        patch.setattr("demo_data.faults.copying._text", failing(lambda *_: "{}", at))
        code, _, err = called(capsys, *arguments, "--seed", 2)
    assert (code, "No space left on device" in err) == (2, True)
    assert contents(out) == before
    (out / "farmers.parquet").write_text("mine")
    code, _, err = called(capsys, *arguments, "--seed", 2)
    assert (code, "farmers.parquet" in err) == (2, True)
    (out / "farmers.parquet").unlink()
    assert called(capsys, *arguments, "--seed", 2)[0] == 0
    assert contents(out) != before


def test_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A report that cannot be written leaves the old one; a link to one is followed; a device is written to."""
    report = tmp_path / "report.json"
    report.write_text("old")
    report.chmod(0o640)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", failing(Path.write_text, 1))
        with pytest.raises(UsageError, match=r"report\.json: cannot be written: No space left on device"):
            atomic.write_text(report, "new")
    assert (report.read_text(), names(tmp_path)) == ("old", ["report.json"])
    (tmp_path / "link").symlink_to(report)
    atomic.write_text(tmp_path / "link", "new")
    assert (report.read_text(), report.stat().st_mode & 0o777) == ("new", 0o640)
    assert names(tmp_path) == ["link", "report.json"]
    atomic.write_text(Path(os.devnull), "new")
    with pytest.raises(UsageError, match="No such file or directory"):
        atomic.write_text(tmp_path / "no" / "report.json", "new")


@pytest.mark.parametrize(("when", "said"), [("before", "nothing was changed"), ("after", "set was complete by then")])
def test_an_interrupt(when: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """An interrupt while the files take their places waits, and what is said then is so."""
    original = exchange

    def interrupted(*paths: Path) -> bool:
        done = original(*paths)
        os.kill(os.getpid(), signal.SIGINT)
        return done

    if when == "after":
        monkeypatch.setattr("demo_data.dataset.atomic.swap.exchange", interrupted)
    else:
        monkeypatch.setattr("demo_data.dataset.store.write_json_files", failing_with(KeyboardInterrupt()))
    code, _, err = called(capsys, "build", "minimal", "--out", tmp_path / "set")

    assert (code, err.endswith(f"{said}\n")) == (130, True)
    assert (tmp_path / "set" / "snapshot.json").is_file() == (when == "after")
    assert bool(COMPLETED) == (when == "after")


def failing_with(error: BaseException) -> Callable[..., Any]:
    def fails(*_: Any, **__: Any) -> Any:
        raise error

    return fails


def test_the_tracker_is_killed(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where multiprocessing's own process is killed, semaphores are given up without a word."""
    from multiprocessing import get_context, resource_tracker

    monkeypatch.setattr(resource_tracker, "unregister", resource_tracker.unregister)
    resource_tracker.ensure_running()
    lock = get_context("spawn").Lock()
    command._outlive_the_tracker()
    os.kill(resource_tracker._resource_tracker._pid, signal.SIGKILL)  # type: ignore[attr-defined]
    os.waitpid(resource_tracker._resource_tracker._pid, 0)  # type: ignore[attr-defined]
    del lock
    resource_tracker.ensure_running()

    assert capfd.readouterr().err == ""
