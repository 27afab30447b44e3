"""The pages of the project, and the fenced blocks in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
README = ROOT / "README.md"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "examples").glob("*/README.md")])


def name(page: Path) -> str:
    """A page by its path in the tree."""
    return page.relative_to(ROOT).as_posix()


@dataclass(frozen=True)
class Fence:
    """A fenced block: the words after its opening fence, and its lines as one text."""

    info: str
    text: str

    @property
    def file(self) -> str | None:
        """The file that the block is, where its first line names one."""
        found = re.match(r"# ([\w./-]+\.(?:py|yaml))\n", self.text)
        return found[1] if found else None

    @property
    def commands(self) -> list[str]:
        return [line for line in self.text.splitlines() if line]


def fences(page: Path) -> list[Fence]:
    """The blocks of a page, from top to bottom."""
    text = page.read_text(encoding="utf-8")
    return [Fence(*found) for found in re.findall(r"^```(\S[^\n]*)\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE)]


def files(page: Path) -> dict[str, str]:
    """The files that a page shows, by their paths."""
    return {fence.file: fence.text for fence in fences(page) if fence.file}


def prose(page: Path) -> str:
    """A page without its blocks."""
    return re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
