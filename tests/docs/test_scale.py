"""What docs/scale.md shows for schedulers is run, as each of them would run it: a small profile, of few shards."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from demo_data.cli import main
from tests.cluster.running import cluster
from tests.docs.pages import DOCS, Fence, fences
from tests.running import contents, environment

PAGE = DOCS / "scale.md"
SHARDS = 3


def fence(info: str, word: str) -> str:
    (found,) = (each.text for each in fences(PAGE) if each.info == info and word in each.text)
    return found


def small(text: str, folder: Path) -> str:
    """The text, but for a smaller dataset in fewer shards, and in this directory."""
    for old, new in (("kenya", "minimal"), ("/data", str(folder)), (" --no-json", ""), (", json_form=False", "")):
        text = text.replace(old, new)
    return text.replace("/30", f"/{SHARDS}").replace("-30", f"-{SHARDS}").replace("30", str(SHARDS))


@pytest.fixture(scope="module")
def direct(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What one build makes."""
    folder = tmp_path_factory.mktemp("direct") / "minimal"
    assert main(["build", "minimal", "--out", str(folder), "--quiet"]) == 0
    return contents(folder)


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., None]:
    """Runs a command, for which demo-data is in the path."""
    program = tmp_path / "bin" / "demo-data"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m demo_data "$@"\n')
    program.chmod(0o755)

    def run(*command: str, **variables: str) -> None:
        path = f"{program.parent}:/usr/bin:/bin"
        subprocess.run(command, env=environment(PATH=path, **variables), cwd=tmp_path, check=True, capture_output=True)

    return run


def test_shards(
    demo_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The commands give the dataset that one build gives."""
    shutil.copytree(demo_dir, tmp_path / "data" / "demo")
    monkeypatch.chdir(tmp_path)
    for command in Fence("sh", fence("sh", "--shard")).commands:
        assert (command, main(shlex.split(command)[1:])) == (command, 0)

    assert (
        contents(tmp_path / "build" / "shards").items()
        >= {
            path: digest for path, digest in contents(demo_dir).items() if path.endswith((".parquet", "snapshot.json"))
        }.items()
    )
    assert capsys.readouterr().out


def test_kubernetes(direct: dict[str, str], tmp_path: Path, run: Callable[..., None]) -> None:
    """Each pod knows its index, counted from 0."""
    job = yaml.safe_load(small(fence("yaml", "kind: Job"), tmp_path))["spec"]
    (container,) = job["template"]["spec"]["containers"]
    assert (job["completionMode"], job["completions"]) == ("Indexed", SHARDS)
    assert {mount["name"] for mount in container["volumeMounts"]} == {"data"}

    for index in reversed(range(job["completions"])):
        run(*container["command"], JOB_COMPLETION_INDEX=str(index))
    run("demo-data", "seal", str(tmp_path / "minimal"))

    assert contents(tmp_path / "minimal") == direct


def test_slurm(direct: dict[str, str], tmp_path: Path, run: Callable[..., None]) -> None:
    """Each task knows its number in the array."""
    script = small(fence("bash", "#SBATCH"), tmp_path)
    assert f"--array=1-{SHARDS}\n" in script

    for number in range(1, SHARDS + 1):
        run("bash", "-c", script, SLURM_ARRAY_TASK_ID=str(number))
    run("demo-data", "seal", str(tmp_path / "minimal"))

    assert contents(tmp_path / "minimal") == direct


def test_spark(direct: dict[str, str], tmp_path: Path) -> None:
    """Whatever calls the function for each number, in whatever order."""

    def parallelize(numbers: range, partitions: int) -> SimpleNamespace:
        assert len(numbers) == partitions == SHARDS
        return SimpleNamespace(foreach=lambda make: [make(number) for number in reversed(numbers)])

    spark = SimpleNamespace(sparkContext=SimpleNamespace(parallelize=parallelize))
    exec(compile(small(fence("python", "spark"), tmp_path), PAGE.name, "exec"), {"spark": spark})

    assert contents(tmp_path / "minimal") == direct


def test_dask(direct: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a cluster by command and in Python, and on one of this machine; buckets are tried in tests/storage."""
    monkeypatch.chdir(tmp_path)
    on_cluster, at_url, here = Fence("sh", fence("sh", "--dask")).commands
    assert " s3://" in at_url
    with cluster(tmp_path / "dask", 1) as running:
        for text in (on_cluster, fence("python", "dask_executor")):
            played = small(text, tmp_path).replace("tcp://scheduler:8786", running.address)
            played = played.replace("/shared", str(tmp_path / "shared"))
            if text == on_cluster:
                assert main(shlex.split(played)[1:]) == 0
                assert contents(tmp_path / "shared" / "minimal") == direct
                shutil.rmtree(tmp_path / "shared")
            else:
                exec(compile(played, PAGE.name, "exec"), {})
    assert contents(tmp_path / "shared" / "minimal").keys() == direct.keys()
    assert main(shlex.split(small(here, tmp_path))[1:]) == 0
    assert contents(tmp_path / "build" / "minimal") == direct
