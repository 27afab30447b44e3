"""Puts a checked directory into MongoDB: all of it, or nothing.

`targets` says what goes where, `records` reads, `uri` and `server` connect, `existing` sees what is there already,
`rules` what that demands, `compare` tells new from changed, `task` sorts, `journal` says whose turn it is, `modes`
stages, `placing` puts in place and undoes, `outcome` tells what an error left, `run` does it all, `report` tells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from demo_data.common import lazy

if TYPE_CHECKING:
    from demo_data.export.mongodb.report import Loaded as Loaded
    from demo_data.export.mongodb.report import LoadReport as LoadReport
    from demo_data.export.mongodb.run import load as load
    from demo_data.export.mongodb.run import to_be_dropped as to_be_dropped
else:
    _offered, __dir__, __all__ = lazy.face(__name__)

    def __getattr__(name: str) -> Any:
        """Raises `UsageError` where pymongo is not installed."""
        try:
            return _offered(name)
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] not in ("bson", "pymongo"):
                raise
        from demo_data.common.errors import UsageError

        raise UsageError("loading needs pymongo: pip install 'demo-data[mongodb]'")
