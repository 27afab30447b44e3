"""A repository at hand: its tags, commits, the files in them, worktrees. Only plumbing and machine formats are read."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import ClassVar

from demo_data.common.errors import UsageError, nearest
from demo_data.dataset.atomic import alive
from demo_data.dataset.layout import MANIFEST
from demo_data.dataset.manifest import parsed_manifest
from demo_data.versions import lookup
from demo_data.versions.git import as_text, run_git
from demo_data.versions.pin import Pin, Tag

_WORKTREE = "demo-data-worktree-"
_OF_A_PROJECT = ("dvc.yaml", ".dvc")


class NoRepository(UsageError):
    """There is no git repository."""


@dataclass(frozen=True)
class Pinned:
    """What a pin names in a repository: a commit, by its full name, and the project in it with the manifest there."""

    commit: str
    project: Repository
    manifest: bytes


@dataclass(frozen=True)
class Repository:
    """A git repository with a working tree, at its `root`, and the project in it, in the folder of that name.

    The folder is "" where the whole repository is the project.
    """

    root: Path
    folder: str = ""
    foreign: ClassVar[bool] = False
    """Whether it was only named by a URL: what it holds is somebody else's."""

    @property
    def project(self) -> Path:
        """Where dvc.yaml and data/ lie."""
        return self.root / self.folder

    @property
    def label(self) -> str:
        """How a command names it."""
        return str(self.project)

    @classmethod
    def at(cls, path: Path) -> Repository:
        """The repository that `path` lies in, and the closest project. Raises `UsageError` where there is none."""
        if not path.is_dir():
            raise UsageError(f"{path}: no such directory")
        try:
            places = as_text(run_git("rev-parse", "--show-toplevel", "--show-prefix", folder=path))
        except UsageError as error:
            if "not a git repository" in error.messages[0]:
                raise NoRepository(f"{path}: not a git repository") from None
            if "must be run in a work tree" in error.messages[0]:
                raise UsageError(f"{path}: a bare repository, and this needs a working tree: clone it") from None
            raise
        top, prefix = places.removesuffix("\n").split("\n")
        root, below = Path(top), PurePosixPath(prefix)
        for folder in (below, *below.parents):
            if any((root / folder / name).exists() for name in _OF_A_PROJECT):
                return cls(root, "" if folder == PurePosixPath() else folder.as_posix())
        return cls(root)

    def git(self, *arguments: str) -> str:
        """What git prints, called in the project. Raises `UsageError` with what it complains of."""
        folder = self.project if self.project.is_dir() else self.root  # of another commit, or of one without its files
        return as_text(run_git(*arguments, folder=folder))

    def tags(self, profile: str) -> list[Tag]:
        """The versions of a profile's dataset, in ascending order."""
        return [tag for tag in self._tags() if tag.profile == profile]

    def is_annotated(self, tag: Tag) -> bool:
        """Whether the version's tag is an object of its own, with author, date and message."""
        return self.git("cat-file", "-t", _ref(tag)).strip() == "tag"

    def commit_of(self, rev: str) -> str:
        """The full name of the commit that a revision names. Raises `UsageError` where there is none."""
        try:
            if not rev.startswith("-"):
                return self.git("rev-parse", "--verify", "--quiet", f"{rev}^{{commit}}").strip()
        except UsageError:
            pass
        raise UsageError(f"{self.root}: no commit, branch or tag {rev!r}")

    def changes(self) -> list[str]:
        """What differs in the project from the last commit: ` M path`, `?? path`. Untracked files too, ignored not."""
        status = self.git("status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames", "--", ".")
        return status.split("\0")[:-1]

    def read(self, rev: str, path: str) -> bytes | None:
        """A file's bytes in a revision, its path from the project; None where it has no such file.

        Raises `UsageError` for no revision.
        """
        whole = (PurePosixPath(self.folder) / path).as_posix()
        listed = self.git("--literal-pathspecs", "ls-tree", "-z", "--full-tree", self.commit_of(rev), "--", whole)
        kind, _, name = listed.partition("\t")[0].rpartition(" ")
        return run_git("cat-file", "blob", name, folder=self.root) if kind.endswith(" blob") else None

    def find(self, pin: Pin, cached: Collection[str] = ()) -> Pinned | None:
        """What a pin names here; None where it is an identity of `cached` alone.

        Raises `UsageError` where there is no such version, naming the nearest, commit or identity; where digits fit
        more than one, naming all; and where the commit holds no such dataset.
        """
        if pin.tag:
            require_tag(pin.tag, self._tags(), str(self.root))
            commit = self.commit_of(_ref(pin.tag))
        else:
            refs = [_ref(tag) for tag in reversed(self.tags(pin.profile))]
            named = lookup.commit(self.root, pin, refs, cached)
            if named is None:
                return None
            commit = named
        project = self.of(commit, pin)
        content = project.read(commit, manifest_path(pin.profile))
        assert content is not None
        return Pinned(commit, project, content)

    def manifest(self, pin: Pin) -> bytes:
        """The manifest's bytes. Raises as `find`."""
        found = self.find(pin)
        assert found
        return found.manifest

    def of(self, commit: str, pin: Pin) -> Repository:
        """The repository with the project that a pin's dataset is of: this one's, or the only other in its commit.

        Raises `UsageError` where there is none, or more than one.
        """
        path = manifest_path(pin.profile)
        if self.read(commit, path) is not None:
            return self
        listed = self.git("ls-tree", "-r", "-z", "--full-tree", "--name-only", commit)
        folders = [
            name.removesuffix(path).rstrip("/") for name in listed.split("\0") if f"/{name}".endswith(f"/{path}")
        ]
        if not folders:
            what = "a tag, but its commit" if pin.tag else f"the commit {commit[:9]}, and that"
            raise UsageError(f"{self.root}: {pin.base} is {what} has no {path}")
        if len(folders) > 1:
            among = ", ".join(folder or "." for folder in folders)
            raise UsageError(
                f"{self.root}: {pin.base} has {path} in several folders: {among}; "
                "name one of them in a clone (--repo CLONE/FOLDER)"
            )
        return replace(self, folder=folders[0])

    @contextmanager
    def worktree(self, rev: str) -> Iterator[Path]:
        """A temporary checkout of a revision. It is gone afterwards, as are those that killed runs have left."""
        commit = self.commit_of(rev)
        self._remove_stale()
        with tempfile.TemporaryDirectory(prefix=f"{_WORKTREE}{os.getpid()}-", ignore_cleanup_errors=True) as above:
            folder = Path(above).resolve() / "tree"
            # The hooks of the repository are for its own working tree: DVC's would check data out.
            plain = ("-c", f"core.hooksPath={os.devnull}", "-c", "core.autocrlf=false")
            self.git(*plain, "worktree", "add", "--quiet", "--detach", str(folder), commit)
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)
                self.git("worktree", "prune")

    def checked_out(self, pin: Pin, manifest: bytes) -> Path | None:
        """The directory in `data/` of the profile, if it holds this version, by names and sizes."""
        folder = self.project / "data" / pin.profile
        try:
            if not folder.is_dir() and (found := self.find(pin)):
                folder = found.project.project / "data" / pin.profile
            there = folder / MANIFEST
            if not there.is_file() or there.read_bytes() != manifest:
                return None
            files = parsed_manifest(manifest, str(pin)).every_file
            return folder if all((folder / file.path).stat().st_size == file.bytes for file in files) else None
        except OSError:
            return None

    @contextmanager
    def clone(self, pin: Pin) -> Iterator[Pinned]:
        """What a pin names, in a repository at hand that has it: this one. Raises as `find`."""
        found = self.find(pin)
        assert found
        yield found

    @contextmanager
    def code(self, pin: Pin) -> Iterator[Path]:
        """The project's files of the commit that a pin names, in a place of their own."""
        with self.clone(pin) as found, self.worktree(found.commit) as tree:
            yield tree / found.project.folder

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Wait until no other process is in here for this repository, its worktrees included. Ends with the process."""
        try:
            import fcntl
        except ImportError:  # Windows has none: there, git alone sees that no tag is made twice
            yield
            return
        folder = self.project / self.git("rev-parse", "--git-common-dir").removesuffix("\n")
        with (folder / "demo-data-publish.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _tags(self) -> list[Tag]:
        return tags(self.git("for-each-ref", "--format=%(refname)", "refs/tags/"))

    def _remove_stale(self) -> None:
        for line in self.git("worktree", "list", "--porcelain").splitlines():
            key, _, folder = line.partition(" ")
            above = Path(folder).parent
            process = above.name.removeprefix(_WORKTREE).partition("-")[0]
            ours = key == "worktree" and above.name.startswith(_WORKTREE) and process.isdigit()
            if ours and not alive(int(process)):
                shutil.rmtree(above, ignore_errors=True)
                self.git("worktree", "prune")


def manifest_path(profile: str) -> str:
    """Where a repository keeps the manifest of a profile's dataset."""
    return f"data/{profile}/{MANIFEST}"


def tags(refs: str) -> list[Tag]:
    """The versions among the names of tags, a line each, in ascending order."""
    known = []
    for line in refs.splitlines():
        with suppress(UsageError):
            known.append(Tag.parse(line.removeprefix("refs/tags/")))
    return sorted(known)


def require_tag(tag: Tag, known: list[Tag], where: str) -> None:
    """Raise `UsageError`, naming the nearest version, unless `known` has it."""
    if tag in known:
        return
    same = [other for other in known if other.profile == tag.profile]
    if same:
        below = [other for other in same if other < tag]
        hint = f"nearest: {below[-1] if below else same[0]}"
    elif known:
        hint = f"no version of {tag.profile!r} has a tag; {nearest(tag.profile, sorted({t.profile for t in known}))}"
    else:
        hint = "no dataset has a tag there; `git fetch --tags` brings those that a clone left out"
    raise UsageError(f"{where}: no tag {tag}; {hint}")


def _ref(tag: Tag) -> str:
    return f"refs/tags/{tag}"
