"""Recipes are held to their shape, wherever they come from."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from demo_data.common.files import FileError
from demo_data.dataset.recipe_file import FORMAT, read_recipe, whole_recipe
from tests.hostile.odd_json import CHANGES

SOUND = {"a farmer twice", "escapes", "C1 escapes", "profile of escapes", "profile a megabyte", "as_of the last day"}
"""What has the shape, odd as it is; whether it is true, the checks tell."""


def test_our_own(minimal_dir: Path) -> None:
    """The program's own is read, and says what stands there."""
    path = minimal_dir / "recipe.json"
    told = json.loads(path.read_text())
    recipe = whole_recipe(path)

    assert recipe.as_json() == told
    assert recipe.text() == path.read_text("utf-8")
    assert recipe.first_day == recipe.as_of - datetime.timedelta(days=told["days"] - 1)


@pytest.mark.parametrize("name", [name for name in CHANGES["recipe.json"] if name not in SOUND])
def test_a_value_of_another_shape(name: str, minimal_dir: Path, tmp_path: Path) -> None:
    """It is told by its place."""
    values = CHANGES["recipe.json"][name]
    path = _changed(minimal_dir, tmp_path, values)
    for read in (read_recipe, whole_recipe):
        if name in ("a share a text", "a share of -4"):
            continue  # of the shape of a setting: see the checks
        with pytest.raises(FileError) as refused:
            read(path)
        assert refused.value.reason.startswith(("is no recipe: ", "not valid JSON: "))
        if "surrogate" not in name and name != "as_of the first day":
            assert next(iter(values)) in refused.value.reason


@pytest.mark.parametrize("name", sorted(SOUND))
def test_an_odd_value_of_the_shape(name: str, minimal_dir: Path, tmp_path: Path) -> None:
    """It is read."""
    whole_recipe(_changed(minimal_dir, tmp_path, CHANGES["recipe.json"][name]))


def test_others(tmp_path: Path) -> None:
    """Other people's recipes may tell two things alone; what makes a snapshot needs all of one."""
    path = tmp_path / "recipe.json"
    path.write_text('{"as_of": "2026-01-31", "days": 90}')
    recipe = read_recipe(path)

    assert recipe is not None
    assert (recipe.days, recipe.scenarios) == (90, {})
    with pytest.raises(
        FileError, match="no whole recipe: lacks format, notice, profile, seed, born, settings, scenarios"
    ):
        whole_recipe(path)
    with pytest.raises(FileError, match="no such file"):
        whole_recipe(tmp_path / "none.json")
    assert read_recipe(tmp_path / "none.json") is None


def test_more_than_is_known(tmp_path: Path) -> None:
    """What other people say besides stays in what the recipe says."""
    path = tmp_path / "recipe.json"
    path.write_text('{"as_of": "2026-01-31", "days": 90, "of": {"ours": [1, null]}}')
    recipe = read_recipe(path)

    assert recipe is not None
    assert recipe.as_json() == json.loads(path.read_text())


def test_newer(tmp_path: Path) -> None:
    """A recipe of a newer format is not read as if it were known."""
    path = tmp_path / "recipe.json"
    path.write_text(json.dumps({"format": FORMAT + 1, "as_of": "2026-01-31", "days": 90}))
    with pytest.raises(FileError, match=rf"of format {FORMAT + 1}, newer than this version knows \({FORMAT}\)"):
        read_recipe(path)


def _changed(source: Path, folder: Path, values: dict[str, Any]) -> Path:
    path = folder / "recipe.json"
    path.write_text(json.dumps(json.loads((source / "recipe.json").read_text()) | values))
    return path
