"""A window of the browser, and what goes wrong in it."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import ConsoleMessage, Page, Request

LONGEST = 60_000
"""Milliseconds until DuckDB has started, or answers: on a busy machine."""


class Looking:
    """A page in a window; `trouble` has requests to elsewhere, and what scripts complain of."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.trouble: list[str] = []
        page.on("request", self._asked)
        page.on("pageerror", lambda error: self.trouble.append(f"error: {error}"))
        page.on("console", self._said)

    def open(self, folder: Path, place: str = "") -> None:
        self.page.goto(f"{(folder / 'index.html').as_uri()}#{place}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith(("file://", "blob:", "data:")):
            self.trouble.append(f"request: {request.url}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.trouble.append(f"console: {message.text}")
