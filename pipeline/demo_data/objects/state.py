"""What a domain's objects depend on besides their row: seed, last day, profile, registry, how many were made before.

All of it can be replaced for a while: see `isolated_factories`.
"""

from __future__ import annotations

import datetime
import os
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from demo_data.common.clock import today
from demo_data.domain import Domain, default_domain
from demo_data.objects.columns import reach
from demo_data.objects.registry import FKRegistry
from demo_data.profile import load_profile
from demo_data.recipes.recipe import Count


@dataclass
class Made:
    """How many objects of one table were made: in all, and by (field, key) with that key in that field.

    `registered` of them were in the registry; they count by the fields that were `looked_at`. `notes` are what
    their class has noted of objects by key, until they are registered.
    """

    rows: int = 0
    below: Counter[tuple[str, Any]] = field(default_factory=Counter)
    registered: int = 0
    looked_at: set[str] = field(default_factory=set)
    notes: dict[Any, Any] = field(default_factory=dict)


@dataclass
class State:
    """The state of a domain's Polyfactory classes. `seeds` holds those of single classes; None: none is set."""

    domain: Domain
    registry: FKRegistry = field(init=False)
    profile: Mapping[str, Any] | None = None
    as_of: datetime.date | None = None
    seed: int | None = None
    seeds: dict[type, int] = field(default_factory=dict)
    made: defaultdict[str, Made] = field(default_factory=lambda: defaultdict(Made))
    unregistered: dict[tuple[str, Any], Any] = field(default_factory=dict)
    """By table and key, records that were passed and are not registered."""
    prefetched: dict[type, Any] = field(default_factory=dict)
    """Records that single classes have made for calls to come."""
    kept: dict[type, tuple[Any, Any]] = field(default_factory=dict)
    """What single classes have worked out of the registry, with what it depends on."""
    entropy: int = field(default_factory=lambda: int.from_bytes(os.urandom(7), "little"))
    """The seed of those who set none: another one in every process."""

    def __post_init__(self) -> None:
        self.registry = FKRegistry(self.domain)

    def seed_of(self, factory: type) -> int:
        """The seed of a class's objects: its own or a base's, else the common one, the profile's, or the process's."""
        for base in factory.__mro__:
            own = self.seeds.get(base, base.__dict__.get("__random_seed__"))
            if own is not None:
                return int(own)
        if self.seed is not None:
            return self.seed
        return int(self.profile["seed"]) if self.profile else self.entropy

    def last_day(self, factory: type) -> datetime.date:
        """The day that is today for a class's objects: the profile's, or the default's where there is only a seed."""
        if self.as_of:
            return self.as_of
        seeded = self.seed_of(factory) != self.entropy
        day: datetime.date = (self.profile or plain_settings(self.domain))["as_of"]
        return day if seeded else max(today(), self.domain.earliest)

    def settings(self, factory: type) -> dict[str, Any]:
        """The settings of a class's objects: the profile's, or those of the recipes' own distributions."""
        own = {"seed": self.seed_of(factory), "as_of": self.last_day(factory)}
        if self.profile is None:
            own["born"] = own["as_of"]
        return dict(self.profile or plain_settings(self.domain)) | own

    def start_again(self, table: str | None = None) -> None:
        """Forget how many objects of a table, or of every table, were made, and what was prefetched."""
        if table is None:
            self.made.clear()
        else:
            self.made.pop(table, None)
        self.prefetched.clear()

    def go_on_after(self, registry: FKRegistry) -> None:
        """Share this registry, and number new objects after those that are in it.

        Rows of tables that a profile does not count tell of their parents, so they are numbered as ever.
        """
        self.registry = registry
        for table, recipe in self.domain.recipes.items():
            if isinstance(recipe.count, Count) and not recipe.within:
                self.made[table].rows = self.made[table].registered = len(registry.ids(table))

    def below(self, table: str, name: str) -> Counter[tuple[str, Any]]:
        """The count of a table's objects so far by keys, that by `name` among them: a foreign key, or the own one."""
        made = self.made[table]
        if made.registered and name not in made.looked_at:
            made.looked_at.add(name)
            keys = self.registry.ids(table)[: made.registered]
            if name not in self.domain.key_fields(table):
                keys = [reach(record, name) for key in keys if (record := self.registry.record(table, key))]
            made.below.update((name, key) for key in keys)
        return made.below


def _others(domain: Domain) -> list[Any]:
    """What a domain has seeded along with its objects."""
    homes = [place.partition(":") for place in domain.seeded]
    return [getattr(domain.module(module), name) for module, _, name in homes]


@cache
def plain_settings(domain: Domain) -> Mapping[str, Any]:
    """The settings where no profile is set: the default one's, without its scenarios, and nothing joins."""
    recipes = domain.recipes.items()
    none: dict[str, Any] = {f"{table}.scenarios": {} for table, recipe in recipes if recipe.scenarios}
    none |= {
        f"{table}.joining": 0.0
        for table, recipe in recipes
        if isinstance(recipe.count, Count) and recipe.count.joining is not None
    }
    return load_profile(domain.default_profile, domain=domain).values | none


