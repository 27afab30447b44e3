"""Loads that die by SIGKILL just before the nth command that changes anything on the server."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from unittest.mock import patch

from pymongo import monitoring

from pipeline.checks.report import Report
from tests import killing

CHANGES = frozenset(
    {"insert", "update", "delete", "create", "createIndexes", "drop", "dropIndexes", "renameCollection"}
) | {"commitTransaction"}


class Killer(monitoring.CommandListener):
    """Counts commands that change something, and ends the process before the nth."""

    def __init__(self, at: int) -> None:
        self.left = at

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if event.command_name in CHANGES:
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Nothing is done when a command ends: the next one begins."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Nor when one fails."""


def load_as_if_checked(folder: Path, uri: str, suffix: str, clear: bool, most: int, rows: dict[str, int]) -> str | None:
    """Load in batches of four, without the checks, which others test; says what was done about an earlier load."""
    from pipeline.load import load

    with (
        patch("pipeline.load.run.validate", lambda _: Report(str(folder), rows)),
        patch("pipeline.load.records.ROWS", 4),
        patch("pipeline.load.modes.IN_ONE_TRANSACTION", most),
    ):
        return load(folder, uri, suffix=suffix, clear=clear).recovered


def _load_and_die(at: int, *arguments: object) -> None:
    monitoring.register(Killer(at))
    load_as_if_checked(*arguments)  # type: ignore[arg-type]


def killed(at: int, *arguments: object) -> bool:
    """Load in a process of its own that is killed before its `at`th change; whether it lived so long."""
    process = killing.process(_load_and_die, at, *arguments)
    process.start()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL)
    return bool(process.exitcode)
