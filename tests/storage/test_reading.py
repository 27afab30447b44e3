"""Datasets at URLs are read by every command that reads: fetched into the cache, each file once, and verified."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest

from demo_data import open_snapshot
from demo_data.common.errors import DataError, UsageError
from demo_data.compare import diff
from demo_data.dataset.manifest import read_manifest
from demo_data.storage.objects import Objects
from demo_data.validation import validate
from tests.running import called, contents
from tests.storage.endpoint import Endpoint


@pytest.fixture
def fetches(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of files that are fetched from now on."""
    names: list[str] = []
    fetch = Objects.fetch

    def noted(self: Objects, name: str, to: Path) -> None:
        names.append(name)
        fetch(self, name, to)

    monkeypatch.setattr(Objects, "fetch", noted)
    return names


def test_validate(s3: Endpoint, demo_dir: Path, capsys: pytest.CaptureFixture[str], fetches: list[str]) -> None:
    """The verdict is that on the same dataset here, and each file comes once."""
    s3.upload(demo_dir)
    here = called(capsys, "validate", demo_dir)
    files = sorted(read_manifest(demo_dir).hashes)

    code, out, err = called(capsys, "validate", s3.url)
    assert (code, out) == (0, here[1].replace(str(demo_dir), s3.url))
    assert err == f"{s3.url}: fetched {len(files)} of {len(files)} files\n"
    assert sorted(fetches) == files

    assert called(capsys, "validate", f"{s3.url}/") == (0, out, f"{s3.url}: from the cache\n")
    assert sorted(fetches) == files
    assert called(capsys, "validate", s3.url, "--reference", s3.url, "--quiet") == (0, "", "")


