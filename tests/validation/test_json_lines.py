"""JSON Lines and gzip are read as arrays are, in bounded memory; what is damaged in them is told."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from demo_data.validation import validate


def lines(path: Path) -> bytes:
    """The records of a JSON array as JSON Lines."""
    return "".join(f"{json.dumps(each)}\n" for each in json.loads(path.read_text(encoding="utf-8"))).encode()


FORMS: dict[str, Callable[[Path], bytes]] = {
    ".jsonl": lines,
    ".ndjson": lambda path: lines(path).replace(b"\n", b"\r\n\n").rstrip(),
    ".json.gz": lambda path: gzip.compress(path.read_bytes()),
    ".jsonl.gz": lambda path: gzip.compress(lines(path)[:1000]) + gzip.compress(lines(path)[1000:]),
    ".ndjson.gz": lambda path: gzip.compress(b"\xef\xbb\xbf" + lines(path)),
}


@pytest.mark.sample(3)
@pytest.mark.parametrize("chunk", [7, 1 << 22])
@pytest.mark.parametrize("form", FORMS)
def test_json_lines_and_gzip_are_read(form: str, chunk: int, seed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They say what the array says."""
    monkeypatch.setattr("demo_data.validation.jsontext.CHUNK", chunk)
    tables = ("farmers", "regions") if chunk == 7 else [path.stem for path in seed.iterdir()]
    (seed / "prompts.json").write_text('[{"id": "a", "n": 1}]')
    rows = validate(seed).rows
    for table in (*tables, "prompts"):
        (seed / f"{table}{form}").write_bytes(FORMS[form](seed / f"{table}.json"))
        (seed / f"{table}.json").unlink()
    report = validate(seed)
    assert (report.ok, report.rows) == (True, rows), report.text()


GOOD = '{"id": "a"}'
DAMAGED = {  # bytes, what is said
    ("prompts.jsonl", b""): "is empty",
    ("prompts.json.gz", b""): "is empty",
    ("prompts.jsonl", b'{"id": "a"}\n{"id": \n{"id": "b"}\n'): "prompts.jsonl[1]: is cut off or damaged",
    ("prompts.jsonl", b'{"id": "a"} {"id": "b"}\n'): "[0]: is cut off or damaged: more than one value on a line",
    ("prompts.jsonl", b'[{"id": "a"}]\n'): "[0]: [{'id': 'a'}]: an object is expected",
    ("prompts.jsonl", b'{"id": "a"}\n{"id": "b"'): "prompts.jsonl[1]: is cut off or damaged",
    ("prompts.jsonl", b'{"id": "a\x01"}\n'): "U+0001 as it is in a text, near character 9",
    ("prompts.jsonl", b"[" * 100_000): "it is nested too deeply",
    ("prompts.json", b'{"id": "a"}\n{"id": "b"}\n'): "it is JSON Lines, a record per line, and belongs in a .jsonl",
    ("prompts.json", b'[{"id": "a\n"}, {"id": "b"}]'): "holds U+000A as it is in a text",
    ("prompts.json.gz", gzip.compress(b"[]")[:-4]): "is cut off: its gzip stream ends early",
    ("prompts.json.gz", gzip.compress(b'[{"id": "a"}]' * 99)[:40]): "is cut off: its gzip stream ends early",
    ("prompts.json", b'{"prompts": [{"id": "a"}]}'): "does not begin with '[', but is one object",
    ("prompts.json", '[{"id": "a"}]'.encode("utf-16")): "is not UTF-8 text: it is UTF-16",
    ("prompts.json.gz", b"[]"): "is a damaged gzip file: Not a gzipped file",
    ("prompts.json.gz", gzip.compress(b"[]") + b"more"): "is a damaged gzip file: what follows its gzip stream is none",
    ("prompts.json.gz", gzip.compress(b"[]")[:10] + b"\x07" * 20): "is a damaged gzip file",
    ("prompts.jsonl.gz", gzip.compress(b"\xff\n")): "is not UTF-8 text",
}


@pytest.mark.parametrize(("name", "data"), DAMAGED, ids=range(len(DAMAGED)))
def test_damaged_lines_and_gzip_are_told(name: str, data: bytes, tmp_path: Path) -> None:
    """By line or place; a damaged line costs its record alone."""
    (tmp_path / name).write_bytes(data)
    report = validate(tmp_path)
    assert report.errors == 1
    assert DAMAGED[name, data] in str(next(report.findings))


def test_a_gzip_bomb_is_stopped(tmp_path: Path) -> None:
    """It is read no further than a hundred times its size."""
    with gzip.open(tmp_path / "prompts.json.gz", "wb") as file:
        for _ in range(300):
            file.write(b" " * (1 << 20))
    assert [each.message for each in validate(tmp_path).findings] == [
        "unpacks to more than 100 times its size; unpack it first"
    ]


def test_a_raw_control_character_costs_its_record_alone(seed: Path) -> None:
    """The others are checked, and keep their keys."""
    path = seed / "farmers.json"
    text = path.read_text(encoding="utf-8")
    records = json.loads(text)
    records[3]["contact"]["address"] = "@@"
    records[5]["pref_lang"] = "xx"
    path.write_text(json.dumps(records).replace("@@", "Box 1\x0b"), encoding="utf-8")
    found = {
        (each.rule, each.record, each.key, each.field) for each in validate(seed).findings if each.severity == "error"
    }
    assert found == {("readable", 3, "WM-0004", None), ("enum", 5, "WM-0006", "pref_lang")}
