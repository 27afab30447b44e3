"""Reference rows: tables that are read from `data/reference/` instead of being generated."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.spec.marks import Keys

_PACKAGE = Path(__file__).parent.parent
_FOLDERS = (_PACKAGE / "reference", _PACKAGE.parent / "data" / "reference")
"""In an installed wheel the files lie inside the package, in a checkout under `data/`."""


@cache
def reference_rows(table: str) -> tuple[dict[str, Any], ...]:
    """The records of `data/reference/<table>.json`, as parsed JSON."""
    path = next(folder / f"{table}.json" for folder in _FOLDERS if folder.is_dir())
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
