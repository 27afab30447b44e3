"""The command line: parses, calls, prints. What a command needs is imported when it runs."""

from __future__ import annotations

import argparse
import importlib.util
import os
import re
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from demo_data.commands import (
    advance,
    build,
    changes,
    completion,
    contract,
    corrupt,
    dvc,
    explain,
    json,
    load,
    seal,
    show,
    snapshot,
    validate,
)
from demo_data.commands.domains import OPTION, chosen
from demo_data.commands.options import FINDINGS, OK, USAGE
from demo_data.common import machine
from demo_data.common.errors import COMPLETED, DataError, UsageError, first_line, masking, redacted
from demo_data.common.program import NAMED
from demo_data.common.rendering import printable, short
from demo_data.common.streams import guarded
from demo_data.domain import Domain

COMMANDS = (
    explain,
    build,
    seal,
    advance,
    json,
    validate,
    changes,
    load,
    snapshot,
    show,
    contract,
    corrupt,
    dvc,
    completion,
)


TRACEBACK = "DEMO_DATA_TRACEBACK"
"""The variable that shows where an error that nobody foresaw came from."""

_LONGEST = 4_000
"""Characters of a message."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code: 0 fine, 1 faults in data, 2 a request that cannot be carried out."""
    if arguments is None:
        machine.in_utf8()
        machine.spare()
    given = list(sys.argv[1:] if arguments is None else arguments)
    with guarded(masking([*given, os.environ.get("DEMO_DATA_MONGODB_URI", "")])) as out:
        path = list(sys.path)
        code = _run(given)
        NAMED.clear()
        sys.path[:] = path
        out.flush()
        if isinstance(out.error, OSError) and not isinstance(out.error, BrokenPipeError):
            failed = _failed([f"standard output cannot be written: {out.error.strerror}"], USAGE)
            code = code or failed
    return code


def _run(given: Sequence[str]) -> int:
    from concurrent.futures import BrokenExecutor

    COMPLETED.clear()
    domain = None
    try:
        for argument in given:
            if re.search("[\ud800-\udfff]", argument):  # what stands for bytes that are no text
                raise UsageError(f"{argument!r}: an argument is UTF-8")
        options = _parser().parse_args(given)
        machine.require()
        NAMED[:] = [OPTION, options.domain] if options.domain else []
        options.domain = domain = chosen(options.domain)
        code: int = options.run(options)
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else OK if left.code is None else USAGE
    except DataError as error:
        return _failed(error.messages, FINDINGS)
    except UsageError as error:
        place = _place(error.__cause__, domain)
        return _failed([f"{message}{place}" for message in error.messages], USAGE)
    except KeyboardInterrupt as error:
        state = f"{', '.join(COMPLETED)} was complete by then" if COMPLETED else "nothing was changed"
        return _failed([f"interrupted; {'; '.join(map(str, error.args)) or state}"], 130)
    except BrokenExecutor:
        return _unforeseen("a worker process died (out of memory?); nothing was changed")
    except MemoryError:
        return _unforeseen("out of memory")
    except BaseException as error:  # noqa: BLE001 (a panic of Polars is no Exception)
        return _unforeseen(_unexpected(error, domain))
    return code


def _unexpected(error: BaseException, domain: Domain | None) -> str:
    """What nobody foresaw, in a line."""
    if isinstance(error, ModuleNotFoundError) and not importlib.util.find_spec("polars"):
        return f"{sys.executable} has none of demo-data's packages: activate the environment that has them"
    place = _place(error, domain)
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror or first_line(error)}{place}"
    if place:
        from demo_data.domain_check import as_text

        return f"unexpected {as_text(error)}{place}"
    if isinstance(error, UnicodeEncodeError):
        return f"a name that is not UTF-8: {short(error.object, 200)!r}"
    if isinstance(error, RecursionError):
        return "what is read here is nested too deeply"
    where = "" if os.environ.get(TRACEBACK) else f"; {TRACEBACK}=1 shows where"
    return f"unexpected {type(error).__name__}: {first_line(error)}{where}"


def _place(error: BaseException | None, domain: Domain | None) -> str:
    """` (shop/orders/recipe.py:12, total)`: the innermost place in the domain's own code that an error passed."""
    if error is None or domain is None:
        return ""
    from demo_data.domain_check import place_of_error

    place = place_of_error(domain, error)
    return f" ({place})" if place else ""


def _unforeseen(message: str) -> int:
    """Tell an error, and where it came from if that is asked for."""
    if os.environ.get(TRACEBACK):
        import traceback

        traceback.print_exc()
    return _failed([message], USAGE)


def _failed(messages: Sequence[str], code: int) -> int:
    for message in messages:
        print(f"demo-data: {_line(message)}", file=sys.stderr)
    return code


def _line(message: str) -> str:
    """A message as it may be printed: on one line that ends, without secrets, and without orders to the terminal."""
    return printable(str(short(redacted(message), _LONGEST)))


class _Parser(argparse.ArgumentParser):
    """Tells a fault in a line; takes `--out=--` for what it says."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"demo-data: {_line(message)}\n")

    def _get_values(self, action: argparse.Action, arg_strings: list[str]) -> Any:
        if action.option_strings and action.nargs is None and arg_strings == ["--"]:
            value = self._get_value(action, "--")
            self._check_value(action, value)
            return value
        return super()._get_values(action, arg_strings)


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
        description="Make and check versioned, coherent datasets: of a tea-quality platform, or of your own.",
    )
    parser.add_argument(
        OPTION,
        metavar="MODULE:NAME",
        help="whose tables these are (default: [tool.demo-data] domain in the nearest pyproject.toml, or else tea)",
    )
    parser.add_argument("--version", action=_Version, help="show the version and exit")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    for command in COMMANDS:
        command.add(commands)
    parser.set_defaults(parser=parser)  # which completion is about
    return parser
