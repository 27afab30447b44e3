"""The commands that make and check a dataset, as somebody calls them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.running import called, contents, names


def test_default_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Without `--out` a dataset goes to `data/<profile>` below the working directory."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").write_text("extends: minimal\n")
    for profile in ("minimal", "mine.yaml"):
        assert called(capsys, "build", profile, "--quiet", "--no-json") == (0, "", "")

    assert names(tmp_path / "data") == ["mine", "minimal"]
    assert (tmp_path / "data" / "minimal" / "snapshot.json").is_file()


def test_the_options_of_build(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Seed, last day and settings of the command line reach the dataset, as if they stood in the profile."""
    (tmp_path / "mine.yaml").write_text('extends: minimal\nseed: 3\nas_of: "2026-03-31"\nfarmers: {count: 5}\n')
    options = ["--seed", 3, "--as-of", "2026-03-31", "--set", "farmers.count=5", "--quiet"]
    called(capsys, "build", tmp_path / "mine.yaml", "--quiet", "--out", tmp_path / "a")
    called(capsys, "build", "minimal", *options, "--out", tmp_path / "b")
    ours, theirs = contents(tmp_path / "a"), contents(tmp_path / "b")
    tables = [path for path in ours if path.startswith("json/")]

    assert len(tables) == 9
    assert [ours[path] for path in tables] == [theirs[path] for path in tables]


def test_the_steps_of_dvc(tmp_path: Path, minimal_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Level by level, then `json` and `snapshot`: what the stages do is what `build` does."""
    for level in range(6):
        assert called(capsys, "build", "minimal", "--level", level, "--quiet", "--out", tmp_path) == (0, "", "")
    assert called(capsys, "json", tmp_path) == (0, f"{tmp_path / 'json'}: written\n", "")
    code, out, err = called(capsys, "snapshot", "write", tmp_path)

    assert (code, err) == (0, "")
    assert f"demo-data show {tmp_path}" in out
    assert contents(tmp_path) == contents(minimal_dir)


def test_validate(tmp_path: Path, minimal_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`validate` says what it found, in lines; with `--quiet` only what is wrong."""
    code, out, err = called(capsys, "validate", minimal_dir)

    assert (code, err) == (0, "")
    assert out.startswith(f"{minimal_dir}: 9 tables")
    assert called(capsys, "validate", minimal_dir, "--quiet") == (0, "", "")


def test_validate_report(tmp_path: Path, minimal_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The report of a validation is a file of JSON; where it cannot be written, that is told."""
    code, _, _ = called(capsys, "validate", minimal_dir, "--quiet", "--report", tmp_path / "validation.json")

    assert code == 0
    assert '"ok": true' in (tmp_path / "validation.json").read_text()
    code, _, err = called(capsys, "validate", minimal_dir, "--quiet", "--report", tmp_path / "no" / "where.json")
    assert code == 2
    assert f"{tmp_path}/no/where.json" in err


def test_findings(tmp_path: Path, minimal_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Faults in data give exit code 1, and are told."""
    text = (
        (minimal_dir / "json" / "farmers.json").read_text().replace('"sms"', '"smoke"').replace('"whatsapp"', '"smoke"')
    )
    (tmp_path / "farmers.json").write_text(text)
    code, out, _ = called(capsys, "validate", tmp_path, "--quiet")

    assert code == 1
    assert "smoke" in out
    assert "farmers.json" in out


def test_dashes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """`--out=--` is a directory of that name, and so is what follows `--`."""
    monkeypatch.chdir(tmp_path)

    assert called(capsys, "build", "minimal", "--quiet", "--no-json", "--out=--") == (0, "", "")
    assert names(tmp_path) == ["--"]
    assert called(capsys, "snapshot", "verify", "--quiet", "--", "--") == (0, "", "")
