"""Served remotes, and repositories with versions in them, each made once per session."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running import called
from tests.versions import serving, upstream
from tests.versions.publishing import Publish, Told
from tests.versions.rebuilding import Rebuild
from tests.versions.serving import Remote
from tests.versions.upstream import SECOND, Tree


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Remote]:
    """An S3 server that has all the versions of `published`."""
    with serving.s3(tmp_path_factory.mktemp("s3")) as found:
        yield found


@pytest.fixture(scope="session")
def sftp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Remote]:
    """An SFTP server, empty at first."""
    with serving.sftp(tmp_path_factory.mktemp("sftp")) as found:
        yield found


@pytest.fixture(scope="session")
def versions(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """A repository with `minimal@v1.0.0` and `minimal@v1.1.0`, its data in its own DVC cache. Read only: copy it."""
    return upstream.made(tmp_path_factory.mktemp("versions") / "repository")


@pytest.fixture(scope="session")
def published(versions: Tree, s3: Remote, tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """The same, with its versions pushed to the S3 server, which `.dvc/config` names. Read only: clone it."""
    tree = versions.copy(tmp_path_factory.mktemp("published") / "repository")
    tree.name_remote(s3)
    tree.run("dvc", "push", "--all-tags", **s3.environment)
    return tree


@pytest.fixture
def clone(published: Tree, tmp_path: Path) -> Tree:
    """A fresh clone of `published` in which nothing has been pulled, without credentials."""
    return published.clone(tmp_path / "clone")


@pytest.fixture
def tree(versions: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tree:
    """A repository whose last commit holds data that is not a version yet; `minimal@v1.0.0` comes before it."""
    found = versions.copy(tmp_path / "repository")
    found.run("git", "tag", "-d", SECOND)
    monkeypatch.chdir(found.folder)
    for key, value in found.env.items():
        monkeypatch.setenv(key, value)
    return found


@pytest.fixture
def publish(capsys: pytest.CaptureFixture[str]) -> Publish:
    """Publishes, in this process: exit code, lines printed, lines of errors without the command's name."""

    def run(version: str = "v1.1.0", *options: str, profile: str = "minimal") -> Told:
        code, out, err = called(capsys, "snapshot", "publish", profile, version, *options)
        return code, out.splitlines(), [line.removeprefix("demo-data: ") for line in err.splitlines()]

    return run


@pytest.fixture
def own(demo_dir: Path, tmp_path: Path) -> Path:
    """A copy of the demo dataset, to be changed."""
    return Path(shutil.copytree(demo_dir, tmp_path / "demo"))


@pytest.fixture
def here(versions: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tree:
    """A clone of a repository with two versions: it has their tags, and no data."""
    found = versions.clone(tmp_path / "repository")
    monkeypatch.chdir(found.folder)
    for key, value in found.env.items():
        monkeypatch.setenv(key, value)
    return found


@pytest.fixture
def rebuild(capsys: pytest.CaptureFixture[str]) -> Rebuild:
    """Rebuilds, in this process: exit code, lines printed, lines of errors without the command's name."""

    def run(*arguments: object) -> tuple[int, list[str], list[str]]:
        code, out, err = called(capsys, "snapshot", "rebuild", *arguments)
        return code, out.splitlines(), [line.removeprefix("demo-data: ") for line in err.splitlines()]

    return run
