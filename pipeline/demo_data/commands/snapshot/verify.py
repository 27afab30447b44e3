"""`demo-data snapshot verify`: whether a snapshot is whole and sound."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from demo_data.commands import pins
from demo_data.commands.options import FINDINGS, OK, URL, Commands, verb


def add(commands: Commands) -> None:
    command = verb(commands, "verify", run, "verify a snapshot, all of it")
    command.add_argument("name", metavar="DIR|PIN|URL", help=f"a snapshot's directory, {URL}, or a pin: {pins.PIN}")
    pins.add_options(command)
    command.add_argument(
        "--deep", action="store_true", help="also compare the JSON form with the Parquet files, record by record"
    )
    command.add_argument(
        "--format", choices=("text", "json"), default="text", help="lines for people (default), or one JSON object"
    )
    command.add_argument("--quiet", action="store_true", help="say nothing but faults")


def run(options: argparse.Namespace) -> int:
    """Verify a snapshot: hashes, counts, schemas, values, then all checks: keys, references, coherence.

    Exit code 1 on any fault; all are told at once. What lies near of a pin's data is verified as it is, damaged or not.
    """
    from demo_data.versions.verify import verify

    result = verify(_place(options), options.domain, deep=options.deep)
    if options.format == "json":
        print(result.json_text())
    elif options.quiet:
        print("\n".join(result.faults)) if result.faults else None
    else:
        print(_in_signs(result.text()))
    return OK if result.ok else FINDINGS


def _place(options: argparse.Namespace) -> Path:
    from demo_data.storage.url import is_url
    from demo_data.versions.pin import Pin, looks_like_a_pin
    from demo_data.versions.resolve import resolve
    from demo_data.versions.snapshot import directory

    if is_url(options.name):
        return pins.near(options.name, quiet=options.quiet)
    if not looks_like_a_pin(options.name):
        return directory(options.name)
    with pins.status(options.quiet) as step:
        found = resolve(Pin.parse(options.name), options.repo, pins.means(options, step), domain=options.domain)
    if not options.quiet:
        print(found, file=sys.stderr)
    return found.path


def _in_signs(text: str) -> str:
    """The text with its ticks as words where the terminal has none."""
    from demo_data.versions.verify import BROKEN, HELD

    try:
        f"{HELD}{BROKEN}".encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return text.replace(HELD, "ok   ").replace(BROKEN, "FAULT")
    return text
