"""Where a snapshot lies: by its directory, or by its pin in a repository, the cache, or what DVC can fetch."""

from __future__ import annotations

from pathlib import Path

from demo_data.common.errors import UsageError
from demo_data.common.program import program
from demo_data.versions import cache
from demo_data.versions.pin import Pin, looks_like_a_pin
from demo_data.versions.remote.repository import Elsewhere, option, rebuilding, repository
from demo_data.versions.repository import Repository


class SnapshotMissing(UsageError):
    """The version exists, but its data lies nowhere near; the message names the commands that bring it."""


def located(text: str | Path, *, repo: str | Path | None = None, fetch: bool = False) -> Path:
    """The directory of a snapshot, named by a path or by a pin (`demo@v1.0.0`) of a repository.

    `repo` is a directory or a URL; by default the repository of the working directory. A pin's data is looked for in
    the cache and in the repository's `data/`; with `fetch`, DVC then fetches it into the cache. Files are
    looked at by their names and sizes only: who opens them verifies.

    Raises `UsageError` where the directory, the repository or the tag does not exist, `SnapshotMissing` where the
    data does not, and what `fetch` raises.
    """
    if isinstance(text, Path) or not looks_like_a_pin(text):
        folder = Path(text).expanduser()
        if not folder.is_dir():
            raise UsageError(f"{text}: no such directory")
        return folder
    pin = Pin.parse(text)
    where = repository(repo)
    manifest = where.manifest(pin)
    if found := cache.kept(manifest) or where.checked_out(pin, manifest):
        return found
    if not fetch:
        raise SnapshotMissing(_missing(pin, where))
    from demo_data.versions.fetch import fetched

    return fetched(pin, where)


def _missing(pin: Pin, where: Repository | Elsewhere) -> str:
    """What a person does where a version's data lies nowhere near."""
    bring = f"`{program()} snapshot fetch {pin}{option(where)}` brings it"
    return f"{pin}: its data is not on this machine: {bring}, or {rebuilding(pin, where)}"
