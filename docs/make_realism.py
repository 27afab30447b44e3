"""Measures how real datasets are, and writes docs/realism.md from what was measured.

`python docs/make_realism.py` writes the page anew from docs/realism/measured.csv.
`python docs/make_realism.py --print DATASET...` prints the figures of any datasets.
`python docs/make_realism.py --measure FOLDER` measures the worlds in FOLDER (`make realism` builds them) into
docs/realism/*.csv.

The figures are those of docs/realism/*.sql: SQL over the Parquet files, which knows nothing of how they are made.
"""

from __future__ import annotations

import argparse
import calendar
import csv
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

DOCS = Path(__file__).parent
FOLDER = DOCS / "realism"
FACTS = DOCS.parent / "pipeline" / "demo_data" / "tea" / "kenya"
PAGE, MEASURED, FIGURES = DOCS / "realism.md", FOLDER / "measured.csv", FOLDER / "figures.csv"
WORLDS = ("load-test", "kenya", "years")
THEMES = ("leaf", "weather", "land", "intake", "quality", "people", "contract")
KNOWN = ("el_nino", "given_names", "phone_prefixes", "places")
"""The facts that some measures need."""
PLOTS = {"distance": "years", "yields": "kenya", "catchments": "kenya"}
"""Which world each plot's data is of; docs/make_realism_plots.py draws it."""

Measured = dict[tuple[str, str], tuple[float, int]]
"""Value and sample by world and figure."""


def opened(dataset: Path) -> duckdb.DuckDBPyConnection:
    """A database of the narrow tables that every measure reads, made of a dataset's Parquet files, and of facts.

    Raises:
        OSError: the dataset is not there, or not whole.
    """
    database = duckdb.connect()
    database.execute("CREATE TABLE story (farmer VARCHAR)")
    seasons = json.loads((dataset / "recipe.json").read_text(encoding="utf-8"))["scenarios"].get("farmers", [])
    for name in KNOWN:
        database.register(f"known_{name}", pa.Table.from_pylist(read(FACTS / f"{name}.csv")))
    told = sorted({who for season in seasons for farmers in season["stories"].values() for who in farmers})
    database.execute("INSERT INTO story SELECT unnest($told::VARCHAR[])", {"told": told})
    for _ in results(database, FOLDER / "tables.sql", dataset):
        pass
    return database


