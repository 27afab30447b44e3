"""`demo-data dvc`: write dvc.yaml."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from demo_data.commands.domains import require_sound
from demo_data.commands.options import OK, Commands, as_json, day, outcome, verb
from demo_data.common.program import program

FILE = "dvc.yaml"
OWN = "own"
"""In place of a day: each profile's own last day."""


def add(commands: Commands) -> None:
    command = verb(commands, "dvc", run, "write the stages of DVC that make datasets")
    command.add_argument(
        "--as-of",
        type=_day_or_own,
        metavar="DATE",
        help=f"the last day of all profiles (YYYY-MM-DD), noted in params.yaml; '{OWN}': each one's own again",
    )
    command.add_argument("--print", action="store_true", dest="to_print", help="print it, and write nothing")
    outcome(command)


def _day_or_own(text: str) -> date | str:
    return OWN if text == OWN else day(text)


def run(options: argparse.Namespace) -> int:
    """Write dvc.yaml here: stages that make and check the datasets of the profiles that params.yaml names.

    With --as-of, params.yaml gets a last day for all of them, which the stages pass on. A dvc.yaml that somebody else
    has written is left alone.
    """
    from demo_data.common import params
    from demo_data.common.errors import UsageError
    from demo_data.dataset.atomic import write_text
    from demo_data.stages import HEADER, dvc_yaml, params_text

    require_sound(options.domain)
    before = after = params_text(Path.cwd())
    if options.as_of:
        after = params.dated(before, None if options.as_of == OWN else options.as_of)
    wanted = params.read(after)
    text = dvc_yaml(options.domain, Path.cwd(), wanted)
    told = {"file": FILE, "as_of": wanted.as_of, "written": not options.to_print, "text": text}
    if options.to_print:
        if not as_json(options, told):
            print(text, end="")
        return OK
    path = Path(FILE)
    if path.exists() and not path.read_text(encoding="utf-8").startswith(HEADER):
        raise UsageError(f"{FILE}: is not from this command; take what you need of `{program()} dvc --print`")
    if after != before:
        write_text(Path(params.FILE), after)
    write_text(path, text)
    if as_json(options, told):
        return OK
    if options.as_of:
        print(f"{params.FILE}: {f'as of {wanted.as_of}' if wanted.as_of else 'as of the own last day of each profile'}")
    print(f"{FILE}: written")
    return OK
