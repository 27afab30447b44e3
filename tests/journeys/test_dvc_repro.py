"""A clone's `dvc repro`, for real: what runs, what runs again after a change, and what DVC shows."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo_data.tea import DOMAIN
from tests.running import ROOT, contents, without_a_day

BIN = Path(sys.executable).parent
PROFILES = ("minimal", "demo")
PROFILE_FOLDER = "pipeline/demo_data/tea/profiles"
LAST = ("json", "validate", "snapshot")
STAGES = (*(f"level-{level}" for level in range(6)), *LAST)


class Clone:
    """A copy of the working tree in a repository of its own, without data.

    What its environment has installed is the code of the working tree, as where a second clone shares the first one's.
    """

    first: list[str]

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shown = ["git", "ls-files", "-co", "--exclude-standard", "-z"]
        listed = subprocess.run(shown, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
        for name in filter(None, listed):
            if (ROOT / name).is_file() and name.partition("/")[0] not in ("tests", "docs", "notebooks"):
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, folder / name)
        for stale in ("dvc.lock", *(f"data/{profile}" for profile in (*PROFILES, "demo-large"))):
            shutil.rmtree(folder / stale, ignore_errors=True)
            (folder / stale).unlink(missing_ok=True)
        without_a_day(folder)
        self.edit("params.yaml", r"profiles: .*", "profiles: [minimal, demo]")
        self.edit("dvc.yaml", r"\n +data/demo-large/.*", "")
        self.run("git", "init", "-q")
        self.run("git", "add", "-A")
        self.run("git", "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "a")

    def edit(self, name: str, pattern: str, text: str) -> None:
        path = self.folder / name
        before = path.read_text(encoding="utf-8")
        after = re.sub(pattern, text, before)
        assert after != before, f"{name}: nothing is like {pattern}"
        path.write_text(after, encoding="utf-8")

    def tried(self, *command: str) -> subprocess.CompletedProcess[str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "DVC_", "PYTHON"))}
        env = kept | {
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "DVC_NO_ANALYTICS": "1",
            "DVC_SITE_CACHE_DIR": str(self.folder.parent / "site"),
            "DVC_GLOBAL_CONFIG_DIR": str(self.folder.parent / "site"),
        }
        return subprocess.run(command, cwd=self.folder, env=env, capture_output=True, text=True, check=False)

    def run(self, *command: str) -> str:
        done = self.tried(*command)
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def repro(self, *options: str) -> list[str]:
        """The stages that ran, as `level-0@demo`."""
        return sorted(re.findall(r"^Running stage '([^']+)'", self.run("dvc", "repro", *options), re.MULTILINE))


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clone]:
    """A clone in which `minimal` was built; what ran is in `first`."""
    folder = tmp_path_factory.mktemp("clone")
    clone = Clone(folder / "repository")
    clone.first = clone.repro("--glob", "*@minimal")
    yield clone
    shutil.rmtree(folder)


def of(profile: str, *stages: str) -> list[str]:
    return [f"{stage}@{profile}" for stage in stages]


def assert_built(clone: Clone, profile: str, built: Path) -> None:
    """The same files as `build` makes, and a report without a finding."""
    found = contents(clone.folder / "data" / profile)
    report = json.loads((clone.folder / "data" / profile / "validation.json").read_text())
    assert found.pop("validation.json")
    assert found == contents(built)
    assert report["ok"]


def test_dvc_repro(clone: Clone, minimal_dir: Path) -> None:
    """`dvc repro` makes what `build` makes, and leaves no more for git; it runs again only what a change reaches."""
    assert clone.first == sorted(of("minimal", *STAGES))
    assert_built(clone, "minimal", minimal_dir)
    untracked = {line[3:] for line in clone.run("git", "status", "--short", "-uall").splitlines() if line[:2] == "??"}
    assert untracked - {"data/demo/snapshot.json"} == {"dvc.lock", "data/minimal/snapshot.json"}

    clone.edit("pipeline/demo_data/tea/profiles/minimal.yaml", r"^#.*", "# Another comment.")
    assert clone.repro("--glob", "*@minimal") == of("minimal", "level-0")
    assert_built(clone, "minimal", minimal_dir)

    # The commands that are installed here are another checkout's: no stage may run them, nor may a person.
    refused = clone.tried(str(BIN / "demo-data"), "build", "demo")
    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1
    assert refused.stderr.startswith(
        f"demo-data: {clone.folder} is a checkout of demo-data, and the code that runs is "
    )


@pytest.mark.full
def test_two_profiles(clone: Clone, demo_dir: Path) -> None:
    """Each profile's stages are its own: a change of one runs none of the other's; DVC shows what there is of both."""
    clone.repro()
    assert_built(clone, "demo", demo_dir)
    assert clone.repro() == []

    metrics = json.loads(clone.run("dvc", "metrics", "show", "--json"))
    files = metrics[""]["data"] if "" in metrics else metrics["workspace"]["data"]
    for profile in PROFILES:
        data = files[f"data/{profile}/snapshot.json"]["data"]
        assert list(data["rows"]) == list(DOMAIN.models)
        assert re.fullmatch("[0-9a-f]{64}", data["identity"])

    plots = json.loads(clone.run("dvc", "plots", "show", "--json"))
    assert not plots.get("errors"), plots["errors"]
    assert len(plots["data"]) == 3
    assert all(found for drawn in plots["data"].values() for found in drawn)

    clone.edit("pipeline/demo_data/tea/profiles/demo.yaml", r"farmers:\n  count: 50", "farmers:\n  count: 52")
    assert clone.repro() == sorted(of("demo", *STAGES))
    assert json.loads((clone.folder / "data/demo/snapshot.json").read_text())["rows"]["farmers"] == 52


@pytest.mark.full
def test_a_month_more(tmp_path: Path) -> None:
    """As of a month later, DVC adds to its cache, and pushes, only what is new: no file of a month that is over.

    The day stands in git; without it there is what there was.
    """
    clone = Clone(tmp_path / "repository")
    clone.edit(f"{PROFILE_FOLDER}/minimal.yaml", "days: 90", "days: 730")
    clone.edit(f"{PROFILE_FOLDER}/minimal.yaml", "farmers: .*", "farmers: {count: 1000}")
    clone.edit(f"{PROFILE_FOLDER}/minimal.yaml", "collection_points: .*", "collection_points: {count: 20}")
    clone.edit("params.yaml", r"profiles: .*", "profiles: [minimal]")
    clone.run("python", "pipeline", "dvc")
    clone.run("dvc", "remote", "add", "-d", "store", str(tmp_path / "remote"))
    data, params = clone.folder / "data/minimal", (clone.folder / "params.yaml").read_text(encoding="utf-8")

    def kept() -> tuple[set[Path], dict[str, str]]:
        """What lies in the remote once all is pushed: the cache, but for manifests, which git has; and documents."""
        clone.run("dvc", "push")
        cached, remote = ({path.relative_to(top) for path in top.rglob("*") if path.is_file()} for top in stores)
        assert remote < cached
        assert all("identity" in json.loads((stores[0] / path).read_text()) for path in cached - remote)
        return remote, contents(data / "documents.parquet")

    stores = (clone.folder / ".dvc/cache/files", tmp_path / "remote/files")
    clone.repro()
    before, months = kept()
    assert (len(months), max(months)) == (24, "2026-01.parquet")

    clone.run("python", "pipeline", "dvc", "--as-of", "2026-02-28")
    assert {stage for stage in clone.repro() if "level" in stage} == set(of("minimal", *STAGES[:6]))
    after, more = kept()
    new = after - before
    assert {name: more[name] for name in months} == months
    assert set(more) == {*months, "2026-02.parquet"}
    assert before < after
    files = [path for path in data.rglob("*") if path.is_file() and path.name != "snapshot.json"]
    assert len(new) <= len(files) - len(months) + 3  # DVC's listings of three folders: months, JSON, pictures
    assert "as_of" in clone.run("git", "diff", "params.yaml")

    clone.run("python", "pipeline", "dvc", "--as-of", "own")
    clone.repro()
    assert kept() == (after, months)
    assert (clone.folder / "params.yaml").read_text(encoding="utf-8") == params
