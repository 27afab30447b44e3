"""`demo-data json`: write the JSON form."""

from __future__ import annotations

import argparse

from demo_data.commands.checkout import require_own_code
from demo_data.commands.options import BUILT, OK, Commands, as_json, outcome, place, verb


def add(commands: Commands) -> None:
    command = verb(commands, "json", run, "write the JSON form of a dataset's tables")
    command.add_argument("path", type=place, metavar="DIR", help=BUILT)
    which = command.add_mutually_exclusive_group()
    which.add_argument("--all", action="store_true", help="also of the large tables, which lie in several files")
    which.add_argument("--table", action="append", metavar="NAME", dest="tables", help="only of this one (repeatable)")
    outcome(command)


def run(options: argparse.Namespace) -> int:
    """Write the JSON form, one array per table, beside the Parquet files: of the tables of one file each.

    That of a larger table is made when it is asked for; no manifest tells of it, and the next build removes it.
    """
    require_own_code(options.path)
    from demo_data.common.rendering import few
    from demo_data.dataset.layout import parts
    from demo_data.dataset.store import write_json_form

    models = options.domain.models
    every = [table for table in models if parts(options.path, table)] if options.all else options.tables
    left = write_json_form(options.path, models, every or None)
    if as_json(options, {"dataset": options.path, "written": options.path / "json", "left_out": left}):
        return OK
    print(f"{options.path / 'json'}: written")
    if left and not options.tables:
        print(f"left out, in several files each: {few(left)} (--all, or --table NAME, writes these too)")
    return OK
