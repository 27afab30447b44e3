"""Rebuilding: a version comes out the same by the code of its tag, anywhere; what is not the same is told."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from demo_data.versions import cache, environment
from tests.running import ROOT, called, contents
from tests.versions.changing import identity
from tests.versions.publishing import edit
from tests.versions.rebuilding import MANIFEST, Rebuild, at, retag
from tests.versions.upstream import FIRST, PROFILES, SECOND, Tree


def test_the_same(here: Tree, versions: Tree, rebuild: Rebuild, tmp_path: Path, minimal_dir: Path) -> None:
    """A version is made again by the code of its tag, not that of the working here, byte for byte."""
    code, said, wrong = rebuild(FIRST, "--out", tmp_path / "out")

    assert (code, wrong) == (0, [])
    assert said[1:3] == [f"{FIRST}: identity {at(here, FIRST)['identity']}", "the same, byte for byte"]
    assert contents(tmp_path / "out") == contents(minimal_dir)
    kept = cache.kept((tmp_path / "out" / "snapshot.json").read_bytes())
    assert kept
    assert said[3].endswith(f"finds it: {kept}")
    assert contents(kept) == contents(minimal_dir)
    assert here.run("git", "status", "--short") == ""
    assert len(here.run("git", "worktree", "list").splitlines()) == 1
    assert [path.name for path in cache.cache_folder().glob(".*")] == []


@pytest.mark.full
def test_opened(here: Tree, rebuild: Rebuild) -> None:
    """What was rebuilt is opened by its pin, without a remote."""
    from demo_data.versions.snapshot import open_snapshot

    assert rebuild(SECOND)[0] == 0

    snapshot = open_snapshot(SECOND, fetch=False)
    assert snapshot.identity == at(here, SECOND)["identity"]
    assert snapshot.recipe.seed == 7


@pytest.mark.full
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


@pytest.mark.full
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
        PYTHONPATH=str(ROOT / "pipeline"),
    )

    assert "the same, byte for byte\n" in said
    assert contents(out) == contents(demo_dir)
    assert oct((out / "farmers.parquet").stat().st_mode)[-3:] == "600", "the mask was in force"


OLD_MAIN = """
import sys

assert __package__ == "pipeline", "run by -m"
sys.path.insert(0, "pipeline")
from demo_data.cli import main

sys.exit(main())
"""


@pytest.mark.full
def test_of_up_to_0_3(here: Tree, rebuild: Rebuild) -> None:
    """Up to version 0.3 the code was a package of the name `pipeline`, run as such."""
    (here.folder / "pipeline" / "__init__.py").touch()
    (here.folder / "pipeline" / "__main__.py").write_text(OLD_MAIN)
    retag(here)

    assert rebuild(FIRST, "--no-keep")[::2] == (0, [])


@pytest.mark.full
def test_of_another_domain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A project with a domain of its own has no code of ours: the tag says which domain, and we make its data."""
    tree = Tree(tmp_path / "shops")
    shutil.copytree(ROOT / "tests" / "toy", tree.folder / "shops", ignore=shutil.ignore_patterns("__pycache__"))
    for path in (tree.folder / "shops").rglob("*.py"):
        path.write_text(path.read_text().replace("tests.toy", "shops"))
    (tree.folder / "pyproject.toml").write_text('[tool.demo-data]\ndomain = "shops:DOMAIN"\n')
    assert tree.demo_data("build", "small").stderr == ""
    tree.run("git", "init", "-q")
    tree.run("git", "add", "shops", "pyproject.toml", "data/small/snapshot.json")
    tree.run("git", "commit", "-qm", "Build small")
    tree.tag("small@v1.0.0")
    before = contents(tree.folder / "data" / "small")
    shutil.rmtree(tree.folder / "data" / "small")
    monkeypatch.setenv("DEMO_DATA_CACHE", str(tmp_path / "cache"))

    out = tmp_path / "out"
    code, said, wrong = called(
        capsys, "snapshot", "rebuild", "small@v1.0.0", "--repo", tree.folder, "--no-keep", "--out", out
    )

    assert (code, wrong) == (0, "")
    assert "the same, byte for byte\n" in said
    assert contents(out) == before
    assert tree.demo_data("build", "small", "--as-of", "2026-05-15", "--out", tmp_path / "direct").stderr == ""
    later = tmp_path / "later"
    assert called(capsys, "snapshot", "fetch", "small@v1.0.0+2026-05-15", "--repo", tree.folder, "--out", later)[0] == 0
    assert contents(later) == contents(tmp_path / "direct")


