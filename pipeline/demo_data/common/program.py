"""How this program is called: hints of what to call next begin so."""

from __future__ import annotations

NAMED: list[str] = []
"""The domain that was named on the command line, as options; empty where none was."""


def program(name: str = "demo-data") -> str:
    """The program, with the domain that the running command was given."""
    return " ".join((name, *NAMED))
