"""`demo-data explain`: tell what a profile will make."""

from __future__ import annotations

import argparse

from demo_data.commands.domains import require_sound
from demo_data.commands.options import OK, Commands, outcome, profile, verb


def add(commands: Commands) -> None:
    command = verb(commands, "explain", run, "tell what a profile will make, before it is made")
    profile(command)
    outcome(command)


def run(options: argparse.Namespace) -> int:
    """Tell what `build` would make of a profile: rows per table, bytes, time, memory, and the settings that differ.

    Nothing is made or written. What contradicts is told as `build` tells it, all at once, with the same exit code.
    """
    from demo_data.common.terminal import width
    from demo_data.explain import expected
    from demo_data.explain.told import json_text, text
    from demo_data.profile import load_profile

    require_sound(options.domain)
    told = expected(
        load_profile(
            options.profile, seed=options.seed, as_of=options.as_of, changes=options.changes, domain=options.domain
        )
    )
    print(json_text(told) if options.format == "json" else text(told, width()))
    return OK
