"""`recipe.json`: how a dataset was made. Here it is read, held to its shape, and written."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)

from demo_data.common.files import FileError, read_object
from demo_data.common.written import as_day
from demo_data.dataset.strict import Count, Strict, explained, require_known_format

FORMAT = 1
"""The newest form of a recipe: what this version writes, and the last that it reads."""

Scalar = bool | int | float | str


def _setting(value: object, checked: ValidatorFunctionWrapHandler) -> object:
    try:
        return checked(value)
    except ValidationError:
        raise ValueError("neither a number, a text, a truth value nor a mapping to such") from None


class RecipeFile(Strict):
    """The resolved profile: every setting by section and name, the last day, the days of history up to it.

    `scenarios`: the keys of who shows which story. Other people's recipes may tell `as_of` and `days` alone, and more
    than is known here.
    """

    model_config = ConfigDict(extra="allow")

    format: Count = FORMAT
    notice: str = ""
    profile: str = ""
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0
    as_of: Annotated[datetime.date, BeforeValidator(as_day)]
    days: Annotated[int, Field(ge=1)]
    settings: dict[str, dict[str, Annotated[Scalar | dict[str, Scalar], WrapValidator(_setting)]]] = Field(
        default_factory=dict
    )
    scenarios: dict[str, list[str]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _in_the_calendar(self) -> RecipeFile:
        if self.days > self.as_of.toordinal():
            raise ValueError(f"days: {self.days} days up to {self.as_of} begin before the calendar")
        return self

    @property
    def first_day(self) -> datetime.date:
        """The first day of history."""
        return self.as_of - datetime.timedelta(days=self.days - 1)

    def as_json(self) -> dict[str, Any]:
        """What it says, in plain values; nothing of what it does not say."""
        return self.model_dump(mode="json", exclude_unset=True)

    def text(self) -> str:
        """What stands in recipe.json."""
        return json.dumps(self.as_json(), indent=2, ensure_ascii=False) + "\n"


def read_recipe(path: Path) -> RecipeFile | None:
    """The recipe in a file, if there is one; other people's may tell as_of and days alone. Raises `FileError`."""
    content = read_object(path)
    if content is None:
        return None
    require_known_format(content, FORMAT, path)
    try:
        return RecipeFile.model_validate(content)
    except ValidationError as error:
        raise FileError(path, f"is no recipe: {explained(error)}") from None


def whole_recipe(path: Path) -> RecipeFile:
    """The recipe in a file, all of it there. Raises `FileError`."""
    recipe = read_recipe(path)
    if recipe is None:
        raise FileError(path, "no such file")
    if missing := [name for name in RecipeFile.model_fields if name not in recipe.model_fields_set]:
        raise FileError(path, f"no whole recipe: lacks {', '.join(missing)}")
    return recipe
