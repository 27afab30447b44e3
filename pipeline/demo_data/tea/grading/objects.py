"""The Polyfactory class of grading models, which need no registering."""

from __future__ import annotations

from typing import Any

from demo_data.objects.call import Call
from demo_data.tea.grading.model import GradingModel
from demo_data.tea.objects import TeaFactory
from demo_data.tea.places import MODELS, grading_model_of


class GradingModelFactory(TeaFactory[GradingModel]):
    """The grading models, with the registered factories at which each is active; factories to come are added later."""

    @classmethod
    def _parents(cls) -> tuple[str, ...]:
        return ("factories",)

    @classmethod
    def _records(cls, call: Call) -> list[dict[str, Any]]:
        records, prefix = super()._records(call), call.state.settings(cls)["factories.id_prefix"]
        for record in records:
            record["active_at_factory"] = [
                key
                for key in call.registry.ids("factories")
                if MODELS[grading_model_of(key, call.registry, prefix)] == record["model_id"]
            ]
        return records
