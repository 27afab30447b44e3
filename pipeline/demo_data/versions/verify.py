"""Verifies a snapshot: its bytes, then what its manifest tells of its values, then all checks of any dataset.

Every section tells all that it finds. The values are hashed anew, so a file that was written again with the same
values is told from one whose values are others.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from demo_data.common.errors import DataError, nearest
from demo_data.common.files import FileError
from demo_data.dataset import content_hash, integrity, store
from demo_data.dataset.layout import MANIFEST, RECIPE, json_form
from demo_data.dataset.manifest import Manifest, read_manifest
from demo_data.dataset.parquet_metadata import metadata_faults
from demo_data.dataset.recipe_file import whole_recipe
from demo_data.domain import Domain, default_domain
from demo_data.schema.arrow import arrow_schema
from demo_data.schema.fit import differences
from demo_data.schema.record import Entity
from demo_data.validation.report import SHOWN
from demo_data.validation.run import validate
from demo_data.versions.verification_report import Section, Verified


def verify(folder: Path, domain: Domain | None = None, *, deep: bool = False) -> Verified:
    """Whether the snapshot in `folder` is what its manifest tells, and sound.

    The JSON form is held to its hashes and its number of records; with `deep`, also to the Parquet files, record by
    record.

    Raises `UsageError` where there is no snapshot, `DataError` where its manifest cannot be read; all else is told in
    the result.
    """
    domain = domain or default_domain()
    manifest = read_manifest(folder)
    found = Verified(folder, manifest.profile, manifest.generator, manifest.identity)
    bytes_faults = integrity.faults(folder, manifest)
    own = f"{folder / MANIFEST}: "
    found.sections.append(
        Section(
            "manifest",
            f"format {manifest.format}, {len(manifest.tables)} tables, {sum(t.rows for t in manifest.tables):,} rows",
            [line for line in bytes_faults if line.startswith(own)] + list(_manifest(folder, manifest, domain)),
        )
    )
    size = sum(file.bytes for file in manifest.every_file) / 1e6
    files = Section("files", f"SHA-256 of {len(manifest.hashes)} files, {size:,.1f} MB")
    files.faults = [line for line in bytes_faults if not line.startswith(own)]
    found.sections += [files, Section("recipe", "of this profile", list(_recipe(folder, manifest)))]
    found.sections += _values(folder, manifest, domain, files)
    found.sections.append(_checks(folder, domain, deep, found.faults))
    return found


def _manifest(folder: Path, manifest: Manifest, domain: Domain) -> Iterator[str]:
    """Tables that are not those of this version."""
    path = folder / MANIFEST
    told = [table.table for table in manifest.tables]
    for table in domain.models:
        if table not in told:
            yield f"{path}: has no table {table}"
    for table in dict.fromkeys(told):
        if table not in domain.models:
            yield f"{path}: {table} is no table; {nearest(table, domain.models)}"
        elif told.count(table) > 1:
            yield f"{path}: tells {table} more than once"
    for table in sorted(manifest.rows.keys() - set(told)):
        yield f"{path}: tells the rows of {table}, and nothing else of it"


def _recipe(folder: Path, manifest: Manifest) -> Iterator[str]:
    """What the recipe says that the manifest does not. Its hash is one of the files'."""
    path = folder / RECIPE
    if not os.path.lexists(path):
        return  # told among the files
    try:
        told = whole_recipe(path).profile
    except FileError as error:
        yield str(error)
    else:
        if told != manifest.profile:
            yield f"{path}: of the profile {told}, where the manifest tells {manifest.profile}"


def _values(folder: Path, manifest: Manifest, domain: Domain, files: Section) -> list[Section]:
    """What the manifest tells of the tables' values, which are read and hashed for it."""
    rows = Section("rows", "of each table, in Parquet and JSON")
    schemas = Section("schemas", "columns and types of each table")
    contents = Section("contents", "hashes of each table's values, computed anew")
    metadata = Section("metadata", "what each Parquet file says of itself")
    for table in manifest.tables:
        name, model = table.table, domain.models.get(table.table)
        paths = store.parts(folder, name)
        if model is None or not paths:
            continue
        shown = folder / f"{name}.parquet"
        if content_hash.schema_fingerprint(model) != table.fingerprint:
            schemas.faults.append(
                f"{folder / MANIFEST}: the schema of {name} is not this version's: "
                f"verify it with demo-data {manifest.generator}, which made it"
            )
        try:
            odd = _columns(paths, model)
            metadata.faults += metadata_faults(paths, name, manifest)
            run = content_hash.of_files(paths, model) if not odd else None
        except DataError as error:
            contents.faults += [line if line.startswith(str(folder)) else f"{shown}: {line}" for line in error.messages]
            continue
        if run is None:
            schemas.faults += odd
            continue
        if run.rows != table.rows:
            rows.faults.append(f"{shown}: {run.rows:,} rows, where the manifest tells {table.rows:,}")
        if run.content() != table.content:
            contents.faults.append(f"{shown}: its values are not those that the manifest tells")
        else:
            _say_if_rewritten(files, paths)
        rows.faults += _json_rows(folder / json_form(name), table.rows)
    return [rows, schemas, contents, metadata]


def _columns(paths: list[Path], model: type[Entity]) -> list[str]:
    """Where columns or types are not the table's. Raises `DataError` where a file is not whole."""
    found = []
    for path in paths:
        with store.open_part(path) as part:
            found += [f"{path}: {each.message}" for each in differences(arrow_schema(model), part.schema_arrow)]
    return found


def _say_if_rewritten(files: Section, paths: list[Path]) -> None:
    """Let faults of files tell that the values are still the same."""
    for number, line in enumerate(files.faults):
        if any(line.startswith(f"{path}: ") for path in paths):
            files.faults[number] = f"{line}; its table's values are the same: written again by other means?"


def _json_rows(path: Path, rows: int) -> Iterator[str]:
    """The records of a JSON file, which is one array with a record a line."""
    if not path.is_file():
        return
    lines = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            lines += block.count(b"\n")
    if lines - 2 != rows:
        yield f"{path}: {max(lines - 2, 0):,} records, where the manifest tells {rows:,}"


def _checks(folder: Path, domain: Domain, deep: bool, known: list[str]) -> Section:
    """All checks. What cannot be read has been told before."""
    report = validate(folder, strict=True, forms=deep, domain=domain)
    broken = [result for result in report.failed if result.rule != "readable" or not known]
    held = sum(1 for result in report.results.values() if not result.count and not result.skipped)
    section = Section("checks", f"{held} rules held, {len(broken)} broken, {len(report.skipped)} skipped")
    for result in broken:
        section.faults += [f"{folder}/{finding} ({result.rule})" for finding in result.findings[:SHOWN]]
        if result.count > SHOWN:
            section.faults.append(f"{folder}: {result.count - SHOWN:,} more of {result.rule}")
    return section
