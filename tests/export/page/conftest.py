"""A browser that is offline, and pages of datasets in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from demo_data.export.page import write_page
from demo_data.tea import DOMAIN
from tests.export.page.looking import Looking

FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
REQUIRED = "DEMO_DATA_REQUIRE_BROWSER"
"""The variable that forbids to leave these tests out."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found and os.environ.get(REQUIRED):
        pytest.fail(f"no Chromium here, and {REQUIRED} is set")
    if not found:
        pytest.skip("no Chromium here: what pages show is left out")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def demo_page(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of `demo`."""
    out = tmp_path_factory.mktemp("page") / "demo"
    write_page(demo_dir, out, DOMAIN)
    return out


@pytest.fixture
def looking(browser: Browser) -> Iterator[Looking]:
    """A window; the test fails where its page asks for anything elsewhere, or a script fails."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, offline=True)
    window = Looking(context.new_page())
    yield window
    context.close()
    assert window.trouble == []


@pytest.fixture
def page(looking: Looking, demo_page: Path) -> Page:
    """The page of `demo` in a window."""
    looking.open(demo_page)
    return looking.page
