"""Puts documents into MongoDB: all of them, or nothing.

`run` does it all for a directory of tables, `feed` for one of what changed. `documents` reads tables; `net` is what a
feed comes to, `fit` whether that fits what is there. `targets` says what goes where; `server` connects; `journal` says
whose turn it is; `existing` sees what is there, and what its owner demands; `plan` tells what of the documents is new
or changed; `carrying` carries that out; `writing` writes it, staged or in a transaction; `placing` puts in place what
was staged, or undoes it; `report` is what comes of it.
"""

from __future__ import annotations

from demo_data.common.errors import UsageError

try:
    from demo_data.export.mongodb.report import Loaded as Loaded
    from demo_data.export.mongodb.report import LoadReport as LoadReport
    from demo_data.export.mongodb.run import load as load
    from demo_data.export.mongodb.run import to_be_dropped as to_be_dropped
except ModuleNotFoundError as error:
    if (error.name or "").partition(".")[0] not in ("bson", "pymongo"):
        raise
    raise UsageError("loading needs pymongo: pip install 'demo-data[mongodb]'") from None
