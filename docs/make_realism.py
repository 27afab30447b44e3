"""Measures datasets: `python docs/make_realism.py --print DATASET...` prints the figures of docs/realism/*.sql."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

import duckdb

FOLDER = Path(__file__).parent / "realism"
FACTS = Path(__file__).parent.parent / "pipeline/demo_data/tea/kenya"
THEMES = ("leaf", "weather", "land", "intake", "quality", "people", "contract")
TABLES = ("regions", "factories", "collection_points", "farmers", "documents", "weather_observations")


def measured(dataset: Path, themes: tuple[str, ...] = THEMES) -> dict[str, tuple[float, int]]:
    """The figures of a dataset: value and sample by name. It reads the Parquet files alone.

    Raises:
        OSError: there is no such dataset.
    """
    files = {table: _files(dataset, table) for table in TABLES}
    files |= {f"{name}": [str(FACTS / f"{name}.csv")] for name in ("places", "given_names", "phone_prefixes")}
    figures: dict[str, tuple[float, int]] = {}
    with duckdb.connect() as database:
        database.execute("CREATE TABLE story (farmer VARCHAR)")
        database.executemany("INSERT INTO story VALUES (?)", [[farmer] for farmer in _stories(dataset)])
        for theme in ("tables", *themes):
            for statement in duckdb.extract_statements((FOLDER / f"{theme}.sql").read_text(encoding="utf-8")):
                begun = time.perf_counter()
                wanted = {name: files[name] for name in statement.named_parameters}
                result = database.execute(statement, wanted)
                if result.description and statement.type == duckdb.StatementType.SELECT:
                    for name, value, sample in result.fetchall():
                        if value is not None:
                            figures[name] = float(value), int(sample)
                if (took := time.perf_counter() - begun) > 2:
                    print(f"{took:.1f} s: {statement.query.strip()[:100]!r}", file=sys.stderr)
    return figures


def _files(dataset: Path, table: str) -> list[str]:
    path = dataset / f"{table}.parquet"
    if not path.exists():
        raise FileNotFoundError(f"{path} does not exist")
    return [str(path / "*.parquet") if path.is_dir() else str(path)]


def _stories(dataset: Path) -> list[str]:
    """The farmers who have a story in any season, of which the dataset's own recipe.json tells."""
    seasons = json.loads((dataset / "recipe.json").read_text(encoding="utf-8"))["scenarios"].get("farmers", [])
    return sorted({farmer for season in seasons for farmers in season["stories"].values() for farmer in farmers})


def printed(datasets: list[Path]) -> str:
    """A row for every figure, a column for every dataset."""
    columns = [measured(dataset) for dataset in datasets]
    names = list(dict.fromkeys(name for column in columns for name in column))
    width = max(map(len, names))
    lines = [" " * width + "".join(f"{dataset.name[-22:]:>24}" for dataset in datasets)]
    for name in names:
        cells = (f"{column[name][0]:.4g} ({column[name][1]:,})" if name in column else "-" for column in columns)
        lines.append(f"{name:{width}}" + "".join(f"{cell:>24}" for cell in cells))
    return "\n".join(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--print", nargs="+", type=Path, metavar="DATASET", required=True)
    print(printed(parser.parse_args().print))
