"""Arrow data of other types, fitted to a class's schema."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo_data.schema.arrow import arrow_schema
from demo_data.schema.fit import Fit, Misfits, differences
from demo_data.tea import DOMAIN

MOMENT = pa.timestamp("us", tz="UTC")
SECOND = 1_769_839_920
DAY = 20_484
TEXTS = pa.list_(pa.field("element", pa.string(), nullable=False))


def fit(array: pa.Array, kind: pa.DataType, nullable: bool = True) -> tuple[list[Any], list[Misfits]]:
    """What the array's values are in a type, and what did not fit."""
    batch = pa.record_batch([array], names=["a"])
    way = Fit(pa.schema([pa.field("a", kind, nullable)]), batch.schema)
    assert way.differences == ()
    found, misfits = way.batch(batch)
    found.validate(full=True)
    return found.column(0).to_pylist(), misfits


def ticks(array: pa.Array) -> pa.Array:
    """Moments by their numbers."""
    return array.view(pa.int64())


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "Etc/UTC", "+00:00", "Africa/Nairobi", "+03:00", "No/Such"])
def test_moments(unit: str, zone: str | None) -> None:
    """The same instant is the same moment in every unit, whatever label it bears."""
    per_second = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[unit]
    array = pa.array([SECOND * per_second, None, -per_second], pa.timestamp(unit, zone))
    batch = pa.record_batch([array], names=["a"])
    found, misfits = Fit(pa.schema([("a", MOMENT)]), batch.schema).batch(batch)

    assert ticks(found.column(0)).to_pylist() == [SECOND * 10**6, None, -(10**6)]
    assert found.column(0).type == MOMENT
    assert misfits == []


ALIKE: list[tuple[pa.Array, pa.DataType, list[Any]]] = [
    (pa.array([1, None, -3], pa.int8()), pa.int32(), [1, None, -3]),
    (pa.array([1, None, 3], pa.uint64()), pa.int32(), [1, None, 3]),
    (pa.array([471, None], pa.int64()), pa.int32(), [471, None]),
    (pa.array([471.0, None, -0.0]), pa.int32(), [471, None, 0]),
    (pa.array([471.0, None], pa.float32()), pa.int64(), [471, None]),
    (pa.array([2.0, None], pa.float16()), pa.int32(), [2, None]),
    (pa.array([Decimal("7.00"), None]), pa.int32(), [7, None]),
    (pa.array([6.1, None, -0.05], pa.float32()), pa.float64(), [6.1, None, -0.05]),
    (pa.array([Decimal("12.3"), None]), pa.float64(), [12.3, None]),
    (pa.array([5, None]), pa.float64(), [5.0, None]),
    (pa.array(["x", None], pa.large_string()), pa.string(), ["x", None]),
    (pa.array(["x", None], pa.string_view()), pa.string(), ["x", None]),
    (pa.array(["x", None, "x"]).dictionary_encode(), pa.string(), ["x", None, "x"]),
    (pa.array(["é".encode(), None]), pa.string(), ["é", None]),
    (pa.array([b"x", None], pa.large_binary()), pa.string(), ["x", None]),
    (pa.array([["x"], [], None], pa.large_list(pa.large_string())), TEXTS, [["x"], [], None]),
    (pa.array([["x", "y"], None], pa.list_(pa.string(), 2)), TEXTS, [["x", "y"], None]),
    (pa.array([["x"], [], None, ["y"]], pa.list_view(pa.string())), TEXTS, [["x"], [], None, ["y"]]),
    (pa.array([[], None], pa.list_(pa.null())), TEXTS, [[], None]),
    (pa.nulls(2), TEXTS, [None, None]),
    (pa.nulls(2), pa.struct([("x", pa.int32())]), [None, None]),
    (pa.array([DAY * 86_400_000, None], pa.date64()).view(pa.date64()), pa.date32(), ["2026-01-31", None]),
    (pa.array([DAY * 86_400 * 10**9, None], pa.timestamp("ns")), pa.date32(), ["2026-01-31", None]),
    (
        pa.array([{"x": 1}, None, {"x": None}], pa.struct([("x", pa.int64())])),
        pa.struct([("x", pa.int32()), ("y", pa.string())]),
        [{"x": 1, "y": None}, None, {"x": None, "y": None}],
    ),
]


@pytest.mark.parametrize("number", range(len(ALIKE)))
def test_the_same_in_other_types(number: int) -> None:
    """Widths, layouts and dictionaries are storage; a slice of the array is read as the slice it is."""
    array, kind, expected = ALIKE[number]
    for start in range(len(array)):
        found, misfits = fit(array.slice(start), kind)

        assert [str(each) if pa.types.is_date(kind) and each else each for each in found] == expected[start:]
        assert misfits == []


