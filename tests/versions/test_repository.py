"""What is read from git: versions, files in them, and worktrees."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from demo_data.common.errors import UsageError
from demo_data.versions.pin import Pin, Tag
from demo_data.versions.remote.repository import RemoteRepository
from demo_data.versions.repository import Repository
from tests.versions.upstream import Tree

MANIFEST = b'{"made": "for this test"}\r\n'


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """A repository in a folder with a space in its name: three versions of `demo`, one of `minimal`, other tags."""
    folder = tmp_path / "a b"
    folder.mkdir()
    tree = Tree(folder)
    tree.run("git", "init", "-q")
    (folder / "read me.txt").write_text("1")
    tree.commit("No data yet")
    tree.tag("minimal@v1.0.0")
    (folder / "data" / "demo").mkdir(parents=True)
    (folder / "data" / "demo" / "snapshot.json").write_bytes(MANIFEST)
    tree.commit("Data")
    for pin in ("demo@v1.10.0", "demo@v1.9.0", "v3", "demo@v1.9.0-rc1", "demo#prod#1"):
        tree.tag(pin)
    tree.run("git", "tag", "demo@v2.0.0")
    return tree


@pytest.fixture
def repository(tree: Tree) -> Repository:
    return Repository.at(tree.folder / "data")


def refusal(call: object, *arguments: object) -> str:
    with pytest.raises(UsageError) as refused:
        call(*arguments)  # type: ignore[operator]
    (message,) = refused.value.messages
    return message


def test_root(tree: Tree, tmp_path: Path) -> None:
    """A repository is found from below; where there is none, or no directory, that is said."""
    assert Repository.at(tree.folder / "data" / "demo").root == tree.folder
    assert refusal(Repository.at, tmp_path) == f"{tmp_path}: not a git repository"
    assert refusal(Repository.at, tmp_path / "x") == f"{tmp_path / 'x'}: no such directory"


def test_tags(repository: Repository) -> None:
    """Versions are ordered as versions; tags of other forms are none."""
    assert [str(pin) for pin in repository.tags("demo")] == ["demo@v1.9.0", "demo@v1.10.0", "demo@v2.0.0"]
    assert Tag.parse("demo@v1.9.0") in repository.tags("demo")
    assert Tag.parse("demo@v1.9.1") not in repository.tags("demo")
    assert repository.is_annotated(Tag.parse("demo@v1.9.0"))
    assert not repository.is_annotated(Tag.parse("demo@v2.0.0"))


@pytest.mark.parametrize(
    ("pin", "hint"),
    [
        ("demo@v1.9.1", "nearest: demo@v1.9.0"),
        ("demo@v9.0.0", "nearest: demo@v2.0.0"),
        ("demo@v0.1.0", "nearest: demo@v1.9.0"),
        ("dmeo@v1.0.0", "no version of 'dmeo' has a tag; did you mean 'demo'?"),
    ],
)
def test_nearest(repository: Repository, pin: str, hint: str) -> None:
    """A version that does not exist names the nearest that does."""
    assert refusal(repository.manifest, Pin.parse(pin)) == f"{repository.root}: no tag {pin}; {hint}"


def test_no_versions(tmp_path: Path) -> None:
    """Where no tag is there at all, a clone may lack them."""
    (tmp_path / "empty").mkdir()
    Tree(tmp_path / "empty").run("git", "init", "-q")
    said = refusal(Repository.at(tmp_path / "empty").manifest, Pin.parse("demo@v1.0.0"))
    assert said.endswith("no dataset has a tag there; `git fetch --tags` brings those that a clone left out")


def test_files(repository: Repository, tree: Tree) -> None:
    """A file of a revision comes byte for byte, whatever lies in the working tree; a file that is not there is None."""
    (tree.folder / "data" / "demo" / "snapshot.json").write_text("changed")
    (tree.folder / "new one").touch()

    assert repository.manifest(Pin.parse("demo@v1.9.0")) == MANIFEST
    assert repository.read("HEAD", "read me.txt") == b"1"
    assert repository.read("HEAD", "data") is None
    assert repository.read("minimal@v1.0.0", "data/demo/snapshot.json") is None
    assert repository.changes() == [" M data/demo/snapshot.json", "?? new one"]
    said = refusal(repository.manifest, Pin.parse("minimal@v1.0.0"))
    assert said.endswith("minimal@v1.0.0 is a tag, but its commit has no data/minimal/snapshot.json")


def test_commits(repository: Repository, tree: Tree) -> None:
    """A tag with a message stands for its commit; what is no revision is refused, and an option is none."""
    assert (
        repository.commit_of("demo@v1.9.0")
        == repository.commit_of("HEAD")
        == tree.run("git", "rev-parse", "HEAD").strip()
    )
    for none in ("nowhere", "--all", ""):
        assert refusal(repository.commit_of, none) == f"{repository.root}: no commit, branch or tag {none!r}"


def test_hooks(repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What git tells a hook about the repository at hand changes nothing: another one may be meant."""
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))

    assert len(repository.tags("demo")) == 3
    assert repository.changes() == []


def test_worktree(repository: Repository, tree: Tree) -> None:
    """A version is checked out aside without running hooks, and is gone afterwards, even after an error."""
    hook = tree.folder / ".git" / "hooks" / "post-checkout"
    hook.write_text("#!/bin/sh\ntouch ran-a-hook\n")
    hook.chmod(0o755)
    with repository.worktree("minimal@v1.0.0") as folder:
        assert sorted(path.name for path in folder.iterdir()) == [".git", "read me.txt"]
        assert repository.git("worktree", "list").count("\n") == 2
    assert not folder.exists()
    with pytest.raises(ZeroDivisionError), repository.worktree("demo@v1.9.0") as folder:
        (folder / "new").write_text(str(1 / 0))
    assert not folder.exists()
    assert repository.git("worktree", "list").count("\n") == 1
    assert (tree.folder / "data").is_dir()


def test_worktree_of_a_killed_run(repository: Repository) -> None:
    """What a killed run has left is gone after the next one; another run's that goes on stays."""
    program = (
        "import os, signal, sys; from pathlib import Path; from demo_data.versions.repository import Repository\n"
        "with Repository.at(Path(sys.argv[1])).worktree('HEAD') as folder:\n"
        "    print(folder, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run(
        [sys.executable, "-c", program, repository.root], capture_output=True, text=True, check=False
    )
    left = Path(killed.stdout.strip())
    assert (killed.returncode, left.is_dir()) == (-9, True)

    with repository.worktree("HEAD") as other, repository.worktree("HEAD") as folder:
        assert (left.parent.exists(), other.is_dir(), folder.is_dir()) == (False, True, True)
        assert f"-{os.getpid()}-" in str(other)
    assert repository.git("worktree", "list").count("\n") == 1


def test_secrets() -> None:
    """A repository elsewhere is shown without user, password and tokens."""
    assert (
        RemoteRepository("https://u:pw@host/x.git?access_token=abc").label == "https://***@host/x.git?access_token=***"
    )
