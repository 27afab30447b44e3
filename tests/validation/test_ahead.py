"""Work in threads comes in the order of the items, one ahead of what is used; what threads share is made once."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from demo_data.domain import default_domain
from demo_data.validation import Dataset, view
from demo_data.validation.ahead import ahead, drawn


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_order(threads: int) -> None:
    second = threading.Event()

    def work(item: int) -> int:
        if item == 1:
            second.set()
        elif item == 0 and threads > 1:
            assert second.wait(30)  # the first ends after the second has begun
        return item * item

    assert list(ahead(work, range(50), threads)) == [item * item for item in range(50)]


def test_one_is_made_while_another_is_used() -> None:
    begun = [threading.Event() for _ in range(5)]

    def work(item: int) -> int:
        begun[item].set()
        return item

    results = ahead(work, range(5))
    assert next(results) == 0
    assert begun[1].wait(30)
    assert not begun[2].is_set()


def test_errors_come_in_their_place() -> None:
    def items() -> Iterator[int]:
        yield from (1, 2)
        raise ValueError("no third")

    found = drawn(items())
    assert [next(found), next(found)] == [1, 2]
    with pytest.raises(ValueError, match="no third"):
        next(found)


def test_drawn_is_the_same_items() -> None:
    assert list(drawn(iter([0, None, "", 3]))) == [0, None, "", 3]
    assert list(drawn(iter([]))) == []


def test_a_view_is_computed_once() -> None:
    together, calls = threading.Barrier(2, timeout=0.5), []

    @view()
    def shared(_: Dataset) -> int:
        calls.append(1)
        with pytest.raises(threading.BrokenBarrierError):
            together.wait()  # nobody else comes
        return 7

    data = Dataset(default_domain(), {}, None)
    assert list(ahead(lambda _: shared(data), range(2), 2)) == [7, 7]
    assert len(calls) == 1
