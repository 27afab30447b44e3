"""A pin always resolves: from the cache, else from the remote, else made again by its own code; and says which."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from demo_data.common.errors import DataError, UsageError
from demo_data.tea import DOMAIN
from demo_data.versions import cache
from demo_data.versions.pin import Pin
from demo_data.versions.resolve import Means, Resolved, SnapshotMissing, resolve
from demo_data.versions.snapshot import open_snapshot
from tests.running import called, contents
from tests.versions.changing import flip, mend_files, rewrite, told
from tests.versions.publishing import edit
from tests.versions.rebuilding import MANIFEST, retag
from tests.versions.upstream import FIRST, SECOND, Tree

NO_REMOTE = "no DVC remote is set, and DVC's cache does not have"


def identity(tree: Tree, pin: str) -> str:
    return str(json.loads(tree.run("git", "show", f"{pin}:{MANIFEST}"))["identity"])


def commit(tree: Tree, pin: str) -> str:
    return tree.run("git", "rev-parse", f"{pin}^{{commit}}").strip()


def resolved(pin: str, repo: str | None = None, means: Means | None = None, *, whole: bool = False) -> Resolved:
    return resolve(Pin.parse(pin), repo, means or Means(), whole=whole, domain=DOMAIN)


def refusal(pin: str, repo: str | None = None, means: Means | None = None) -> list[str]:
    with pytest.raises(UsageError) as refused:
        resolved(pin, repo, means)
    return refused.value.messages


def test_all_three(here: Tree, versions: Tree, capsys: pytest.CaptureFixture[str]) -> None:
    """Where no remote has it, a pin is made again by its own code and kept, and whichever form names it, it is one."""
    forms = [f"minimal@{digits}" for digits in (identity(here, FIRST)[:16], commit(here, FIRST)[:7])]
    code, out, err = called(capsys, "snapshot", "fetch", forms[0])
    assert (code, err.startswith(f"{forms[0]}: made again by its own code, since {NO_REMOTE} ")) == (0, True), err
    assert err.count("\n") == 1
    kept = Path(out.strip())
    assert contents(kept) == versions.told(FIRST)

    for form in (*forms, FIRST, f"minimal@{identity(here, FIRST)}", f"minimal@{commit(here, FIRST)}"):
        assert called(capsys, "snapshot", "fetch", form) == (0, f"{kept}\n", f"{form}: from the cache\n")
        assert open_snapshot(form, fetch=False).path == kept
        code, _, err = called(capsys, "snapshot", "verify", form)
        assert (code, err) == (0, f"{form}: from the cache\n")
    code, out, err = called(capsys, "snapshot", "diff", forms[0], forms[1])
    assert (code, err) == (0, f"{forms[0]}: from the cache\n{forms[1]}: from the cache\n")
    assert [path.name for path in (cache.cache_folder() / "snapshots").iterdir()] == [kept.name]
    assert here.run("git", "status", "--short") == ""


def test_made_again_is_forbidden(here: Tree, capsys: pytest.CaptureFixture[str]) -> None:
    """`--no-rebuild`, and `rebuild=False`, run no code: what was tried is told, and the command that runs it."""
    pin = f"minimal@{commit(here, FIRST)[:12]}"
    todo = f"`demo-data snapshot rebuild {pin}` makes it again without a remote"
    for command in (("fetch", pin), ("verify", pin), ("diff", pin, pin)):
        code, out, err = called(capsys, "snapshot", *command, "--no-rebuild")
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert err.startswith(f"demo-data: {pin}: {NO_REMOTE} ")
        assert err.rstrip().endswith(f"set one (docs/remotes.md), or {todo}")
    with pytest.raises(UsageError, match=NO_REMOTE):
        open_snapshot(pin, rebuild=False)
    with pytest.raises(SnapshotMissing, match=f"`demo-data snapshot fetch {pin}` brings it, or {todo}"):
        open_snapshot(pin, fetch=False)
    assert not (cache.cache_folder() / "snapshots").exists()


def test_cannot_be_had(here: Tree) -> None:
    """Where its code fails too, both are told; where it makes other data, that is no version."""
    edit(here.folder / "pipeline" / "demo_data" / "cli.py", r"(?m)^import argparse$", "import argparse, bygone")
    retag(here)
    lines = refusal(FIRST)
    assert len(lines) == 2
    assert lines[0].startswith(f"{FIRST}: {NO_REMOTE} ")
    assert "rebuild" not in lines[0]
    assert lines[1].startswith(f"{FIRST}: its code does not run here: ModuleNotFoundError: ")

    here.run("git", "checkout", "-q", "--detach", SECOND)
    edit(here.folder / "pipeline/demo_data/tea/profiles/minimal.yaml", r"(?m)^farmers: .*", "farmers: {count: 4}")
    retag(here, SECOND)
    with pytest.raises(DataError, match=f"{SECOND}: made again, it is other data: identity "):
        resolved(SECOND)
    assert not (cache.cache_folder() / "snapshots").exists()


def test_of_a_stranger(versions: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The code of a repository at a URL runs only where it is trusted, whichever form names it."""
    monkeypatch.setenv("DEMO_DATA_CACHE", str(tmp_path / "cache"))
    for key, value in versions.env.items():
        if key.startswith("GIT_"):
            monkeypatch.setenv(key, value)
    url, pin = f"file://{versions.folder}", f"minimal@{identity(versions, SECOND)[:20]}"
    (line,) = refusal(pin, url)
    assert line.startswith(f"{pin}: {NO_REMOTE} ")
    todo = f"`demo-data snapshot rebuild {pin} --repo {url} --trust` makes it again by running that repository's code"
    assert todo in line
    day = f"{pin}+2026-03-31"
    assert refusal(day, url)[0].startswith(f"{day}: advancing it to another day would run the code of {url} on this ")

    found = resolved(pin, url, Means(trust=True))
    assert found.origin.startswith(f"made again by its own code, since {NO_REMOTE} ")
    assert contents(found.path) == versions.told(SECOND)


