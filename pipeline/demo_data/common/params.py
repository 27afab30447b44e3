"""`params.yaml`: which profiles DVC builds, and as of which day. People write it, and git keeps it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import yaml

from demo_data.common.errors import UsageError
from demo_data.common.written import day
from demo_data.common.yaml_text import parsed

FILE = "params.yaml"
_AS_OF = re.compile(r"^as_of[ \t]*:.*\n?", re.MULTILINE)
_WHY = "# The last day of every profile that DVC builds; without this line, each profile's own.\n"


@dataclass(frozen=True)
class Params:
    """The profiles that DVC builds, and their last day; None: each profile's own."""

    profiles: list[str]
    as_of: date | None = None


def read(text: str) -> Params:
    """What a params.yaml says; other keys are somebody else's. Raises `UsageError`."""
    tree = parsed(text, FILE)
    profiles = tree.get("profiles") if isinstance(tree, dict) else None
    if not (isinstance(profiles, list) and profiles and all(isinstance(name, str) for name in profiles)):
        raise UsageError(f"{FILE}: name the profiles that DVC builds, like `profiles: [small]`")
    return Params(profiles, as_of(text))


def as_of(text: str) -> date | None:
    """The last day that a params.yaml says, if it does. Raises `UsageError`."""
    tree = parsed(text, FILE)
    value = tree.get("as_of") if isinstance(tree, dict) else None
    if value is None:
        return None
    try:
        found = day(value if isinstance(value, str) else str(value))
    except ValueError as error:
        raise UsageError(f"{FILE}: as_of: {error}") from None
    if not isinstance(yaml.safe_load(text)["as_of"], str):  # a date, which DVC takes for no parameter
        raise UsageError(f'{FILE}: as_of: DVC takes texts alone; write it in quotes: as_of: "{found}"')
    return found


def dated(text: str, last: date | None) -> str:
    """The text of a params.yaml with another last day, or with none; all else stays as it was.

    Raises `UsageError` where it is not written so that this can be done.
    """
    line = f'as_of: "{last}"\n' if last else ""
    if _AS_OF.search(text):
        after = _AS_OF.sub(line, text if last else text.replace(_WHY, ""), count=1)
    else:
        after = f"{text.rstrip()}\n{_WHY}{line}" if last else text
    tree = parsed(text, FILE) or {}
    expected = {**tree, "as_of": last and str(last)} if isinstance(tree, dict) else None
    try:
        done = {"as_of": None} | (parsed(after, FILE) or {}) == expected
    except (UsageError, TypeError):
        done = False
    if not done:
        raise UsageError(f"{FILE}: change it by hand: " + (line.strip() or "take out as_of"))
    return after
