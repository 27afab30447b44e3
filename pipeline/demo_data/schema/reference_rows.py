"""Reference rows: tables that are read from a domain's own JSON files instead of being generated."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from demo_data.schema.marks import Keys


@cache
def reference_rows(folder: Path, table: str) -> tuple[dict[str, Any], ...]:
    """The records of `<table>.json`, as parsed JSON."""
    return tuple(json.loads((folder / f"{table}.json").read_text(encoding="utf-8")))


def reference_keys(folder: Path, table: str, path: str) -> Keys:
    """The keys of the dict at dotted `path`, over all reference rows of `table`, in order of first appearance."""
    keys: dict[str, Keys | None] = {}
    for row in reference_rows(folder, table):
        value: Any = row
        for step in path.split("."):
            value = value and value.get(step)
        keys |= dict.fromkeys(value or ())
    return Keys(keys)
