"""What makes tables a snapshot: the data of the pictures, the descriptions for other tools, and last the manifest."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from demo_data.build import generator_version, lock_hash
from demo_data.common.errors import UsageError
from demo_data.common.files import file_hash, read_object
from demo_data.dataset import content_hash
from demo_data.dataset.atomic import staged
from demo_data.dataset.digest import Digest
from demo_data.dataset.layout import (
    CERTIFICATE,
    CROISSANT,
    DATAPACKAGE,
    MANIFEST,
    RECIPE,
    descriptions,
    json_form,
    on_demand,
    parts,
)
from demo_data.dataset.manifest import FORMAT, FileEntry, Manifest, TableEntry, identity_of
from demo_data.dataset.recipe_file import whole_recipe
from demo_data.domain import Domain
from demo_data.export.certificate import certificate
from demo_data.export.croissant import croissant
from demo_data.export.datapackage import datapackage
from demo_data.plots import write_plots
from demo_data.schema.record import Entity


def write(folder: Path, domain: Domain) -> None:
    """Make the tables in `folder` a snapshot, as `finish` does: all that this takes is put in its place at once."""
    require_whole(folder, domain)
    with staged(folder, writes=(MANIFEST, *descriptions(domain.pictures))) as staging:
        finish(folder, domain, into=staging)


def finish(
    folder: Path,
    domain: Domain,
    digests: Mapping[str, Digest] | None = None,
    *,
    known: Sequence[FileEntry] = (),
    earlier: tuple[Path, date] | None = None,
    into: Path | None = None,
) -> None:
    """Write all that makes the tables and the recipe in `folder` a snapshot: `snapshot.json` last of all.

    `digests`: each table's, where they are known from making it; else the files are read. `known`: files that are not
    read again for their hash. `earlier`: the same dataset as of an earlier day, and that day. `into`: the directory
    that is written in, where it is not the tables' own.
    """
    require_whole(folder, domain)
    into = into or folder
    write_plots(folder, domain, into, {table: digest.rows for table, digest in (digests or {}).items()}, earlier)
    manifest = describe(folder, domain, digests, known)
    (into / DATAPACKAGE).write_text(
        _in_lines(datapackage(folder, manifest, domain, _schemas(earlier))), encoding="utf-8"
    )
    (into / CROISSANT).write_text(_in_lines(croissant(folder, manifest, domain)), encoding="utf-8")
    script = certificate(domain, manifest, whole_recipe(folder / RECIPE))
    (into / CERTIFICATE).write_text(script, encoding="utf-8")
    others = ((folder, RECIPE), *((into, path) for path in descriptions(domain.pictures)))
    files = tuple(FileEntry.of(at, path) for at, path in others if (at / path).is_file())
    (into / MANIFEST).write_text(manifest.model_copy(update={"files": files}).text(), encoding="utf-8")


def _schemas(earlier: tuple[Path, date] | None) -> dict[str, Any]:
    """The tables' schemas as an earlier state's description for other tools has them."""
    described = read_object(earlier[0] / DATAPACKAGE) if earlier else None
    return {resource["name"]: resource["schema"] for resource in (described or {}).get("resources", ())}


def require_whole(folder: Path, domain: Domain) -> None:
    """Raise `UsageError` where tables or the recipe are missing."""
    missing = [table for table in domain.models if not parts(folder, table)]
    if not os.path.lexists(folder / RECIPE):
        missing.append(RECIPE)
    if missing:
        raise UsageError(f"{folder}: no whole dataset lies here; missing: {', '.join(missing)}")


def describe(
    folder: Path, domain: Domain, digests: Mapping[str, Digest] | None = None, known: Sequence[FileEntry] = ()
) -> Manifest:
    """The manifest of the dataset in `folder`, of its tables alone. Raises `DataError` where one cannot be read."""
    entries = {entry.path: entry for entry in known}
    tables = tuple(_table(folder, model, (digests or {}).get(table), entries) for table, model in domain.models.items())
    recipe, generator = whole_recipe(folder / RECIPE), generator_version()
    return Manifest(
        format=FORMAT,
        notice=domain.notice,
        profile=recipe.profile,
        generator=generator,
        schema=domain.schema_version,
        lock=lock_hash(),
        recipe=file_hash(folder / RECIPE),
        world=recipe.world(generator),
        identity=identity_of(tables),
        rows={table.table: table.rows for table in tables},
        tables=tables,
    )


def _table(folder: Path, model: type[Entity], digest: Digest | None, known: Mapping[str, FileEntry]) -> TableEntry:
    files = parts(folder, model.table)
    paths = [path.relative_to(folder).as_posix() for path in files]
    paths += {json_form(model.table)} - on_demand(paths)
    return TableEntry.of(
        model.table,
        content_hash.schema_fingerprint(model),
        digest or content_hash.of_files(files, model).digest(),
        (known.get(path) or FileEntry.of(folder, path) for path in paths if (folder / path).is_file()),
    )


def _in_lines(document: dict[str, Any]) -> str:
    """An object as JSON, with a line for each key, and for each item of a list: fast to write, and fit to compare."""

    def text(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)

    lines = (
        f"{text(key)}: " + ("[\n" + ",\n".join(map(text, value)) + "\n]" if isinstance(value, list) else text(value))
        for key, value in document.items()
    )
    return "{\n" + ",\n".join(lines) + "\n}\n"
