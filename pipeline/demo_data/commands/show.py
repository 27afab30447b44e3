"""`demo-data show`: tell what is in a dataset."""

from __future__ import annotations

import argparse

from demo_data.commands.options import BUILT, OK, URL, Commands, dataset, verb


def add(commands: Commands) -> None:
    command = verb(commands, "show", run, "tell what is in a dataset")
    command.add_argument("path", type=dataset, metavar="DIR", help=f"{BUILT}; {URL}")


def run(options: argparse.Namespace) -> int:
    """Tell tables, sizes, date range, and which rows show which scenario.

    Of a dataset at a URL this reads the manifest, the recipe and small tables, and tells what they tell.
    """
    from demo_data.report import print_dataset

    if isinstance(options.path, str):
        from demo_data.versions.at_url import outlined

        with outlined(options.path) as folder:
            print_dataset(folder, options.domain, at=options.path)
    else:
        print_dataset(options.path, options.domain)
    return OK
