"""`demo-data page`: a dataset to look at, in a browser and offline."""

from __future__ import annotations

import argparse

from demo_data.commands import pins
from demo_data.commands.options import BUILT, OK, URL, Commands, as_json, dataset, outcome, place, verb


def add(commands: Commands) -> None:
    command = verb(commands, "page", run, "make a page of a dataset: to look at, and to ask by SQL, offline")
    command.add_argument("path", type=dataset, metavar="DIR", help=f"{BUILT}, {URL}")
    command.add_argument("--out", type=place, required=True, metavar="FOLDER", help="where the page goes")
    command.add_argument("--quiet", action="store_true", help="say nothing but errors")
    outcome(command)


def run(options: argparse.Namespace) -> int:
    """Make a folder whose index.html a browser opens from the disk: it asks nothing of any network.

    It tells what the dataset is, shows its tables with what leads where, answers SQL, and runs the certificate.
    """
    from demo_data import report
    from demo_data.export.page import write_page

    with report.progress(options.quiet) as step:
        write_page(pins.near(options.path), options.out, options.domain, progress=step)
    index = options.out / "index.html"
    if not (as_json(options, {"dataset": options.path, "page": index}) or options.quiet):
        print(f"{options.out}: complete. Next: open {index} in a browser.")
    return OK
