"""Which keys exist: what children pick their foreign keys from, and what foreign keys are checked against."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from demo_data.common.errors import nearest
from demo_data.domain import Domain, default_domain
from demo_data.schema.tree import tree

Key = Any
"""A text, or a tuple where the key is composite."""


class FKRegistry:
    """Registered keys by entity type (a table's name), in order of registration, with their records where known.

    Entity types are the tables of a domain, and those of others that may lie beside them. The Polyfactory classes
    pick foreign keys from the current registry; see `get_fk_registry`.
    """

    def __init__(self, domain: Domain | None = None) -> None:
        self.domain = domain or default_domain()
        self.notes: defaultdict[str, dict[Key, Any]] = defaultdict(dict)
        """What classes have noted of registered objects, by table and key."""
        self._known: dict[str, dict[Key, BaseModel | None]] = {}
        self._versions: dict[str, int] = {}

    def register(self, entity_type: str, ids: Iterable[Key | BaseModel]) -> None:
        """Add keys or records (model instances, or dictionaries as in JSON), whose fields children can then follow.

        What is known already stays known; register a record again after changing it by hand. Raises ValueError for an
        unknown entity type and for a dictionary that is no record of it (Pydantic's), TypeError for anything else;
        then nothing is added.
        """
        fields = self._key_fields(entity_type)
        if isinstance(ids, str | BaseModel | Mapping) or not isinstance(ids, Iterable):
            raise TypeError(f"{entity_type}: register a list of ids or records, not {ids!r:.80}")
        ordered = sorted(ids, key=str) if isinstance(ids, set | frozenset) else ids  # a set's own order is no order
        added = [self._entry(entity_type, fields, given) for given in ordered]
        known = self._known.setdefault(entity_type, {})
        for key, record in added:
            known[key] = record or known.get(key)
        self._versions[entity_type] = self.version(entity_type) + 1

    def get_valid_ids(self, entity_type: str) -> set[Key]:
        """The registered keys; empty for a type of which nothing is registered."""
        return set(self._known.get(entity_type, ()))

    def validate_fk(self, entity_type: str, fk_value: Key) -> bool:
        """Whether `fk_value` is a registered key."""
        try:
            return fk_value in self._known.get(entity_type, ())
        except TypeError:  # what cannot be hashed is no key
            return False

    def ids(self, entity_type: str) -> list[Key]:
        """The registered keys in order of registration."""
        return list(self._known.get(entity_type, ()))

    def record(self, entity_type: str, key: Key) -> BaseModel | None:
        """The record registered under a key; None where only the key is known, or nothing."""
        return self._known.get(entity_type, {}).get(key)

    def version(self, entity_type: str) -> int:
        """Grows with every registration of that type."""
        return self._versions.get(entity_type, 0)

    def __repr__(self) -> str:
        counts = ", ".join(f"{len(known)} {entity_type}" for entity_type, known in self._known.items())
        return f"<FKRegistry: {counts or 'empty'}>"

    def _key_fields(self, entity_type: str) -> tuple[str, ...]:
        known = [*self.domain.tables, *self.domain.external_tables]
        if entity_type not in known:
            raise ValueError(f"{entity_type!r} is no entity type; {nearest(str(entity_type), known)}")
        return self.domain.key_fields(entity_type)

    def _entry(self, entity_type: str, fields: tuple[str, ...], given: Any) -> tuple[Key, BaseModel | None]:
        models = self.domain.models
        if isinstance(given, Mapping) and entity_type in models:
            given = models[entity_type].model_validate(given)
        if not isinstance(given, BaseModel):
            return self._checked(entity_type, fields, given, given), None
        for table, kind in models.items():
            if isinstance(given, kind) and table != entity_type:
                raise TypeError(f"{entity_type}: {type(given).__name__} is a record of {table}")
        key = tuple(getattr(given, field, None) for field in fields)
        asked = models[entity_type].model_fields if entity_type in models else ()  # by children
        record = given if all(hasattr(given, field) for field in asked) else None
        return self._checked(entity_type, fields, key if len(key) > 1 else key[0], given), record

    def _checked(self, entity_type: str, fields: tuple[str, ...], key: Any, given: Any) -> Key:
        """The key, if its parts are of their fields' types: texts, or dates where a day is part of it."""
        parts, model = key if isinstance(key, tuple) else (key,), self.domain.models.get(entity_type)
        kinds = [node.type for node in tree(model).children if node.name in fields] if model else [str]
        if len(parts) != len(kinds) or not all(map(isinstance, parts, kinds)):
            wanted = "a text" if len(fields) == 1 else f"a tuple ({', '.join(fields)})"
            raise TypeError(f"{entity_type}: an id is {wanted}, not {given!r:.80}")
        return key


@dataclass
class FKValidationError(Exception):
    """One foreign key that leads nowhere. `invalid_value` is None where a required key is missing."""

    source_entity: str
    field_name: str
    invalid_value: Any
    target_entity: str
    record_index: int

    def __post_init__(self) -> None:
        super().__init__(self.source_entity, self.field_name, self.invalid_value, self.target_entity, self.record_index)

    __hash__ = Exception.__hash__

    def __str__(self) -> str:
        where = f"{self.source_entity}[{self.record_index}].{self.field_name}"
        if self.invalid_value is None:
            return f"{where}: the key of {self.target_entity} is missing (None)"
        return f"{where}: {self.invalid_value!r} is not in {self.target_entity}"


def validate_foreign_keys(
    records: Sequence[Mapping[str, Any] | BaseModel],
    source_entity: str,
    fk_mappings: Mapping[str, str],
    registry: FKRegistry,
    optional_fields: Collection[str] | None = None,
    list_fields: Collection[str] | None = None,
) -> list[FKValidationError]:
    """Every foreign key of the records that is not registered, in the registry as it is.

    `fk_mappings` gives the entity type that each field refers to. A dot leads into nested fields
    (`buyer.customer_id`); fields that hold a list of keys end in `[]` (`order_ids[]`) or stand in
    `list_fields`. Those in `optional_fields` may be missing or None. Raises ValueError for an entity type that there
    is not and for an option that names no mapped field, TypeError where `records` is no list.
    """
    if isinstance(records, BaseModel | Mapping | str) or not isinstance(records, Iterable):
        raise TypeError(f"records is a list of records, not {records!r:.80}")
    for target in fk_mappings.values():
        registry._key_fields(target)
    for name, fields in (("optional_fields", optional_fields or ()), ("list_fields", list_fields or ())):
        for field in [fields] if isinstance(fields, str) else fields:
            if isinstance(fields, str) or field not in fk_mappings:
                raise ValueError(f"{name}: {field!r} is not in a list of mapped fields; {nearest(field, fk_mappings)}")
    optional, lists = frozenset(optional_fields or ()), frozenset(list_fields or ())
    return [
        FKValidationError(source_entity, field, wrong, target, index)
        for index, record in enumerate(records)
        for field, target in fk_mappings.items()
        for wrong in _dangling(
            _value(record, field.removesuffix("[]")),
            registry,
            target,
            optional=field in optional,
            in_list=field in lists or field.endswith("[]"),
        )
    ]


def _dangling(value: Any, registry: FKRegistry, target: str, *, optional: bool, in_list: bool) -> Iterator[Any]:
    if value is None:
        if not optional:
            yield None
    elif in_list and isinstance(value, list | tuple | set | frozenset):
        yield from (item for item in value if not registry.validate_fk(target, item))
    elif in_list or not registry.validate_fk(target, value):
        yield value


def _value(record: Any, path: str) -> Any:
    for step in path.split("."):
        record = record.get(step) if isinstance(record, Mapping) else getattr(record, step, None)
    return record
