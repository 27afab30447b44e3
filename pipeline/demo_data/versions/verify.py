"""Verifies a snapshot: its bytes, then what its manifest tells of its values, then all checks of any dataset.

Every section reports all that is wrong. The values are hashed anew, so a file that was written again with the same
values is distinguished from one whose values are others.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from demo_data.common.errors import DataError, nearest
from demo_data.common.files import FileError
from demo_data.common.rendering import counted, few, short
from demo_data.dataset import content_hash
from demo_data.dataset.digest import Digest
from demo_data.dataset.layout import MANIFEST, RECIPE, json_form, parts
from demo_data.dataset.manifest import Manifest, TableEntry, read_manifest
from demo_data.dataset.parquet_file import open_part
from demo_data.dataset.recipe_file import whole_recipe
from demo_data.domain import Domain
from demo_data.schema.arrow import arrow_schema
from demo_data.schema.fit import differences
from demo_data.schema.record import Entity
from demo_data.validation.report import SHOWN
from demo_data.validation.run import validate

HELD, BROKEN = "✓", "✗"


@dataclass
class Section:
    """One thing that was looked at: what of it, and the faults, a line each."""

    name: str
    about: str
    faults: list[str] = field(default_factory=list)


@dataclass
class Verified:
    """A snapshot that was verified: every fault of every section, each naming its file."""

    path: Path
    manifest: Manifest
    sections: list[Section] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.faults

    @property
    def faults(self) -> list[str]:
        return [fault for section in self.sections for fault in section.faults]

    def text(self) -> str:
        """The result for people: a line per section, below it its faults."""
        manifest = self.manifest
        lines = [f"{self.path}: {manifest.profile}, made by {manifest.generator}, identity {manifest.identity[:16]}"]
        for section in self.sections:
            lines.append(f"  {BROKEN if section.faults else HELD} {section.name:11}{section.about}")
            lines += [f"      {fault}" for fault in section.faults]
        lines.append(f"{counted(len(self.faults), 'fault')} found" if self.faults else "verified: no fault found")
        return "\n".join(lines)

    def json_text(self) -> str:
        """The result as one JSON object: `ok`, what it is, and a list of sections with their faults."""
        result = {
            "path": str(self.path),
            **{name: getattr(self.manifest, name) for name in ("profile", "generator", "identity")},
            "ok": self.ok,
            "faults": len(self.faults),
            "sections": [
                {"name": section.name, "about": section.about, "ok": not section.faults, "faults": section.faults}
                for section in self.sections
            ],
        }
        return json.dumps(result, indent=2, ensure_ascii=False)


def verify(folder: Path, domain: Domain, *, deep: bool = False) -> Verified:
    """Whether the snapshot in `folder` is what its manifest tells, and sound.

    The JSON form is held to its hashes and its number of records; with `deep`, also to the Parquet files, record by
    record.

    Raises `UsageError` where there is no snapshot, `DataError` where its manifest cannot be read; all else is reported
    in the result.
    """
    manifest = read_manifest(folder)
    faults = manifest.faults(folder)
    own = f"{folder / MANIFEST}: "
    size = sum(file.bytes for file in manifest.every_file) / 1e6
    rows = sum(table.rows for table in manifest.tables)
    files = Section(
        "files",
        f"SHA-256 of {len(manifest.hashes)} files, {size:,.1f} MB",
        [line for line in faults if not line.startswith(own)],
    )
    result = Verified(
        folder,
        manifest,
        [
            Section(
                "manifest",
                f"format {manifest.format}, {len(manifest.tables)} tables, {rows:,} rows",
                [line for line in faults if line.startswith(own)] + list(_manifest(folder, manifest, domain)),
            ),
            files,
            Section("recipe", "of this profile", list(_recipe(folder, manifest))),
        ],
    )
    result.sections += _values(folder, manifest, domain, files)
    result.sections.append(_checks(folder, domain, deep, result.faults))
    return result


def _manifest(folder: Path, manifest: Manifest, domain: Domain) -> Iterator[str]:
    """Tables that are not those of this version."""
    path = folder / MANIFEST
    named = [table.table for table in manifest.tables]
    for table in domain.models:
        if table not in named:
            yield f"{path}: has no table {table}"
    for table in dict.fromkeys(named):
        if table not in domain.models:
            yield f"{path}: {table} is no table; {nearest(table, domain.models)}"
        elif named.count(table) > 1:
            yield f"{path}: tells {table} more than once"
    for entry in manifest.tables:
        if entry.months and Digest.of_months(entry.digest.months) != entry.digest:
            yield f"{path}: tells months of {entry.table} that do not add up to what it tells of all"
    for table in sorted(manifest.rows.keys() - set(named)):
        yield f"{path}: tells the rows of {table}, and nothing else of it"


def _recipe(folder: Path, manifest: Manifest) -> Iterator[str]:
    """What the recipe says that the manifest does not. Its hash is one of the files'."""
    path = folder / RECIPE
    if not os.path.lexists(path):
        return  # reported among the files
    try:
        recipe = whole_recipe(path)
    except FileError as error:
        yield str(error)
    else:
        if recipe.profile != manifest.profile:
            yield f"{path}: of the profile {recipe.profile}, where the manifest tells {manifest.profile}"
        if manifest.world and recipe.world(manifest.generator) != manifest.world:
            yield f"{path}: its settings make another world than the one that the manifest tells"


