"""How a pin is written, and what is none."""

from __future__ import annotations

from datetime import date

import pytest

from demo_data.common.errors import UsageError
from demo_data.versions.pin import Pin, Tag, Version, looks_like_a_pin

FORMS = "write it as demo@v1.0.0, or in place of v1.0.0 the first 16 digits or more of an identity, or 7 or more of a "


@pytest.mark.parametrize(
    ("text", "pin"),
    [
        ("demo@v1.0.0", Pin("demo", Version(1, 0, 0))),
        ("demo@1234567", Pin("demo", "1234567")),
        ("demo@v1.0.0+2026-02-28", Pin("demo", Version(1, 0, 0), date(2026, 2, 28))),
        ("demo-large@9f86d081884c7d65+2028-02-29", Pin("demo-large", "9f86d081884c7d65", date(2028, 2, 29))),
        ("demo@" + "f" * 64, Pin("demo", "f" * 64)),
    ],
)
def test_forms(text: str, pin: Pin) -> None:
    """A profile, then a version or hexadecimal digits, then maybe a day; as text it is what was read."""
    assert Pin.parse(text) == pin
    assert str(pin) == text
    assert str(pin.base) == text.partition("+")[0]
    assert (pin.tag is None) == bool(pin.digits)
    assert looks_like_a_pin(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("demo", "'demo' names no dataset"),
        ("@v1.0.0", "'@v1.0.0' names no dataset"),
        ("Demo@v1.0.0", "'Demo@v1.0.0' names no dataset"),
        ("demo@", "'' is no version, identity or commit"),
        ("demo@123456", "'123456' is no version, identity or commit"),
        ("demo@" + "1" * 65, f"'{'1' * 65}' is no version, identity or commit"),
        ("demo@main", "'main' is no version, identity or commit"),
        ("demo@v1.0", "'v1.0' is no version: write it as v1.0.0"),
        ("demo@v1.\u0660.0", "'v1.\u0660.0' is no version: write it as v1.0.0"),
        ("demo@9F86D081", "'9F86D081': write an identity or a commit in lower case"),
        ("demo@v1.0.0+", "'demo@v1.0.0+': '' is no date; write it as 2026-01-31"),
        ("demo@v1.0.0+2026-02-30", "'demo@v1.0.0+2026-02-30': '2026-02-30' is no date ("),
        ("demo@v1.0.0+tomorrow", "'demo@v1.0.0+tomorrow': 'tomorrow' is no date; write it as 2026-01-31"),
        ("demo+2026-02-28@v1.0.0", "'demo+2026-02-28@v1.0.0' names no dataset"),
    ],
)
def test_none(text: str, told: str) -> None:
    """What is none is told, with how one is written."""
    with pytest.raises(UsageError) as refused:
        Pin.parse(text)

    (message,) = refused.value.messages
    assert message.startswith(told)
    assert (FORMS in message) == ("names no dataset" in message or "commit: write" in message)


def test_tags_are_versions_alone() -> None:
    """A tag is a version: what else a pin may be is none."""
    assert Tag.parse("demo@v1.0.0").pin == Pin.parse("demo@v1.0.0")
    for text in ("demo@1234567", "demo@v1.0.0+2026-02-28"):
        with pytest.raises(UsageError, match="is no version"):
            Tag.parse(text)
