"""A build that fails, is killed or finds the disk full leaves the old dataset, or the new one.

Where directories cannot change places, files do one by one, and the third possibility is one without a manifest.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from demo_data.build import build
from demo_data.common.errors import UsageError
from demo_data.dataset import atomic, store
from demo_data.dataset import manifest as snapshot
from demo_data.dataset.atomic import swap
from demo_data.profile import load_profile
from demo_data.tea.tables import MODELS
from tests.running import ROOT, called, command, contents, environment, names


@pytest.fixture
def old(minimal_dir: Path, tmp_path: Path) -> Path:
    """A dataset that a build is about to replace."""
    return Path(shutil.copytree(minimal_dir, tmp_path / "set"))


def again(out: Path, **options: Any) -> None:
    """Build another dataset in `out`."""
    build(load_profile("minimal", seed=99), out, finish=snapshot.finish, **options)


STEPS = [  # what fails, and when: the nth call
    ("demo_data.dataset.store.write_part", 1),
    ("demo_data.dataset.store.write_part", 5),
    ("demo_data.dataset.store.write_part", 9),
    ("demo_data.build.recipe_text", 1),
    ("demo_data.dataset.store.write_json", 3),
    ("demo_data.report.write_plots", 1),
    ("demo_data.dataset.manifest.describe", 1),
    ("demo_data.dataset.manifest.croissant", 1),
    ("demo_data.dataset.manifest.write_manifest", 1),
]


def break_at(monkeypatch: pytest.MonkeyPatch, name: str, nth: int, error: BaseException) -> None:
    module, _, function = name.rpartition(".")
    original = getattr(sys.modules[module], function)
    calls = 0

    def broken(*arguments: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == nth:
            raise error
        return original(*arguments, **options)

    monkeypatch.setattr(name, broken)


@pytest.mark.parametrize(("name", "nth"), STEPS)
@pytest.mark.parametrize("error", [RuntimeError("broken"), KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_an_error(name: str, nth: int, error: BaseException, old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After an error at any step the old dataset is there, byte for byte, and nothing else."""
    before = contents(old)
    break_at(monkeypatch, name, nth, error)
    with pytest.raises(UsageError if isinstance(error, OSError) else type(error)):
        again(old)

    assert contents(old) == before
    assert not [path for path in names(old) if path.startswith(".")]


def test_an_error_in_a_new_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there was no directory, a failed build leaves none."""
    break_at(monkeypatch, "demo_data.dataset.store.write_part", 4, RuntimeError())
    with pytest.raises(RuntimeError):
        again(tmp_path / "set")

    assert names(tmp_path) == []


@pytest.fixture
def no_exchange(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system where directories cannot change places."""
    monkeypatch.setattr("demo_data.dataset.atomic.swap.exchange", lambda *_: False)


def assert_whole(folder: Path, seed: int) -> None:
    """`folder` holds what a build in an empty place makes, and nothing else."""
    assert contents(folder) == whole(seed)
    assert not [path for path in names(folder) if path.startswith(".")]


def whole(seed: int) -> dict[str, str]:
    """What a build in an empty place makes."""
    with tempfile.TemporaryDirectory() as place:
        build(load_profile("minimal", seed=seed), Path(place) / "new", finish=snapshot.finish)
        return contents(Path(place) / "new")


HALTED = """
import os, signal, sys
from pathlib import Path
from demo_data import publish, store
from demo_data.dataset.atomic import swap
from demo_data.versions import manifest as snapshot
from demo_data.build import build
from demo_data.profile import load_profile
name, nth, out = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
owner = {
    "replace": Path, "unlink": Path, "rename": Path, "write_part": store, "write_json": store, "describe": snapshot,
    "link": os, "exchange": swap,
}[name]
original, calls = getattr(owner, name), 0
def killed(*arguments, **options):
    global calls
    calls += 1
    if calls == nth:
        os.kill(os.getpid(), signal.SIGKILL)
    return original(*arguments, **options)
setattr(owner, name, killed)
build(load_profile("minimal", seed=99), out, finish=snapshot.finish)
"""


@pytest.mark.parametrize(
    ("name", "nth", "left"),
    [
        ("write_part", 3, "old"),
        ("write_json", 1, "old"),
        ("describe", 1, "old"),
        ("link", 1, "old"),
        ("rename", 1, "old"),
        ("exchange", 1, "old"),
        ("unlink", 1, "new"),
    ],
)
def test_killed(name: str, nth: int, left: str, old: Path) -> None:
    """Killed at any moment, a build leaves the old dataset or the new one, whole; the next one cleans up."""
    (old / "mine.txt").write_text("mine")
    before = contents(old)
    assert killed(old, name, nth)
    after = {path: hash_ for path, hash_ in contents(old).items() if not path.startswith(".building-")}
    remains = [path for folder in (old, old.parent) for path in names(folder) if ".building-" in path]

    assert remains
    assert after == (before if left == "old" else whole(99) | {"mine.txt": before["mine.txt"]})
    (old / "mine.txt").unlink()
    again(old)
    assert_whole(old, 99)
    assert names(old.parent) == [old.name]


