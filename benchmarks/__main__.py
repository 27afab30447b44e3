"""`python -m benchmarks [NAME ...] [--growers N]`: run the named benchmarks, or all."""

from __future__ import annotations

import argparse
import sys
from functools import partial

from benchmarks import (
    advance,
    build,
    cluster,
    content,
    diff,
    load,
    memory,
    nation,
    objects,
    shards,
    snapshot,
    speed,
    stages,
    validate,
    where,
)

ALL = {
    "speed": speed.run,
    "build": build.run,
    "where": where.run,
    "content": content.run,
    "objects": objects.run,
    "memory": memory.run,
    "advance": advance.run,
    "shards": shards.run,
    "cluster": cluster.run,
    "stages": stages.run,
    "snapshot": snapshot.run,
    "load": load.run,
    "validate": validate.run,
    "diff": diff.run,
}
NAMED = {"kenya": build.run_kenya, "nation": nation.run}
"""Those that run only where they are named: they take minutes."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Run the named benchmarks, or all.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(ALL | NAMED))
    parser.add_argument(
        "--growers", type=int, default=nation.GROWERS, help="how many `nation` has (default: %(default)s)"
    )
    options = parser.parse_args()
    known = ALL | NAMED | {"nation": partial(nation.run, options.growers)}
    if unknown := [name for name in options.names if name not in known]:
        parser.error(f"no benchmark is called {unknown[0]!r}; known: {', '.join(known)}")
    for name in options.names or ALL:
        known[name]()
    return 0


sys.exit(main())
