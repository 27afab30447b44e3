"""`demo-data snapshot write`: what makes tables a snapshot."""

from __future__ import annotations

import argparse

from demo_data.commands.checkout import require_own_code
from demo_data.commands.options import OK, Commands, as_json, outcome, place, verb


def add(commands: Commands) -> None:
    command = verb(commands, "write", run, "write a dataset's manifest")
    command.add_argument("path", type=place, metavar="DIR", help="a directory of tables with their recipe")
    outcome(command)


def run(options: argparse.Namespace) -> int:
    """Write what the pictures are drawn from and, last of all, the manifest (snapshot.json) of a whole dataset."""
    require_own_code(options.path)
    from demo_data import report
    from demo_data.dataset.manifest import read_manifest
    from demo_data.versions.write import write

    write(options.path, options.domain)
    manifest = read_manifest(options.path)
    if not as_json(options, {"dataset": options.path, "identity": manifest.identity, "rows": manifest.rows}):
        report.print_next(options.path)
    return OK
