"""Verifying what the files of a snapshot mean: recipe, identity, schemas, references, JSON form and metadata."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from demo_data.dataset import content_hash, layout
from demo_data.dataset.digest import Digest, Month
from demo_data.tea import DOMAIN
from demo_data.versions.verify import verify
from demo_data.versions.write import finish
from tests.versions.changing import identity, mend_files, rewrite, table_of, tell, told
from tests.versions.verifying import broken


def test_edited_recipe(own: Path) -> None:
    """A recipe that was edited is another file, and with a mended manifest that of another world."""
    recipe = own / "recipe.json"
    recipe.write_text(recipe.read_text().replace('"seed": 20260131', '"seed": 20260132'))
    another = {"recipe": ["recipe.json: its settings make another world than the one that the manifest tells"]}
    damaged = {"files": ["recipe.json: damaged: its SHA-256 is not the manifest's"]}
    assert broken(verify(own, DOMAIN)) == damaged | another

    mend_files(own, told(own))
    assert broken(verify(own, DOMAIN)) == another


def test_another_world(own: Path) -> None:
    """A manifest of another world is told by the recipe, and by what every file says of itself."""
    tell(own, told(own) | {"world": "0" * 64})
    found = broken(verify(own, DOMAIN))

    assert list(found) == ["recipe", "metadata"]
    assert len(found["metadata"]) == len(DOMAIN.models)
    assert found["metadata"][0].startswith("grading_models.parquet: says of itself world '")


def test_months(own: Path) -> None:
    """Months that do not add up to their table, and those whose values are others, are named."""
    manifest = told(own)
    documents = table_of(manifest, "documents")
    documents["months"]["2025-12"]["content"] = "0" * 64
    tell(own, manifest)
    fault = "snapshot.json: tells months of documents that do not add up to what it tells of all"
    assert broken(verify(own, DOMAIN)) == {"manifest": [fault]}

    months = [Month(name, each["rows"], each["content"]) for name, each in documents["months"].items()]
    documents["content"] = Digest.of_months(months).content
    tell(own, manifest | {"identity": identity(manifest)})
    assert broken(verify(own, DOMAIN)) == {
        "contents": ["documents.parquet: its values are not those that the manifest tells: 2025-12"]
    }


def test_recipe_of_another(own: Path) -> None:
    """A recipe of another profile, and one that is none."""
    recipe = own / "recipe.json"
    recipe.write_text(recipe.read_text().replace('"profile": "demo"', '"profile": "village"'))
    assert broken(verify(own, DOMAIN))["recipe"] == [
        "recipe.json: of the profile village, where the manifest tells demo"
    ]
    recipe.write_text("[")
    assert broken(verify(own, DOMAIN))["recipe"][0].startswith("recipe.json: not valid JSON")


def test_swapped_tables(own: Path) -> None:
    """Two tables under each other's names: their columns and what the files say of themselves give them away."""
    farmers, points = own / "farmers.parquet", own / "collection_points.parquet"
    farmers.rename(own / "x")
    points.rename(farmers)
    (own / "x").rename(points)
    mend_files(own, told(own))
    found = broken(verify(own, DOMAIN))

    assert "farmers.parquet: column first_name is missing" in "\n".join(found["schemas"])
    assert (
        "farmers.parquet: says of itself table 'collection_points', where the manifest tells 'farmers'"
        in found["metadata"]
    )
    assert "files" not in found


def test_forged_identity(own: Path) -> None:
    """An identity that does not follow from the tables, and one that does from contents that are not there."""
    manifest = told(own)
    tell(own, manifest | {"identity": "0" * 64})
    assert broken(verify(own, DOMAIN)) == {"manifest": ["snapshot.json: its identity is not that of its tables"]}

    table_of(manifest, "farmers")["content"] = "0" * 64
    tell(own, manifest | {"identity": identity(manifest)})
    assert broken(verify(own, DOMAIN)) == {
        "contents": ["farmers.parquet: its values are not those that the manifest tells"]
    }


def test_other_schema(own: Path) -> None:
    """A schema that is not this version's is told with the version that made the snapshot."""
    manifest = told(own)
    table_of(manifest, "farmers")["schema"] = "0" * 64
    tell(own, manifest | {"identity": identity(manifest), "generator": "0.0.7"})

    assert broken(verify(own, DOMAIN))["schemas"] == [
        "snapshot.json: the schema of farmers is not this version's: verify it with demo-data 0.0.7, which made it"
    ]


@pytest.mark.parametrize("table", ["regions", "farmers"])
def test_other_columns(table: str, own: Path) -> None:
    """A column too many, and one of another type, are told by the file's own schema."""
    rewrite(own / f"{table}.parquet", lambda found: found.append_column("hat", pa.array(["green"] * found.num_rows)))
    rewrite(
        own / "documents.parquet",
        lambda found: found.set_column(0, "document_id", pa.array(range(found.num_rows))),
    )
    mend_files(own, told(own))
    found = broken(verify(own, DOMAIN))

    assert found["schemas"] == [
        f"{table}.parquet: column hat is unknown",
        "documents.parquet: column document_id is of type int64, not string",
    ]


def test_dangling_reference(own: Path) -> None:
    """A reference that leads nowhere is found by the checks, however true the manifest is."""

    def astray(table: pa.Table) -> pa.Table:
        values = table["region_id"].to_pylist()
        return table.set_column(
            table.schema.get_field_index("region_id"),
            table.schema.field("region_id"),
            [["nowhere-highland", *values[1:]]],
        )

    rewrite(own / "farmers.parquet", astray)
    finish(own, DOMAIN)
    found = broken(verify(own, DOMAIN))

    assert list(found) == ["checks"]
    assert any(
        line.startswith("farmers.parquet[0] WM-0001 region_id: 'nowhere-highland' is not in regions")
        and line.endswith("(foreign-key)")
        for line in found["checks"]
    )


def test_json_form(own: Path) -> None:
    """A JSON file with other values, under a manifest of its own, is found when the records are compared."""
    text = own / "json" / "farmers.json"
    text.write_text(text.read_text(encoding="utf-8").replace('"Peninah"', '"Penina"', 1), encoding="utf-8")
    finish(own, DOMAIN)

    assert broken(verify(own, DOMAIN)) == {}
    (fault,) = broken(verify(own, DOMAIN, deep=True))["checks"]
    assert fault.startswith("json/farmers.json[")
    assert fault.endswith('"Penina" here, but "Peninah" in Parquet (json-form)')


def test_metadata(own: Path) -> None:
    """A file that says nothing of itself; beside a manifest of the first form it need not."""
    farmers = own / "farmers.parquet"
    table = pq.read_table(farmers)
    pq.write_table(table.replace_schema_metadata(None), farmers, store_schema=False)
    mend_files(own, told(own))
    assert [line for line in broken(verify(own, DOMAIN))["metadata"] if "table" in line] == [
        "farmers.parquet: does not say of itself table"
    ]
    assert list(broken(verify(own, DOMAIN))) == ["metadata"]

    tell(own, of_format_1(own))
    assert broken(verify(own, DOMAIN)) == {}


def of_format_1(folder: Path) -> dict[str, Any]:
    """The manifest as its first format had it: the values of a table in one hash, and no world."""
    manifest = told(folder)
    for table in manifest["tables"]:
        files = layout.parts(folder, table["table"])
        table["content"] = content_hash.of_files(files, DOMAIN.models[table["table"]], by_month=False).content()
        table.pop("months", None)
    del manifest["world"]
    return manifest | {"format": 1, "identity": identity(manifest)}
