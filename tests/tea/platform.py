"""The platform's field tables, transcribed in contract.csv, and our classes by the names that they have there."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo_data.schema.record import Entity, Record
from demo_data.tea import DOMAIN
from demo_data.tea.documents.model import BagSummary, ExtractedFields, LinkageFields
from demo_data.tea.weather.model import WeatherObservation

with (Path(__file__).parent / "contract.csv").open(encoding="utf-8") as file:
    ROWS = list(csv.DictReader(file))


CONTRACT = {name: [row for row in ROWS if row["model"] == name] for name in dict.fromkeys(r["model"] for r in ROWS)}


OURS = {Record, Entity, WeatherObservation, LinkageFields, BagSummary, ExtractedFields}  # in none of its tables


def subclasses(kind: type[Record]) -> Iterator[type[Record]]:
    yield kind
    for below in kind.__subclasses__():
        yield from subclasses(below)


CLASSES = {
    kind.__name__: kind
    for kind in (*DOMAIN.models.values(), *subclasses(Record))  # the former imports them all
    if kind not in OURS and kind.__module__.startswith("demo_data.tea.")
}


EVERY_CLASS = [pytest.param(CLASSES.get(name), id=name) for name in CONTRACT]
