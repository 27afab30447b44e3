"""`demo-data snapshot rebuild`: a version is made again, without a remote."""

from __future__ import annotations

import argparse

from demo_data.commands import pins
from demo_data.commands.options import (
    OK,
    REPO,
    Commands,
    as_json,
    at_terminal,
    confirmed,
    outcome,
    place,
    saying,
    verb,
)


def add(commands: Commands) -> None:
    command = verb(commands, "rebuild", run, "make a version again from its recipe")
    command.add_argument("pin", metavar="PIN", help=pins.PIN)
    command.add_argument("--repo", metavar="REPO", help=REPO)
    command.add_argument("--out", type=place, metavar="DIR", help="also put the data here; new or empty")
    command.add_argument("--no-keep", action="store_true", help="do not keep it in the cache")
    command.add_argument(
        "--fresh",
        action="store_true",
        help="with the packages of the commit's lock file, in an environment that is made for it (needs the network)",
    )
    command.add_argument(
        "--trust", action="store_true", help="run the code of a repository at a URL; else it is asked for, or refused"
    )
    outcome(command)


def run(options: argparse.Namespace) -> int:
    """Make the data of a version again by the code of its commit, and prove that it is the same.

    It is kept in the cache, where a pin is opened from. A pin with a day is then advanced to it. Exit code 1 where it
    comes out as other data. That code runs with your rights: of a repository at a URL it does so only where you say
    that you trust it.
    """
    from demo_data.versions.pin import Pin
    from demo_data.versions.rebuild import rebuild
    from demo_data.versions.remote.repository import repository

    where = repository(options.repo)
    result = rebuild(
        Pin.parse(options.pin),
        options.repo,
        out=options.out,
        keep=not options.no_keep,
        fresh=options.fresh,
        trust=options.trust or (where.foreign and _trusted(where.label)),
        progress=saying(options),
    )
    if as_json(options, vars(result)):
        return OK
    print(f"{result.pin}: identity {result.identity}")
    if not result.differing:
        print(f"{result.pin.base}: the same, byte for byte; advanced" if result.pin.day else "the same, byte for byte")
    else:
        shown = ", ".join(result.differing[:3]) + (" ..." if len(result.differing) > 3 else "")
        differ = "1 file differs" if len(result.differing) == 1 else f"{len(result.differing)} files differ"
        print(f"the same values; {differ} in bytes: {shown}")
        packages = ", ".join(result.packages) or "other versions of what they are made of (requirements.lock tells)"
        print(f"because of {packages}; --fresh makes the same bytes. Not kept: they are not those of the version.")
    if result.kept:
        repo = f", repo={options.repo!r}" if options.repo else ""
        print(f"kept in the cache, so that `open_snapshot({str(result.pin)!r}{repo})` finds it: {result.kept}")
    if result.out:
        print(f"{result.out}: written")
    return OK


def _trusted(shown: str) -> bool:
    return at_terminal() and confirmed(f"This runs the code of {shown} on this machine, with your rights. Trust it?")
