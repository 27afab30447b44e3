"""Served remotes, and repositories with versions in them, each made once per session."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.versions import serving, upstream
from tests.versions.serving import Remote
from tests.versions.upstream import Tree


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
