"""Rebuilding: a version comes out the same by the code of its tag, anywhere; what is not the same is told."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import distributions, metadata, requires, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from demo_data.dataset.integrity import identity_of
from demo_data.versions import cache, environment
from demo_data.versions.pin import Pin
from demo_data.versions.rebuild import _failure
from tests.running import ROOT, called, contents, names
from tests.versions.upstream import FIRST, SECOND, Tree

MANIFEST = "data/minimal/snapshot.json"
Rebuild = Callable[..., tuple[int, list[str], list[str]]]


@pytest.fixture
def tree(versions: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tree:
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


def retag(tree: Tree, pin: str = FIRST) -> None:
    """Make the working tree as it is the version `pin`."""
    tree.commit("Change")
    tree.run("git", "tag", "-d", pin)
    tree.tag(pin)


def at(tree: Tree, pin: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(tree.run("git", "show", f"{pin}:{MANIFEST}"))
    return found


def edit(path: Path, pattern: str, text: str) -> None:
    before = path.read_text(encoding="utf-8")
    after = re.sub(pattern, text, before, count=1)
    assert after != before, f"{path}: nothing is like {pattern}"
    path.write_text(after, encoding="utf-8")


# The same


def test_the_same(tree: Tree, versions: Tree, rebuild: Rebuild, tmp_path: Path, minimal_dir: Path) -> None:
    """A version is made again by the code of its tag, not that of the working tree, byte for byte."""
    code, said, wrong = rebuild(FIRST, "--out", tmp_path / "out")

    assert (code, wrong) == (0, [])
    assert said[1:3] == [f"{FIRST}: identity {at(tree, FIRST)['identity']}", "the same, byte for byte"]
    assert contents(tmp_path / "out") == contents(minimal_dir)
    kept = cache.kept((tmp_path / "out" / "snapshot.json").read_bytes())
    assert kept
    assert said[3].endswith(f"finds it: {kept}")
    assert contents(kept) == contents(minimal_dir)
    assert tree.run("git", "status", "--short") == ""
    assert len(tree.run("git", "worktree", "list").splitlines()) == 1
    assert [path.name for path in cache.cache_folder().glob(".*")] == []


def test_opened(tree: Tree, rebuild: Rebuild) -> None:
    """What was rebuilt is opened by its pin, without a remote."""
    from demo_data.versions.snapshot import open_snapshot

    assert rebuild(SECOND)[0] == 0

    snapshot = open_snapshot(SECOND, fetch=False)
    assert snapshot.identity == at(tree, SECOND)["identity"]
    assert snapshot.recipe.seed == 7


def test_from_elsewhere(versions: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rebuild: Rebuild) -> None:
    """A repository is named by its URL too, from outside of any repository; nothing is kept that is not wanted."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DEMO_DATA_CACHE", str(tmp_path / "cache"))

    repo = ("--repo", f"file://{versions.folder}")
    told = f"{FIRST}: making it again would run the code of {repo[1]} on this machine, with your rights; if you trust "
    assert rebuild(FIRST, *repo) == (2, [], [f"{told}whoever publishes there, say so: --trust (trust=True)"])
    code, said, wrong = rebuild(FIRST, *repo, "--no-keep", "--trust")

    assert (code, wrong) == (0, [])
    assert said[-1] == "the same, byte for byte"
    assert not (tmp_path / "cache" / "snapshots").exists()