def killed(*arguments: object) -> bool:
    """Build in `arguments[0]`, and die by SIGKILL at the nth call of a function."""
    out, name, nth = arguments
    script = [sys.executable, "-c", HALTED, str(name), str(nth), str(out)]
    done = subprocess.run(script, env=environment(), cwd=ROOT, check=False, capture_output=True, text=True)
    return done.returncode == -signal.SIGKILL


@pytest.mark.parametrize("wait", [0.9, 1.6])
def test_killed_with_workers(wait: float, tmp_path: Path) -> None:
    """Workers end with a killed parent, and leave nothing that looks finished."""
    out = tmp_path / "set"
    process = subprocess.Popen(
        command("build", "load-test", "--no-json", "--workers", 2, "--quiet", "--out", out), env=environment()
    )
    try:
        time.sleep(wait)
        for _ in range(600):
            if out.is_dir() and len(children(process.pid)) >= 2:
                break
            time.sleep(0.05)
        workers = children(process.pid)
    finally:
        process.kill()
        process.wait()
    assert not (out / atomic.MANIFEST).exists()
    deadline = time.monotonic() + 20
    while any(map(running, workers)) and time.monotonic() < deadline:
        time.sleep(0.1)

    assert not [worker for worker in workers if running(worker)]
    assert len(workers) >= 2
    again(out)
    assert_whole(out, 99)


def children(process: int) -> list[int]:
    """The processes that `process` has started."""
    path = Path(f"/proc/{process}/task/{process}/children")
    if not path.exists():
        pytest.skip("needs Linux's /proc to find the workers")
    return [int(child) for child in path.read_text().split()]


def running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_stale(old: Path) -> None:
    """What a killed build left goes."""
    (old / ".building-dataset" / "new" / "json").mkdir(parents=True)
    (old / ".building-dataset" / "new" / "farmers.parquet").write_text("half")
    (old / ".building-dataset" / "new" / "json").chmod(0o500)
    again(old)

    assert_whole(old, 99)


def test_not_stale(old: Path) -> None:
    """A name that only looks alike stays."""
    kept = [".building-1", ".building-\u00b2", ".building-a-house"]
    for name in kept:
        (old / name).mkdir()
    again(old)

    assert [path for path in names(old) if path.startswith(".")] == sorted(kept)


@pytest.mark.parametrize("made", ["mine.txt", "old/farmers.parquet"])
def test_not_ours(made: str, old: Path) -> None:
    """A staging directory that holds what no build leaves is named, and stays."""
    (old / ".building-dataset" / made).parent.mkdir(parents=True)
    (old / ".building-dataset" / made).write_text("mine")
    before = contents(old)
    with pytest.raises(UsageError, match=r"\.building-dataset: .*; move it away"):
        again(old)

    assert contents(old) == before


FOREIGN = [
    "notes.txt",
    "mine.parquet",
    "agent_configs.json",
    "json/agent_configs.json",
    "json/mine.txt",
    "plots/mine.csv",
    "prompts.parquet",
    "deep/er/farmers.parquet",
]


@pytest.mark.parametrize("options", [{}, {"json_form": False}, {"tables": ["farmers"]}])
@pytest.mark.parametrize("one_by_one", [False, True])
def test_foreign_files(one_by_one: bool, options: dict[str, Any], old: Path, request: pytest.FixtureRequest) -> None:
    """Nothing that a dataset does not consist of is deleted or changed, links and empty directories included."""
    if one_by_one:
        request.getfixturevalue("no_exchange")
    (old / "empty").mkdir()
    (old / "link").symlink_to("nowhere")
    for name in FOREIGN:
        (old / name).parent.mkdir(exist_ok=True, parents=True)
        (old / name).write_text("mine")
    again(old, **options)

    assert [(old / name).read_text() for name in FOREIGN] == ["mine"] * len(FOREIGN)
    assert (old / "empty").is_dir()
    assert (old / "link").readlink() == Path("nowhere")


