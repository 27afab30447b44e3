"""Farmers' deliveries over a history: the documents that a dataset with these farmers and places would hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from demo_data.engine.taking import take
from demo_data.engine.world import Block
from demo_data.objects.columns import columns_of, reach, records
from demo_data.objects.parents import Record, row_of
from demo_data.objects.registry import FKRegistry
from demo_data.objects.state import current
from demo_data.recipes import Array, Column, born_day, first_day, last_day
from demo_data.tea import DOMAIN
from demo_data.tea.farmers.homes import Home, homes_of
from demo_data.tea.farmers.memberships import memberships, no_stories, profile_stories
from demo_data.tea.kenya.places import counties
from demo_data.tea.places import Places, nothing_there
from demo_data.tea.recipe import local_day

STAND_IN = "stand-in of "


@dataclass(frozen=True)
class Named:
    """The collection point and the factory that a caller names, if any."""

    point: str | None = None
    factory: str | None = None


class Histories:
    """What certain farmers deliver, where. With `stand_ins`, a farmer whose collection point is not registered delivers
    at a stand-in; else that is an error. A `scenario` is that of every farmer, over the season that ends with the data.
    """

    def __init__(
        self,
        settings: dict[str, Any],
        registry: FKRegistry,
        farmers: Sequence[Record],
        *,
        named: Named | None = None,
        scenario: str | None = None,
        stand_ins: bool = False,
    ) -> None:
        self._days = last_day(settings) - first_day(settings) + 1
        season = {"born": settings["as_of"], "days": self._days, "farmers.scenarios": {scenario: 1}}
        self._settings = settings | (season if scenario else {})
        self._registry, self._named, self._scenario, self._stand_ins = registry, named or Named(), scenario, stand_ins
        self.farmers = farmers
        self.ids = [str(reach(farmer, "id")) for farmer in farmers]
        self.places = Places(self._settings, registry)
        homes = homes_of(farmers, registry)
        self._homes = [self._home(farmer, home) for farmer, home in zip(farmers, homes, strict=True)]

    def _home(self, farmer: Record, home: Home | None) -> Home:
        """Main and second collection point, which are then among the places."""
        region = str(reach(farmer, "region_id"))
        self.places.add("regions", region)
        home = self._named_home(home)
        if home is None and not self._stand_ins:
            known = self._registry.ids("collection_points")
            raise nothing_there("collection_points", region_id=region if known else None)
        home = home or (f"{STAND_IN}{region}", None)
        for point in home:
            if point is None:
                continue
            stated = {"region_id": region, "factory_id": self._factory(point, region)}
            if not reach(self.places.add("collection_points", point, **stated), "collection_days"):
                raise ValueError(f"{point} has no collection days, so nothing is delivered there")
        if self._named.factory:
            self.places.add("factories", self._named.factory, region_id=region)
        return home

    def _named_home(self, home: Home | None) -> Home | None:
        """The point that the caller names, or one of the factory that the caller names, else the farmer's own."""
        if self._named.point:
            return self._named.point, None
        if self._named.factory is None or (home and self._factory_of(home[0]) == self._named.factory):
            return home
        points = self._registry.ids("collection_points")
        of_factory = [point for point in points if self._factory_of(point) == self._named.factory]
        active = [
            point
            for point in of_factory
            if reach(self._registry.record("collection_points", point), "status") == "active"
        ]
        return (active[0], None) if active else home

    def _factory_of(self, point: str) -> Any:
        return reach(self._registry.record("collection_points", point), "factory_id")

    def _factory(self, point: str, region: str) -> str | None:
        """The factory of a point of which only the id is known."""
        if self._named.factory or self._stand_ins or self._registry.record("collection_points", point):
            return self._named.factory
        known = self._registry.ids("factories")
        if not known:
            raise nothing_there("factories")
        near = [key for key in known if reach(self._registry.record("factories", key), "region_id") == region]
        return str((near or known)[0])

    def block(self, days: int | None = None, *, all_deliver: bool = False, **given: Column) -> Block:
        """The farmers as a block in a world whose history ends with so many days; by default, all that there are.

        `given` columns are theirs whatever their records say. They deliver before they register, too, and with
        `all_deliver` those who never took part.
        """
        first, last = last_day(self._settings) - (days or self._days) + 1, last_day(self._settings)
        world = self.places.world(days=born_day(self._settings) - first + 1)
        points = list(self.places.records["collection_points"])
        rows = np.array([row_of(key, self._settings["farmers.id_prefix"]) for key in self.ids], np.int64)
        columns: dict[str, Any] = dict(columns_of(DOMAIN.recipes["farmers"], self.farmers)) | {
            "point": np.array([points.index(main) for main, _ in self._homes], np.int32),
            "second": np.array([points.index(other) if other else -1 for _, other in self._homes], np.int32),
            "region": self.places.index("regions", [str(reach(farmer, "region_id")) for farmer in self.farmers]),
            **(self._one_story(len(rows)) if self._scenario else profile_stories(rows, self._settings)),
        }
        member = memberships(world, rows, columns)
        if all_deliver:
            member["left_day"] = np.where(member["takes_part"], member["left_day"], last + 1)
        columns |= member | {"registered_day": np.full(len(rows), first - 1)}
        return Block(world, DOMAIN.recipes["farmers"], rows, columns | given)

    def _one_story(self, farmers: int) -> dict[str, Column]:
        first = np.zeros(farmers, np.int64)
        return {"first_story": first, "scenario": first[:, None]}

    def longer(self, farmers: Block, needed: Array) -> Block:
        """The farmers over a history that is long enough for so many deliveries of each."""
        days = self._days
        while (delivered(farmers) < needed).any():
            if days >= DOMAIN.most_days:
                raise ValueError(f"{needed.max()} deliveries of one farmer are more than {DOMAIN.most_days} days hold")
            days = min(2 * days, DOMAIN.most_days)
            farmers = self.block(days, all_deliver=True)
        return farmers


