"""Small JSON files that anybody may have put there: read, or refused in a line, and never waited for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from demo_data.common.files import DEEPEST, FileError, parsed_object, read_object, read_regular
from tests.hostile.odd_json import TEXTS, THINGS


@pytest.mark.parametrize("thing", THINGS)
def test_a_thing_in_a_files_place(thing: str, tmp_path: Path) -> None:
    """It is refused at once, by name."""
    path = tmp_path / "recipe.json"
    THINGS[thing](path)
    with pytest.raises(FileError) as refused:
        read_object(path)
    assert refused.value.messages == [f"{path}: {refused.value.reason}"]


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_that_is_no_sound_object(name: str) -> None:
    """All are refused."""
    text = TEXTS[name]
    with pytest.raises(FileError, match=r"^here: (not valid JSON: |an object is expected, not )"):
        parsed_object(text.encode() if isinstance(text, str) else text, "here")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"a": {"b": 1, "b": 2}}', "'b' stands twice in one object"),
        ('{"a": [-Infinity]}', "-Infinity is not a JSON value"),
        (r'{"a": "\ud800"}', "no sound Unicode"),
        (r'{"\udfff": 1}', "no sound Unicode"),
        ('{"a": ' + "[" * DEEPEST + "]" * DEEPEST + "}", "nested too deeply"),
        ("[]", "an object is expected, not list"),
    ],
)
def test_the_reason(text: str, reason: str) -> None:
    """It says what is wrong."""
    with pytest.raises(FileError, match=reason):
        parsed_object(text.encode(), "here")


def test_what_is_sound(tmp_path: Path) -> None:
    """Any object is read as it stands, whole surrogate pairs and fair depth too; no file is no object."""
    below = "[" * (DEEPEST - 1) + "]" * (DEEPEST - 1)
    path = tmp_path / "some.json"
    path.write_text(f'{{"a": {below}, "b": "\\ud83d\\ude00", "c": 1.5, "d": null}}')

    assert read_object(path) == json.loads(path.read_text())
    assert read_object(tmp_path / "none.json") is None


def test_bounds(tmp_path: Path) -> None:
    """A file is read to a size that is told, and a link to a regular file is one."""
    (tmp_path / "a").write_bytes(b"12345")
    (tmp_path / "b").symlink_to("a")

    assert read_regular(tmp_path / "b") == b"12345"
    with pytest.raises(FileError, match="5 bytes are more than the 4 that are read"):
        read_regular(tmp_path / "a", 4)
