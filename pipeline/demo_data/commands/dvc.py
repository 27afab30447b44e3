"""`demo-data dvc`: write dvc.yaml."""

from __future__ import annotations

import argparse
from pathlib import Path

from demo_data.commands.domains import require_sound
from demo_data.commands.options import OK, Commands, verb
from demo_data.common.program import program

FILE = "dvc.yaml"


def add(commands: Commands) -> None:
    command = verb(commands, "dvc", run, "write the stages of DVC that make datasets")
    command.add_argument("--print", action="store_true", dest="to_print", help="print it, and write nothing")


def run(options: argparse.Namespace) -> int:
    """Write dvc.yaml here: stages that make and check the datasets of the profiles that params.yaml names.

    A dvc.yaml that somebody else has written is left alone.
    """
    from demo_data.common.errors import UsageError
    from demo_data.dataset.atomic import write_text
    from demo_data.stages import HEADER, dvc_yaml

    require_sound(options.domain)
    text = dvc_yaml(options.domain, Path.cwd())
    if options.to_print:
        print(text, end="")
        return OK
    path = Path(FILE)
    if path.exists() and not path.read_text(encoding="utf-8").startswith(HEADER):
        raise UsageError(f"{FILE}: is not from this command; take what you need of `{program()} dvc --print`")
    write_text(path, text)
    print(f"{FILE}: written")
    return OK
