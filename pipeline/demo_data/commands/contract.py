"""`demo-data contract`: compare models."""

from __future__ import annotations

import argparse

from demo_data.commands.options import FINDINGS, OK, Commands, verb


def add(commands: Commands) -> None:
    command = verb(commands, "contract", run, "compare your Pydantic models with ours")
    command.add_argument("module", metavar="MODULE", help="a module as Python imports it from here: my_app.models")
    command.add_argument(
        "--format", choices=("text", "json"), default="text", help="lines for people (default), or a JSON array"
    )


def run(options: argparse.Namespace) -> int:
    """Compare your Pydantic models with ours of the same names: field by field, and by sample records both ways.

    Exit code 1 if anything differs, 2 if the module cannot be imported or has no model of our names.
    """
    from demo_data.contract import compare_module

    result = compare_module(options.module, options.domain)
    print(result.json_text() if options.format == "json" else result.text())
    return OK if result.ok else FINDINGS
