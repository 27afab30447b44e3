"""What objects depend on besides their row: seed, last day, profile, registry, and how many were made before.

All of it can be set aside for a while: see `isolated_factories`.
"""

from __future__ import annotations

import datetime
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from demo_data.common.clock import today
from demo_data.domain import default_domain
from demo_data.objects.registry import FKRegistry
from demo_data.profile import load_profile
from demo_data.tea.kenya.provider import KenyaProvider

SEEDS = 2**63
"""Seeds are whole numbers below this."""

DEFAULT_PROFILE = "demo"


@dataclass
class Made:
    """How many objects of one table were made: in all, and below each parent, by (kind of number, parent's key)."""

    rows: int = 0
    below: Counter[tuple[str, str]] = field(default_factory=Counter)


@dataclass
class State:
    """The state of all Polyfactory classes. `seeds` holds those of single classes; None stands for none set."""

    registry: FKRegistry = field(default_factory=FKRegistry)
    profile: Mapping[str, Any] | None = None
    as_of: datetime.date | None = None
    seed: int | None = None
    seeds: dict[type, int] = field(default_factory=dict)
    made: dict[str, Made] = field(default_factory=dict)
    homes: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    """Where farmers that are not registered yet would deliver: main and second collection point."""
    told: dict[str, Any] = field(default_factory=dict)
    """Farmers whose histories were told, whether registered or not."""
    ahead: dict[type, Any] = field(default_factory=dict)
    """Records that single classes have made for calls to come."""
    kept: dict[type, tuple[Any, Any]] = field(default_factory=dict)
    """What single classes have worked out of the registry, with what it depends on."""
    entropy: int = field(default_factory=lambda: int.from_bytes(os.urandom(7), "little"))
    """The seed of those who set none: another one in every process."""

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
        day: datetime.date = (self.profile or plain_settings())["as_of"]
        return day if seeded else max(today(), default_domain().earliest)

    def settings(self, factory: type) -> dict[str, Any]:
        """The settings of a class's objects: the profile's, or those of the entities' own distributions."""
        own = {"seed": self.seed_of(factory), "as_of": self.last_day(factory)}
        return dict(self.profile or plain_settings()) | own

    def start_again(self, table: str | None = None) -> None:
        """Forget how many objects of a table, or of every table, were made, and what was made ahead."""
        if table is None:
            self.made.clear()
        else:
            self.made.pop(table, None)
        if table in (None, "farmers"):
            self.homes.clear()
        self.ahead.clear()

    def made_of(self, table: str) -> Made:
        """The count of a table's objects so far."""
        return self.made.setdefault(table, Made())


@cache
def plain_settings() -> Mapping[str, Any]:
    """The settings where no profile is set: the default one's, with the entities' own weights and no scenarios."""
    return load_profile(DEFAULT_PROFILE).values | {"farmers.scenarios": {}}


_state = State()


def current() -> State:
    """The state in force."""
    return _state


def set_seed(seed: int) -> None:
    """Let every class begin anew from this seed: the same calls then give the same objects, in any process.

    Numbering starts again; what is registered stays. Raises TypeError or ValueError for anything but a whole number
    from 0 to 2**63 - 1.
    """
    _state.seed = checked_seed(seed)
    _state.seeds.clear()
    _state.start_again()
    KenyaProvider.seed(seed)


def checked_seed(seed: Any) -> int:
    """The seed, if it is one."""
    return whole("a seed", seed, 0, SEEDS - 1)


def whole(what: str, number: Any, low: int, high: int | None = None) -> int:
    """The number, if it is a whole one from `low` to `high`; else TypeError or ValueError."""
    if not isinstance(number, int) or isinstance(number, bool):
        raise TypeError(f"{what} is a whole number, not {number!r:.80}")
    if number < low or (high is not None and number > high):
        span = f"at least {low}" if high is None else f"from {low} to {high}"
        raise ValueError(f"{what} is {span}, not {number}")
    return number


def set_as_of(as_of: Any) -> None:
    """Fix the day that is "today" for every object; None lets it be the profile's, or the real one, again.

    Raises TypeError for anything but a date, ValueError for one outside 2011 to 2100.
    """
    if as_of is not None:
        if not isinstance(as_of, datetime.date) or isinstance(as_of, datetime.datetime):
            raise TypeError(f"as_of is a date such as datetime.date(2026, 1, 31), not {as_of!r}")
        domain = default_domain()
        if not domain.earliest <= as_of <= domain.latest:
            raise ValueError(f"as_of lies from {domain.earliest} to {domain.latest}; {as_of} does not")
    _state.as_of = as_of


def set_profile(profile: Any, changes: Sequence[str] = ()) -> None:
    """Let objects follow a profile: its seed and last day (unless others are set), its weights, scenarios and prefixes.

    `profile` is a profile's name or the path of a YAML file, `changes` are `key=value`, as for `demo-data build --set`;
    None goes back to the entities' own distributions. Numbering starts again. Raises ValueError (`UsageError`) that
    names every fault.
    """
    if not isinstance(profile, str | None) or isinstance(changes, str):
        raise TypeError(
            f"a profile is a name or a path, and changes are a list of texts, not {profile!r} and {changes!r}"
        )
    _state.profile = None if profile is None else dict(load_profile(profile, changes=changes).values)
    _state.start_again()


def get_fk_registry() -> FKRegistry:
    """The registry that all classes share."""
    return _state.registry


def set_fk_registry(registry: FKRegistry) -> None:
    """Let all classes share this registry. Raises TypeError for anything else."""
    if not isinstance(registry, FKRegistry):
        raise TypeError(f"a registry is an FKRegistry, not {registry!r:.80}")
    _state.registry = registry


def reset_fk_registry() -> None:
    """Start with an empty registry; the old one, where somebody holds it, stays as it is."""
    _state.registry = FKRegistry()


@contextmanager
def isolated_factories(
    *, seed: int | None = None, as_of: datetime.date | None = None, profile: str | None = None
) -> Iterator[FKRegistry]:
    """A world of its own for one test: an empty registry and numbers from the start; afterwards all is as it was."""
    global _state  # noqa: PLW0603 (the state of this process is what is swapped)
    before = _state
    _state = State()
    try:
        with KenyaProvider.isolated():
            set_profile(profile)
            set_as_of(as_of)
            if seed is not None:
                set_seed(seed)
            yield _state.registry
    finally:
        _state = before
