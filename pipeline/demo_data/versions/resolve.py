"""From a pin to a directory that holds its data: near, or fetched, or made again by its own code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from demo_data.common.errors import DataError, UsageError
from demo_data.common.files import FileError
from demo_data.common.program import program
from demo_data.dataset.layout import MANIFEST, RECIPE
from demo_data.dataset.manifest import parsed_manifest
from demo_data.dataset.recipe_file import read_recipe
from demo_data.domain import Domain
from demo_data.versions import cache
from demo_data.versions.pin import Pin
from demo_data.versions.remote.repository import AnyRepository, option, rebuilding, repository, require_trust
from demo_data.versions.repository import NoRepository, Repository

if TYPE_CHECKING:
    from demo_data.versions.fetch import NotFetched

FROM_CACHE = "from the cache"


class SnapshotMissing(UsageError):
    """The version exists, but its data lies nowhere near; the message names the commands that bring it."""


@dataclass(frozen=True)
class Resolved:
    """Where the data of a pin lies, and in a few words where it was had from. As text, one line that says so."""

    pin: Pin
    path: Path
    origin: str

    def __str__(self) -> str:
        return f"{self.pin}: {self.origin}"


def from_tree(folder: Path) -> str:
    """The origin of data that was built or pulled in a working tree."""
    return f"from the working tree ({folder})"


@dataclass(frozen=True)
class Means:
    """What may be done to bring data that does not lie near.

    `fetch`: it may be fetched from a remote, and all that follows. `rebuild`: the code of its commit may be run, which
    makes it again or advances it to another day. `trust`: so may that of a repository at a URL. `progress` is told
    what takes a while.
    """

    fetch: bool = True
    rebuild: bool = True
    trust: bool = False
    progress: Callable[[str], None] | None = None

    def say(self, text: str) -> None:
        """Tell what takes a while, before it begins."""
        if self.progress:
            self.progress(text)

    def may_run(self, where: AnyRepository) -> bool:
        """Whether code of a repository may be run."""
        return self.rebuild and (self.trust or not where.foreign)


def resolve(
    pin: Pin,
    repo: str | Path | None = None,
    means: Means = Means(),
    *,
    whole: bool = False,
    domain: Domain,
) -> Resolved:
    """Where the data of a pin lies: in the cache or the repository's `data/`, or else where it is brought to.

    Files that lie near are looked at by their names and sizes only, and who opens them verifies; with `whole` they are
    held against the manifest, and brought again where they are damaged. An identity that the cache alone knows is
    proven by its values, of the tables of `domain`: whatever was fetched from elsewhere may claim any.

    Raises `UsageError` where the pin names nothing, or more than one thing, `SnapshotMissing` where its data does not
    lie near and nothing may be done about it, and with all that was tried where it cannot be brought.
    """
    cached = cache.identities(pin)
    try:
        where = repository(repo)
    except NoRepository:
        if repo is not None or not cached:
            raise
        where = None
    manifest = _manifest(pin, where, cached)
    if manifest is None:
        manifest = _only(pin, cached)
        near = _proven(pin, manifest, domain, whole=whole)
        if not pin.day:
            return near
    if pin.day:
        return _on_day(pin, where, repo, manifest, means, whole=whole, domain=domain)
    assert where
    if not whole and (found := _near(pin, where, manifest)):
        return found
    if means.fetch:
        return _brought(pin, where, manifest, repo, means)
    raise SnapshotMissing(f"{pin}: its data is not on this machine: {_bring(pin, where)}, or {rebuilding(pin, where)}")


def _day_of(folder: Path) -> date | None:
    """The last day of a dataset, where its recipe, of whatever version, tells one."""
    try:
        recipe = read_recipe(folder / RECIPE)
    except FileError:
        return None
    return recipe.as_of if recipe else None


def _manifest(pin: Pin, where: AnyRepository | None, cached: dict[str, bytes]) -> bytes | None:
    """The manifest's bytes, as git has them; None where the cache alone knows the identity, or is asked alone."""
    if isinstance(where, Repository):
        found = where.find(pin, cached)
        return found.manifest if found else None
    return where.manifest(pin) if where and not cached else None


