"""Publishing: a version is made last, once its data is where others get it from."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from demo_data.versions import dvc
from demo_data.versions.repository import Repository
from tests.running import contents
from tests.versions import serving
from tests.versions.publishing import DATA, Publish, tags
from tests.versions.upstream import FIRST, SECOND, Tree


def test_published(tree: Tree, publish: Publish) -> None:
    """A version is an annotated tag of the commit, which tells identity and rows; nothing else has changed."""
    before = contents(tree.folder / DATA)
    manifest = json.loads((tree.folder / DATA / "snapshot.json").read_text())

    code, said, wrong = publish("v1.1.0", "--message", "# 1\nFor the autumn demonstration.")

    assert (code, wrong) == (0, [])
    assert tree.run("git", "cat-file", "-t", SECOND) == "tag\n"
    assert tree.run("git", "rev-parse", f"{SECOND}^{{commit}}") == tree.run("git", "rev-parse", "HEAD")
    text = tree.run("git", "tag", "-l", "--format=%(contents)", SECOND)
    assert text.startswith("minimal v1.1.0\n\n# 1\nFor the autumn demonstration.\n\nProfile:   minimal\n")
    assert f"Identity:  {manifest['identity']}\n" in text
    rows = [(table, f"{rows:,}") for table, rows in manifest["rows"].items()]
    assert re.findall(r"^  (\w+) +([\d,]+)$", text, re.MULTILINE) == rows
    assert said[-1] == f"Next: git push origin {SECOND}"
    assert f"demo-data snapshot rebuild {SECOND}" in said[-3], "no remote is configured"
    assert tree.run("git", "status", "--short") == ""
    assert contents(tree.folder / DATA) == before


def test_again(tree: Tree, publish: Publish) -> None:
    """To publish the same again is fine and changes nothing: a run that was killed is simply run again."""
    publish()
    tag = tree.run("git", "rev-parse", SECOND)

    code, said, _ = publish()

    assert code == 0
    assert said[1].startswith(f"{SECOND}: already published at the commit ")
    assert tree.run("git", "rev-parse", SECOND) == tag


def test_check(tree: Tree, publish: Publish) -> None:
    """`--check` is content with a version, and makes none."""
    assert publish("v1.1.0", "--check")[0] == 2
    assert tags(tree) == [FIRST]
    publish()

    code, said, wrong = publish("v1.1.0", "--check")

    assert (code, wrong) == (0, [])
    assert said[-1].startswith(f"{SECOND}: this commit, whole and rightly numbered; ")


@pytest.mark.sample(1)
@pytest.mark.parametrize("got", [f"get {{}} {DATA} --rev {SECOND}", "artifacts get {} minimal --rev v1.1.0"])
def test_pushed(got: str, tree: Tree, publish: Publish, tmp_path: Path) -> None:
    """The data is on the remote before the tag is made; others get it by the version, in both of DVC's ways."""
    remote = serving.plain(tmp_path / "remote")
    tree.config(remote)
    tree.commit("Name the remote")

    code, said, wrong = publish()

    assert (code, wrong) == (0, [])
    assert "pushing data/minimal to the DVC remote 'store' ..." in said
    other = Tree(tmp_path / "other")
    other.folder.mkdir()
    other.run("dvc", *got.format(tree.folder).split(), "-o", "out")
    assert contents(other.folder / "out") == contents(tree.folder / DATA)


def test_not_pushed(tree: Tree, publish: Publish, tmp_path: Path) -> None:
    """`--no-push` pushes nothing, and says so."""
    remote = serving.plain(tmp_path / "remote")
    tree.config(remote)
    tree.commit("Name the remote")

    code, said, _ = publish("v1.1.0", "--no-push")

    assert code == 0
    assert "Its data was not pushed: this command without --no-push does it, any time." in said
    assert not remote.objects.exists()


@pytest.mark.full
def test_remote_out_of_reach(tree: Tree, publish: Publish) -> None:
    """Where the data cannot be pushed, no tag is made, and why is told."""
    tree.config(serving.Remote("/proc/nowhere", Path("/proc/nowhere")))
    tree.commit("Name the remote")

    code, _, wrong = publish()

    assert code == 2
    assert len(wrong) == 1
    assert re.fullmatch(r"dvc push: .*/proc/nowhere.*; no tag was made", wrong[0])
    assert tags(tree) == [FIRST]


