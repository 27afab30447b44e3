"""Which commit of a repository is meant by digits: those of a commit's name, or of the identity of a dataset."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from demo_data.common.errors import UsageError
from demo_data.common.rendering import few
from demo_data.dataset.layout import MANIFEST
from demo_data.versions.git import as_text, run_git
from demo_data.versions.pin import IDENTITY_DIGITS, Pin

_SHOWN = 5
"""How many are named, where digits fit many."""


def commit(root: Path, pin: Pin, tagged: Sequence[str], cached: Collection[str] = ()) -> str | None:
    """The full name of the commit that a pin's digits stand for; None for an identity that `cached` alone knows.

    An identity is looked for in all manifests of the profile that the history of any branch or tag holds. Its commit is
    the first of the `tagged` revisions that has it, or else the oldest, whose code made it. Raises `UsageError` where
    nothing fits, or more than one thing.
    """
    commits = _commits(root, pin.digits)
    blobs = _identities(root, pin) if len(pin.digits) >= IDENTITY_DIGITS else {}
    identities = sorted({*blobs, *(identity for identity in cached if identity.startswith(pin.digits))})
    fits = [*(f"the identity {identity}" for identity in identities), *(f"the commit {name}" for name in commits)]
    if len(fits) > 1:
        raise UsageError(f"{root}: {pin.base} fits {few(fits, _SHOWN)}: give more of the digits")
    if not fits:
        raise UsageError(f"{root}: {_nothing(pin)}")
    if commits:
        return commits[0]
    found = blobs.get(identities[0])
    return _holding(root, found, tagged) if found else None


def _nothing(pin: Pin) -> str:
    again = "`git fetch --tags` brings what a clone left out"
    if len(pin.digits) < IDENTITY_DIGITS:
        return f"no commit begins with {pin.digits} (an identity is named by {IDENTITY_DIGITS} digits or more); {again}"
    where = f"neither a commit nor the identity of any data/{pin.profile}/{MANIFEST} in its history or in the cache"
    return f"{pin.digits} begins {where}; {again}"


def _commits(root: Path, digits: str) -> list[str]:
    """The commits whose name begins so."""
    if len(digits) > len(_output(root, "hash-object", "--stdin").strip()):
        return []
    names = _output(root, "rev-parse", f"--disambiguate={digits}").split()
    return [name for name, kind in _kinds(root, names) if kind == "commit"]


def _identities(root: Path, pin: Pin) -> dict[str, dict[str, set[str]]]:
    """By the identities that begin so: the blobs of their manifests, each with its paths."""
    path = f"data/{pin.profile}/{MANIFEST}"
    everywhere = ("--", f":(top,glob)**/{path}")
    commits = run_git("rev-list", "--all", "--full-history", *everywhere, folder=root)
    raw = ("-r", "-m", "--root", "--raw", "--no-abbrev", "--no-renames", "--no-commit-id", "-z")
    changes = as_text(run_git("diff-tree", "--stdin", *raw, *everywhere, folder=root, given=commits)).split("\0")
    paths: dict[str, set[str]] = {}
    for change, name in zip(changes[::2], changes[1::2], strict=False):
        _, _, _, blob, kind = change.split(" ")
        if kind != "D":
            paths.setdefault(blob, set()).add(name)
    found: dict[str, dict[str, set[str]]] = {}
    for blob, content in _contents(root, list(paths)):
        identity = _identity(content, pin)
        if identity:
            found.setdefault(identity, {})[blob] = paths[blob]
    return found


def _identity(content: bytes, pin: Pin) -> str | None:
    """The identity that a manifest tells, where that begins as the pin says."""
    if pin.digits.encode() not in content:
        return None
    try:
        identity = json.loads(content)["identity"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return None  # whatever was once kept under this name
    return identity if isinstance(identity, str) and identity.startswith(pin.digits) else None


def _holding(root: Path, blobs: dict[str, set[str]], tagged: Sequence[str]) -> str:
    """The first commit that holds one of the blobs under one of its paths."""
    paths = sorted({path for names in blobs.values() for path in names})
    specs = (f":(top,literal){path}" for path in paths)
    history = _output(root, "rev-list", "--all", "--reverse", "--full-history", "--", *specs)
    revisions = [*tagged, *history.split()]
    places = [(revision, f"{revision}:{path}") for revision in revisions for path in paths]
    kinds = _kinds(root, [place for _, place in places])
    holder = next(revision for (revision, _), (name, _) in zip(places, kinds, strict=True) if name in blobs)
    return _output(root, "rev-parse", "--verify", f"{holder}^{{commit}}").strip()


def _kinds(root: Path, names: Sequence[str]) -> list[tuple[str, str]]:
    """The full name and the type of each object; that is `missing` for what does not exist."""
    given = "".join(f"{name}\n" for name in names)
    lines = as_text(run_git("cat-file", "--batch-check", folder=root, given=given.encode("utf-8", "surrogateescape")))
    return [_named(line) for line in lines.splitlines()]


def _named(line: str) -> tuple[str, str]:
    name, _, rest = line.partition(" ")
    return name, "missing" if line.endswith(" missing") else rest.partition(" ")[0]


def _contents(root: Path, blobs: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """The bytes of each blob."""
    output = memoryview(run_git("cat-file", "--batch", folder=root, given="".join(f"{b}\n" for b in blobs).encode()))
    place = 0
    for blob in blobs:
        end = bytes(output[place : place + 200]).index(b"\n") + place
        size = int(bytes(output[place:end]).rpartition(b" ")[2])
        yield blob, bytes(output[end + 1 : end + 1 + size])
        place = end + size + 2


def _output(root: Path, *arguments: str) -> str:
    return as_text(run_git(*arguments, folder=root))