def _only(pin: Pin, cached: dict[str, bytes]) -> bytes:
    """The manifest of the one identity that the cache has."""
    if len(cached) > 1:
        raise UsageError(f"{pin.base} fits the identities {', '.join(cached)}: give more of the digits")
    (manifest,) = cached.values()
    return manifest


def _proven(pin: Pin, manifest: bytes, domain: Domain, *, whole: bool) -> Resolved:
    """The cache's snapshot of a manifest that no repository vouches for, once its values are those of its identity."""
    folder = cache.kept(manifest)
    assert folder
    new = not cache.is_proven(manifest)
    if new or whole:
        from demo_data.versions.proof import faults

        content = parsed_manifest(manifest, str(folder / MANIFEST))
        if wrong := content.faults(folder) or (list(faults(folder, content, domain)) if new else []):
            raise DataError([*wrong, f"{pin}: what the cache has of this identity is not it: delete {folder}"])
    if new:
        cache.note_proof(manifest)
    return Resolved(pin, folder, FROM_CACHE)


def _near(pin: Pin, where: AnyRepository, manifest: bytes) -> Resolved | None:
    if kept := cache.kept(manifest):
        return Resolved(pin, kept, FROM_CACHE)
    there = where.checked_out(pin, manifest)
    return Resolved(pin, there, from_tree(there)) if there else None


def _bring(pin: Pin, where: AnyRepository) -> str:
    trust = " --trust" if pin.day and where.foreign else ""
    return f"`{program()} snapshot fetch {pin}{option(where)}{trust}` brings it"


def _brought(pin: Pin, where: AnyRepository, manifest: bytes, repo: str | Path | None, means: Means) -> Resolved:
    """Fetched; or made again, where that may be."""
    from demo_data.versions import fetch

    may_run = means.may_run(where)
    hint = None if may_run else rebuilding(pin, where)
    try:
        return fetch.fetch(pin, where, manifest, rebuilding=hint, progress=means.progress)
    except fetch.NotFetched as failed:
        if not may_run:
            raise
        return _made_again(pin, repo, means, failed)


def _made_again(pin: Pin, repo: str | Path | None, means: Means, failed: NotFetched) -> Resolved:
    """Made by its own code, after it could not be fetched. Raises with both reasons."""
    from demo_data.versions.rebuild import rebuild

    try:
        result = rebuild(pin, repo, fresh=None, trust=means.trust, progress=means.progress)
    except UsageError as error:
        raise type(error)([*failed.messages, *error.messages]) from None
    if not result.kept:
        why = f"made again, it has the same values in other bytes ({', '.join(result.packages)})"
        cure = f"`{program()} snapshot rebuild {pin} --fresh` makes the same bytes"
        raise UsageError([*failed.messages, f"{pin}: {why}: {cure}"])
    return Resolved(pin, result.kept, f"made again by its own code, since {failed.reason}")


def _on_day(
    pin: Pin,
    where: AnyRepository | None,
    repo: str | Path | None,
    manifest: bytes,
    means: Means,
    *,
    whole: bool,
    domain: Domain,
) -> Resolved:
    """The dataset as its own code advances it to the pin's day."""
    assert pin.day
    kept = cache.advanced(manifest, pin.day)
    if kept and not (whole and parsed_manifest((kept / MANIFEST).read_bytes(), str(kept)).faults(kept)):
        return Resolved(pin, kept, FROM_CACHE)
    if where is None:
        raise UsageError(f"{pin}: no repository is here whose code could advance it: name the one that has it (--repo)")
    if not means.fetch:
        raise SnapshotMissing(f"{pin}: its data is not on this machine: {_bring(pin, where)}")
    if not means.rebuild:
        raise SnapshotMissing(f"{pin}: it is not in the cache, and to advance it to that day would run its own code")
    require_trust(pin, where, means.trust)
    base = resolve(pin.base, repo, means, whole=True, domain=domain)
    if _day_of(base.path) == pin.day:
        return replace(base, pin=pin)
    from demo_data.versions.advance import advanced

    path = advanced(pin, where, base.path, manifest, say=means.say)
    return Resolved(pin, path, f"advanced by its own code; {base}")
