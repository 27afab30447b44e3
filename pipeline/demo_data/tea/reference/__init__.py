"""Reference rows, which lie here as JSON: by table, and the keys of their open dicts."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from demo_data.schema import reference_rows as rows

reference_rows = partial(rows.reference_rows, Path(__file__).parent)
reference_keys = partial(rows.reference_keys, Path(__file__).parent)
