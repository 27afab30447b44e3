"""What Polyfactory itself adds to a record: fields that no recipe states, and what a subclass states of fields.

And which classes of other people, that may have such fields, can hold a record.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from random import Random  # noqa: TID251 (for the fields that only Polyfactory fills)
from typing import Any, ClassVar, TypeGuard, TypeVar, get_args

import numpy as np
from faker import Faker
from polyfactory.factories.pydantic_factory import ModelFactory
from pydantic import BaseModel

from demo_data.domain import Domain
from demo_data.engine.cells import TableNoise
from demo_data.objects.state import State, current
from demo_data.recipes.recipe import Recipe
from demo_data.schema.record import Entity
from demo_data.schema.tree import Node, tree

T = TypeVar("T", bound=BaseModel)


class SeededFactory(ModelFactory[T]):
    """Base of classes with a domain's table, whose random source and Faker follow the seed row by row."""

    __is_base_factory__ = True
    __by_name__ = True
    __domain__: ClassVar[Domain]
    __table__: ClassVar[str]
    """The name of the table: the model's."""

    _defined: ClassVar[bool]
    __random__ = Random()
    __faker__ = Faker()

    def __init_subclass__(cls, *args: Any, **kwargs: Any) -> None:
        super().__init_subclass__(*args, **kwargs)
        model = getattr(cls, "__model__", None)
        if isinstance(model, type) and issubclass(model, Entity):
            cls.__table__ = model.table
        cls._defined = True

    @classmethod
    def is_supported_type(cls, value: Any) -> TypeGuard[type[T]]:
        """Any Pydantic class for a class with a table; nothing for a base, which is nobody's default."""
        return "__is_base_factory__" not in vars(cls) and super().is_supported_type(value)

    @classmethod
    def recipe(cls) -> Recipe:
        """How the table's columns come about."""
        return cls.__domain__.recipes[cls.__table__]

    @classmethod
    def _state(cls) -> State:
        """What the domain's objects depend on now."""
        return current(cls.__domain__)

    @classmethod
    def _declared(cls) -> dict[str, Any]:
        """What a subclass states of fields: values, callables, Polyfactory's `Use`, `PostGenerated` and the like."""
        return {
            name: getattr(cls, name)
            for name in cls.__model__.model_fields
            if hasattr(cls, name) and not hasattr(SeededFactory, name)
        }

    @classmethod
    def _seed_polyfactory(cls, stream: str, row: int) -> None:
        """Let what only Polyfactory can fill follow from seed and row."""
        noise = TableNoise(cls._state().seed_of(cls), cls.__table__)
        seed = int(noise.bits(stream, np.array([row]))[0])
        cls.__random__.seed(seed)
        cls.__faker__.seed_instance(seed)

    @classmethod
    def _declared_value(cls, name: str, value: Any, row: int) -> Any:
        """What a field that the class states is in a row."""
        cls._seed_polyfactory(f"polyfactory {name}", row)
        return cls._handle_factory_field(value, {"seen_models": set()})

    @classmethod
    def _completed(cls, record: dict[str, Any], hidden: Sequence[str], row: int) -> dict[str, Any]:
        """The record with what only Polyfactory can fill."""
        cls._seed_polyfactory("polyfactory", row)
        stated = {name: value for name, value in record.items() if name not in hidden}
        return cls.process_kwargs(**stated)

    @classmethod
    def get_provider_map(cls) -> dict[Any, Any]:
        """Polyfactory's providers, but that days and moments lie in the year before the last day of the data."""

        def day() -> datetime.date:
            return cls._state().last_day(cls) - datetime.timedelta(days=cls.__random__.randrange(365))

        def time() -> datetime.time:
            return datetime.time(cls.__random__.randrange(24), cls.__random__.randrange(60), tzinfo=datetime.UTC)

        own: dict[Any, Any] = {
            datetime.date: day,
            datetime.time: time,
            datetime.datetime: lambda: datetime.datetime.combine(day(), time()),
        }
        return super().get_provider_map() | own


def require_compatible(own: type[BaseModel], other: Any) -> None:
    """Raise TypeError where `other` is no Pydantic class or lacks a field of `own`, nested ones too."""
    if not (isinstance(other, type) and issubclass(other, BaseModel)):
        raise TypeError(f"{other!r:.80} is no Pydantic class")
    lacks = list(_lacks(tree(own).children, other, ""))
    if lacks:
        raise TypeError(f"{other.__module__}.{other.__qualname__} cannot hold a {own.__name__}: " + "; ".join(lacks))


def _lacks(nodes: tuple[Node, ...], other: type[BaseModel], prefix: str) -> Iterator[str]:
    if other.model_config.get("extra") == "allow":
        return
    for node in nodes:
        field = other.model_fields.get(node.name)
        if field is None:
            yield f"{prefix}{node.name}: {other.__name__} has no such field"
        elif node.kind == "record" and (below := _model_in(field.annotation)):
            yield from _lacks(node.children, below, f"{prefix}{node.name}.")


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The Pydantic class of a field that holds one, or one or nothing."""
    for kind in (annotation, *get_args(annotation)):
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return kind
    return None
