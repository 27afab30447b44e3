"""`demo-data show`: tell what is in a dataset, or one record of it."""

from __future__ import annotations

import argparse

from demo_data.commands import pins
from demo_data.commands.options import BUILT, OK, URL, Commands, dataset, outcome, verb


def add(commands: Commands) -> None:
    command = verb(commands, "show", run, "tell what is in a dataset, or all about one record")
    command.add_argument("path", type=dataset, metavar="DIR", help=f"{BUILT}; {URL}")
    command.add_argument("table", nargs="?", metavar="TABLE", help="the table of a record that is to be shown")
    command.add_argument(
        "key",
        nargs="*",
        metavar="KEY",
        help="its primary key, field by field: WM-0014; options stand before DIR, or after KEY",
    )
    outcome(command)


def run(options: argparse.Namespace) -> int:
    """Tell tables, sizes, date range, and which rows show which scenario; of TABLE and KEY, one record.

    A record comes with what it refers to, what refers to it, and its story. Of a dataset at a URL this reads the
    manifest, the recipe and small tables, and tells what they tell; for a record, all of it comes into the cache.
    """
    from demo_data.report import print_dataset

    if options.table is not None:
        from demo_data.report.card import print_card

        folder = pins.near(options.path)
        print_card(folder, options.domain, options.table, options.key, options.format, str(options.path))
    elif isinstance(options.path, str):
        from demo_data.versions.at_url import outlined

        with outlined(options.path) as folder:
            print_dataset(folder, options.domain, options.format, options.path)
    else:
        print_dataset(options.path, options.domain, options.format)
    return OK
