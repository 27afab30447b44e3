"""`demo-data snapshot verify`: whether a snapshot is whole and sound."""

from __future__ import annotations

import argparse
import sys

from demo_data.commands.options import FINDINGS, OK, REPO, Commands, verb


def add(commands: Commands) -> None:
    command = verb(commands, "verify", run, "verify a snapshot, all of it")
    command.add_argument("name", metavar="DIR|PIN", help="a snapshot's directory, or a version: demo@v1.0.0")
    command.add_argument("--repo", metavar="REPO", help=REPO)
    command.add_argument(
        "--deep", action="store_true", help="also compare the JSON form with the Parquet files, record by record"
    )
    command.add_argument(
        "--format", choices=("text", "json"), default="text", help="lines for people (default), or one JSON object"
    )
    command.add_argument("--quiet", action="store_true", help="say nothing but faults")


def run(options: argparse.Namespace) -> int:
    """Verify a snapshot: hashes, counts, schemas, values, then all checks: keys, references, coherence.

    Exit code 1 on any fault; all are told at once. A version that is not on this machine is not fetched.
    """
    from demo_data.versions.snapshot import located
    from demo_data.versions.verify import verify

    result = verify(located(options.name, repo=options.repo), options.domain, deep=options.deep)
    if options.format == "json":
        print(result.json_text())
    elif options.quiet:
        print("\n".join(result.faults)) if result.faults else None
    else:
        print(_in_signs(result.text()))
    return OK if result.ok else FINDINGS


def _in_signs(text: str) -> str:
    """The text with its ticks as words where the terminal has none."""
    from demo_data.versions.verify import BROKEN, HELD

    try:
        f"{HELD}{BROKEN}".encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return text.replace(HELD, "ok   ").replace(BROKEN, "FAULT")
    return text
