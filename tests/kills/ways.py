"""The ways in which a dataset comes about, and who may die on each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.kills.stage import BUILD, DAY, SHARDS, Stage

Words = tuple[str, ...]

PLACE = "{}"
"""Stands in a command for where the dataset comes: a directory or a URL."""

TO = ("--out", PLACE)
OTHER = ("--seed", "2")
SHARD = tuple((*BUILD, "--shard", f"{number}/{SHARDS}", *TO) for number in range(1, SHARDS + 1))
SEAL = ("seal", PLACE, "--quiet")


@dataclass(frozen=True)
class Way:
    """A command, and what is there before it.

    `victims`: who may die; `here`: what lies in the place before; `whole`: the options of the dataset that it comes to;
    `url`: whether it goes to a URL; `finish`: the commands that end it after a kill, where it is not the same again.
    """

    command: Callable[[Stage], Words]
    victims: Words
    here: Callable[[Stage], Path | None] = lambda _: None
    whole: Words = ()
    url: bool = False
    finish: tuple[Words, ...] = ()


def _build(*options: str) -> Callable[[Stage], Words]:
    return lambda _: (*BUILD, *options, *TO)


def _on_dask(stage: Stage) -> Words:
    return (*BUILD, "--dask", stage.cluster.address, *TO)


def _another(stage: Stage) -> Path:
    return stage.dataset(*OTHER)


def _all_shards(stage: Stage) -> Path:
    return stage.shards(SHARDS)


def _advance(stage: Stage) -> Words:
    return ("advance", stage.at_url(), "--to", DAY, "--quiet", *TO)


ALONE = ((*BUILD, *TO),)
ADVANCED = ("--as-of", DAY)

WAYS = {
    "pool": Way(_build("--workers", "2"), ("client", "worker"), _another, finish=ALONE),
    "shard": Way(lambda _: SHARD[1], ("client",), lambda stage: stage.shards(1), finish=(*SHARD, SEAL)),
    "seal": Way(lambda _: SEAL, ("client",), _all_shards),
    "advance": Way(lambda _: ("advance", PLACE, "--to", DAY, "--quiet"), ("client",), Stage.dataset, ADVANCED),
    "dask": Way(_on_dask, ("client", "worker", "scheduler"), _another),
    "local cluster": Way(_build("--dask", "--workers", "1"), ("client", "worker"), _another),
    "S3": Way(_build(), ("client", "server"), url=True),
    "pool to S3": Way(_build("--workers", "2"), ("worker",), url=True, finish=ALONE),
    "dask to S3": Way(_on_dask, ("client", "worker", "scheduler", "server"), url=True, finish=ALONE),
    "seal at S3": Way(lambda _: SEAL, ("client", "server"), _all_shards, url=True),
    "advance to S3": Way(_advance, ("client", "server"), whole=ADVANCED, url=True),
}
