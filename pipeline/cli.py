"""The command line: parses, calls, prints. What a command needs is imported when it runs."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from pipeline.commands import build, contract, corrupt, json, load, show, snapshot, validate
from pipeline.commands.options import FINDINGS, OK, USAGE
from pipeline.errors import NO_DOCSTRINGS, without_userinfo

COMMANDS = (build, json, validate, load, snapshot, show, contract, corrupt)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code: 0 fine, 1 faults in data, 2 a request that cannot be carried out."""
    if sys.flags.optimize > 1:
        return _failed([NO_DOCSTRINGS], USAGE)
    parser = _parser()
    options = parser.parse_args(arguments)
    from concurrent.futures import BrokenExecutor

    from pipeline.errors import DataError, UsageError

    try:
        code: int = options.run(options)
        sys.stdout.flush()
        return code
    except DataError as error:
        return _failed(error.messages, FINDINGS)
    except UsageError as error:
        return _failed(error.messages, USAGE)
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123 (what is left to print has no reader)
        return OK
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _failed([f"{where}{error.strerror or error}"], USAGE)
    except BrokenExecutor:
        return _failed(["a worker process died (out of memory?); nothing was changed"], FINDINGS)
    except KeyboardInterrupt:
        return _failed(["interrupted; nothing was changed"], 130)


def _failed(messages: Sequence[str], code: int) -> int:
    for message in messages:
        print(f"demo-data: {message}", file=sys.stderr)
    return code


class _Parser(argparse.ArgumentParser):
    """Tells a misspelt command's nearest neighbour."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"demo-data: {without_userinfo(message)}\n")


class _Version(argparse.Action):
    """Looks the version up only when it is asked for."""

    def __init__(self, option_strings: Sequence[str], dest: str, help: str) -> None:
        super().__init__(option_strings, dest, nargs=0, help=help)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import version

        print(f"demo-data {version('demo-data')}")
        parser.exit(OK)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="demo-data",
        description="Make and check versioned, coherent, Kenya-realistic datasets of a tea-quality platform.",
    )
    parser.add_argument("--version", action=_Version, help="show the version and exit")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    for command in COMMANDS:
        command.add(commands)
    return parser
