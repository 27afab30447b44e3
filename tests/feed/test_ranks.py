"""Keys are ranked through buckets as a sort of all ranks them."""

from __future__ import annotations

import random
from collections.abc import Iterator

import polars as pl
import pytest

from demo_data.feed.ranks import ranks


@pytest.mark.parametrize("rows", [0, 1, 5, 100, 3000])
@pytest.mark.parametrize("size", [1, 7, 64, 10_000])
def test_like_a_sort_of_all(rows: int, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys of two fields, the first of which may come often; buckets of any size, batches of others."""
    monkeypatch.setattr("demo_data.dataset.buckets.ROWS", max(size, rows // 50))
    monkeypatch.setattr("demo_data.feed.ranks._EVERY", 3)
    draw = random.Random(rows + size)
    keys = list({(f"é{draw.randrange(rows // 3 + 1)}", draw.randrange(10**6)) for _ in range(rows)})
    draw.shuffle(keys)

    def batches() -> Iterator[pl.DataFrame]:
        for start in range(0, len(keys), 13):
            yield pl.DataFrame(keys[start : start + 13], schema={"name": pl.String, "number": pl.Int64}, orient="row")

    place = {key: rank for rank, key in enumerate(sorted(keys))}
    assert ranks(batches, len(keys)).tolist() == [place[key] for key in keys]
