"""Tables in several files: what lies on both sides is not read, and rows are those of the whole table."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from demo_data import feed
from demo_data.feed.ends import dataset, differing
from demo_data.tea import DOMAIN
from demo_data.versions.write import write
from tests.feed.worlds import World

PARTS = {"a": (0, 100), "b": (100, 250), "c": (250, 400)}


def cut(world: World, out: Path, *names: str, tail: int = 0) -> Path:
    """The dataset of the birth, its documents as some of these parts, in that order; and the last ones, if so many."""
    shutil.copytree(world(0), out)
    rows = pq.read_table(out / "documents.parquet")
    (out / "documents.parquet").unlink()
    (out / "json" / "documents.json").unlink(missing_ok=True)
    (out / "documents.parquet").mkdir()
    for number, name in enumerate(names):
        start, stop = PARTS[name]
        pq.write_table(rows.slice(start, stop - start), out / "documents.parquet" / f"part-{number:05}.parquet")
    if tail:
        pq.write_table(rows.slice(rows.num_rows - tail), out / "documents.parquet" / "part-00009.parquet")
    write(out, DOMAIN)
    return out


@pytest.mark.parametrize(
    ("before", "after", "counts"),
    [
        ("ab", "abc", {"c": 150}),
        ("abc", "bc", {"d": 100}),
        ("ac", "abc", {"c": 150}),
        ("abc", "bac", {"u": 100}),
        ("cab", "abc", {"u": 150}),
    ],
)
def test_parts(world: World, tmp_path: Path, before: str, after: str, counts: dict[str, int]) -> None:
    """Parts that came, went, or lie in another order: these are the fewest events, and they give the new table."""
    old, new = cut(world, tmp_path / "old", *before, tail=2), cut(world, tmp_path / "new", *after, tail=3)
    changes = feed.between(old, new)
    rows = pq.read_table(new / "documents.parquet").to_pylist()

    extra = {"c": counts.get("c", 0) + 1}
    assert changes.counts == {"documents": counts | extra}
    assert all(
        rows[event.source.row]["document_id"] == event.key["document_id"] for event in changes if event.op != "d"
    )
    header = feed.write(changes, tmp_path / "feed")
    assert feed.apply(tmp_path / "feed", old, tmp_path / "replayed") == header.to.identity


def test_common_parts_are_not_read(world: World, tmp_path: Path) -> None:
    """Of parts that both manifests list, no rows are read; they are held to their hashes."""
    old, new = (dataset(cut(world, tmp_path / name, *rows), DOMAIN) for name, rows in (("old", "ab"), ("new", "abc")))
    files = differing(old, new, "documents")

    assert files is not None
    assert [[path.name for path in side.paths] for side in files] == [[], ["part-00002.parquet"]]
    assert len(feed.between(tmp_path / "old", tmp_path / "new")) == 150
