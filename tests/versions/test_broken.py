"""What a person is told where a version cannot be had: one line each, and nothing half pulled is left."""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from demo_data.versions.pin import Pin
from demo_data.versions.remote import messages, worker
from tests.running import contents
from tests.serving import free_port
from tests.versions import serving
from tests.versions.serving import Remote
from tests.versions.upstream import FIRST, PROFILE, Tree

REBUILD = f"`demo-data snapshot rebuild {FIRST}` makes it again without a remote"
FORMS = (
    "write it as demo@v1.0.0, or in place of v1.0.0 the first 16 digits or more of an identity, or 7 or more of a "
    "commit"
)
AGAIN = f"`dvc push --all-tags` from a clone that has the data, or {REBUILD}"


def refusal(tree: Tree, code: int, *arguments: object, **changes: str) -> list[str]:
    """What `snapshot fetch` says on standard error, without its name and the pin; nothing came into the cache."""
    done = tree.demo_data("snapshot", "fetch", "--no-rebuild", *(arguments or (FIRST,)), **changes)
    cache = tree.home / "demo_data_cache"
    assert (done.returncode, done.stdout) == (code, "")
    assert not cache.is_dir() or not list(cache.iterdir())
    return [line.removeprefix("demo-data: ").removeprefix(f"{FIRST}: ") for line in done.stderr.splitlines()]


@contextmanager
def spoilt(path: Path, content: bytes | None) -> Iterator[None]:
    """Another object in an object's place, or none; for a while."""
    before = path.read_bytes()
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    yield
    path.write_bytes(before)
    time.sleep(0.2)  # until the server has seen it


def flipped(content: bytes) -> bytes:
    return content[:1000] + bytes([content[1000] ^ 1]) + content[1001:]


def place(tree: Tree, remote: Remote, path: str) -> tuple[Path, str]:
    """The file that the server keeps of an output, and its URL."""
    md5 = tree.md5_of(f"data/{PROFILE}/{path}")
    return remote.object_of(md5), f"{remote.url}/files/md5/{md5[:2]}/{md5[2:]}"


def test_down(clone: Tree) -> None:
    """A remote that is down is told within seconds, once, by name; where code may run, the version is made again."""
    url = f"http://127.0.0.1:{free_port()}"
    clone.config_local({"endpointurl": url, "access_key_id": "x", "secret_access_key": "x"})
    began = time.monotonic()
    (said,) = refusal(clone, 2)

    assert time.monotonic() - began < 15
    assert said.startswith("the remote 'store' (s3://tea/demo-data) does not answer: Could not connect")
    assert url in said
    assert said.endswith(f"; try again later, or {REBUILD}")
    done = clone.demo_data("snapshot", "fetch", FIRST)
    made = (
        f"{FIRST}: made again by its own code, since the remote 'store' (s3://tea/demo-data) does not answer: Could not"
    )
    assert (done.returncode, done.stderr.count("\n"), done.stderr.startswith(made)) == (0, 1, True)
    assert contents(Path(done.stdout.strip())) == clone.told(FIRST)


