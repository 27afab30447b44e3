"""What was made, on its way from a worker: its contents' bytes lie in a file, as a pipe takes them far more dearly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from demo_data.common.files import FileError
from demo_data.dataset.content_hash import Piece
from demo_data.dataset.made import Made


@dataclass(frozen=True)
class Spilled:
    """Parts that were made. Going through them once gives each with its content, and removes the file.

    `bare`: the parts, with contents of no bytes. `lengths`: those of the streams of each piece, in the file's order.
    """

    file: Path
    bare: tuple[Made, ...]
    lengths: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, made: Sequence[Made], path: Path) -> Spilled:
        """Write the bytes of the contents to a new file."""
        lengths: list[tuple[int, ...]] = []
        with path.open("xb") as file:

            def write(piece: Piece) -> Piece:
                file.writelines(piece.streams)
                lengths.append(tuple(map(len, piece.streams)))
                return Piece(piece.rows, ())

            bare = tuple(replace(each, content=each.content.changed(write)) for each in made)
        return cls(path, bare, tuple(lengths))

    def __iter__(self) -> Iterator[Made]:
        """Raises `FileError` where the file is not as long as it was."""
        if self.file.stat().st_size != sum(map(sum, self.lengths)):
            raise FileError(self.file, "not what a worker has written")
        lengths = iter(self.lengths)
        with self.file.open("rb") as file:

            def read(piece: Piece) -> Piece:
                return Piece(piece.rows, tuple(map(file.read, next(lengths))))

            for each in self.bare:
                yield replace(each, content=each.content.changed(read))
        self.file.unlink()