@pytest.mark.full
def test_cache_lost(tree: Tree, publish: Publish, tmp_path: Path) -> None:
    """What DVC's cache has lost is not pushed, which DVC lets pass: it is told, and no tag is made."""
    tree.config(serving.plain(tmp_path / "remote"))
    tree.commit("Name the remote")
    md5 = tree.md5_of(f"{DATA}/farmers.parquet", "HEAD")
    (tree.folder / ".dvc" / "cache" / "files" / "md5" / md5[:2] / md5[2:]).unlink()

    code, _, wrong = publish()

    assert code == 2
    assert len(wrong) == 1
    assert wrong[0].startswith("dvc push left data/minimal/farmers.parquet behind: DVC's cache has lost it, ")
    assert wrong[0].endswith("; no tag was made")
    assert tags(tree) == [FIRST]


@pytest.mark.full
def test_killed_before_the_tag(tree: Tree, publish: Publish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that ends after its push leaves no tag; the next one publishes."""
    remote = serving.plain(tmp_path / "remote")
    tree.config(remote)
    tree.commit("Name the remote")
    git = Repository.git

    def killed(self: Repository, *arguments: str) -> str:
        if arguments[0] == "tag":
            raise KeyboardInterrupt
        return git(self, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(Repository, "git", killed)
        told = f"interrupted; the push of {DATA} was complete by then"
        assert publish()[::2] == (130, [told])
    assert tags(tree) == [FIRST]
    assert remote.object_of(tree.md5_of(f"{DATA}/farmers.parquet", "HEAD")).is_file()
    assert publish()[0] == 0
    assert tags(tree) == [FIRST, SECOND]


@pytest.mark.sample(1)
@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("push", f"interrupted; {DATA} may be partly pushed, and no tag was made"),
        ("tag", f"interrupted; the push of {DATA}, the tag {SECOND} was complete by then"),
    ],
)
def test_interrupted(
    tree: Tree, publish: Publish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, told: str
) -> None:
    """What was done by the time of an interrupt is told: a push in part, or a tag that git has made already."""
    tree.config(serving.plain(tmp_path / "remote"))
    tree.commit("Name the remote")
    run_git, run_dvc = Repository.git, dvc._dvc

    def of_git(self: Repository, *arguments: str) -> str:
        done = run_git(self, *arguments)
        if arguments[0] == command:
            raise KeyboardInterrupt
        return done

    def of_dvc(root: Path, *arguments: str) -> str:
        if arguments[0] == command:
            raise KeyboardInterrupt
        return run_dvc(root, *arguments)

    monkeypatch.setattr(Repository, "git", of_git)
    monkeypatch.setattr(dvc, "_dvc", of_dvc)
    assert publish()[::2] == (130, [told])


@pytest.mark.full
def test_at_once(tree: Tree) -> None:
    """Of two publications of the same data under different numbers one is refused, whichever comes first."""
    command = [sys.executable, "-m", "demo_data", "snapshot", "publish", "minimal"]
    started = [
        subprocess.Popen([*command, version], cwd=tree.folder, env=tree.env, stderr=subprocess.PIPE, text=True)
        for version in ("v1.1.0", "v1.2.0")
    ]
    said = [process.communicate()[1] for process in started]

    assert sorted(process.returncode for process in started) == [0, 2]
    assert len(tags(tree)) == 2
    (refused,) = filter(None, said)
    assert refused.startswith(f"demo-data: nothing has changed since {tags(tree)[1]}: ")


@pytest.mark.full
def test_meanwhile(tree: Tree, publish: Publish, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tag that another publication made while this one's data was pushed counts."""
    tree.config(serving.Remote("/proc/nowhere", Path("/proc/nowhere")))
    tree.commit("Name the remote")
    monkeypatch.setattr(dvc, "push", lambda *_: tree.tag("minimal@v1.2.0"))

    code, _, wrong = publish()

    assert code == 2
    assert len(wrong) == 1
    assert wrong[0].startswith("nothing has changed since minimal@v1.2.0: ")
    assert tags(tree) == [FIRST, "minimal@v1.2.0"]


@pytest.mark.full
def test_dvc_stays_out(tree: Tree) -> None:
    """DVC is not imported by the process that publishes."""
    code = (
        "import sys; from demo_data.cli import main; code = main(['snapshot', 'publish', 'minimal', 'v1.1.0']); "
        "sys.exit(code or ('dvc' in sys.modules))"
    )
    tree.run(sys.executable, "-c", code)