# Not the same


@pytest.mark.full
def test_as_of_a_day_of_params(here: Tree, rebuild: Rebuild) -> None:
    """Where the commit's params.yaml has DVC build as of a day, that is what is made again."""
    edit(here.folder / "params.yaml", r"\Z", 'as_of: "2026-02-03"\n')
    done = here.demo_data("build", "minimal", "--as-of", "2026-02-03", "--quiet")
    assert done.returncode == 0, done.stderr
    retag(here)

    code, said, wrong = rebuild(FIRST)
    assert (code, wrong) == (0, [])
    assert said[2] == "the same, byte for byte"

    edit(here.folder / "params.yaml", "2026-02-03", "2026-02-33")
    retag(here)
    assert rebuild(FIRST)[2] == [
        f"{FIRST}: params.yaml: as_of: '2026-02-33' is no date (day is out of range for month); write it as 2026-01-31"
    ]


def test_other_bytes(here: Tree, rebuild: Rebuild, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same values in other bytes are told by file and package; they are not kept as the version, only put out."""
    told = json.loads((here.folder / MANIFEST).read_text())
    told["tables"][-1]["files"][0]["sha256"] = "0" * 64
    (here.folder / MANIFEST).write_text(json.dumps(told))
    edit(here.folder / "pyproject.toml", r'(?m)^version = "[^"]*"', 'version = "9.8.7"')
    retag(here, SECOND)
    monkeypatch.setattr(environment, "version", lambda name: "1.2.3" if name == "pyarrow" else version(name))

    code, said, wrong = rebuild(SECOND, "--out", tmp_path / "out")

    assert (code, wrong) == (0, [])
    # The version was raised: croissant.json tells it, and every Parquet file names the world, of which it is a part.
    differing = "collection_points.parquet, croissant.json, datapackage.json ..."
    assert said[2] == f"the same values; 11 files differ in bytes: {differing}"
    assert said[3].startswith(f"because of pyarrow 1.2.3 instead of {version('pyarrow')}; --fresh ")
    assert cache.kept((here.folder / MANIFEST).read_bytes()) is None
    own = json.loads((tmp_path / "out" / "snapshot.json").read_text())
    assert own["identity"] == told["identity"]
    digest = hashlib.sha256((tmp_path / "out" / "farmer_performance.parquet").read_bytes()).hexdigest()
    assert own["tables"][-1]["files"][0]["sha256"] == digest
    assert own["generator"] == "9.8.7", "the version of the tag's code, not of what is installed"


@pytest.mark.full
def test_other_data(here: Tree, rebuild: Rebuild, tmp_path: Path) -> None:
    """Other values are told by table, with what may be behind them; nothing is written."""
    edit(here.folder / PROFILES / "minimal.yaml", r"(?m)^farmers: .*", "farmers: {count: 4}")
    with (here.folder / "requirements.lock").open("a") as file:
        file.write("# changed\n")
    retag(here, SECOND)
    identity = str(at(here, SECOND)["identity"])

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


@pytest.mark.full
def test_other_tables(here: Tree, rebuild: Rebuild) -> None:
    """A table with another schema, and one that is not made any more, are told."""
    told = json.loads((here.folder / MANIFEST).read_text())
    told["tables"][0]["schema"] = "0" * 64
    told["tables"].append({"table": "prices", "rows": 1, "schema": "1" * 64, "content": "2" * 64, "files": []})
    told["identity"] = identity(told)
    (here.folder / MANIFEST).write_text(json.dumps(told))
    retag(here, SECOND)

    code, _, wrong = rebuild(SECOND)

    assert code == 1
    assert wrong[1:3] == ["grading_models: another schema", "prices: only in the version"]
