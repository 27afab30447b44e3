"""The Polyfactory class of farmers: who they are, where their farms lie, and where they bring their leaf."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pipeline.engine.world import Block, World
from pipeline.entities.collection_point import share_out
from pipeline.entities.farmer import Farmer
from pipeline.entities.people import GENDERS
from pipeline.entities.tables import RECIPES
from pipeline.factories import state
from pipeline.factories.base import EntityFactory
from pipeline.factories.call import Call
from pipeline.factories.columns import reach, texts
from pipeline.factories.locations import total
from pipeline.factories.places import Places, Record, county_of, nothing_registered, region_parts
from pipeline.factories.registry import FKRegistry
from pipeline.kenya.people import Community, communities, communities_of
from pipeline.spec.columns import Array, Coded


class FarmerFactory(EntityFactory[Farmer]):
    """Farmers around the registered collection points, or in the registered regions where there are none.

    Registering farmers enrols them at their points. Names, gender and language fit each other and the county, and
    what the caller gives of them.

    >>> farmer = FarmerFactory.build(region_id="kericho-highland", notification_channel="whatsapp")
    >>> farmer.region_id, farmer.notification_channel.value
    ('kericho-highland', 'whatsapp')
    >>> len({farmer.contact.phone for farmer in FarmerFactory.batch(1000, region_id="kericho-highland")})
    1000
    """

    __table__ = "farmers"
    __parents__ = ("collection_points", "factories", "regions")

    @classmethod
    def _block(cls, call: Call, settings: dict[str, Any]) -> Block:
        wanted = call.texts("region_id")
        if "region_id" in call.overrides and None in wanted:
            raise TypeError(f"farmers.region_id is a text, not {call.overrides['region_id'][0]!r:.80}")
        homes = _homes(cls, call, settings, tuple(dict.fromkeys(wanted)))
        point, regions = homes.dealt(call, wanted)
        given = call.given | {
            "point": point,
            "region": np.array([homes.regions.index(region) for region in regions], np.int32),
            "scenario": scenarios(call.rows, settings),
        }
        block = Block(homes.world(total(call, settings)), cls.recipe(), call.rows, given)
        if {"first_name", "last_name", "pref_lang"} & call.given.keys():
            _know_people(block, regions)
        homes.remember(texts(block["id"]), point, block["second"])
        return block

    @classmethod
    def _registered(cls, made: Sequence[Farmer]) -> None:
        enrol(made, state.get_fk_registry())


class _Homes:
    """The points that farmers of some regions (None: of any) can be dealt to, and a world where they stand."""

    def __init__(self, settings: dict[str, Any], registry: FKRegistry, wanted: Sequence[str | None]) -> None:
        places = Places(settings, registry)
        registered = set(registry.ids("collection_points"))
        for key in registry.ids("collection_points"):
            places.point(key)
        factories = {key: place for place, key in enumerate(places.factories)}
        by_factory = sorted(places.points.items(), key=lambda item: factories[str(reach(item[1], "factory_id"))])
        places.points = dict(by_factory)
        active = {reach(point, "region_id") for point in places.points.values() if reach(point, "status") == "active"}
        for region in wanted:
            if region is None and not active:
                if not registry.ids("regions"):
                    raise nothing_registered("regions")
                for each in registry.ids("regions"):
                    places.point(f"stand-in of {each}", each)
            elif region is not None and region not in active:
                places.point(f"stand-in of {region}", region)
        self._keys = [key if key in registered else None for key in places.points]
        self._of_region = [str(reach(point, "region_id")) for point in places.points.values()]
        self.regions = list(places.regions)
        self._world = places.world()
        whole = self._world.whole("collection_points")
        self._size = whole["size"]
        self._usable = {region: self._choice(region, whole["is_open"]) for region in wanted}

    def _choice(self, wanted: str | None, is_open: Array) -> Array:
        """The points that farmers can be dealt to: active ones of the region, registered ones where there are any."""
        usable = is_open & np.array([wanted in (None, region) for region in self._of_region])
        registered = usable & np.array([key is not None for key in self._keys])
        return np.flatnonzero(registered if registered.any() else usable)

    def dealt(self, call: Call, wanted: Sequence[str | None]) -> tuple[Array, list[str]]:
        """The main point of every farmer of a call, and the region."""
        point = np.zeros(call.size, np.int32)
        for region, choice in self._usable.items():
            rows = np.flatnonzero([each == region for each in wanted])
            turned = np.roll(choice, -(call.made.rows % len(choice)))
            if call.single:
                point[rows] = turned[np.arange(len(rows)) % len(turned)]
            else:
                last = share_out(len(rows), np.ones(len(turned), bool), self._size[turned])
                point[rows] = turned[np.searchsorted(last, np.arange(len(rows)), side="right")]
        return point, [region or self._of_region[at] for region, at in zip(wanted, point.tolist(), strict=True)]

    def world(self, farmers: int) -> World:
        """The world of these points with so many farmers."""
        return self._world.but({"farmers.count": farmers})

    def remember(self, farmers: Sequence[str], main: Array, second: Array) -> None:
        """Keep for each farmer where to enrol, until registered."""
        homes = state.current().homes
        for farmer, point, other in zip(farmers, main.tolist(), second.tolist(), strict=True):
            key = self._keys[point]
            if key is not None:
                homes[farmer] = (key, self._keys[other] if other >= 0 else None)


def _homes(factory: type, call: Call, settings: dict[str, Any], wanted: tuple[str | None, ...]) -> _Homes:
    """The homes, from the last call if nothing has changed since."""
    versions = tuple(call.registry.version(parent) for parent in FarmerFactory.__parents__)
    depends = (call.registry, versions, settings["seed"], settings["as_of"], state.current().profile, wanted)
    kept = state.current().kept
    if kept.get(factory, (None,))[0] != depends:
        kept[factory] = (depends, _Homes(settings, call.registry, wanted))
    homes: _Homes = kept[factory][1]
    return homes


def scenarios(rows: Array, settings: Mapping[str, Any]) -> Array:
    """The number of each farmer's scenario in the profile's list, or -1; so beyond the profile's farmers."""
    found = np.full(len(rows), -1)
    told = np.flatnonzero(rows < settings["farmers.count"])
    if settings["farmers.scenarios"] and len(told):
        found[told] = Block(World(RECIPES, settings), RECIPES["farmers"], rows[told])["scenario"]
    return found


