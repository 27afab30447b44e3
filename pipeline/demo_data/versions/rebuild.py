"""Making a version again from its recipe, without a remote, by the code of its tag; and proof that it is the same."""

from __future__ import annotations

import errno
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from demo_data.common.errors import DataError, UsageError, redacted
from demo_data.common.files import file_hash
from demo_data.common.program import program
from demo_data.dataset.atomic import staged
from demo_data.dataset.layout import MANIFEST
from demo_data.dataset.manifest import Manifest, parsed_manifest, read_manifest
from demo_data.versions import cache, environment
from demo_data.versions.pin import Pin
from demo_data.versions.remote.repository import repository

Progress = Callable[[str], None]
_OURS = Path(__file__).resolve().parents[2]
"""Where this program's package lies."""
_SCARCE = (errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.ENOMEM)


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
    fresh: bool = False,
    trust: bool = False,
    progress: Progress | None = None,
) -> Rebuilt:
    """Make the data of a version again, and compare it with the manifest that its tag holds.

    The code is that of the tag. It runs with the rights of whoever calls this: where the repository is named by a URL,
    `trust` says that it may. The packages are those at hand or, with `fresh`, those of the tag's lock file, in an
    environment of their own that is gone afterwards. The same bytes go into the cache, where `open_snapshot` finds
    them, unless `keep` is false; the same values go to `out`, where it is given.

    Raises `UsageError` where there is no such version or its code does not run here, `DataError` that names every
    table with other values.
    """
    say = progress or (lambda _: None)
    where = repository(repo)
    if where.foreign and not trust:
        raise UsageError(
            f"{pin}: making it again would run the code of {where.label} on this machine, with your rights; if you "
            "trust whoever publishes there, say so: --trust (trust=True)"
        )
    manifest = where.manifest(pin)
    tagged = parsed_manifest(manifest, f"{pin}: {MANIFEST}")
    if out and out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out}: exists; name a directory that is new or empty")
    with cache.scratch() as scratch, where.code(pin) as tree:
        built = scratch / pin.profile
        own_code = (tree / "pipeline" / "__main__.py").is_file()
        locked = own_code or (tree / environment.LOCK).is_file()
        packages = environment.differing(environment.core_packages(tree)) if locked and not fresh else []
        python = Path(sys.executable)
        if fresh:
            say(f"installing the packages of the lock file of {pin}")
            python = environment.installed(environment.core_packages(tree), scratch)
        say(f"building {pin.profile} by the code of {pin}")
        _build(python, tree, scratch, pin, built, fresh)
        own = read_manifest(built)
        if own.identity != tagged.identity:
            raise DataError(list(_differences(pin, tagged, own, packages, fresh)))
        hashes = {path: file_hash(built / path) for path in tagged.hashes if (built / path).is_file()}
        expected = own.hashes | tagged.hashes
        differing = sorted(path for path, digest in expected.items() if hashes.get(path) != digest)
        kept = None
        if not differing:
            (built / MANIFEST).write_bytes(manifest)
        if out:
            with staged(out) as staging:
                shutil.copytree(built, staging, dirs_exist_ok=True)
        if keep and not differing:
            kept = cache.keep(built, manifest)
    return Rebuilt(pin, tagged.identity, tuple(differing), tuple(packages), kept, out)


def _build(python: Path, tree: Path, scratch: Path, pin: Pin, out: Path, fresh: bool) -> None:
    """Build in a process that finds the tag's code, and that of no other checkout.

    Of a project with a domain of its own, whose data this program makes, the domain is the tag's code.
    """
    path = [tree]
    if (tree / "pipeline" / "__main__.py").is_file():
        was_a_package = (tree / "pipeline" / "__init__.py").is_file()  # up to version 0.3
        code = ["-m", "pipeline"] if was_a_package else ["pipeline"]
        environment.write_metadata(tree, scratch / "metadata")
        path.append(scratch / "metadata")
    elif environment.named_domain(tree):
        code = ["-m", "demo_data"]
        path += [] if fresh else [_OURS]
    else:
        raise UsageError(f"{pin}: its commit has no code that makes data (pipeline/)")
    env = environment.without_python_settings() | {"PYTHONPATH": os.pathsep.join(map(str, path))}
    with tempfile.TemporaryFile() as errors:
        done = subprocess.run(
            [python, *code, "build", pin.profile, "--out", str(out)],
            cwd=tree,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            check=False,
        )
        errors.seek(0)
        lines = [line.strip() for line in errors.read().decode(errors="replace").splitlines() if line.strip()]
    if done.returncode or not (out / MANIFEST).is_file():
        raise UsageError(f"{pin}: {_failure(done.returncode, lines, pin, fresh)}")


def _failure(code: int, lines: Sequence[str], pin: Pin, fresh: bool) -> str:
    """Why a build failed: for lack of something on this machine, by its own refusal, or since its code does not run."""
    last = redacted(lines[-1]) if lines else f"it ended with {code}"
    scarce = ", ".join(os.strerror(number) for number in _SCARCE if any(os.strerror(number) in line for line in lines))
    if scarce or any(re.match(r"MemoryError|demo-data: .*out of memory", line) for line in lines):
        return f"this machine has too little for it: {scarce or 'memory'} ({last})"
    if code < 0:
        return f"the build was ended by the signal {-code} ({signal.strsignal(-code)}); is there too little memory?"
    if unexpected := re.fullmatch(r"demo-data: unexpected (\w+: .*?)(; \w+=1 shows where)?", last):
        last = unexpected[1]
    elif last.startswith("demo-data: "):
        return f"its build failed: {last.removeprefix('demo-data: ')}"
    hint = "" if fresh else f"; `{program()} snapshot rebuild {pin} --fresh` runs it with the packages of its lock file"
    return f"its code does not run here: {last}{hint}"


def _differences(pin: Pin, tagged: Manifest, own: Manifest, packages: list[str], fresh: bool) -> Iterator[str]:
    """What differs, what may be behind it, and what to do."""
    yield f"{pin}: made again, it is other data: identity {own.identity[:16]} instead of {tagged.identity[:16]}"
    before, after = tagged.by_table, own.by_table
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
    if own.recipe != tagged.recipe:
        yield f"the recipe differs: that of the tag's profile is not the one that {pin} was made from"
    if own.generator != tagged.generator:
        yield f"it was made by demo-data {tagged.generator}, and now by {own.generator}"
    if "lock" in tagged.model_fields_set and tagged.lock != own.lock:
        yield f"the lock file differs: that of the tag is not the one that {pin} was made with"
    if packages:
        yield f"other packages are installed here: {', '.join(packages)}"
    if fresh:
        yield f"`git worktree add DIR {pin}` and a build there make it to look at: `{program()} snapshot diff` compares"
    else:
        yield f"`{program()} snapshot rebuild {pin} --fresh` makes it with the packages of the tag's lock file"