def schedule(farmers: Block) -> tuple[Array, Array]:
    """The farmer's place and the day of every delivery in the history: farmer by farmer, oldest first."""
    index, stated = farmers.expanded(DOMAIN.recipes["documents"])
    return index, stated["day"]


def delivered(farmers: Block) -> Array:
    """How often each farmer delivers in the history."""
    return np.bincount(schedule(farmers)[0], minlength=len(farmers))


def is_later(farmers: Block) -> Array:
    """Which deliveries are not before the farmer was registered."""
    index, day = schedule(farmers)
    later: Array = day > local_day(farmers["registration_date"])[index]
    return later


def since_registration(farmers: Block) -> Array:
    """How many of the scheduled deliveries of each farmer are not before the farmer was registered."""
    return np.bincount(schedule(farmers)[0][is_later(farmers)], minlength=len(farmers))


def documents(farmers: Block, taken: Array, **given: Column) -> Block:
    """The farmers' documents at the places `taken` of what `schedule` gives."""
    recipe = DOMAIN.recipes["documents"]
    index, stated = farmers.expanded(recipe)
    columns = {"farmer": index, **stated}
    columns = {name: take(column, taken) for name, column in columns.items()}
    return Block(farmers.world, recipe, farmers.rows[index[taken]], columns | given, {"farmer": farmers})


def farmer_record(key: str, registry: FKRegistry, settings: Mapping[str, Any]) -> Record:
    """The registered farmer, or one whose history was made, or a stand-in for one of whom only the id is known."""
    known: Record | None = registry.record("farmers", key) or current(DOMAIN).unregistered.get(("farmers", key))
    if known is not None:
        return known
    row = row_of(key, settings["farmers.id_prefix"])
    points = [registry.record("collection_points", point) for point in registry.ids("collection_points")]
    regions = [str(reach(point, "region_id")) for point in points if point] or registry.ids("regions")
    region = regions[row % len(regions)] if regions else f"{counties()[0].slug}-highland"
    places = Places(settings, registry)
    places.add("collection_points", f"{STAND_IN}{region}", region_id=region)
    first, none = np.zeros(1, np.int32), no_stories(1, settings)
    given: dict[str, Any] = {"point": first, "region": first, "first_story": none[:, 0], "scenario": none}
    block = Block(places.world(farmers__count=row + 1), DOMAIN.recipes["farmers"], np.array([row], np.int64), given)
    return records(block)[0] | {"id": key, "is_active": True}
