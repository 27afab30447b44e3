"""What a check says does not depend on how much it may hold; and what waits on disk is gone afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from random import Random

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from demo_data.common.errors import UsageError
from demo_data.common.written import size
from demo_data.dataset.buckets import Buckets, buckets
from demo_data.validation import tables, validate
from demo_data.validation.formats import FORMATS
from demo_data.validation.memory import Frames, memory
from demo_data.validation.parts import _thinned, part_of
from demo_data.validation.spool import Disk
from tests.validation.shuffled import shuffled

WHOLE = 10**12
ORDERS = ("kept", "shuffled", "runs")


@pytest.fixture(params=["whole", "in pieces"])
def reading(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """How tables are read: at once, as small ones are, or by their row groups, as large ones."""
    if request.param == "in pieces":
        monkeypatch.setattr(tables, "SMALL", 0)
        monkeypatch.setattr(tables, "BATCH", 64)


def told(folder: Path, size: int) -> str:
    report = validate(folder, strict=True, memory=size)
    return FORMATS["json"](report) + report.text()


@pytest.mark.usefixtures("reading")
@pytest.mark.sample(2)
@pytest.mark.parametrize("seed", range(3))
def test_words_do_not_depend_on_memory(seed: int, demo_dir: Path, tmp_path: Path) -> None:
    """Of faults of every phase, in files of any order and size: held whole, and by a few farmers at a time."""
    folder = shuffled(demo_dir, tmp_path / "data", seed, order=ORDERS[seed % 3])
    whole = told(folder, WHOLE)
    assert '"foreign-key"' in whole
    assert '"performance-weights"' in whole
    for held in (1, Random(seed).randrange(20_000, 400_000)):
        assert told(folder, held) == whole


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(60))
def test_words_of_many_do_not_depend_on_memory(seed: int, year_dir: Path, crowd_dir: Path, tmp_path: Path) -> None:
    """The same, of more, so that rules on shares and seasons have something to say."""
    source = (year_dir, crowd_dir)[seed % 2]
    folder = shuffled(source, tmp_path / "data", seed, order=ORDERS[seed % 3])
    assert told(folder, Random(seed).randrange(1, 10**6)) == told(folder, WHOLE)


def test_a_sound_dataset_is_sound_in_parts(minimal_dir: Path) -> None:
    """The rules that are skipped are the same, too, and so is every line."""
    assert told(minimal_dir, 1) == told(minimal_dir, WHOLE)


def test_parts_end_with_their_cuts() -> None:
    """A cut is the greatest key of its part; rows without a key are of the first."""
    assert part_of(pl.Series(["a", "b", "bb", None, "z"]), ["b", "c"]).to_list() == [0, 0, 1, 0, 2]


def test_frames_wait_on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is more than may be held comes back as it went, codes of texts included."""
    put, waiting = Disk.put, []
    monkeypatch.setattr(Disk, "put", lambda disk, frame: waiting.append(frame.height) or put(disk, frame))
    kind = pl.Enum(["b", "a"])
    with memory(1) as small:
        frames = Frames(small)
        given = [pl.DataFrame({"row": range(n, n + 12), "text": ["a", "b", None] * 4}) for n in (0, 12, 24, 36)]
        given = [
            each.with_columns(code=pl.col("text").cast(kind), same=pl.col("text").cast(pl.Categorical))
            for each in given
        ]
        texts = [each.cast({"same": pl.String}) for each in given]
        for each in given:
            frames.add(each)
        del given, each
        keep = pl.Series(["y", "x", "b", "a"], dtype=pl.Categorical)  # numbers anew what nobody holds any more
        assert waiting == [12, 12, 12, 12]
        assert frames.whole().cast({"same": pl.String}).equals(pl.concat(texts))
        assert frames.piece(1, "code").equals(texts[1].select("code"))
        assert len(keep) == 4