def test_where_we_stand(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dataset can be built in the working directory, which stays where it is."""
    monkeypatch.chdir(old)
    again(Path())

    assert_whole(Path.cwd(), 99)


def test_latecomers(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What somebody puts into the directory while it is being replaced is kept."""
    original = swap.exchange

    def late(one: Path, other: Path) -> bool:
        (other / "late.txt").write_text("mine")
        return original(one, other)

    monkeypatch.setattr("demo_data.dataset.atomic.swap.exchange", late)
    again(old)
    monkeypatch.undo()

    assert (old / "late.txt").read_text() == "mine"
    (old / "late.txt").unlink()
    assert_whole(old, 99)


def test_permissions_stay(old: Path) -> None:
    """The user's own directories keep their permissions."""
    (old / "private").mkdir(mode=0o700)
    (old / "private" / "notes.txt").write_text("mine")
    again(old)

    assert (old / "private").stat().st_mode & 0o777 == 0o700
    assert (old / "private" / "notes.txt").read_text() == "mine"


def test_mode_and_link_stay(old: Path, tmp_path: Path) -> None:
    """A directory that is reached by a symbolic link stays where it is, with its permissions."""
    (tmp_path / "link").symlink_to(old)
    old.chmod(0o751)
    again(tmp_path / "link")

    assert (tmp_path / "link").is_symlink()
    assert old.stat().st_mode & 0o777 == 0o751
    assert_whole(old, 99)


def test_a_whole_build_leaves_nothing_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables in parts, JSON and reports of an older dataset go with it."""
    out = tmp_path / "set"
    with monkeypatch.context() as patch:
        patch.setattr("demo_data.build.ROWS_PER_PART", 40)
        build(load_profile("demo"), out, finish=snapshot.finish)
    assert len(names(out / "documents.parquet")) > 5
    (out / "validation.json").write_text('{"ok": true, "rows": {}, "violations": {}, "skipped": {}}')
    again(out, json_form=False)

    described = ("croissant.json", "datapackage.json", "recipe.json", "snapshot.json")
    assert names(out) == sorted([*(f"{table}.parquet" for table in MODELS), "plots", *described])
    assert (out / "documents.parquet").is_file()


def test_some_tables(old: Path) -> None:
    """With only some tables the others stay, in both forms; the manifest goes, since it no longer holds."""
    before = contents(old)
    again(old, tables=["farmers"])
    after = contents(old)

    assert {path for path in before if after.get(path) != before[path]} == {
        "farmers.parquet",
        "json/farmers.json",
        "snapshot.json",
    }
    assert after.keys() == before.keys() - {"snapshot.json"}
    again(old)
    assert_whole(old, 99)
    assert ".demo-data.json" not in names(old)


def test_the_manifest_stays_while_it_holds(old: Path) -> None:
    """Tables that come out the same, byte for byte, leave the manifest in force; a level's recipe counts too."""
    before = contents(old)
    build(load_profile("minimal"), old, tables=["farmers", "documents"])
    build(load_profile("minimal"), old, level=0, json_form=False)
    store.write_json_form(old, MODELS)
    assert contents(old) == before
    build(load_profile("minimal", changes=["farmers.has_email=12.5"]), old, level=0, json_form=False)

    assert contents(old).keys() == before.keys() - {"snapshot.json"}


BARE = """
import ctypes, os, sys
if os.geteuid() == 0:  # even root is to be held by permissions: PR_CAPBSET_DROP of CAP_DAC_OVERRIDE
    ctypes.CDLL(None).prctl(24, 1, 0, 0, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""


@pytest.mark.parametrize("place", ["set", "set/below"])
def test_unwritable(place: str, tmp_path: Path, minimal_dir: Path) -> None:
    """An unwritable directory is told in one line, and stays as it was."""
    shutil.copytree(minimal_dir, tmp_path / "set")
    (tmp_path / "set").chmod(0o555)
    before = contents(tmp_path)
    build_it = command("build", "minimal", "--out", tmp_path / place)
    done = subprocess.run(
        [sys.executable, "-c", BARE, *build_it], env=environment(), check=False, capture_output=True, text=True
    )
    (tmp_path / "set").chmod(0o755)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"demo-data: {tmp_path / place}: cannot be written: Permission denied\n"
    assert contents(tmp_path) == before


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """Mounts a file system of so many kilobytes."""
    place = tmp_path / "disk"
    place.mkdir()

    def mount(kilobytes: int) -> Path:
        options = ["-t", "tmpfs", "-o", f"size={kilobytes}k", "none", str(place)]
        if os.geteuid() != 0 or subprocess.run(["mount", *options], capture_output=True, check=False).returncode:
            pytest.skip("mounting a small file system needs root")
        return place

    yield mount
    if os.path.ismount(place):
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("kilobytes", [24, 64, 88, 120, 144, 200, 300])
def test_full_disk(kilobytes: int, small_disk: Callable[[int], Path], capsys: pytest.CaptureFixture[str]) -> None:
    """On a disk that is full at any step, one line says so and names the place; nothing is left on it."""
    disk = small_disk(kilobytes)
    code, out, err = called(capsys, "build", "minimal", "--out", disk / "set")

    assert (code, out) == (2, "")
    assert err.startswith(f"demo-data: {disk / 'set'}: cannot be written: ")
    assert "No space left on device" in err
    assert len(err.splitlines()) == 1
    assert names(disk) == []


def test_full_disk_keeps_the_old(
    small_disk: Callable[[int], Path], minimal_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where there is no room beside the old dataset, it stays as it was."""
    disk = small_disk(700)
    shutil.copytree(minimal_dir, disk / "set")
    before = contents(disk)
    for workers in (1, 2):
        code, _, err = called(capsys, "build", "demo", "--out", disk / "set", "--workers", workers)

        assert code == 2
        assert "No space left on device" in err
        assert contents(disk) == before
