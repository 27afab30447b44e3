"""A Pydantic class as plain facts about its JSON: one reading for both sides of a comparison.

What only running code can tell (validators, serializers) is not read here; sample records show it.
"""

from __future__ import annotations

import collections
import collections.abc
import datetime
import re
import types
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import annotated_types
import pydantic
from pydantic import AliasChoices, BaseModel, RootModel
from pydantic.fields import FieldInfo

from demo_data.common.errors import UsageError, first_line
from demo_data.schema.marks import Shape

UNKNOWN: Any = object()
"""A default that only a call can tell."""


@dataclass(frozen=True)
class Limit:
    """The end of a range; `open`: the end itself does not count in."""

    at: Any
    open: bool = False

    def __str__(self) -> str:
        return f"{self.at} (excluded)" if self.open else str(self.at)


@dataclass(frozen=True)
class Bounds:
    """What a value must keep to beside its type."""

    lower: Limit | None = None
    upper: Limit | None = None
    multiple_of: Any = None
    min_length: Limit | None = None
    max_length: Limit | None = None
    pattern: str | None = None

    def of(self, kind: Any) -> Bounds:
        """The same bounds; those of whole numbers with their ends included, so that > 0 equals >= 1."""
        if kind is not int:
            return self
        lower, upper = self.lower, self.upper
        if lower and lower.open and lower.at == int(lower.at):
            lower = Limit(int(lower.at) + 1)
        if upper and upper.open and upper.at == int(upper.at):
            upper = Limit(int(upper.at) - 1)
        return replace(self, lower=lower, upper=upper)


FREE = Bounds()


@dataclass(frozen=True)
class Value:
    """What a field, a list's item or a dict's value may hold.

    `kind` is `str`, `int`, `float`, `bool`, `datetime`, `date`, `any`, `words` (an enumeration, a Literal, or a pattern
    of alternatives), `list`, `dict`, `model`, `union`, or the name of any other type.
    """

    kind: str
    nullable: bool = False
    bounds: Bounds = FREE
    words: tuple[Any, ...] = ()
    type: Any = None
    """The class of a model, an enumeration or another type; of an open dict of ours, the record that it holds."""
    item: Value | None = None
    key: Value | None = None
    options: tuple[Value, ...] = ()

    def text(self) -> str:
        """The type as people name it."""
        if self.kind == "words":
            name = self.type.__name__ if self.type else "one of " + ", ".join(map(repr, self.words))
        elif self.kind in ("list", "dict"):
            name = f"{self.kind} of {self.item.text()}" if self.item and self.item.kind != "any" else self.kind
        elif self.kind == "union":
            name = " or ".join(option.text() for option in self.options)
        else:
            name = {"model": getattr(self.type, "__name__", ""), "any": "Any"}.get(self.kind, self.kind)
        return f"{name} or null" if self.nullable else name


@dataclass(frozen=True)
class Field:
    """One field: the names that it is read by, in order, the name that it is written by (none: never), its values."""

    name: str
    reads: tuple[str, ...]
    writes: str | None
    value: Value
    required: bool
    default: Any = UNKNOWN


@dataclass(frozen=True)
class Description:
    """A class: its fields by their name in Python, the names that it computes, what becomes of unknown fields."""

    fields: dict[str, Field]
    computed: frozenset[str]
    extra: str


@cache
def describe(model: type[BaseModel]) -> Description:
    """The facts of a class. Raises `UsageError` where Pydantic cannot complete it."""
    try:
        model.model_rebuild()
    except Exception as error:  # noqa: BLE001 (whatever the evaluation of the user's annotations raises)
        name = f"{model.__module__}.{model.__qualname__}"
        raise UsageError(f"{name} cannot be completed: {type(error).__name__}: {first_line(error)}") from None
    config = model.model_config
    return Description(
        fields={name: _field(name, info, config) for name, info in model.model_fields.items()},
        computed=frozenset(info.alias or name for name, info in model.model_computed_fields.items()),
        extra=config.get("extra") or "ignore",
    )


def _field(name: str, info: FieldInfo, config: pydantic.ConfigDict) -> Field:
    by_name = config.get("validate_by_name") or config.get("populate_by_name")
    names = list(_aliases(info.validation_alias or info.alias)) if config.get("validate_by_alias", True) else []
    if by_name or not (info.validation_alias or info.alias) or not config.get("validate_by_alias", True):
        names.append(name)
    return Field(
        name=name,
        reads=tuple(names),
        writes=None if info.exclude else info.serialization_alias or info.alias or name,
        value=read(info.annotation, tuple(info.metadata)),
        required=info.is_required(),
        default=_default(info),
    )


def _aliases(alias: Any) -> Iterator[str]:
    """The plain names among a field's aliases; paths into other fields have none."""
    for choice in alias.choices if isinstance(alias, AliasChoices) else [alias]:
        if isinstance(choice, str):
            yield choice


def _default(info: FieldInfo) -> Any:
    """A default as JSON shows it, where that is known without a call of the user's code."""
    if info.default_factory in (list, dict):
        return [] if info.default_factory is list else {}
    if info.default_factory is not None or info.is_required() or isinstance(info.default, BaseModel):
        return UNKNOWN
    return info.default.value if isinstance(info.default, Enum) else info.default


