"""Facts on milk: `breeds.csv`, each row with its source."""

import csv
from functools import cache
from pathlib import Path


@cache
def litres_per_day() -> dict[str, float]:
    """What a cow of each breed gives on a day, on average."""
    with Path(__file__).with_name("breeds.csv").open(encoding="utf-8", newline="") as file:
        return {row["breed"]: float(row["litres_per_day"]) for row in csv.DictReader(file)}
