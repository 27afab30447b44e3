"""Building on a Dask cluster: parts are made by its workers, and the bytes are those of any other build.

`dask_executor` opens a cluster as an `Executor`, which is all that `build` and `advance` know of it. `executor` hands
parts to it, and says in a line what came of those that were lost; `workers` holds workers against this process before
they make anything; `local` is a cluster of this machine; `quiet` keeps from the terminal what Dask tells of itself.
"""

from __future__ import annotations

from demo_data.common.errors import UsageError

try:
    from demo_data.cluster.opening import dask_executor as dask_executor
except ModuleNotFoundError as error:
    if (error.name or "").partition(".")[0] not in ("dask", "distributed"):
        raise
    raise UsageError("building on Dask needs distributed: pip install 'demo-data[dask]'") from None
