"""What Parquet files say of themselves in their key-value metadata, beside what is known of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from demo_data.common.rendering import short
from demo_data.dataset import store
from demo_data.dataset.manifest import Manifest

PREFIX = "demo_data."


def metadata_faults(files: Iterable[Path], table: str, manifest: Manifest) -> Iterator[str]:
    """Where a file tells another table, recipe, profile, schema version or notice than the manifest, or does not tell.

    Files beside a manifest of format 1 told less. Raises `DataError` where a file is not whole.
    """
    known = {
        "table": table,
        "schema_version": manifest.schema_version,
        "recipe": manifest.recipe,
        "profile": manifest.profile,
        "notice": manifest.notice,
    }
    for path in files:
        with store.open_part(path) as part:
            told = part.metadata.metadata or {}
        for key, expected in known.items():
            found = told.get(f"{PREFIX}{key}".encode())
            if found is None:
                if manifest.format > 1:
                    yield f"{path}: does not say of itself {key}"
            elif (said := found.decode("utf-8", "replace")) != str(expected):
                here, there = (repr(short(text, 40)) for text in (said, str(expected)))
                yield f"{path}: says of itself {key} {here}, where the manifest tells {there}"
