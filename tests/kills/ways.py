"""The ways in which a dataset comes about, and who may die on each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.kills.stage import BUILD, DAY, SHARDS, Stage

OTHER = ("--seed", "2")


@dataclass(frozen=True)
class Way:
    """A command, and what is there before it.

    `command`: its words but for the place; `victims`: who may die; `here`: what lies before in the place; `whole`: the
    options of the dataset that it comes to; `at`: whether it goes to a local directory or to a URL; `finish`: what ends
    it after a kill, where that is not the command itself: other commands, one after the other.
    """

    command: Callable[[Stage], tuple[str, ...]]
    victims: tuple[str, ...]
    here: Callable[[Stage], Path | None] = lambda _: None
    whole: tuple[str, ...] = ()
    url: bool = False
    out: str = "--out"
    finish: tuple[tuple[str, ...], ...] = ()


def _build(*words: str) -> Callable[[Stage], tuple[str, ...]]:
    return lambda _: (*BUILD, *words)


def _on_dask(stage: Stage) -> tuple[str, ...]:
    return (*BUILD, "--dask", stage.cluster.address)


def _advance(stage: Stage) -> tuple[str, ...]:
    return ("advance", str(stage.dataset()), "--to", DAY, "--quiet")


SHARD = tuple((*BUILD, "--shard", f"{number}/{SHARDS}") for number in range(1, SHARDS + 1))
SEAL = ("seal", "--quiet")
ADVANCED = ("--as-of", DAY)

WAYS = {
    "pool": Way(
        _build("--workers", "2"),
        ("client", "worker"),
        here=lambda stage: stage.dataset(*OTHER),
        finish=(BUILD,),
    ),
    "shard": Way(
        _build("--workers", "2", "--shard", f"2/{SHARDS}"),
        ("client", "worker"),
        here=lambda stage: stage.shards(1),
        finish=(*SHARD, SEAL),
    ),
    "seal": Way(lambda _: SEAL, ("client",), here=lambda stage: stage.shards(SHARDS), out=""),
    "advance": Way(
        lambda _: ("advance", "--to", DAY, "--quiet"),
        ("client",),
        here=lambda stage: stage.dataset(),
        whole=ADVANCED,
        out="",
    ),
    "dask": Way(
        _on_dask,
        ("client", "worker", "scheduler"),
        here=lambda stage: stage.dataset(*OTHER),
        finish=(BUILD,),
    ),
    "local cluster": Way(
        _build("--dask", "--workers", "2"),
        ("client", "worker"),
        here=lambda stage: stage.dataset(*OTHER),
        finish=(BUILD,),
    ),
    "S3": Way(_build(), ("client", "server"), url=True),
    "pool to S3": Way(_build("--workers", "2"), ("client", "worker"), url=True, finish=(BUILD,)),
    "dask to S3": Way(_on_dask, ("client", "worker", "scheduler", "server"), url=True, finish=(BUILD,)),
    "seal at S3": Way(lambda _: SEAL, ("client", "server"), here=lambda stage: stage.shards(SHARDS), url=True, out=""),
    "advance to S3": Way(_advance, ("client", "server"), whole=ADVANCED, url=True),
}
