"""Datasets take their place whole: what a directory holds, and how new files replace old ones.

Everything is written aside (`aside`), by one process at a time (`lock`). The new files then stand in a directory that
changes places with the old one in one step (`swap`); where the file system cannot do that, or where others' files
could not come along, they take their places one by one, and all go back after an error or a kill (`onebyone`,
`journal`). Only what this program has written is replaced (`own`).
"""

from __future__ import annotations

import os

from demo_data.dataset.atomic.own import file_hash
from demo_data.dataset.atomic.staging import aside
from demo_data.dataset.atomic.text import write_text
from demo_data.dataset.layout import (
    CROISSANT,
    DATAPACKAGE,
    JSON_FOLDER,
    MANIFEST,
    PLOTS,
    PLOTS_FOLDER,
    RECIPE,
    VALIDATION,
    belongings,
)

__all__ = [
    "CROISSANT",
    "DATAPACKAGE",
    "JSON_FOLDER",
    "MANIFEST",
    "PLOTS",
    "PLOTS_FOLDER",
    "RECIPE",
    "VALIDATION",
    "alive",
    "aside",
    "belongings",
    "file_hash",
    "write_text",
]


def alive(process: int) -> bool:
    """Whether a process of this number runs; so does one that the system does not let us ask about."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError, ValueError):
        return True
    return True
