"""For every rule, a fault that breaks it, planted in a dataset that is otherwise good."""

from tests.checks.damages import crowd, deliveries, people, performance, places, points, quality, scenarios, weather
from tests.checks.damages.plant import DAMAGES, Damage

__all__ = [
    "DAMAGES",
    "Damage",
    "crowd",
    "deliveries",
    "people",
    "performance",
    "places",
    "points",
    "quality",
    "scenarios",
    "weather",
]
