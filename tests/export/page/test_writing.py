"""The folder that a page is: its data, what it refuses, and that it comes whole or not at all."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from demo_data.common.errors import DataError, UsageError
from demo_data.export.page import rows, write_page
from demo_data.tea import DOMAIN


def data(folder: Path, name: str) -> Any:
    """What a script hands to the page."""
    text = (folder / "data" / f"{name}.js").read_text(encoding="utf-8")
    head = f'page.data("{name}",'
    assert text.startswith(head)
    assert text.endswith(");\n")
    return json.loads(text.removeprefix(head).removesuffix(");\n"))


def table(folder: Path, name: str) -> pl.DataFrame:
    """The rows of a table that the page holds."""
    return pl.read_ipc_stream(gzip.decompress(base64.b64decode(data(folder, f"table.{name}")["arrow"])))


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_small(demo_page: Path, demo_dir: Path) -> None:
    """Without DuckDB it has less than 5 MB, with all rows; and a page of the same data has the same bytes."""
    sizes = {name: len(content) for name, content in files(demo_page).items()}
    assert sum(sizes.values()) - sizes["assets/duckdb.js"] < 5_000_000
    for name in ("farmers", "documents"):
        own = pl.read_parquet(demo_dir / f"{name}.parquet")
        assert (
            table(demo_page, name)
            .select(pl.exclude(pl.Struct, pl.Datetime))
            .equals(own.select(pl.exclude(pl.Struct, pl.Datetime)))
        )

    before = files(demo_page)
    write_page(demo_dir, demo_page, DOMAIN)
    assert files(demo_page) == before


def test_sampled(demo_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many rows it holds some: whatever they refer to is there too, and all that refers to them."""
    monkeypatch.setattr(rows, "MOST", 500)
    monkeypatch.setattr(rows, "SAMPLED", 200)
    monkeypatch.setattr(rows, "_WHOLE", 200)
    write_page(demo_dir, tmp_path / "page", DOMAIN)
    farmers, documents = table(tmp_path / "page", "farmers"), table(tmp_path / "page", "documents")
    every = pl.read_parquet(demo_dir / "documents.parquet").unnest("linkage_fields")

    assert 0 < len(documents) < 500
    told = {each["name"]: (each["held"], each["rows"]) for each in data(tmp_path / "page", "overview")["tables"]}
    assert told["documents"] == (len(documents), len(every))
    assert told["regions"] == (2, 2)
    held = every.filter(pl.col("farmer_id").is_in(farmers["id"].to_list()))
    assert sorted(held["document_id"]) == sorted(documents["document_id"])


def test_refused(demo_dir: Path, minimal_dir: Path, tmp_path: Path) -> None:
    """A damaged dataset, and a folder where a dataset or others' files lie: then nothing there has changed."""
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "index.html").write_text("mine")
    with pytest.raises(UsageError, match=r"not listed as this program.s: index\.html"):
        write_page(minimal_dir, mine, DOMAIN)
    assert files(mine) == {"index.html": b"mine"}

    with pytest.raises(UsageError, match="a dataset lies here"):
        write_page(minimal_dir, demo_dir, DOMAIN)
    with pytest.raises(UsageError, match="a dataset lies here"):
        write_page(minimal_dir, minimal_dir / "json", DOMAIN)

    damaged = tmp_path / "damaged"
    damaged.mkdir()
    for name, content in files(minimal_dir).items():
        (damaged / name).parent.mkdir(exist_ok=True)
        (damaged / name).write_bytes(content)
    (damaged / "farmers.parquet").write_bytes(b"PAR1")
    with pytest.raises(DataError, match=r"farmers\.parquet"):
        write_page(damaged, tmp_path / "page", DOMAIN)
    assert not (tmp_path / "page" / "index.html").exists()
