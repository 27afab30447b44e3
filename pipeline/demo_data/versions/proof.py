"""Whether a snapshot's values are those of its identity: the hashes that a manifest tells, taken anew of the tables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from demo_data.common.errors import DataError
from demo_data.dataset import content_hash
from demo_data.dataset.manifest import Manifest
from demo_data.domain import Domain


def faults(folder: Path, manifest: Manifest, domain: Domain) -> Iterator[str]:
    """The tables in `folder` whose values are not proven to be those that its manifest tells, a line each."""
    for table in manifest.tables:
        model = domain.models.get(table.table)
        place = folder / f"{table.table}.parquet"
        if model is None or content_hash.schema_fingerprint(model) != table.fingerprint:
            yield f"{place}: of a schema that this version does not know, so that its values cannot be proven"
            continue
        try:
            files, by_month = [folder / file.path for file in table.parquet], manifest.format > 2
            run = content_hash.of_files(files, model, by_month=by_month)
        except DataError as error:
            yield from error.messages
            continue
        if run.content() != table.content:
            yield f"{place}: its values are not those that the manifest tells"
