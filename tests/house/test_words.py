"""The framework knows no domain, not by a word either: a second one costs a folder of its own and no line elsewhere."""

from __future__ import annotations

import re

import pytest

from tests.running import PACKAGE

WORDS = re.compile(r"\b(tea|farmers?|kenyan?|dairy)\b", re.IGNORECASE)
# The domain, and the faces that choose it or offer its classes.
MAY_NAME_IT = ("tea", "commands", "cli.py", "testing.py", "models.py", "__init__.py")


def test_no_word_of_a_domain() -> None:
    """No line of the framework has a word of a domain, in code, comment or docstring."""
    found = [
        f"{name}:{number}: {line.strip()}"
        for path in sorted(PACKAGE.rglob("*"))
        if (name := path.relative_to(PACKAGE).as_posix()).partition("/")[0] not in MAY_NAME_IT
        if path.is_file() and path.suffix != ".pyc"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if WORDS.search(line)
    ]

    assert found == []


@pytest.mark.parametrize("line", ["a Tea factory", "from demo_data.tea import DOMAIN", "each farmer's", '"farmers"'])
def test_words_are_seen(line: str) -> None:
    """What the test above looks for, it finds; words that only have one in them are let be."""
    assert WORDS.search(line)
    assert not WORDS.search("team, steady, farmer_id")
