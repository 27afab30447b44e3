"""Publishing: a dataset as it lies in the last commit becomes a version, which never changes again.

Everything is examined first, and every fault reported. Then DVC pushes the data, and the tag comes last: a tag that
exists names data that others can get, and a run that is killed leaves no tag or a whole publication. Run again, it
goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from demo_data.common.errors import COMPLETED, DataError, UsageError, nearest
from demo_data.common.rendering import few
from demo_data.dataset.layout import MANIFEST
from demo_data.dataset.manifest import Manifest, parsed_manifest, read_manifest
from demo_data.domain import Domain
from demo_data.versions import dvc, versioning
from demo_data.versions.pin import Tag, Version
from demo_data.versions.repository import Repository, manifest_path, require_tag
from demo_data.versions.verify import verify

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Published:
    """A version that is published: `remote` is where its data was pushed now, `new` whether its tag was made now."""

    tag: Tag
    commit: str
    manifest: Manifest
    remote: str | None = None
    new: bool = False


def publish(
    profile: str,
    version: str,
    *,
    repo: Path,
    domain: Domain,
    push: bool = True,
    message: str = "",
    progress: Progress | None = None,
) -> Published:
    """Publish the dataset of the last commit of `repo` as a version of `profile`.

    Where the very same publication exists, its data is pushed again, and all is well. `message` goes into the tag.

    Raises `UsageError` with every reason why it cannot be; `DataError` where all of them are faults of the data.
    """
    examined = _Examination(repo, profile, domain, progress, checking=False)
    tag, manifest = examined.run(version)
    repository, remote, data = examined.repository, None, f"data/{profile}"
    if push and (remote := dvc.default_remote(repository.project)):
        examined.say(f"pushing {data} to the DVC remote {remote!r}")
        dvc.push(repository.project, data, examined.stages)
        COMPLETED.append(f"the push of {data}")
    with repository.alone():
        examined.look_again(tag, manifest)
        new = tag not in repository.tags(profile)
        if new:
            text = _tag_text(tag, manifest, message)
            # Lines that begin with # stay; the commit is the one that was examined; a tag in its place is not moved.
            try:
                repository.git("tag", "-a", "--cleanup=whitespace", f"--message={text}", str(tag), examined.head)
            finally:  # git may have done it by the time that an interrupt comes here
                if tag in repository.tags(profile):
                    COMPLETED.append(f"the tag {tag}")
    return Published(tag, examined.head, manifest, remote, new)


def check(profile: str, version: str, *, repo: Path, domain: Domain, progress: Progress | None = None) -> Published:
    """Whether the last commit of `repo` is a version, whole and rightly numbered. Nothing is made or pushed.

    Raises as `publish` does.
    """
    examined = _Examination(repo, profile, domain, progress, checking=True)
    tag, manifest = examined.run(version)
    return Published(tag, examined.head, manifest)


class _Examination:
    """Looks at everything that a publication stands on, and collects what is wrong with it."""

    def __init__(self, repo: Path, profile: str, domain: Domain, progress: Progress | None, *, checking: bool) -> None:
        self.repository, self.head = Repository.at(repo), ""
        self.profile, self.domain, self.checking = profile, domain, checking
        self.say: Progress = progress or (lambda _: None)
        self.wrong: list[str] = []
        self.damaged: list[str] = []
        self.stages: tuple[str, ...] = ()

    def run(self, version: str) -> tuple[Tag, Manifest]:
        """The version and its manifest. Raises with all that is wrong."""
        self.head = self.repository.commit_of("HEAD")
        tag = None
        try:
            tag = Tag(self.profile, Version.parse(version))
        except UsageError as error:
            self.wrong += error.messages
        if changes := self.repository.changes():
            named = few([change.strip() for change in changes], 5)
            self.wrong.append(f"what is published is a commit, and the tree differs from it: {named}; commit first")
        manifest = self._manifest(tidy=not changes) if self._known() else None
        if tag and manifest:
            self._tag(tag, manifest)
        if self.wrong or self.damaged:
            raise (UsageError if self.wrong else DataError)([*self.wrong, *self.damaged])
        assert tag
        assert manifest
        return tag, manifest

    def look_again(self, tag: Tag, manifest: Manifest) -> None:
        """Raise where the number is not right any more: another publication may have made a tag meanwhile."""
        self._tag(tag, manifest)
        if self.wrong:
            raise UsageError(self.wrong)

    def _known(self) -> bool:
        """Whether DVC builds the profile. Without its artifact it cannot be asked for by name."""
        params, pipeline = dvc.PARAMS, dvc.PIPELINE
        try:
            profiles = [str(name) for name in dvc.read_yaml(self.repository, params).get("profiles") or ()]
            artifact = (dvc.read_yaml(self.repository, pipeline).get("artifacts") or {}).get(self.profile)
            path = (artifact or {}).get("path")
        except DataError as error:
            self.damaged += error.messages
            return False
        except (AttributeError, TypeError):
            self.damaged.append(f"{params} or {pipeline}: not as DVC takes it")
            return False
        if self.profile not in profiles:
            hint = nearest(self.profile, profiles)
            self.wrong.append(f"{self.profile!r} is not among the profiles of {params}; {hint}")
            return False
        if path != f"data/{self.profile}":
            actual = f"says path: {path}" if path else "is missing"
            entry = f"{self.profile}: {{type: dataset, path: data/{self.profile}}}"
            self.wrong.append(f"{pipeline}: the entry of {self.profile} under artifacts {actual}; write `{entry}`")
        return True

    def _manifest(self, tidy: bool) -> Manifest | None:
        """What is said of the data, once the data is that: the locked files, verified."""
        path = manifest_path(self.profile)
        committed = self.repository.read("HEAD", path)
        if committed is None:
            self.wrong.append(f"{path} is not in the last commit: `dvc repro`, then `git add {path}` and commit")
            return None
        try:
            manifest = read_manifest(self.folder)
            locked = dvc.locked(self.repository, self.profile)
            faults = list(dvc.faults(self.repository, self.profile, locked))
        except UsageError as error:
            self.damaged += error.messages
            return None
        self.stages = locked.stages
        if manifest.profile != self.profile:
            faults.append(f"{path}: of the profile {manifest.profile}")
        if tidy and (self.folder / MANIFEST).read_bytes() != committed:
            faults.append(f"{path}: not the one of the last commit, though git takes it for unchanged")
        if not faults:
            self.say(f"verifying data/{self.profile}")
            faults = verify(self.folder, self.domain).faults
        self.damaged += faults
        return manifest

    @property
    def folder(self) -> Path:
        """Where the dataset lies, as a person here would name it."""
        folder = self.repository.project / "data" / self.profile
        return folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder

    def _tag(self, tag: Tag, manifest: Manifest) -> None:
        """Whether the version is the right one, and its tag what it should be: none yet, or this very publication."""
        tags = self.repository.tags(self.profile)
        others = [other for other in tags if other != tag]
        at = self.repository.commit_of(f"refs/tags/{tag}") if tag in tags else None
        try:
            if at is None and self.checking:
                require_tag(tag, tags, str(self.repository.root))
            elif at is None:
                self.repository.git("var", "GIT_COMMITTER_IDENT")
            elif at != self.head:
                if self.checking:
                    self.wrong.append(
                        f"{tag} is the commit {at[:9]}, and this is {self.head[:9]}: `git checkout {tag}`"
                    )
                else:
                    advice = versioning.advice(manifest, tags, self._of)
                    self.wrong.append(f"{tag} exists, at the commit {at[:9]}, and a version never changes; {advice}")
                return
            elif not self.repository.is_annotated(tag):
                self.wrong.append(
                    f"{tag} is a lightweight tag: `git tag -d {tag}`, then publish it, which annotates it"
                )
            self.wrong += versioning.faults(tag, manifest, others, self._of)
        except UsageError as error:
            self.wrong += error.messages

    def _of(self, tag: Tag) -> Manifest:
        return parsed_manifest(self.repository.manifest(tag.pin), f"{tag}: {manifest_path(tag.profile)}")


def _tag_text(tag: Tag, manifest: Manifest, message: str) -> str:
    rows = "".join(f"  {table:24}{rows:>14,}\n" for table, rows in manifest.rows.items())
    return (
        f"{tag.profile} {tag.version}\n\n"
        + (f"{message.strip()}\n\n" if message.strip() else "")
        + f"Profile:   {tag.profile}\nVersion:   {tag.version}\nIdentity:  {manifest.identity}\n"
        + f"Generator: demo-data {manifest.generator}\nRows:\n{rows}"
    )
