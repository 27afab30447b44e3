"""Work in threads: Polars and Arrow let other threads run while they read and reckon."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain, islice, repeat, takewhile
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")


def ahead(work: Callable[[A], B], items: Iterable[A], threads: int = 1) -> Iterator[B]:
    """What the work makes of each item, in order; the next ones are made, in so many threads, while one is used.

    Raises what the work does, in its place.
    """
    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future[B]] = deque()
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) > threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for each in waiting:
                each.cancel()


def drawn(items: Iterator[A]) -> Iterator[A]:
    """The items, each drawn while the one before is used. Raises what drawing does, in its place."""

    def draw(_: None) -> list[A]:
        return list(islice(items, 1))

    return chain.from_iterable(takewhile(bool, ahead(draw, repeat(None))))
