"""`python -m pipeline` is `demo-data`, by the code of the directory that one is in: the stages of dvc.yaml call it."""

from __future__ import annotations

import sys

from pipeline.cli import main

if __name__ == "__main__":
    try:
        sys.exit(main())
    except ModuleNotFoundError as missing:
        how = "activate the environment that has demo-data's packages"
        print(f"demo-data: {sys.executable} has no package {missing.name!r}: {how}", file=sys.stderr)
        sys.exit(2)
