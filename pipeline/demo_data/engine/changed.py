"""Settings, some of them changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from demo_data.recipes.columns import Settings


class Changed:
    """Settings, some of them changed."""

    def __init__(self, settings: Settings, changes: Mapping[str, Any]) -> None:
        self._settings, self._changes = settings, changes

    def __getitem__(self, path: str) -> Any:
        return self._changes[path] if path in self._changes else self._settings[path]
