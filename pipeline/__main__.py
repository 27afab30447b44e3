"""`python pipeline` is `demo-data`, by the code of the checkout that one is in: the stages of dvc.yaml call it."""

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parent)  # also where the working directory changes

    from demo_data.cli import main

    sys.exit(main())
