"""What Dask tells of itself stays off the terminal: what matters of it is said in a line of ours."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

_ROOTS = ("distributed", "dask", "tornado", "bokeh", "asyncio")
OFF = logging.CRITICAL + 10
"""A level that nothing has."""


@contextmanager
def quiet() -> Iterator[None]:
    """Let loggers and warnings of Dask and what it stands on say nothing, and be as they were afterwards."""
    names = [name for name in logging.root.manager.loggerDict if name.partition(".")[0] in _ROOTS]
    levels = {name: logging.getLogger(name).level for name in {*names, *_ROOTS}}
    with warnings.catch_warnings():
        for root in _ROOTS:
            warnings.filterwarnings("ignore", module=rf"{root}(\.|$)")
        try:
            for name in levels:
                logging.getLogger(name).setLevel(OFF)
            yield
        finally:
            for name, level in levels.items():
                logging.getLogger(name).setLevel(level)