_states: dict[Domain, State] = {}


def current(domain: Domain | None = None) -> State:
    """The state in force."""
    domain = domain or default_domain()
    if domain not in _states:
        _states[domain] = State(domain)
    return _states[domain]


def set_seed(seed: int, *, domain: Domain | None = None) -> None:
    """Let every class begin anew from this seed: the same calls then give the same objects, in any process.

    Numbering starts again; what is registered stays. Raises TypeError or ValueError for anything but a whole number
    from 0 to 2**63 - 1.
    """
    now = current(domain)
    now.seed = checked_seed(seed)
    now.seeds.clear()
    now.start_again()
    for other in _others(now.domain):
        other.seed(seed)


def checked_seed(seed: Any) -> int:
    """The seed, if it is one."""
    return whole("a seed", seed, 0, 2**63 - 1)


def whole(what: str, number: Any, low: int, high: int | None = None) -> int:
    """The number, if it is a whole one from `low` to `high`; else TypeError or ValueError."""
    if not isinstance(number, int) or isinstance(number, bool):
        raise TypeError(f"{what} is a whole number, not {number!r:.80}")
    if number < low or (high is not None and number > high):
        span = f"at least {low}" if high is None else f"from {low} to {high}"
        raise ValueError(f"{what} is {span}, not {number}")
    return number


def set_as_of(as_of: Any, *, domain: Domain | None = None) -> None:
    """Fix the day that is "today" for every object; None lets it be the profile's, or the real one, again.

    Under a profile it is the last day of the profile's world, whose past stands; else objects are drawn as of that day.
    Raises TypeError for anything but a date, ValueError for one that the domain does not allow or that lies before the
    profile's history.
    """
    if as_of is not None:
        if not isinstance(as_of, datetime.date) or isinstance(as_of, datetime.datetime):
            raise TypeError(f"as_of is a date such as datetime.date(2026, 1, 31), not {as_of!r}")
        span = current(domain).domain
        if not span.earliest <= as_of <= span.latest:
            raise ValueError(f"as_of lies from {span.earliest} to {span.latest}; {as_of} does not")
        _require_in_history(as_of, current(domain).profile)
    current(domain).as_of = as_of


def _require_in_history(as_of: datetime.date, profile: Mapping[str, Any] | None) -> None:
    if profile and as_of < (first := profile["born"] - datetime.timedelta(days=profile["days"] - 1)):
        raise ValueError(
            f"as_of: {as_of} is before the history of the profile, which begins on {first} ({profile['days']} days up "
            f"to {profile['born']})"
        )


def set_profile(profile: Any, changes: Sequence[str] = (), *, domain: Domain | None = None) -> None:
    """Let objects follow a profile: its seed and last day (unless others are set), its weights and prefixes.

    `profile` is a profile's name or the path of a YAML file, `changes` are `key=value`, as for `demo-data build --set`;
    None goes back to the recipes' own distributions. Numbering starts again. Raises ValueError (`UsageError`) that
    names every fault, and where the day that `set_as_of` has fixed lies before its history.
    """
    if not isinstance(profile, str | None) or isinstance(changes, str):
        raise TypeError(
            f"a profile is a name or a path, and changes are a list of texts, not {profile!r} and {changes!r}"
        )
    now = current(domain)
    values = None if profile is None else dict(load_profile(profile, changes=changes, domain=now.domain).values)
    if now.as_of:
        _require_in_history(now.as_of, values)
    now.profile = values
    now.start_again()


def get_fk_registry(domain: Domain | None = None) -> FKRegistry:
    """The registry that all classes of a domain share."""
    return current(domain).registry


def set_fk_registry(registry: FKRegistry) -> None:
    """Let all classes of its domain share this registry. Raises TypeError for anything else."""
    if not isinstance(registry, FKRegistry):
        raise TypeError(f"a registry is an FKRegistry, not {registry!r:.80}")
    current(registry.domain).registry = registry


def reset_fk_registry(domain: Domain | None = None) -> None:
    """Start with an empty registry; the old one, where somebody holds it, stays as it is."""
    now = current(domain)
    now.registry = FKRegistry(now.domain)


@contextmanager
def isolated_factories(
    *,
    seed: int | None = None,
    as_of: datetime.date | None = None,
    profile: str | None = None,
    domain: Domain | None = None,
) -> Iterator[FKRegistry]:
    """A world of its own for one test: an empty registry and numbers from the start; afterwards all is as it was."""
    before = current(domain)
    _states[before.domain] = State(before.domain)
    try:
        with ExitStack() as others:
            for other in _others(before.domain):
                others.enter_context(other.isolated())
            set_profile(profile, domain=before.domain)
            set_as_of(as_of, domain=before.domain)
            if seed is not None:
                set_seed(seed, domain=before.domain)
            yield current(before.domain).registry
    finally:
        _states[before.domain] = before
