"""Writes the page: the data, then what shows it, all of it or nothing."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

from demo_data.common.errors import DataError, UsageError
from demo_data.dataset.atomic import staged
from demo_data.dataset.layout import CERTIFICATE, MANIFEST, RECIPE, parts
from demo_data.dataset.manifest import read_manifest
from demo_data.dataset.recipe_file import whole_recipe
from demo_data.domain import Domain
from demo_data.export.page.overview import overview
from demo_data.export.page.rows import packed, rows
from demo_data.export.page.views import Dataset, Question, View

Progress = Callable[[str, int, int], None]
INDEX, ASSETS, DATA = "index.html", "assets", "data"
ENGINE, PACKED = "duckdb.js", ".gz"
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' file: blob: 'wasm-unsafe-eval'",
        "worker-src blob:",
        "style-src 'self' file: 'unsafe-inline'",
        "img-src data: blob:",
        "connect-src blob:",
    )
)
"""What the page may ask for: what lies beside it, and what its own scripts have made."""
VENDORED = files(__package__) / ASSETS


def write_page(folder: Path, out: Path, domain: Domain, *, progress: Progress | None = None) -> None:
    """Write the page of the dataset in `folder` into the directory `out`.

    Raises `UsageError` where there is no dataset, files of others are in the way or writing fails, and `DataError`
    where the dataset is not what its manifest says: then nothing in `out` has changed.
    """
    progress = progress or (lambda *_: None)
    whole = out.resolve()
    if os.path.lexists(out / RECIPE) or any(os.path.lexists(place / MANIFEST) for place in (whole, *whole.parents)):
        raise UsageError(f"{out}: a dataset lies here, and a page wants a directory of its own: name another one")
    dataset = _opened(folder, domain)
    module = domain.module("page")
    views: tuple[View, ...] = getattr(module, "VIEWS", ())
    questions: tuple[Question, ...] = getattr(module, "QUESTIONS", ())
    held = rows(dataset, domain)
    names = ["overview", "certificate", *(view.name for view in views), *(f"table.{table}" for table in held)]
    assets = [*(entry.name for entry in VENDORED.iterdir() if not entry.name.endswith(PACKED)), ENGINE]
    places = (INDEX, *(f"{ASSETS}/{name}" for name in assets), *(f"{DATA}/{name}.js" for name in names))
    with staged(out, replaces=(f"{DATA}/table.{table}.js" for table in domain.models), writes=places) as staging:
        (staging / DATA).mkdir()
        (staging / ASSETS).mkdir()
        for number, view in enumerate(views, 1):
            progress("views", number, len(views))
            _write_data(staging, view.name, view.make(dataset))
        heights = {}
        for number, (table, held_rows) in enumerate(held.items(), 1):
            progress("tables", number, len(held))
            arrow = held_rows()
            heights[table] = arrow.num_rows
            _write_data(staging, f"table.{table}", {"arrow": packed(arrow)})
        told = overview(dataset, domain, heights, views, questions)
        _write_data(staging, "overview", told)
        if told["certificate"]:
            _write_data(staging, "certificate", {"sql": (folder / CERTIFICATE).read_text(encoding="utf-8")})
        _write_assets(staging / ASSETS)
        (staging / INDEX).write_text(_index(told["title"]), encoding="utf-8")


def _write_assets(place: Path) -> None:
    """Write what shows the data; what is packed, as a script: nothing else can be read from the disk."""
    whole = [entry for entry in VENDORED.iterdir() if not entry.name.endswith(PACKED)]
    for entry in whole:
        (place / entry.name).write_bytes(entry.read_bytes())
    wasm, worker = (
        base64.b64encode((VENDORED / name).read_bytes()).decode() for name in ("duckdb.wasm.gz", "duckdb.worker.js.gz")
    )
    (place / ENGINE).write_text(_data("duckdb", {"wasm": wasm, "worker": worker}), encoding="utf-8")


def _opened(folder: Path, domain: Domain) -> Dataset:
    manifest = read_manifest(folder)
    if faults := manifest.faults(folder):
        raise DataError(faults)
    tables = {table: tuple(found) for table in domain.models if (found := parts(folder, table))}
    if strange := [table for table in tables if table not in manifest.by_table]:
        raise DataError(f"{folder}: {MANIFEST} does not list {', '.join(strange)}")
    return Dataset(folder, tables, manifest, whole_recipe(folder / RECIPE))


def _write_data(staging: Path, name: str, payload: dict[str, Any]) -> None:
    (staging / DATA / f"{name}.js").write_text(_data(name, payload), encoding="utf-8")


def _data(name: str, payload: dict[str, Any]) -> str:
    """The script that hands some data to the page."""
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return f"page.data({json.dumps(name)},{text});\n"


def _index(title: str) -> str:
    return f"""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<title>{escape(title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="assets/page.css">
</head>
<body>
<noscript>This page shows a dataset by scripts that lie beside it: let them run.</noscript>
<div id="page"></div>
<script src="assets/page.js"></script>
<script src="data/overview.js"></script>
</body>
</html>
"""