def test_in_another_place(tmp_path: Path, demo_dir: Path) -> None:
    """`demo` comes out byte for byte in a fresh clone and a fresh environment, whose every circumstance is another.

    Another path, time zone, locale, hash seed, home and mask of permissions, and only the packages that the lock file
    gives to those who make data.
    """
    origin = Tree(tmp_path / "origin")
    listed = [
        "git",
        "ls-files",
        "-co",
        "--exclude-standard",
        "-z",
        "pipeline",
        "pipeline/demo_data/tea/reference",
        "*.toml",
        "*.lock",
    ]
    found = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in filter(lambda name: name and (ROOT / name).is_file(), found):
        (origin.folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, origin.folder / name)
    (origin.folder / "data" / "demo").mkdir(parents=True)
    shutil.copy2(demo_dir / "snapshot.json", origin.folder / "data" / "demo")
    origin.run("git", "init", "-q")
    origin.commit("Build demo")
    origin.tag("demo@v1.0.0")
    clone = origin.clone(tmp_path / "far" / "elsewhere, with spaces")
    wheels = subprocess.run(
        [Path(sys.executable).parent / "uv", "cache", "dir"], capture_output=True, text=True, check=True
    )
    out = tmp_path / "rebuilt"
    command = [sys.executable, "-m", "demo_data", "snapshot", "rebuild", "demo@v1.0.0", "--fresh", "--out", str(out)]

    said = clone.run(
        *("sh", "-c", 'umask 077 && exec "$@"', "sh", *command),
        TZ="Pacific/Auckland",
        LC_ALL="C",
        PYTHONHASHSEED="4242",
        UV_CACHE_DIR=wheels.stdout.strip(),
        PYTHONPATH=str(ROOT),
    )

    assert "the same, byte for byte\n" in said
    assert contents(out) == contents(demo_dir)
    assert oct((out / "farmers.parquet").stat().st_mode)[-3:] == "600", "the mask was in force"


# Not the same


