"""Reads a dataset to plant in, and writes the faulty copy: JSON, and large tables as the Parquet that they were."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from demo_data.dataset.layout import LEDGER
from demo_data.dataset.layout import RECIPE as RECIPE_FILE
from demo_data.dataset.recipe_file import read_recipe
from demo_data.dataset.store import write_json
from demo_data.domain import Domain
from demo_data.faults.data import Data, Record
from demo_data.faults.ledger import Ledger
from demo_data.faults.rewriting import write_table
from demo_data.faults.sample import Sampled
from demo_data.faults.sampled_data import SampledData
from demo_data.validation.discover import Contents
from demo_data.validation.jsontext import json_records


def read(
    domain: Domain, source: Path, contents: Contents, sampled: Mapping[str, Sampled], staging: Path
) -> Data | SampledData:
    """The tables, as JSON has them; of the sampled ones some records. What is not ours to change is copied."""
    tables: dict[str, list[Record]] = {}
    for table, model in domain.models.items():
        form = contents.json.get(table) or contents.forms.get(table)
        if table in sampled:
            tables[table] = list(sampled[table].records())
        elif form:
            tables[table] = [item.value for item in json_records(form.files[0])]
        elif table in contents.parquet:
            path = staging / f"{table}.json"
            write_json(contents.parquet[table].files, path, model)
            tables[table] = json.loads(path.read_bytes())
    for external in contents.external.values():
        shutil.copyfile(external.files[0], staging / external.files[0].name)
    recipe = read_recipe(source / RECIPE_FILE)
    known = recipe.as_json() if recipe else {}
    return SampledData(domain, tables, known, sampled) if sampled else Data(domain, tables, known)


def write(data: Data, sampled: Mapping[str, Sampled], ledger: Ledger, staging: Path) -> None:
    """Write all tables, the recipe and the ledger."""
    for table, records in data.tables.items():
        if table in sampled:
            changed, added = data.planted(table)
            numbered = {data.number(table, row): record for row, record in changed.items()}
            write_table(sampled[table], numbered, added, staging / f"{table}.parquet")
            continue
        lines = ",\n".join(_text(record, data.repeated.get((table, row))) for row, record in enumerate(records))
        text = f"[\n{lines}\n]\n" if lines else "[\n]\n"
        (staging / f"{table}.json").write_text(text, encoding="utf-8")
    if data.recipe:
        text = json.dumps(data.recipe, ensure_ascii=False, indent=2)
        (staging / RECIPE_FILE).write_text(f"{text}\n", encoding="utf-8")
    text = json.dumps(ledger.as_json(), ensure_ascii=False, indent=2)
    (staging / LEDGER).write_text(f"{text}\n", encoding="utf-8")


def _text(record: Record, repeated: str | None) -> str:
    """The record on a line; a field that is to stand twice stands first, too."""
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    if repeated is None:
        return text
    again = json.dumps({repeated: record[repeated]}, ensure_ascii=False, separators=(",", ":"))
    return f"{again[:-1]},{text[1:]}"
