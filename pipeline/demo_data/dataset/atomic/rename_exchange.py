"""Two paths change places in one step, where the system can do that: nobody ever sees one of them missing."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

_AT_WORKING_DIRECTORY = -100
_SWAP = 2  # RENAME_EXCHANGE of Linux and RENAME_SWAP of macOS


def exchange(one: Path, other: Path) -> bool:
    """Swap two paths of one file system; False, with nothing changed, where the system or the file system cannot."""
    names = os.fsencode(one), os.fsencode(other)
    try:
        library = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            return bool(library.renamex_np(*names, _SWAP) == 0)
        return bool(library.renameat2(_AT_WORKING_DIRECTORY, names[0], _AT_WORKING_DIRECTORY, names[1], _SWAP) == 0)
    except (OSError, AttributeError, TypeError):  # no such library, or no such function in it
        return False
