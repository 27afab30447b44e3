"""`demo-data snapshot write`: what makes tables a snapshot."""

from __future__ import annotations

import argparse

from demo_data.commands.checkout import require_own_code
from demo_data.commands.options import OK, Commands, place


def add(commands: Commands) -> None:
    command = commands.add_parser("write", help="write a dataset's manifest", description=run.__doc__)
    command.add_argument("path", type=place, metavar="DIR", help="a directory of tables with their recipe")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write what the pictures are drawn from and, last of all, the manifest (snapshot.json) of a whole dataset."""
    require_own_code(options.path)
    from demo_data import report
    from demo_data.versions.write import write

    write(options.path, options.domain)
    report.print_next(options.path)
    return OK
