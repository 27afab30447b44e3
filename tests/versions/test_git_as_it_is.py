"""Git as people have it: bare repositories, folders of a larger one, Windows' line endings, other people's clones."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from demo_data.common.errors import UsageError
from demo_data.versions import dvc
from demo_data.versions.pin import Pin
from demo_data.versions.remote import worker
from demo_data.versions.remote.repository import RemoteRepository, repository
from demo_data.versions.repository import Repository
from tests.running import PACKAGE, ROOT, contents
from tests.versions import serving
from tests.versions.upstream import FIRST, SECOND, Tree

SUB = "tea sets/demo-data"


@pytest.fixture(scope="module")
def stored(versions: Tree, tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """`versions`, pushed to a folder that its commits name. Read only: clone it."""
    above = tmp_path_factory.mktemp("stored")
    tree = versions.copy(above / "repository")
    tree.name_remote(serving.plain(above / "remote"))
    tree.run("dvc", "push", "--all-tags")
    return tree


@pytest.fixture(scope="module")
def mono(stored: Tree, tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """A repository in which the project is one folder; its data is on the same remote, and is not published yet."""
    tree = Tree(tmp_path_factory.mktemp("mono") / "repository")
    project = tree.folder / SUB
    shutil.copytree(stored.folder, project, symlinks=True, ignore=lambda *_: [".git"])
    (tree.folder / "README").write_text("All our projects.\n")
    tree.run("git", "init", "-q")
    tree.commit("All")
    return tree


def user(tmp_path: Path) -> Tree:
    (tmp_path / "user").mkdir()
    return Tree(tmp_path / "user")


def fetched(tree: Tree, *arguments: object, within: str = ".") -> dict[str, str]:
    """What `snapshot fetch` brings into an empty cache, called in a folder of the tree."""
    shutil.rmtree(tree.home / "demo_data_cache", ignore_errors=True)
    command = (sys.executable, "-m", "demo_data", "snapshot", "fetch", *map(str, arguments))
    said = tree.run("sh", "-c", 'cd "$1" && shift && exec "$@"', "sh", within, *command)
    return contents(Path(said.removesuffix("\n")))


# Bare repositories


def test_bare(stored: Tree, tmp_path: Path) -> None:
    """A bare repository is named by its path, or one is in it; also where git looks at none that is not named."""
    tree, bare = user(tmp_path), tmp_path / "demo data.git"
    tree.run("git", "clone", "-q", "--bare", str(stored.folder), str(bare))

    with (tree.home / "gitconfig").open("a") as config:
        config.write("[safe]\nbareRepository = explicit\n")
    assert fetched(tree, FIRST, "--repo", bare) == stored.told(FIRST)
    assert fetched(tree, SECOND, within=str(bare)) == stored.told(SECOND)
    done = tree.demo_data("snapshot", "fetch", "minimal@v9.0.0", "--repo", bare)
    assert done.stderr == f"demo-data: {bare}: no tag minimal@v9.0.0; nearest: {SECOND}\n"


@pytest.mark.full
def test_bare_has_no_tree(stored: Tree, tmp_path: Path) -> None:
    """What needs a working tree says so."""
    tree = user(tmp_path)
    tree.run("git", "clone", "-q", "--bare", str(stored.folder), str(tmp_path / "bare"))

    assert fetched(tree, SECOND, "--repo", stored.folder / ".git") == stored.told(SECOND)
    with pytest.raises(UsageError, match=r"/bare: a bare repository, and this needs a working tree: clone it$"):
        Repository.at(tmp_path / "bare")
    found = repository(tmp_path / "bare")
    assert isinstance(found, RemoteRepository)
    assert not found.foreign, "it is a path of this machine"


# A folder of a larger repository


@pytest.mark.full
def test_folder(mono: Tree, stored: Tree, tmp_path: Path) -> None:
    """A project that is a folder publishes from there, whatever else has changed; its versions come from everywhere."""
    (mono.folder / "README").write_text("Changed.\n")
    publish = ("snapshot", "publish", "minimal", "v1.0.0")
    project = Tree(mono.folder / SUB)
    (mono.folder / SUB / "new.txt").touch()
    assert "the tree differs from it: ?? " in project.demo_data(*publish).stderr
    (mono.folder / SUB / "new.txt").unlink()
    done = project.demo_data(*publish)
    assert (done.returncode, done.stderr) == (0, "")
    assert "pushing data/minimal to the DVC remote 'store' ..." in done.stdout

    clone, told = mono.clone(tmp_path / "clone"), of_mono(mono, stored)
    assert fetched(clone, FIRST) == told, "from the top, where there is one such folder"
    assert fetched(user(tmp_path), FIRST, "--repo", f"file://{mono.folder}") == told


@pytest.mark.soak
def test_folder_from_everywhere(mono: Tree, stored: Tree, tmp_path: Path) -> None:
    """By the folder, below it, from a bare repository; and rebuilt."""
    if FIRST not in mono.run("git", "tag"):
        mono.tag(FIRST)
    clone, told, bare = mono.clone(tmp_path / "clone"), of_mono(mono, stored), tmp_path / "bare.git"
    clone.run("git", "clone", "-q", "--bare", str(mono.folder), str(bare))
    assert fetched(clone, FIRST, within=SUB) == told
    assert fetched(clone, FIRST, within=f"{SUB}/pipeline/demo_data/engine") == told
    other = user(tmp_path)
    for repo in (clone.folder / SUB, bare):
        assert fetched(other, FIRST, "--repo", repo) == told
    for name, extra in ((f"file://{mono.folder}", ("--trust",)), (str(clone.folder), ())):
        done = clone.demo_data("snapshot", "rebuild", FIRST, "--repo", name, "--no-keep", *extra)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.endswith("the same, byte for byte\n")


def of_mono(mono: Tree, stored: Tree) -> dict[str, str]:
    """What a version of the data in the folder consists of."""
    lying = contents(mono.folder / SUB / "data/minimal")
    return {name: lying[name] for name in stored.told(SECOND)}


@pytest.mark.full
def test_two_folders(tmp_path: Path) -> None:
    """Where two folders of a commit have such a dataset, the one where one is counts, or both are named."""
    (tmp_path / "repository").mkdir()
    tree = Tree(tmp_path / "repository")
    for name in ("east", "west"):
        (tree.folder / name / "data" / "demo").mkdir(parents=True)
        (tree.folder / name / "dvc.yaml").touch()
        (tree.folder / name / "data" / "demo" / "snapshot.json").write_text(name)
    tree.run("git", "init", "-q")
    tree.commit("Both")
    tree.tag("demo@v1.0.0")
    pin = Pin.parse("demo@v1.0.0")

    assert Repository.at(tree.folder / "west" / "data").manifest(pin) == b"west"
    assert Repository.at(tree.folder / "east").label == str(tree.folder / "east")
    with pytest.raises(UsageError) as refused:
        Repository.at(tree.folder).manifest(pin)
    both = (
        "has data/demo/snapshot.json in several folders: east, west; name one of them in a clone (--repo CLONE/FOLDER)"
    )
    assert refused.value.messages == [f"{tree.folder}: demo@v1.0.0 {both}"]


# Clones of all kinds


@pytest.mark.full
def test_line_endings(stored: Tree, tmp_path: Path) -> None:
    """A clone with the line endings of Git for Windows has the same bytes, and DVC finds everything up to date."""
    tree = Tree(tmp_path / "clone")
    tree.folder.parent.mkdir(exist_ok=True)
    stored.run("git", "clone", "-q", "-c", "core.autocrlf=true", str(stored.folder), str(tree.folder))
    changed = [line for line in tree.run("git", "ls-files", "--eol").splitlines() if "w/crlf" in line]

    assert changed == []
    tree.run("dvc", "pull", "-q")
    assert tree.run("dvc", "status") == "Data and pipelines are up to date.\n"


def test_attributes() -> None:
    """No file of this repository is stored with other line endings, nor taken for a text that is none."""
    found = Tree(ROOT)
    listed = found.run("git", "ls-files", "--eol").splitlines()
    shutil.rmtree(found.home)

    assert not [line for line in listed if "i/crlf" in line or "i/mixed" in line]
    assert all("attr/text=auto eol=lf" in line or "attr/-text" in line for line in listed)


@pytest.mark.full
def test_neighbours(stored: Tree, tmp_path: Path) -> None:
    """Shallow clones, linked worktrees, submodules and detached heads are repositories as others are."""
    shallow = Tree(tmp_path / "shallow")
    stored.run("git", "clone", "-q", "--depth=1", "-b", FIRST, f"file://{stored.folder}", str(shallow.folder))
    assert fetched(shallow, FIRST) == stored.told(FIRST)
    done = shallow.demo_data("snapshot", "fetch", SECOND)
    assert done.stderr == f"demo-data: {shallow.folder}: no tag {SECOND}; nearest: {FIRST}\n"

    clone = stored.clone(tmp_path / "clone")
    clone.run("git", "worktree", "add", "-q", "--detach", str(tmp_path / "linked"), FIRST)
    assert fetched(Tree(tmp_path / "linked"), SECOND) == stored.told(SECOND)

    (tmp_path / "above").mkdir()
    above = Tree(tmp_path / "above")
    above.run("git", "init", "-q")
    above.run("git", "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(stored.folder), "sub")
    assert fetched(above, SECOND, within="sub") == stored.told(SECOND)


@pytest.mark.full
@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="only root gives files away")
@pytest.mark.parametrize("bare", [False, True])
def test_owned_by_another(bare: bool, stored: Tree, tmp_path: Path) -> None:
    """A clone of another user's comes with git's remedy, whole; and the remedy helps."""
    tree, clone = user(tmp_path), tmp_path / "clone"
    tree.run("git", "clone", "-q", *(["--bare"] if bare else []), str(stored.folder), str(clone))
    for path in (clone, *clone.rglob("*")):
        os.chown(path, 12345, 12345, follow_symlinks=False)
    program = (
        f"import sys; sys.path.insert(0, {str(PACKAGE.parent)!r}); from demo_data.cli import main; sys.exit(main())"
    )
    within = Tree(clone)
    within.home.mkdir(exist_ok=True)
    done = within.tried(sys.executable, "-P", "-c", program, "snapshot", "fetch", FIRST)

    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "dubious ownership in repository at" in done.stderr
    assert done.stderr.rstrip().endswith(f"; if you trust it: git config --global --add safe.directory {clone}")
    within.run("sh", "-c", done.stderr.partition("if you trust it: ")[2])
    found = within.tried(sys.executable, "-P", "-c", program, "snapshot", "fetch", FIRST)
    assert (found.returncode, found.stderr.partition(" (")[0]) == (0, f"{FIRST}: from the remote 'store'")


# What a stranger's repository may say


def test_settings_of_a_stranger(stored: Tree, tmp_path: Path) -> None:
    """Of a stranger's DVC settings only what names the remote is taken over: no place is written, no program named."""
    origin = stored.copy(tmp_path / "origin")
    evil = tmp_path / "evil"
    config = origin.folder / ".dvc" / "config"
    core = f"[core]\nsite_cache_dir = {evil}/site\nhardlink_lock = true\n"
    text = config.read_text().replace("[core]\n", core)
    config.write_text(f"{text}[cache]\ndir = {evil}/cache\n[db]\n[index]\ndir = {evil}/index\n".replace("[db]\n", ""))
    origin.commit("Change settings")
    origin.run("git", "tag", "-d", FIRST)
    (origin.folder / "data/minimal/snapshot.json").write_text(
        stored.run("git", "show", f"{FIRST}:data/minimal/snapshot.json")
    )
    (origin.folder / "dvc.lock").write_text(stored.run("git", "show", f"{FIRST}:dvc.lock"))
    origin.commit("Data of old")
    origin.tag(FIRST)

    assert fetched(user(tmp_path), FIRST, "--repo", f"file://{origin.folder}") == stored.told(FIRST)
    assert not evil.exists()