_KINDS: dict[Any, str] = {
    str: "str",
    int: "int",
    float: "float",
    bool: "bool",
    datetime.datetime: "datetime",
    pydantic.AwareDatetime: "datetime",  # ours always say their zone
    pydantic.PastDatetime: "datetime",
    datetime.date: "date",
    pydantic.PastDate: "date",
    Any: "any",
    object: "any",
}
_LISTS = (list, collections.abc.Sequence, collections.abc.MutableSequence, collections.abc.Iterable, collections.deque)
_DICTS = (dict, collections.abc.Mapping, collections.abc.MutableMapping, collections.defaultdict)
_SETS = (set, frozenset, collections.abc.Set)


def read(annotation: Any, marks: tuple[Any, ...] = ()) -> Value:
    """The values that an annotation admits; `marks` are the metadata around it."""
    try:
        return _read(annotation, marks)
    except RecursionError:  # an alias that contains itself
        return Value("any")


def _read(annotation: Any, marks: tuple[Any, ...]) -> Value:
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _read(args[0], (*marks, *args[1:]))
    if annotation is pydantic.JsonValue:
        return Value("any")
    if hasattr(origin, "__value__"):  # type X[T] = ..., with its arguments
        return _read(origin.__value__[args], marks)
    alias = getattr(annotation, "__value__", None) or getattr(annotation, "__supertype__", None)
    if alias is not None:  # type X = ..., or a NewType
        return _read(alias, marks)
    if origin in (Union, types.UnionType):
        return _union(args, marks)
    if origin is Literal:
        return Value("words", nullable=None in args, words=tuple(_plain(arg) for arg in args if arg is not None))
    return _container(origin or annotation, args, marks) or _single(annotation, marks)


def _union(args: tuple[Any, ...], marks: tuple[Any, ...]) -> Value:
    options = [_read(arg, marks) for arg in args if arg is not type(None)]
    nullable = type(None) in args or any(option.nullable for option in options)
    if len(options) == 1:
        return replace(options[0], nullable=nullable)
    if all(option.kind == "words" for option in options):
        return Value("words", nullable=nullable, words=tuple(word for option in options for word in option.words))
    return Value("union", nullable=nullable, options=tuple(options))


def _container(origin: Any, args: tuple[Any, ...], marks: tuple[Any, ...]) -> Value | None:
    if origin is tuple and args:
        if any(arg not in (args[0], Ellipsis) for arg in args):
            return None
        fixed = Limit(len(args))
        limits = bounds(marks) if Ellipsis in args else Bounds(min_length=fixed, max_length=fixed)
        return Value("list", bounds=limits, item=_read(args[0], ()))
    if origin in _LISTS or origin in _SETS:
        kind = "set" if origin in _SETS else "list"
        return Value(kind, bounds=bounds(marks), item=_read(args[0], ()) if args else Value("any"))
    if origin in _DICTS:
        key, item = (_read(arg, ()) for arg in args or (str, Any))
        shape = next((mark.record for mark in marks if isinstance(mark, Shape)), None)
        return Value("dict", bounds=bounds(marks), key=key, item=item, type=shape)
    return None


def _single(annotation: Any, marks: tuple[Any, ...]) -> Value:
    if annotation in _KINDS:
        limits = bounds(marks)
        words = alternatives(limits.pattern) if annotation is str else ()
        return Value("words", words=words) if words else Value(_KINDS[annotation], bounds=limits.of(annotation))
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return Value("words", words=tuple(member.value for member in annotation), type=annotation)
    if isinstance(annotation, type) and issubclass(annotation, RootModel):
        root = annotation.model_fields["root"]
        return _read(root.annotation, (*root.metadata, *marks))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return Value("model", type=annotation)
    name = getattr(annotation, "__name__", None) or str(annotation)
    return Value(name, bounds=bounds(marks), type=annotation)


def _plain(word: Any) -> Any:
    return word.value if isinstance(word, Enum) else word


def bounds(marks: tuple[Any, ...]) -> Bounds:
    """The bounds among a field's metadata; where several are stated, the tightest counts."""
    stated: dict[str, list[Any]] = {}
    for mark in _constraints(marks):
        for name in ("gt", "ge", "lt", "le", "multiple_of", "min_length", "max_length", "pattern"):
            value = getattr(mark, name, None)
            if value is not None:
                stated.setdefault(name, []).append(value)

    def limits(closed: str, excluded: str = "") -> list[Limit]:
        return [*map(Limit, stated.get(closed, ())), *(Limit(at, open=True) for at in stated.get(excluded, ()))]

    pattern = stated.get("pattern", [None])[-1]
    return Bounds(
        lower=max(limits("ge", "gt"), key=lambda limit: (limit.at, limit.open), default=None),
        upper=min(limits("le", "lt"), key=lambda limit: (limit.at, not limit.open), default=None),
        multiple_of=stated.get("multiple_of", [None])[-1],
        min_length=max((limit for limit in limits("min_length") if limit.at), key=lambda limit: limit.at, default=None),
        max_length=min(limits("max_length"), key=lambda limit: limit.at, default=None),
        pattern=pattern.pattern if isinstance(pattern, re.Pattern) else pattern,
    )


def _constraints(marks: tuple[Any, ...]) -> Iterator[Any]:
    for mark in marks:
        if isinstance(mark, FieldInfo):
            yield from _constraints(tuple(mark.metadata))
        elif isinstance(mark, annotated_types.BaseMetadata | annotated_types.GroupedMetadata):
            yield mark


def alternatives(pattern: str | None) -> tuple[str, ...]:
    """The words of a pattern that is nothing but a choice of words, `^(a|b)$`; else none."""
    choice = re.fullmatch(r"\^\((?:\?:)?([\w -]+(?:\|[\w -]+)*)\)\$", pattern or "")
    return tuple(choice[1].split("|")) if choice else ()
