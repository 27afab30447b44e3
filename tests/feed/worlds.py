"""Datasets of one world, each of another day; and any records as a dataset."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from demo_data.build import build
from demo_data.dataset.store import write_json_form
from demo_data.profile import load_profile
from demo_data.schema.arrow import arrow_schema
from demo_data.tea import DOMAIN
from demo_data.versions.write import finish

BORN = date(2026, 1, 31)

World = Callable[[int], Path]
"""Gives the dataset as of so many days after the birth."""


def grown(folder: Path, *changes: str) -> World:
    """A world whose datasets are built in `folder` when they are asked for, once each."""

    def as_of(days: int) -> Path:
        out = folder / f"{days:03}"
        if not out.exists():
            build(load_profile("demo", as_of=BORN + timedelta(days), changes=changes), out, finish=finish)
        return out

    return as_of


def store(folder: Path, records: dict[str, list[dict[str, Any]]]) -> Path:
    """Records in their JSON forms as a dataset of Parquet and JSON without a manifest."""
    folder.mkdir(parents=True)
    for table, rows in records.items():
        model = DOMAIN.models[table]
        plain = [model.model_validate_json(json.dumps(row), strict=True).model_dump() for row in rows]
        pq.write_table(pa.Table.from_pylist(plain, arrow_schema(model)), folder / f"{table}.parquet")
    write_json_form(folder, DOMAIN.models)
    return folder
