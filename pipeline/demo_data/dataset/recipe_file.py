"""`recipe.json`: how a dataset was made. Here it is read, held to its shape, and written."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)
from pydantic_core import to_json

from demo_data.common.files import FileError, read_object
from demo_data.common.written import as_day
from demo_data.dataset.strict import Count, Strict, explained, require_known_format

FORMAT = 2
"""The newest form of a recipe: what this version writes, and the last that it reads."""

Scalar = bool | int | float | str


def _setting(value: object, checked: ValidatorFunctionWrapHandler) -> object:
    try:
        return checked(value)
    except ValidationError:
        raise ValueError("neither a number, a text, a truth value nor a mapping to such") from None


Day = Annotated[datetime.date, BeforeValidator(as_day)]


class Season(Strict):
    """Some days in which stories are told: the keys of who shows which."""

    model_config = ConfigDict(extra="forbid")

    first: Day
    last: Day
    stories: dict[str, list[str]]


def _kind(items: object) -> str:
    """What a list of scenarios is read as: seasons, or else keys."""
    seasons = isinstance(items, list) and items and isinstance(items[0], dict | Season)
    return "<seasons>" if seasons else "<keys>"


Scenarios = Annotated[
    Annotated[list[str], Tag("<keys>")] | Annotated[list[Season], Tag("<seasons>")], Discriminator(_kind)
]


class RecipeFile(Strict):
    """The resolved profile: every setting by section and name, the day that the world is born on, the days of history
    up to it, and the last day.

    `scenarios`: by table its seasons, oldest first. Format 1 knew no seasons, and told by scenario whose keys show it;
    nor did it tell `born`, which was the last day. Other people's recipes may tell `as_of` and `days` alone, and more
    than is known here.
    """

    model_config = ConfigDict(extra="allow")

    format: Count = FORMAT
    notice: str = ""
    profile: str = ""
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0
    born: Day | None = None
    as_of: Day
    days: Annotated[int, Field(ge=1)]
    settings: dict[str, dict[str, Annotated[Scalar | dict[str, Scalar], WrapValidator(_setting)]]] = Field(
        default_factory=dict
    )
    scenarios: dict[str, Scenarios] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _in_the_calendar(self) -> RecipeFile:
        if self.days > self.birth.toordinal():
            raise ValueError(f"days: {self.days} days up to {self.birth} begin before the calendar")
        if self.as_of < self.first_day:
            raise ValueError(f"as_of: {self.as_of} is before the history, which begins on {self.first_day}")
        return self

    @property
    def birth(self) -> datetime.date:
        """The day that the world is born on: the last day, where nothing else is said."""
        return self.born or self.as_of

    @property
    def first_day(self) -> datetime.date:
        """The first day of history."""
        return self.birth - datetime.timedelta(days=self.days - 1)

    @property
    def seasons(self) -> dict[str, list[Season]]:
        """The seasons by table, oldest first; of format 1 the whole history, of a table called ""."""
        known: dict[str, list[Season]] = {}
        flat: dict[str, list[str]] = {}
        for name, items in self.scenarios.items():
            known |= {name: seasons} if (seasons := [item for item in items if isinstance(item, Season)]) else {}
            flat |= {name: [item for item in items if isinstance(item, str)]} if not seasons else {}
        return known | ({"": [Season(first=self.first_day, last=self.as_of, stories=flat)]} if flat else {})

    @property
    def stories(self) -> dict[str, list[str]]:
        """The keys of who shows which story in the last season, of all tables."""
        return {name: keys for seasons in self.seasons.values() for name, keys in seasons[-1].stories.items()}

    def world(self, generator: str) -> str:
        """The world that this recipe and a version of the generator make: one hash, whatever the last day."""
        told = self.model_dump(mode="json", include={"seed", "days", "settings"})
        return world_hash({**told, "born": self.birth.isoformat()}, generator)

    def as_json(self) -> dict[str, Any]:
        """What it says, in plain values; nothing of what it does not say."""
        return self.model_dump(mode="json", exclude_unset=True)

    def text(self) -> str:
        """What stands in recipe.json."""
        return to_json(self.as_json(), indent=2).decode() + "\n"


def world_hash(settings: Mapping[str, Any], generator: str) -> str:
    """The hash of resolved settings but the last day (seed, born, days, by section the others), and of a version."""
    told = {key: settings[key] for key in ("seed", "born", "days", "settings")}
    return hashlib.sha256(json.dumps({**told, "generator": generator}, sort_keys=True).encode()).hexdigest()


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
    optional = {"born"} if recipe.format == 1 else set()
    if missing := [name for name in RecipeFile.model_fields if name not in recipe.model_fields_set | optional]:
        raise FileError(path, f"no whole recipe: lacks {', '.join(missing)}")
    return recipe