@pytest.mark.full
def test_silent(clone: Tree, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A remote that takes the call and never answers is given up."""
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        clone.config_local({"endpointurl": url, "access_key_id": "x", "secret_access_key": "x", "read_timeout": "600"})
        program = tmp_path / "impatient.py"
        text = Path(worker.__file__).read_text(encoding="utf-8").replace("PATIENCE = 30", "PATIENCE = 3")
        program.write_text(text, encoding="utf-8")
        script = (
            "import sys; from demo_data.versions.remote import worker; worker.__file__ = sys.argv.pop(1)\n"
            "from demo_data.cli import main; sys.exit(main(sys.argv[1:]))"
        )
        done = clone.tried(sys.executable, "-c", script, str(program), "snapshot", "fetch", "--no-rebuild", FIRST)

    assert done.returncode == 2
    assert "does not answer: silent for 3 seconds; try again later, or" in done.stderr


@pytest.mark.sample(1)
@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        ({"AWS_ACCESS_KEY_ID": serving.KEY, "AWS_SECRET_ACCESS_KEY": "wrong"}, "Forbidden"),
        ({}, "Unable to locate credentials"),
    ],
    ids=["wrong", "none"],
)
def test_credentials(clone: Tree, keys: dict[str, str], reason: str) -> None:
    """Keys that are wrong or missing are told as such, with where they belong."""
    where = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or an AWS profile hold the keys (docs/remotes.md)"
    assert refusal(clone, 2, **keys) == [f"the remote 'store' (s3://tea/demo-data) refuses: {reason}; {where}"]


@pytest.mark.full
def test_missing(clone: Tree, s3: Remote) -> None:
    """Objects that the remote lacks are each told, by file and place."""
    farmers, regions = (place(clone, s3, f"{name}.parquet") for name in ("farmers", "regions"))
    with spoilt(farmers[0], None), spoilt(regions[0], None):
        said = refusal(clone, 2, **s3.environment)

    assert said[:2] == [
        f"{name}.parquet: missing on the remote 'store' (s3://tea/demo-data): {url}"
        for name, (_, url) in (("farmers", farmers), ("regions", regions))
    ]
    assert said[2:] == [f"nothing of it was kept; {AGAIN}"]


def test_flipped(clone: Tree, s3: Remote) -> None:
    """One flipped bit on the remote is found, and told by file and object; once mended, it comes."""
    file, url = place(clone, s3, "farmers.parquet")
    with spoilt(file, flipped(file.read_bytes())):
        said = refusal(clone, 1, **s3.environment)

    assert said == [
        f"farmers.parquet: damaged: its SHA-256 is not the manifest's; it came from {url}",
        f"nothing of it was kept; delete such an object, {AGAIN}",
    ]
    assert clone.demo_data("snapshot", "fetch", FIRST, **s3.environment).returncode == 0


@pytest.mark.full
def test_list_of_a_directory(clone: Tree, s3: Remote) -> None:
    """The object that lists a directory's files may be missing, or damaged, too."""
    file, url = place(clone, s3, "json")
    with spoilt(file, None):
        said = refusal(clone, 2, **s3.environment)
    assert said[0] == f"json: missing on the remote 'store' (s3://tea/demo-data): {url}"

    with spoilt(file, file.read_bytes().replace(b"farmers.json", b"farmerz.json")):
        said = refusal(clone, 2, **s3.environment)
    assert "json" in said[0]
    assert file.name in said[0]


def test_in_the_cache_of_dvc(versions: Tree, tmp_path: Path) -> None:
    """An object that is damaged in DVC's own cache is told by its place there."""
    tree = versions.copy(tmp_path / "tree")
    md5 = tree.md5_of(f"data/{PROFILE}/farmers.parquet")
    file = tree.folder / ".dvc" / "cache" / "files" / "md5" / md5[:2] / md5[2:]
    content = flipped(file.read_bytes())
    file.unlink()
    file.write_bytes(content)

    assert refusal(tree, 1)[0].endswith(f"it came from {file}")


@pytest.mark.full
def test_not_there(clone: Tree, tmp_path: Path) -> None:
    """A repository, a tag, a profile's data that does not exist is told as such."""
    nowhere = tmp_path / "nowhere"
    assert refusal(clone, 2, FIRST, "--repo", nowhere) == [f"{nowhere}: no such directory"]
    nowhere.mkdir()
    assert refusal(clone, 2, FIRST, "--repo", tmp_path) == [f"{tmp_path}: not a git repository"]
    assert refusal(clone, 2, "minimal@v1.0.1") == [f"{clone.folder}: no tag minimal@v1.0.1; nearest: {FIRST}"]
    assert refusal(clone, 2, "minimal-v1") == ["'minimal-v1' names no dataset: " + FORMS]
    hint = "name the one that has the version (--repo, or repo= in Python)"
    assert refusal(Tree(nowhere), 2) == [f"{nowhere}: not a git repository; {hint}"]
    clone.tag("demo@v1.0.0")
    lacking = "demo@v1.0.0 is a tag, but its commit has no data/demo/snapshot.json"
    assert refusal(clone, 2, "demo@v1.0.0") == [f"{clone.folder}: {lacking}"]


@pytest.mark.full
def test_never_built_by_dvc(clone: Tree, s3: Remote) -> None:
    """A version whose manifest is in git, but whose files are not in dvc.lock, cannot be fetched."""
    (clone.folder / "dvc.lock").unlink()
    clone.commit("Lose the lock file")
    clone.tag("minimal@v2.0.0")
    done = clone.demo_data("snapshot", "fetch", "minimal@v2.0.0", "--no-rebuild", **s3.environment)

    assert done.returncode == 2
    assert "minimal@v2.0.0: dvc.lock of that commit does not list certificate.sql, collection_points" in done.stderr


@pytest.mark.full
def test_full(clone: Tree, s3: Remote) -> None:
    """A cache on a full disk names itself, and the way out."""
    cache = clone.home / "demo_data_cache"
    cache.mkdir()
    script = 'mount -t tmpfs -o size=64k none "$DEMO_DATA_CACHE" && exec "$@"'
    small = ("unshare", "--map-root-user", "--mount", "sh", "-c", script, "sh")
    if clone.tried(*small, "true").returncode:
        pytest.skip("no small disk can be mounted here")
    done = clone.tried(*small, sys.executable, "-m", "demo_data", "snapshot", "fetch", FIRST, **s3.environment)

    full = f"{cache}: cannot be written: No space left on device; DEMO_DATA_CACHE names another cache"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"demo-data: {FIRST}: {full}\n")


