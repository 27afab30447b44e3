"""Object storage as a place of files: what is put is there whole, what is finished is never replaced."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest
from obstore.store import MemoryStore

from demo_data.common.errors import DataError, UsageError
from demo_data.storage import storage_of
from demo_data.storage.objects import CHUNK, Objects
from demo_data.storage.url import Url
from tests.storage.endpoint import Endpoint

LARGE = bytes(range(256)) * (5 * CHUNK // 512)
"""More than two parts of a multi-part upload."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "waiting"
    path.write_bytes(b"rows")
    return path


@pytest.fixture
def memory() -> Objects:
    """A store in memory, which obeys conditions as S3 does; rclone's server obeys none."""
    objects = Objects("s3://bucket/demo")
    objects.__dict__["_store"] = MemoryStore()
    return objects


@pytest.mark.parametrize("kind", [0, 1, 2], ids=["s3", "memory", "local"])
def test_a_place_of_files(kind: int, s3: Endpoint, memory: Objects, tmp_path: Path) -> None:
    """Every kind of storage keeps the same promises."""
    storage = (storage_of(s3.url), memory, storage_of(tmp_path / "local"))[kind]
    with storage.aside() as aside:
        (aside / "part").write_bytes(LARGE)
        storage.put("documents.parquet/0001.parquet", aside / "part")
        (aside / "part").write_bytes(b"before")
        storage.put("recipe.json", aside / "part")
        (aside / "part").write_bytes(b"{}")
        storage.put("recipe.json", aside / "part")
        assert not (aside / "part").exists()
    assert not aside.exists()

    sizes = {"documents.parquet/0001.parquet": len(LARGE), "recipe.json": 2}
    assert dict(storage.names()) == sizes
    assert dict(storage.names("documents.parquet")) == {"documents.parquet/0001.parquet": len(LARGE)}
    assert dict(storage.names("documents")) == {}
    assert storage.read("recipe.json") == b"{}"
    storage.fetch("documents.parquet/0001.parquet", tmp_path / "fetched")
    assert (tmp_path / "fetched").read_bytes() == LARGE

    storage.put_new("snapshot.json", b"one")
    storage.put_new("snapshot.json", b"one")
    with pytest.raises(DataError):
        storage.put_new("snapshot.json", b"two")
    assert storage.read("snapshot.json") == b"one"

    storage.remove(["recipe.json", "never.there", "snapshot.json"])
    assert [name for name, _ in storage.names()] == ["documents.parquet/0001.parquet"]
    with pytest.raises(FileNotFoundError):
        storage.read("recipe.json")
    with pytest.raises(FileNotFoundError):
        storage.fetch("recipe.json", tmp_path / "none")
    assert sorted(path.name for path in tmp_path.iterdir() if "none" in path.name) == []


def test_of_two_one_is_first(memory: Objects, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who looked before the other came is refused by the server, by the condition of the put."""
    memory.put_new("snapshot.json", b"one")
    looks: Iterator[FileNotFoundError | bytes] = iter([FileNotFoundError(), b"one"])

    def read(name: str) -> bytes:
        seen = next(looks)
        if isinstance(seen, Exception):
            raise seen
        return seen

    monkeypatch.setattr(memory, "read", read)
    with pytest.raises(DataError, match=r"s3://bucket/demo/snapshot\.json: another one is there already"):
        memory.put_new("snapshot.json", b"two")
    monkeypatch.undo()
    assert memory.read("snapshot.json") == b"one"


def test_workers_connect_for_themselves(s3: Endpoint, file: Path) -> None:
    """A connection is never sent along, nor what it knows."""
    objects = Objects(s3.url)
    objects.put("recipe.json", file)
    sent = pickle.dumps(objects)
    assert b"TEST" not in sent
    assert pickle.loads(sent).read("recipe.json") == b"rows"
    assert repr(objects) == f"Objects('{s3.url}')"


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("s3://KEY:SECRET@tea/demo", "s3://...: write s3://bucket/prefix and no more; credentials come from the env"),
        ("az://tea/demo?sig=SECRET", "az://...: write az://container/prefix and no more; credentials come from the"),
        ("https://tea/SECRET", "https://...: a directory is expected, or s3://bucket/prefix, gs://bucket/prefix or"),
        ("s3://tea/a/../b", "s3://tea/a/../b: '..' cannot stand between slashes of a prefix"),
        ("s3://tea/a//b", "s3://tea/a//b: '' cannot stand between slashes of a prefix"),
        ("s3://tea/a%20b", "s3://tea/a%20b: 'a%20b' cannot stand between slashes of a prefix"),
        ("s3:///demo", "s3:///demo: '' is no bucket's name; write it as s3://bucket/prefix, gs://bucket/prefix or az"),
    ],
)
def test_no_url(url: str, message: str) -> None:
    """What is no URL of ours is told in a line that repeats no secret."""
    with pytest.raises(UsageError) as told:
        storage_of(url)
    (line,) = told.value.messages
    assert line.startswith(message)
    assert "SECRET" not in line


@pytest.mark.parametrize("text", ["s3://tea/a/b", "gs://tea", "az://tea/a b/c.d=1"])
def test_urls(text: str) -> None:
    """A URL is read and written the same; slashes at its end say nothing."""
    assert str(Url.parse(text)) == str(Url.parse(f"{text}/")) == text
