"""Datasets in shards, for who calls from Python: what `build --shard` and `seal` do."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from datetime import date
from pathlib import Path

from demo_data.domain import Domain, default_domain
from demo_data.profile import load_profile
from demo_data.shards.making import make_shard
from demo_data.shards.sealing import seal_shards
from demo_data.versions.write import finish


def build_shard(
    profile: str,
    out: str | Path,
    shard: int,
    shards: int,
    *,
    seed: int | None = None,
    as_of: date | None = None,
    changes: Sequence[str] = (),
    json_form: bool = True,
    domain: Domain | None = None,
    executor: Executor | None = None,
) -> None:
    """Make one shard of a profile's dataset, counted from 1, in a directory that all shards share.

        for shard in range(1, 5):  # by any scheduler, in any order, as often as it likes
            build_shard("demo", "data/demo", shard, 4)
        seal("data/demo")

    `profile`, `seed`, `as_of` and `changes` are those of `demo-data build`, and the same for all shards, as are
    `json_form` (whether `seal` makes the JSON form of small tables) and the `domain`. `executor`: who makes the parts.

    Raises `UsageError` for a profile or a shard that there is not, and where `out` is another dataset's or cannot be
    written: what is finished stays there, and is not made again.
    """
    settings = load_profile(profile, seed=seed, as_of=as_of, changes=changes, domain=domain)
    make_shard(settings, out, shard, shards, json_form=json_form, executor=executor)


def seal(out: str | Path, *, domain: Domain | None = None) -> str:
    """Make what shards have made in `out` a dataset, what one build makes, byte for byte; the identity that it has.

    Raises `UsageError` where no shards lie there, or those of another version or domain, and `DataError` that tells
    all that is wrong with them: nothing is sealed then. What is sealed already stays as it is.
    """
    return seal_shards(out, domain or default_domain(), finish=finish).identity
