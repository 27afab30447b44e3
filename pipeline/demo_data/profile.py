"""Profiles: how many, which seed, as of when, and what differs from the entities' own distributions.

A profile is a YAML file, in the domain's folder `profiles/` or anywhere. One strict class reads it; its sections
follow from the recipes, so every distribution that an entity states can be set, and nothing else.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, create_model

from demo_data import profile_file
from demo_data.common.errors import UsageError, nearest
from demo_data.common.rendering import short
from demo_data.common.written import day, require_name
from demo_data.domain import Domain, default_domain
from demo_data.profile_file import quoted
from demo_data.recipes.distributions import Distribution, Weighted
from demo_data.recipes.recipe import Recipe
from demo_data.tea.documents.quality import SCENARIOS
from demo_data.tea.farmers.recipe import NATIONAL_IDS
from demo_data.tea.kenya.places import counties
from demo_data.tea.phones import SHARE, capacity

MAX_DAYS = 20_000
"""A farmer's deliveries are numbered with four digits, at least seven days apart."""

EARLIEST = datetime.date(2011, 1, 1)
"""Reference rows are on record since 2010, and nothing in a world is later than its last day."""

LATEST = datetime.date(2100, 12, 31)

_STRICT = ConfigDict(extra="forbid", frozen=True)
Percentage = Annotated[float, Field(ge=0, le=100, strict=True)]
_SHARE = re.compile(r"[0-9]{1,3}(\.[0-9]{1,9})?%")


def _day(value: object) -> object:
    """A date, or a text that is one: never a number that could be seconds."""
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value
    if isinstance(value, str):
        return day(value)
    raise ValueError("is a date, written as 2026-01-31")


class _Top(BaseModel):
    """What belongs to no table."""

    model_config = _STRICT

    seed: Annotated[int, Field(ge=0, lt=2**63, strict=True)]
    as_of: Annotated[datetime.date, Field(ge=EARLIEST, le=LATEST), BeforeValidator(_day)]
    days: Annotated[int, Field(ge=1, le=MAX_DAYS, strict=True)]


class Settings:
    """A resolved profile of a domain, by dotted path."""

    def __init__(self, domain: Domain, name: str, values: Mapping[str, Any]) -> None:
        self.domain = domain
        self.name = name
        self.values = dict(values)

    def __getitem__(self, path: str) -> Any:
        return self.values[path]

    def as_json(self) -> dict[str, Any]:
        """The settings by section, as `recipe.json` shows them."""
        tree: dict[str, Any] = {}
        for path, value in self.values.items():
            section, _, key = path.rpartition(".")
            place = tree.setdefault(section, {}) if section else tree
            place[key] = value.isoformat() if isinstance(value, datetime.date) else value
        return tree


def load_profile(
    profile: str,
    *,
    seed: int | None = None,
    as_of: datetime.date | None = None,
    changes: Sequence[str] = (),
    domain: Domain | None = None,
) -> Settings:
    """The settings of a profile's name or a YAML path; `changes` are `key=value`, values as in YAML.

    Raises `UsageError` naming every fault by file, key and value.
    """
    domain = domain or default_domain()
    path = profile_file.find(profile)
    try:
        name = require_name(path.stem)
    except ValueError as error:
        raise UsageError(f"{path.name[:100]}: {error}") from None
    tree = profile_file.read(path)
    faults: list[str] = []
    for change in changes:
        try:
            profile_file.put(tree, change)
        except UsageError as error:
            faults += error.messages
    if faults:
        raise UsageError(faults)
    for key, value in (("seed", seed), ("as_of", as_of)):
        if value is not None:
            tree[key] = value
    given = (("--set", changes), ("--seed", seed is not None), ("--as-of", as_of is not None))
    source = " with ".join([profile_file.shown(path), *(option for option, used in given if used)])
    try:
        checked = _profile_class(domain).model_validate(tree)
    except ValidationError as error:
        told = [_told(_profile_class(domain), fault) for fault in error.errors()]
        told += _impossible(_sound(tree, error))
        raise UsageError([f"{source}: {fault}" for fault in told]) from None
    settings = Settings(domain, name, _flat(checked))
    faults = [f"{source}: {fault}" for fault in _impossible(settings.values)]
    if faults:
        raise UsageError(faults)
    return settings


@cache
def _profile_class(domain: Domain) -> type[BaseModel]:
    sections: dict[str, Any] = {}
    for table, recipe in domain.recipes.items():
        fields = _fields(recipe)
        if fields:
            section = create_model(f"{table}_settings", __config__=_STRICT, **fields)
            required = any(default is ... for _, default in fields.values())
            sections[table] = (section, ... if required else Field(default_factory=section))
    return create_model("Profile", __base__=_Top, **sections)


def _fields(recipe: Recipe) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if recipe.count is None and recipe.within is None:
        fields["count"] = (Annotated[int, Field(ge=1, strict=True)], ...)
    if recipe.id_prefix is not None:
        fields["id_prefix"] = (Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9-]{0,19}-$")], recipe.id_prefix)
    if recipe.table == "farmers":
        fields["scenarios"] = (Annotated[dict[str, Any], AfterValidator(_known_scenarios)], {})
    for name, distribution in recipe.drawn.items():
        if distribution.settable:
            fields[name] = _setting(distribution)
    return fields


