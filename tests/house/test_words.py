"""The framework knows no domain, not by a word either: a second one costs a folder of its own and no line elsewhere."""

from __future__ import annotations

import re

import pytest

from demo_data.tea import DOMAIN
from tests.running import PACKAGE, ROOT

FACES = ("tea", "cli.py", "testing.py", "models.py", "__init__.py")
"""The domain, and the faces that choose it or offer its classes."""

VENDORED = "export/page/assets/"
"""What `make assets` makes; the words of its own sources are looked at below."""

GENERIC = {"config", "model", "source", "collection", "point", "document", "factory", "performance"}
"""Words of tables that are the field's own, too: Pydantic's models, MongoDB's documents, Polyfactory's factories."""

TABLES = {word for names in DOMAIN.tables.items() for name in names for word in name.split("_")}
WORDS = {"tea", "farm", "kenya", "kenyan", "dairy", "cow", "phone", "grower", "gender", "hectare", "contact"} | TABLES
ALLOWED = [
    ("versions/remote/worker.py", '"region"'),
    ("storage/wording.py", "AWS_REGION"),
    ("", "sys.platform"),
    ("", 'role: "region"'),
    ("", "no platform's libm"),
]
"""An option of S3's; Python's word for the operating system; ARIA's for a part of a page."""


def singular(word: str) -> str:
    """A word of a name without what makes it several."""
    return re.sub("ies$", "y", word) if word.endswith("ies") else word.removesuffix("s")


def words(line: str) -> set[str]:
    """The words of a line, those that names are made of too, each as one."""
    return {singular(word.lower()) for word in re.findall("[A-Z]?[a-z]+|[A-Z]+(?![a-z])", line)}


SINGULARS = {singular(word) for word in WORDS | {"platform"}} - GENERIC


def test_no_word_of_a_domain() -> None:
    """No line of the framework has a word of a domain, in code, comment or docstring."""
    found = [
        f"{name}:{number}: {line.strip()}"
        for room in (PACKAGE, ROOT / "assets" / "source")
        for path in sorted(room.rglob("*"))
        if (name := path.relative_to(room).as_posix()).partition("/")[0] not in FACES
        if path.is_file() and path.suffix != ".pyc" and not name.startswith(VENDORED)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if words(line) & SINGULARS and not any(name.startswith(place) and text in line for place, text in ALLOWED)
    ]

    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        *("a Tea factory", "each farmer's", "the grading of", "tables of the platform", "`contact.phone`"),
        *("from demo_data.tea import DOMAIN", "linkage.farmer_id", "REGIONS", "FarmerFactory", "weather_observations"),
    ],
)
def test_words_are_seen(line: str) -> None:
    """What the test above looks for, it finds."""
    assert words(line) & SINGULARS


def test_other_words_are_let_be() -> None:
    """Words that only have one in them, and those that are the field's own."""
    line = "team, steady, infer a farming regional, phonetic, MongoDB's documents, default_factory, models, source, sys"
    assert not words(line) & SINGULARS
