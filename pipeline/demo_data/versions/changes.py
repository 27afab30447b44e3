"""What happened between two snapshots, however they are named."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from demo_data import feed
from demo_data.common.errors import UsageError
from demo_data.domain import Domain
from demo_data.feed.changes import Progress
from demo_data.versions.pin import looks_like_a_pin
from demo_data.versions.snapshot import Snapshot, open_snapshot


def changes(
    old: str | Path | Snapshot,
    new: str | Path | Snapshot | None = None,
    *,
    since: date | None = None,
    repo: str | Path | None = None,
    domain: Domain | None = None,
    progress: Progress | None = None,
) -> feed.Changes:
    """What happened between two datasets, in order: events to go through, as often as one likes, and their counts.

        for event in changes("demo@v1.0.0", "data/demo"): ...

    A dataset is a directory, a version (`demo@v1.0.0`, looked up in the repository `repo`, by default that of the
    working directory, and fetched where it is not here), or a snapshot that is open. `since`: in place of a second
    dataset a day, after which all that happened in the first one is told, as far as its records tell.

    Raises `UsageError` where there is no dataset, and `DataError` where one is damaged.
    """
    if (new is None) == (since is None):
        raise UsageError("changes lie between two datasets, or in one after a day (since): name one of these")
    first = _folder(old, repo, domain)
    if new is None:
        assert since is not None
        return feed.since(first, since, domain=domain)
    return feed.between(first, _folder(new, repo, domain), domain=domain, progress=progress)


def _folder(name: str | Path | Snapshot, repo: str | Path | None, domain: Domain | None) -> Path:
    """Where a dataset lies; a version's files are fetched where they are not here, and verified."""
    if isinstance(name, Snapshot):
        return name.path
    if isinstance(name, str) and looks_like_a_pin(name):
        return open_snapshot(name, repo=repo, domain=domain).path
    return Path(name)
