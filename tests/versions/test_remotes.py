"""Versions come from real remotes, whole, into fresh clones with empty caches: by DVC's commands and by our own."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.running import contents, names
from tests.versions import serving
from tests.versions.serving import Remote
from tests.versions.upstream import FIRST, PROFILE, SECOND, Tree

FETCH = ("snapshot", "fetch", FIRST)
STORE = "from the remote 'store' (s3://tea/demo-data)"


def fetched(tree: Tree, *arguments: object, origin: str = "from the cache", **changes: str) -> Path:
    """Where `snapshot fetch` says that it lies; and it says, in a line, where it came from."""
    done = tree.demo_data("snapshot", "fetch", *arguments, **changes)
    assert (done.returncode, done.stderr) == (0, f"{arguments[0]}: {origin}\n")
    return Path(done.stdout.removesuffix("\n"))


def nothing_there(url: str) -> str:
    way_out = f"`demo-data snapshot rebuild {FIRST}` makes it again without a remote"
    push = "`dvc push --all-tags` from a clone that has the data"
    return f"the remote 'store' ({url}) has none of its files; {push}, or {way_out}"


def test_s3(clone: Tree, s3: Remote, versions: Tree) -> None:
    """A version comes from S3 into the cache, just the files of its manifest; then from the cache, without a remote."""
    first = fetched(clone, FIRST, origin=STORE, **s3.environment)
    assert contents(first) == versions.told(FIRST)
    assert names(clone.home / "demo_data_cache") == ["snapshots"]
    program = (
        "import sys; from demo_data.versions.pin import Pin; from demo_data.versions.resolve import resolve\n"
        "print(resolve(Pin.parse(sys.argv[1]), whole=True, domain=None).path,"
        " {name.partition('.')[0] for name in sys.modules} & {'dvc', 'polars'})"
    )
    assert clone.run(sys.executable, "-c", program, FIRST) == f"{first} set()\n"

    out = clone.folder.parent / "out"
    assert fetched(clone, SECOND, "--out", out, origin=STORE, **s3.environment) == out
    assert contents(out) == versions.told(SECOND) != versions.told(FIRST)
    assert fetched(clone, FIRST, "--out", out) == out
    assert contents(out) == versions.told(FIRST)
    assert (out / "farmers.parquet").stat().st_ino != (first / "farmers.parquet").stat().st_ino

    (out / "mine.txt").write_text("mine")
    assert fetched(clone, FIRST, "--out", out) == out
    assert (out / "mine.txt").read_text() == "mine"
    (out / "snapshot.json").unlink()
    before = contents(out)
    done = clone.demo_data(*FETCH, "--out", out)
    refused = f"demo-data: {out}: not empty, and no snapshot lies there that could be replaced\n"
    assert (done.returncode, done.stderr, contents(out)) == (2, refused, before)


@pytest.mark.full
def test_sftp(versions: Tree, sftp: Remote, tmp_path: Path) -> None:
    """A version comes from SFTP; a wrong password, or none, is told as such, and leaves nothing."""
    upstream = versions.copy(tmp_path / "upstream")
    upstream.name_remote(sftp)
    upstream.config_local(sftp.secrets)
    upstream.run("dvc", "push", "--all-tags")
    clone = upstream.clone(tmp_path / "clone")

    for settings in ({"password": "wrong"}, {}):
        clone.config_local(settings)
        done = clone.demo_data(*FETCH, "--no-rebuild")
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith(f"demo-data: {FIRST}: the remote 'store' (ssh://***@127.0.0.1:")
        assert "refuses: it asks for a password" in done.stderr
        assert done.stderr.endswith("in .dvc/config.local (docs/remotes.md)\n")
        assert done.stderr.count("\n") == 1
        assert not list((clone.home / "demo_data_cache").iterdir())

    clone.config_local(sftp.secrets)
    there = f"from the remote 'store' ({sftp.url.replace('tea@', '***@')})"
    assert contents(fetched(clone, FIRST, origin=there)) == versions.told(FIRST)


@pytest.mark.full
def test_folder(versions: Tree, tmp_path: Path) -> None:
    """A plain folder is a remote, of versions older than itself too; without it, DVC's cache will do, then nothing."""
    upstream = versions.copy(tmp_path / "upstream")
    assert contents(fetched(upstream, FIRST, origin="from DVC's cache")) == versions.told(FIRST)

    remote = serving.plain(tmp_path / "shared")
    upstream.run("dvc", "remote", "add", "--local", "--default", "store", remote.url)
    upstream.run("dvc", "push", "--all-tags")
    (upstream.folder / ".dvc" / "config.local").unlink()
    upstream.config(remote)
    for gone in (upstream.home / "demo_data_cache", upstream.folder / ".dvc" / "cache"):
        shutil.rmtree(gone)
    there = f"from the remote 'store' ({remote.url})"
    assert contents(fetched(upstream, FIRST, origin=there)) == versions.told(FIRST)

    shutil.rmtree(upstream.home / "demo_data_cache")
    remote.objects.rename(tmp_path / "away")
    done = upstream.demo_data(*FETCH, "--no-rebuild")
    assert (done.returncode, done.stderr) == (2, f"demo-data: {FIRST}: {nothing_there(remote.url)}\n")


