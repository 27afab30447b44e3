"""A shell completes commands, options and their values, profiles, tables and paths."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from demo_data.tea import DOMAIN
from tests.cli.test_help import LEAVES
from tests.running import called

ASK = """
complete_words() { COMP_WORDS=("$@"); COMP_CWORD=$(($#-1)); COMPREPLY=(); "$function"; echo "${COMPREPLY[@]}"; }
function=$(complete -p demo-data); function=${function#*-F }; function=${function%% *}
"""
"""What bash does when somebody presses the key: it calls the function that was named for the command."""


@pytest.fixture(scope="module")
def bash() -> str:
    return shutil.which("bash") or pytest.skip("there is no bash here")


def completed(bash: str, script: Path, here: Path, *words: str) -> list[str]:
    """What bash offers for the last of these words."""
    quoted = " ".join(f"'{word}'" for word in ("demo-data", *words))
    text = f"source '{script}'\n{ASK}\ncomplete_words {quoted}\n"
    done = subprocess.run([bash, "--norc"], input=text, cwd=here, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()


def test_bash(bash: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Bash offers what the command line knows at each place, and nothing else."""
    script, here = tmp_path / "completion.bash", tmp_path / "here"
    (here / "data" / "demo").mkdir(parents=True)
    code, out, err = called(capsys, "completion", "bash")
    script.write_text(out, encoding="utf-8")

    assert (code, err) == (0, "")
    expected = {
        ("",): [name.split()[0] for name in LEAVES],
        ("sna",): ["snapshot"],
        ("snapshot", "re"): ["rebuild"],
        ("build", "demo"): ["demo", "demo-large"],
        ("build", "demo", "--se"): ["--seed", "--set"],
        ("build", "demo", "--table", "far"): ["farmers", "farmer_performance"],
        ("show", "da"): ["data"],
        ("show", "data/demo", ""): list(DOMAIN.models),
        ("validate", "data/demo", "--format", "j"): ["json"],
        ("completion", ""): ["bash", "zsh", "fish"],
    }
    for words, offered in expected.items():
        assert (words, set(completed(bash, script, here, *words))) == (words, set(offered))


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell(shell: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The script for each shell names every command, and is in order where that shell is here to say so."""
    code, out, err = called(capsys, "completion", shell)
    script = tmp_path / "script"
    script.write_text(out, encoding="utf-8")

    assert (code, err) == (0, "")
    assert all(name.split()[-1] in out for name in LEAVES)
    if found := shutil.which(shell):
        subprocess.run([found, "-n", str(script)], check=True, capture_output=True)
