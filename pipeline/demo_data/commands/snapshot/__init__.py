"""`demo-data snapshot ...`: what is done with whole datasets and their versions; one file per command."""

from __future__ import annotations

from demo_data.commands.options import Commands
from demo_data.commands.snapshot import diff, fetch, publish, rebuild, verify, write

COMMANDS = (write, publish, verify, diff, fetch, rebuild)


def add(commands: Commands) -> None:
    about = "Describe, publish, verify, compare and rebuild versions of datasets."
    group = commands.add_parser("snapshot", help="publish, verify, compare versions of datasets", description=about)
    below = group.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add(below)
