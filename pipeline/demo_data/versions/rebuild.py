"""Making a version again from its recipe, without a remote, by its own code; and proof that it is the same."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from demo_data.common import params
from demo_data.common.errors import DataError, UsageError
from demo_data.common.files import file_hash
from demo_data.common.program import program
from demo_data.common.yaml_text import file_text
from demo_data.dataset.atomic import staged
from demo_data.dataset.layout import MANIFEST
from demo_data.dataset.manifest import Manifest, parsed_manifest, read_manifest
from demo_data.versions import advance, cache
from demo_data.versions.own_code import OwnCode, made_ready
from demo_data.versions.pin import Pin
from demo_data.versions.remote.repository import repository, require_trust

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Rebuilt:
    """A version that was made again: `differing` are the files whose bytes are others, though all values are the same.

    `kept` is where the cache has it: nowhere, where any bytes differ or nothing was to be kept. `packages` are those
    that are here in another version than the lock file's.
    """

    pin: Pin
    identity: str
    differing: tuple[str, ...]
    packages: tuple[str, ...]
    kept: Path | None
    out: Path | None


def rebuild(
    pin: Pin,
    repo: str | Path | None = None,
    *,
    out: Path | None = None,
    keep: bool = True,
    fresh: bool | None = False,
    trust: bool = False,
    progress: Progress | None = None,
) -> Rebuilt:
    """Make the data of a version again, and compare it with the manifest that its commit holds; then advance it.

    The code is that of the commit. It runs with the rights of whoever calls this: where the repository is named by a
    URL, `trust` says that it may. The packages are those at hand or, with `fresh`, those of the commit's lock file, in
    an environment of their own that is gone afterwards; None takes that where those at hand are others. The same bytes
    go into the cache, where `open_snapshot` finds them, unless `keep` is false; the same values go to `out`, where it
    is given. A pin with a day is advanced to it, by the same code.

    Raises `UsageError` where there is no such version or its code does not run here, `DataError` that names every
    table with other values.
    """
    say = progress or (lambda _: None)
    where = repository(repo)
    require_trust(pin, where, trust)
    manifest = where.manifest(pin)
    pinned = parsed_manifest(manifest, f"{pin.base}: {MANIFEST}")
    if out and out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out}: exists; name a directory that is new or empty")
    with cache.scratch() as scratch, where.code(pin) as tree:
        built = scratch / pin.profile
        code = made_ready(pin.base, tree, scratch, fresh=fresh, say=say)
        if pin.day:
            advance.require_command(code, scratch)
        say(f"building {pin.profile} by the code of {pin.base}")
        ended, lines = code.run(scratch, "build", pin.profile, "--out", str(built), *_day(pin, tree))
        if ended or not (built / MANIFEST).is_file():
            raise UsageError(f"{pin.base}: {code.failure('its build', ended, lines)}")
        own = read_manifest(built)
        if own.identity != pinned.identity:
            raise DataError(list(_differences(pin.base, pinned, own, code)))
        hashes = {path: file_hash(built / path) for path in pinned.hashes if (built / path).is_file()}
        expected = own.hashes | pinned.hashes
        differing = sorted(path for path, digest in expected.items() if hashes.get(path) != digest)
        kept = None
        if not differing:
            (built / MANIFEST).write_bytes(manifest)
        if pin.day:
            say(f"advancing it to {pin.day}")
            own = advance.to_day(code, scratch, built, pin)
        if out:
            with staged(out) as staging:
                shutil.copytree(built, staging, dirs_exist_ok=True)
        if keep and not differing:
            kept = cache.keep_advanced(built, manifest, pin.day) if pin.day else cache.keep(built, manifest)
    return Rebuilt(pin, own.identity, tuple(differing), code.differing, kept, out)


def _day(pin: Pin, tree: Path) -> list[str]:
    """The option of the last day that the commit's params.yaml has DVC build as of, where it says one."""
    if not (tree / params.FILE).is_file():
        return []
    try:
        last = params.as_of(file_text(tree / params.FILE, params.FILE))
    except UsageError as error:
        raise UsageError([f"{pin.base}: {message}" for message in error.messages]) from None
    return ["--as-of", str(last)] if last else []


def _differences(pin: Pin, pinned: Manifest, own: Manifest, code: OwnCode) -> Iterator[str]:
    """What differs, what may be behind it, and what to do."""
    yield f"{pin}: made again, it is other data: identity {own.identity[:16]} instead of {pinned.identity[:16]}"
    before, after = pinned.by_table, own.by_table
    for table in dict.fromkeys((*before, *after)):
        if table not in before or table not in after:
            yield f"{table}: {'only in the version' if table in before else 'not in the version'}"
            continue
        old, new = before[table], after[table]
        if old.fingerprint != new.fingerprint:
            yield f"{table}: another schema"
        elif old.rows != new.rows:
            yield f"{table}: {new.rows:,} rows instead of {old.rows:,}"
        elif old.content != new.content:
            yield f"{table}: other values"
    if own.recipe != pinned.recipe:
        yield f"the recipe differs: that of the commit's profile is not the one that {pin} was made from"
    if own.generator != pinned.generator:
        yield f"it was made by demo-data {pinned.generator}, and now by {own.generator}"
    if "lock" in pinned.model_fields_set and pinned.lock != own.lock:
        yield f"the lock file differs: that of the commit is not the one that {pin} was made with"
    if code.differing:
        yield f"other packages are installed here: {', '.join(code.differing)}"
    if code.fresh:
        there = f"`git worktree add DIR {pin.tag or 'COMMIT'}`"
        yield f"{there} and a build there make it to look at: `{program()} snapshot diff` compares"
    else:
        yield f"`{program()} snapshot rebuild {pin} --fresh` makes it with the packages of the commit's lock file"
