"""The user's module: its classes found by name."""

from __future__ import annotations

from enum import Enum
from types import ModuleType
from typing import Any

from pydantic import BaseModel, RootModel

from demo_data.common.errors import UsageError
from demo_data.common.imports import error_text
from demo_data.contract.own import own_classes
from demo_data.contract.pair import Pair
from demo_data.domain import Domain


def counterparts(domain: Domain, module: ModuleType) -> tuple[list[Pair], list[str]]:
    """The module's models and enumerations that bear our names, and the names that are something else in it.

    Raises `UsageError` where there are no models of our names.
    """
    found, others = [], []
    for name, ours in own_classes(domain).items():
        try:
            theirs = getattr(module, name, None)
        except Exception as error:  # noqa: BLE001 (a module may make its names when asked)
            raise UsageError(f"{module.__name__}.{name} cannot be imported: {error_text(error)}") from None
        kind: type[Any] = Enum if issubclass(ours, Enum) else BaseModel
        if isinstance(theirs, type) and issubclass(theirs, kind) and not issubclass(theirs, RootModel):
            found.append(Pair(domain, ours, theirs))
        elif theirs is not None:
            others.append(name)
    if not found:
        messages = [f"{module.__name__} has no model of our names; looked for: {', '.join(own_classes(domain))}"]
        if others:
            messages.append(f"not compared, no models of Pydantic 2: {', '.join(others)}")
        raise UsageError(messages)
    return found, others