def test_faults_are_told(s3: Endpoint, demo_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A dataset with faults has them at a URL, too, and `corrupt` reads one there."""
    s3.upload(demo_dir)
    faulty = tmp_path / "faulty"
    code, _, _ = called(capsys, "corrupt", s3.url, "--out", faulty)
    assert code == 0
    code, out, _ = called(capsys, "validate", faulty, "--reference", s3.url)
    assert code == 1
    assert s3.url not in out


def test_open_snapshot(s3: Endpoint, demo_dir: Path, fetches: list[str]) -> None:
    """Tables are read as from a directory; without `fetch`, only from the cache."""
    s3.upload(demo_dir)
    with pytest.raises(UsageError, match="its data is not on this machine, and must not be fetched"):
        open_snapshot(s3.url, fetch=False)
    assert fetches == []

    snapshot = open_snapshot(s3.url)
    there = open_snapshot(demo_dir)
    assert snapshot.identity == there.identity
    assert snapshot.farmers.collect().equals(there.farmers.collect())
    assert contents(snapshot.path) == contents(demo_dir)
    assert s3.url in repr(snapshot)
    assert open_snapshot(s3.url, fetch=False).origin == "from the cache"


def test_show(s3: Endpoint, demo_dir: Path, capsys: pytest.CaptureFixture[str], fetches: list[str]) -> None:
    """It tells of all tables, and fetches none that is large."""
    s3.upload(demo_dir)
    _, here, _ = called(capsys, "show", demo_dir)
    assert called(capsys, "show", s3.url) == (0, here.replace(str(demo_dir), s3.url), "")
    assert all("json" not in name or name == "recipe.json" for name in fetches)
    record = ("farmers", "WM-0014")
    _, here, _ = called(capsys, "show", demo_dir, *record)
    assert called(capsys, "show", s3.url, *record)[:2] == (0, here.replace(str(demo_dir), s3.url))
    for unknown in (("farmer", "WM-0014"), ("farmers", "WM-14")):
        told = called(capsys, "show", demo_dir, *unknown)[2].replace(str(demo_dir), s3.url)
        code, out, err = called(capsys, "show", s3.url, *unknown)
        assert (code, out, err.splitlines()[-1:]) == (2, "", told.splitlines())


def test_show_leaves_large_tables(
    s3: Endpoint,
    demo_dir: Path,
    capsys: pytest.CaptureFixture[str],
    fetches: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("demo_data.versions.at_url.SMALL", 30_000)
    s3.upload(demo_dir)
    code, out, _ = called(capsys, "show", s3.url)
    assert code == 0
    assert "documents.parquet" not in fetches
    assert len(fetches) == len(set(fetches)) > 1
    months = read_manifest(demo_dir).by_table["documents"].months
    assert months
    assert f"  documents from {min(months)} to {max(months)}\n" in out
    _, here, _ = called(capsys, "show", demo_dir)
    tables = [line.split()[:4] for line in here.splitlines() if "parquet" not in line][3:12]
    assert [line.split()[:4] for line in out.splitlines()][3:12] == tables


def test_diff(
    s3: Endpoint, demo_dir: Path, minimal_dir: Path, capsys: pytest.CaptureFixture[str], fetches: list[str]
) -> None:
    """Either side may be a URL; what both have is fetched once."""
    s3.upload(demo_dir)
    shutil.copytree(demo_dir, s3.folder.with_name("again"))
    manifest = s3.folder.with_name("again") / "snapshot.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()), indent=1))

    code, out, err = called(capsys, "snapshot", "diff", s3.url, s3.url.replace("/demo", "/again"), "--exit-code")
    assert code == 0, out
    assert len(fetches) == len(set(fetches)) == len(read_manifest(demo_dir).hashes)
    assert "again: fetched 0 of" in err
    here = json.loads(called(capsys, "snapshot", "diff", minimal_dir, demo_dir, "--format", "json")[1])
    there = json.loads(called(capsys, "snapshot", "diff", minimal_dir, s3.url, "--format", "json")[1])
    assert there["tables"] == here["tables"]


def test_other_verbs(s3: Endpoint, demo_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`verify` and `changes` read there, and `advance` makes a later dataset of it here."""
    s3.upload(demo_dir)
    assert called(capsys, "snapshot", "verify", s3.url, "--quiet")[:2] == (0, "")
    assert called(capsys, "changes", s3.url, s3.url, "--quiet")[:2] == (0, "")
    recipe = open_snapshot(demo_dir).recipe
    day = recipe.as_of.fromordinal(recipe.as_of.toordinal() + 1)
    code, _, err = called(capsys, "advance", s3.url, "--to", day)
    assert code == 2
    assert err == f"demo-data: {s3.url}: what is there does not change: name by --out where the advanced one goes\n"
    assert called(capsys, "advance", s3.url, "--to", day, "--out", tmp_path / "on", "--quiet")[0] == 0
    assert called(capsys, "advance", demo_dir, "--to", day, "--out", tmp_path / "on2", "--quiet")[0] == 0
    assert contents(tmp_path / "on") == contents(tmp_path / "on2")


def test_advance(
    s3: Endpoint, demo_dir: Path, minimal_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An advanced dataset goes to a prefix of its own, again too, and never over another one or other files."""
    s3.upload(demo_dir)
    recipe = open_snapshot(demo_dir).recipe
    day = recipe.as_of.fromordinal(recipe.as_of.toordinal() + 1)
    on, other = (replace(s3, prefix=f"{s3.prefix}-{name}") for name in ("on", "other"))
    assert called(capsys, "advance", demo_dir, "--to", day, "--out", tmp_path / "on", "--quiet")[0] == 0
    for _ in range(2):
        assert called(capsys, "advance", s3.url, "--to", day, "--out", on.url, "--quiet") == (0, "", "")
        assert contents(on.folder) == contents(tmp_path / "on")
    code, _, err = called(capsys, "advance", demo_dir, "--to", day, "--out", s3.url, "--quiet")
    assert (code, err.count("\n")) == (2, 1)
    assert f"{s3.url}: another dataset is there already" in err
    other.folder.mkdir()
    (other.folder / "farmers.parquet").write_text("mine")
    time.sleep(0.3)
    code, _, err = called(capsys, "advance", demo_dir, "--to", day, "--out", other.url, "--quiet")
    assert code == 2
    assert err == f"demo-data: {other.url}: other files are there: farmers.parquet; choose a prefix of its own\n"
    assert contents(s3.folder) == contents(demo_dir)


def test_functions_take_directories(s3: Endpoint, demo_dir: Path) -> None:
    """What has no cache says who has."""
    for act in (lambda: validate(s3.url), lambda: validate(demo_dir, reference=s3.url), lambda: diff(demo_dir, s3.url)):
        with pytest.raises(UsageError) as told:
            act()
        expected = f"{s3.url}: a directory is expected; `open_snapshot` of a URL has one, as its `path`"
        assert told.value.messages == [expected]


@pytest.mark.parametrize(
    ("files", "line"),
    [
        ((), "no finished dataset is there; nothing is"),
        (
            ("farmers.parquet", "recipe.json"),
            "no finished dataset is there (no snapshot.json): 2 files of something else, or of a build under way",
        ),
        (
            ("receipts/build.json", "receipts/0001-of-0003.json", "receipts/0001-of-0003.edges"),
            (
                "no finished dataset is there (no snapshot.json): shards are under way, 1 receipt so far; "
                "`demo-data seal URL` finishes it when all are made"
            ),
        ),
    ],
)
def test_nothing_finished(
    files: tuple[str, ...], line: str, s3: Endpoint, demo_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in files:
        path = s3.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
    time.sleep(0.3)
    expected = f"demo-data: {s3.url}: {line.replace('URL', s3.url)}\n"
    for verb in (("validate",), ("show",), ("snapshot", "diff", demo_dir), ("snapshot", "verify")):
        assert called(capsys, *verb, s3.url) == (2, "", expected)


def test_what_is_not_sound_is_not_kept(
    s3: Endpoint, demo_dir: Path, fetches: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """All files that are not what the manifest tells are named; those that are need not come again."""
    s3.upload(demo_dir)
    sound = (s3.folder / "farmers.parquet").read_bytes()
    (s3.folder / "farmers.parquet").write_bytes(bytes([sound[0] ^ 1]) + sound[1:])
    (s3.folder / "regions.parquet").unlink()
    (s3.folder / "recipe.json").write_bytes(b"{}")
    with pytest.raises(DataError) as told:
        open_snapshot(s3.url)
    size = (demo_dir / "recipe.json").stat().st_size
    assert told.value.messages == [
        f"{s3.url}/farmers.parquet: damaged: its SHA-256 is not the manifest's",
        f"{s3.url}/recipe.json: 2 bytes, where the manifest tells {size:,}",
        f"{s3.url}/regions.parquet: missing",
        f"{s3.url}: not what its manifest tells",
    ]

    fetches.clear()
    shutil.rmtree(s3.folder)
    s3.upload(demo_dir)
    assert open_snapshot(s3.url).origin.startswith("fetched 3 of ")
    assert sorted(fetches) == ["farmers.parquet", "recipe.json", "regions.parquet"]

    (s3.folder / "snapshot.json").write_text("{")
    time.sleep(0.3)  # the server looks at its folder from time to time
    code, _, err = called(capsys, "validate", s3.url)
    assert (code, err.count("\n")) == (1, 1), err
    assert err.startswith(f"demo-data: {s3.url}/snapshot.json: not a whole manifest: ")


def test_a_damaged_cache_is_mended(s3: Endpoint, demo_dir: Path, fetches: list[str]) -> None:
    """What somebody has written into the cache comes again, that alone."""
    s3.upload(demo_dir)
    first = open_snapshot(s3.url).path
    with (first / "farmers.parquet").open("r+b") as file:
        file.write(b"?")
    fetches.clear()
    assert contents(open_snapshot(s3.url).path) == contents(demo_dir)
    assert fetches == ["farmers.parquet"]


def test_a_url_is_no_place_to_write_in(s3: Endpoint, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = called(capsys, "json", s3.url)
    assert code == 2
    assert "a directory or file is expected, not a URL" in err
    code, _, err = called(capsys, "validate", "s3://TESTKEY:TESTSECRET@tea/demo")
    assert code == 2
    assert "credentials come from the environment alone" in err
    assert "TESTSECRET" not in err
