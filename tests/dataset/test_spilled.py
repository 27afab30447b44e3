"""What was made comes back from its file as it was, once, and nothing else does."""

from __future__ import annotations

from pathlib import Path

import pytest

from demo_data.common.files import FileError
from demo_data.dataset.content_hash import Content, Piece, Run
from demo_data.dataset.made import Made
from demo_data.dataset.spilled import Spilled

RUNS = (
    ("2025-01", Run(9, Piece(2, (b"ab", b"", b"cdef")), b"#" * 32, Piece(3, (b"ghi", b"j", b"")))),
    ("2025-02", Run(1, Piece(1, (b"k", b"lm", b"n")))),
)
MADE = [
    Made("orders.parquet/a.parquet", "5" * 64, 100, 10, Content(RUNS), 0.5),
    Made("orders.parquet/b.parquet", "6" * 64, 100, 1, Content(RUNS[1:]), 0.5),
    Made("orders.parquet/c.parquet", "7" * 64, 100, 0, Content(), 0.5),
]


def test_what_was_made_comes_back(tmp_path: Path) -> None:
    spilled = Spilled.of(MADE, tmp_path / "made")
    assert (tmp_path / "made").read_bytes() == b"abcdefghijklmnklmn"
    assert b"cdef" not in repr(spilled).encode()
    assert [*spilled] == MADE
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("bytes_", [b"", b"abcdefghijklmnklm", b"abcdefghijklmnklmnn"])
def test_a_file_of_another_length_is_no_content(tmp_path: Path, bytes_: bytes) -> None:
    spilled = Spilled.of(MADE, tmp_path / "made")
    (tmp_path / "made").write_bytes(bytes_)
    with pytest.raises(FileError, match="not what a worker has written"):
        list(spilled)
