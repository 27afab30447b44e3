"""What is no version is refused: all reasons are told at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from demo_data.versions import dvc
from tests.versions.publishing import DATA, Publish, tags
from tests.versions.upstream import FIRST, SECOND, Tree


def test_all_at_once(tree: Tree, publish: Publish) -> None:
    """Every reason is told in one go; a request that cannot be carried out weighs more than faults of data."""
    (tree.folder / "notes.txt").touch()
    (tree.folder / DATA / "farmers.parquet").unlink()
    with (tree.folder / DATA / "regions.parquet").open("ab") as file:
        file.write(b"x")
    tree.run("git", "tag", SECOND)

    code, _, wrong = publish()

    assert code == 2
    assert [line.partition(":")[0] for line in wrong] == [
        "what is published is a commit, and the tree differs from it",
        f"{SECOND} is a lightweight tag",
        "missing",
        "not what dvc.lock names",
    ]
    assert wrong[2].startswith(f"missing: {DATA}/farmers.parquet; ")
    assert wrong[3].startswith(f"not what dvc.lock names: {DATA}/regions.parquet; ")


def test_wrong_words(tree: Tree, publish: Publish) -> None:
    """A misspelt profile and a version that is none are told together."""
    code, _, wrong = publish("1.1", profile="minmal")

    assert code == 2
    assert wrong == [
        "'1.1' is no version: write it as v1.0.0",
        "'minmal' is not among the profiles of params.yaml; did you mean 'minimal'?",
    ]


def test_no_repository(publish: Publish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside of git there is nothing to publish."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))

    assert publish() == (2, [], [f"{tmp_path}: not a git repository"])


def test_dirty(tree: Tree, publish: Publish) -> None:
    """Five changes are named, the others counted; `--check` minds them too."""
    for number in range(8):
        (tree.folder / f"note-{number}").touch()

    code, _, wrong = publish()

    named = ", ".join(f"?? note-{number}" for number in range(5))
    assert (code, wrong) == (
        2,
        [f"what is published is a commit, and the tree differs from it: {named} and 3 more; commit first"],
    )
    assert tags(tree) == [FIRST]
    tree.tag(SECOND)
    assert publish("v1.1.0", "--check")[::2] == (code, wrong)


@pytest.mark.sample(1)
@pytest.mark.parametrize("options", [(), ("--check",)])
def test_tag_of_another_commit(tree: Tree, publish: Publish, options: tuple[str, ...]) -> None:
    """A version that exists elsewhere stays there."""
    tree.tag(SECOND)
    tagged = tree.run("git", "rev-parse", "HEAD")[:9]
    (tree.folder / "notes.txt").touch()
    tree.commit("Note")
    here = tree.run("git", "rev-parse", "HEAD")[:9]

    code, _, wrong = publish("v1.1.0", *options)

    assert code == 2
    assert wrong == [
        f"{SECOND} is the commit {tagged}, and this is {here}: `git checkout {SECOND}`"
        if options
        else f"{SECOND} exists, at the commit {tagged}, and a version never changes; "
        f"nothing has changed since {SECOND}, the latest version"
    ]


@pytest.mark.sample(1)
@pytest.mark.parametrize("options", [(), ("--check",)])
def test_lightweight_tag(tree: Tree, publish: Publish, options: tuple[str, ...]) -> None:
    """A tag without author and date is no version."""
    tree.run("git", "tag", SECOND)

    assert publish("v1.1.0", *options)[::2] == (
        2,
        [f"{SECOND} is a lightweight tag: `git tag -d {SECOND}`, then publish it, which annotates it"],
    )


@pytest.mark.sample(1)
@pytest.mark.parametrize(
    ("version", "why"),
    [
        ("v1.0.1", "so the minor number must grow; use v1.1.0"),
        ("v0.9.0", f"comes before {FIRST}, the first version; use v1.1.0"),
    ],
)
def test_numbers(tree: Tree, publish: Publish, version: str, why: str) -> None:
    """A version of the wrong number is refused, before and after its tag was made; the right one is told."""
    code, _, wrong = publish(version)

    assert code == 2
    assert len(wrong) == 1
    assert wrong[0].endswith(why)
    assert tags(tree) == [FIRST]
    tree.tag(f"minimal@{version}")
    assert publish(version, "--check")[::2] == (2, wrong)


@pytest.mark.full
def test_unchanged(tree: Tree, publish: Publish) -> None:
    """The same data is not published twice."""
    publish()
    (tree.folder / "notes.txt").touch()
    tree.commit("Note")

    code, _, wrong = publish("v1.2.0")

    assert code == 2
    assert len(wrong) == 1
    assert wrong[0].startswith(f"nothing has changed since {SECOND}: ")


def test_predecessor_without_data(tree: Tree, publish: Publish) -> None:
    """A tag that looks like a version, but has no data, is told."""
    tree.run("git", "tag", "-d", FIRST)
    tree.run("git", "rm", "-q", "--cached", f"{DATA}/snapshot.json")
    tree.run("git", "commit", "-qm", "Take the manifest away")
    tree.tag(FIRST)
    tree.commit("Bring it back")

    code, _, wrong = publish()

    assert code == 2
    assert len(wrong) == 1
    assert f"{FIRST} is a tag, but its commit has no {DATA}/snapshot.json" in wrong[0]


def test_no_author(tree: Tree, publish: Publish, monkeypatch: pytest.MonkeyPatch) -> None:
    """Git must know who publishes: it is seen before anything is pushed."""
    (tree.home / "gitconfig").write_text("[user]\nuseConfigOnly = true\n")
    monkeypatch.delenv("EMAIL", raising=False)
    monkeypatch.setattr(dvc, "default_remote", lambda root: pytest.fail("it is seen too late"))

    code, _, wrong = publish()

    assert code == 2
    assert len(wrong) == 1
    assert "email" in wrong[0]


def test_dvc_is_missing(tree: Tree, publish: Publish, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without DVC nothing can be pushed, and no tag is made; `--no-push` does without."""
    monkeypatch.setattr(dvc, "find_spec", lambda name: None)

    assert publish()[::2] == (
        2,
        ["DVC is not installed, and it is what pushes: pip install 'demo-data[dvc]', or --no-push"],
    )
    assert tags(tree) == [FIRST]
    assert publish("v1.1.0", "--no-push")[0] == 0
