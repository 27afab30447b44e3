"""The page as its readers have it: on a phone, in the dark, by keyboard, with a reader of screens."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.export.page.conftest import REQUIRED
from tests.export.page.looking import Looking
from tests.running import ROOT

AXE = ROOT / "assets" / "node_modules" / "axe-core" / "axe.min.js"
PLACES = (
    "view=overview",
    "view=map&table=farmers&key=WM-0032",
    "view=charts",
    "view=farmers&key=WM-0032",
    "view=tables&table=farmers&filter=a",
    "view=tables&table=documents&key=DOC-WM-0001-0001",
    "view=sql",
    "view=certificate",
)
OPENED = """() => {
  document.querySelectorAll("main > section:not([hidden]) details").forEach((each) => (each.open = true));
  return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""
"""All that can be opened is, and what it then shows is there."""
SIZES = {"desk": (1440, 900), "tablet": (820, 1100), "phone": (390, 844)}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessible(scheme: Any, browser: Browser, demo_page: Path) -> None:
    """Axe finds nothing against WCAG 2.1 AA, in no view, at no size, with all opened."""
    if not AXE.is_file():
        assert not os.environ.get(REQUIRED), "no axe-core: run `make assets`"
        pytest.skip("no axe-core here (`make assets` has it): left out")
    found = []
    for width, height in (SIZES["desk"], SIZES["phone"]):
        viewport: Any = {"width": width, "height": height}
        with browser.new_context(viewport=viewport, color_scheme=scheme, bypass_csp=True, offline=True) as context:
            looking = Looking(context.new_page())
            looking.open(demo_page)
            looking.page.add_script_tag(path=AXE)
            for place in PLACES:
                looking.page.evaluate(f"location.hash = '{place}'")
                expect(looking.page.locator("main > section:visible h1").first).to_be_visible()
                looking.page.evaluate(OPENED)
                options = {"preload": False, "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
                results = looking.page.evaluate("options => axe.run(document, options)", options)
                found += [
                    (place, width, each["id"], [node["html"][:120] for node in each["nodes"][:3]])
                    for each in results["violations"]
                ]
            assert looking.trouble == []

    assert found == []


@pytest.mark.parametrize("size", SIZES)
def test_fits(size: str, looking: Looking, demo_page: Path) -> None:
    """Nothing is wider than the window, and what came first does not move when the rest comes."""
    looking.page.set_viewport_size({"width": SIZES[size][0], "height": SIZES[size][1]})
    looking.page.add_init_script(
        "window.moved = 0; new PerformanceObserver((list) => { for (const shift of list.getEntries())"
        " if (!shift.hadRecentInput) window.moved += shift.value; }).observe({ type: 'layout-shift', buffered: true });"
    )
    for place in PLACES:
        looking.open(demo_page, place)
        looking.page.reload()
        expect(looking.page.locator("main > section:visible h1").first).to_be_visible()
        wide, moved = looking.page.evaluate("[document.documentElement.scrollWidth - innerWidth, window.moved]")
        assert wide <= 0, place
        assert moved < 0.1, place


def test_keyboard(looking: Looking, demo_page: Path) -> None:
    """The first key leads past the tabs; the theme turns by a key, and stays with the views."""
    looking.open(demo_page)
    expect(looking.page.locator("main h1").first).to_be_visible()
    looking.page.keyboard.press("Tab")
    expect(looking.page.get_by_role("link", name="Skip to the content")).to_be_focused()
    looking.page.keyboard.press("Enter")
    expect(looking.page.locator("main")).to_be_focused()
    looking.page.get_by_role("button", name="Show in dark colours").press("Enter")
    assert looking.page.evaluate("page.theme") == "dark"
