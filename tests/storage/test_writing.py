"""Datasets are made at URLs: byte for byte what one build makes here, whole or not at all, and never changed."""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from demo_data.storage import storage_of
from demo_data.storage.objects import Objects
from tests.running import called, command, contents, environment
from tests.serving import free_port
from tests.storage.endpoint import Endpoint, refusing, served


@pytest.fixture
def puts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of files that are put from now on, in order."""
    names: list[str] = []
    put, put_new = Objects.put, Objects.put_new

    def noted(self: Objects, name: str, file: Path) -> None:
        names.append(name)
        put(self, name, file)

    def noted_new(self: Objects, name: str, data: bytes) -> None:
        names.append(name)
        put_new(self, name, data)

    monkeypatch.setattr(Objects, "put", noted)
    monkeypatch.setattr(Objects, "put_new", noted_new)
    return names


def test_build(
    s3: Endpoint, minimal_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], puts: list[str]
) -> None:
    """What lies there is what a build makes here; made again, nothing is made; temporary files are gone."""
    code, out, err = called(capsys, "build", "minimal", "--out", s3.url)
    assert (code, err) == (0, "")
    assert out.endswith(
        f"{s3.url}: complete. Next: `demo-data show {s3.url}` tells what is in it, `demo-data validate {s3.url}` "
        "checks it.\n"
    )
    assert contents(s3.folder) == contents(minimal_dir)
    assert puts[0] == "receipts/build.json"
    assert puts[-1] == "snapshot.json"
    assert not list(tmp_path.rglob("*.parquet"))

    puts.clear()
    code, out, _ = called(capsys, "build", "minimal", "--out", s3.url)
    assert (code, puts) == (0, [])
    assert out.startswith(f"{s3.url}: 9 of 9 parts were there already\n")


@pytest.mark.parametrize(
    ("options", "difference"),
    [
        (("minimal", "--seed", "7"), "of another recipe"),
        (("minimal", "--as-of", "2025-12-30"), "of another recipe"),
        (("demo",), "of profile minimal, not demo, of another recipe"),
        (("minimal", "--no-json"), "with JSON forms"),
    ],
)
def test_another_dataset_is_there(
    options: tuple[str, ...],
    difference: str,
    s3: Endpoint,
    minimal_dir: Path,
    capsys: pytest.CaptureFixture[str],
    puts: list[str],
) -> None:
    s3.upload(minimal_dir)
    code, out, err = called(capsys, "build", *options, "--out", s3.url)
    assert (code, out, puts) == (1, "", [])
    assert err == (
        f"demo-data: {s3.url}: a finished dataset is there, and does not change: it is {difference}; "
        "choose a prefix of its own for this one\n"
    )
    assert contents(s3.folder) == contents(minimal_dir)


def test_anything_else_is_there(
    s3: Endpoint, minimal_dir: Path, capsys: pytest.CaptureFixture[str], puts: list[str]
) -> None:
    """Files that no build of this program's has put there stay, and nothing is put beside them."""
    s3.upload(minimal_dir)
    (s3.folder / "snapshot.json").unlink()
    time.sleep(0.3)
    before = contents(s3.folder)
    code, _, err = called(capsys, "build", "minimal", "--out", s3.url)
    assert (code, err.count("\n"), puts) == (2, 1, [])
    assert "files stand in places that the dataset takes" in err
    assert contents(s3.folder) == before


def test_shards(
    s3: Endpoint, demo_dir: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path, puts: list[str]
) -> None:
    """Shards of any scheduler are put there and sealed; orphans are listed."""
    for shard in ("3/3", "1/3"):
        assert called(capsys, "build", "demo", "--shard", shard, "--out", s3.url, "--quiet") == (0, "", "")
    code, _, err = called(capsys, "show", s3.url)
    assert code == 2
    assert "shards are under way, 2 receipts so far" in err
    code, _, err = called(capsys, "seal", s3.url)
    assert (code, "snapshot.json" in puts) == (1, False)
    assert called(capsys, "build", "demo", "--shard", "2/3", "--out", s3.url, "--quiet")[0] == 0

    puts.clear()
    assert called(capsys, "build", "demo", "--shard", "2/3", "--out", s3.url, "--quiet")[0] == 0
    assert puts == []
    assert called(capsys, "seal", s3.url, "--quiet") == (0, "", "")
    assert contents(s3.folder) == contents(demo_dir)
    (tmp_path / "left").write_text("left")
    storage_of(s3.url).put("left.parquet", tmp_path / "left")
    assert called(capsys, "seal", s3.url, "--orphans") == (0, "left.parquet  4 B\n", "")


