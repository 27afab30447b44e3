"""Opens a Parquet file, whoever wrote it. The checks read by this too, so nothing here tells how one is written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from demo_data.common.errors import first_line
from demo_data.common.files import FileError, require_regular


def open_part(
    path: Path, metadata: pq.FileMetaData | None = None, read_dictionary: Sequence[str] | None = None
) -> pq.ParquetFile:
    """A Parquet file, ready to be read. Raises `FileError` where it is no regular file, no Parquet, or not whole."""
    require_regular(path)
    try:
        # INT96 has no unit, and as nanoseconds it would end in the year 2262.
        part = pq.ParquetFile(
            path, metadata=metadata, read_dictionary=read_dictionary, coerce_int96_timestamp_unit="us"
        )
        _ = part.schema_arrow.names
    except UnicodeDecodeError:
        raise FileError(path, "not a whole Parquet file: a column's name is no UTF-8") from None
    except (pa.ArrowException, OSError, ValueError) as error:
        raise FileError(path, f"not a whole Parquet file: {first_line(error)}") from None
    return part
