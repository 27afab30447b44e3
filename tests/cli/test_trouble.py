"""What nobody asked for (an interrupt, a library's panic, odd names, secrets) ends in a line, and tells no secret."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import demo_data.cli
import demo_data.commands.build
from demo_data.common.errors import NO_DOCSTRINGS
from tests.running import called, command, environment, names


def test_a_worker_that_dies(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A worker process that is killed is told, in a line."""
    monkeypatch.setattr(demo_data.commands.build, "_attend", ends)
    code, out, err = called(capsys, "build", "minimal", "--workers", 2, "--out", tmp_path / "set")

    assert (code, out) == (2, "")
    assert err == "demo-data: a worker process died (out of memory?); nothing was changed\n"
    assert names(tmp_path) == []


def ends() -> None:
    """What a worker does first, in the test above."""
    os._exit(9)


def test_interrupted(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Ctrl-C ends a build without a traceback and with nothing written."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("demo_data.dataset.store.write_part", interrupted)
    code, out, err = called(capsys, "build", "minimal", "--out", tmp_path / "set")

    assert (code, out) == (130, "")
    assert err == "demo-data: interrupted; nothing was changed\n"
    assert names(tmp_path) == []


class PanicException(BaseException):
    """As PyO3 raises where Rust panics: no `Exception`."""


UNFORESEEN: list[tuple[BaseException, str]] = [
    (OSError(errno.EMFILE, "Too many open files"), "Too many open files"),
    (MemoryError(), "out of memory"),
    (RecursionError("maximum recursion depth exceeded"), "what is read here is nested too deeply"),
    (
        UnicodeEncodeError("utf-8", "caf\udce9", 3, 4, "surrogates not allowed"),
        "a name that is not UTF-8: 'caf\\udce9'",
    ),
    (RuntimeError("can't start new thread"), "unexpected RuntimeError: can't start new thread; DEMO_DATA_TRACEBACK=1"),
    (KeyError("x" * 9000), "unexpected KeyError: 'xxx"),
    (PanicException("not yet implemented\nsecond line"), "unexpected PanicException: not yet implemented; DEMO"),
    (SystemExit("a library leaves"), ""),
]


@pytest.mark.parametrize(("error", "told"), UNFORESEEN, ids=lambda value: type(value).__name__)
def test_what_nobody_foresaw(
    error: BaseException,
    told: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    minimal_dir: Path,
) -> None:
    """Whatever comes up ends in a line and exit code 2; where it came from is shown to who asks for it."""

    def raises(*_: object) -> None:
        raise error

    monkeypatch.setattr("demo_data.report.print_dataset", raises)
    code, out, err = called(capsys, "show", minimal_dir)

    assert (code, out) == (2, "")
    assert err == "" if isinstance(error, SystemExit) else err.startswith(f"demo-data: {told}")
    assert len(err) < 4100
    assert len(err.splitlines()) <= 1
    monkeypatch.setenv("DEMO_DATA_TRACEBACK", "1")
    _, _, err = called(capsys, "show", minimal_dir)
    assert ("Traceback" in err) == (not isinstance(error, SystemExit))


@pytest.mark.parametrize("name", ["a\nb", "\x1b[31mred", "\x1b]0;title\x07", "a\u202eb", "caf\udce9"])
@pytest.mark.parametrize("arguments", [["show"], ["validate"], ["build"], ["snapshot", "verify"], [], ["--table"]])
def test_no_orders_to_the_terminal(name: str, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A name with signs that a terminal obeys is told with escapes, on one line."""
    code, out, err = called(capsys, *arguments, name)
    *_, last = err.splitlines()

    assert (code, out) == (2, "")
    assert last.isprintable()
    assert last.startswith("demo-data: ")
    assert err.replace("\n", "").isprintable()


def test_show_escapes(minimal_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a recipe says cannot speak to the terminal."""
    shutil.copytree(minimal_dir, tmp_path / "set")
    recipe = json.loads((tmp_path / "set" / "recipe.json").read_text(encoding="utf-8"))
    recipe["profile"] = "\x1b[2Jcleared\r"
    (tmp_path / "set" / "recipe.json").write_text(json.dumps(recipe), encoding="utf-8")
    code, out, _ = called(capsys, "show", tmp_path / "set")

    assert code == 0
    assert "\\u001b[2Jcleared\\u000d" in out
    assert out.replace("\n", "").isprintable()


SECRET = "S3cr%2Ft%40pw"


@pytest.mark.parametrize(
    "url",
    [
        f"https://u:pass {SECRET}@127.0.0.1:1",
        f"https:/u:{SECRET}@127.0.0.1/x",
        f"u:{SECRET}@127.0.0.1:x",
        f"https://127.0.0.1:1/x?token={SECRET}",
        f"https://u:a@{SECRET}@127.0.0.1:1/x",
    ],
)
@pytest.mark.parametrize(
    "arguments",
    [
        *("show", "validate", "build", "json", "contract", "snapshot verify", "snapshot fetch", "snapshot write", ""),
        *("build minimal --seed", "build minimal --set", "build minimal --table", "snapshot publish demo"),
        *("snapshot fetch demo@v1.0.0 --repo", "snapshot diff SET", "load SET --uri", "load SET --uri x --suffix"),
    ],
)
def test_no_secret_is_told(
    url: str,
    arguments: str,
    minimal_dir: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A URL with a secret in it may stand in any argument: what is told of it does not tell the secret."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DEMO_DATA_CACHE", str(tmp_path / "cache"))
    words = [str(minimal_dir) if word == "SET" else word for word in arguments.split()]
    code, out, err = called(capsys, *words, url)

    assert code == 2
    assert out == ""
    assert "s3cr" not in err.lower()
    assert "t@pw" not in err.lower()


def test_a_reader_that_leaves(minimal_dir: Path) -> None:
    """Where nobody reads on (`demo-data show data/demo | head -1`), the command ends in silence."""
    ours, theirs = os.pipe()
    os.close(ours)
    with os.fdopen(theirs, "w") as pipe:
        done = subprocess.run(
            command("show", minimal_dir), stdout=pipe, stderr=subprocess.PIPE, env=environment(), text=True, check=False
        )

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.sample(1)
@pytest.mark.parametrize(
    "code",
    [
        "import sys; from demo_data.cli import main; sys.exit(main(['build', 'minimal', '--out', 'out', '--quiet']))",
        (
            "from pathlib import Path\nfrom demo_data.build import build\nfrom demo_data.profile import load_profile\n"
            "from demo_data.versions.write import finish\nbuild(load_profile('minimal'), Path('out'), finish=finish)"
        ),
    ],
    ids=["command", "in Python"],
)
def test_without_docstrings(code: str, tmp_path: Path) -> None:
    """Descriptions are made of docstrings: where Python drops these, nothing is made that would differ."""
    done = subprocess.run(
        [sys.executable, "-OO", "-c", code],
        cwd=tmp_path,
        env=environment(PYTHONDONTWRITEBYTECODE="1"),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert NO_DOCSTRINGS in done.stderr
    assert list(tmp_path.iterdir()) == []
