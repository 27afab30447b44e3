"""What makes leaf good: standing, place and weeks; and that shares of tiers stay whatever the causes."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from demo_data.engine.cells import TableNoise
from demo_data.engine.world import Block, World
from demo_data.profile import load_profile
from demo_data.recipes import Array, Coded
from demo_data.recipes.lookup import normal
from demo_data.tea import DOMAIN
from demo_data.tea.documents.recipe.quality import TIERS, by_score, kept_leaves
from demo_data.tea.farmers.recipe.husbandry import site
from demo_data.tea.recipe import causes
from demo_data.tea.recipe.husbandry import dealt_scores, factor, standing

FARMERS = 3000
MIXTURE = {"tier_1": 30.0, "tier_2": 40.0, "tier_3": 25.0, "reject": 5.0}
BORDERS = [50, 70, 85]

EVEN = normal(np.arange(4096, dtype=np.uint64) << np.uint64(52))
"""Standard normal scores, as evenly as the table has them."""


@cache
def world() -> World:
    changes = [f"farmers.count={FARMERS}", "collection_points.count=100", "farmers.scenarios={}"]
    return World(DOMAIN, load_profile("load-test", changes=changes, domain=DOMAIN))


def bags(**given: object) -> Block:
    """The documents of a year, or what they would be with other columns."""
    made = world().rows("documents", 0, FARMERS)
    for name, column in given.items():
        made.set_column(name, column)
    return made


def points(block: Block) -> float:
    return float(block["kept"].mean()) / 2


@pytest.mark.parametrize(
    "weights", [MIXTURE, {"tier_1": 100.0}, {"tier_2": 50.0, "reject": 50.0}, {"tier_3": 0.5, "tier_1": 99.5}]
)
def test_score_gives_the_shares(weights: dict[str, float]) -> None:
    """A standard normal score gives every tier its share, and each leaf of its range as often; better is never less."""
    kept = by_score(weights)
    scores = np.clip((EVEN + 4) * 1024, 0, len(kept) - 1).astype(int)
    tier = 3 - np.searchsorted(BORDERS, kept[scores] / 2, side="right")
    for number, name in enumerate(TIERS):
        assert 100 * (tier == number).mean() == pytest.approx(weights.get(name, 0.0), abs=0.1)
    assert (np.diff(kept) >= 0).all()
    assert kept.min() >= 40
    assert kept.max() <= 200


def test_shares_over_the_whole() -> None:
    """The profile's shares come out over a year of bags, within what a sample of farms and years gives."""
    block = bags()
    tier = 3 - np.searchsorted(BORDERS, block["kept"] / 2, side="right")
    each = 1 / np.bincount(block["farmer"], minlength=FARMERS)[block["farmer"]]
    for number, share in enumerate(MIXTURE.values()):
        assert 100 * (each * (tier == number)).sum() / each.sum() == pytest.approx(share, abs=3.0)
    assert block["score"].std() == pytest.approx(1, abs=0.05)


def test_spread_of_the_causes() -> None:
    """What causes take of the score's variance follows from how they spread over bags; the rest is the farmer's."""
    block = bags()
    spread = {
        "gap": causes.GAP * block["gap"],
        "wet weeks": causes.WET_WEEK * block.parent("weather")["wet_leaf"],
        "hail": causes.HAIL * block["hail_loss"],
        "altitude": causes.ALTITUDE * world().rows("farmers", 0, FARMERS)["farm_location.altitude_meters"] / 1000,
    }
    for name, part in spread.items():
        assert part.std() == pytest.approx(causes._VARIANCES[name] ** 0.5, rel=0.35), name
    assert block["gap"].std() == pytest.approx(causes.GAP_DEVIATION, rel=0.1)


