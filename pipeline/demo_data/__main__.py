"""`python -m demo_data` is `demo-data`."""

from __future__ import annotations

import sys

from demo_data.cli import main

if __name__ == "__main__":
    sys.exit(main())
