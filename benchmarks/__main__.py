"""`python -m benchmarks [NAME ...]`: run the named benchmarks, or all."""

from __future__ import annotations

import sys

from benchmarks import (
    advance,
    build,
    cluster,
    content,
    diff,
    load,
    memory,
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
    "cluster": cluster.run,
    "shards": shards.run,
    "stages": stages.run,
    "snapshot": snapshot.run,
    "load": load.run,
    "validate": validate.run,
    "diff": diff.run,
}
NAMED = {"kenya": build.run_kenya}
"""Those that run only where they are named: they take minutes."""


def main() -> int:
    names = sys.argv[1:] or list(ALL)
    known = ALL | NAMED
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"no benchmark is called {unknown[0]!r}; known: {', '.join(known)}", file=sys.stderr)
        return 2
    for name in names:
        known[name]()
    return 0


sys.exit(main())
