"""What the machine must give is asked for before libraries abort or hang over it."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from demo_data.common import machine
from demo_data.common.errors import UsageError
from tests.running import called, command, environment

FREE = resource.RLIM_INFINITY


@pytest.mark.parametrize(
    ("name", "limits", "told"),
    [
        (
            "RLIMIT_AS",
            (900 << 20, 900 << 20),
            "too little address space: at least 4,194,304 is needed",
        ),
        ("RLIMIT_AS", (900 << 20, FREE), "`ulimit -v` allows 921,600: raise that limit"),
        ("RLIMIT_DATA", (300 << 20, FREE), "`ulimit -d` allows 307,200"),
        ("RLIMIT_STACK", (300 << 10, FREE), "`ulimit -s` allows 300"),
        ("RLIMIT_NOFILE", (20, 20), "too few file handles: at least 64 is needed, and `ulimit -n` allows 20"),
    ],
)
def test_limits(name: str, limits: tuple[int, int], told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit under which libraries abort is told in a line: what is needed, and which option raises it."""
    for variable in ("POLARS_MAX_THREADS", "OMP_NUM_THREADS"):
        monkeypatch.setenv(variable, "1")
    which = getattr(resource, name)
    monkeypatch.setattr(resource, "getrlimit", lambda asked: limits if asked == which else (FREE, FREE))
    with pytest.raises(UsageError) as caught:
        machine.require()

    assert len(caught.value.messages) == 1
    assert told in caught.value.messages[0]


def test_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer threads take address space that is limited and enough; file handles are raised where that is allowed."""
    limits = {resource.RLIMIT_AS: (5 << 30, FREE), resource.RLIMIT_NOFILE: (20, 4096)}
    raised = []
    monkeypatch.setattr(resource, "getrlimit", lambda asked: limits.get(asked, (FREE, FREE)))
    monkeypatch.setattr(resource, "setrlimit", lambda *given: raised.append(given))
    variables = {"OMP_NUM_THREADS": "7"}
    monkeypatch.setattr(os, "environ", variables)
    machine.require()

    assert raised == [(resource.RLIMIT_NOFILE, (64, 4096))]
    assert variables == {"POLARS_MAX_THREADS": "2", "OMP_NUM_THREADS": "7"}


@pytest.mark.parametrize("name", ["POLARS_MAX_THREADS", "POLARS_ASYNC_THREAD_COUNT"])
@pytest.mark.parametrize("value", ["0", " 0 ", "100000", "9" * 5000])
def test_threads(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], minimal_dir: Path
) -> None:
    """A number of threads under which libraries panic or hang is told."""
    monkeypatch.setenv(name, value)
    code, out, err = called(capsys, "show", minimal_dir)

    assert (code, out) == (2, "")
    assert err.startswith(f"demo-data: {name}={value[:5]}")
    assert err.endswith("a number from 1 to 512 is expected\n")
    assert called(capsys, "--version")[0] == 0


@pytest.mark.full
def test_the_least_is_enough(tmp_path: Path) -> None:
    """With no more address space, memory and file handles than are asked for, a build works."""
    limits = "ulimit -v 4194304; ulimit -d 1048576; ulimit -n 64"
    build = command("build", "minimal", "--quiet", "--workers", 2, "--out", tmp_path / "set")
    done = subprocess.run(
        ["bash", "-c", f'{limits}; exec "$@"', "bash", *build],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "set" / "snapshot.json").is_file()


def test_without_pandas() -> None:
    """Arrow makes arrays without pandas, and has it where a frame is asked for."""
    pytest.importorskip("pandas")
    script = """
import sys
import pyarrow as pa
from demo_data.common import machine
machine.without_pandas()
array = pa.array([1, 2])
before = "pandas" in sys.modules
print(before, type(array.to_pandas()).__name__, pa.array(array.to_pandas()).type)
"""
    done = subprocess.run([sys.executable, "-c", script], env=environment(), capture_output=True, text=True, check=True)
    assert done.stdout == "False Series int64\n"