@pytest.mark.sample(1)
@pytest.mark.parametrize(
    ("lacks", "told"),
    [
        ("dvc", "fetching needs DVC: pip install 'demo-data[dvc]'"),
        ("s3fs", "the remote 'store' (s3://tea/demo-data) needs a package: pip install 'demo-data[dvc,s3]'"),
    ],
)
def test_not_installed(clone: Tree, tmp_path: Path, lacks: str, told: str) -> None:
    """Where DVC or its part for the remote is not installed, the command that installs it is told."""
    (tmp_path / "lacks" / lacks).mkdir(parents=True)
    (tmp_path / "lacks" / lacks / "__init__.py").write_text(f"raise ModuleNotFoundError({lacks!r})")
    path = f"{tmp_path / 'lacks'}{os.pathsep}{clone.env['PYTHONPATH']}"

    assert refusal(clone, 2, FIRST, PYTHONPATH=path) == [told]


def test_many() -> None:
    """Of many missing objects five are told, and how many more; of a process that died, its last words."""
    answers = messages.Answers(Pin.parse(FIRST), 20, REBUILD)
    answers.hear(b'{"remote": "store", "url": "ssh://me:secret@host/x"}')
    answers.hear(b'{"got": "recipe.json", "place": null}')
    for number in range(7):
        line = f'{{"failed": "{number}", "place": "p{number}", "chain": [[["FileNotFoundError"], "gone", 2]]}}'
        answers.hear(line.encode())
    said = answers.messages(1, "")
    assert said[4] == f"{FIRST}: 4: missing on the remote 'store' (ssh://***@host/x): p4"
    assert said[5] == f"{FIRST}: 2 more are missing"
    assert len(said) == 7

    full = messages.Answers(Pin.parse(FIRST), 20, REBUILD)
    full.hear(b'{"failed": "a", "place": "b", "chain": [[["OSError"], "no", 28]]}')
    assert "No space left on device; DEMO_DATA_CACHE names another cache" in full.messages(1, "")[0]
    died = messages.Answers(Pin.parse(FIRST), 20, REBUILD).messages(-9, "Traceback\nMemoryError\n")
    assert died == [f"{FIRST}: the process that fetches failed: MemoryError; {REBUILD}"]