@pytest.mark.parametrize("options", [("--table", "regions"), ("--level", "0")])
def test_only_whole_datasets(options: tuple[str, ...], s3: Endpoint, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = called(capsys, "build", "minimal", "--out", s3.url, *options)
    expected = f"demo-data: {s3.url}: a whole dataset is made there; leave --table and --level away\n"
    assert (code, err) == (2, expected)


@pytest.mark.parametrize(
    ("status", "error", "line"),
    [
        (403, "AccessDenied", "refused (403 AccessDenied): the keys give no right to do this there"),
        (403, "QuotaExceeded", "no room is left there (QuotaExceeded); what is finished stays"),
    ],
)
def test_refused(
    status: int,
    error: str,
    line: str,
    s3: Endpoint,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with refusing(status, error) as address:
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)
        code, out, err = called(capsys, "build", "minimal", "--out", s3.url)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert line in err


def test_no_right_to_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A server that lets only read."""
    (tmp_path / "server").mkdir()
    with served(tmp_path / "server", "--read-only") as started:
        s3 = started.used(tmp_path, monkeypatch)
        code, out, err = called(capsys, "build", "minimal", "--out", s3.url)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert err.startswith(f"demo-data: {s3.url}/receipts/build.json: the server fails with 500 InternalError")
        assert not s3.folder.exists()


def test_server_killed_in_the_midst(
    tmp_path: Path, demo_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A build whose server goes ends with a line, and no dataset is there; the next one ends it, to the byte."""
    server, port = tmp_path / "server", free_port()
    server.mkdir()
    with served(server, port=port) as started:
        s3 = started.used(tmp_path, monkeypatch)
        put, count = Objects.put, iter(range(100))

        def killing(self: Objects, name: str, file: Path) -> None:
            if next(count) == 4:
                started.server.kill()
                started.server.wait()
            put(self, name, file)

        monkeypatch.setattr(Objects, "put", killing)
        code, out, err = called(capsys, "build", "demo", "--out", s3.url)
        monkeypatch.setattr(Objects, "put", put)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "the server does not answer, or the connection was lost; tried several times" in err
    assert not list(tmp_path.glob("demo-data-*/*"))
    with served(server, port=port):
        assert not (s3.folder / "snapshot.json").exists()
        assert called(capsys, "show", s3.url)[0] == 2
        assert called(capsys, "build", "demo", "--out", s3.url, "--quiet") == (0, "", "")
        assert contents(s3.folder) == contents(demo_dir)


@pytest.mark.sample(2)
@pytest.mark.parametrize(
    "seen", ["receipts/build.json", "farmers.parquet", "receipts/0001-of-0001.json", "recipe.json"]
)
def test_client_killed(seen: str, s3: Endpoint, demo_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A build that is killed leaves no dataset; the next one ends it, and what a shard has finished stays."""
    process = subprocess.Popen(
        command("build", "demo", "--out", s3.url, "--quiet"), env=environment(), stdout=subprocess.PIPE
    )
    while process.poll() is None and not (s3.folder / seen).exists():
        time.sleep(0.001)
    process.kill()
    process.communicate()
    time.sleep(0.3)
    if not (whole := (s3.folder / "snapshot.json").exists()):
        assert called(capsys, "show", s3.url)[0] == 2
    shard = whole or (s3.folder / "receipts" / "0001-of-0001.json").exists()
    made = (s3.folder / "farmers.parquet").stat().st_mtime_ns if shard else None
    assert called(capsys, "build", "demo", "--out", s3.url, "--quiet") == (0, "", "")
    assert made in (None, (s3.folder / "farmers.parquet").stat().st_mtime_ns)
    assert contents(s3.folder) == contents(demo_dir)
    assert json.loads((s3.folder / "snapshot.json").read_text())["profile"] == "demo"


def test_killed_before_receipts_go(s3: Endpoint, demo_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The manifest is there, and so are receipts: the dataset is whole, and the next build removes them."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("demo_data.shards.sealing._remove_receipts", lambda *_: None)
        assert called(capsys, "build", "demo", "--out", s3.url, "--quiet") == (0, "", "")
    assert (s3.folder / "receipts" / "build.json").exists()
    assert called(capsys, "build", "demo", "--out", s3.url, "--quiet") == (0, "", "")
    assert contents(s3.folder) == contents(demo_dir)


def test_killed_at_the_very_end(
    s3: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """All is there already; what the killed run has left on this machine goes nevertheless."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert called(capsys, "build", "minimal", "--out", s3.url, "--quiet") == (0, "", "")
    (left,) = tmp_path.glob("demo-data-*")
    (left / ".building-dataset-dead" / "whole").mkdir(parents=True)
    assert called(capsys, "build", "minimal", "--out", s3.url, "--quiet") == (0, "", "")
    assert list(left.iterdir()) == []