def test_other_bytes(tree: Tree, rebuild: Rebuild, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same values in other bytes are told by file and package; they are not kept as the version, only put out."""
    told = json.loads((tree.folder / MANIFEST).read_text())
    told["tables"][-1]["files"][0]["sha256"] = "0" * 64
    (tree.folder / MANIFEST).write_text(json.dumps(told))
    edit(tree.folder / "pyproject.toml", r'(?m)^version = "[^"]*"', 'version = "9.8.7"')
    retag(tree, SECOND)
    monkeypatch.setattr(environment, "version", lambda name: "1.2.3" if name == "pyarrow" else version(name))

    code, said, wrong = rebuild(SECOND, "--out", tmp_path / "out")

    assert (code, wrong) == (0, [])
    # croissant.json tells the version, which was raised.
    assert said[2] == "the same values; 2 files differ in bytes: croissant.json, farmer_performance.parquet"
    assert said[3].startswith(f"because of pyarrow 1.2.3 instead of {version('pyarrow')}; --fresh ")
    assert cache.kept((tree.folder / MANIFEST).read_bytes()) is None
    own = json.loads((tmp_path / "out" / "snapshot.json").read_text())
    assert own["identity"] == told["identity"]
    digest = hashlib.sha256((tmp_path / "out" / "farmer_performance.parquet").read_bytes()).hexdigest()
    assert own["tables"][-1]["files"][0]["sha256"] == digest
    assert own["generator"] == "9.8.7", "the version of the tag's code, not of what is installed"


def test_other_data(tree: Tree, rebuild: Rebuild, tmp_path: Path) -> None:
    """Other values are told by table, with what may be behind them; nothing is written."""
    edit(tree.folder / "pipeline" / "profiles" / "minimal.yaml", r"(?m)^farmers: .*", "farmers: {count: 4}")
    with (tree.folder / "requirements.lock").open("a") as file:
        file.write("# changed\n")
    retag(tree, SECOND)
    identity = str(at(tree, SECOND)["identity"])

    code, _, wrong = rebuild(SECOND, "--out", tmp_path / "out")

    assert code == 1
    assert re.fullmatch(f"{SECOND}: made again, it is other data: identity .* instead of {identity[:16]}", wrong[0])
    assert "farmers: 4 rows instead of 3" in wrong
    assert "collection_points: other values" in wrong
    assert not any(line.startswith(("regions", "weather")) for line in wrong)
    assert any(line.startswith("the recipe differs: ") for line in wrong)
    assert any(line.startswith("the lock file differs: ") for line in wrong)
    assert f"`demo-data snapshot rebuild {SECOND} --fresh`" in wrong[-1]
    assert not (tmp_path / "out").exists()
    assert not (cache.cache_folder() / "snapshots").exists()


def test_other_tables(tree: Tree, rebuild: Rebuild) -> None:
    """A table with another schema, and one that is not made any more, are told."""
    told = json.loads((tree.folder / MANIFEST).read_text())
    told["tables"][0]["schema"] = "0" * 64
    told["tables"].append({"table": "prices", "rows": 1, "schema": "1" * 64, "content": "2" * 64, "files": []})
    told["identity"] = identity_of(told["tables"])
    (tree.folder / MANIFEST).write_text(json.dumps(told))
    retag(tree, SECOND)

    code, _, wrong = rebuild(SECOND)

    assert code == 1
    assert wrong[1:3] == ["grading_models: another schema", "prices: only in the version"]


# What cannot be done


def test_code_that_does_not_run(tree: Tree, rebuild: Rebuild) -> None:
    """Where the tag's code does not run with the packages at hand, its last line is told, and the way out."""
    edit(tree.folder / "pipeline" / "build.py", r"(?m)^import json$", "import json, bygone")
    retag(tree)

    code, _, wrong = rebuild(FIRST)

    assert code == 2
    todo = f"`demo-data snapshot rebuild {FIRST} --fresh` runs it with the packages of its lock file"
    assert wrong == [f"{FIRST}: its code does not run here: ModuleNotFoundError: No module named 'bygone'; {todo}"]
    assert len(tree.run("git", "worktree", "list").splitlines()) == 1


@pytest.mark.parametrize(
    ("last", "told"),
    [
        (
            "demo-data: unexpected TypeError: no x; DEMO_DATA_TRACEBACK=1 shows where",
            "does not run here: TypeError: no x;",
        ),
        ("demo-data: out of memory", "this machine has too little for it: memory ("),
        ("demo-data: a worker process died (out of memory?); nothing was changed", "has too little for it: memory ("),
        ("demo-data: x.yaml: unexpected key", "its build failed: x.yaml: unexpected key"),
        ("TypeError: no x", "does not run here: TypeError: no x;"),
    ],
)
def test_last_line(last: str, told: str) -> None:
    """What the tag's command did not foresee is its code's; what it refused is its build's."""
    assert told in _failure(2, [last], Pin.parse(FIRST), fresh=False)


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        ("OSError(28, 'No space left on device')", "this machine has too little for it: No space left on device ("),
        ("OSError(24, 'Too many open files', 'x')", "this machine has too little for it: Too many open files ("),
        ("MemoryError()", "this machine has too little for it: memory (MemoryError"),
        ("SystemExit('demo-data: no such thing')", "its build failed: no such thing"),
        ("__import__('os').kill(__import__('os').getpid(), 9)", "the build was ended by the signal 9 (Killed); is "),
    ],
)
def test_machine_that_lacks_something(tree: Tree, rebuild: Rebuild, raised: str, told: str) -> None:
    """A full disk, too few file handles or too little memory are told as that, and not as faults of the code."""
    edit(tree.folder / "pipeline" / "__main__.py", r"(?s)\A.*", f"error = {raised}\nraise error\n")
    retag(tree)

    code, _, wrong = rebuild(FIRST)

    assert (code, len(wrong)) == (2, 1)
    assert wrong[0].startswith(f"{FIRST}: {told}")
    assert "--fresh" not in wrong[0]


