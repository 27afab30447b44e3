"""Datasets made in shards, of parts so small that a demo has many."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from demo_data.build import build
from demo_data.profile import Settings, load_profile
from demo_data.shards.making import ShardBuilt, make_shard
from demo_data.shards.sealing import Sealed, seal_shards
from demo_data.tea import DOMAIN
from demo_data.versions.write import finish

ROWS = 120
"""Rows per part: documents lie in files by month, of two ranges of farmers, and farmers in two files."""

GROWING = ("farmers.joining=90", "farmers.count=60")


def settings(**options: Any) -> Settings:
    return load_profile("demo", **{"changes": GROWING} | options)


def directly(out: Path, **options: Any) -> Path:
    """The dataset in one build."""
    build(settings(), out, finish=finish, **options)
    return out


def shard(out: Path, number: int, shards: int, **options: Any) -> ShardBuilt:
    return make_shard(settings(), out, number, shards, **options)


def made(out: Path, shards: int, numbers: Iterable[int] = (), **options: Any) -> Path:
    """A directory with some shards, or all."""
    for number in [*numbers] or range(1, shards + 1):
        shard(out, number, shards, **options)
    return out


def seal(out: Path) -> Sealed:
    return seal_shards(out, DOMAIN, finish=finish)
