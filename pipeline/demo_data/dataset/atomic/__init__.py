"""Datasets take their place whole: how new files replace old ones.

Everything is written into a staging directory (`staged`), by one process at a time (`lock`). That directory then
changes places with the old one in one step (`swap`); where the file system cannot do that, or where others' files
could not come along, the files take their places one by one, and all go back after an error or a kill (`one_by_one`,
`journal`). Only what this program has written is replaced (`own`).
"""

from __future__ import annotations

import os

from demo_data.dataset.atomic.staging import aside, staged, tidy
from demo_data.dataset.atomic.text import write_text

__all__ = ["alive", "aside", "staged", "tidy", "write_text"]


def alive(process: int) -> bool:
    """Whether a process of this number runs; so does one that the system does not let us ask about."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError, ValueError):
        return True
    return True
