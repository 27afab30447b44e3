"""`demo-data json`: write the JSON form."""

from __future__ import annotations

import argparse

from demo_data.commands.checkout import require_own_code
from demo_data.commands.options import BUILT, OK, Commands, place, verb


def add(commands: Commands) -> None:
    command = verb(commands, "json", run, "write the JSON form of a dataset's tables")
    command.add_argument("path", type=place, metavar="DIR", help=BUILT)


def run(options: argparse.Namespace) -> int:
    """Write the JSON form, one array per table, beside the Parquet files."""
    require_own_code(options.path)
    from demo_data.dataset.store import write_json_form

    write_json_form(options.path, options.domain.models)
    print(f"{options.path / 'json'}: written")
    return OK