def _setting(distribution: Distribution) -> tuple[Any, Any]:
    if isinstance(distribution, Weighted):
        options = list(distribution.weights)

        def whole(weights: dict[str, float]) -> dict[str, float]:
            unknown = [word for word in weights if word not in options]
            faults = [f"{quoted(word)} is not one of its values; {nearest(word, options)}" for word in unknown]
            if abs(sum(weights.values()) - 100) > 1e-9:
                faults.append(f"percentages must sum to 100, not {sum(weights.values()):g}")
            if faults:
                raise ValueError("; ".join(faults))
            return {word: weights.get(word, 0) for word in options}

        return Annotated[dict[str, Percentage], AfterValidator(whole)], dict(distribution.weights)
    percent: float = distribution.percent  # type: ignore[attr-defined]
    return Percentage, percent


def _known_scenarios(scenarios: dict[str, Any]) -> dict[str, Any]:
    faults = []
    for name, value in scenarios.items():
        if name not in SCENARIOS:
            faults.append(f"{quoted(name)} is no scenario; {nearest(name, SCENARIOS)}")
        elif not (_is_share(value) or (type(value) is int and value >= 0)):
            faults.append(f"{name}: {quoted(value)} is neither a number of farmers nor a percentage like '10%'")
    if faults:
        raise ValueError("; ".join(faults))
    return scenarios


def _is_share(value: Any) -> bool:
    return isinstance(value, str) and bool(_SHARE.fullmatch(value)) and float(value.removesuffix("%")) <= 100


def _flat(profile: BaseModel) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key in type(profile).model_fields:
        value = getattr(profile, key)
        if isinstance(value, BaseModel):
            values |= {f"{key}.{name}": getattr(value, name) for name in type(value).model_fields}
        else:
            values[key] = value
    values["farmers.scenarios"] = _shared_out(values["farmers.scenarios"], values["farmers.count"])
    return values


def _shared_out(scenarios: Mapping[str, int | str], farmers: int) -> dict[str, int]:
    """Numbers stay; percentages of all farmers are rounded by largest remainder."""
    exact = {
        name: float(value.removesuffix("%")) * farmers / 100
        for name, value in scenarios.items()
        if isinstance(value, str)
    }
    whole = {name: int(share) for name, share in exact.items()}
    left = round(sum(exact.values())) - sum(whole.values())
    for name in sorted(exact, key=lambda name: whole[name] - exact[name])[:left]:
        whole[name] += 1
    return {name: whole[name] if name in whole else int(value) for name, value in scenarios.items()}


def _sound(tree: Mapping[str, Any], error: ValidationError) -> dict[str, Any]:
    """The keys without a fault of a faulty profile, by dotted path."""
    faulty = {fault["loc"][:2] for fault in error.errors()}
    values = {
        f"{section}.{key}": value
        for section, below in tree.items()
        if isinstance(below, dict)
        for key, value in below.items()
        if (section, key) not in faulty
    }
    if "farmers.scenarios" in values and "farmers.count" in values:
        values["farmers.scenarios"] = _shared_out(values["farmers.scenarios"], values["farmers.count"])
    return values


def _impossible(values: Mapping[str, Any]) -> list[str]:
    """What each key allows and all together do not; keys may be missing."""
    limits = {
        "regions.count": (len(counties()), "one highland region per tea county that is known"),
        "factories.count": (SHARE, "the phone numbers kept for factories"),
        "collection_points.count": (SHARE, "the phone numbers kept for clerks"),
        "farmers.count": (min(NATIONAL_IDS, capacity()), "the national IDs with eight digits"),
    }
    faults = [
        f"{key}: {values[key]} is more than {limit} ({why})"
        for key, (limit, why) in limits.items()
        if key in values and values[key] > limit
    ]
    points, factories = values.get("collection_points.count"), values.get("factories.count")
    if points and factories and points < factories:
        faults.append(
            f"collection_points.count: {points} is less than factories.count ({factories}); "
            "every factory needs a collection point"
        )
    farmers, scenarios = values.get("farmers.count"), values.get("farmers.scenarios")
    if farmers and scenarios and sum(scenarios.values()) > farmers:
        faults.append(f"farmers.scenarios: {sum(scenarios.values())} farmers are more than farmers.count ({farmers})")
    return faults


def _told(profile: type[BaseModel], fault: Any) -> str:
    """One fault of Pydantic's, in a line: key, what is wrong, and the value."""
    place = [str(step) for step in fault["loc"]]
    key = ".".join(str(short(step, 60)) for step in place)
    if fault["type"] == "extra_forbidden":
        known: Any = profile.model_fields
        for step in place[:-1]:
            known = known[step].annotation.model_fields
        return f"{key}: unknown key; {nearest(place[-1], known)}"
    if fault["type"] == "missing":
        section: Any = profile.model_fields[place[0]].annotation
        below = getattr(section, "model_fields", {}) if len(place) == 1 else {}
        needed = [f"{key}.{name}" for name, field in below.items() if field.is_required()]
        return f"{', '.join(needed) or key}: is missing"
    if fault["type"] == "model_type":
        return f"{key}: is a section of keys (got {quoted(fault['input'])})"
    message = fault["msg"].removeprefix("Value error, ")
    given = fault["input"]
    return f"{key}: {message} (got {str(given) if isinstance(given, datetime.date) else quoted(given)})"
