"""What callers state of an object's fields."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from enum import Enum
from typing import Any

CONSTANTS = (str, int, float, bool, type(None), Enum, datetime.date)


def is_constant(value: Any) -> bool:
    """Whether a value is made of constants only, so that equal values make equal objects."""
    if isinstance(value, dict):
        return all(isinstance(key, str) and is_constant(below) for key, below in value.items())
    return all(map(is_constant, value)) if isinstance(value, list) else isinstance(value, CONSTANTS)


def laid_over(below: Any, over: Any) -> Any:
    """The override; a mapping is laid over the record's own, key by key."""
    if isinstance(below, dict) and isinstance(over, Mapping):
        return below | {key: laid_over(below.get(key), value) for key, value in over.items()}
    return over
