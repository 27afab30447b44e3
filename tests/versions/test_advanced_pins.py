"""A pin with a day: what it names, advanced to the day by its own code, and kept."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from demo_data.common.errors import UsageError
from demo_data.tea import DOMAIN
from demo_data.versions import cache, environment
from demo_data.versions.own_code import made_ready
from demo_data.versions.pin import Pin
from demo_data.versions.resolve import Means, SnapshotMissing, resolve
from demo_data.versions.snapshot import open_snapshot
from tests.running import ROOT, called, contents
from tests.versions.changing import flip
from tests.versions.rebuilding import MANIFEST, Rebuild, retag
from tests.versions.upstream import FIRST, PROFILE, PROFILES, SECOND, Tree

HOME = str(Path.home())
DAY, LATER = "2026-02-10", "2026-03-03"


@pytest.fixture(scope="module")
def directly(versions: Tree, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """What the code of the repository gives where it builds both versions as of a later day."""
    found = {}
    for pin in (FIRST, SECOND):
        out, profile = tmp_path_factory.mktemp("directly") / "set", tmp_path_factory.mktemp("profile") / "minimal.yaml"
        profile.write_text(versions.run("git", "show", f"{pin}:{PROFILES}/{PROFILE}.yaml"))
        done = versions.demo_data("build", profile, "--as-of", DAY, "--out", out, "--quiet")
        assert done.stderr == ""
        found[pin] = contents(out)
    return found


@pytest.fixture
def with_data(versions: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tree:
    """A copy of the repository with the data of `SECOND` in its working tree, that of both in DVC's cache."""
    found = versions.copy(tmp_path / "repository")
    monkeypatch.chdir(found.folder)
    for key, value in found.env.items():
        monkeypatch.setenv(key, value)
    return found


def told(tree: Tree, pin: str, key: str) -> str:
    return str(json.loads(tree.run("git", "show", f"{pin}:{MANIFEST}"))[key])


def refusal(pin: str, means: Means | None = None) -> list[str]:
    with pytest.raises(UsageError) as refused:
        resolve(Pin.parse(pin), None, means or Means(), domain=DOMAIN)
    return refused.value.messages


