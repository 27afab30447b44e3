"""The site shows each page as the tests read it: a block that they see as a block is one there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from markdown import Markdown
from zensical.config import parse_config

from tests.docs.pages import DOCS, ROOT, fences, name, prose


@pytest.fixture(scope="module")
def site() -> Markdown:
    """Markdown as zensical.toml has it read."""
    settings: dict[str, Any] = parse_config(str(ROOT / "zensical.toml"))
    read = [each for each in settings["markdown_extensions"] if not each.startswith("zensical.")]
    return Markdown(extensions=read, extension_configs=settings["mdx_configs"])


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=name)
def test_blocks_and_headings(page: Path, site: Markdown) -> None:
    """No fence is taken for text, whatever stands behind its language, and so none swallows the headings after it."""
    shown = site.reset().convert(page.read_text(encoding="utf-8"))
    assert shown.count("<pre") == len(fences(page))
    assert len(re.findall(r"<h\d", shown)) == len(re.findall(r"^#+ ", prose(page), flags=re.MULTILINE))
