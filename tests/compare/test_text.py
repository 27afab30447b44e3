"""A comparison as lines for people, what the command says, and values as they are shown."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from demo_data.compare.jsontext import json_text
from demo_data.compare.markdown import markdown
from demo_data.compare.result import Difference, Example, Field
from demo_data.compare.text import LISTED, text
from demo_data.compare.values import SHOWN, bounded, shown_pair
from tests.running import called


def test_text(demo_dir: Path, other_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The text has both sides, the settings, a line per table, the version's part, then details per changed table."""
    identity = json.loads((demo_dir / "snapshot.json").read_text())["identity"]
    code, out, err = called(capsys, "snapshot", "diff", demo_dir, other_dir)
    lines = out.splitlines()

    assert (code, err) == (0, "")
    assert lines[0] == f"demo {identity[:12]} -> {other_dir}"
    assert "  seed: 20260131 -> 2" in lines
    assert any(re.fullmatch(r"documents +\d+ -> \d+ +\+\d+ +-\d+ +~\d+ +reordered", line) for line in lines)
    assert any(re.fullmatch(r"regions +2 +same", line) for line in lines)
    assert "Next version: minor (rows, values or their order changed, the schema did not)" in lines
    assert "farmers:" in lines
    assert "regions:" not in lines
    assert len(lines) < 120


def test_text_is_bounded(seeds: Difference) -> None:
    """Of fields and distributions the first are listed, and how many more there are is said."""
    documents = text(seeds).partition("\ndocuments:\n")[2].partition("\n\n")[0]
    more = len(seeds.tables["documents"].fields) - LISTED

    assert documents.count("\n    ... and ") == 2
    assert f"    ... and {more} more fields" in documents
    assert max(map(len, text(seeds).splitlines())) < 300


def test_text_of_edits(demo_dir: Path, edited_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A changed value, a row that went and a new column are told in lines that can be read."""
    _, out, _ = called(capsys, "snapshot", "diff", demo_dir, edited_dir, "--table", "farmers", "--table", "factories")

    assert "Next version: major (the schema of factories changed)" in out
    assert "\n  - WM-0006\n" in out
    assert re.search(r"\n    pref_lang +1  WM-0005: \w+ -> x\|y\\n`<b>`\n", out)
    assert re.search(r"\nfactories +3 +1 column added\n", out)
    assert "\n  + tall bool?\n" in out
    assert "\n    tall (new): true 100.0 %\n" in out


def test_generators(seeds: Difference) -> None:
    """Versions of the generator are told where they differ, and are known."""
    later = replace(seeds, new=replace(seeds.old, generator="9.0.0"))

    assert f"\n  generator: {seeds.old.generator} -> 9.0.0\n" in text(later)
    assert f"\n- generator: {seeds.old.generator} -> 9.0.0\n" in markdown(later)
    assert "generator" not in text(replace(seeds, new=seeds.old)) + text(seeds)


def test_nothing_changed(demo_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where nothing changed there is one line to say so."""
    rows = sum(json.loads((demo_dir / "snapshot.json").read_text())["rows"].values())
    for form, lines in (("text", 2), ("markdown", 1)):
        code, out, _ = called(capsys, "snapshot", "diff", demo_dir, demo_dir, "--format", form, "--exit-code")
        assert (code, len(out.splitlines())) == (0, lines)
        assert f"Nothing changed: 9 tables, {rows:,} rows." in out


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_exit_codes(form: str, demo_dir: Path, other_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --exit-code a difference gives 1, as with git; without it, 0."""
    given = ("snapshot", "diff", demo_dir, other_dir, "--table", "farmers", "--format", form)

    assert called(capsys, *given)[0] == 0
    assert called(capsys, *given, "--exit-code")[0] == 1


def test_errors(demo_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What cannot be compared is told in a line: 2 for a request, 1 for damaged data."""
    (tmp_path / "farmers.parquet").write_text("no")
    nowhere = tmp_path / "nowhere"

    assert called(capsys, "snapshot", "diff", demo_dir, nowhere) == (
        2,
        "",
        f"demo-data: {nowhere}: no such directory\n",
    )
    code, out, err = called(capsys, "snapshot", "diff", demo_dir, tmp_path)
    assert (code, out, len(err.splitlines())) == (1, "", 1)
    assert "farmers.parquet: not a whole Parquet file" in err
    assert called(capsys, "snapshot", "diff", demo_dir, demo_dir, "--examples", "-1")[0] == 2


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (1, 2, "1 -> 2"),
        ("sms", None, "sms -> null"),
        ("null", None, '"null" -> null'),
        ("", "x", '"" -> x'),
        ("5", 5, '"5" -> 5'),
        (["a"], [], '["a"] -> []'),
        (0.3, 0.1 + 0.2, "0.3 -> 0.30000000000000004"),
        ("a" * 100 + "b", "a" * 100 + "c", "...aaaaaaaaaaaab -> ...aaaaaaaaaaaac"),
        ("a" * 60, "b" * 60, f"{'a' * SHOWN}... -> {'b' * SHOWN}..."),
        ("a" * 60, "a" * 61, "...aaaaaaaaaaaa -> ...aaaaaaaaaaaaa"),
    ],
)
def test_values(old: Any, new: Any, told: str) -> None:
    """Two values are shown so that they can be told apart, and long ones from where they differ."""
    assert shown_pair(old, new) == told


def test_long_values(tmp_path: Path) -> None:
    """Of very long values what is kept is bounded, and still differs."""
    old, new = bounded(list(range(100_000)), [*range(99_999), 7])

    assert len(old) < 1100
    assert old != new


@pytest.mark.parametrize("render", [text, markdown, json_text])
def test_control_characters(render: Callable[[Difference], str], seeds: Difference) -> None:
    """Names and values of unknown origin print no control characters."""
    table = replace(
        seeds.tables["farmers"],
        fields=(Field("a\x1b[2J", 1),),
        examples=(Example({"id": "\x07"}, "a\x1b[2J", "\x1b[31m", "x"),),
    )
    found = render(replace(seeds, tables={"farmers": table}))

    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", found)
