"""What is wrong is told in one pass, and nothing is published."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from demo_data.common.errors import DataError, UsageError
from demo_data.dataset.atomic.lock import locked
from demo_data.shards.making import make_shard
from tests.running import called, contents
from tests.shards.sharded import directly, made, seal, settings, shard

R = "receipts/000{}-of-0004.json"


def edited(path: str, change: Callable[[dict[str, Any]], object]) -> Callable[[Path], object]:
    """A receipt that says something else, as if a shard had written it."""

    def edit(folder: Path) -> None:
        content = json.loads((folder / path).read_text())
        change(content)
        content.pop("sum")
        (folder / path).write_text(json.dumps(content))

    return edit


def moved(source: str, target: str) -> Callable[[Path], object]:
    return lambda folder: shutil.copy(folder / source, folder / target)


def removed(*patterns: str) -> Callable[[Path], object]:
    def remove(folder: Path) -> None:
        for path in [path for pattern in patterns for path in folder.glob(pattern)]:
            path.unlink()

    return remove


def damaged(pattern: str) -> Callable[[Path], object]:
    def damage(folder: Path) -> None:
        path = max(folder.glob(pattern), key=lambda path: path.stat().st_size)
        text = path.read_bytes()
        path.write_bytes(text[:-1] + bytes([text[-1] ^ 1]))

    return damage


WRONG: dict[str, tuple[Callable[[Path], object], str]] = {
    "one is missing": (removed(R.format(3)), "shard missing: 3 of 4"),
    "some are missing": (removed(R.format(1), R.format(3), R.format(4)), "shards missing: 1, 3-4 of 4"),
    "of another profile": (
        edited(R.format(2), lambda told: told["build"]["recipe"].update(profile="other")),
        "0002-of-0004.json: the receipt of a shard of profile other, not demo",
    ),
    "of another seed": (edited(R.format(2), lambda told: told["build"]["recipe"].update(seed=7)), "with seed 7, not"),
    "of another version": (
        edited(R.format(1), lambda told: told["build"].update(generator="0.0.1")),
        "by demo-data 0.0.1, not",
    ),
    "of another day": (
        edited(R.format(1), lambda told: told["build"]["recipe"].update(as_of="2026-03-31")),
        "as of 2026-03-31, not 2026-01-31",
    ),
    "of another number": (moved(R.format(1), "receipts/0001-of-0005.json"), "0001-of-0005.json: tells shard 1.*twice"),
    "a shard twice": (moved(R.format(2), R.format(1)), "0001-of-0004.json: tells shard 2, as .*: a shard twice"),
    "other parts": (edited(R.format(2), lambda told: told["parts"].pop()), "tells other parts than those of shard 2"),
    "no receipt": (damaged(R.format(2)), "0002-of-0004.json: cannot be used: not valid JSON"),
    "a wrong number": (
        lambda folder: (folder / R.format(2)).write_text(
            (folder / R.format(2)).read_text().replace('"rows":30', '"rows":31')
        ),
        "0002-of-0004.json: damaged.*its sum is not that of what it says",
    ),
    "a file is missing": (removed("farmers.parquet/part-00001.parquet"), r"part-00001.parquet \(shard \d\): missing"),
    "a file is shorter": (
        lambda folder: (folder / "regions.parquet").write_bytes((folder / "regions.parquet").read_bytes()[:-1]),
        r"regions.parquet \(shard 1\): [0-9,]+ bytes, where the receipt tells",
    ),
    "a file is damaged": (damaged("documents.parquet/*"), r"documents.parquet/.* \(shard \d\): damaged: its SHA-256"),
    "edges are damaged": (damaged("receipts/*.edges"), r"edges \(shard \d\): damaged: its SHA-256"),
    "edges are missing": (removed("receipts/0003*.edges"), r"edges \(shard 3\): missing"),
    "a file more": (
        moved("regions.parquet", "documents.parquet/2025-11-999.parquet"),
        "1 file that no shard has: documents.parquet/2025-11-999.parquet",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_not_sealed(name: str, unsealed: Path) -> None:
    """One clear message for each, with what to do; no manifest, and all stays as it is."""
    wrong, told = WRONG[name]
    wrong(unsealed)
    before = contents(unsealed)

    with pytest.raises(DataError, match=told) as error:
        seal(unsealed)

    assert 2 <= len(error.value.messages) <= 3
    assert "build demo --shard K/4" in error.value.messages[-1]
    assert contents(unsealed) == before


def test_all_in_one_pass(unsealed: Path) -> None:
    """Everything that is wrong is told at once."""
    names = ("one is missing", "of another seed", "a file is shorter", "a file more")
    for name in names:
        WRONG[name][0](unsealed)

    with pytest.raises(DataError) as error:
        seal(unsealed)

    assert len(error.value.messages) == len(names) + 1


def test_made_whole_again(unsealed: Path, direct: dict[str, str]) -> None:
    """What the message says, helps: the shards that it names are made again, and then all can be sealed."""
    for name in ("one is missing", "a wrong number", "a file is shorter", "a file is damaged", "edges are missing"):
        WRONG[name][0](unsealed)
    with pytest.raises(DataError):
        seal(unsealed)

    made(unsealed, 4)
    seal(unsealed)

    assert contents(unsealed) == direct


OTHERS: dict[str, tuple[Callable[[Path], object], str]] = {
    "another profile": (
        lambda out: make_shard(settings(changes=()), out, 1, 4),
        "of other settings: name another place",
    ),
    "another seed": (lambda out: make_shard(settings(seed=5), out, 1, 4), "with seed 5, not 20260131"),
    "another number": (lambda out: shard(out, 1, 5), "in 5 shards, not 4"),
    "no JSON": (lambda out: shard(out, 1, 4, json_form=False), "without JSON"),
    "no such shard": (lambda out: shard(out, 5, 4), "shard 5/4: shards go from 1 to 4"),
    "shard 0": (lambda out: shard(out, 0, 4), "shard 0/4: shards go from 1 to 4"),
    "a direct build": (directly, "files would be replaced that are not listed as this program's"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_shards_of_another_dataset(name: str, unsealed: Path) -> None:
    """Nothing of another dataset goes where shards are made."""
    make, told = OTHERS[name]
    before = contents(unsealed)

    with pytest.raises(UsageError, match=told):
        make(unsealed)

    assert contents(unsealed) == before


def test_another_version(unsealed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another version of the program neither goes on nor seals."""
    before = contents(unsealed)
    for module in ("begin", "sealing"):
        monkeypatch.setattr(f"demo_data.shards.{module}.generator_version", lambda: "9.9.9", raising=False)

    with pytest.raises(UsageError, match=r"by demo-data 9\.9\.9, not"):
        shard(unsealed, 1, 4)
    with pytest.raises(UsageError, match=r"made otherwise than this program would: by demo-data 9\.9\.9, not"):
        seal(unsealed)
    assert contents(unsealed) == before


