"""`demo-data snapshot diff`: what changed between two datasets."""

from __future__ import annotations

import argparse
from pathlib import Path

from demo_data.commands import pins
from demo_data.commands.options import FINDINGS, OK, URL, Commands, natural, verb
from demo_data.common.errors import UsageError


def add(commands: Commands) -> None:
    command = verb(commands, "diff", run, "tell what changed between two datasets")
    command.add_argument("old", metavar="OLD", help=f"a directory of <table>.parquet, {URL}, or a pin: {pins.PIN}")
    command.add_argument("new", metavar="NEW", help="the one that is compared with it")
    pins.add_options(command)
    command.add_argument(
        "--format",
        choices=("text", "json", "markdown"),
        default="text",
        help="lines for people (default), one JSON object that leaves nothing out, or Markdown for a pull request",
    )
    command.add_argument(
        "--table", action="append", metavar="NAME", dest="tables", help="compare this table only; may be repeated"
    )
    command.add_argument(
        "--examples", type=natural, default=3, metavar="N", help="changed values and keys shown per table (default: 3)"
    )
    command.add_argument(
        "--past",
        action="store_true",
        help="compare only what had happened by the last day of OLD, in two datasets of one world: it must be the same",
    )
    command.add_argument("--exit-code", action="store_true", help="exit with 1 if any table differs, as git diff does")


def run(options: argparse.Namespace) -> int:
    """Tell what changed from OLD to NEW: schema, rows by primary key, values per field, distributions.

    With --past: what had happened by the last day of OLD is the same in NEW, which is of the same world and no earlier;
    else the first differences are named. Exit code 1 if it is not.

    Exit code 1 if keys are null or stand more than once or files are damaged, 2 if there is nothing to compare.
    """
    if options.past and options.format == "markdown":
        raise UsageError("--past: is told as text or json, not as markdown")
    from demo_data import report
    from demo_data.compare import diff
    from demo_data.compare.jsontext import json_text
    from demo_data.compare.markdown import markdown
    from demo_data.compare.text import text

    old, new = pins.side(options.old, options), pins.side(options.new, options)
    if options.past:
        return _past(options, old, new)
    with report.progress(quiet=False) as step:
        changes = diff(old, new, tables=options.tables, examples=options.examples, progress=step, domain=options.domain)
    print({"text": text, "json": json_text, "markdown": markdown}[options.format](changes))
    return FINDINGS if options.exit_code and not changes.equal else OK


def _past(options: argparse.Namespace, old: Path, new: Path) -> int:
    from demo_data import report
    from demo_data.compare import past_diff
    from demo_data.compare.past_text import past_json, past_text

    with report.progress(quiet=False) as step:
        found = past_diff(
            old, new, tables=options.tables, examples=options.examples, progress=step, domain=options.domain
        )
    print({"text": past_text, "json": past_json}[options.format](found))
    return OK if found.stands else FINDINGS
