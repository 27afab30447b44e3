"""`python -m benchmarks [NAME ...]`: run the named benchmarks, or all."""

from __future__ import annotations

import sys

from benchmarks import advance, cluster, content, diff, load, memory, objects, snapshot, speed, stages, validate

ALL = {
    "speed": speed.run,
    "content": content.run,
    "objects": objects.run,
    "memory": memory.run,
    "advance": advance.run,
    "cluster": cluster.run,
    "stages": stages.run,
    "snapshot": snapshot.run,
    "load": load.run,
    "validate": validate.run,
    "diff": diff.run,
}


def main() -> int:
    names = sys.argv[1:] or list(ALL)
    unknown = [name for name in names if name not in ALL]
    if unknown:
        print(f"no benchmark is called {unknown[0]!r}; known: {', '.join(ALL)}", file=sys.stderr)
        return 2
    for name in names:
        ALL[name]()
    return 0


sys.exit(main())
