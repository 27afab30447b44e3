"""`python -m pipeline` is `demo-data`, by the code of the directory that one is in: the stages of dvc.yaml call it."""

from __future__ import annotations

import importlib.util
import sys

from pipeline.cli import main

if __name__ == "__main__":
    try:
        sys.exit(main())
    except ModuleNotFoundError:
        if importlib.util.find_spec("polars"):
            raise
        what = "has none of demo-data's packages: activate the environment that has them"
        print(f"demo-data: {sys.executable} {what}", file=sys.stderr)
        sys.exit(2)