def test_what_needs_no_disk_takes_none(monkeypatch: pytest.MonkeyPatch, minimal_dir: Path, tmp_path: Path) -> None:
    """A small dataset is checked where no temporary file can be."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    assert validate(minimal_dir).ok


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_signals_leave_nothing(number: signal.Signals, tmp_path: Path) -> None:
    """A check that is ended while something waits on disk removes it; a killed one cannot."""
    program = (
        "import sys, time\n"
        "from demo_data.dataset.atomic.scratch import scratch\n"
        "from demo_data.validation.memory import memory\n"
        "with memory(), scratch() as place:\n"
        "    print(place, flush=True)\n"
        "    time.sleep(60)\n"
    )
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, text=True
    ) as process:
        assert process.stdout
        folder = Path(process.stdout.readline().strip())
        process.send_signal(number)
    assert tmp_path in folder.parents
    assert folder.exists() == (number == signal.SIGKILL)


@pytest.mark.parametrize(
    ("text", "count"), [("1MB", 10**6), ("1.5GB", 1_500_000_000), ("1GiB", 1 << 30), ("2 g", 2 * 10**9)]
)
def test_sizes(text: str, count: int) -> None:
    assert size(text) == count


@pytest.mark.parametrize("text", ["", "5", "-1GB", "1KB", "0GB", "1e9", "GB", "1PB", "1GBs", "nan", "1,5GB", "٣GB"])
def test_what_is_no_size(text: str) -> None:
    """One line says how a size is written."""
    with pytest.raises(ValueError, match="write it as 500MB"):
        size(text)


def test_a_full_disk_is_no_fault_of_a_rule(monkeypatch: pytest.MonkeyPatch, minimal_dir: Path) -> None:
    """One line says that temporary files cannot be written."""

    def full(_: Disk, frame: pl.DataFrame) -> None:
        raise UsageError("temporary files cannot be written: No space left on device; TMPDIR names another place")

    monkeypatch.setattr(Disk, "put", full)
    with pytest.raises(UsageError, match="No space left on device"):
        validate(minimal_dir, memory=1)


def test_a_damaged_bucket_ends_the_check(monkeypatch: pytest.MonkeyPatch, demo_dir: Path, tmp_path: Path) -> None:
    """No rule may pass because rows that waited on disk cannot be read."""

    def damaged(self: Buckets, number: int) -> pl.DataFrame | None:
        raise pa.ArrowInvalid("damaged")

    folder = shuffled(demo_dir, tmp_path / "data", 1, order="shuffled")
    monkeypatch.setattr(Buckets, "take", damaged)
    with pytest.raises(pa.ArrowInvalid, match="damaged"):
        validate(folder, memory=1)


def test_row_groups_of_any_size(monkeypatch: pytest.MonkeyPatch, demo_dir: Path, tmp_path: Path) -> None:
    """A batch ends with its row group, whose dictionaries Arrow does not join with another one's; one may be empty."""
    monkeypatch.setattr(tables, "SMALL", 0)
    shutil.copytree(demo_dir, tmp_path / "data", ignore=shutil.ignore_patterns("json", "snapshot.json"))
    path = tmp_path / "data" / "documents.parquet"
    rows = pq.read_table(path)
    with pq.ParquetWriter(path, rows.schema, use_dictionary=True) as file:
        for start, stop in ((0, 50), (50, 50), (50, 300), (300, len(rows))):
            file.write_table(rows.slice(start, stop - start))
    assert pq.ParquetFile(path).num_row_groups == 4
    report = validate(tmp_path / "data", memory=1)
    assert report.ok, report.text()


@pytest.mark.parametrize("count", [1, 7, 240, 1000])
def test_cuts_are_thinned_evenly(count: int) -> None:
    """For so many parts at most, in their order."""
    cuts = [f"{number:04}" for number in range(count)]
    for parts in (1, 2, 80, 240):
        fewer = _thinned(cuts, parts)
        assert len(fewer) + 1 <= parts
        assert fewer == sorted(set(fewer) & set(cuts))
        assert len(fewer) + 1 >= min(parts, count + 1) / 2


def test_an_empty_frame_in_buckets() -> None:
    """It adds nothing, and the next one does."""
    with buckets(3) as (few,):
        for frame in (pl.DataFrame({"x": [1, 2]}), pl.DataFrame({"x": []}, schema={"x": pl.Int64})):
            few.add(frame, np.arange(frame.height) % 3)
        taken = [few.take(number) for number in range(3)]
        assert [None if each is None else each["x"].to_list() for each in taken] == [[1], [2], None]
