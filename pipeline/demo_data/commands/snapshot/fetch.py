"""`demo-data snapshot fetch`: a version's data, from a remote."""

from __future__ import annotations

import argparse

from demo_data.commands.options import OK, REPO, Commands, place, verb
from demo_data.common.rendering import printable


def add(commands: Commands) -> None:
    command = verb(commands, "fetch", run, "fetch a version's data")
    command.add_argument("pin", metavar="PIN", help="a version: demo@v1.0.0")
    command.add_argument("--repo", metavar="REPO", help=REPO)
    command.add_argument("--out", type=place, metavar="DIR", help="copy it there; by default it stays in the cache")
    command.add_argument("--quiet", action="store_true", help="print no progress")


def run(options: argparse.Namespace) -> int:
    """Fetch a version's data into the user's cache, unless it lies there; verify it, and print where it lies."""
    from rich.console import Console
    from rich.text import Text

    from demo_data.versions.fetch import copy, fetch
    from demo_data.versions.pin import Pin
    from demo_data.versions.remote.repository import repository

    pin = Pin.parse(options.pin)
    with Console(stderr=True, quiet=options.quiet).status("asking ...") as status:

        def step(text: str) -> None:
            status.update(Text(printable(text), no_wrap=True, overflow="ellipsis"))

        folder = fetch(pin, repository(options.repo), progress=step)
        if options.out:
            step(f"{pin}: copying")
            copy(folder, options.out)
    print(options.out or folder)
    return OK
