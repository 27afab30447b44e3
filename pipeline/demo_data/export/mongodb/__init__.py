"""Puts a checked directory into MongoDB: all of it, or nothing.

`targets` says what goes where, `records` reads, `uri` and `server` connect, `existing` sees what is there already,
`rules` what that demands, `compare` tells new from changed, `task` sorts, `journal` says whose turn it is, `modes`
stages, `placing` puts in place and undoes, `outcome` tells what an error left, `run` does it all, `report` tells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from demo_data.export.mongodb.report import Loaded as Loaded
    from demo_data.export.mongodb.report import LoadReport as LoadReport
    from demo_data.export.mongodb.run import load as load
    from demo_data.export.mongodb.run import to_be_dropped as to_be_dropped

__all__ = ["LoadReport", "Loaded", "load", "to_be_dropped"]

_HOMES = {
    "LoadReport": "demo_data.export.mongodb.report",
    "Loaded": "demo_data.export.mongodb.report",
    "load": "demo_data.export.mongodb.run",
    "to_be_dropped": "demo_data.export.mongodb.run",
}


def __getattr__(name: str) -> Any:
    """Import late: the package alone costs nothing. Raises `UsageError` where pymongo is not installed."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    try:
        return getattr(import_module(_HOMES[name]), name)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("bson", "pymongo"):
            raise
    from demo_data.common.errors import UsageError

    raise UsageError("loading needs pymongo: pip install 'demo-data[mongodb]'")
