"""A dataset that moves on, day by day: for tests of what follows a world, such as an incremental pipeline."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

from demo_data.advance import advance
from demo_data.common.errors import UsageError
from demo_data.common.rendering import short
from demo_data.dataset.layout import MANIFEST
from demo_data.dataset.manifest import read_manifest
from demo_data.dataset.recipe_file import whole_recipe
from demo_data.domain import Domain, default_domain
from demo_data.feed import Event, between
from demo_data.versions.snapshot import Snapshot, open_snapshot
from demo_data.versions.write import finish


class MovingWorld:
    """A copy of a dataset, in a directory of its own, that stays at one place while its days go on.

    `path` is where it lies.
    """

    def __init__(self, source: Path, folder: Path, domain: Domain | None = None) -> None:
        """Copy the snapshot in `source` into `folder`, an empty directory or one to be made.

        Raises `UsageError` where `source` holds none.
        """
        self.path = folder / "now"
        self._before, self._domain = folder / "before", domain or default_domain()
        _copy(source, self.path)

    @property
    def as_of(self) -> date:
        """Its last day, by now."""
        return whole_recipe(self.path / "recipe.json").as_of

    @property
    def snapshot(self) -> Snapshot:
        """The dataset as it is by now; what was opened before tells of files that are gone."""
        return open_snapshot(self.path, domain=self._domain)

    def advance(self, days: int = 1) -> list[Event]:
        """Let so many days pass; returns what happened in them, in order.

        Raises `UsageError` where the dataset was made by another version, or days are to pass that it cannot have.
        """
        if type(days) is not int or not 0 <= days <= 100_000:
            raise UsageError(f"time goes forward by whole days, and not by {short(days)!r}")
        shutil.rmtree(self._before, ignore_errors=True)
        _copy(self.path, self._before)
        advance(self.path, self.as_of + timedelta(days), self._domain, finish=finish)
        events = list(between(self._before, self.path, domain=self._domain))
        shutil.rmtree(self._before)
        return events


def _copy(source: Path, target: Path) -> None:
    """The files of a snapshot, and no others."""
    for name in (MANIFEST, *read_manifest(source).hashes):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, target / name)