def _values(folder: Path, manifest: Manifest, domain: Domain, files: Section) -> list[Section]:
    """What the manifest tells of the tables' values, which are read and hashed for it."""
    rows = Section("rows", "of each table, in Parquet and JSON")
    schemas = Section("schemas", "columns and types of each table")
    contents = Section("contents", "hashes of each table's values, computed anew")
    metadata = Section("metadata", "what each Parquet file says of itself")
    for table in manifest.tables:
        name, model = table.table, domain.models.get(table.table)
        paths = parts(folder, name)
        if model is None or not paths:
            continue
        whole = folder / f"{name}.parquet"
        if content_hash.schema_fingerprint(model) != table.fingerprint:
            schemas.faults.append(
                f"{folder / MANIFEST}: the schema of {name} is not this version's: "
                f"verify it with demo-data {manifest.generator}, which made it"
            )
        try:
            odd = _columns(paths, model)
            metadata.faults += _metadata(paths, name, manifest)
            content = content_hash.of_files(paths, model, by_month=manifest.format > 2) if not odd else None
        except DataError as error:
            contents.faults += [line if line.startswith(str(folder)) else f"{whole}: {line}" for line in error.messages]
            continue
        if content is None:
            schemas.faults += odd
            continue
        if content.rows != table.rows:
            rows.faults.append(f"{whole}: {content.rows:,} rows, where the manifest tells {table.rows:,}")
        digest = content.digest()
        if digest.content != table.content:
            contents.faults.append(f"{whole}: its values are not those that the manifest tells{_where(digest, table)}")
        else:
            files.faults = [
                f"{line}; its table's values are the same: written again by other means?"
                if any(line.startswith(f"{path}: ") for path in paths)
                else line
                for line in files.faults
            ]
        rows.faults += _json_rows(folder / json_form(name), table.rows)
    return [rows, schemas, contents, metadata]


def _where(digest: Digest, table: TableEntry) -> str:
    """The months whose values are others, where months are told."""
    told, found = ({each.month: each for each in months} for months in (table.digest.months, digest.months))
    others = sorted(month for month in {**told, **found} if told.get(month) != found.get(month))
    return f": {few(others, 5)}" if told and found else ""


def _columns(paths: Iterable[Path], model: type[Entity]) -> list[str]:
    """Where columns or types are not the table's. Raises `DataError` where a file is not whole."""
    faults = []
    for path in paths:
        with open_part(path) as part:
            faults += [f"{path}: {item.message}" for item in differences(arrow_schema(model), part.schema_arrow)]
    return faults


def _metadata(files: Iterable[Path], table: str, manifest: Manifest) -> Iterator[str]:
    """Where a file tells another table, world, profile, schema version or notice than the manifest, or does not tell.

    Before format 3 it told the recipe instead of the world; beside a manifest of format 1, less. Raises `DataError`
    where a file is not whole.
    """
    known = {
        "table": table,
        "schema_version": manifest.schema_version,
        **({"world": manifest.world} if manifest.format > 2 else {"recipe": manifest.recipe}),
        "profile": manifest.profile,
        "notice": manifest.notice,
    }
    for path in files:
        with open_part(path) as part:
            metadata = part.metadata.metadata or {}
        for key, expected in known.items():
            value = metadata.get(f"demo_data.{key}".encode())
            if value is None:
                if manifest.format > 1:
                    yield f"{path}: does not say of itself {key}"
            elif (actual := value.decode("utf-8", "replace")) != str(expected):
                here, there = (repr(short(text, 40)) for text in (actual, str(expected)))
                yield f"{path}: says of itself {key} {here}, where the manifest tells {there}"


def _json_rows(path: Path, rows: int) -> Iterator[str]:
    """Whether a JSON file has as many records: it is one array with a record a line."""
    if not path.is_file():
        return
    lines = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            lines += block.count(b"\n")
    if lines - 2 != rows:
        yield f"{path}: {max(lines - 2, 0):,} records, where the manifest tells {rows:,}"


def _checks(folder: Path, domain: Domain, deep: bool, known: list[str]) -> Section:
    """All checks. What cannot be read has been reported before."""
    report = validate(folder, strict=True, forms=deep, domain=domain)
    if known and report.results["readable"].count:
        del report.results["readable"]
    section = Section("checks", report.last_line, [f"{folder}: {fault}" for fault in report.faults_of_rules])
    for result in report.failed:
        section.faults += [f"{folder}/{finding} ({result.rule})" for finding in result.findings[:SHOWN]]
        if result.count > SHOWN:
            section.faults.append(f"{folder}: {result.count - SHOWN:,} more of {result.rule}")
    return section
