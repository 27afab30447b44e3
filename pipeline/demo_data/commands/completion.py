"""`demo-data completion`: what completes commands in a shell."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from demo_data.commands.options import OK, Commands, dataset, place, verb


def add(commands: Commands) -> None:
    command = verb(commands, "completion", run, "print what completes commands in a shell")
    command.add_argument("shell", choices=("bash", "zsh", "fish"), metavar="SHELL", help="bash, zsh or fish")


def run(options: argparse.Namespace) -> int:
    """Print a script that lets a shell complete commands, options, profiles, tables and paths.

    For bash: `source <(demo-data completion bash)`, there or in ~/.bashrc. Profiles and tables are the domain's.
    """
    import shtab

    from demo_data.profile_file import profile_names

    words = {
        "profile": profile_names(options.domain),
        "table": list(options.domain.models),
        "tables": list(options.domain.models),
    }
    for action in _actions(options.parser):
        if action.type in (place, dataset):
            action.complete = shtab.FILE if action.metavar == "FILE" else shtab.DIRECTORY  # type: ignore[attr-defined]
        elif action.choices is None:
            action.choices = words.get(action.dest)
    print(shtab.complete(options.parser, options.shell))
    return OK


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """The arguments of a parser and of its commands."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from _actions(below)
        else:
            yield action
