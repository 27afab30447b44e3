"""A dataset in a local folder: files are there whole or not at all, and what waits for its place is nobody's."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from demo_data.common.errors import DataError, UsageError
from demo_data.storage import storage_of
from tests.running import names


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Not there yet."""
    return tmp_path / "a" / "b"


def put(folder: Path, name: str, text: str) -> None:
    with storage_of(folder).aside() as aside:
        (aside / "waiting").write_text(text)
        storage_of(folder).put(name, aside / "waiting")


def test_put_and_read(folder: Path, tmp_path: Path) -> None:
    """A file has the name that it was put by; another one takes its stead."""
    storage = storage_of(folder)
    put(folder, "t/x", "old")
    put(folder, "t/x", "new!")
    put(folder, "y", "")

    assert dict(storage.names()) == {"t/x": 4, "y": 0}
    assert dict(storage.names("t")) == {"t/x": 4}
    assert dict(storage.names("nowhere")) == {}
    assert storage.read("t/x") == b"new!"
    storage.fetch("t/x", tmp_path / "here")
    assert (tmp_path / "here").read_text() == "new!"
    assert storage.shown == str(folder)


@pytest.mark.parametrize("name", ["z", "t/z", "t"])
def test_nothing_there(name: str, folder: Path, tmp_path: Path) -> None:
    """What is not there is told as such, and what is a directory as no file."""
    put(folder, "t/x", "")
    expected = UsageError if name == "t" else FileNotFoundError
    with pytest.raises(expected):
        storage_of(folder).read(name)
    with pytest.raises(expected):
        storage_of(folder).fetch(name, tmp_path / "here")


def test_put_new(folder: Path) -> None:
    """Only where nothing stands yet, or the same."""
    storage = storage_of(folder)
    folder.mkdir(parents=True)
    storage.put_new("m", b"1")
    storage.put_new("m", b"1")
    with pytest.raises(DataError, match="m: stands there already, and says something else"):
        storage.put_new("m", b"2")

    assert storage.read("m") == b"1"
    assert names(folder) == ["m"]


def test_put_new_without_hard_links(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where a file system has no hard links, names are given and files are copied."""

    def link(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", link)
    folder.mkdir(parents=True)
    storage = storage_of(folder)
    storage.put_new("m", b"1")
    storage.put_new("m", b"1")
    with pytest.raises(DataError, match="says something else"):
        storage.put_new("m", b"2")
    storage_of(folder).fetch("m", tmp_path / "here")

    assert (tmp_path / "here").read_bytes() == b"1"


def test_remove(folder: Path) -> None:
    """What is gone already is no error; an emptied directory goes too."""
    put(folder, "t/x", "")
    put(folder, "y", "")
    storage_of(folder).remove(["t/x", "t/x", "u/x"])

    assert names(folder) == ["y"]


def test_one_alone(folder: Path) -> None:
    """Several may put files at once, but not beside one who must be alone."""
    storage, other = storage_of(folder), storage_of(folder)
    with storage.aside() as one:
        with other.aside() as two:
            assert one != two
        with pytest.raises(UsageError, match="another demo-data is writing there"), other.aside(alone=True):
            pass
    with storage.aside(alone=True), pytest.raises(UsageError, match="is writing there"), other.aside():
        pass

    assert not folder.exists()
    assert not folder.parent.exists()


def test_what_waits_has_no_name(folder: Path) -> None:
    """Nobody is told of it; what a killed process has left goes with the next run, what a living one has stays."""
    storage = storage_of(folder)
    put(folder, "y", "")
    (folder / ".building-dataset-dead").mkdir()
    (folder / ".building-dataset-dead" / "x").write_text("x")
    with storage.aside() as alive:
        (alive / "x").write_text("x")
        with storage.aside():
            assert (alive / "x").exists()
            assert not (folder / ".building-dataset-dead").exists()
        assert dict(storage.names()) == {"y": 0}


def test_links_are_not_followed(folder: Path, tmp_path: Path) -> None:
    """A directory of the dataset that is a link to another place is refused."""
    folder.mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (folder / "t").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="t: a symbolic link, where a directory of the dataset's own is expected"):
        put(folder, "t/x", "")

    assert names(tmp_path / "elsewhere") == []


@pytest.mark.parametrize("place", ["/dev/null/x", "/proc/x"])
def test_not_written(place: str) -> None:
    """What the system says, in a line."""
    with pytest.raises(UsageError, match=f"^{place}: cannot be written: [A-Z].*$"), storage_of(Path(place)).aside():
        pass


def test_no_room(folder: Path) -> None:
    """An error while files are written is told of the folder, without the names of what waits."""
    with (
        pytest.raises(UsageError, match=r"cannot be written: No space left on device$"),
        storage_of(folder).aside() as a,
    ):
        raise OSError(28, "No space left on device", str(a / "x"))
    assert not folder.exists()


def test_put_is_a_rename(folder: Path) -> None:
    """The very file that waited stands in its place: nobody sees a part of it, and who reads the old one goes on."""
    put(folder, "x", "old")
    with storage_of(folder).aside() as aside, (folder / "x").open() as reading:
        (aside / "waiting").write_text("new")
        inode = (aside / "waiting").stat().st_ino
        storage_of(folder).put("x", aside / "waiting")

        assert (folder / "x").stat().st_ino == inode
        assert reading.read() == "old"