UNFIT: list[tuple[pa.Array, pa.DataType, list[tuple[int, str, Any]]]] = [
    (pa.array([1, 2**40, None, -(2**40)]), pa.int32(), [(1, "a", 2**40), (3, "a", -(2**40))]),
    (pa.array([2**64 - 1, 3], pa.uint64()), pa.int64(), [(0, "a", 2**64 - 1)]),
    (pa.array([300.5, 2.0, 1e300]), pa.int32(), [(0, "a", 300.5), (2, "a", int(1e300))]),
    (pa.array([2.0**63, -(2.0**63)]), pa.int64(), [(0, "a", 2**63)]),
    (pa.array([Decimal("7.25"), Decimal("7.00")]), pa.int32(), [(0, "a", "7.25")]),
    (pa.array([1, 1000], pa.timestamp("ns")), MOMENT, [(0, "a", "1970-01-01 00:00:00.000000001")]),
    (pa.array([1, 86_400], pa.timestamp("s", "UTC")), pa.date32(), [(0, "a", "1970-01-01 00:00:01")]),
    (pa.array([[1.0, 2.5], None, [], [0.5]]), pa.list_(pa.int32()), [(0, "a[1]", 2.5), (3, "a[0]", 0.5)]),
    (
        pa.array([[], [{"x": 1.0}, {"x": 1.5}]], pa.list_(pa.struct([("x", pa.float64())]))),
        pa.list_(pa.struct([("x", pa.int64())])),
        [(1, "a[1].x", 1.5)],
    ),
]


@pytest.mark.parametrize("number", range(len(UNFIT)))
def test_what_does_not_fit(number: int) -> None:
    """A value that would lose something is told with its record's row, its place in lists and itself."""
    array, kind, expected = UNFIT[number]
    _, misfits = fit(array, kind)

    assert [each for column in misfits for each in column] == expected


def test_not_finite_is_no_integer() -> None:
    """NaN and infinities do not become numbers."""
    found, (misfits,) = fit(pa.array([float("nan"), float("inf"), 3.0]), pa.int32())

    assert (found, len(misfits.places)) == ([None, None, 3], 2)


def test_bytes_that_are_no_text() -> None:
    """Bytes that are no UTF-8 are told; the texts beside them stay."""
    found, (misfits,) = fit(pa.array([b"x", b"\xff", None]), pa.string())

    assert (found, misfits.rows) == (["x", None, None], [1])


@pytest.mark.parametrize(
    ("kind", "actual"),
    [
        (pa.int32(), pa.string()),
        (pa.int32(), pa.bool_()),
        (pa.bool_(), pa.int8()),
        (pa.string(), pa.int64()),
        (pa.string(), pa.binary(16)),
        (MOMENT, pa.string()),
        (MOMENT, pa.int64()),
        (MOMENT, pa.date32()),
        (pa.date32(), pa.string()),
        (pa.float64(), pa.string()),
        (TEXTS, pa.string()),
        (pa.string(), pa.list_(pa.string())),
        (TEXTS, pa.list_(pa.int64())),
        (pa.struct([("x", pa.int32())]), pa.string()),
        (pa.struct([("x", pa.int32())]), pa.map_(pa.string(), pa.int32())),
        (pa.string(), pa.duration("s")),
        (pa.string(), pa.dictionary(pa.int8(), pa.int64())),
    ],
)
def test_types_that_mean_something_else(kind: pa.DataType, actual: pa.DataType) -> None:
    """Such a column is told, and null as a whole."""
    way = Fit(pa.schema([("a", kind)]), pa.schema([("a", actual)]))
    found, misfits = way.batch(pa.record_batch([pa.nulls(2).cast(actual)], names=["a"]))

    assert [each.path.removesuffix("[]") for each in way.differences] == ["a"]
    assert (found.column(0).to_pylist(), misfits) == ([None, None], [])


def test_columns_left_out() -> None:
    """What may be null may be left out; what may not is missing, and what nobody knows is told."""
    declared = pa.schema([pa.field("a", pa.int32()), pa.field("b", pa.int32(), nullable=False)])

    assert [each.path for each in differences(declared, pa.schema([("b", pa.int32())]))] == []
    assert [each.path for each in differences(declared, pa.schema([("a", pa.int32()), ("c", pa.int32())]))] == [
        "b",
        "c",
    ]


def test_pandas_labels_of_rows() -> None:
    """A column that the file's own metadata calls labels of rows is no column; without them it is one."""
    declared = pa.schema([("a", pa.int64())])
    actual = pa.schema([("a", pa.int64()), ("__index_level_0__", pa.int64())])
    told = actual.with_metadata({"pandas": '{"index_columns": ["__index_level_0__"]}'})

    assert list(differences(declared, told)) == []
    assert len(list(differences(declared, actual))) == 1
    assert len(list(differences(declared, actual.with_metadata({"pandas": "{["})))) == 1


@pytest.mark.parametrize("table", list(DOMAIN.models))
def test_our_own_costs_nothing(table: str) -> None:
    """A file of the class's schema is passed on as it is."""
    schema = arrow_schema(DOMAIN.models[table])
    batch = pa.RecordBatch.from_pylist([], schema)
    way = Fit(schema, batch.schema)

    assert way.exact
    assert way.batch(batch)[0] is batch


@given(st.lists(st.none() | st.floats(width=32, allow_nan=False)))
def test_single_precision_comes_back(values: list[float | None]) -> None:
    """Widened, and narrowed again, a float32 is what it was."""
    single = pa.array(values, pa.float32())
    found, misfits = fit(single, pa.float64())

    assert pa.array(found, pa.float64()).cast(pa.float32()).equals(single)
    assert misfits == []
