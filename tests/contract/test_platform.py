"""The event topics, on which every document of the platform hangs, against a strict model of them."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from demo_data.contract import compare_module
from demo_data.contract.samples import samples
from demo_data.tea import DOMAIN
from demo_data.tea.sources.model import Topic
from tests.contract.modules import module
from tests.running import called

TOPICS = (
    "collection.quality_result.received",
    "collection.quality_result.failed",
    "collection.exception_images.received",
    "collection.exception_images.failed",
    "collection.weather.updated",
    "collection.weather.failed",
    "collection.market_prices.updated",
    "collection.market_prices.failed",
    "plantation.farmer.registered",
    "plantation.plot.created",
    "plantation.plot.updated",
    "plantation.quality.graded",
    "plantation.performance_updated",
)
"""As the platform's services know them."""
STRICT = """
from enum import Enum

from pydantic import BaseModel, ConfigDict

from demo_data.tea.sources.model import IngestionConfig, StorageConfig, TransformationConfig, ValidationConfig

EventTopic = Enum("EventTopic", {{str(number): topic for number, topic in enumerate({topics})}}, type=str)


class Base(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class EventConfig(Base):
    topic: EventTopic
    payload_fields: list[str] = []


class EventsConfig(Base):
    on_success: EventConfig | None = None
    on_failure: EventConfig | None = None


class SourceConfig(Base):
    source_id: str
    display_name: str
    description: str
    enabled: bool = True
    ingestion: IngestionConfig
    validation: ValidationConfig | None = None
    transformation: TransformationConfig
    storage: StorageConfig
    events: EventsConfig | None = None
"""


def test_topics() -> None:
    """The model's topics are the platform's."""
    assert get_args(Topic) == TOPICS


def test_the_platform_takes_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that knows the platform's topics alone reads every source configuration, and nothing differs."""
    monkeypatch.chdir(tmp_path)
    found = compare_module(module(tmp_path, STRICT.format(topics=TOPICS)), DOMAIN)

    assert found.drifts == ()
    assert {"EventConfig", "EventsConfig", "SourceConfig"} <= set(found.matched)
    assert len(samples(DOMAIN, "source_configs")) == 3


def test_a_platform_without_our_topics(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A model that lacks topics of ours is told each of them, and that our records fail."""
    monkeypatch.chdir(tmp_path)
    code, out, _ = called(capsys, "contract", module(tmp_path, STRICT.format(topics=TOPICS[2:])))

    assert code == 1
    for topic in TOPICS[:2]:
        assert f"topic: yours lacks '{topic}' (records of ours with it fail in yours)" in out
    assert "samples: 3 records of 1 tables; yours reads 1 of them" in out
