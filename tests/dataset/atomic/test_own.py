"""Which files a publication may replace, and what it does with all others."""

from __future__ import annotations

import json
import os
import shutil
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from demo_data.build import build
from demo_data.common.errors import UsageError
from demo_data.dataset import atomic, store
from demo_data.dataset.atomic import own
from demo_data.profile import load_profile
from demo_data.tea import DOMAIN
from demo_data.versions.write import finish, write
from tests.dataset.atomic.faulty import found
from tests.running import called, contents, names

Capture = pytest.CaptureFixture[str]


@pytest.fixture(params=["exchange", "one by one"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Everything holds where directories can change places, and where they cannot."""
    if request.param == "one by one":
        monkeypatch.setattr("demo_data.dataset.atomic.swap.exchange", lambda *_: False)
    return str(request.param)


OURS = [
    "farmers.parquet",
    "documents.parquet/part-00000.parquet",
    "json/farmers.json",
    "recipe.json",
    "plots/rain.csv",
    "croissant.json",
    "snapshot.json",
    ".demo-data.json",
]


@pytest.mark.parametrize("name", OURS)
def test_files_of_the_users_own(name: str, tmp_path: Path, capsys: Capture) -> None:
    """Files that only bear our names stop a build before it makes anything; it names them."""
    (tmp_path / "set" / name).parent.mkdir(parents=True)
    (tmp_path / "set" / name).write_text("mine")
    before = found(tmp_path)
    code, out, err = called(capsys, "build", "minimal", "--out", tmp_path / "set")

    assert (code, out) == (2, "")
    assert err.endswith(f"not listed as this program's: {name}; move them away, or name another directory\n")
    assert found(tmp_path) == before


def test_a_copy_of_ours_is_not_ours(tmp_path: Path, minimal_dir: Path) -> None:
    """A table that somebody has copied into a directory of his own is his, though it bears our mark."""
    shutil.copy(minimal_dir / "farmers.parquet", tmp_path)
    with pytest.raises(UsageError, match=r"farmers\.parquet"):
        build(load_profile("minimal"), tmp_path, tables=["farmers"])

    build(load_profile("minimal"), tmp_path, tables=["regions"])
    assert "regions.parquet" in names(tmp_path)


MALFORMED: list[Any] = [
    None,
    [],
    {"tables": None},
    {"tables": [{"files": [{"path": None, "sha256": "0"}]}]},
    {"tables": [{"files": [{"path": ["farmers.parquet"], "sha256": "0"}]}], "recipe": "0", "identity": "0"},
    {"tables": [{"files": [{"path": "farmers.parquet", "sha256": "0"}]}]},
    {"tables": [], "recipe": "0", "identity": "0", "profile": "x", "format": "2"},
]


@pytest.mark.parametrize("manifest", MALFORMED)
def test_a_manifest_that_is_none(manifest: object, tmp_path: Path, capsys: Capture) -> None:
    """What is no whole manifest makes nothing ours: a part of a dataset is built beside it, a whole one is not."""
    (tmp_path / "farmers.parquet").write_text("mine")
    (tmp_path / "snapshot.json").write_text(json.dumps(manifest))
    before = found(tmp_path)
    for arguments in (("--table", "farmers"), ()):
        assert called(capsys, "build", "minimal", "--out", tmp_path, *arguments)[0] == 2
        assert found(tmp_path) == before
    assert called(capsys, "build", "minimal", "--out", tmp_path, "--table", "regions", "--quiet") == (0, "", "")
    assert found(tmp_path).items() >= before.items()


@pytest.mark.parametrize("text", ["[" * 100_000, "{", "\xff", ""])
def test_a_manifest_of_noise(text: str, tmp_path: Path) -> None:
    (tmp_path / "snapshot.json").write_text(text, encoding="latin-1")
    with pytest.raises(UsageError, match=r"snapshot\.json"):
        build(load_profile("minimal"), tmp_path, finish=finish)


@pytest.mark.parametrize("name", ["json", "plots", "farmers.parquet", "documents.parquet"])
@pytest.mark.parametrize("ours", [False, True])
def test_links(name: str, ours: bool, tmp_path: Path, minimal_dir: Path, capsys: Capture) -> None:
    """Nothing is written through a symbolic link to a directory, nor is the link replaced: it is named."""
    (tmp_path / "else").mkdir()
    (tmp_path / "else" / "farmers.json").write_text("mine")
    out = tmp_path / "set"
    if ours:
        shutil.copytree(minimal_dir, out, ignore=shutil.ignore_patterns(name))
    out.mkdir(exist_ok=True)
    (out / name).symlink_to("../else")
    before = found(tmp_path)
    code, _, err = called(capsys, "build", "minimal", "--out", out)

    assert (code, f"{name} (a symbolic link)" in err) == (2, True)
    if ours and name in ("json", "plots"):
        command = ("json", out) if name == "json" else ("snapshot", "write", out)
        assert called(capsys, *command)[0] == 2
    assert found(tmp_path) == before


def test_links_to_files(tmp_path: Path, minimal_dir: Path) -> None:
    """A file that the manifest names and that is a link, as DVC's cache may make it, is replaced; its target stays."""
    out = Path(shutil.copytree(minimal_dir, tmp_path / "set"))
    for name in ("farmers.parquet", "json/farmers.json"):
        (out / name).rename(tmp_path / Path(name).name)
        (out / name).symlink_to(tmp_path / Path(name).name)
    before = (tmp_path / "farmers.parquet").read_bytes()
    build(load_profile("minimal", seed=5), out, finish=finish)

    assert not (out / "farmers.parquet").is_symlink()
    assert (tmp_path / "farmers.parquet").read_bytes() == before


def test_others_that_cannot_be_linked(tmp_path: Path, minimal_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where some of the files of others cannot be linked, all of them stay, in directories like our tables too."""
    out = Path(shutil.copytree(minimal_dir, tmp_path / "set"))
    for name in ("a.txt", "mine.parquet/part-0.parquet", "mine.parquet/z.txt", "deep/er/farmers.parquet", "json/x.txt"):
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text("mine")
    mine = {path: text for path, text in contents(out).items() if path not in contents(minimal_dir)}
    inodes = {path: (out / path).stat().st_ino for path in mine}
    original, calls = swap_link(), 0

    def link(source: Path, target: Path, **options: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise PermissionError(1, "Operation not permitted")
        original(source, target, **options)

    monkeypatch.setattr("os.link", link)
    build(load_profile("minimal", seed=5), out, finish=finish)

    assert calls == 3
    assert contents(out).items() >= mine.items()
    assert {path: (out / path).stat().st_ino for path in mine} == inodes
    assert names(tmp_path) == ["set"]


def swap_link() -> Any:
    import os

    return os.link


@pytest.mark.sample(1)
def test_in_parts_and_again(tmp_path: Path, minimal_dir: Path) -> None:
    """A build in parts, as the stages make it, knows its own files: each part can be made again, and the whole too."""
    for _ in range(2):
        for level in range(6):
            build(load_profile("minimal"), tmp_path, level=level, json_form=False)
            build(load_profile("minimal"), tmp_path, level=level, json_form=False)
        store.write_json_form(tmp_path, DOMAIN.models)
        store.write_json_form(tmp_path, DOMAIN.models)
        assert ".demo-data.json" in names(tmp_path) or "snapshot.json" in names(tmp_path)
        write(tmp_path, DOMAIN)
        assert contents(tmp_path) == contents(minimal_dir)
        assert ".demo-data.json" not in names(tmp_path)
        build(load_profile("minimal", seed=4), tmp_path, level=3, json_form=False)
        assert "snapshot.json" not in names(tmp_path)
    build(load_profile("minimal"), tmp_path, finish=finish)

    assert contents(tmp_path) == contents(minimal_dir)


@pytest.mark.sample(1)
def test_a_report_of_ours(tmp_path: Path, minimal_dir: Path, capsys: Capture) -> None:
    """A new dataset takes an old one's report with it; another file of that name stays."""
    out = Path(shutil.copytree(minimal_dir, tmp_path / "set"))
    assert called(capsys, "validate", out, "--report", out / "validation.json")[0] == 0
    assert json.loads((out / "validation.json").read_text())["ok"]
    build(load_profile("minimal", seed=5), out, finish=finish)
    assert "validation.json" not in names(out)
    (out / "validation.json").write_text('{"mine": 1}')
    build(load_profile("minimal", seed=6), out, finish=finish)

    assert (out / "validation.json").read_text() == '{"mine": 1}'


def test_protected_json(tmp_path: Path, minimal_dir: Path) -> None:
    """A write-protected `json/` is no hindrance to who owns it, or it is named; nothing is left lying about."""
    out = Path(shutil.copytree(minimal_dir, tmp_path / "set"))
    (out / "json").chmod(0o555)
    for seed in (5, 6):
        build(load_profile("minimal", seed=seed), out, finish=finish)
        assert names(tmp_path) == ["set"]
    (out / "json").chmod(0o755)


@pytest.mark.sample(1)
def test_too_few_file_handles(tmp_path: Path) -> None:
    """They are told as what they are."""
    import resource
    import subprocess

    from tests.running import command, environment

    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    for handles in (16, 22):
        done = subprocess.run(
            command("build", "minimal", "--out", tmp_path / "set"),
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=partial(resource.setrlimit, resource.RLIMIT_NOFILE, (handles, limits[1])),
        )
        assert done.returncode in (0, 2), done.stderr
        assert done.returncode == 0 or "Too many open files" in done.stderr
        assert "Traceback" not in done.stderr


def test_paths_that_lead_out(tmp_path: Path, minimal_dir: Path) -> None:
    """A manifest or list that names files elsewhere, or says a thing twice, owns nothing by that."""
    folder = Path(shutil.copytree(minimal_dir, tmp_path / "set"))
    manifest = folder / "snapshot.json"
    text = manifest.read_text(encoding="utf-8")
    held = own.named(folder)
    found = json.loads(text)
    found["files"] = [{"path": path, "sha256": "0" * 64} for path in ("../victim.txt", "/victim", "")]
    manifest.write_text(json.dumps(found), encoding="utf-8")
    assert own.named(folder) <= held
    manifest.write_text(text.replace("{", '{"format": 1,', 1), encoding="utf-8")
    assert own.named(folder).isdisjoint({"snapshot.json", "farmers.parquet"})


def test_who_is_to_blame(tmp_path: Path) -> None:
    """A file elsewhere that cannot be read is told as that, not as the directory that is written to."""
    with pytest.raises(UsageError) as caught, atomic.staged(tmp_path / "out"):
        (tmp_path / "elsewhere" / "gone.json").read_bytes()
    assert caught.value.messages == [f"{tmp_path}/elsewhere/gone.json: No such file or directory"]


def test_processes() -> None:
    """No number of a process is too large to ask about."""
    assert atomic.alive(os.getpid())
    assert atomic.alive(10**30)
