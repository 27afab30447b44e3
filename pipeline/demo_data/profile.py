"""Profiles: how many, which seed, as of when, and what differs from the entities' own distributions.

A profile is a YAML file, in the domain's folder `profiles/` or anywhere. One strict class reads it; its sections
follow from the recipes, so every distribution that an entity states can be set, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, create_model

from demo_data.common.errors import UsageError, nearest
from demo_data.common.rendering import quoted, short
from demo_data.common.written import as_day, require_name
from demo_data.domain import Domain, default_domain
from demo_data.domain_check import profile_faults, require, table_faults
from demo_data.recipes.check import recipe_faults
from demo_data.recipes.distributions import Distribution, Weighted
from demo_data.recipes.growth import rows_ever
from demo_data.recipes.recipe import Count, Recipe

_STRICT = ConfigDict(extra="forbid", frozen=True)
Percentage = Annotated[float, Field(ge=0, le=100, strict=True)]
_SHARE = re.compile(r"[0-9]{1,3}(\.[0-9]{1,9})?%")


class Settings:
    """A resolved profile of a domain, by dotted path."""

    def __init__(self, domain: Domain, name: str, values: Mapping[str, Any]) -> None:
        self.domain = domain
        self.name = name
        self.values = dict(values)

    def __getitem__(self, path: str) -> Any:
        try:
            return self.values[path]
        except KeyError:
            raise KeyError(f"no setting is called {path!r}; {nearest(path, self.values)}") from None

    def as_json(self) -> dict[str, Any]:
        """The settings by section, as `recipe.json` shows them."""
        tree: dict[str, Any] = {}
        for path, value in self.values.items():
            section, _, key = path.rpartition(".")
            place = tree.setdefault(section, {}) if section else tree
            place[key] = value.isoformat() if isinstance(value, date) else value
        return tree


def load_profile(
    profile: str,
    *,
    seed: int | None = None,
    as_of: date | None = None,
    changes: Sequence[str] = (),
    domain: Domain | None = None,
) -> Settings:
    """The settings of a profile's name or a YAML path; `changes` are `key=value`, values as in YAML.

    Raises `UsageError` naming every fault by file, key and value.
    """
    from demo_data import profile_file  # which reads YAML: `Settings` alone need none

    domain = domain or default_domain()
    require(domain, table_faults, profile_faults, recipe_faults)
    path = profile_file.find(profile, domain)
    try:
        name = require_name(path.stem)
    except ValueError as error:
        raise UsageError(f"{path.name[:100]}: {error}") from None
    tree = profile_file.read(path, domain)
    own_day = tree.get("as_of")
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
    if tree.get("born") is None:
        tree["born"] = own_day or tree.get("as_of")
    given = (("--set", changes), ("--seed", seed is not None), ("--as-of", as_of is not None))
    source = " with ".join([profile_file.as_typed(path, domain), *(option for option, used in given if used)])
    try:
        checked = _profile_class(domain).model_validate(tree)
    except ValidationError as error:
        faults = [_message(_profile_class(domain), fault) for fault in error.errors()]
        faults += _conflicts(domain, _shared_out(domain, _sound(tree, error)))
        raise UsageError([f"{source}: {fault}" for fault in faults]) from None
    values = _shared_out(domain, _by_path(checked.model_dump()))
    if faults := [f"{source}: {fault}" for fault in _conflicts(domain, values)]:
        raise UsageError(faults)
    return Settings(domain, name, values)


def defaults(domain: Domain) -> dict[str, Any]:
    """What settings are where a profile says nothing, by dotted path; its days and its seed every profile says."""
    fields = _profile_class(domain).model_fields.items()
    optional = {name: field.get_default(call_default_factory=True) for name, field in fields if not field.is_required()}
    return _by_path({name: section.model_dump() for name, section in optional.items()})


@cache
def _profile_class(domain: Domain) -> type[BaseModel]:
    day = Annotated[date, Field(ge=domain.earliest, le=domain.latest), BeforeValidator(as_day)]
    fields: dict[str, Any] = {
        "seed": (Annotated[int, Field(ge=0, lt=2**63, strict=True)], ...),
        "as_of": (day, ...),
        "born": (day | None, ...),
        "days": (Annotated[int, Field(ge=1, le=domain.most_days, strict=True)], ...),
    }
    for table, recipe in domain.recipes.items():
        if keys := _fields(recipe):
            section = create_model(f"{table}_settings", __config__=_STRICT, **keys)
            fields[table] = (section, Field(default_factory=section))
    return create_model("Profile", __config__=_STRICT, **fields)


def _fields(recipe: Recipe) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if isinstance(recipe.count, Count) and recipe.within is None:
        fields["count"] = (Annotated[int, Field(ge=1, strict=True)], recipe.count.default)
        if recipe.count.joining is not None:
            fields["joining"] = (Percentage, recipe.count.joining)
    if recipe.id_prefix is not None:
        fields["id_prefix"] = (Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9-]{0,19}-$")], recipe.id_prefix)
    for name, words in recipe.options.items():
        fields[name] = (Annotated[str, Field(strict=True), AfterValidator(_one_of(words))], words[0])
    if recipe.scenarios:
        fields["scenarios"] = (Annotated[dict[str, Any], AfterValidator(_scenarios_of(recipe))], {})
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


def _one_of(words: Sequence[str]) -> Callable[[str], str]:
    def known(word: str) -> str:
        if word not in words:
            raise ValueError(f"is one of {', '.join(words)}; {nearest(word, words)}")
        return word

    return known


def _scenarios_of(recipe: Recipe) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def known(scenarios: dict[str, Any]) -> dict[str, Any]:
        faults = []
        for name, value in scenarios.items():
            if name not in recipe.scenarios:
                faults.append(f"{quoted(name)} is no scenario; {nearest(name, recipe.scenarios)}")
            elif not (_is_share(value) or (type(value) is int and value >= 0)):
                faults.append(
                    f"{name}: {quoted(value)} is neither a number of {recipe.table} nor a percentage like '10%'"
                )
        if faults:
            raise ValueError("; ".join(faults))
        return scenarios

    return known


def _is_share(value: Any) -> bool:
    return isinstance(value, str) and bool(_SHARE.fullmatch(value)) and float(value.removesuffix("%")) <= 100


def _by_path(tree: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in tree.items():
        values |= {f"{key}.{name}": below for name, below in value.items()} if isinstance(value, dict) else {key: value}
    return values


def _shared_out(domain: Domain, values: dict[str, Any]) -> dict[str, Any]:
    """Settings whose scenarios are numbers: percentages are rounded by largest remainder. Keys may be missing."""
    for table, recipe in domain.recipes.items():
        scenarios, rows = values.get(f"{table}.scenarios"), values.get(f"{table}.count")
        if recipe.scenarios and scenarios and rows:
            values[f"{table}.scenarios"] = _largest_remainder(scenarios, rows)
    return values


def _largest_remainder(scenarios: Mapping[str, int | str], rows: int) -> dict[str, int]:
    exact = {
        name: float(value.removesuffix("%")) * rows / 100 for name, value in scenarios.items() if isinstance(value, str)
    }
    whole = {name: int(share) for name, share in exact.items()}
    left = round(sum(exact.values())) - sum(whole.values())
    for name in sorted(exact, key=lambda name: whole[name] - exact[name])[:left]:
        whole[name] += 1
    return {name: whole[name] if name in whole else int(value) for name, value in scenarios.items()}


def _sound(tree: Mapping[str, Any], error: ValidationError) -> dict[str, Any]:
    """What the sections of a faulty profile say without a fault, by dotted path."""
    faulty = {".".join(map(str, fault["loc"][:2])) for fault in error.errors()}
    return {path: value for path, value in _by_path(tree).items() if "." in str(path) and path not in faulty}


def _conflicts(domain: Domain, values: Mapping[str, Any]) -> list[str]:
    """What each key allows and all together do not; keys may be missing."""
    faults = []
    born, as_of, days = (values.get(key) for key in ("born", "as_of", "days"))
    if born and as_of and days and as_of < (first := max(born - timedelta(days - 1), domain.earliest)):
        faults.append(f"as_of: {as_of} is before the history, which begins on {first} ({days} days up to {born})")
    for table, recipe in domain.recipes.items():
        rows, count = values.get(f"{table}.count"), recipe.count
        if rows and isinstance(count, Count) and count.most is not None:
            joining = values.get(f"{table}.joining") or 0
            if rows > count.most:
                faults.append(f"{table}.count: {rows} is more than {count.most} ({count.why})")
            elif joining and rows_ever(table, values) > count.most:
                faults.append(
                    f"{table}.count: {rows}, and {joining:g} % more in every year of a century ({table}.joining), are "
                    f"more than {count.most} ({count.why})"
                )
    if settings := domain.module("settings"):
        faults += settings.conflicts(values)
    for table, recipe in domain.recipes.items():
        rows, scenarios = values.get(f"{table}.count"), values.get(f"{table}.scenarios")
        if recipe.scenarios and rows and scenarios and sum(scenarios.values()) > rows:
            faults.append(f"{table}.scenarios: {sum(scenarios.values())} {table} are more than {table}.count ({rows})")
    return faults


def _message(profile: type[BaseModel], fault: Any) -> str:
    """One fault of Pydantic's, in a line: key, what is wrong, and the value."""
    place = [str(step) for step in fault["loc"]]
    key = ".".join(str(short(step, 60)) for step in place)
    if fault["type"] == "extra_forbidden":
        known: Any = profile.model_fields
        for step in place[:-1]:
            known = known[step].annotation.model_fields
        return f"{key}: unknown key; {nearest(place[-1], known)}"
    if fault["type"] == "missing":
        return f"{key}: is missing"
    if fault["type"] == "model_type":
        return f"{key}: is a section of keys (got {quoted(fault['input'])})"
    message = fault["msg"].removeprefix("Value error, ")
    given = fault["input"]
    return f"{key}: {message} (got {str(given) if isinstance(given, date) else quoted(given)})"
