"""Names, days and numbers in one form only."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from demo_data.common.written import day, require_name, slug, whole
from tests.running import called, contents, names

CARRIED = [
    "demo",
    "café",
    "my,profile",
    "village (1)",
    "o'brien",
    "a&b",
    "x@v1.0.0",
    "数据",
    'a"b',
    "-x",
    "a*b",
    "[x]",
    "$(x)",
]
REFUSED = [
    "",
    " ",
    "a ",
    ".hidden",
    "..",
    "a/b",
    "a\\b",
    "a\nb",
    "a\x1b[1m",
    "a\udcff",
    "a\u202eb",
    "n" * 101,
    "数" * 34,
]


@pytest.mark.parametrize("name", CARRIED)
def test_names(name: str) -> None:
    """A printable name is one."""
    assert require_name(name) == name


@pytest.mark.parametrize("name", REFUSED)
def test_no_names(name: str) -> None:
    """What cannot stand in a path, a manifest or a terminal is none."""
    with pytest.raises(ValueError, match=r"a profile's name has "):
        require_name(name)


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("demo", "demo"),
        ("Demo 1.0_x", "Demo 1.0_x"),
        ("café (1)", "caf-1"),
        ("x@v1.0.0", "x-v1.0.0"),
        ("数据", "dataset"),
    ],
)
def test_slugs(name: str, plain: str) -> None:
    """Other tools get a name of plain letters; a plain one as it is."""
    assert slug(name) == plain


@pytest.mark.sample(2)
@pytest.mark.parametrize("name", ["café", "my,profile (1)", "x@v1.0.0", "数据", "-x", "[a]*"])
def test_what_is_built_verifies(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A profile whose file has an odd name makes a dataset of that name, which every command takes."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / f"{name}.yaml").write_text("extends: minimal\ndays: 40\n")

    assert called(capsys, "build", f"./{name}.yaml", "--quiet") == (0, "", "")
    assert names(tmp_path / "data") == [name]
    for command in ("show", "json", "snapshot verify", "validate"):
        code, out, err = called(capsys, *command.split(), f"data/{name}")
        assert (code, err) == (0, ""), command
        assert name in out


@pytest.mark.parametrize("name", ["a\nb", "a\x1b[31m", ".hidden", "n" * 150])
def test_what_is_not_built(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the name cannot be carried, that is told in a line, and nothing is made."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / f"{name}.yaml").write_text("extends: minimal\n")
    before = contents(tmp_path)
    code, out, err = called(capsys, "build", f"./{name}.yaml", "--out", "made")

    assert (code, out) == (2, "")
    assert "a profile's name has" in err
    assert err.rstrip("\n").isprintable()
    assert contents(tmp_path) == before


@pytest.mark.parametrize(
    "text", ["20260131", "2026-W05-6", "2026-1-31", " 2026-01-31", "٢٠٢٦-01-31", "1767139200", "9" * 5000]
)
def test_no_days(text: str) -> None:
    """A day has one form."""
    with pytest.raises(ValueError, match=r"is no date; write it as 2026-01-31") as caught:
        day(text)
    assert len(str(caught.value)) < 120
    assert day("2026-01-31") == datetime.date(2026, 1, 31)


@pytest.mark.parametrize("text", ["1_0", "٣", "²", " 1", "+1", "0x1", "1.0", "", "9" * 5000])
def test_no_numbers(text: str) -> None:
    """A number is its digits."""
    with pytest.raises(ValueError, match=r"is not a number of at least 1") as caught:
        whole(text, 1)
    assert len(str(caught.value)) < 120
    assert (whole("-12"), whole("7", 0, 7)) == (-12, 7)
