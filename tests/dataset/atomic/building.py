"""Builds that take an older dataset's place."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from demo_data.build import build
from demo_data.profile import load_profile
from demo_data.versions.write import finish
from tests.running import contents, names


def again(out: Path, **options: Any) -> None:
    """Build another dataset in `out`."""
    build(load_profile("minimal", seed=99), out, finish=finish, **options)


def assert_whole(folder: Path, seed: int) -> None:
    """`folder` holds what a build in an empty place makes, and nothing else."""
    assert contents(folder) == whole(seed)
    assert not [path for path in names(folder) if path.startswith(".")]


def whole(seed: int) -> dict[str, str]:
    """What a build in an empty place makes."""
    with tempfile.TemporaryDirectory() as place:
        build(load_profile("minimal", seed=seed), Path(place) / "new", finish=finish)
        return contents(Path(place) / "new")