def test_no_remote(versions: Tree, tmp_path: Path) -> None:
    """Where no remote is set, and DVC's cache is gone, the way out is to rebuild."""
    clone = versions.clone(tmp_path / "clone")
    done = clone.demo_data(*FETCH, "--no-rebuild")

    assert done.returncode == 2
    assert (
        "no DVC remote is set, and DVC's cache does not have certificate.sql, collection_points.parquet" in done.stderr
    )
    assert done.stderr.endswith(f"or `demo-data snapshot rebuild {FIRST}` makes it again without a remote\n")


@pytest.mark.full
def test_url(published: Tree, s3: Remote, tmp_path: Path) -> None:
    """A repository may be a URL; what has come once opens without the repository and the remote."""
    upstream = published.clone(tmp_path / "upstream")
    user = Tree(tmp_path)
    url = f"file://{upstream.folder}"
    found = fetched(user, FIRST, "--repo", url, origin=STORE, **s3.environment)
    assert contents(found) == published.told(FIRST)

    done = user.demo_data("snapshot", "fetch", "minimal@v1.0.7", "--repo", url)
    assert (done.returncode, done.stderr) == (2, f"demo-data: {url}: no tag minimal@v1.0.7; nearest: {FIRST}\n")
    upstream.folder.rename(tmp_path / "away")
    assert fetched(user, FIRST, "--repo", url) == found
    done = user.demo_data("snapshot", "fetch", SECOND, "--repo", url)
    assert done.returncode == 2
    assert done.stderr.startswith(f"demo-data: {url}: git cannot read this repository: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.full
def test_damaged_here(clone: Tree, s3: Remote, published: Tree) -> None:
    """Where the working tree's file has been damaged, fetching brings the version into the cache, which then counts."""
    data = clone.folder / "data" / PROFILE
    clone.run("dvc", "pull", **s3.environment)
    file = data / "farmers.parquet"
    spoilt = bytearray(file.read_bytes())
    spoilt[100] ^= 1
    file.unlink()
    file.write_bytes(spoilt)
    program = (
        "import sys; from demo_data.versions.pin import Pin; from demo_data.versions.resolve import resolve\n"
        "print(resolve(Pin.parse(sys.argv[1]), domain=None).path)"
    )
    assert clone.run(sys.executable, "-c", program, SECOND) == f"{data}\n"

    found = fetched(clone, SECOND, origin="from DVC's cache", **s3.environment)
    assert contents(found) == published.told(SECOND)
    assert clone.run(sys.executable, "-c", program, SECOND) == f"{found}\n"


@pytest.mark.full
def test_at_once_and_killed(clone: Tree, s3: Remote, published: Tree) -> None:
    """A fetch that is killed leaves nothing that counts, nor a process; two at once after it both bring the version."""
    command = [sys.executable, "-m", "demo_data", *FETCH]
    options = {"cwd": clone.folder, "env": clone.env | s3.environment, "stdout": subprocess.PIPE, "text": True}
    cache = clone.home / "demo_data_cache"
    killed = subprocess.Popen(command, **options)  # type: ignore[call-overload]
    while not list(cache.glob(".scratch-*/snapshot/*.parquet")):
        assert killed.poll() is None
        time.sleep(0.01)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert not (cache / "snapshots").exists()

    two = [subprocess.Popen(command, **options) for _ in range(2)]  # type: ignore[call-overload]
    said = [process.communicate()[0] for process in two]
    assert [process.returncode for process in two] == [0, 0]
    assert said[0] == said[1]
    assert contents(Path(said[0].strip())) == published.told(FIRST)
    assert names(cache) == ["snapshots"]