def results(database: duckdb.DuckDBPyConnection, file: Path, dataset: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The results of a file's queries, one after the other. `$name` in a query is a table's file."""
    for statement in duckdb.extract_statements(file.read_text(encoding="utf-8")):
        files = {table: _files(dataset, table) for table in statement.named_parameters}
        result = database.execute(statement, files)
        if statement.type == duckdb.StatementType.SELECT:
            yield result


def _files(dataset: Path, table: str) -> str:
    path = dataset / f"{table}.parquet"
    if not path.exists():
        raise FileNotFoundError(f"{path} does not exist")
    return str(path / "*.parquet") if path.is_dir() else str(path)


def measured(dataset: Path) -> dict[str, tuple[float, int]]:
    """The figures of a dataset, value and sample by name; what cannot be measured is left out."""
    with opened(dataset) as database:
        return _figures(database, dataset)


def _figures(database: duckdb.DuckDBPyConnection, dataset: Path) -> dict[str, tuple[float, int]]:
    return {
        name: (float(f"{value:.6g}"), int(sample))
        for theme in THEMES
        for result in results(database, FOLDER / f"{theme}.sql", dataset)
        for name, value, sample in result.fetchall()
        if value is not None
    }


def measure(folder: Path) -> None:
    """Measures the worlds that are in `folder`; what is known of the others stays."""
    known, told = read_measured()
    for world in WORLDS:
        if not (dataset := folder / world).exists():
            continue
        known = {key: value for key, value in known.items() if key[0] != world}
        with opened(dataset) as database:
            known |= {(world, figure): value for figure, value in _figures(database, dataset).items()}
            for plot in (name for name, of in PLOTS.items() if of == world):
                (result,) = results(database, FOLDER / "plots" / f"{plot}.sql", dataset)
                _write(
                    FOLDER / "plots" / f"{plot}.csv", [column[0] for column in result.description], result.fetchall()
                )
        snapshot = json.loads((dataset / "snapshot.json").read_text(encoding="utf-8"))
        documents = f"{snapshot['rows']['documents']:,} documents"
        told[world] = f"demo-data {snapshot['generator']}, {documents}, world {snapshot['world'][:12]}"
    notes = [f"# {world}: {told[world]}\n" for world in WORLDS if world in told]
    rows = [(*key, f"{value:.6g}", sample) for key, (value, sample) in known.items()]
    _write(
        MEASURED,
        ["world", "figure", "value", "sample"],
        sorted(rows, key=lambda row: (WORLDS.index(row[0]), row[1])),
        notes,
    )


def _write(path: Path, names: list[str], rows: list[tuple[object, ...]], notes: Iterable[str] = ()) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(notes)
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(rows)


def read_measured() -> tuple[Measured, dict[str, str]]:
    """What docs/realism/measured.csv has, and of each world which version made it."""
    if not MEASURED.exists():
        return {}, {}
    rows = {(row["world"], row["figure"]): (float(row["value"]), int(row["sample"])) for row in read(MEASURED)}
    return rows, dict(re.findall(r"^# ([\w-]+): (.+)$", MEASURED.read_text(encoding="utf-8"), flags=re.MULTILINE))


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file, without the notes at its head."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def page(text: str) -> str:
    """The page's `text` with the tables between its `<!-- measured: NAME -->` and `<!-- end -->` made anew."""
    known, told = read_measured()

    def made(found: re.Match[str]) -> str:
        name = found[1]
        lines = {"worlds": _worlds, "months": _months, "contract": _contract, "languages": _languages}.get(name)
        table = lines(known, told) if lines else _group(name, known)
        return f"<!-- measured: {name} -->\n\n" + "\n".join(table) + "\n\n<!-- end -->"

    return re.sub(r"<!-- measured: ([^>]+) -->\n.*?<!-- end -->", made, text, flags=re.DOTALL)


def _worlds(known: Measured, told: dict[str, str]) -> Iterator[str]:
    yield "| world | growers | factories | made by |\n|---|---|---|---|"
    for world, by in told.items():
        growers, factories = (f"{known[world, name][0]:,.0f}" for name in ("growers", "factories"))
        yield f"| `{world}` | {growers} | {factories} | {by} |"


def _group(group: str, known: Measured) -> Iterator[str]:
    """The rows of the figures of a group."""
    yield "| figure | published | ours | world | asked for | certainty | source |\n|---|---|---|---|---|---|---|"
    rows = [row for row in read(FIGURES) if row["group"] == group]
    if not rows:
        raise ValueError(f"no figure of {FIGURES.name} is in the group {group!r}")
    for row in rows:
        published = [each for each in read(FACTS / "published.csv") if each["figure"] == row["figure"]]
        certainty = " and ".join(dict.fromkeys(each["certainty"] for each in published)) or "unknown"
        sources = "; ".join(dict.fromkeys(part for each in published for part in each["source"].split("; ")))
        of = row["unit"]
        ours = known.get((row["world"], row["figure"]))
        cells = (
            row["what"] + (f", {of}" if of else ""),
            _range([float(each["value"]) for each in published], of),
            _said(ours[0], of) if ours else "",
            f"`{row['world']}`",
            _asked(row),
            certainty,
            sources,
        )
        yield "| " + " | ".join(cells) + " |"


def _asked(row: dict[str, str]) -> str:
    low, high = (_said(float(row[end]), row["unit"]) if row[end] else "" for end in ("low", "high"))
    said = low if low == high else f"{low} to {high}" if low and high else f"{low} and more" if low else f"up to {high}"
    return f"{said}, from a sample of {int(row['sample']):,} on" if row["sample"] else said if low or high else ""


def _months(known: Measured, _: dict[str, str]) -> Iterator[str]:
    """Months east and west: published, what the profiles are made after, and ours."""
    yield (
        "| month | "
        + " | ".join(
            f"{flush}, {what}"
            for flush in ("east", "west")
            for what in ("published", "made after", "`years`", "`kenya`")
        )
        + " |\n|---|"
        + "---|" * 8
    )
    index = {(row["flush"][:4], int(row["month"])): row["index"] for row in read(FACTS / "crop_index.csv")}
    for month, name in enumerate(calendar.month_name[1:], 1):
        cells = [name]
        for flush in ("east", "west"):
            figure = f"month_{flush}_{month:02}"
            published = [float(row["value"]) for row in read(FACTS / "published.csv") if row["figure"] == figure]
            ours = (known.get((world, figure)) for world in ("years", "kenya"))
            cells += [_range(published, ""), index[flush, month], *(f"{each[0]:.2f}" if each else "" for each in ours)]
        yield "| " + " | ".join(cells) + " |"


def _contract(known: Measured, _: dict[str, str]) -> Iterator[str]:
    """The contract's shares on `load-test`, with the standard errors that they are off."""
    yield "| what | drawn, % | standard errors off the weight | sample |\n|---|---|---|---|"
    for world, figure in known:
        if world == "load-test" and figure.startswith("z_"):
            (share, sample), what = known[world, figure[2:]], figure[2:].replace("_", " ", 1)
            yield f"| {what} | {100 * share:.2f} | {known[world, figure][0]:+.1f} | {sample:,} |"


def _languages(known: Measured, _: dict[str, str]) -> Iterator[str]:
    """Languages by county of `kenya`, and of all."""
    names = ("sw", "en", "ki", "luo")
    yield "| county | sample | " + " | ".join(names) + " |\n|---|---|" + "---|" * len(names)
    places = dict.fromkeys(
        figure.split("_")[2] for world, figure in known if world == "kenya" and re.match(r"language_\w+_", figure)
    )
    for place in ("", *places):
        cells = [known.get(("kenya", f"language_{name}" + (f"_{place}" if place else ""))) for name in names]
        sample = max((each[1] for each in cells if each), default=0)
        shares = (f"{100 * each[0]:.1f} %" if each else "" for each in cells)
        yield f"| {place.title() or '(all)'} | {sample:,} | " + " | ".join(shares) + " |"


def _range(values: list[float], unit: str) -> str:
    low, high = (_said(end(values), unit) if values else "" for end in (min, max))
    return low if low == high else f"{low} to {high}"


def _said(value: float, unit: str) -> str:
    if unit == "%":
        return f"{100 * value:.3g}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def printed(datasets: Iterable[Path]) -> str:
    """A row for every figure, a column for every dataset; samples in brackets, `!` where more was asked for."""
    columns = {dataset: measured(dataset) for dataset in datasets}
    names = list(dict.fromkeys(name for column in columns.values() for name in column))
    asked = {row["figure"]: row for row in read(FIGURES)}
    width = max(map(len, names))
    lines = [" " * width + "".join(f"{dataset.name[-24:]:>26}" for dataset in columns)]
    for name in names:
        cells = (
            f"{_off(asked.get(name), *c[name])} {c[name][0]:.4g} ({c[name][1]:,})" if name in c else "-"
            for c in columns.values()
        )
        lines.append(f"{name:{width}}" + "".join(f"{cell:>26}" for cell in cells))
    return "\n".join(lines)


def _off(asked: dict[str, str] | None, value: float, sample: int) -> str:
    if asked is None or sample < int(asked["sample"] or 0):
        return ""
    return "" if float(asked["low"] or "-inf") <= value <= float(asked["high"] or "inf") else "!"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--print", nargs="+", type=Path, metavar="DATASET")
    parser.add_argument("--measure", type=Path, metavar="FOLDER")
    chosen = parser.parse_args()
    if chosen.print:
        print(printed(chosen.print))
    else:
        if chosen.measure:
            measure(chosen.measure)
        PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
