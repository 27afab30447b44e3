"""A git repository that is not at hand: its tags and the manifests in them, which the cache remembers."""

from __future__ import annotations

import hashlib
import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from demo_data.common.errors import UsageError, redacted
from demo_data.common.program import program
from demo_data.versions import cache
from demo_data.versions.git import run_git
from demo_data.versions.pin import Pin
from demo_data.versions.repository import NoRepository, Pinned, Repository, require_tag, tags

_URL = re.compile(r"[a-z][a-z0-9+.-]*://.+|[\w.-]+@[\w.-]+:.+", re.IGNORECASE)


@dataclass(frozen=True)
class RemoteRepository:
    """A repository at a URL, or the path of one without a working tree."""

    url: str

    @property
    def foreign(self) -> bool:
        """Whether it was only named by a URL: what it holds is somebody else's."""
        return _URL.fullmatch(self.url) is not None

    @property
    def label(self) -> str:
        """The URL without user and password."""
        return redacted(self.url)

    def manifest(self, pin: Pin) -> bytes:
        """The manifest's bytes in what a pin names: the cache's, or else fetched. Raises as `Repository.find`."""
        place = cache.cache_folder() / "pins" / hashlib.sha256(self.url.encode()).hexdigest() / f"{pin.base}.json"
        if place.is_file():
            return place.read_bytes()
        with self.clone(pin) as found:
            content = found.manifest
        cache.write(place, content)
        return content

    def checked_out(self, pin: Pin, manifest: bytes) -> None:
        """None: no data of it lies here."""

    @contextmanager
    def clone(self, pin: Pin) -> Iterator[Pinned]:
        """What a pin names, in a temporary clone, without its files: of a version's tag alone, or else of all history.

        Raises `UsageError` where git cannot read the repository, and as `Repository.find`.
        """
        with cache.scratch() as folder:
            try:
                self._fetch(pin, folder)
            except UsageError as error:
                if error.messages[0].startswith("git: "):
                    reason = error.messages[0].replace(self.url, self.label).removeprefix("git: ")
                    raise UsageError(f"{self.label}: git cannot read this repository: {reason}") from None
                raise
            try:
                found = Repository(folder).find(pin)
            except UsageError as error:
                raise UsageError(error.messages[0].replace(str(folder), self.label)) from None
            assert found
            yield found

    @contextmanager
    def code(self, pin: Pin) -> Iterator[Path]:
        """The project's files of the commit that a pin names, in a temporary clone."""
        with self.clone(pin) as found:
            checkout = ("-c", "core.autocrlf=false", "checkout", "--quiet", "--detach")
            run_git(*checkout, found.commit, folder=found.project.root)
            yield found.project.project

    def _fetch(self, pin: Pin, folder: Path) -> None:
        """Fetch into a new repository in `folder` what is needed to find a pin."""
        run_git("init", "--quiet", str(folder))
        if pin.tag:
            refs = run_git("ls-remote", "--tags", "--refs", "--", self.url, "*@v*", folder=folder)
            known = tags("\n".join(line.partition("\t")[2] for line in refs.decode().splitlines()))
            require_tag(pin.tag, known, self.label)
            ref = f"refs/tags/{pin.tag}"
            run_git("fetch", "--quiet", "--depth=1", "--no-tags", "--", self.url, f"{ref}:{ref}", folder=folder)
        else:
            all_of_it = ("refs/heads/*:refs/remotes/origin/*", "refs/tags/*:refs/tags/*")
            run_git("fetch", "--quiet", "--no-tags", "--", self.url, *all_of_it, folder=folder)


AnyRepository: TypeAlias = Repository | RemoteRepository


def repository(given: str | Path | None) -> AnyRepository:
    """The repository of a path or a URL; of the working directory, where nothing is given. Raises `UsageError`."""
    if isinstance(given, str) and not Path(given).exists() and _URL.fullmatch(given):
        return RemoteRepository(given)
    path = Path(given).expanduser() if given is not None else Path.cwd()
    try:
        # It may lie bare on a server's disk, where git would look at it only by its name.
        return RemoteRepository(str(path.resolve())) if _is_git_folder(path) else Repository.at(path)
    except NoRepository as error:
        hint = "; name the one that has the version (--repo, or repo= in Python)" if given is None else ""
        raise NoRepository(redacted(error.messages[0]) + hint) from None
    except UsageError as error:
        raise UsageError([redacted(message) for message in error.messages]) from None


def _is_git_folder(path: Path) -> bool:
    """Whether what git keeps lies here itself: a bare repository, or the `.git` of one that has a working tree."""
    return (path / "HEAD").is_file() and (path / "objects").is_dir() and (path / "refs").is_dir()


def require_trust(pin: Pin, where: AnyRepository, trust: bool) -> None:
    """Raise `UsageError` where a repository's code would run that was only named by a URL, and nobody trusts it."""
    if where.foreign and not trust:
        what = "advancing it to another day" if pin.day else "making it again"
        raise UsageError(
            f"{pin}: {what} would run the code of {where.label} on this machine, with your rights; if you "
            "trust whoever publishes there, say so: --trust (trust=True)"
        )


def rebuilding(pin: Pin, where: AnyRepository) -> str:
    """What a person is told of the way to a version without a remote, which runs code."""
    command = f"`{program()} snapshot rebuild {pin}{option(where)}"
    if where.foreign:
        return f"{command} --trust` makes it again by running that repository's code on this machine, if you trust it"
    return f"{command}` makes it again without a remote"


def option(where: AnyRepository) -> str:
    """How a command names the repository; empty for the one of the working directory."""
    here = isinstance(where, Repository) and Path.cwd().is_relative_to(where.project)
    return "" if here else f" --repo {shlex.quote(where.label)}"
