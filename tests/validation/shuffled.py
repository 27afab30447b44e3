"""A dataset as somebody else may have it: Parquet in parts and row groups of any size, with its rows in any order."""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

Records = list[dict[str, Any]]

LARGE = ("documents", "farmers", "farmer_performance")


def shuffled(source: Path, target: Path, seed: int, *, order: str) -> Path:
    """The dataset's large tables in other files. `order` is "kept", "shuffled", or "runs": some rows change places.

    Some documents have the key, the farmer or the weight of another one: these are faults of every phase.
    """
    random = Random(seed)
    target.mkdir(parents=True)
    for path in source.glob("*.parquet"):
        if path.stem not in LARGE:
            shutil.copy(path, target)
    shutil.copy(source / "recipe.json", target)
    for table in LARGE:
        rows = pq.read_table(source / f"{table}.parquet")
        schema = rows.schema
        rows = pa.Table.from_pylist(_faulty(rows.to_pylist(), table, random), schema=_loose(schema))
        _write(rows.take(pa.array(_numbers(len(rows), order, random))), target / f"{table}.parquet", random)
    return target


def _faulty(records: Records, table: str, random: Random) -> Records:
    for record in random.sample(records, 12):
        other = random.choice(records)
        if table == "documents":
            kind = random.randrange(6)
            if kind == 0:
                record["document_id"] = other["document_id"]
            elif kind == 1:
                record["linkage_fields"]["farmer_id"] = other["linkage_fields"]["farmer_id"]
            elif kind == 2:
                record["extracted_fields"]["bag_summary"]["total_weight_kg"] = random.choice([-1.0, 1.0, 700.0])
            elif kind == 3:
                record["linkage_fields"]["farmer_id"] = random.choice([None, "WM-nobody", "WM-0"])
            elif kind == 4:
                record["ingestion"]["received_at"] = other["ingestion"]["received_at"]
            else:
                record["extracted_fields"]["farmer_id"] = other["extracted_fields"]["farmer_id"]
        elif table == "farmers":
            field = random.choice(["id", "farm_size_hectares", "registration_date", "region_id", "is_active"])
            record[field] = random.choice([other[field], None])
        else:
            field = random.choice(["farmer_id", "farm_size_hectares", "grading_model_id"])
            record[field] = random.choice([other[field], None])
    return records


def _loose(schema: pa.Schema) -> pa.Schema:
    return pa.schema([pa.field(each.name, _nullable(each.type)) for each in schema])


def _nullable(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_struct(kind):
        fields = (kind.field(number) for number in range(kind.num_fields))
        return pa.struct([pa.field(each.name, _nullable(each.type)) for each in fields])
    return pa.list_(_nullable(kind.value_type)) if pa.types.is_list(kind) else kind


def _numbers(count: int, order: str, random: Random) -> list[int]:
    numbers = list(range(count))
    if order == "shuffled":
        random.shuffle(numbers)
    elif order == "runs":
        cut = random.randrange(count)
        numbers = numbers[cut:] + numbers[:cut]
    return numbers


def _write(rows: pa.Table, place: Path, random: Random) -> None:
    parts = random.choice([1, 3, 7])
    if parts == 1:
        pq.write_table(rows, place, row_group_size=random.choice([50, 1000, 1 << 20]))
        return
    place.mkdir()
    size = -(-len(rows) // parts)
    for number in range(parts):
        part = rows.slice(number * size, size)
        pq.write_table(part, place / f"part-{number}.parquet", row_group_size=random.choice([50, 1000]))