def test_asked_for_trust(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """At a terminal it is asked whether a repository's code may run; whoever answers nothing has said no."""
    from demo_data.commands.snapshot.rebuild import _trusted

    for answer, expected in (("y\n", True), ("Yes\n", True), ("\n", False), ("", False), ("no\n", False)):
        monkeypatch.setattr("sys.stdin", io.StringIO(answer))
        assert not _trusted("https://x"), "no terminal"
        for stream in (sys.stdin, sys.stderr):
            monkeypatch.setattr(stream, "isatty", lambda: True)
        assert _trusted("https://git.example.com/x") is expected
        asked = capsys.readouterr().err
        assert asked.startswith("This runs the code of https://git.example.com/x on this machine, with your rights.")
        monkeypatch.undo()


def test_packages_that_cannot_be_had(tree: Tree, rebuild: Rebuild) -> None:
    """A lock file whose packages do not exist as it tells them is told."""
    edit(tree.folder / "requirements.lock", r"(?m)^blake3==\S+", "blake3==0.0.0.dev99")
    retag(tree)

    code, _, wrong = rebuild(FIRST, "--fresh")

    assert code == 2
    assert len(wrong) == 1
    assert wrong[0].startswith("the locked packages cannot be installed: ")
    assert "blake3" in wrong[0]


def test_no_lock_file(tree: Tree, rebuild: Rebuild) -> None:
    """A tag without a lock file is told."""
    (tree.folder / "requirements.lock").unlink()
    retag(tree)

    code, _, wrong = rebuild(FIRST)

    assert code == 2
    assert wrong[0].startswith("no lock file is there to tell which packages are needed: ")


def test_no_code(tree: Tree, rebuild: Rebuild) -> None:
    """A tag of a repository that only keeps data has nothing to make it with: the code at hand does not stand in."""
    shutil.rmtree(tree.folder / "pipeline")
    retag(tree)

    assert rebuild(FIRST)[::2] == (2, [f"{FIRST}: its commit has no code that makes data (pipeline/)"])


def test_out_is_taken(tree: Tree, rebuild: Rebuild, tmp_path: Path) -> None:
    """What lies in a directory is not mixed with what is made."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").touch()

    code, said, wrong = rebuild(FIRST, "--out", tmp_path / "out")

    assert (code, said, wrong) == (2, [], [f"{tmp_path / 'out'}: exists; name a directory that is new or empty"])
    assert names(tmp_path / "out") == ["mine.txt"]


def test_no_such_version(tree: Tree, rebuild: Rebuild) -> None:
    """A version that does not exist is told with the nearest one."""
    code, _, wrong = rebuild("minimal@v1.0.9")

    assert code == 2
    assert wrong == [f"{tree.folder}: no tag minimal@v1.0.9; nearest: {FIRST}"]


# The packages


def test_core_packages() -> None:
    """The locked packages that are needed are those that the installed ones require of each other, extras aside."""
    here = {"extra": ""}
    needed: set[str] = set()
    left = [Requirement(line) for line in requires("demo-data") or ()]
    while left:
        one = left.pop()
        name = one.name.lower().replace("_", "-")
        if name not in needed and (one.marker is None or one.marker.evaluate(here)):
            needed.add(name)
            left += [Requirement(line) for line in requires(name) or ()]
    found = {each.name: each for each in environment.core_packages(ROOT)}

    assert needed <= set(found)
    assert set(found) - needed <= {"tzdata", "colorama", "exceptiongroup"}, "for other systems"
    assert {version(name) for name in needed} <= {each.version for each in environment.core_packages(ROOT)}
    assert all("--hash=sha256:" in each.lines and "#" not in each.lines for each in found.values())


def test_differing() -> None:
    """A package in another version than the locked one is told; one that is not installed is for another system."""
    packages = [
        environment.Package("polars", version("polars"), "", frozenset()),
        environment.Package("numpy", "1.0", "", frozenset()),
        environment.Package("numpy", "1.1", "", frozenset()),
        environment.Package("pywin32", "3", "", frozenset()),
    ]

    assert environment.differing(packages) == [f"numpy {version('numpy')} instead of 1.0 or 1.1"]


def test_metadata(tmp_path: Path) -> None:
    """What is written for a project that is not installed is what its installation tells."""
    environment.write_metadata(ROOT, tmp_path)

    (found,) = distributions(path=[str(tmp_path)])
    for key in ("Name", "Version", "Summary", "License-Expression", "Keywords"):
        assert found.metadata[key] == metadata("demo-data")[key]