@pytest.mark.full
def test_remote_of_a_stranger(tmp_path: Path) -> None:
    """A remote's settings that are read as files, run programs or hold secrets stay behind; of one's own, all count."""
    lines = {"url": "s3://tea/demo", "endpointurl": "https://s3.example.com", "configpath": "aws", "profile": "mine"}
    lines |= {"credentialpath": "keys", "ssl_verify": "false", "read_timeout": "5"}
    body = "".join(f"    {key} = {value}\n" for key, value in lines.items())
    (tmp_path / "config").write_text(f"[core]\n    remote = store\n    autostage = true\n['remote \"store\"']\n{body}")
    foreign, own = (worker._settings(str(tmp_path), foreign) for foreign in (True, False))

    taken = {"url", "endpointurl", "read_timeout", "connect_timeout"}
    assert set(foreign["remote"]["store"]) == taken
    assert (foreign["core"], foreign["cache"]) == ({"remote": "store"}, {})
    assert set(own["remote"]["store"]) >= set(lines) | taken
    assert own["cache"] == {"dir": str(tmp_path / "cache")}
    assert int(foreign["remote"]["store"]["read_timeout"]) == 5


def test_lock_of_a_stranger() -> None:
    """Of a dvc.lock only outputs of the version's folder with an MD5 count; what is none is told."""
    md5 = "0" * 32
    outs = [
        {"path": "data/demo/a.parquet", "md5": md5},
        {"path": "data/demo/json", "md5": f"{md5}.dir"},
        {"path": "data/demo/../../x", "md5": md5},
        {"path": "data/other/a.parquet", "md5": md5},
        {"path": "data/demo/b.parquet", "md5": "../../../etc/passwd"},
        {"path": "data/demo/c.parquet"},
    ]
    found = dvc.outs_below(json.dumps({"stages": {"a": {"outs": outs}, "b": {}}}).encode(), "data/demo")

    assert [out["path"] for out in found] == ["data/demo/a.parquet", "data/demo/json"]
    for content in (
        b"",
        b"[1]",
        b"stages: 1",
        b"stages: {a: 1}",
        b"\xff",
        b"a: [",
        b"[" * 20_000,
        b"stages: {a: {outs: [1]}}",
    ):
        with pytest.raises(UsageError, match="not as DVC writes it"):
            dvc.outs_below(content, "data/demo")
