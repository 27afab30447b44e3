"""`demo-data dvc --as-of`: a last day for all profiles, which params.yaml keeps and the stages pass on."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from demo_data.tea import DOMAIN
from tests.running import called, names


def test_as_of_a_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A day in params.yaml is passed on by the stages that make tables, and nothing else changes; `own` undoes it."""
    monkeypatch.chdir(tmp_path)
    params, pipeline = tmp_path / "params.yaml", tmp_path / "dvc.yaml"
    params.write_text("profiles: [minimal, demo]\n")
    assert called(capsys, "dvc")[0] == 0
    plain = pipeline.read_text()

    code, out, _ = called(capsys, "dvc", "--as-of", "2026-03-31")
    assert (code, out) == (0, "params.yaml: as of 2026-03-31\ndvc.yaml: written\n")
    assert yaml.safe_load(params.read_text()) == {"profiles": ["minimal", "demo"], "as_of": "2026-03-31"}
    dated, before = yaml.safe_load(pipeline.read_text()), yaml.safe_load(plain)
    for number in range(len(DOMAIN.levels)):
        before["stages"][f"level-{number}"]["cmd"] += " --as-of ${as_of}"
    assert dated == before
    again = pipeline.read_text()
    assert called(capsys, "dvc")[0] == 0
    assert pipeline.read_text() == again

    assert called(capsys, "dvc", "--as-of", "own")[0] == 0
    assert (params.read_text(), pipeline.read_text()) == ("profiles: [minimal, demo]\n", plain)


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2026-02-30", ["argument --as-of: '2026-02-30' is no date (day is out of range for month)"]),
        ("tomorrow", ["argument --as-of: 'tomorrow' is no date"]),
        ("2025-11-02", ["as_of: 2025-11-02 is before the history, which begins on 2025-11-03"] * 2),
    ],
)
def test_as_of_no_day(
    day: str, told: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A day that there is not, or that a profile cannot be as of, is told, and nothing is written."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "params.yaml").write_text("profiles: [minimal, demo]\n")

    code, out, err = called(capsys, "dvc", "--as-of", day)

    lines = [line for line in err.splitlines() if not line.startswith("usage:")]
    assert (code, out, len(lines)) == (2, "", len(told))
    assert all(part in line for part, line in zip(told, lines, strict=True))
    assert names(tmp_path) == ["params.yaml"]
    assert (tmp_path / "params.yaml").read_text() == "profiles: [minimal, demo]\n"
