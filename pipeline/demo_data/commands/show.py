"""`demo-data show`: tell what is in a dataset."""

from __future__ import annotations

import argparse

from demo_data.commands.options import BUILT, OK, Commands, place, verb


def add(commands: Commands) -> None:
    command = verb(commands, "show", run, "tell what is in a dataset")
    command.add_argument("path", type=place, metavar="DIR", help=BUILT)


def run(options: argparse.Namespace) -> int:
    """Tell tables, sizes, date range, and which rows show which scenario."""
    from demo_data.report import print_dataset

    print_dataset(options.path, options.domain)
    return OK
