"""`python -m pipeline` is `demo-data`, by the code of the directory that one is in: the stages of dvc.yaml call it."""

from __future__ import annotations

import sys

from pipeline.cli import main

if __name__ == "__main__":
    sys.exit(main())
