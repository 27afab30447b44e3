"""A whole `demo-data build`, against writers that are handed the finished frames, and against another generator.

CPU seconds of the command, start-up, workers and manifest included; beside it those that Polars, and pyarrow, take
only to write the same frames with zstd level 1 (reading them is not counted); and, in the same run, what tpchgen-cli
takes for TPC-H of scale factor 1 on one thread. A value is a published leaf: nulls and empty lists count nothing.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pyarrow.parquet as pq

from benchmarks.speed import leaf_values

TPCHGEN = "TPCHGEN"
"""Names the program tpchgen-cli, which is none of this project's: `pip install tpchgen-cli` in an environment apart."""

_PROGRAM = """
import json, resource, sys, time
from demo_data.cli import main
began = time.monotonic()
code = main(sys.argv[1:])
told = {"wall": time.monotonic() - began}
for name, who in (("parent", resource.RUSAGE_SELF), ("workers", resource.RUSAGE_CHILDREN)):
    used = resource.getrusage(who)
    told[name] = {"cpu": used.ru_utime + used.ru_stime, "mb": used.ru_maxrss // 1024}
print(json.dumps(told), file=sys.stderr)
sys.exit(code)
"""


def run() -> None:
    """A year of 20,000 farmers, by one process and by two workers."""
    _measure("load-test", (1, 2))


def run_kenya() -> None:
    """A year of the nation's growers: 21 million documents, some minutes and 2 GB of disk."""
    _measure("kenya", (2,))


def _measure(profile: str, workers: tuple[int, ...]) -> None:
    print(f"The whole of `demo-data build {profile} --no-json` (zstd level 1; {os.cpu_count()} cores)")
    print(f"  {'workers':8}{'CPU-s':>8}{'of that parent':>16}{'wall s':>8}{'MB parent':>11}{'MB worker':>11}")
    with TemporaryDirectory() as place:
        out, seconds = Path(place) / "out", 0.0
        for number in workers:
            shutil.rmtree(out, ignore_errors=True)
            told = _built(profile, "--workers", str(number), "--out", str(out))
            seconds = told["parent"]["cpu"] + told["workers"]["cpu"]
            print(
                f"  {number:<8}{seconds:>8.1f}{told['parent']['cpu']:>16.1f}{told['wall']:>8.1f}"
                f"{told['parent']['mb']:>11,}{told['workers']['mb'] if number > 1 else 0:>11,}"
            )
        polars, arrow, values = _written(out, Path(place) / "written.parquet")
    rate = values / seconds
    for name, writing in (("Polars", polars), ("pyarrow", arrow)):
        times = seconds / writing
        print(f"  {name} only writing the finished tables: {writing:.1f} CPU-s; the build takes {times:.2f} times")
    print(f"  {values:,} values, {rate / 1e6:.1f} million per CPU-second")
    if theirs := _tpchgen():
        told = f"{theirs / 1e6:.1f} million per CPU-second; the build makes {rate / theirs:.2f} times as many"
        print(f"  tpchgen-cli, SF 1, zstd 1, one thread: {told}")
    else:
        print(f"  tpchgen-cli is not there: `pip install tpchgen-cli` somewhere, and {TPCHGEN}=its/path")


def _built(*arguments: str) -> dict[str, dict[str, float]]:
    """What one build took: CPU seconds and megabytes of the process and of its workers, and wall time."""
    command = [sys.executable, "-c", _PROGRAM, "build", *arguments, "--no-json", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told: dict[str, dict[str, float]] = json.loads(done.stderr.splitlines()[-1])
    return told


def _written(folder: Path, to: Path) -> tuple[float, float, int]:
    """CPU seconds in which Polars and pyarrow write the files' rows again, and how many values these have."""
    polars = arrow = 0.0
    values = 0
    for path in sorted(folder.glob("**/*.parquet")):
        if not path.is_file():
            continue
        frame = pl.read_parquet(path)
        began = time.process_time()
        frame.write_parquet(to, compression="zstd", compression_level=1)
        polars += time.process_time() - began
        del frame
        table = pq.ParquetFile(path, read_dictionary=_dictionaries(path)).read()
        values += leaf_values(table)
        began = time.process_time()
        pq.write_table(table, to, compression="zstd", compression_level=1, row_group_size=max(1, table.num_rows))
        arrow += time.process_time() - began
    return polars, arrow, values


def _dictionaries(path: Path) -> list[str]:
    """The paths of texts that lie in a file as dictionaries: the writer is handed them as such, as ours is."""
    row_group = pq.ParquetFile(path).metadata.row_group(0)
    columns = (row_group.column(number) for number in range(row_group.num_columns))
    texts = (each for each in columns if each.physical_type == "BYTE_ARRAY" and ".list." not in each.path_in_schema)
    return [each.path_in_schema for each in texts if "RLE_DICTIONARY" in each.encodings]


def _tpchgen() -> float | None:
    """Values per CPU-second of tpchgen-cli; None where it is not installed."""
    program = os.environ.get(TPCHGEN) or shutil.which("tpchgen-cli")
    if program is None:
        return None
    with TemporaryDirectory() as folder:
        told = ["parquet", "--scale-factor", "1", "--compression", "ZSTD(1)", "--num-threads", "1", "--quiet"]
        before = _children()
        subprocess.run([program, *told, "--output-dir", folder], check=True, capture_output=True)
        seconds = _children() - before
        found = [pq.ParquetFile(path).metadata for path in Path(folder).glob("**/*.parquet")]
    return sum(each.num_rows * each.num_columns for each in found) / seconds


def _children() -> float:
    used = os.times()
    return used.children_user + used.children_system