def test_without_a_repository(versions: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An identity that the cache has needs no repository; it is proven by its values, and damage is told."""
    monkeypatch.setenv("DEMO_DATA_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    (tmp_path / "nowhere").mkdir()
    monkeypatch.chdir(tmp_path / "nowhere")
    folder = shutil.copytree(versions.folder / "data" / "minimal", tmp_path / "new")
    (folder / "validation.json").unlink()
    kept = cache.keep(folder, (folder / "snapshot.json").read_bytes())
    pin = f"minimal@{identity(versions, SECOND)[:16]}"

    assert str(resolved(pin)) == f"{pin}: from the cache"
    assert open_snapshot(pin).path == kept
    assert refusal(f"{pin}+2026-03-31")[0].startswith(f"{pin}+2026-03-31: no repository is here whose code could ")
    assert "not a git repository" in refusal(FIRST)[0]
    assert "not a git repository" in refusal(f"demo@{identity(versions, SECOND)[:16]}")[0]

    flip(kept / "farmers.parquet")
    with pytest.raises(DataError, match=r"farmers.parquet: damaged: its SHA-256 is not the manifest's") as refused:
        open_snapshot(pin)
    assert refused.value.messages[-1].endswith(f"`demo-data snapshot fetch {pin} --repo REPO` brings it whole")
    with pytest.raises(DataError, match=f"what the cache has of this identity is not it: delete {kept}"):
        resolved(pin, whole=True)


def test_a_false_identity(versions: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What somebody else's manifest claims to be, and is not by its values, is never handed out as that."""
    monkeypatch.setenv("DEMO_DATA_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    (tmp_path / "nowhere").mkdir()
    monkeypatch.chdir(tmp_path / "nowhere")
    folder = Path(shutil.copytree(versions.folder / "data" / "minimal", tmp_path / "new"))
    (folder / "validation.json").unlink()
    names = pa.array(["Mallory"] * 3)
    place = pq.read_schema(folder / "farmers.parquet").get_field_index("first_name")
    rewrite(folder / "farmers.parquet", lambda table: table.set_column(place, "first_name", names))
    mend_files(folder, told(folder))
    kept = cache.keep(folder, (folder / "snapshot.json").read_bytes())

    pin = f"minimal@{identity(versions, SECOND)[:16]}"
    lines = refusal(pin)
    wrong = f"{kept / 'farmers.parquet'}: its values are not those that the manifest tells"
    assert lines == [wrong, f"{pin}: what the cache has of this identity is not it: delete {kept}"]
    assert refusal(pin) == lines, "no proof was noted"
    assert resolved(pin, str(versions.folder)).path == versions.folder / "data" / "minimal"
