"""`recipe.json`: how a dataset was made. What other programs may have put there is held to its shape, strictly."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from demo_data.common.files import FileError, read_object
from demo_data.common.written import day

Scalar = bool | int | float | str


def _day(value: object) -> object:
    """A day as ISO 8601's extended format has it, and nothing else that Python would take for one."""
    if not isinstance(value, str):
        raise ValueError("a day is a text like 2026-01-31")
    return day(value)


class RecipeFile(BaseModel):
    """The last day, the days of history, and where they are told the profile with every setting, and who has which
    scenario (ids of farmers).
    """

    model_config = ConfigDict(strict=True, frozen=True, allow_inf_nan=False)

    as_of: Annotated[datetime.date, BeforeValidator(_day)]
    days: Annotated[int, Field(ge=1)]
    profile: str = ""
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0
    settings: dict[str, dict[str, Scalar | dict[str, Scalar]]] = {}
    scenarios: dict[str, list[str]] = {}

    @model_validator(mode="after")
    def _in_the_calendar(self) -> RecipeFile:
        if self.days > self.as_of.toordinal():
            raise ValueError(f"days: {self.days} days up to {self.as_of} begin before the calendar")
        return self

    @property
    def first_day(self) -> datetime.date:
        """The first day of history."""
        return self.as_of - datetime.timedelta(days=self.days - 1)


def read_recipe(path: Path) -> RecipeFile | None:
    """The recipe in a file, if there is one; other people's may tell as_of and days alone. Raises `FileError`."""
    found = read_object(path)
    return None if found is None else _checked(path, found)


def whole_recipe(path: Path) -> RecipeFile:
    """The recipe in a file, all of it there. Raises `FileError`."""
    recipe = read_recipe(path)
    if recipe is None:
        raise FileError(path, "no such file")
    if missing := [name for name in RecipeFile.model_fields if name not in recipe.model_fields_set]:
        raise FileError(path, f"no whole recipe: lacks {', '.join(missing)}")
    return recipe


def recipe_object(path: Path) -> dict[str, Any]:
    """What a recipe says, as it stands, once its shape has held; empty where there is none. Raises `FileError`."""
    found = read_object(path)
    if found is None:
        return {}
    _checked(path, found)
    return found


def _checked(path: Path, found: dict[str, Any]) -> RecipeFile:
    try:
        return RecipeFile.model_validate(found)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False, include_context=False)
        told = dict.fromkeys(_told(fault["loc"], fault["msg"]) for fault in faults)
        more = f"; and {len(told) - 3:,} more" if len(told) > 3 else ""
        raise FileError(path, f"is no recipe: {'; '.join([*told][:3])}{more}") from None


def _told(place: tuple[int | str, ...], message: str) -> str:
    """A fault in a line: where, and what. Of a setting, not which of its kinds had been tried last."""
    of_setting = place[:1] == ("settings",) and len(place) > 2
    where = ".".join(repr(step)[1:-1][:40] if isinstance(step, str) else str(step) for step in place[:3])
    said = "neither a number, a text, a truth value nor a mapping to such" if of_setting else message
    return f"{where}: {said.removeprefix('Value error, ')}" if where else said.removeprefix("Value error, ")
