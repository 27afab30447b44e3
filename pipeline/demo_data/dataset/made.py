"""What is told of a part once it is written, and of all of them together: nobody reads a file again to know it.

What comes of thousands of parts is added up as it comes, so that it takes no memory that grows with them: a part's
content holds the bytes of the rows before its first border and after its last one, until its neighbours are there.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from demo_data.dataset.content_hash import Content, whole
from demo_data.dataset.manifest import FileEntry


@dataclass(frozen=True)
class Built:
    """A table that was written: its rows, bytes on disk, and the CPU seconds it took."""

    table: str
    rows: int
    size: int
    seconds: float


@dataclass(frozen=True)
class Made:
    """A part that was written.

    Its file, by its path in the dataset's directory, with the SHA-256 and size of its bytes; its rows and what they
    hash to; and the CPU seconds that it took.
    """

    file: str
    sha256: str
    size: int
    rows: int
    content: Content
    seconds: float

    @property
    def entry(self) -> FileEntry:
        """What the manifest tells of the file."""
        return FileEntry(path=self.file, bytes=self.size, sha256=self.sha256)


class Results:
    """What was made of the parts in these files, which may come in any order."""

    def __init__(self, files: Iterable[str]) -> None:
        self.entries: list[FileEntry] = []
        self._built: dict[str, Built] = {}
        self._order: dict[str, list[str]] = defaultdict(list)
        for file in sorted(files):
            self._order[table_of(file)].append(file)
        self._contents = {table: _Contents(len(files)) for table, files in self._order.items()}

    def add(self, made: Made) -> None:
        table = table_of(made.file)
        before = self.built(table)
        self.entries.append(made.entry)
        self._built[table] = Built(
            table, before.rows + made.rows, before.size + made.size, before.seconds + made.seconds
        )
        self._contents[table].add(bisect_right(self._order[table], made.file) - 1, made.content)

    def built(self, table: str) -> Built:
        """What of a table has been written."""
        return self._built.get(table, Built(table, 0, 0, 0.0))

    def join(self, table: str, first: int, end: int, content: Content) -> None:
        """Add what is known of the content of some files that follow each other, from the place of one to another."""
        self._contents[table].add(first, content, end)

    def stretches(self) -> Iterator[tuple[str, int, int, Content]]:
        """Of each table, files that follow each other: the place of the first, that after the last, their content."""
        for table, contents in self._contents.items():
            for first, end, content in contents.stretches():
                yield table, first, end, content

    def content(self, table: str) -> Content:
        """The content of a table's parts, all of which are there, in the order of their rows."""
        return self._contents[table].whole()


class _Contents:
    """The contents of `count` parts that follow each other: neighbours are joined as soon as both are there."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._from: dict[int, tuple[int, Content]] = {}
        """By the place of its first part, each stretch's end and content."""
        self._to: dict[int, int] = {}
        """Where the stretch that ends at a place begins."""

    def add(self, first: int, content: Content, end: int | None = None) -> None:
        end = first + 1 if end is None else end
        if first in self._to:
            first = self._to.pop(first)
            content = self._from.pop(first)[1] + content
        if end in self._from:
            end, after = self._from.pop(end)
            content = content + after
        self._from[first], self._to[end] = (end, content), first

    def stretches(self) -> list[tuple[int, int, Content]]:
        return [(first, end, content) for first, (end, content) in sorted(self._from.items(), key=lambda each: each[0])]

    def whole(self) -> Content:
        if self._count and [*self._to] != [self._count]:
            raise ValueError("parts are missing")
        return whole(content for _, content in self._from.values())


def table_of(file: str) -> str:
    """The table that a part's file is of."""
    return file.partition(".parquet")[0]
