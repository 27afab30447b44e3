"""Standard streams take any text and never fail, whatever they are connected to."""

from __future__ import annotations

import errno
import io
import json
import os
import subprocess
from pathlib import Path

import pytest

from demo_data.common.streams import Guarded
from tests.running import command, environment


def written(text: str, encoding: str, *, escapes: bool = True) -> str:
    """What arrives of a text in a stream of an encoding, read as such."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, errors="strict", write_through=True)
    guarded = Guarded(stream, lambda said: said.replace("S3cret", "***"), escapes=escapes)
    assert guarded.write(text) == len(text)
    guarded.flush()
    assert guarded.error is None
    return raw.getvalue().decode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1", "cp1252"])
@pytest.mark.parametrize(
    "text", ["plain\tand\nlines", "ünï 数据 😀", "\x1b[31m\x07\r\x9b\x7f", "a\u202eb\u00a0", "caf\udce9", "\U000e0001"]
)
def test_any_text(encoding: str, text: str) -> None:
    """What the terminal lacks, and what it would obey, arrives as JSON's escapes: a JSON text stays one."""
    found = written(text, encoding)

    assert found.replace("\n", "").replace("\t", "").isprintable()
    assert json.loads('"' + found.replace("\n", "\\n").replace("\t", "\\t") + '"') == text
    document = json.dumps({"a": text}, ensure_ascii=False)
    assert json.loads(written(document, encoding)) == {"a": text}


def test_for_bars() -> None:
    """Where a bar is drawn, its signs pass; text is still taken whatever the encoding, and secrets are not."""
    assert written("\r\x1b[K é S3cret", "ascii", escapes=False) == "\r\x1b[K \\u00e9 ***"


class Broken(io.StringIO):
    """A stream on a file, each write to which fails."""

    def __init__(self, path: Path, number: int) -> None:
        super().__init__()
        self.file, self.number, self.tries = path.open("wb"), number, 0

    def fileno(self) -> int:
        return self.file.fileno()

    def write(self, text: str) -> int:
        self.tries += 1
        raise OSError(self.number, os.strerror(self.number))


@pytest.mark.parametrize("number", [errno.EPIPE, errno.ENOSPC, errno.EIO])
def test_a_stream_that_fails(number: int, tmp_path: Path) -> None:
    """The first failure is kept, and nothing more is tried; what is left over goes nowhere."""
    stream = Broken(tmp_path / "out", number)
    guarded = Guarded(stream, str, escapes=True)
    with stream.file:
        for _ in range(3):
            guarded.write("text")
            guarded.flush()
        os.write(stream.fileno(), b"left over")

    assert isinstance(guarded.error, OSError)
    assert guarded.error.errno == number
    assert stream.tries == 1
    assert (tmp_path / "out").read_bytes() == b""


def test_a_closed_stream() -> None:
    """One that somebody closed takes nothing, in silence; where there is none, neither."""
    stream = io.StringIO()
    stream.close()
    nowhere = Guarded(None, str, escapes=True)
    for guarded in (Guarded(stream, str, escapes=True), nowhere):
        guarded.write("text")
        guarded.flush()
    assert nowhere.getvalue() == ""


def shell(script: str, *arguments: object, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """A shell's script in which "$@" is a real command."""
    return subprocess.run(
        ["sh", "-c", script, "sh", *command(*arguments)],
        env=environment(**(env or {})),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.full
def test_closed_from_the_start(minimal_dir: Path, tmp_path: Path) -> None:
    """A command does its work without standard streams, and no file of it gets their numbers."""
    made = shell('"$@" <&- >&- 2>&-', "build", "minimal", "--workers", 2, "--no-json", "--out", tmp_path / "set")

    assert (made.returncode, made.stdout, made.stderr) == (0, "", "")
    assert (tmp_path / "set" / "farmers.parquet").read_bytes() == (minimal_dir / "farmers.parquet").read_bytes()
    assert shell('"$@" 2>&-', "show", "/nowhere").returncode == 2


@pytest.mark.sample(1)
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full")
@pytest.mark.parametrize("arguments", [["--version"], ["build", "--help"], ["show", "data/minimal"]])
def test_full(arguments: list[str], minimal_dir: Path) -> None:
    """Where nothing can be written that is told, once; where it cannot be told either, the exit code says it."""
    arguments = [str(minimal_dir) if argument.startswith("data/") else argument for argument in arguments]
    done = shell('"$@" >/dev/full', *arguments)

    assert done.returncode == 2
    assert done.stderr == "demo-data: standard output cannot be written: No space left on device\n"
    assert shell('"$@" >/dev/full 2>/dev/full', *arguments).returncode == 2


def test_a_reader_that_leaves_hides_nothing(minimal_dir: Path, tmp_path: Path) -> None:
    """A failed check has its exit code where nobody reads what it says."""
    text = (minimal_dir / "json" / "farmers.json").read_text(encoding="utf-8")
    (tmp_path / "farmers.json").write_text(text.replace('"sms"', '"smoke"').replace('"whatsapp"', '"smoke"'))
    done = shell('{ "$@"; echo $? >&2; } | true', "validate", tmp_path)

    assert done.stderr == "1\n"


@pytest.mark.sample(1)
@pytest.mark.parametrize(
    "env",
    [
        {"PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0", "PYTHONIOENCODING": "latin-1"},
    ],
)
def test_a_poor_locale(env: dict[str, str], tmp_path: Path) -> None:
    """Names are UTF-8 whatever the locale says, and are told in what signs there are."""
    made = tmp_path / "ünï 数据"
    done = subprocess.run(
        [*command("build", "minimal", "--no-json", "--table", "regions", "--out", made)],
        env=environment(**env),
        capture_output=True,
        check=False,
    )
    told = subprocess.run(command("show", made), env=environment(**env), capture_output=True, check=False)

    assert (done.returncode, done.stderr) == (0, b"")
    assert (made / "regions.parquet").is_file()
    assert told.returncode == 0
    assert b"\\u6570\\u636e" in told.stdout