def test_causes() -> None:
    """Old leaf, wet weeks, hail, distance and low land cost points; a good factory makes up for them."""
    usual, gap, wet = points(bags()), bags()["gap"], bags().parent("weather")["wet_leaf"]
    assert 2 < points(bags(gap=np.full(len(gap), 7))) - points(bags(gap=np.full(len(gap), 14))) < 5
    assert wet.std() * 7 > 1.5
    assert usual - 12 < points(bags(hail_loss=np.full(len(gap), 0.5))) < usual - 3


USUAL_FARM = {"care": 0.0, "to_factory": 2.7, "to_point": 1.0, "altitude": 1953.6}


def place(**other: float) -> float:
    """What the place of a farm does to its score, but for the hail that usually falls."""
    farm = {name: np.array([value]) for name, value in (USUAL_FARM | other).items()}
    made = site(farm["care"], farm["to_factory"], farm["to_point"], farm["altitude"])
    return float(made[0] + causes.HAIL * 0.02818)


@pytest.mark.parametrize("poorer", [{"altitude": 1600.0}, {"to_point": 3.0}, {"care": -1.0}, {"to_factory": 10.0}])
def test_places(poorer: dict[str, float]) -> None:
    """What makes a farm's leaf poorer in usual weeks; a farm like the usual one is as good as any."""
    assert place() == pytest.approx(0, abs=1e-4)
    assert place(**poorer) < place() - 0.05


def test_stories_keep_their_tier() -> None:
    """Whatever the causes, a story's bags stay in its tier, and better weeks show in it."""
    settings = load_profile("demo", domain=DOMAIN)
    names = list(settings["farmers.scenarios"])
    story = np.full((2001, 1), names.index("top_performer"))
    days = np.full(2001, 20_000)
    off = np.linspace(-5, 5, 2001)
    usual = np.zeros(2001)
    for place in (0.15, 0.75):
        kept = kept_leaves(off, usual, np.full(2001, place), story, days, settings)
        assert kept.min() >= 170
        assert kept.max() <= 200
        assert kept[1040] > kept[960]


@pytest.mark.parametrize(("sigma", "low", "high"), [(0.48, -1.9, 1.4), (0.24, -1.3, 1.3)])
def test_factor(sigma: float, low: float, high: float) -> None:
    made = factor(EVEN, sigma, low, high)
    assert made.mean() == pytest.approx(1, abs=1e-4)
    assert made.max() / made.min() == pytest.approx(np.exp(sigma * (high - low)), rel=1e-5)


def test_standing() -> None:
    """Evenly drawn tiers and places give standard normal standings, the best tier's best on top."""
    place, weights = (np.arange(2000) + 0.5) / 2000, tuple(MIXTURE.values())
    codes = np.repeat(np.arange(4), 2000)
    scores = standing(Coded(codes, TIERS), np.tile(place, 4), MIXTURE)
    share = np.repeat(np.array(weights) / 100 / 2000, 2000)
    assert (scores * share).sum() == pytest.approx(0, abs=1e-3)
    assert (scores**2 * share).sum() == pytest.approx(1, abs=5e-3)
    assert (np.diff(scores.reshape(4, 2000)) >= 0).all()
    assert scores[2000:].max() < scores[:2000].min() + 1e-3


def test_dealt_scores() -> None:
    """Few rows have scores that balance out; further ones have their own."""
    own, noise = np.full(12, 9.0), TableNoise(1, "factories")
    made: Array = dealt_scores("care", np.arange(12), 10, own, noise)
    assert made[:10].sum() == pytest.approx(0, abs=0.02)
    assert len(set(made[:10].tolist())) == 10
    assert made[10:].tolist() == [9.0, 9.0]


def test_husbandry_shows_in_both() -> None:
    farms = world().rows("farmers", 0, FARMERS)
    assert np.corrcoef(np.log(farms["vigour"]), farms["standing"])[0, 1] == pytest.approx(0.6, abs=0.05)
    assert farms["vigour"].mean() == pytest.approx(1, abs=0.03)
    both = farms["vigour"].max() * world().whole("factories")["vigour"].max()
    assert both < 2.5
