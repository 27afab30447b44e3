"""Digits are looked up among the commits of a repository, and the identities that any of its manifests has told."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from demo_data.common.errors import UsageError
from demo_data.versions.pin import Pin
from demo_data.versions.remote.repository import RemoteRepository
from demo_data.versions.repository import Repository
from tests.versions.upstream import Tree

FOLDER = "data/demo"


def identity(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def manifest(told: str, more: str = "") -> bytes:
    return json.dumps({"format": 2, "more": more, "identity": told}, indent=2).encode()


class History(Tree):
    """A repository in which manifests come and go. They tell an identity, and are of no whole dataset."""

    def put(self, content: bytes, folder: str = FOLDER) -> str:
        """Commit a manifest: the commit's name."""
        (self.folder / folder).mkdir(parents=True, exist_ok=True)
        (self.folder / folder / "snapshot.json").write_bytes(content)
        self.commit("Build")
        return self.head

    def store(self, commit: bytes) -> str:
        """Store a commit as these bytes state it: its name."""
        command = ["git", "hash-object", "-w", "-t", "commit", "--stdin"]
        done = subprocess.run(command, cwd=self.folder, input=commit, env=self.env, capture_output=True, check=True)
        return done.stdout.decode().strip()

    @property
    def head(self) -> str:
        return self.run("git", "rev-parse", "HEAD").strip()

    @property
    def repository(self) -> Repository:
        return Repository.at(self.folder)

    def find(self, digits: str) -> tuple[str, bytes] | None:
        found = self.repository.find(Pin.parse(f"demo@{digits}"))
        return (found.commit, found.manifest) if found else None


@pytest.fixture
def history(tmp_path: Path) -> History:
    """A history of three identities, the middle one tagged; then the manifest goes, and something else comes."""
    (tmp_path / "a b").mkdir()
    tree = History(tmp_path / "a b")
    tree.run("git", "init", "-q")
    for name in ("one", "two", "three"):
        tree.put(manifest(identity(name)))
        if name == "two":
            tree.tag("demo@v1.0.0")
    (tree.folder / FOLDER / "snapshot.json").unlink()
    (tree.folder / "note").touch()
    tree.commit("Take it away")
    return tree


def refusal(call: Callable[[str], object], digits: str) -> str:
    with pytest.raises(UsageError) as refused:
        call(digits)
    (message,) = refused.value.messages
    return message


def test_commits(history: History) -> None:
    """A commit is named by seven digits or more, as git has it; what it holds counts, not what lies there now."""
    three = history.run("git", "rev-parse", "HEAD~").strip()
    for digits in (three, three[:7], three[:12]):
        assert history.find(digits) == (three, manifest(identity("three")))


def test_identities(history: History) -> None:
    """An identity is named by sixteen digits or more: of a tag, or of any commit of its manifest's history."""
    for name, revision in (("one", "HEAD~3"), ("two", "demo@v1.0.0^{commit}"), ("three", "HEAD~")):
        for digits in (identity(name), identity(name)[:16]):
            expected = (history.run("git", "rev-parse", revision).strip(), manifest(identity(name)))
            assert history.find(digits) == expected


def test_on_side_branches(history: History) -> None:
    """What was merged and overwritten, and what lies on a branch alone, is history too."""
    history.run("git", "checkout", "-qb", "side", "HEAD~2")
    history.put(manifest(identity("side")))
    history.put(manifest(identity("two")))
    history.run("git", "checkout", "-q", "main")
    history.run("git", "merge", "-q", "-s", "ours", "side")
    history.run("git", "branch", "-D", "side")
    history.run("git", "checkout", "-q", "--orphan", "alone")
    alone = history.put(manifest(identity("alone")))
    history.run("git", "checkout", "-q", "main")

    side = history.find(identity("side")[:16])
    assert side
    assert side[1] == manifest(identity("side"))
    assert history.find(identity("alone")) == (alone, manifest(identity("alone")))


def test_a_version_is_preferred(history: History) -> None:
    """Of several commits with one identity, a version's is taken, the latest first; else the one that brought it."""
    again = history.put(manifest(identity("two"), "made again"))
    tagged = history.run("git", "rev-parse", "demo@v1.0.0^{commit}").strip()
    assert history.find(identity("two")) == (tagged, manifest(identity("two")))

    history.tag("demo@v1.1.0")
    assert history.find(identity("two")) == (again, manifest(identity("two"), "made again"))
    history.run("git", "tag", "-d", "demo@v1.0.0", "demo@v1.1.0")
    assert history.find(identity("two")) == (tagged, manifest(identity("two")))


