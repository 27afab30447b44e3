"""Reference rows, which lie here as JSON: by table, and the keys of their open dicts."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from demo_data.recipes import reference

reference_rows = partial(reference.reference_rows, Path(__file__).parent)
reference_keys = partial(reference.reference_keys, Path(__file__).parent)
