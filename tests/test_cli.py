from __future__ import annotations

import argparse
import errno
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import demo_data.cli
import demo_data.commands.build
from demo_data.build import generator_version
from demo_data.cli import _parser
from demo_data.common.errors import NO_DOCSTRINGS
from tests.running import ROOT, called, command, contents, environment, names, run

COMMANDS = ("build", "json", "validate", "snapshot", "show", "contract")


def leaves(parser: argparse.ArgumentParser, name: str = "") -> dict[str, argparse.ArgumentParser]:
    """The parsers that take arguments, by the words that call them."""
    found = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not found:
        return {name.strip(): parser}
    return {
        call: leaf for word, below in found[0].choices.items() for call, leaf in leaves(below, f"{name} {word}").items()
    }


LEAVES = leaves(_parser())
HEAVY = {"numpy", "polars", "pyarrow", "pydantic", "yaml", "rich", "faker", "polyfactory"}


def imported(*arguments: str) -> set[str]:
    """The top-level packages that a real `demo-data` imports."""
    script = [sys.executable, "-X", "importtime", "-m", "demo_data", *arguments]
    done = subprocess.run(script, env=environment(), capture_output=True, text=True, check=True)
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines() if "|" in line}


@pytest.mark.parametrize("arguments", [("--help",), ("build", "--help"), ("validate", "--help")])
def test_help_imports_little(arguments: tuple[str, ...]) -> None:
    """Help comes at once: it imports no library."""
    found = imported(*arguments)

    assert "pipeline" in found
    assert not found & HEAVY


def test_importtime_sees_imports() -> None:
    """What the test above relies on: a command that needs libraries is seen to import them."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "demo_data", "show", "/nowhere"],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert re.search(r"\| +pyarrow$", done.stderr, re.MULTILINE)


def subparsers() -> dict[str, argparse.ArgumentParser]:
    actions = _parser()._actions
    found = next(action for action in actions if isinstance(action, argparse._SubParsersAction))
    return dict(found.choices)


def test_commands(capsys: pytest.CaptureFixture[str]) -> None:
    """Every command stands in the help with a line of its own."""
    code, out, _ = called(capsys, "--help")

    assert code == 0
    assert set(COMMANDS) <= set(subparsers())
    for name in subparsers():
        assert re.search(rf"^ +{name} +\w", out, re.MULTILINE), name


@pytest.mark.parametrize("name", LEAVES)
def test_every_argument_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Every command says what it does, and every option what it means."""
    code, out, _ = called(capsys, *name.split(), "--help")
    parser = LEAVES[name]

    assert code == 0
    assert parser.description
    assert len(parser.description.split()) > 5
    assert "positional arguments" in out
    assert all(action.help for action in parser._actions if action.option_strings)


@pytest.mark.parametrize("arguments", [[], ["buidl"], ["--halp"], ["build"], ["show"], ["build", "minimal", "more"]])
def test_misspelt(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt command line is told in a line below the usage, with exit code 2."""
    code, out, err = called(capsys, *arguments)
    *usage, last = err.splitlines()

    assert (code, out) == (2, "")
    assert usage[0].startswith("usage: demo-data")
    assert last.startswith("demo-data: ")
    if arguments:
        assert arguments[-1] in last or "required" in last


def test_unknown_commands_name_the_known(capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown command is answered with the known ones."""
    _, _, err = called(capsys, "buidl")

    assert "'buidl'" in err
    assert all(name in err for name in COMMANDS)


def test_default_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Without `--out` a dataset goes to `data/<profile>` below the working directory."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").write_text("extends: minimal\n")
    for profile in ("minimal", "mine.yaml"):
        assert called(capsys, "build", profile, "--quiet", "--no-json") == (0, "", "")

    assert names(tmp_path / "data") == ["mine", "minimal"]
    assert (tmp_path / "data" / "minimal" / "snapshot.json").is_file()


def test_the_options_of_build(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Seed, last day and settings of the command line reach the dataset, as if they stood in the profile."""
    (tmp_path / "mine.yaml").write_text('extends: minimal\nseed: 3\nas_of: "2025-06-30"\nfarmers: {count: 5}\n')
    options = ["--seed", 3, "--as-of", "2025-06-30", "--set", "farmers.count=5", "--quiet"]
    called(capsys, "build", tmp_path / "mine.yaml", "--quiet", "--out", tmp_path / "a")
    called(capsys, "build", "minimal", *options, "--out", tmp_path / "b")
    ours, theirs = contents(tmp_path / "a"), contents(tmp_path / "b")
    tables = [path for path in ours if path.startswith("json/")]

    assert len(tables) == 9
    assert [ours[path] for path in tables] == [theirs[path] for path in tables]


def test_the_steps_of_dvc(tmp_path: Path, minimal_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Level by level, then `json` and `snapshot`: what the stages do is what `build` does."""
    for level in range(6):
        assert called(capsys, "build", "minimal", "--level", level, "--quiet", "--out", tmp_path) == (0, "", "")
    assert called(capsys, "json", tmp_path) == (0, f"{tmp_path / 'json'}: written\n", "")
    code, out, err = called(capsys, "snapshot", "write", tmp_path)

    assert (code, err) == (0, "")
    assert f"demo-data show {tmp_path}" in out
    assert contents(tmp_path) == contents(minimal_dir)


def test_validate(tmp_path: Path, minimal_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`validate` says what it found, in lines; with `--quiet` only what is wrong."""
    code, out, err = called(capsys, "validate", minimal_dir)

    assert (code, err) == (0, "")
    assert out.startswith(f"{minimal_dir}: 9 tables")
    assert called(capsys, "validate", minimal_dir, "--quiet") == (0, "", "")


def test_validate_report(tmp_path: Path, minimal_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The report of a validation is a file of JSON; where it cannot be written, that is told."""
    code, _, _ = called(capsys, "validate", minimal_dir, "--quiet", "--report", tmp_path / "validation.json")

    assert code == 0
    assert '"ok": true' in (tmp_path / "validation.json").read_text()
    code, _, err = called(capsys, "validate", minimal_dir, "--quiet", "--report", tmp_path / "no" / "where.json")
    assert code == 2
    assert f"{tmp_path}/no/where.json" in err


def test_findings(tmp_path: Path, minimal_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Faults in data give exit code 1, and are told."""
    text = (
        (minimal_dir / "json" / "farmers.json").read_text().replace('"sms"', '"smoke"').replace('"whatsapp"', '"smoke"')
    )
    (tmp_path / "farmers.json").write_text(text)
    code, out, _ = called(capsys, "validate", tmp_path, "--quiet")

    assert code == 1
    assert "smoke" in out
    assert "farmers.json" in out


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


def test_dashes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """`--out=--` is a directory of that name, and so is what follows `--`."""
    monkeypatch.chdir(tmp_path)

    assert called(capsys, "build", "minimal", "--quiet", "--no-json", "--out=--") == (0, "", "")
    assert names(tmp_path) == ["--"]
    assert called(capsys, "snapshot", "verify", "--quiet", "--", "--") == (0, "", "")


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


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """The version can be asked for."""
    assert called(capsys, "--version") == (0, f"demo-data {generator_version()}\n", "")


def test_console_script() -> None:
    """`demo-data` is installed beside the interpreter, and is what `python pipeline` is."""
    script = Path(sys.executable).parent / "demo-data"
    done = subprocess.run([script, "--help"], capture_output=True, text=True, check=True, cwd=ROOT)

    assert done.stdout == run(["--help"]).stdout


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
