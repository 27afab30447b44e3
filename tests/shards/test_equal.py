"""A dataset that shards made and that is sealed is the one of a direct build, in every byte."""

from __future__ import annotations

import os
import random
import shutil
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from demo_data import build_shard
from demo_data import seal as sealed
from demo_data.dataset.manifest import read_manifest
from tests.running import contents, names
from tests.shards.sharded import GROWING, directly, made, seal, shard


@pytest.mark.parametrize("shards", [1, 2, 5, 64])
def test_equal(shards: int, direct: dict[str, str], tmp_path: Path) -> None:
    """However many there are, in any order, some of them made twice; nothing else is left."""
    numbers = [*range(1, shards + 1), *random.choices(range(1, shards + 1), k=2)]
    random.shuffle(numbers)

    made(tmp_path / "demo", shards, numbers)
    told = seal(tmp_path / "demo")

    assert contents(tmp_path / "demo") == direct
    assert not any(name.startswith(".") or name == "receipts" for name in names(tmp_path / "demo"))
    assert (told.shards, told.rows) == (shards, sum(read_manifest(tmp_path / "demo").rows.values()))


def test_without_json(tmp_path: Path) -> None:
    """Where shards say so, there is no JSON form."""
    made(tmp_path / "shards", 2, json_form=False)
    seal(tmp_path / "shards")

    assert contents(tmp_path / "shards") == contents(directly(tmp_path / "direct", json_form=False))
    assert not (tmp_path / "shards" / "json").exists()


def test_by_the_face(direct: dict[str, str], tmp_path: Path) -> None:
    """From Python; the identity is what comes of it."""
    for number in (3, 1, 2):
        build_shard("demo", tmp_path / "demo", number, 3, changes=GROWING)
    identity = sealed(tmp_path / "demo")

    assert identity == read_manifest(tmp_path / "demo").identity
    assert contents(tmp_path / "demo") == direct


def test_made_again(unsealed: Path) -> None:
    """What a receipt tells is not made again, unless its file is another one or gone; then it is as before."""
    before = contents(unsealed)
    inodes = {path: (unsealed / path).stat().st_ino for path in before}
    (first, *_), (damaged, *_) = (
        sorted(unsealed.glob("farmers.parquet/*")),
        sorted(unsealed.glob("documents.parquet/*")),
    )
    first.unlink()
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"?")

    told = [shard(unsealed, number, 4) for number in range(1, 5)]

    assert contents(unsealed) == before
    assert sum(each.parts - each.kept for each in told) == 2
    changed = {path for path in before if (unsealed / path).stat().st_ino != inodes[path]}
    assert changed == {f"farmers.parquet/{first.name}", f"documents.parquet/{damaged.name}"}


def test_bytes_of_other_libraries(unsealed: Path, direct: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a part is made again, and in other bytes than the receipt tells, the whole shard is, with its receipt."""
    number = next(each for each in range(1, 5) if "farmers.parquet/part-00000" in receipt(unsealed, each))
    for path in (unsealed / "farmers.parquet").glob("part-00000*"):
        path.unlink()
    monkeypatch.setattr("demo_data.dataset.store._PAGE_ROWS", 7)

    told = shard(unsealed, number, 4)
    seal(unsealed)

    assert told.kept == 0
    found = contents(unsealed)
    assert found["farmers.parquet/part-00000.parquet"] != direct["farmers.parquet/part-00000.parquet"]
    assert found["json/farmers.json"] == direct["json/farmers.json"] if "json/farmers.json" in direct else True


def receipt(folder: Path, number: int) -> str:
    return (folder / "receipts" / f"{number:04}-of-0004.json").read_text()


def test_all_at_once(direct: dict[str, str], tmp_path: Path) -> None:
    """Shards may write at once, and two of them may be the same one."""
    numbers = [1, 2, 3, 3, 4, 4]
    with ProcessPoolExecutor(3, mp_context=get_context("forkserver")) as pool:
        told = [pool.submit(_shard, tmp_path / "demo", number) for number in numbers]
        assert len({each.result()[0] for each in told}) > 1

    seal(tmp_path / "demo")
    assert contents(tmp_path / "demo") == direct


def _shard(out: Path, number: int) -> tuple[int, int]:
    import demo_data.plan
    from tests.shards.sharded import ROWS

    demo_data.plan.ROWS_PER_PART = ROWS
    return os.getpid(), shard(out, number, 4).parts


def test_by_several_processes(direct: dict[str, str], tmp_path: Path) -> None:
    """A shard may be made by a pool."""
    with ProcessPoolExecutor(2, mp_context=get_context("forkserver"), initializer=_small) as pool:
        made(tmp_path / "demo", 2, executor=pool)
    seal(tmp_path / "demo")

    assert contents(tmp_path / "demo") == direct


def _small() -> None:
    import demo_data.plan
    from tests.shards.sharded import ROWS

    demo_data.plan.ROWS_PER_PART = ROWS


def test_sealed_twice(unsealed: Path, direct: dict[str, str]) -> None:
    """A second seal changes nothing; one that was cut off before the receipts had gone is ended."""
    receipts = unsealed.parent / "receipts"
    shutil.copytree(unsealed / "receipts", receipts)
    assert seal(unsealed).shards == 4
    assert seal(unsealed).shards == 0

    shutil.copytree(receipts, unsealed / "receipts")
    assert seal(unsealed).shards == 0
    assert contents(unsealed) == direct
    (unsealed / "receipts").mkdir()
    assert seal(unsealed).shards == 0
    assert not (unsealed / "receipts").exists()


def test_others_files_stay(unsealed: Path, direct: dict[str, str]) -> None:
    """What is not the dataset's is nobody's business."""
    (unsealed / "notes.txt").write_text("mine")
    seal(unsealed)

    assert (unsealed / "notes.txt").read_text() == "mine"
    assert {path: digest for path, digest in contents(unsealed).items() if path != "notes.txt"} == direct
