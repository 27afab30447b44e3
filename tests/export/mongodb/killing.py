"""Loads that die, or are suspended, just before the nth command that changes anything on the server."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from pymongo import monitoring

from demo_data.common.errors import UsageError
from demo_data.validation.report import Report
from tests import killing

CHANGES = frozenset(
    {"insert", "update", "delete", "create", "createIndexes", "drop", "dropIndexes", "renameCollection"}
) | {"commitTransaction", "findAndModify"}


def changes(event: monitoring.CommandStartedEvent) -> bool:
    """Whether a command changes anything."""
    return event.command_name in CHANGES or "$merge" in str(event.command.get("pipeline", ""))


class Signaller(monitoring.CommandListener):
    """Counts commands that change something, and sends its own process a signal before the nth."""

    def __init__(self, at: int, signalled: int) -> None:
        self.left = at
        self.signalled = signalled

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if changes(event):
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), self.signalled)

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Nothing is done when a command ends: the next one begins."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Nor when one fails."""


def load_as_if_checked(folder: Path, uri: str, suffix: str, clear: bool, most: int, rows: dict[str, int]) -> str | None:
    """Load in batches of four, without the checks, which others test; says what was done about an earlier load."""
    from demo_data.export.mongodb import load

    with (
        patch("demo_data.export.mongodb.run.validate", lambda _, domain: Report(str(folder), rows)),
        patch("demo_data.export.mongodb.documents.ROWS", 4),
        patch("demo_data.export.mongodb.net.ROWS", 4),
        patch("demo_data.export.mongodb.plan.IN_ONE_TRANSACTION", most),
    ):
        return load(folder, uri, suffix=suffix, clear=clear).recovered


def _load_and_die(at: int, *arguments: object) -> None:
    monitoring.register(Signaller(at, signal.SIGKILL))
    load_as_if_checked(*arguments)  # type: ignore[arg-type]


def killed(at: int, *arguments: object) -> bool:
    """Load in a process of its own that is killed before its `at`th change; whether it lived so long."""
    process = killing.process(_load_and_die, at, *arguments)
    process.start()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL)
    return bool(process.exitcode)


def _load_and_pause(at: int, told: Path, refused: bool, *arguments: object) -> None:
    monitoring.register(Signaller(at, signal.SIGSTOP))
    with ExitStack() as stack:
        # What the process says of itself is believed: it sleeps for longer than a load may be silent.
        stack.enter_context(patch("demo_data.export.mongodb.journal._SILENT", timedelta(0)))
        if refused:
            stack.enter_context(
                patch("demo_data.export.mongodb.writing._read_back", side_effect=UsageError("it was altered"))
            )
        try:
            load_as_if_checked(*arguments)  # type: ignore[arg-type]
        except UsageError as error:
            told.write_text(str(error), encoding="utf-8")


class Paused:
    """A load in a process of its own: whether it is asleep, and what it said in the end, empty if it was loaded."""

    def __init__(self, process: Any, told: Path) -> None:
        self._process, self._told = process, told
        self.asleep = False
        self.said = ""

    def wait(self) -> None:
        """Wait until it sleeps or has ended."""
        while self._process.is_alive() and not self.asleep:
            with suppress(OSError):
                status = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="utf-8")
                self.asleep = status.rpartition(")")[2].split()[0] == "T"
            time.sleep(0.002)

    def wake(self) -> None:
        """Let it go on to its end."""
        os.kill(self._process.pid, signal.SIGCONT)
        self._process.join()
        assert self._process.exitcode == 0
        self.said = self._told.read_text(encoding="utf-8") if self._told.exists() else ""


@contextmanager
def paused(at: int, told: Path, *arguments: object, refused: bool = False) -> Iterator[Paused]:
    """A load that is suspended before its `at`th change, and goes on afterwards. Loads meanwhile take it over.

    `refused` says that it finds all that it has written altered, so that it undoes it.
    """
    told.unlink(missing_ok=True)
    process = killing.process(_load_and_pause, at, told, refused, *arguments)
    process.start()
    found = Paused(process, told)
    found.wait()
    try:
        with patch("demo_data.export.mongodb.journal._SILENT", timedelta(0)):
            yield found
    finally:
        if process.is_alive():
            found.wake()
        process.join()
        found.said = told.read_text(encoding="utf-8") if told.exists() else ""
