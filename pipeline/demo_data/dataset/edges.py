"""A table's content, of the parts of one shard, on its way to those of the others: how it is written down and read.

Where a shard's rows end, a block goes on that the next shard's rows end; the block's hash needs the bytes of both. They
are packed by LZ4, piece after piece: that is the fastest way to write and read them, and they are soon gone again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

import pyarrow as pa

from demo_data.dataset.content_hash import Content, Piece, Run
from demo_data.dataset.receipt import PieceEntry, RunEntry, StretchEntry

_CODEC = "lz4"


@dataclass(frozen=True)
class Stretch:
    """Files of a table that follow each other: the place of the first, that after the last, and their content.

    `begins`, `ends`: whether the rows before the first one, and those after the last one, are of another month, and so
    not hashed together with these.
    """

    table: str
    first: int
    end: int
    content: Content
    begins: bool = False
    ends: bool = False


def written(stretches: Iterable[Stretch], edges: BinaryIO) -> Iterator[StretchEntry]:
    """What is told of stretches, whose edges are written to a file."""
    codec = pa.Codec(_CODEC)

    def piece(given: Piece, alone: bool) -> PieceEntry:
        if alone and given.rows:
            return PieceEntry(rows=given.rows, digest=given.digest().hex())
        packed = codec.compress(b"".join(given.streams), asbytes=True)
        edges.write(packed)
        return PieceEntry(rows=given.rows, streams=tuple(map(len, given.streams)), packed=len(packed))

    def run(month: str, given: Run, begins: bool, ends: bool) -> RunEntry:
        head = piece(given.head, begins and (ends or given.tail is not None))
        tail = None if given.tail is None else piece(given.tail, ends)
        return RunEntry(month=month, rows=given.rows, head=head, blocks=given.blocks.hex(), tail=tail)

    for each in stretches:
        last = len(each.content.runs) - 1
        runs = (
            run(month, given, number > 0 or each.begins, number < last or each.ends)
            for number, (month, given) in enumerate(each.content.runs)
        )
        yield StretchEntry(table=each.table, first=each.first, files=each.end - each.first, runs=tuple(runs))


def read(stretches: Iterable[StretchEntry], edges: BinaryIO) -> Iterator[Stretch]:
    """The stretches that `written` was given. Raises `ValueError` where the edges are others."""
    codec = pa.Codec(_CODEC)

    def piece(entry: PieceEntry) -> Piece:
        if entry.digest:
            return _Hashed(entry.rows, (), bytes.fromhex(entry.digest))
        streams: list[bytes] = []
        at = 0
        plain = codec.decompress(edges.read(entry.packed), sum(entry.streams), asbytes=True)
        for length in entry.streams:
            streams.append(plain[at : at + length])
            at += length
        return Piece(entry.rows, tuple(streams))

    def run(entry: RunEntry) -> tuple[str, Run]:
        head = piece(entry.head)
        tail = None if entry.tail is None else piece(entry.tail)
        return entry.month, Run(entry.rows, head, bytes.fromhex(entry.blocks), tail)

    for entry in stretches:
        yield Stretch(entry.table, entry.first, entry.first + entry.files, Content(tuple(map(run, entry.runs))))


@dataclass(frozen=True)
class _Hashed(Piece):
    """Rows of which no more than the hash is known; they are joined with no others."""

    hashed: bytes

    def __add__(self, other: Piece) -> Piece:
        if other.rows:
            raise ValueError("rows of one month in files of another")
        return self

    def digest(self) -> bytes:
        return self.hashed
