"""What the page of a dataset shows of tea: a map, charts, farmers' cards, and questions that stand ready."""

from __future__ import annotations

from demo_data.export.page.views import Question, View
from demo_data.tea.pages import cards, charts, places
from demo_data.tea.pages.questions import QUESTIONS as _READY

VIEWS: tuple[View, ...] = (
    View("map", "Map", "map", places.make),
    View("charts", "Charts", "charts", charts.make),
    View("farmers", "Farmers", "card", cards.make),
)

QUESTIONS: tuple[Question, ...] = _READY
