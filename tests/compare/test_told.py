"""What the command prints: text, JSON, Markdown, exit codes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from demo_data.compare import diff
from demo_data.compare.jsontext import as_object, json_text
from demo_data.compare.markdown import LONGEST, escaped, markdown
from demo_data.compare.result import Difference, Example, Field, Origin, Setting, Table
from demo_data.compare.text import LISTED, text
from demo_data.compare.values import SHOWN, bounded, shown_pair
from tests.compare.edits import read, write
from tests.running import called

COUNT = {"type": ["integer", "null"], "minimum": 0}
NAME = {"type": ["string", "null"]}


def shape(**properties: Any) -> dict[str, Any]:
    """An object with just these keys."""
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def many(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


ORIGIN = shape(path={"type": "string"}, identity=NAME, profile=NAME, generator=NAME)
FIGURES = {"type": ["object", "null"], "required": ["count", "nulls"]}
SCHEMA = shape(
    format={"const": 1},
    equal={"type": "boolean"},
    bump={"enum": ["major", "minor", "none"]},
    old=ORIGIN,
    new=ORIGIN,
    settings=many(shape(path={"type": "string"}, old={}, new={})),
    notes=many({"type": "string"}),
    tables=many(
        shape(
            table={"type": "string"},
            status={"enum": ["added", "removed", "changed", "same"]},
            key=many({"type": "string"}),
            **dict.fromkeys(("old_rows", "new_rows", "added", "removed", "changed", "same"), COUNT),
            reordered={"type": "boolean"},
            columns=many(shape(path={"type": "string"}, change={"type": "string"}, old=NAME, new=NAME)),
            fields=many(shape(path={"type": "string"}, rows={"type": "integer", "minimum": 1})),
            examples=many(shape(key={"type": "object"}, field={"type": "string"}, old={}, new={})),
            added_keys=many({"type": "object"}),
            removed_keys=many({"type": "object"}),
            distributions=many(
                shape(
                    path={"type": "string"},
                    kind={"enum": ["number", "time", "shares", "list", "other"]},
                    score={"type": "number", "minimum": 0},
                    old=FIGURES,
                    new=FIGURES,
                )
            ),
            notes=many({"type": "string"}),
        )
    ),
)


@pytest.fixture(scope="module")
def seeds(demo_dir: Path, other_dir: Path) -> Difference:
    """`demo` with two seeds."""
    return diff(demo_dir, other_dir)


@pytest.fixture
def edited_dir(demo_dir: Path, tmp_path: Path) -> Path:
    """`demo`'s farmers and factories: one value changed, one row gone, one column added."""
    _, records = read(demo_dir, "farmers")
    schema = pq.read_schema(demo_dir / "farmers.parquet")
    write(
        tmp_path / "edited", "farmers", schema, [*records[:4], records[4] | {"pref_lang": "x|y\n`<b>`"}, *records[6:]]
    )
    table = pq.read_table(demo_dir / "factories.parquet")
    pq.write_table(
        table.append_column("tall", pa.array([True] * table.num_rows)), tmp_path / "edited" / "factories.parquet"
    )
    return tmp_path / "edited"


