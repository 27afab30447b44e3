"""What a domain's author is told of mistakes: each is planted in a copy of the toy domain, and the message is read."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from demo_data.cli import main
from tests.toy import DOMAIN

_NUMBERS = count()
_LINE = re.compile(r"(?<=\.py):\d+")

Edit = tuple[str, str, str]
"""A file of the domain, what stands in it, and what takes its place."""


class Copy(NamedTuple):
    """A copy of the toy domain, under a name of its own."""

    name: str
    folder: Path
    capsys: pytest.CaptureFixture[str]

    def edit(self, *edits: Edit) -> None:
        for file, old, new in edits:
            path = self.folder / file
            text = path.read_text(encoding="utf-8").replace(self.name, "toy") if path.exists() else ""
            assert old in text, (file, old)
            path.write_text(text.replace(old, new).replace("toy", self.name), encoding="utf-8")

    def run(self, *arguments: str) -> tuple[int, str, list[str]]:
        """Exit code, output, and the lines on standard error, the domain called `toy`."""
        code = main(["--domain", f"{self.name}:DOMAIN", *arguments])
        out, err = (text.replace(self.name, "toy") for text in self.capsys.readouterr())
        return code, out, [line.removeprefix("demo-data: ") for line in err.splitlines()]

    def told(self, *arguments: str) -> list[str]:
        """The lines that a command ends with, with exit code 2."""
        code, _, lines = self.run(*arguments)
        assert code == 2, lines
        return lines


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Copy]:
    """A copy in the working directory."""
    name = f"toy{next(_NUMBERS)}"
    folder = tmp_path / name
    for path in DOMAIN.folder.rglob("*"):
        if path.suffix in (".py", ".yaml"):
            target = folder / path.relative_to(DOMAIN.folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(path.read_text(encoding="utf-8").replace("tests.toy", name), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield Copy(name, folder, capsys)
    for module in [module for module in sys.modules if module.partition(".")[0] == name]:
        del sys.modules[module]


MISTAKES = yaml.safe_load(Path(__file__).with_name("domain_mistakes.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake(toy: Copy, mistake: str) -> None:
    """Each is told in a line with its file and its name, and nothing is built."""
    edits, wanted = MISTAKES[mistake]["edits"], sorted(MISTAKES[mistake]["told"])
    toy.edit(*edits)
    lines = sorted(_LINE.sub(":N", line) for line in toy.told("build", "small"))

    assert len(lines) == len(wanted), lines
    assert [line[: len(start)] for line, start in zip(lines, wanted, strict=True)] == wanted
    assert not Path("data").exists()
