"""A table's content, of the parts of one shard, on its way to those of the others: how it is written down and read.

Where a shard's rows end, a block goes on that the next shard's rows end; the block's hash needs the bytes of both. They
are packed by LZ4, piece after piece: that is the fastest way to write and read them, and they are soon gone again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

import pyarrow as pa

from demo_data.dataset.content_hash import Content, Piece, Run
from demo_data.dataset.receipt import PieceEntry, RunEntry, StretchEntry

_CODEC = "lz4"


def written(stretches: Iterable[tuple[str, int, int, Content]], edges: BinaryIO) -> Iterator[StretchEntry]:
    """What is told of stretches (table, first and last file, content), whose edges are written to a file."""
    codec = pa.Codec(_CODEC)

    def piece(given: Piece) -> PieceEntry:
        packed = codec.compress(b"".join(given.streams), asbytes=True)
        edges.write(packed)
        return PieceEntry(rows=given.rows, streams=tuple(map(len, given.streams)), packed=len(packed))

    def run(month: str, given: Run) -> RunEntry:
        head = piece(given.head)
        tail = None if given.tail is None else piece(given.tail)
        return RunEntry(month=month, rows=given.rows, head=head, blocks=given.blocks.hex(), tail=tail)

    for table, first, end, content in stretches:
        runs = tuple(run(month, given) for month, given in content.runs)
        yield StretchEntry(table=table, first=first, files=end - first, runs=runs)


def read(stretches: Iterable[StretchEntry], edges: BinaryIO) -> Iterator[tuple[str, int, int, Content]]:
    """The stretches that `written` was given. Raises `ValueError` where the edges are others."""
    codec = pa.Codec(_CODEC)

    def piece(entry: PieceEntry) -> Piece:
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
        yield entry.table, entry.first, entry.first + entry.files, Content(tuple(map(run, entry.runs)))
