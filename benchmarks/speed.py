"""Values per CPU-second: making a table and writing it as zstd Parquet, in one process.

A value is a published leaf value: nulls and empty lists count nothing. Beside it, in the same run, Polars writes the
same finished frames with zstd level 1: the ratio of the two CPU times does not depend on the machine's mood.
"""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pyarrow as pa

from demo_data.build import write_part
from demo_data.engine.assemble import assemble
from demo_data.engine.world import World
from demo_data.plan import plan
from demo_data.profile import load_profile
from demo_data.tea import DOMAIN

ROUNDS = 5
SIZES = {"farmers": 200_000, "documents": 8_000}
"""Farmers in the world whose table is measured (a year of documents each)."""


def run() -> None:
    print("Making and writing (zstd level 1, one process), against Polars writing the finished frames")
    heads = ("table", "rows", "values", "M values/CPU-s", "us/row", "of that writing", "x Polars")
    print("  {:12}{:>10}{:>13}{:>16}{:>8}{:>17}{:>10}".format(*heads))
    for table, farmers in SIZES.items():
        _measure(table, farmers)


def _measure(table: str, farmers: int) -> None:
    world = World(DOMAIN, load_profile("load-test", changes=[f"farmers.count={farmers}"]))
    parts = plan(world, table)
    with TemporaryDirectory() as folder:
        path = str(Path(folder) / "part.parquet")
        write_part(world, parts[0], path, {})
        rows = values = 0
        ours, made, theirs = [], [], []
        for turn in range(ROUNDS):
            seconds = making = polars = 0.0
            for part in parts:
                began = time.process_time()
                write_part(world, part, path, {})
                seconds += time.process_time() - began
                began = time.process_time()
                finished = assemble(world.rows(table, part.start, part.stop))
                making += time.process_time() - began
                if turn == 0:
                    rows += finished.num_rows
                    values += leaf_values(finished)
                frame = pl.read_parquet(path)
                began = time.process_time()
                frame.write_parquet(Path(folder) / "polars.parquet", compression="zstd", compression_level=1)
                polars += time.process_time() - began
            ours.append(seconds)
            made.append(making)
            theirs.append(polars)
    ratio = median(mine / other for mine, other in zip(ours, theirs, strict=True))
    cpu = median(ours)
    print(
        f"  {table:12}{rows:>10,}{values:>13,}{values / cpu / 1e6:>16.1f}{cpu / rows * 1e6:>8.2f}"
        f"{1 - median(made) / cpu:>17.0%}{ratio:>10.2f}"
    )


def leaf_values(table: pa.Table) -> int:
    """Published leaf values in a table: nulls and empty lists hold none."""

    def count(array: Any) -> int:
        if pa.types.is_struct(array.type):
            return sum(count(child) for child in array.flatten())
        if pa.types.is_list(array.type):
            return count(array.flatten())
        return len(array) - int(array.null_count)

    return sum(count(chunk) for column in table.columns for chunk in column.chunks)
