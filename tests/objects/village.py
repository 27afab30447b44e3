"""A small registered world, and worlds written to disk for the checks."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from demo_data import (
    CollectionPointFactory,
    DocumentFactory,
    FactoryEntityFactory,
    FarmerFactory,
    FarmerPerformanceFactory,
    GradingModelFactory,
    RegionalWeatherFactory,
    RegionFactory,
    SourceConfigFactory,
)
from demo_data.models import CollectionPoint, Document, Factory, Farmer, Region
from demo_data.objects import EntityFactory

LAST = datetime.date(2026, 1, 31)
"""The last day of the default profile."""

FACTORIES: dict[str, type[EntityFactory[Any]]] = {
    "grading_models": GradingModelFactory,
    "source_configs": SourceConfigFactory,
    "regions": RegionFactory,
    "factories": FactoryEntityFactory,
    "weather_observations": RegionalWeatherFactory,
    "collection_points": CollectionPointFactory,
    "farmers": FarmerFactory,
    "documents": DocumentFactory,
    "farmer_performance": FarmerPerformanceFactory,
}
"""Every class, in the order in which children find their parents."""


@dataclass
class Village:
    """What was registered."""

    regions: list[Region] = field(default_factory=list)
    factories: list[Factory] = field(default_factory=list)
    points: list[CollectionPoint] = field(default_factory=list)
    farmers: list[Farmer] = field(default_factory=list)


def village(regions: int = 2, factories: int = 3, points: int = 8, farmers: int = 40) -> Village:
    """Parents and farmers, registered level by level."""
    return Village(
        RegionFactory.build_batch_and_register(regions),
        FactoryEntityFactory.build_batch_and_register(factories),
        CollectionPointFactory.build_batch_and_register(points),
        FarmerFactory.build_batch_and_register(farmers),
    )


def dumped(records: Sequence[BaseModel]) -> list[dict[str, Any]]:
    """The records as MongoDB gets them."""
    return [record.model_dump(mode="json") for record in records]


def written(tables: Mapping[str, Sequence[BaseModel]], folder: Path) -> Path:
    """The tables as a directory of JSON files."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, records in tables.items():
        (folder / f"{table}.json").write_text(json.dumps(dumped(records)), encoding="utf-8")
    return folder


def farmer(**given: Any) -> Farmer:
    """A registered farmer who delivers."""
    return FarmerFactory.build_and_register(is_active=True, **given)


def day(document: Document) -> datetime.date:
    """The local day of a delivery."""
    return (document.ingestion.received_at + datetime.timedelta(hours=3)).date()


def percentage(document: Document) -> float:
    """How much of a bag is of the first grade."""
    found: float = document.extracted_fields["bag_summary"]["primary_percentage"]
    return found