def test_finished_dataset(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where a dataset is whole, no shard is made, not of the same one either; a seal finds nothing to do."""
    folder = directly(tmp_path / "demo")
    before = contents(folder)

    with pytest.raises(UsageError, match="a finished dataset lies there"):
        shard(folder, 1, 4)
    code, out, err = called(capsys, "seal", folder)

    assert (code, err) == (0, "")
    assert out.startswith(f"{folder}: a finished dataset, in which no shards are left to seal; nothing to do\n")
    assert contents(folder) == before


@pytest.mark.parametrize(
    "name", ["farmers.parquet", "json/farmers.json", "recipe.json", "receipts/x", ".demo-data.json"]
)
def test_files_of_others(name: str, tmp_path: Path) -> None:
    """What stands where the dataset goes, and that no shard has made, is told and left alone."""
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("mine")

    with pytest.raises(UsageError, match=f"no shard has told of them: {name}"):
        shard(tmp_path, 1, 4)

    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()] == [name]


def test_one_at_a_time(unsealed: Path) -> None:
    """While a shard is made, nobody seals; while somebody seals, no shard is made."""
    with locked(unsealed, shared=True), pytest.raises(UsageError, match="another demo-data is writing there"):
        seal(unsealed)
    with locked(unsealed), pytest.raises(UsageError, match="another demo-data is writing there"):
        shard(unsealed, 1, 4)


def test_no_shards(tmp_path: Path) -> None:
    """Where there are none, nothing is sealed, and nothing comes into being."""
    with pytest.raises(UsageError, match="no shards lie there"):
        seal(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_another_dataset_came(unsealed: Path, tmp_path: Path) -> None:
    """A manifest of something else beside shards is nothing that a seal may take for its own."""
    other = directly(tmp_path / "other")
    manifest = json.loads((other / "snapshot.json").read_text())
    manifest["world"] = "0" * 64
    (unsealed / "snapshot.json").write_text(json.dumps(manifest))

    with pytest.raises(DataError, match="a finished dataset of another recipe lies there"):
        seal(unsealed)


@pytest.mark.parametrize("text", ["0/4", "5/4", "x", "3", "-1/4", "1/0", "1/10000", "", "1/4/4", "٣/٤"])
def test_no_shard(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On the command line: exit code 2, and how it is written."""
    code, out, err = called(capsys, "build", "demo", f"--shard={text}", "--out", tmp_path / "demo")

    assert (code, out) == (2, "")
    assert "is no shard; write it as 3/64" in err
    assert not (tmp_path / "demo").exists()


@pytest.mark.parametrize("other", [("--table", "farmers"), ("--level", "0")])
def test_not_with(other: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A shard has parts of all tables."""
    code, out, err = called(capsys, "build", "demo", "--shard", "1/2", *other, "--out", tmp_path / "demo")

    assert (code, out) == (2, "")
    assert err == "demo-data: --shard: a shard has parts of all tables; leave --table and --level away\n"
    assert not (tmp_path / "demo").exists()


def test_a_worker_dies(tmp_path: Path, direct: dict[str, str]) -> None:
    """A line says so, and that what is finished stays; the other shards do."""
    made(tmp_path / "demo", 3, [1])
    with ProcessPoolExecutor(1, mp_context=get_context("forkserver")) as pool:
        pool.submit(os.getpid).result()
        for process in pool._processes.values():
            process.kill()
            process.join()
        with pytest.raises(UsageError, match="; what is finished stays there for the next run"):
            shard(tmp_path / "demo", 2, 3, executor=pool)

    assert shard(tmp_path / "demo", 1, 3).kept
    made(tmp_path / "demo", 3)
    seal(tmp_path / "demo")
    assert contents(tmp_path / "demo") == direct
