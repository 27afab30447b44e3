"""Profiles: how many, which seed, as of when, and what differs from the entities' own distributions.

A profile is a YAML file, in `pipeline/profiles/` or anywhere. One strict class reads it; its sections follow from the
recipes, so every distribution that an entity states can be set, and nothing else.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, create_model

from pipeline.entities.farmer import NATIONAL_IDS
from pipeline.entities.phones import SHARE, capacity
from pipeline.entities.quality import SCENARIOS
from pipeline.entities.tables import RECIPES
from pipeline.errors import UsageError, nearest
from pipeline.kenya.places import counties
from pipeline.spec.distributions import Distribution, Weighted
from pipeline.spec.recipe import Recipe

FOLDER = Path(__file__).parent / "profiles"
MAX_DAYS = 20_000
"""A farmer's deliveries are numbered with four digits, at least seven days apart."""

EARLIEST = datetime.date(2011, 1, 1)
"""Reference rows are on record since 2010, and nothing in a world is later than its last day."""

LATEST = datetime.date(2100, 12, 31)

_STRICT = ConfigDict(extra="forbid", frozen=True)
Percentage = Annotated[float, Field(ge=0, le=100, strict=True)]


class _Top(BaseModel):
    """What belongs to no table."""

    model_config = _STRICT

    seed: Annotated[int, Field(ge=0, lt=2**63, strict=True)]
    as_of: Annotated[datetime.date, Field(ge=EARLIEST, le=LATEST)]
    days: Annotated[int, Field(ge=1, le=MAX_DAYS, strict=True)]


class Settings:
    """A resolved profile by dotted path."""

    def __init__(self, name: str, values: Mapping[str, Any]) -> None:
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


def profile_names() -> list[str]:
    """The profiles that come with the package."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def load_profile(
    profile: str, *, seed: int | None = None, as_of: datetime.date | None = None, changes: Sequence[str] = ()
) -> Settings:
    """The settings of a profile's name or a YAML path; `changes` are `key=value`, values as in YAML.

    Raises `UsageError` naming every fault by file, key and value.
    """
    path = _find(profile)
    tree = _read(path, ())
    for change in changes:
        key, equals, text = change.partition("=")
        if not (equals and key):
            raise UsageError(f"--set {change}: write it as key=value, like farmers.count=1000")
        _put(tree, key.split("."), _parsed(text, f"--set {change}"), change)
    for key, value in (("seed", seed), ("as_of", as_of)):
        if value is not None:
            tree[key] = value
    given = (("--set", changes), ("--seed", seed is not None), ("--as-of", as_of is not None))
    source = " with ".join([_shown(path), *(name for name, used in given if used)])
    try:
        checked = _profile_class().model_validate(tree)
    except ValidationError as error:
        told = [_told(fault) for fault in error.errors()]
        told += _impossible(_sound(tree, error))
        raise UsageError([f"{source}: {fault}" for fault in told]) from None
    settings = Settings(path.stem, _flat(checked))
    faults = [f"{source}: {fault}" for fault in _impossible(settings.values)]
    if faults:
        raise UsageError(faults)
    return settings


def _find(profile: str) -> Path:
    named = FOLDER / f"{profile}.yaml"
    if "/" not in profile and named.is_file():
        return named
    path = Path(profile)
    if path.suffix in (".yaml", ".yml"):
        if path.is_file():
            return path
        raise UsageError(f"{path}: no such profile file")
    raise UsageError(f"no profile is called {profile!r}; {nearest(profile, profile_names())}")


def _shown(path: Path) -> str:
    """The path as a person would type it from here."""
    for folder in (Path.cwd(), FOLDER.parent.parent):
        if path.is_relative_to(folder):
            return str(path.relative_to(folder))
    return str(path)


def _read(path: Path, above: tuple[Path, ...]) -> dict[str, Any]:
    if path.resolve() in above:
        raise UsageError(f"{_shown(path)}: profiles extend each other in a circle")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{_shown(path)}: cannot be read: {error}") from None
    tree = _parsed(text, _shown(path))
    if not isinstance(tree, dict):
        raise UsageError(f"{_shown(path)}: a profile is a mapping of keys, not {type(tree).__name__}")
    base = tree.pop("extends", None)
    if base is None:
        return tree
    if not isinstance(base, str):
        raise UsageError(f"{_shown(path)}: extends: name one profile, not {base!r}")
    beside = path.parent / base
    try:
        below = beside if beside.is_file() else _find(base)
    except UsageError as error:
        raise UsageError(f"{_shown(path)}: extends: {error}") from None
    return _merged(_read(below, (*above, path.resolve())), tree)


def _merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Sections are merged key by key; a table of weights replaces the whole table."""
    merged = dict(base)
    for key, value in over.items():
        old = merged.get(key)
        merged[key] = {**old, **value} if isinstance(old, dict) and isinstance(value, dict) else value
    return merged


class _Loader(yaml.SafeLoader):
    """YAML in which a date is text, so that a wrong one is told by its key like any other fault."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _parsed(text: str, source: str) -> Any:
    try:
        return yaml.load(text, _Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" line {mark.line + 1}:" if mark else ""
        raise UsageError(f"{source}:{line} not valid YAML: {getattr(error, 'problem', error)}") from None
    except (ValueError, LookupError, AttributeError) as error:  # an explicit tag that does not fit, such as `!!int x`
        raise UsageError(f"{source}: not valid YAML: {error}") from None


def _put(tree: dict[str, Any], keys: list[str], value: Any, change: str) -> None:
    for place, key in enumerate(keys[:-1]):
        below = tree.get(key) or {}
        if not isinstance(below, dict):
            raise UsageError(f"--set {change}: {'.'.join(keys[: place + 1])} has no keys below it")
        tree[key] = tree = dict(below)
    tree[keys[-1]] = value


@cache
def _profile_class() -> type[BaseModel]:
    sections: dict[str, Any] = {}
    for table, recipe in RECIPES.items():
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
            faults = [f"{word!r} is not one of its values; {nearest(word, options)}" for word in unknown]
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
            faults.append(f"{name!r} is no scenario; {nearest(name, SCENARIOS)}")
        elif not (_is_share(value) or (type(value) is int and value >= 0)):
            faults.append(f"{name}: {value!r} is neither a number of farmers nor a percentage like '10%'")
    if faults:
        raise ValueError("; ".join(faults))
    return scenarios


def _is_share(value: Any) -> bool:
    if not (isinstance(value, str) and value.endswith("%")):
        return False
    try:
        return 0 <= float(value.removesuffix("%")) <= 100
    except ValueError:
        return False


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


def _told(fault: Any) -> str:
    """One fault of Pydantic's, in a line: key, what is wrong, and the value."""
    place = [str(step) for step in fault["loc"]]
    key = ".".join(place)
    if fault["type"] == "extra_forbidden":
        known: Any = _profile_class().model_fields
        for step in place[:-1]:
            known = known[step].annotation.model_fields
        return f"{key}: unknown key; {nearest(place[-1], known)}"
    if fault["type"] == "missing":
        section: Any = _profile_class().model_fields[place[0]].annotation
        below = getattr(section, "model_fields", {}) if len(place) == 1 else {}
        needed = [f"{key}.{name}" for name, field in below.items() if field.is_required()]
        return f"{', '.join(needed) or key}: is missing"
    if fault["type"] == "model_type":
        return f"{key}: is a section of keys (got {fault['input']!r})"
    message = fault["msg"].removeprefix("Value error, ")
    given = fault["input"]
    return f"{key}: {message} (got {str(given) if isinstance(given, datetime.date) else repr(given)})"
