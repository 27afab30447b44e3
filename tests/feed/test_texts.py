"""Texts come back in the order of their places, however they came and however many share a file."""

from __future__ import annotations

import random
from pathlib import Path

import polars as pl
import pytest

from demo_data.feed import texts


@pytest.mark.parametrize("each", [1, 3, 1000])
def test_order(each: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Places, parts of one place, and texts as they are; nothing is left behind."""
    monkeypatch.setattr(texts, "EACH", each)
    dice = random.Random(each)
    rows = [(place, part, f'{{"n":"{place}-{part} é\\n"}}') for place in range(200) for part in (0, 1)]
    mixed = dice.sample(rows, len(rows))
    ordered = texts.Ordered(tmp_path / "texts")
    for start in range(0, len(mixed), 37):
        ordered.add(pl.DataFrame(mixed[start : start + 37], schema=["place", "part", "text"], orient="row"))

    assert list(ordered) == [(place, part, [text]) for place, part, text in rows]
    assert list((tmp_path / "texts").iterdir()) == []
