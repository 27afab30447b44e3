"""Reference rows: tables that are read from `pipeline/demo_data/tea/reference/` instead of being generated."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from demo_data.schema.marks import Keys

_FOLDER = Path(__file__).parent.parent / "tea" / "reference"


@cache
def reference_rows(table: str) -> tuple[dict[str, Any], ...]:
    """The records of `pipeline/demo_data/tea/reference/<table>.json`, as parsed JSON."""
    path = _FOLDER / f"{table}.json"
    return tuple(json.loads(path.read_text(encoding="utf-8")))


def reference_keys(table: str, path: str) -> Keys:
    """The keys of the dict at dotted `path`, over all reference rows of `table`, in order of first appearance."""
    found: dict[str, Keys | None] = {}
    for row in reference_rows(table):
        value: Any = row
        for step in path.split("."):
            value = value and value.get(step)
        found |= dict.fromkeys(value or ())
    return Keys(found)
