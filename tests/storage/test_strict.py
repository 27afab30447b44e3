"""All of it at a server that is not rclone's: whole commands, and two who finish at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from threading import Barrier, Thread

import pytest

from demo_data.common.errors import DataError
from demo_data.storage.objects import Objects
from tests.running import called, contents
from tests.storage.endpoint import Endpoint
from tests.storage.strict import Strict, strict

LAST = date(2026, 2, 2)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Strict]:
    with strict(tmp_path_factory.mktemp("strict")) as found:
        yield found


@pytest.fixture
def url(s3: Endpoint, server: Strict, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.address)
    return s3.url


def test_commands(
    url: str,
    server: Strict,
    minimal_dir: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Built, in shards and at once, validated, taken on: what comes about here. Columns come as ranges."""
    whole: list[str] = []
    fetch = Objects.fetch

    def noted(self: Objects, name: str, to: Path) -> None:
        whole.append(name)
        fetch(self, name, to)

    monkeypatch.setattr(Objects, "fetch", noted)
    monkeypatch.setattr("demo_data.shards.files.TAIL", 0)
    for shard in ("2/2", "1/2"):
        words = ("build", "minimal", "--no-json", "--shard", shard, "--out", f"{url}-shards", "--quiet")
        assert called(capsys, *words) == (0, "", "")
    assert called(capsys, "seal", f"{url}-shards", "--quiet") == (0, "", "")
    assert "documents.parquet" not in whole
    assert called(capsys, "build", "minimal", "--no-json", "--out", tmp_path / "here", "--quiet") == (0, "", "")
    assert server.contents(f"{url}-shards") == contents(tmp_path / "here")

    assert called(capsys, "build", "minimal", "--out", url, "--quiet") == (0, "", "")
    assert server.contents(url) == contents(minimal_dir)
    assert called(capsys, "validate", url, "--quiet")[0] == 0
    assert called(capsys, "advance", minimal_dir, "--to", LAST, "--out", tmp_path / "on", "--quiet") == (0, "", "")
    assert called(capsys, "advance", url, "--to", LAST, "--out", f"{url}-on", "--quiet") == (0, "", "")
    assert server.contents(f"{url}-on") == contents(tmp_path / "on")
    assert server.contents(url) == contents(minimal_dir)


@pytest.mark.parametrize("texts", [(b"one", b"other"), (b"same", b"same")])
def test_two_at_once(texts: tuple[bytes, bytes], url: str, server: Strict, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have seen that nothing is there: one is first, and what it has put stays; equal bytes are success."""
    barrier, looked, refused = Barrier(2), set[int](), dict[bytes, str]()
    require = Objects._require_equal

    def together(self: Objects, name: str, data: bytes) -> None:
        try:
            require(self, name, data)
        finally:
            if id(self) not in looked:
                looked.add(id(self))
                barrier.wait(30)

    def put(objects: Objects, text: bytes) -> None:
        try:
            objects.put_new("snapshot.json", text)
        except DataError as error:
            refused[text] = str(error)

    monkeypatch.setattr(Objects, "_require_equal", together)
    threads = [Thread(target=put, args=(Objects(url), text)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stays = {text for text in texts if text not in refused}
    assert len(stays) == 1
    assert server.contents(url) == {"snapshot.json": hashlib.sha256(*stays).hexdigest()}
    assert all("another one is there already" in error for error in refused.values())
