from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.contract.changes.change import FARMER, SCALE, SIZE
from tests.contract.modules import changed, module
from tests.running import called

EXTRA = (
    "yours requires it, ours does not have it: give it a default "
    "(records of ours fail in yours, records of yours fail in ours)"
)
DRIFTED = (
    changed(SIZE, SIZE.replace("1000", "500"))
    .replace(FARMER, FARMER + "    nickname: str\n")
    .replace(SCALE, "")
    .replace("class Hours(Base):\n", "class Hours(Base):\n    sundays: str = ''\n")
)

CASES = {
    "missing module": ("{name}.models", None, "demo-data: No module named '{name}'; it was looked for in "),
    "missing module in a package": ("json.models", None, "demo-data: No module named 'json.models'; it was looked for"),
    "a path": ("my_app/models.py", None, "write it as in an import, my_app.models; did you mean 'my_app.models'?\n"),
    "a relative name": (".models", None, "demo-data: '.models' is no module's name"),
    "no models": ("{name}", "x = 1\n", "demo-data: {name} has no model of our names; looked for: GradingModel, Source"),
    "another kind of class": (
        "{name}",
        "class Farmer:\n    pass\n",
        "\ndemo-data: not compared, no models of Pydantic 2: Farmer\n",
    ),
    "raises": (
        "{name}",
        "def get():\n    return {{}}['farmers']\n\n\nget()\n",
        "demo-data: {name} cannot be imported: KeyError: 'farmers' ({name}.py:2)\n",
    ),
    "raises in a library": (
        "{name}",
        "import json\n\njson.loads('x')\n",
        "JSONDecodeError: Expecting value: line 1 column 1 (char 0) ({name}.py:3)\n",
    ),
    "does not parse": ("{name}", "x = = 1\n", "cannot be imported: SyntaxError: invalid syntax ({name}.py:1)\n"),
    "lacks a library": (
        "{name}",
        "import beany_odm\n",
        "cannot be imported: ModuleNotFoundError: No module named 'beany_odm' ({name}.py:1)\n",
    ),
    "exits": (
        "{name}",
        "import sys\nsys.exit(3)\n",
        "demo-data: {name} cannot be imported: SystemExit: 3 ({name}.py:2)\n",
    ),
    "builds an invalid record": (
        "{name}",
        "from demo_data.tea.values import GPS\n\nhere = GPS(lat=91, lng=0)\n",
        "ValidationError: GPS.lat: Input should be less than or equal to 90 ({name}.py:3)\n",
    ),
    "a class that is not whole": (
        "{name}",
        "from pydantic import BaseModel\n\n\nclass Farmer(BaseModel):\n    id: 'Nothing'\n",
        "demo-data: {name}.Farmer cannot be completed: PydanticUndefinedAnnotation: name 'Nothing' is not defined\n",
    ),
    "a name that cannot be had": (
        "{name}",
        "def __getattr__(name):\n    raise RuntimeError(f'no {{name}} today')\n",
        "demo-data: {name}.GradingModel cannot be imported: RuntimeError: no GradingModel today ({name}.py:2)\n",
    ),
}


@pytest.mark.parametrize(("called_as", "text", "says"), CASES.values(), ids=CASES.keys())
def test_modules_that_cannot_be_compared(
    called_as: str,
    text: str | None,
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What is wrong in the user's module is told in a line or two, with its place, without traceback; exit code 2."""
    monkeypatch.chdir(tmp_path)
    name = module(tmp_path, (text or "").format()) if text else "nowhere_models"
    code, out, err = called(capsys, "contract", called_as.format(name=name))

    assert (code, out) == (2, "")
    assert says.format(name=name) in err
    assert len(err.splitlines()) <= 2
    assert "Traceback" not in err


def test_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Findings stand a line each below their class; a class of another name is called by it; the last line counts."""
    monkeypatch.chdir(tmp_path)
    code, out, err = called(capsys, "contract", module(tmp_path, DRIFTED))
    lines = out.splitlines()

    assert (code, err) == (1, "")
    assert re.fullmatch(r"samples: \d+ records of 5 tables; yours reads \d+ of them, ours reads \d+ back", lines[-2])
    assert [*lines[lines.index("Farmer") : -2], lines[-1]] == [
        "Farmer",
        "  farm_size_hectares: upper bound is 500, ours is 1000.0 (records of ours above it fail in yours)",
        f"  nickname: {EXTRA}",
        "OperatingHours (yours: Hours)",
        "  sundays: yours only (records of yours fail in ours)",
        "FarmScale",
        "  estate: yours lacks it (records of ours with it fail in yours)",
        "4 differences",
    ]


def test_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """For machines, findings are a list of objects."""
    monkeypatch.chdir(tmp_path)
    code, out, err = called(
        capsys, "contract", module(tmp_path, changed(SIZE, SIZE.replace("1000", "500"))), "--format", "json"
    )

    assert (code, err) == (1, "")
    assert json.loads(out) == [
        {
            "class": "Farmer",
            "counterpart": "Farmer",
            "field": "farm_size_hectares",
            "kind": "bound",
            "ours": 1000.0,
            "theirs": 500,
            "breaks": ["ours-fail-in-yours"],
            "message": "upper bound is 500, ours is 1000.0 (records of ours above it fail in yours)",
        }
    ]
