"""Standard output and standard error as the command line writes to them, whatever they are connected to.

Closed, full, without a reader, or of a poor encoding: a command goes on to its end, and its exit code stands. Other
people's names and values cannot speak to the terminal, and no secret of the arguments is printed.
"""

from __future__ import annotations

import codecs
import io
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO, cast

from demo_data.common.rendering import escaped

_ODD = re.compile(r"[^\n\t -~]")
_ESCAPING = "demo-data-escape"


def _replaced(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return escaped(error.object[error.start : error.end]), error.end


codecs.register_error(_ESCAPING, _replaced)


class _Nowhere(io.StringIO):
    """Where there is no stream: it keeps nothing."""

    def write(self, text: str) -> int:
        return len(text)


class Guarded:
    """A text stream that takes any text and never fails; `error` is what it met."""

    def __init__(self, stream: TextIO | None, mask: Callable[[str], str], *, escapes: bool) -> None:
        self._stream = stream or _Nowhere()
        self._mask, self._escapes = mask, escapes
        self.error: Exception | None = None

    def write(self, text: str) -> int:
        """Write it without secrets; where the stream `escapes`, without signs that a terminal would obey."""
        rendered = self._mask(text)
        if self._escapes:
            rendered = _ODD.sub(lambda match: match[0] if match[0].isprintable() else escaped(match[0]), rendered)
        if not rendered.isascii():
            coding = self._stream.encoding or "utf-8"
            rendered = rendered.encode(coding, _ESCAPING).decode(coding)
        self._try(lambda stream: stream.write(rendered))
        return len(text)

    def flush(self) -> None:
        """Hand on what was written."""
        self._try(lambda stream: stream.flush())

    def _try(self, act: Callable[[TextIO], object]) -> None:
        if self.error:
            return
        try:
            act(self._stream)
        except ValueError as error:  # somebody closed it
            self.error = error
        except OSError as error:
            self.error = error
            # What it still holds goes nowhere, or the interpreter would fail over it in the end.
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def guarded(mask: Callable[[str], str]) -> Iterator[Guarded]:
    """Guard both streams meanwhile; yields standard output's guard."""
    _open_handles()
    sys.stdin = sys.stdin or io.StringIO()
    before = sys.stdout, sys.stderr
    out, err = Guarded(sys.stdout, mask, escapes=True), Guarded(sys.stderr, mask, escapes=False)
    sys.stdout, sys.stderr = cast("TextIO", out), cast("TextIO", err)
    try:
        yield out
        err.flush()
    finally:
        sys.stdout, sys.stderr = before


def _open_handles() -> None:
    """Take the places of standard streams that are closed, so that no file of ours gets their numbers."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
