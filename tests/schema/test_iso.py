"""How moments, days, keys and phones are written where they are read from JSON; in code they stay lax."""

from __future__ import annotations

import json
import warnings
from datetime import UTC, date, datetime
from typing import Annotated, Any

import pytest
from pydantic import TypeAdapter, ValidationError

from demo_data.models import FarmerPerformance
from demo_data.schema.marks import Line, Plain, PrimaryKey
from demo_data.schema.record import Day, Moment, TimeOfDay

MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)
DAY: TypeAdapter[date] = TypeAdapter(Day)
AT = datetime(2026, 1, 31, 6, 12, tzinfo=UTC)

GOOD = (
    "2026-01-31T06:12:00Z", "2026-01-31T06:12:00+00:00", "2026-01-31T09:12:00+03:00", "2026-01-31T06:12:00.0Z",
    "2026-01-31T06:12:00.000000000Z", "2026-01-31T06:12Z", "2026-01-30T23:42:00-06:30",
)  # fmt: skip
BAD = (
    "20191106", "0", "-5", "+5", "1573024395.5", "1573024395000", "1573024395", "2026", "2026-01", "2026-01-31",
    "20260131T061200Z", "2026-01-31T061200Z", "20260131T06:12:00Z", "2026-W05-6T06:12:00Z", "2026-031T06:12:00Z",
    "2026-01-31 06:12:00Z", "2026-01-31t06:12:00Z", "2026-01-31T06:12:00z", "2026-01-31T06:12:00", "2026-01-31T06Z",
    "2026-01-31T06:12:00.5Z", "2026-01-31T06:12:00.000000001Z", "2026-01-31T06:12:00,0Z", "2026-01-31T06:12:00.Z",
    "2026-01-31T06:12:00+0300", "2026-01-31T06:12:00+03", "2026-01-31T06:12:00+25:00", "2026-01-31T24:00:00Z",
    "2026-01-31T06:12:60Z", "2026-02-30T06:12:00Z", "2026-13-31T06:12:00Z", "0000-01-31T06:12:00Z",
    "0001-01-01T00:00:00+05:00", "+2026-01-31T06:12:00Z", "2026-01-31T06:12:00Z\n", " 2026-01-31T06:12:00Z",
    "٢٠٢٦-01-31T06:12:00Z", "2026-01-31T06:12:00\u200bZ", "yesterday", "", "NaN", 0, 1573024395, 1.5, True, None,
)  # fmt: skip
BAD_DAYS = (
    "1762128000", "0", "20260131", "2026-031", "2026-W05-6", "2026-1-31", "2026-01", "2026-02-30", "2026-01-31Z",
    "2026-01-31T00:00:00Z", "2026-01-31\n", "٢٠٢٦-01-31", "-2026-01-31", "", 0, 20484, None,
)  # fmt: skip


def rejected(adapter: TypeAdapter[Any], value: object, *, strict: bool) -> bool:
    """Whether the JSON of the value is refused."""
    try:
        adapter.validate_json(json.dumps(value), strict=strict)
    except ValidationError:
        return True
    return False


@pytest.mark.parametrize("strict", [True, False])
def test_moments_and_days_in_json(strict: bool) -> None:
    """They are texts in ISO 8601's extended format, with a zone, in whole seconds; nothing else is one."""
    assert {MOMENT.validate_json(json.dumps(text), strict=strict) for text in GOOD} == {AT}
    assert DAY.validate_json('"2026-01-31"', strict=strict) == AT.date()
    assert [text for text in BAD if not rejected(MOMENT, text, strict=strict)] == []
    assert [text for text in BAD_DAYS if not rejected(DAY, text, strict=strict)] == []


def test_in_code_they_are_lax_and_written_the_same() -> None:
    """What Pydantic takes for a moment or a day is one; both are written in the extended format, without a warning."""
    assert MOMENT.validate_python("20191106") == datetime(1970, 8, 22, 16, 38, 26, tzinfo=UTC)
    assert MOMENT.validate_python(datetime(2026, 1, 31, 6, 12)) == AT  # noqa: DTZ001 (taken as UTC)
    assert DAY.validate_python("0") == date(1970, 1, 1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert (MOMENT.dump_json(AT), DAY.dump_json(AT.date())) == (b'"2026-01-31T06:12:00Z"', b'"2026-01-31"')
    assert MOMENT.json_schema()["format"] == "date-time"


TEXTS: list[tuple[object, list[str], list[str]]] = [  # a type, texts that it takes, texts that it does not
    (Annotated[str, PrimaryKey()], ["a", " a b ", "é", "x" * 1000], ["", " ", "\u3000", "a\n", "a\0", "x" * 1001]),
    (Annotated[str | None, Plain()], ["", "+254 700-000"], ["+25470000000٣", "+254\n", "\0", "é"]),
    (Annotated[str, Line()], ["", "Ng'ang'a é ٣"], ["a\n", "a\tb", "\x7f"]),
    (TimeOfDay, ["06:00"], ["٠٦:00", "06:00\n", "6:00", "24:00"]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "good", "bad"), TEXTS, ids=range(len(TEXTS)))
def test_texts_in_json(kind: Any, good: list[str], bad: list[str]) -> None:
    """Keys are not blank, numbers in text are of ASCII's digits, and none of them has a line break."""
    adapter = TypeAdapter(kind)
    assert [text for text in good if rejected(adapter, text, strict=True)] == []
    assert [text for text in bad if not rejected(adapter, text, strict=True)] == []


@pytest.mark.parametrize("strict", [True, False])
def test_what_json_leaves_out_has_its_default(strict: bool) -> None:
    """Defaults are moments and days already."""
    left_out = FarmerPerformance.model_validate_json(
        '{"farmer_id": "a", "grading_model_id": "b", "grading_model_version": "1", "farm_size_hectares": 1.0,'
        ' "farm_scale": "medium"}',
        strict=strict,
    )
    assert (left_out.created_at.tzinfo, left_out.historical.computed_at) == (UTC, None)
    assert left_out.today.metrics_date == left_out.created_at.date()
    text = left_out.model_dump_json()
    assert FarmerPerformance.model_validate_json(text, strict=strict).model_dump_json() == text
