"""What all Polyfactory classes share: records made of the cells of a table, then Pydantic.

The order is: the caller's overrides and the class's own attributes, then the recipe's columns around them, then
Polyfactory for fields that no recipe states, then the model's validation.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from threading import RLock
from typing import Any, TypeVar

from polyfactory.fields import Ignore, PostGenerated, Require
from pydantic import BaseModel, TypeAdapter

from demo_data.common.errors import ByTable, nearest
from demo_data.domain import Domain
from demo_data.engine.world import Block
from demo_data.objects.call import Call, Maker, Prefetched
from demo_data.objects.columns import records
from demo_data.objects.extra_fields import SeededFactory, T, require_compatible
from demo_data.objects.overrides import choices, inside, is_constant, laid_over, repeated
from demo_data.objects.parents import ancestors, placed
from demo_data.objects.state import checked_seed, whole
from demo_data.schema.tree import references

M = TypeVar("M", bound=BaseModel)
V = TypeVar("V")

_LOCK = RLock()
"""One thread at a time counts rows."""


class EntityFactory(SeededFactory[T]):
    """Base of the Polyfactory classes whose objects are rows of a table."""

    __is_base_factory__ = True

    # What is asked for

    @classmethod
    def build(cls, factory_use_construct: bool = False, **kwargs: Any) -> T:
        """One object. Keyword arguments override fields, nested ones too (`address={"street": ...}`), and what depends
        on them follows.

        Raises TypeError for a name that is no field, ValueError where a foreign key can be picked from nothing, and
        Pydantic's ValidationError for an override that breaks the model.
        """
        kwargs.pop("_build_context", None)
        if not isinstance(factory_use_construct, bool):
            raise TypeError(f"{cls.__name__}: state fields by keyword, not as {factory_use_construct!r:.80}")
        cls._check_names(kwargs)
        declared = cls._declared()
        if declared or factory_use_construct or not all(is_constant(value) for value in kwargs.values()):
            return cls._objects(1, repeated(kwargs, 1), construct=factory_use_construct, single=True)[0]
        with _LOCK:
            record, counted = cls._next(kwargs)
            made: T = cls.__model__.model_validate(record, by_name=True)
            cls._count(1, counted)
        return made

    @classmethod
    def batch(cls, size: int, **kwargs: Any) -> list[T]:
        """`size` objects at once, spread over their parents; see `build`. The first batch under a profile's settings is
        the dataset's table.
        """
        kwargs.pop("_build_context", None)
        cls._check_names(kwargs)
        size = whole(f"{cls.__name__}: a size", size, 0)
        construct = bool(kwargs.pop("factory_use_construct", False))
        return cls._objects(size, repeated(kwargs, size), construct=construct) if size else []

    @classmethod
    def build_and_register(cls, **kwargs: Any) -> T:
        """One object, which children can refer to from now on."""
        made = cls.build(**kwargs)
        cls._register([made])
        return made

    @classmethod
    def build_batch_and_register(cls, size: int, **kwargs: Any) -> list[T]:
        """`size` objects, which children can refer to from now on. Nothing is registered when it fails."""
        made = cls.batch(size, **kwargs)
        cls._register(made)
        return made

    @classmethod
    def coverage(cls, factory_use_construct: bool = False, **kwargs: Any) -> Iterator[T]:
        """Objects that show, between them, every word of each field that has a choice, true and false, and null."""
        cls._check_names(kwargs)
        taken = {*kwargs, *cls._declared()}
        free = [stated for stated in choices(cls.recipe()) if not any(taken & fields.keys() for fields in stated)]
        for turn in range(max([1, *map(len, free)])):
            given: dict[str, Any] = dict(kwargs)
            for stated in free:
                given = laid_over(given, stated[turn % len(stated)])
            yield cls.build(factory_use_construct, **given)

    @classmethod
    def set_seed(cls, seed: int) -> None:
        """Give this class a seed of its own, and let its table's numbering start again."""
        cls._state().seeds[cls] = checked_seed(seed)
        cls.reset_counter()

    @classmethod
    def seed_random(cls, seed: int) -> None:
        """Polyfactory's own way to `set_seed`. It also calls this itself, for a class that states `__random_seed__`."""
        super().seed_random(seed)
        if "_defined" in cls.__dict__:
            cls.set_seed(seed)

    @classmethod
    def reset_counter(cls) -> None:
        """Let the table's rows, and with them the ids, start again."""
        cls._state().start_again(cls.__table__)

    @classmethod
    def for_model(cls, model: type[M]) -> type[EntityFactory[M]]:
        """A class like this one that makes objects of a class of your own with the same fields.

        Raises TypeError that names every field which that class lacks. What it rejects, it tells itself, by field and
        rule, when an object is built.
        """
        require_compatible(cls.recipe().model, model)
        made: type[EntityFactory[M]] = type(f"{model.__name__}Factory", (cls,), {"__model__": model})
        return made

    # What the tables' classes say

    @classmethod
    def _block(cls, call: Call, settings: dict[str, Any]) -> Block:
        """The rows asked for, with all that the caller gives."""
        return placed(call, settings, cls._kept)

    @classmethod
    def _parents(cls) -> tuple[str, ...]:
        """The entity types in the registry that objects are placed by."""
        return ancestors(cls.__domain__, cls.__table__)

    @classmethod
    def _records(cls, call: Call) -> list[dict[str, Any]]:
        """The rows asked for as records, before overrides are laid over them once more."""
        if call.recipe.reference:
            return call.reference_rows()
        block = (call.maker or cls._block)(call, cls._state().settings(cls))
        return records(block, leaves_out=cls._empty())

    @classmethod
    def _empty(cls) -> Sequence[str]:
        """Fields of deferred references, which start empty."""
        return [key.path for key in references(cls.recipe().model) if key.key.deferred and key.in_list]

    @classmethod
    def _registered(cls, made: Sequence[T]) -> None:
        """Called when objects have been registered."""

    @classmethod
    def _kept(cls, depends: tuple[Any, ...], make: Callable[[], V]) -> V:
        """What the class has worked out, made anew when its parents, the settings or `depends` have changed."""
        kept, depends = cls._state().kept, (*cls._world(), *depends)
        if kept.get(cls, (None,))[0] != depends:
            kept[cls] = (depends, make())
        made: V = kept[cls][1]
        return made

    # How it is done

    @classmethod
    def _world(cls) -> tuple[Any, ...]:
        """What objects depend on besides their row and what the caller states."""
        now = cls._state()
        versions = tuple(now.registry.version(parent) for parent in cls._parents())
        return (now.registry, versions, now.seed_of(cls), now.last_day(cls), now.profile)

    @classmethod
    def _register(cls, made: Sequence[T]) -> None:
        cls._state().registry.register(cls.__table__, made)
        cls._registered(made)

    @classmethod
    def _check_names(cls, kwargs: Mapping[str, Any]) -> None:
        known = dict(cls.__model__.model_fields)
        if cls.__model__.model_config.get("extra") == "allow":
            known |= cls.recipe().model.model_fields
        for name in kwargs:
            if name not in known and name != "factory_use_construct":
                hint = inside(cls.recipe().model, name) or nearest(name, known)
                raise TypeError(f"{cls.__name__}: {name!r} is no field of {cls.__model__.__name__}; {hint}")

    @classmethod
    def _objects(
        cls,
        size: int,
        stated: Mapping[str, Sequence[Any]],
        *,
        construct: bool = False,
        single: bool = False,
        maker: Maker | None = None,
    ) -> list[T]:
        """`stated` are the overrides, a value per object."""
        with _LOCK, _no_collections():
            call, made = cls._made(size, stated, single, maker)
            if construct:
                objects: list[T] = [cls.__model__.model_construct(**record) for record in made]
            elif size == 1:
                objects = [cls.__model__.model_validate(made[0], by_name=True)]
            else:
                objects = _adapter(cls.__model__).validate_python(made, by_name=True)
            cls._count(size, call.counted)
        return objects

    @classmethod
    def _made(
        cls, size: int, stated: Mapping[str, Sequence[Any]], single: bool, maker: Maker | None = None
    ) -> tuple[Call, list[dict[str, Any]]]:
        """Records with everything but the model's own validation."""
        declared = {name: value for name, value in cls._declared().items() if name not in stated}
        for name, value in declared.items():
            if isinstance(value, Require):
                raise TypeError(f"{cls.__name__}: {name} must be given in the call")
        hidden = [name for name, value in declared.items() if isinstance(value, Ignore | PostGenerated)]
        known, first_row = cls.recipe().model.model_fields, cls._state().made[cls.__table__].rows
        columns = dict(stated)
        for name, value in declared.items():
            if name in known and name not in hidden:
                columns[name] = [cls._declared_value(name, value, first_row + turn) for turn in range(size)]
        overrides = {name: values for name, values in columns.items() if name in known}
        call = Call(cls._state(), cls.recipe(), size, overrides, single, maker=maker)
        made = [{name: [] for name in cls._empty()} | record for record in cls._records(call)]
        for name, values in columns.items():
            for record, value in zip(made, values, strict=True):
                record[name] = laid_over(record.get(name), value)
        if declared or not cls.__model__.model_fields.keys() <= known.keys():
            made = [cls._completed(record, hidden, int(row)) for record, row in zip(made, call.rows, strict=True)]
        return call, made

    @classmethod
    def _next(cls, kwargs: dict[str, Any]) -> tuple[dict[str, Any], list[tuple[str, Sequence[str]]]]:
        """The next record and what it counts for, from those prefetched where they still hold."""
        now = cls._state()
        row = now.made[cls.__table__].rows
        depends = (*cls._world(), repr(kwargs))
        ready: Prefetched | None = now.prefetched.get(cls)
        size = ready.lacking(depends, row) if ready else 1
        if size or not ready:
            try:
                call, made = cls._made(size, repeated(kwargs, size), single=True)
            except ValueError:  # what cannot be had in such numbers may be had once
                call, made = cls._made(1, repeated(kwargs, 1), single=True)
            now.prefetched[cls] = ready = Prefetched(depends, made, call.counted, row)
        place = ready.used
        ready.used += 1
        return ready.records[place], [(field, keys[place : place + 1]) for field, keys in ready.counted]

    @classmethod
    def _count(cls, size: int, counted: Sequence[tuple[str, Sequence[str]]]) -> None:
        made = cls._state().made[cls.__table__]
        made.rows += size
        for kind, keys in counted:
            made.below.update((kind, key) for key in keys)


@cache
def factories(domain: Domain) -> dict[str, type[EntityFactory[Any]]]:
    """The class of each table: that of its folder's `objects` module or of the domain's own, else a plain one.

    Raises `KeyError` for another name, with the table that it may mean.
    """
    classes: dict[str, type[EntityFactory[Any]]] = {}
    for table, kind in domain.stated("objects", type):
        if issubclass(kind, EntityFactory) and "__is_base_factory__" not in vars(kind):
            classes |= {kind.__table__: kind} if table in (None, kind.__table__) else {}
    return ByTable({table: classes.get(table) or _plain(domain, table) for table in domain.tables})


def _plain(domain: Domain, table: str) -> type[EntityFactory[Any]]:
    model = domain.models[table]
    return type(f"{model.__name__}Factory", (EntityFactory,), {"__domain__": domain, "__model__": model})


@contextmanager
def _no_collections() -> Iterator[None]:
    """While many objects are made, none of them garbage yet, looking for garbage would take half of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@cache
def _adapter(model: type[T]) -> TypeAdapter[list[T]]:
    return TypeAdapter(list[model])  # type: ignore[valid-type]
