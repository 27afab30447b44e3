"""Which parts each shard makes."""

from __future__ import annotations

from collections import defaultdict
from itertools import accumulate

from demo_data.engine.world import World
from demo_data.plan import Part, plan


def divided(world: World, shards: int) -> list[list[Part]]:
    """The parts of each of so many shards; some have none, where there are more shards than ranges of rows.

    Parts that are cut by the same rows stay together, so that these are made once; ranges that follow each other lie
    in one shard, or in neighbouring ones. A shard has those whose middle, in expected rows, lies in its share.
    """
    order = {table: number for number, table in enumerate(world.domain.models)}
    ranges: dict[tuple[int, int], list[Part]] = defaultdict(list)
    for table in order:
        for part in plan(world, table):
            ranges[order[_cut_by(world, table)], part.start].append(part)
    together = [parts for _, parts in sorted(ranges.items())]
    rows = [max(1, sum(_expected_rows(world, part) for part in parts)) for parts in together]
    ends = list(accumulate(rows))
    found: list[list[Part]] = [[] for _ in range(shards)]
    for parts, own, end in zip(together, rows, ends, strict=True):
        found[(2 * end - own) * shards // (2 * ends[-1])] += parts
    return found


def _cut_by(world: World, table: str) -> str:
    """The table whose rows cut a table's parts: its own, or those that it fans out of at last."""
    while within := world.domain.recipes[table].within:
        table = within[1]
    return table


def _expected_rows(world: World, part: Part) -> int:
    """About how many rows a part has."""
    recipe, settings = world.domain.recipes[part.table], world.settings
    days = part.span[1] - part.span[0] + 1 if part.span else settings["days"]
    if recipe.within is None:
        return int(recipe.per_parent(settings) * days) if part.span else part.stop - part.start
    return int((part.stop - part.start) * recipe.per_parent(settings) * (days if recipe.has_events else 1))