def test_ambiguous(history: History) -> None:
    """Digits that fit a commit and an identity, or two identities, are refused with a list; more digits decide."""
    commit = history.head
    both = commit[:17] + ("1" if commit[17] == "0" else "0") + "0" * 46
    last = history.put(manifest(both))
    told = f"demo@{commit[:16]} fits the identity {both}, the commit {commit}: give more of the digits"
    assert refusal(history.find, commit[:16]) == f"{history.folder}: {told}"
    assert history.find(both[:18]) == (last, manifest(both))

    near = identity("one")[:20] + "0" * 44
    last = history.put(manifest(near))
    names = sorted((near, identity("one")))
    told = f"fits the identity {names[0]}, the identity {names[1]}: give more of the digits"
    assert refusal(history.find, near[:16]).endswith(told)
    assert history.find(near) == (last, manifest(near))
    cached = identity("two")[:16] + "0" * 48
    with pytest.raises(UsageError, match=f"the identity {cached}, "):
        history.repository.find(Pin.parse(f"demo@{cached[:16]}"), [cached])


def test_ambiguous_commits(history: History) -> None:
    """Two commits of the same seven digits are both named; another kind of object is none."""
    tree = history.run("git", "rev-parse", "HEAD~^{tree}").strip()
    by_digits: dict[str, int] = {}
    one, two = next(
        (other, number)
        for number in range(200_000)
        if (other := by_digits.setdefault(_name(tree, number)[:7], number)) != number
    )
    names = sorted(history.store(_commit(tree, number)) for number in (one, two))

    told = f"demo@{names[0][:7]} fits the commit {names[0]}, the commit {names[1]}: give more of the digits"
    assert refusal(history.find, names[0][:7]) == f"{history.folder}: {told}"
    assert history.find(names[1]) == (names[1], manifest(identity("three")))
    assert refusal(history.find, tree[:12]).startswith(f"{history.folder}: no commit begins with {tree[:12]} ")


def _commit(tree: str, number: int) -> bytes:
    return f"tree {tree}\nauthor a <a@b> {number} +0000\ncommitter a <a@b> 0 +0000\n\nx\n".encode()


def _name(tree: str, number: int) -> str:
    content = _commit(tree, number)
    return hashlib.sha1(b"commit %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def test_nothing(history: History) -> None:
    """Digits that fit nothing, and a commit without that dataset, are told; fewer than sixteen are of no identity."""
    root = history.folder
    few = f"no commit begins with {identity('one')[:15]} (an identity is named by 16 digits or more)"
    assert (
        refusal(history.find, identity("one")[:15]) == f"{root}: {few}; `git fetch --tags` brings what a clone left out"
    )
    none = "0" * 20
    assert refusal(history.find, none).startswith(
        f"{root}: {none} begins neither a commit nor the identity of any data/demo/snapshot.json in its history or in "
    )
    head = history.head
    lacks = f"{root}: demo@{head[:7]} is the commit {head[:9]}, and that has no data/demo/snapshot.json"
    assert refusal(history.find, head[:7]) == lacks


def test_whatever_was_kept(history: History) -> None:
    """What is no manifest, in a place where one was once kept, is passed over."""
    digits = identity("odd")
    for content in (digits.encode(), b'{"identity": ["%s"]}' % digits.encode(), b'["%s"]' % digits.encode()):
        history.put(content)
    last = history.put(manifest(digits))

    assert history.find(digits) == (last, manifest(digits))


def test_folder(tmp_path: Path) -> None:
    """In a larger repository the dataset is found in whichever folder it lies."""
    tree = History(tmp_path / "mono")
    tree.folder.mkdir()
    tree.run("git", "init", "-q")
    commit = tree.put(manifest(identity("one")), "tea sets/ours/data/demo")

    found = tree.repository.find(Pin.parse(f"demo@{identity('one')[:16]}"))
    assert found
    assert (found.commit, found.project.folder, found.manifest) == (commit, "tea sets/ours", manifest(identity("one")))


def test_elsewhere(history: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A repository at a URL is asked once: what digits stood for is remembered, without a network."""
    monkeypatch.setenv("DEMO_DATA_CACHE", str(tmp_path / "cache"))
    for key, value in history.env.items():
        if key.startswith("GIT_"):
            monkeypatch.setenv(key, value)
    url = f"file://{history.folder}"
    where, commit = RemoteRepository(url), history.run("git", "rev-parse", "HEAD~").strip()
    told = {commit[:8]: "three", identity("one")[:16]: "one", identity("two"): "two"}
    for digits, name in told.items():
        pin = Pin.parse(f"demo@{digits}+2026-02-28")
        assert where.manifest(pin) == manifest(identity(name))
        with where.code(pin) as code:
            assert (code / FOLDER / "snapshot.json").read_bytes() == manifest(identity(name))
    assert refusal(lambda digits: where.manifest(Pin.parse(f"demo@{digits}")), "0" * 16).startswith(f"{url}: 0000")

    history.folder.rename(tmp_path / "away")
    for digits, name in told.items():
        assert where.manifest(Pin.parse(f"demo@{digits}")) == manifest(identity(name))