def test_text(demo_dir: Path, other_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The text has both sides, the settings, a line per table, the version's part, then details per changed table."""
    identity = json.loads((demo_dir / "snapshot.json").read_text())["identity"]
    code, out, err = called(capsys, "snapshot", "diff", demo_dir, other_dir)
    lines = out.splitlines()

    assert (code, err) == (0, "")
    assert lines[0] == f"demo {identity[:12]} -> {other_dir}"
    assert "  seed: 20260131 -> 2" in lines
    assert any(re.fullmatch(r"documents +405 -> 349 +\+25 +-81 +~324", line) for line in lines)
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

    assert "Next version: major (the schema changed)" in out
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
        assert f"Nothing changed: 9 tables, {rows} rows." in out


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


def test_json(seeds: Difference, demo_dir: Path, edited_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The JSON form has the keys that its docstring lists, and all of what was found."""
    validator = Draft202012Validator(SCHEMA)
    _, out, _ = called(capsys, "snapshot", "diff", demo_dir, edited_dir, "--format", "json")
    for told in (json.loads(out), json.loads(json_text(seeds))):
        validator.validate(told)
    tables = {table["table"]: table for table in json.loads(json_text(seeds))["tables"]}

    assert list(tables) == list(seeds.tables)
    for name, table in seeds.tables.items():
        assert [(field["path"], field["rows"]) for field in tables[name]["fields"]] == [
            (field.path, field.rows) for field in table.fields
        ]
    moment = next(each["old"] for each in tables["documents"]["examples"] if each["field"].endswith("stored_at"))
    assert re.fullmatch(r"2025-\d\d-\d\dT\d\d:\d\d:\d\dZ", moment)


def test_json_round_trip(seeds: Difference) -> None:
    """What is written as JSON is read as it was, odd settings too."""
    odd = replace(seeds, settings=(Setting("farmers.grower", float("nan"), [1, None]),))

    assert json.loads(json_text(odd)) == as_object(odd)
    assert as_object(odd)["settings"] == [{"path": "farmers.grower", "old": "nan", "new": [1, None]}]


def test_json_of_odd_values(tmp_path: Path) -> None:
    """NaN, infinities and bytes are text, so that any reader of JSON takes them."""
    columns: list[dict[str, Any]] = [
        {"id": ["a", "b"], "x": [float("nan"), 1.0], "y": [b"\x00", b"\x01"]},
        {"id": ["a", "b"], "x": [float("inf"), float("nan")], "y": [b"\xff", b"\x01"]},
    ]
    for name, each in zip(("old", "new"), columns, strict=True):
        (tmp_path / name).mkdir()
        pq.write_table(pa.table(each), tmp_path / name / "farmers.parquet")
    told = json.loads(json_text(diff(tmp_path / "old", tmp_path / "new")), parse_constant=pytest.fail)
    examples = {
        (each["key"]["id"], each["field"]): (each["old"], each["new"]) for each in told["tables"][0]["examples"]
    }

    assert examples == {("a", "x"): ("nan", "inf"), ("b", "x"): (1.0, "nan"), ("a", "y"): ("00", "ff")}


def test_markdown(demo_dir: Path, edited_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Markdown has a heading, a table of all tables, and folded details, in which values show as they stand."""
    _, out, _ = called(capsys, "snapshot", "diff", demo_dir, edited_dir, "--format", "markdown")

    assert out.startswith("### demo ")
    assert "\n| farmers | 50 -> 49 |  | 1 | 1 |  |\n" in out
    assert "\n<details><summary>farmers</summary>\n\n" in out
    assert out.count("<details>") == out.count("</details>") == 2
    assert r" -> x\|y\\n\`&lt;b>\` |" in out
    assert well_formed(out)


def well_formed(found: str) -> bool:
    """Whether each table's lines have as many cells as its head, and folds are closed."""
    cells = 0
    for line in found.splitlines():
        if not line.startswith("|"):
            cells = 0
            continue
        here = len(re.findall(r"(?<!\\)(?:\\\\)*\|", line))
        if cells and here != cells:
            return False
        cells = here
    return found.count("<details>") == found.count("</details>")


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_escaping(value: str) -> None:
    """Whatever a value is, a cell stays one cell in one line, without HTML, code, links or mentions."""
    found = escaped(value)

    assert len(found.splitlines()) <= 1
    assert not re.search(r"(?<!\\)(?:\\\\)*[|`*\[\]]", found)
    assert "<" not in found
    assert not re.search(r"@(?!&#8203;)|#(?!8203;|&#8203;)", found)
    assert not re.match(r"[-+=>]|\d+[.)]", found)


def enormous(tables: int) -> Difference:
    """A comparison that has more to tell than a comment may be long."""
    fields = tuple(Field(f"field_{number}" + "x" * 300, 5) for number in range(30))
    examples = tuple(Example({"id": "|" * 500}, field.path, "<" * 300, ">" * 300) for field in fields)
    return Difference(
        Origin("old"),
        Origin("new"),
        (),
        {
            f"t{n}": Table(f"t{n}", "changed", ("id",), 9, 9, 0, 0, 5, 4, fields=fields, examples=examples)
            for n in range(tables)
        },
    )


@pytest.mark.parametrize("tables", [1, 3, 20, 5000])
def test_markdown_is_cut(tables: int) -> None:
    """Markdown that would be too long for a comment is cut between whole folds, and says so."""
    found = markdown(enormous(tables))

    assert len(found) <= LONGEST
    assert ("*Cut here" in found) == (tables > 3)
    assert well_formed(found)


def test_markdown_of_seeds(seeds: Difference) -> None:
    """All of `demo` with two seeds has room."""
    found = markdown(seeds)

    assert "*Cut here" not in found
    assert found.count("<details>") == 6
    assert well_formed(found)


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
