"""A dataset at a URL goes on to a later day, in a prefix of its own beside: the server copies the files that stay.

Of the old one comes what is read to make the rest: the recipe, what is carried on, descriptions that are continued, and
of the newest months the columns that pictures draw. Only files that are new or changed are sent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import date
from pathlib import Path, PurePosixPath

from demo_data.advance import Advanced, Way, go, way
from demo_data.build import Finish, Progress, recipe_text
from demo_data.common.errors import DataError, UsageError
from demo_data.dataset.layout import DATAPACKAGE, MANIFEST, PLOTS_FOLDER, RECIPE
from demo_data.dataset.manifest import FileEntry, parsed_manifest
from demo_data.domain import Domain
from demo_data.plots import drawn_from
from demo_data.shards.files import fault_of
from demo_data.shards.needed import Needed
from demo_data.storage.objects import Objects
from demo_data.versions.at_url import put, read_at

_AT_ONCE = 4


def in_one_bucket(url: str, other: str) -> bool:
    """Whether the server can copy from one URL to the other."""
    return Objects(url).beside(Objects(other))


def require_room(out: str, ahead: Way) -> None:
    """Raises `UsageError` where another dataset is finished at the URL `out` already."""
    storage = Objects(out)
    try:
        there = parsed_manifest(storage.read(MANIFEST), f"{storage.shown}/{MANIFEST}")
    except FileNotFoundError:
        return
    if there.recipe != hashlib.sha256(recipe_text(ahead.settings).encode()).hexdigest():
        raise UsageError(
            f"{storage.shown}: another dataset is there already, and what is finished does not change: "
            "choose a prefix of its own for this one"
        )


def advance_at_url(
    url: str,
    to: date,
    domain: Domain,
    *,
    out: str,
    aside: Path,
    executor: Executor | None = None,
    progress: Progress | None = None,
    finish: Finish,
) -> Advanced:
    """Make at the URL `out` what the dataset at `url`, in the same bucket, is on the day `to`; the manifest comes last.

    `aside`: a directory yet to be, where files are made until they are put; beside it lie those that are read. Of
    others, their sizes must be what the manifest tells. Raises as `advance`, and as `put`.
    """
    source, before = Objects(url), aside.with_name("before")
    before.mkdir()
    (before / MANIFEST).write_bytes(read_at(source)[0])
    try:
        source.fetch(RECIPE, before / RECIPE)
    except FileNotFoundError:
        raise DataError(f"{source.shown}/{RECIPE}: missing") from None
    ahead = way(before, to, domain, source.shown)
    require_room(out, ahead)
    _bring(source, ahead, before)
    advanced = go(ahead, before, aside, link=True, executor=executor, progress=progress, finish=finish)
    put(aside, out, source, {digest: path for path, digest in ahead.manifest.hashes.items()})
    return advanced


def _bring(source: Objects, ahead: Way, before: Path) -> None:
    """Let stand in `before` what is read of a dataset's files; of the others, empty ones stand for those that stay.

    Raises `DataError` where files are not as its manifest tells, as far as that can be seen.
    """
    domain, there = ahead.settings.domain, dict(source.names())
    needed = Needed.of(domain, json_form=False)
    month = drawn_from(domain, ahead.before["as_of"])
    kept, carried = ({part.file for part in parts} for parts in (ahead.kept, ahead.carried))
    continued = {RECIPE, DATAPACKAGE, *(f"{PLOTS_FOLDER}/{name}.csv" for name in domain.pictures)}

    def columns(path: str) -> Collection[str] | None:
        """Which columns are read; None for all of a file."""
        if path in carried or path in continued:
            return None
        return needed.columns(path) if path in kept and PurePosixPath(path).name >= month else ()

    def fault(entry: FileEntry) -> str | None:
        if entry.path == RECIPE:
            return None
        found = fault_of(entry, source, there, before / entry.path, columns(entry.path), teller="manifest")
        return found and f"{source.shown}/{entry.path}: {found}"

    told = {entry.path for entry in ahead.manifest.every_file}
    faults = [f"{source.shown}/{path}: not told by {MANIFEST}" for path in sorted((kept | carried) - told)]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        faults += filter(None, pool.map(fault, ahead.manifest.every_file))
    if faults:
        raise DataError([*faults, f"{source.shown}: not advanced; it is not what its manifest tells"])
