"""`demo-data snapshot fetch`: a pin's data, from wherever it is to be had."""

from __future__ import annotations

import argparse
import sys

from demo_data.commands import pins
from demo_data.commands.options import OK, Commands, as_json, outcome, place, verb


def add(commands: Commands) -> None:
    command = verb(commands, "fetch", run, "fetch a version's data")
    command.add_argument("pin", metavar="PIN", help=pins.PIN)
    pins.add_options(command)
    command.add_argument("--out", type=place, metavar="DIR", help="copy it there; by default it stays in the cache")
    command.add_argument("--quiet", action="store_true", help="print no progress, and not where it came from")
    outcome(command)


def run(options: argparse.Namespace) -> int:
    """Bring a pin's data into the user's cache, unless it lies there; verify it, and print where it lies.

    It comes from a remote or, where none has it, is made again by the code of its commit, and proven. That code runs
    with your rights: of a repository at a URL it does so only with --trust.
    """
    from demo_data.versions.fetch import copy
    from demo_data.versions.pin import Pin
    from demo_data.versions.resolve import resolve

    pin = Pin.parse(options.pin)
    with pins.status(options.quiet) as step:
        found = resolve(pin, options.repo, pins.means(options, step), whole=True, domain=options.domain)
        if options.out:
            step(f"{pin}: copying")
            copy(found.path, options.out)
    if not options.quiet:
        print(found, file=sys.stderr)
    place = options.out or found.path
    if not as_json(options, {"pin": found.pin, "path": place, "origin": found.origin}):
        print(place)
    return OK
