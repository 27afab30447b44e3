"""Which kills there are: drawn from a seed, spread over all ways, victims and the whole length of a run."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass

from tests.kills.ways import WAYS


@dataclass(frozen=True)
class Kill:
    """Who dies, how and when.

    `way`, `victim`: of `WAYS`; `how`: a signal's name, or what a server does; `share`: which of the run's moments, of
    0 to 1; `late`: at that moment for 0, or that share of the time until the next moment later; `which`: of several.
    """

    way: str
    victim: str
    how: str
    share: float
    late: float
    which: float


def plan(number: int, seed: int) -> list[Kill]:
    """So many kills, those of one way one after the other. Of each pair of way and victim there are about as many."""
    chosen = random.Random(seed)
    pairs = [(way, victim) for way, each in WAYS.items() for victim in each.victims]
    chosen.shuffle(pairs)
    drawn = [pairs[count % len(pairs)] for count in range(number)]
    order = [*WAYS]
    drawn.sort(key=lambda pair: order.index(pair[0]))
    of, done = Counter(way for way, _ in drawn), Counter[str]()
    begins = {way: chosen.random() for way in WAYS}
    kills = []
    for way, victim in drawn:
        share = ((done[way] + chosen.random()) / of[way] + begins[way]) % 1
        done[way] += 1
        ways = ("SIGKILL", "SIGTERM", "stop", "restart") if victim == "server" else ("SIGKILL", "SIGTERM")
        late = chosen.choice((0.0, chosen.random()))
        kills.append(Kill(way, victim, chosen.choice(ways), share, late, chosen.random()))
    return kills
