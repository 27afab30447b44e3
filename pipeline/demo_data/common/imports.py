"""Modules of the user's: imported as `python -m` would, their faults told without a traceback."""

from __future__ import annotations

import importlib
import os
import sys
import sysconfig
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from enum import Enum
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import BaseModel, RootModel, ValidationError

from demo_data.common.errors import UsageError, first_line


@contextmanager
def at_home() -> Iterator[None]:
    """The working directory on Python's path, and what the user's code prints on standard error."""
    path = list(sys.path)
    sys.path.insert(0, str(Path.cwd()))
    importlib.invalidate_caches()
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        sys.path[:] = path


def imported(name: str) -> ModuleType:
    """The module. Raises `UsageError` where it does not exist, or what it raises itself."""
    if not all(part.isidentifier() for part in name.split(".")):
        dotted = name.removesuffix(".py").strip("./").replace("/", ".")
        hint = f"; did you mean {dotted!r}?" if dotted.replace(".", "").isidentifier() else ""
        raise UsageError(f"{name!r} is no module's name: write it as in an import, my_app.models{hint}")
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name and f"{name}.".startswith(f"{error.name}."):
            raise UsageError(f"{first_line(error)}; it was looked for in {Path.cwd()} and the environment") from None
        raise UsageError(f"{name} cannot be imported: {error_text(error)}") from None
    except (Exception, SystemExit) as error:  # noqa: BLE001 (the user's module may raise anything)
        raise UsageError(f"{name} cannot be imported: {error_text(error)}") from None


def same_named(module: ModuleType, ours: type[Any]) -> type[Any] | None:
    """The module's model or enumeration that bears the name of ours. Raises `UsageError` where asking for it does."""
    try:
        theirs = getattr(module, ours.__name__, None)
    except Exception as error:  # noqa: BLE001 (a module may make its names when asked)
        raise UsageError(f"{module.__name__}.{ours.__name__} cannot be imported: {error_text(error)}") from None
    kind = Enum if issubclass(ours, Enum) else BaseModel
    fits = isinstance(theirs, type) and issubclass(theirs, kind) and not issubclass(theirs, RootModel)
    return theirs if fits else None


def error_text(error: BaseException) -> str:
    """An exception as a person reads it, with the line of the user's code that it came from."""
    text, where = kind_and_message(error), _blamed(error)
    return f"{text} ({where})" if where else text


def kind_and_message(error: BaseException) -> str:
    """An exception's type and its message, in one line and without its place."""
    message = first_line(error)
    if isinstance(error, ValidationError):
        fault = error.errors(include_url=False)[0]
        message = ".".join(map(str, (error.title, *fault["loc"]))) + f": {fault['msg']}"
    if isinstance(error, SyntaxError):
        message = error.msg
    return f"{type(error).__name__}: {message}" if message else type(error).__name__


def _blamed(error: BaseException) -> str:
    """The last line of the user's own code that an exception passed, as `models.py:12`; empty where none is known."""
    if isinstance(error, SyntaxError) and error.filename:
        return _place(error.filename, error.lineno or 0)
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if not frame.filename.startswith(("<", *_LIBRARIES))]
    return _place(own[-1].filename, own[-1].lineno or 0) if own else ""


_LIBRARIES = tuple(
    f"{folder}{os.sep}"
    for folder in (Path(__file__).parent, *map(sysconfig.get_path, ("stdlib", "platstdlib", "purelib", "platlib")))
)


def _place(file: str, line: int) -> str:
    path, here = Path(file), Path.cwd()
    return f"{path.relative_to(here) if path.is_relative_to(here) else path}:{line}"
