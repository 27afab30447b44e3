"""What the commands share: exit codes, words of help, how options are read, and questions."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from demo_data.common import written

OK, FINDINGS, USAGE = 0, 1, 2

BUILT = "a dataset: a directory of <table>.parquet"
URL = "or a URL in object storage: s3://bucket/prefix, gs://..., az://..."
TABLES = f"a directory of <table>.parquet, .json, .jsonl or .ndjson; JSON may be packed: .json.gz; {URL}"
REPO = "the repository that has the version, a directory or a URL (default: the one here)"

_Read = TypeVar("_Read")

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def verb(commands: Commands, name: str, run: Callable[[argparse.Namespace], int], help: str) -> argparse.ArgumentParser:
    """A command that `run` carries out, and that its docstring describes."""
    command = commands.add_parser(name, help=help, description=run.__doc__)
    command.set_defaults(run=run)
    return command


def _typed(read: Callable[..., _Read], *bounds: int) -> Callable[[str], _Read]:
    """An argument's type: what reads a text, and raises `ValueError` where it is none."""

    def typed(text: str) -> _Read:
        try:
            return read(text, *bounds)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return typed


day = _typed(written.day)
number = _typed(written.whole)
natural = _typed(written.whole, 0)
positive = _typed(written.whole, 1)
workers = _typed(written.whole, 1, 1024)
shard = _typed(written.shard)
size = _typed(written.size)


def profile(command: argparse.ArgumentParser) -> None:
    """A profile, and what is to be other than it says."""
    command.add_argument("profile", metavar="PROFILE", help="a profile's name (minimal, demo, ...) or a YAML path")
    command.add_argument("--seed", type=number, metavar="N", help="another seed than the profile's")
    command.add_argument("--as-of", type=day, metavar="DATE", help="another last day (YYYY-MM-DD)")
    command.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", dest="changes", help="e.g. <table>.count=1000"
    )


def outcome(command: argparse.ArgumentParser) -> None:
    """How a command prints what came out."""
    command.add_argument(
        "--format", choices=("text", "json"), default="text", help="lines for people (default), or one JSON object"
    )


def as_json(options: argparse.Namespace, told: Mapping[str, Any]) -> bool:
    """Print what came out as one JSON object, where `outcome` was given that form; whether it was."""
    if options.format != "json":
        return False
    import json

    print(json.dumps(told, indent=2, default=str), flush=True)
    return True


def makers(command: argparse.ArgumentParser) -> None:
    """Options of who makes parts: this process, others, or a cluster's workers."""
    command.add_argument("--workers", type=workers, metavar="N", help="processes (default: 1); same bytes")
    command.add_argument(
        "--dask",
        nargs="?",
        const="",
        metavar="ADDRESS",
        help="workers of a Dask cluster: tcp://HOST:PORT or tls://HOST:PORT, or (default) one of this machine with N",
    )


def place(text: str) -> Path:
    """A path; an empty text, which a variable without a value leaves, is none."""
    if not text:
        raise argparse.ArgumentTypeError("a path is expected, not an empty text")
    if "://" in text:
        raise argparse.ArgumentTypeError("a directory or file is expected, not a URL")
    return Path(text)


def dataset(text: str) -> Path | str:
    """Where a dataset lies: a path, or a URL of object storage as the text that it is."""
    from demo_data.storage.url import Url, is_url

    return str(_typed(Url.parse)(text)) if is_url(text) else place(text)


def saying(options: argparse.Namespace) -> Callable[[str], None]:
    """What tells what takes a while, before it begins: on standard error where standard output has a JSON object."""
    return lambda text: print(f"{text} ...", file=sys.stderr if options.format == "json" else sys.stdout, flush=True)


def at_terminal() -> bool:
    """Whether somebody can be asked."""
    return bool(sys.stdin and sys.stdin.isatty())


def confirmed(question: str) -> bool:
    """Whether somebody says yes; no answer is none."""
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")
