"""The cache keeps whole snapshots alone, and finds them again by their manifest."""

from __future__ import annotations

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from demo_data.common.errors import DataError, UsageError
from demo_data.versions import cache
from tests.running import contents, names


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache."""
    monkeypatch.setenv("DEMO_DATA_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def manifest(minimal_dir: Path) -> bytes:
    return (minimal_dir / "snapshot.json").read_bytes()


def copied(source: Path, folder: Path) -> Path:
    return Path(shutil.copytree(source, folder))


def test_kept(minimal_dir: Path, manifest: bytes, tmp_path: Path, place: Path) -> None:
    """What is kept is moved, found by its manifest's bytes alone, and unchanged."""
    assert cache.kept(manifest) is None
    kept = cache.keep(copied(minimal_dir, tmp_path / "new"), manifest)

    assert (names(tmp_path), names(place)) == (["cache"], ["snapshots"])
    assert cache.kept(manifest) == kept
    assert cache.kept(manifest + b" ") is None
    assert contents(kept) == contents(minimal_dir)


def test_damaged(minimal_dir: Path, manifest: bytes, tmp_path: Path, place: Path) -> None:
    """What is not as the manifest tells is refused with every fault, and nothing of it is kept."""
    new = copied(minimal_dir, tmp_path / "new")
    (new / "farmers.parquet").unlink()
    (new / "regions.parquet").write_bytes(b"PAR1")
    with pytest.raises(DataError) as refused:
        cache.keep(new, manifest)

    assert [message.removeprefix(f"{new}/").partition(":")[0] for message in refused.value.messages] == [
        "regions.parquet",
        "farmers.parquet",
    ]
    assert cache.kept(manifest) is None
    assert not list(place.rglob("*.parquet"))


def test_again(minimal_dir: Path, manifest: bytes, tmp_path: Path) -> None:
    """What is there and whole stays; what has been damaged since is replaced."""
    kept = cache.keep(copied(minimal_dir, tmp_path / "new"), manifest)
    first = (kept / "farmers.parquet").stat().st_ino
    assert cache.keep(copied(minimal_dir, tmp_path / "new"), manifest) == kept
    assert (kept / "farmers.parquet").stat().st_ino == first

    (kept / "farmers.parquet").write_bytes(b"PAR1")
    assert cache.keep(copied(minimal_dir, tmp_path / "new"), manifest) == kept
    assert contents(kept) == contents(minimal_dir)


def test_at_once(minimal_dir: Path, manifest: bytes, tmp_path: Path, place: Path) -> None:
    """Many may keep the same snapshot at once: all get the same whole one, and nothing else is left."""
    new = [copied(minimal_dir, tmp_path / f"new-{number}") for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        kept = set(pool.map(lambda folder: cache.keep(folder, manifest), new))

    assert kept == {cache.kept(manifest)}
    assert contents(kept.pop()) == contents(minimal_dir)
    assert names(place) == ["snapshots"]


def test_killed(place: Path) -> None:
    """What a killed run has left is removed by the next, an older version's too; what a running one writes is not."""
    for process in (4_000_000, os.getppid()):
        for name in (".scratch", ".aside"):
            (place / f"{name}-{process}-x").mkdir(parents=True)
    with cache.scratch():
        pass

    assert names(place) == [f".aside-{os.getppid()}-x", f".scratch-{os.getppid()}-x"]


def test_no_place(minimal_dir: Path, manifest: bytes, tmp_path: Path, place: Path) -> None:
    """A cache that cannot be written names itself, the reason, and the way out."""
    place.write_text("a file")
    with pytest.raises(UsageError) as refused:
        cache.keep(copied(minimal_dir, tmp_path / "new"), manifest)

    assert refused.value.messages == [
        f"{place}: cannot be written: Not a directory; DEMO_DATA_CACHE names another cache",
    ]


def test_where(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The cache lies where the environment says, or else in the user's folder of caches."""
    monkeypatch.setenv("DEMO_DATA_CACHE", "~/mine")
    assert cache.cache_folder() == Path.home() / "mine"
    monkeypatch.setenv("DEMO_DATA_CACHE", "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache.cache_folder().name == "demo-data"