def test_as_a_direct_build(
    with_data: Tree, directly: dict[str, dict[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    """In each of its forms a pin with a day is byte for byte what its code builds as of that day; then it is kept."""
    digits = told(with_data, SECOND, "identity")[:16]
    commit = with_data.run("git", "rev-parse", f"{FIRST}^{{commit}}").strip()[:7]
    places = set()
    before = contents(with_data.folder / "data" / PROFILE)
    for pin, base, original in (
        (f"{FIRST}+{DAY}", "from DVC's cache", FIRST),
        (f"{PROFILE}@{digits}+{DAY}", "from the working tree", SECOND),
    ):
        code, out, err = called(capsys, "snapshot", "fetch", pin)
        origin = f"{pin}: advanced by its own code; {pin.partition('+')[0]}: {base}"
        assert (code, err.startswith(origin), err.count("\n")) == (0, True, 1), err
        assert contents(Path(out.strip())) == directly[original]
        places.add(Path(out.strip()))
    for pin in (f"{PROFILE}@{commit}+{DAY}", f"{FIRST}+{DAY}", f"{SECOND}+{DAY}"):
        code, out, err = called(capsys, "snapshot", "fetch", pin, "--no-rebuild")
        assert (code, err, Path(out.strip()) in places) == (0, f"{pin}: from the cache\n", True)
    snapshot = open_snapshot(f"{FIRST}+{DAY}", fetch=False)
    assert (str(snapshot.pin), str(snapshot.recipe.as_of), snapshot.origin) == (f"{FIRST}+{DAY}", DAY, "from the cache")
    assert contents(with_data.folder / "data" / PROFILE) == before
    assert with_data.run("git", "status", "--short") == ""
    assert len(with_data.run("git", "worktree", "list").splitlines()) == 1


def test_kept_and_damaged(with_data: Tree, directly: dict[str, dict[str, str]]) -> None:
    """What the cache has of a day is verified: damage is told where it is opened, and mended where it is fetched."""
    pin = Pin.parse(f"{SECOND}+{DAY}")
    kept = resolve(pin, domain=DOMAIN).path
    flip(kept / "farmers.parquet")
    with pytest.raises(UsageError, match=rf"demo-data snapshot fetch {SECOND}\+{DAY}` brings it whole"):
        open_snapshot(str(pin))
    assert resolve(pin, whole=True, domain=DOMAIN).origin.startswith("advanced by its own code; ")
    assert contents(kept) == directly[SECOND]


def test_its_own_day(with_data: Tree) -> None:
    """The day that a dataset ends with already is the dataset itself; one before it is refused by its own code."""
    day = json.loads((with_data.folder / "data" / PROFILE / "recipe.json").read_text())["as_of"]
    found = resolve(Pin.parse(f"{SECOND}+{day}"), domain=DOMAIN)
    assert contents(found.path) == contents(resolve(Pin.parse(SECOND), whole=True, domain=DOMAIN).path)
    assert found.origin.startswith("from the ")

    (line,) = refusal(f"{SECOND}+2025-12-31")
    told = f"advancing it failed: --to 2025-12-31: {SECOND} has come to {day} already, and what has happened stays; "
    assert line.startswith(f"{SECOND}+2025-12-31: {told}")


def test_without_leave(with_data: Tree) -> None:
    """No code runs where that is forbidden, nor is anything brought where nothing is to be."""
    pin = f"{SECOND}+{LATER}"
    (line,) = refusal(pin, Means(rebuild=False))
    assert line.startswith(f"{pin}: it is not in the cache, and to advance it to that day would run its own code")
    with pytest.raises(SnapshotMissing, match=rf"is not on this machine: `demo-data snapshot fetch {SECOND}\+"):
        open_snapshot(pin, fetch=False)
    assert not (cache.cache_folder() / "snapshots").exists()


def test_before_there_was_an_advance(with_data: Tree) -> None:
    """A version whose code knows no `advance` says so."""
    (with_data.folder / "pipeline" / "demo_data" / "commands" / "advance.py").unlink()
    retag(with_data, SECOND)

    told = f"{SECOND}: its own code is from before `advance` and brings it to no other day: pin a later version"
    assert refusal(f"{SECOND}+{DAY}") == [told]


def test_rebuilt(here: Tree, rebuild: Rebuild, directly: dict[str, dict[str, str]], tmp_path: Path) -> None:
    """Rebuilding makes what a pin names, proves it, and then advances it."""
    pin, out = f"{FIRST}+{DAY}", tmp_path / "out"
    code, said, wrong = rebuild(pin, "--out", out)

    assert (code, wrong) == (0, [])
    assert f"{FIRST}: the same, byte for byte; advanced" in said
    assert contents(out) == directly[FIRST]
    kept = cache.advanced(here.run("git", "show", f"{FIRST}:{MANIFEST}").encode(), Pin.parse(pin).day)  # type: ignore[arg-type]
    assert kept
    assert contents(kept) == directly[FIRST]


def other_packages(monkeypatch: pytest.MonkeyPatch) -> str:
    """Let an installed package seem to be another than the lock file's."""
    monkeypatch.setattr(environment, "version", lambda name: "1.2.3" if name == "pyarrow" else version(name))
    return f"pyarrow 1.2.3 instead of {version('pyarrow')}"


def test_the_packages(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Those at hand serve where the lock file names the same, or where others cannot be had; `fresh` insists."""
    installed: list[Path] = []
    pin = Pin.parse(FIRST)

    def install(packages: object, folder: Path) -> Path:
        installed.append(folder)
        return folder / "python"

    def ready(fresh: bool | None) -> tuple[Path, bool]:
        code = made_ready(pin, ROOT, tmp_path, fresh=fresh, say=print)
        return code.python, code.fresh

    monkeypatch.setattr(environment, "installed", install)
    assert ready(None) == ready(False) == (Path(sys.executable), False)
    assert installed == []
    assert ready(True) == (tmp_path / "python", True)
    differs = other_packages(monkeypatch)
    assert ready(None) == (tmp_path / "python", True)

    def fail(*_: object) -> Path:
        raise UsageError("the locked packages cannot be installed: no network")

    monkeypatch.setattr(environment, "installed", fail)
    assert ready(None) == (Path(sys.executable), False)
    assert made_ready(pin, ROOT, tmp_path, fresh=None, say=print).differing == (differs,)
    with pytest.raises(UsageError, match="no network"):
        ready(True)


@pytest.mark.full
def test_in_an_environment_of_its_lock(
    with_data: Tree, directly: dict[str, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where other packages are installed here, it is advanced with those of its lock file, in an environment for it."""
    uv = [str(Path(sys.executable).parent / "uv"), "cache", "dir"]
    wheels = subprocess.run(uv, capture_output=True, text=True, check=True, env={"HOME": HOME})
    monkeypatch.setenv("UV_CACHE_DIR", wheels.stdout.strip())
    other_packages(monkeypatch)
    said: list[str] = []

    found = resolve(Pin.parse(f"{SECOND}+{DAY}"), None, Means(progress=said.append), domain=DOMAIN)

    assert f"installing the packages of the lock file of {SECOND}" in said
    assert found.origin.startswith("advanced by its own code; ")
    assert contents(found.path) == directly[SECOND]


@pytest.mark.full
def test_made_again_first(here: Tree, directly: dict[str, dict[str, str]]) -> None:
    """Where the pinned data is nowhere, it is made again, and then advanced."""
    found = resolve(Pin.parse(f"{FIRST}+{DAY}"), domain=DOMAIN)

    assert found.origin.startswith(f"advanced by its own code; {FIRST}: made again by its own code, since no DVC")
    assert contents(found.path) == directly[FIRST]
    shutil.rmtree(here.folder / ".dvc")
    assert resolve(Pin.parse(f"{FIRST}+{DAY}"), domain=DOMAIN).origin == "from the cache"
