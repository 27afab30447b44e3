"""`demo-data corrupt` as people call it, rightly and wrongly."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.running import called, contents, names

Capture = pytest.CaptureFixture[str]


def test_a_faulty_copy(demo_dir: Path, tmp_path: Path, capsys: Capture) -> None:
    """It says what it planted; the source stays as it was; validation of the copy ends with exit code 1."""
    before = contents(demo_dir)
    code, out, err = called(capsys, "corrupt", demo_dir, "--out", tmp_path / "bad", "--seed", 7, "--defects", 50)
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == f"{tmp_path / 'bad'}: 50 faults of 50 kinds planted, told in defects.json"
    assert contents(demo_dir) == before
    assert called(capsys, "validate", tmp_path / "bad", "--quiet")[0] == 1


def test_more_than_there_is_room_for(minimal_dir: Path, tmp_path: Path, capsys: Capture) -> None:
    """What was not planted is said, in number and by kind."""
    code, out, _ = called(
        capsys, "corrupt", minimal_dir, "--out", tmp_path / "bad", "--kind", "region-name", "--defects", 3
    )
    assert code == 0
    assert out.splitlines()[0].endswith("1 fault of 1 kind planted, told in defects.json")
    assert out.splitlines()[1] == "there is no room for 2 more"


def test_only_some_kinds(demo_dir: Path, tmp_path: Path, capsys: Capture) -> None:
    """`--kind` may come several times."""
    arguments = ("--kind", "phone", "--kind", "bounds", "--defects", 6)
    assert called(capsys, "corrupt", demo_dir, "--out", tmp_path / "bad", *arguments)[0] == 0
    ledger = json.loads((tmp_path / "bad" / "defects.json").read_text(encoding="utf-8"))
    assert sorted(each["kind"] for each in ledger["defects"]) == ["bounds"] * 3 + ["phone"] * 3


def test_again_into_the_same_directory(demo_dir: Path, tmp_path: Path, capsys: Capture) -> None:
    """A new copy takes the old one's place; nothing of it is left, other files stay."""
    out = tmp_path / "bad"
    called(capsys, "corrupt", demo_dir, "--out", out, "--seed", 1)
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    called(capsys, "corrupt", demo_dir, "--out", out, "--seed", 2)
    called(capsys, "corrupt", demo_dir, "--out", tmp_path / "other", "--seed", 2)
    assert names(out) == sorted([*names(tmp_path / "other"), "notes.txt"])
    assert contents(out).items() >= contents(tmp_path / "other").items()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nowhere", "--out", "bad"], "nowhere: no such directory"),
        (["empty", "--out", "bad"], "no tables here"),
        (["good", "--out", "good"], "lies in the dataset that is to be copied"),
        (["good", "--out", "good/json"], "lies in the dataset that is to be copied"),
        (["good", "--out", "built"], "a dataset lies here, which would be lost"),
        (["good", "--out", "seeds"], "a dataset lies here, which would be lost"),
        (["good", "--out", "file"], "is not a directory"),
        (["good", "--out", "bad", "--defects", "-3"], "'-3' is not a number of at least 1"),
        (["good", "--out", "bad", "--defects", "0"], "'0' is not a number of at least 1"),
        (["good", "--out", "bad", "--kind", "phones"], "no such kind of fault; did you mean 'phone'?"),
        (["good", "--out", "bad", "--kind", "columns"], "such faults are not planted: this rule is about the columns"),
        (["good", "--out", "bad", "--seed", "x"], "argument --seed: 'x' is not a number"),
        (["good"], "the following arguments are required: --out"),
    ],
)
def test_what_cannot_be_done_is_said(
    arguments: list[str], told: str, minimal_dir: Path, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 2, one line that says why, no traceback, nothing written."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x", encoding="utf-8")
    shutil.copytree(minimal_dir, tmp_path / "good")
    shutil.copytree(minimal_dir, tmp_path / "built")
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "farmers.json").write_text("[]", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    before = contents(tmp_path)
    code, out, err = called(capsys, "corrupt", *arguments)
    assert (code, out) == (2, "")
    assert told in err
    assert "Traceback" not in err
    assert contents(tmp_path) == before


def test_faults_of_its_own(minimal_dir: Path, tmp_path: Path, capsys: Capture) -> None:
    """A dataset that has faults already is refused, as a fault in the data: the ledger could not tell them."""
    called(capsys, "corrupt", minimal_dir, "--out", tmp_path / "bad", "--defects", 3)
    code, _, err = called(capsys, "corrupt", tmp_path / "bad", "--out", tmp_path / "worse")
    assert code == 1
    assert "has faults already" in err
    assert not (tmp_path / "worse").exists()


def test_too_large(minimal_dir: Path, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """JSON that would not be held in memory is refused before it is read, with the way out."""
    good = shutil.copytree(minimal_dir / "json", tmp_path / "good")
    monkeypatch.setattr("demo_data.faults.size.MOST_BYTES", 100)
    monkeypatch.setattr("demo_data.faults.run.validate", None)
    code, out, err = called(capsys, "corrupt", good, "--out", tmp_path / "bad")
    assert (code, out) == (2, "")
    assert " MB of JSON, which is held in memory" in err
    assert "corrupt it as Parquet" in err
    assert not (tmp_path / "bad").exists()


def test_again_with_another_form_beside(minimal_dir: Path, tmp_path: Path, capsys: Capture) -> None:
    """A table beside ours that comes in another form takes the place of the one that was there."""
    source = shutil.copytree(minimal_dir, tmp_path / "source")
    (source / "prompts.json").write_text('[{"id": "p"}]', encoding="utf-8")
    assert called(capsys, "corrupt", source, "--out", tmp_path / "bad")[0] == 0
    (source / "prompts.json").unlink()
    (source / "prompts.jsonl").write_text('{"id": "p"}\n', encoding="utf-8")
    assert called(capsys, "corrupt", source, "--out", tmp_path / "bad")[0] == 0
    assert [name for name in names(tmp_path / "bad") if "prompts" in name] == ["prompts.jsonl"]