def enrol(farmers: Sequence[Any], registry: FKRegistry) -> None:
    """Add registered farmers to the lists of their registered collection points: first where it is the main one."""
    kept = state.current().homes
    homes = {farmer.id: kept.pop(farmer.id) for farmer in farmers if farmer.id in kept}
    registry.homes |= homes
    for place in (0, 1):
        for farmer, points in homes.items():
            record: Any = registry.record("collection_points", points[place]) if points[place] else None
            if record is not None and farmer not in (listed := record.farmer_ids)[-1:]:
                listed.append(farmer)


def _know_people(block: Block, region_ids: Sequence[str]) -> None:
    """Let community and gender be those of the names and the language that the caller gives, where any fit."""
    community, gender = block["community"].copy(), block["gender"].codes.copy()
    named = {name: texts(block[name]) for name in ("first_name", "last_name", "pref_lang") if block.is_given(name)}
    every = list(communities().values())
    for row, region_id in enumerate(region_ids):
        of = {name: known[row] for name, known in named.items()}
        fitting = [
            (number, place)
            for number, known in enumerate(every)
            for place, sex in enumerate(GENDERS)
            if _bears(known, sex, of)
        ]
        if fitting and (community[row], gender[row]) not in fitting:
            at_home = [pair for pair in fitting if _lives_in(every[pair[0]], region_parts(region_id)[0])]
            community[row], gender[row] = _nearest(at_home or fitting, int(community[row]), int(block.rows[row]))
    block.give("community", community)
    block.give("gender", Coded(gender, GENDERS))
    if block.is_given("last_name") and not block.is_given("first_name"):
        pairs = zip(texts(block["first_name"]), named["last_name"], community.tolist(), gender.tolist(), strict=True)
        first = [_other(every[of], sex) if name == family else name for name, family, of, sex in pairs]
        block.give("first_name", Coded(np.arange(len(first)), tuple(first)))


def _other(community: Community, gender: int) -> str:
    """A given name that is nobody's family name: nobody is called Otieno Otieno."""
    families = {name.text for name in (*community.family_female, *community.family_male)}
    given = community.given_female if GENDERS[gender] == "female" else community.given_male
    return next(name.text for name in given if name.text not in families)


def _bears(community: Community, gender: str, of: Mapping[str, str]) -> bool:
    """Whether a person of this community and gender may bear the names and prefer the language."""
    given = community.given_female if gender == "female" else community.given_male
    family = community.family_female if gender == "female" else community.family_male
    language = of.get("pref_lang")
    own = {known.language for known in communities().values() if known.language}
    return (
        ("first_name" not in of or of["first_name"] in {name.text for name in given})
        and ("last_name" not in of or of["last_name"] in {name.text for name in family})
        and (language not in own or language == community.language)
    )


def _lives_in(community: Community, slug: str) -> bool:
    return community in {found for found, _ in communities_of(county_of(slug).slug)}


def _nearest(pairs: Sequence[tuple[int, int]], community: int, row: int) -> tuple[int, int]:
    """One of the pairs: of the drawn community where possible."""
    same = [pair for pair in pairs if pair[0] == community] or list(pairs)
    return same[row % len(same)]


def home_of(farmer: Record, registry: FKRegistry) -> tuple[str, str | None] | None:
    """A farmer's main and second collection point: where the farmer was enrolled, is listed, or else lives."""
    key, region = str(reach(farmer, "id")), reach(farmer, "region_id")
    kept = registry.homes.get(key) or state.current().homes.get(key)
    if kept and registry.validate_fk("collection_points", kept[0]):
        return kept
    points = {point: registry.record("collection_points", point) for point in registry.ids("collection_points")}
    listed = [point for point, record in points.items() if record and key in reach(record, "farmer_ids")]
    if listed:
        return listed[0], (listed[1] if len(listed) > 1 else None)
    near = [
        point
        for point, record in points.items()
        if record is None or (reach(record, "region_id") == region and reach(record, "status") == "active")
    ]
    return (near[0], None) if near else None
