"""Whatever happens while a dataset takes its place, at each call of the file system: old or new, and others' files."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from demo_data.common.errors import UsageError
from demo_data.dataset.atomic import staged
from tests.dataset.atomic import faulty
from tests.running import names
from tests.tiers import amounts

WAYS = ("exchange", "one by one")
STEP = amounts(41, 11, 1)
"""At every so many calls of the system a fault strikes."""


class Scene:
    """An old dataset among the files of others, and a new one."""

    def __init__(self, folder: Path, way: str) -> None:
        self.folder, self.way = folder, way
        self.out = folder / "place" / "set"
        self.new_set = faulty.dataset(folder / "new", faulty.NEW, "new")
        self.reset()

    def go_on(self) -> None:
        """Let the new dataset be one that keeps some of the old one's files."""
        shutil.rmtree(self.new_set)
        faulty.dataset(self.new_set, faulty.GONE_ON, "new", faulty.KEPT)
        self.reset()

    def reset(self) -> None:
        """The old dataset, as it was."""
        if self.out.exists():
            shutil.rmtree(self.out)
        faulty.dataset(self.out, faulty.OLD, "old")
        (self.out / "validation.json").write_text('{"ok": true, "rows": {}, "violations": {}, "skipped": {}}')
        self.others = faulty.others(self.out)
        self.old = faulty.found(self.out)
        self.new = faulty.found(self.new_set) | self.others

    def meets(self, fault: str, at: int) -> int:
        """The exit code of a publication that meets a fault at the nth call."""
        process = faulty.begun(fault, at, self.way, self.new_set, self.out)
        process.join()
        return int(process.exitcode)

    def sweep(self, fault: str, step: int) -> Iterator[int]:
        """The exit codes of publications that meet a fault at the first call, the next, and so on to the last."""
        at = 1 + os.getpid() % step
        while (code := self.meets(fault, at)) != faulty.NOT_MET:
            yield code
            self.reset()
            at += step
        assert at > 15 + step
        assert faulty.found(self.out) == self.new
        assert names(self.out.parent) == ["set"]

    def assert_others(self) -> None:
        assert faulty.found(self.out).items() >= self.others.items()


@pytest.fixture(params=WAYS)
def scene(request: pytest.FixtureRequest, tmp_path: Path) -> Scene:
    return Scene(tmp_path, request.param)


@pytest.mark.sample(1)
@pytest.mark.parametrize("step", STEP)
def test_kills(scene: Scene, step: int) -> None:
    """A kill leaves the old dataset or the new one; one by one, perhaps none, until the next run puts the old back."""
    for code in scene.sweep("kill", step):
        assert code == -signal.SIGKILL
        left = faulty.found(scene.out)
        scene.assert_others()
        if scene.way == "exchange" or "snapshot.json" in left:
            assert left in (scene.old, scene.new)
        (scene.out / "notes.txt").unlink()
        with staged(scene.out):
            left = faulty.found(scene.out)
            assert left in ({k: v for k, v in whole.items() if k != "notes.txt"} for whole in (scene.old, scene.new))
        faulty.publish(scene.new_set, scene.out)
        assert faulty.found(scene.out) == {k: v for k, v in scene.new.items() if k != "notes.txt"}
        assert names(scene.out.parent) == ["set"]
        assert ".building-dataset" not in names(scene.out)


@pytest.mark.sample(1)
@pytest.mark.parametrize("step", STEP)
def test_kills_with_links(scene: Scene, step: int) -> None:
    """So does a kill where some of the new files are the old ones, linked."""
    scene.go_on()
    for _ in scene.sweep("kill", step):
        scene.assert_others()
        with staged(scene.out):
            assert faulty.found(scene.out) in (scene.old, scene.new)
        faulty.publish(scene.new_set, scene.out)
        assert faulty.found(scene.out) == scene.new
        assert names(scene.out.parent) == ["set"]


@pytest.mark.sample(1)
@pytest.mark.parametrize("step", STEP)
def test_errors_with_links(scene: Scene, step: int) -> None:
    """So does an error there."""
    scene.go_on()
    for code in scene.sweep("error", step):
        assert faulty.found(scene.out) == {faulty.REFUSED: scene.old, faulty.DONE: scene.new}[code]


@pytest.mark.sample(1)
@pytest.mark.parametrize("step", STEP)
def test_killed_twice(scene: Scene, step: int) -> None:
    """A run that is killed while it clears up after a killed one leaves no less to the next."""
    for at in (9, 24, 33, 41) if step > 1 else range(1, 60):
        scene.reset()
        scene.meets("kill", at)
        scene.meets("kill", 5 + at % 7)
        scene.assert_others()
        faulty.publish(scene.new_set, scene.out)
        assert faulty.found(scene.out) == scene.new
        assert names(scene.out.parent) == ["set"]


@pytest.mark.sample(1)
@pytest.mark.parametrize("step", STEP)
def test_errors(scene: Scene, step: int) -> None:
    """After an error the old dataset is there, if the publication says that it failed; else the new one."""
    for code in scene.sweep("error", step):
        assert faulty.found(scene.out) == {faulty.REFUSED: scene.old, faulty.DONE: scene.new}[code]


@pytest.mark.sample(1)
@pytest.mark.parametrize("step", STEP)
def test_interrupts(scene: Scene, step: int) -> None:
    """What an interrupted publication says is so."""
    told = {faulty.INTERRUPTED_BEFORE: scene.old, faulty.INTERRUPTED_AFTER: scene.new}
    for code in scene.sweep("interrupt", step):
        assert faulty.found(scene.out) == told[code]
        assert names(scene.out.parent) == ["set"]


@pytest.mark.sample(1)
@pytest.mark.parametrize("step", STEP)
def test_terminated(scene: Scene, step: int) -> None:
    """SIGTERM ends a publication before its files begin to take their places, or when they have: never between."""
    for code in scene.sweep("terminate", step):
        assert code == -signal.SIGTERM
        assert faulty.found(scene.out) in (scene.old, scene.new)


@pytest.mark.full
@pytest.mark.parametrize("step", STEP)
def test_two_at_once(scene: Scene, step: int) -> None:
    """While one publication is paused, at any call, another is refused; the first then ends well."""
    at = 1
    while True:
        process = faulty.begun("stop", at, scene.way, scene.new_set, scene.out)
        if not stopped(process.pid, process.is_alive):
            assert process.exitcode == faulty.NOT_MET
            break
        with pytest.raises(UsageError, match="another demo-data is writing there"), staged(scene.out):
            pass
        os.kill(process.pid, signal.SIGCONT)
        process.join()
        assert process.exitcode == faulty.DONE
        assert faulty.found(scene.out) == scene.new
        scene.reset()
        at += step


def stopped(process: int, lives: Callable[[], bool]) -> bool:
    """Wait until a process is stopped; False where it ends instead."""
    if not Path("/proc/self/stat").exists():
        pytest.skip("needs Linux's /proc")
    while lives():
        with suppress(OSError):
            if Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "T":
                return True
    return False
