"""What one has opened, typed and focused stays when the page draws itself anew; where one is stands in the URL."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.export.page.looking import Looking

RECORD = "view=tables&table=farmers&key=WM-0032"
FOCUSED = "document.activeElement.textContent || document.activeElement.tagName"


def test_fields_stand_below_each_other(looking: Looking, demo_page: Path) -> None:
    """Each field of a record begins where its list does."""
    looking.open(demo_page, RECORD)
    expect(looking.page.locator(".record h2")).to_have_text("WM-0032")
    places = looking.page.locator(".record .fields, .record .fields > div").evaluate_all(
        "all => all.map(each => [each.getBoundingClientRect().x, each.getBoundingClientRect().width])"
    )
    assert len(places) > 10
    assert all(place == places[0] for place in places)


def test_numbers_stay_open(looking: Looking, demo_page: Path) -> None:
    """The numbers of a card open, by a key too, and outlast another width and other colours."""
    looking.open(demo_page, "view=farmers&key=WM-0032")
    summary = looking.page.locator(".onecard summary")
    summary.press("Enter")
    for change in ("page.theme = 'dark'", "document.querySelector('main').style.width = '900px'"):
        before = looking.page.locator(".history svg").first.evaluate_handle("each => each")
        looking.page.evaluate(change)
        looking.page.wait_for_function("each => !each.isConnected", arg=before)
        expect(looking.page.locator(".history tbody tr").first).to_be_visible()
        expect(summary).to_be_focused()


@pytest.mark.parametrize(
    ("place", "link", "focused"),
    [
        ("view=tables&table=farmers", ".grid tbody th a >> nth=2", "WM-0003"),
        (RECORD, ".record .close", "WM-0032"),
        ("view=tables&table=farmers", "nav.tables a:has-text('regions')", "regions2"),
        ("view=farmers", ".people a >> nth=1", None),
        ("view=map", ".place button >> nth=0", None),
        (RECORD, ".record dd a >> nth=0", None),
        ("view=farmers&key=WM-0032", "a:has-text('On the map')", "MAIN"),
    ],
)
def test_focus_stays(place: str, link: str, focused: str | None, looking: Looking, demo_page: Path) -> None:
    """A link that is followed by a key leads the focus along: to what it names, not out of the page."""
    looking.open(demo_page, place)
    at = looking.page.locator(f"main > section:visible {link}" if link.startswith(".") else link)
    before = looking.page.url
    text = at.text_content()
    at.press("Enter")
    expect(looking.page).not_to_have_url(before)
    if focused == "MAIN":
        expect(looking.page.locator("main")).to_be_focused()
    else:
        looking.page.wait_for_function(f"wanted => ({FOCUSED}).includes(wanted)", arg=focused or text)
    expect(looking.page.locator("body")).not_to_be_focused()


def test_spaces_can_be_typed(page: Page) -> None:
    """Words of a filter, with a pause between them."""
    page.evaluate("page.go({view: 'tables', table: 'farmers'})")
    field = page.get_by_role("searchbox", name="Filter rows")
    field.press_sequentially("kericho ")
    expect(page).to_have_url(re.compile("filter=kericho$"))
    expect(page.locator(".told").first).to_contain_text(" of ")
    field.press_sequentially("a")
    expect(field).to_have_value("kericho a")


def test_closing_a_record_keeps_the_page(page: Page) -> None:
    """One comes back to the rows that one was among."""
    page.evaluate("page.go({view: 'tables', table: 'documents'})")
    page.get_by_role("button", name="Next rows").click()
    first = page.locator(".table .grid tbody th").first
    told = first.inner_text()
    page.locator(".table .grid tbody th a").first.click()
    page.locator(".record .close").click()
    expect(page.locator(".record")).to_have_count(0)
    expect(first).to_have_text(told)


def test_the_map_is_in_the_url(page: Page) -> None:
    """Whatever is chosen there, by whatever means; and back."""
    page.evaluate("page.go({view: 'map'})")
    page.get_by_role("combobox", name="Find a place").fill("ainamoi tea")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("view=map&table=factories&key="))
    page.locator(".place").get_by_role("button", name="All").press("Enter")
    expect(page).to_have_url(re.compile("view=map$"))
    expect(page.locator(".place h2")).to_be_focused()
    page.go_back()
    expect(page.locator(".place h2")).to_have_text("Ainamoi Tea Factory")


def test_the_map_fits_when_it_is_seen(looking: Looking, demo_page: Path) -> None:
    """Also where it was made while it was not shown: as close as otherwise."""
    places = "[...document.querySelectorAll('.maplabel')].map(each => Math.round(each.getBoundingClientRect().x))"
    looking.open(demo_page, "view=map")
    expect(looking.page.locator(".maplabel").first).to_be_attached()
    expected = looking.page.evaluate(places)

    looking.open(demo_page, "view=overview")
    looking.page.reload()
    looking.page.evaluate("document.querySelector('main').style.display = 'none'; page.go({view: 'map'})")
    expect(looking.page.locator(".maplabel").first).to_be_attached()
    looking.page.evaluate("document.querySelector('main').style.display = ''; page.go({view: 'overview'})")
    expect(looking.page.locator("#view-overview")).to_be_visible()
    looking.page.evaluate("page.go({view: 'map'})")
    expect(looking.page.locator("#view-map")).to_be_visible()
    assert looking.page.evaluate(places) == expected


def test_on_a_phone_what_is_chosen_is_in_sight(looking: Looking, demo_page: Path) -> None:
    """The tab of the view, and the card of whom one has chosen."""
    looking.page.set_viewport_size({"width": 390, "height": 844})
    looking.open(demo_page, "view=certificate")
    expect(looking.page.locator(".top nav [aria-current]")).to_be_in_viewport(ratio=0.9)
    looking.open(demo_page, "view=farmers")
    looking.page.locator(".people a").nth(1).click()
    expect(looking.page.locator(".onecard h1")).to_be_in_viewport(ratio=0.9)


def test_scenarios_lead_to_cards(page: Page) -> None:
    """By the name of whom the card is of."""
    link = page.locator(".stories a").first
    expect(link).to_have_attribute("href", re.compile("view=farmers"))
    name = link.inner_text()
    link.click()
    expect(page.locator(".onecard h1")).to_have_text(name)
