"""Values as they are written: plain ones for JSON, short ones for people."""

from __future__ import annotations

import json
import math
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from demo_data.common.rendering import printable

if TYPE_CHECKING:
    import polars as pl

LONGEST = 1000
"""Characters of a value, as JSON, that are kept."""

SHOWN = 44
"""Characters of a value that people see."""

_BEFORE = 12
"""Characters that two long values share, before they differ, that people see."""


def plain(value: Any) -> Any:
    """The value as JSON has it: moments and dates as ISO text; bytes, NaN and infinities as text."""
    if isinstance(value, dict):
        return {name: plain(below) for name, below in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value if not isinstance(value, timedelta) else value.total_seconds())


def item(values: pl.Series, place: int) -> Any:
    """One value of a column, plain. A moment or day that no calendar has is given by its number."""
    import polars as pl

    from demo_data.validation.tables import in_calendar

    one = values.gather([place])
    try:
        wide = one.dtype == pl.Date or (isinstance(one.dtype, pl.Datetime) and one.dtype.time_unit != "ns")
        if wide and one.null_count() == 0 and in_calendar(one.to_frame("a")).item() is None:
            raise OverflowError  # which Polars says by a panic where the years are too many
        return plain(one.to_list()[0])
    except (ValueError, OverflowError):
        return f"{one.to_physical().to_list()[0]} (no date)"


def bounded(old: Any, new: Any) -> tuple[Any, Any]:
    """Two plain values; those that are very long as text from where they differ."""
    texts = [json.dumps(value, ensure_ascii=False) for value in (old, new)]
    if max(map(len, texts)) <= LONGEST:
        return old, new
    return _cut(_bare(old), _bare(new), LONGEST)


def shown(value: Any) -> str:
    """A plain value in a line; a long one is cut."""
    return _cut(_bare(value), "", SHOWN)[0]


def shown_pair(old: Any, new: Any) -> str:
    """Two plain values as `old -> new`: long ones from where they differ; quoted where types would not show."""
    quoted = isinstance(old, str) != isinstance(new, str) and None not in (old, new)
    texts = [json.dumps(value) if quoted and isinstance(value, str) else _bare(value) for value in (old, new)]
    return " -> ".join(_cut(texts[0], texts[1], SHOWN))


def _bare(value: Any) -> str:
    """Text without quotes, but where it would look like another value or like nothing."""
    if isinstance(value, str):
        odd = value in ("", "null", "true", "false") or value != value.strip() or " -> " in value
        return json.dumps(value, ensure_ascii=False) if odd else printable(value)
    return printable(json.dumps(value, ensure_ascii=False))


def _cut(old: str, new: str, longest: int) -> tuple[str, str]:
    if max(len(old), len(new)) <= longest:
        return old, new
    alike = next((place for place, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    start = max(alike - _BEFORE, 0)
    return _window(old, start, longest), _window(new, start, longest)


def _window(text: str, start: int, longest: int) -> str:
    if len(text) <= longest and not start:
        return text
    begin, end = ("..." if start else ""), ("..." if len(text) > start + longest else "")
    return begin + text[start : start + longest] + end
