"""The Polyfactory classes of reference rows: grading models and source configurations, which need no registering."""

from __future__ import annotations

from typing import Any, ClassVar

from demo_data.objects import state
from demo_data.objects.base import EntityFactory
from demo_data.objects.call import Call
from demo_data.objects.extra_fields import T
from demo_data.tea.grading.model import GradingModel
from demo_data.tea.objects.places import MODELS, grading_model_of
from demo_data.tea.reference import reference_rows
from demo_data.tea.sources.model import SourceConfig


class ReferenceFactory(EntityFactory[T]):
    """Base: the rows of `pipeline/demo_data/tea/reference/` in turn, or the one whose key is given."""

    __is_base_factory__ = True
    __key__: ClassVar[str]

    @classmethod
    def _records(cls, call: Call) -> list[dict[str, Any]]:
        known = {row[cls.__key__]: row for row in reference_rows(cls.__table__)}
        keys = list(known)
        named = call.texts(cls.__key__)
        if named.count(None) > len(keys) and not call.single:
            raise ValueError(f"{call.size} {cls.__table__} are more than there are: {', '.join(keys)}")
        turns = [keys[int(row) % len(keys)] for row in call.rows]
        chosen = [key if key in known else turn for key, turn in zip(named, turns, strict=True)]
        return [cls.recipe().model.model_validate(known[str(key)]).model_dump() for key in chosen]


class GradingModelFactory(ReferenceFactory[GradingModel]):
    """The grading models, with the registered factories at which each is active; factories to come are added later."""

    __table__ = "grading_models"
    __key__ = "model_id"
    __parents__ = ("factories",)

    @classmethod
    def _records(cls, call: Call) -> list[dict[str, Any]]:
        found, prefix = super()._records(call), state.current().settings(cls)["factories.id_prefix"]
        for record in found:
            record["active_at_factory"] = [
                key
                for key in call.registry.ids("factories")
                if MODELS[grading_model_of(key, call.registry, prefix)] == record["model_id"]
            ]
        return found


class SourceConfigFactory(ReferenceFactory[SourceConfig]):
    """The source configurations."""

    __table__ = "source_configs"
    __key__ = "source_id"
