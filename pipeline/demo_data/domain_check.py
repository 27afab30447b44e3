"""What the author of a domain is told: every mistake in its modules in one pass, each with its file and its name.

A check is a function that gives messages. That of tables is here; the rooms that read recipes, rules and planters
have their own, beside what they read: `recipes.check`, `validation.check`, `faults.check`.
"""

from __future__ import annotations

import builtins
import re
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from functools import cache, partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

from demo_data.common.errors import UsageError, nearest
from demo_data.common.imports import kind_and_message

if TYPE_CHECKING:
    from demo_data.domain import Domain
    from demo_data.schema.record import Entity

T = TypeVar("T")
Check = Callable[["Domain"], Iterable[str]]

_REMOTE_FRAME = re.compile(r'^  File "([^"]+)", line (\d+), in (\S+)', re.MULTILINE)
_POLARS_HINT = re.compile(r'^Did you mean "(.+)"\?$', re.MULTILINE)


@cache
def require(domain: Domain, *checks: Check) -> None:
    """Raise `UsageError` with all that the checks say; what passed is not checked again."""
    messages = list(dict.fromkeys(message for check in checks for message in check(domain)))
    if messages:
        raise UsageError(messages)


def file_of(domain: Domain, module: str) -> str:
    """Where a module below the domain's package lies or should lie, as `shop/orders/model.py`."""
    path = domain.folder / (module or "__init__").replace(".", "/")
    return _typed(domain, path / "__init__.py" if path.is_dir() else path.with_suffix(".py"))


def _typed(domain: Domain, path: Path) -> str:
    """A path as a person would type it from here; one that does not lie below, from where the package lies."""
    for folder in (Path.cwd(), domain.folder.parents[domain.package.count(".")]):
        if path.is_relative_to(folder):
            return path.relative_to(folder).as_posix()
    return str(path)


def place_of(domain: Domain, function: object) -> str:
    """Where a function of the domain's is stated, as `shop/orders/rules.py:12, order_total`; of an object, the file."""
    while isinstance(function, partial):
        function = function.func
    for each in (getattr(function, "__wrapped__", None), function):
        if code := getattr(each, "__code__", None):
            return _place(domain, code.co_filename, code.co_firstlineno, code.co_name)
    module = getattr(function, "__module__", None) or type(function).__module__
    return _typed(domain, Path(getattr(sys.modules.get(module), "__file__", None) or module))


def place_of_error(domain: Domain, error: BaseException) -> str:
    """The innermost place in the domain's package that an exception passed, in a worker too; empty where in none."""
    if isinstance(error, SyntaxError) and error.filename:
        return _place(domain, error.filename, error.lineno or 0)
    frames = [(each.filename, each.lineno or 0, each.name) for each in traceback.extract_tb(error.__traceback__)]
    remote = str(error.__cause__) if type(error.__cause__).__name__ == "_RemoteTraceback" else ""
    frames += [(file, int(line), name) for file, line, name in _REMOTE_FRAME.findall(remote)]
    places = [_place(domain, *frame) for frame in frames if Path(frame[0]).is_relative_to(domain.folder)]
    return places[-1] if places else ""


def _place(domain: Domain, file: str, line: int, name: str = "<module>") -> str:
    text = _typed(domain, Path(file))
    return f"{text}:{line}" if name == "<module>" else f"{text}:{line}, {name}"


def as_text(error: BaseException) -> str:
    """An exception as a person reads it, with the name that was meant where one is close."""
    return f"{kind_and_message(error)}{_meant(error)}"


def _meant(error: BaseException) -> str:
    known: Iterable[str] = ()
    name: Any = getattr(error, "name", None)
    if isinstance(error, NameError):
        frames = list(traceback.walk_tb(error.__traceback__))
        known = {*vars(builtins), *(name for frame, _ in frames[-1:] for name in (*frame.f_globals, *frame.f_locals))}
    elif isinstance(error, AttributeError):
        known = dir(error.obj)
    elif hint := _POLARS_HINT.search(str(error)):
        return f"; did you mean {hint[1]!r}?"
    elif isinstance(error, ImportError) and (wanted := getattr(error, "name_from", None)):
        name, known = wanted, dir(sys.modules.get(error.name or "", None))
    close = get_close_matches(name, set(known), n=1) if isinstance(name, str) else []
    return f"; did you mean {close[0]!r}?" if close and close[0] != name else ""


def modules_of(domain: Domain, kind: str, faults: list[str]) -> Iterator[tuple[str | None, ModuleType]]:
    """The modules of a kind that can be imported, each with its table; what hinders the others is added to `faults`."""
    for table, name in ((None, kind), *((table, f"{folder}.{kind}") for table, folder in domain.tables.items())):
        try:
            modules = domain.modules(name)
        except (Exception, SystemExit) as error:  # noqa: BLE001 (the author's module may raise anything)
            faults.append(f"{place_of_error(domain, error) or file_of(domain, name)}: {as_text(error)}")
        else:
            yield from ((table, module) for module in modules)


def values_of(module: ModuleType, kind: type[T]) -> list[T]:
    """What a module has of a type."""
    return [value for value in vars(module).values() if isinstance(value, kind)]


def table_faults(domain: Domain) -> list[str]:
    """What is wrong with the domain's own statement, its tables' folders and classes."""
    return [*_statement_faults(domain), *entities(domain)[1]]


def _statement_faults(domain: Domain) -> Iterator[str]:
    file, tables = file_of(domain, ""), domain.tables
    for table, fields in domain.external_tables.items():
        if table in tables:
            yield f"{file}: external_tables: {table!r} is one of the domain's own tables"
        elif not fields:
            yield f"{file}: external_tables: {table}: name its key first"


def profile_faults(domain: Domain) -> Iterator[str]:
    """That the profile which counts where none is named is not there."""
    file = file_of(domain, "")
    profiles = [path.stem for path in (domain.folder / "profiles").glob("*.yaml")]
    if domain.default_profile not in profiles:
        hint = nearest(domain.default_profile, profiles) if profiles else "there are none"
        yield f"{file}: default_profile: {domain.default_profile!r} is none of those in profiles/; {hint}"


@cache
def entities(domain: Domain) -> tuple[dict[str, type[Entity]], tuple[str, ...]]:
    """The class of each table whose class is sound, and what is wrong with the others."""
    faults = list(_folders(domain))
    folders = len(faults)
    modules: dict[str | None, list[ModuleType]] = {}
    for name, module in modules_of(domain, "model", faults):
        modules.setdefault(name, []).append(module)
    all_read = len(faults) == folders
    classes: dict[str, type[Entity]] = {}
    for table, folder in domain.tables.items():
        file = file_of(domain, f"{folder}.model")
        if table in modules:
            kind, fault = _entity(table, modules[table])
            faults += [f"{file}: {fault}"] if fault else []
            classes |= {table: kind} if kind else {}
        elif _folder(domain, table).is_dir() and not (_folder(domain, table) / "model.py").is_file():
            faults.append(f"{file}: is not there: the class of the table {table!r} is stated in it")
    if all_read and len(classes) == len(domain.tables):
        for table, kind in classes.items():
            file = file_of(domain, f"{domain.tables[table]}.model")
            faults += [f"{file}: {fault}" for fault in _keys(domain, kind, classes)]
    return classes, tuple(faults)


def _folder(domain: Domain, table: str) -> Path:
    return domain.folder / domain.tables[table].replace(".", "/")


def _folders(domain: Domain) -> Iterator[str]:
    """Tables without a folder, and folders without a table."""
    file = file_of(domain, "")
    used = {folder.partition(".")[0] for folder in domain.tables.values()}
    free = sorted({path.parent.name for path in domain.folder.glob("*/model.py")} - used)
    for table, folder in domain.tables.items():
        if not _folder(domain, table).is_dir():
            close = get_close_matches(folder, free, n=1, cutoff=0.5)
            free = [name for name in free if name not in close]
            hint = f"did you mean {close[0]!r}?" if close else f"make {file_of(domain, f'{folder}.model')}"
            yield f"{file}: tables: {table!r} lies in no folder {folder!r}; {hint}"
    for folder in free:
        yield f"{file}: tables: {folder}/ has a model.py, and no table of the list lies in it"


def _entity(table: str, modules: Sequence[ModuleType]) -> tuple[type[Entity] | None, str | None]:
    """A table's class, if it is there and its columns can be told; and what is wrong with it."""
    from demo_data.schema.arrow import arrow_schema
    from demo_data.schema.record import Entity
    from demo_data.schema.tree import primary_key

    kinds = [kind for module in modules for kind in values_of(module, type) if issubclass(kind, Entity)]
    kind = next((kind for kind in kinds if vars(kind).get("table") == table), None)
    if kind is None:
        names = {module.__name__ for module in modules}
        return None, _no_class(table, [kind for kind in kinds if kind.__module__ in names])
    try:
        if not kind.__pydantic_fields_complete__:
            kind.model_rebuild()
        arrow_schema(kind)
    except Exception as error:  # noqa: BLE001 (annotations are evaluated here)
        return None, f"{kind.__name__}: {as_text(error)}"
    if not primary_key(kind):
        return kind, f"{kind.__name__} has no primary key: mark a field, like id: Annotated[str, PrimaryKey()]"
    return kind, _event_time(kind)


def _event_time(kind: type[Entity]) -> str | None:
    """What is wrong with the field that tells when the events of a table happened."""
    from demo_data.schema.marks import EventTime
    from demo_data.schema.tree import tree

    marked = [node for node in tree(kind).walk() if node.mark(EventTime)]
    if len(marked) > 1:
        return f"{kind.__name__}: EventTime() marks {' and '.join(node.path for node in marked)}: an event happens once"
    for node in marked:
        where = f"{kind.__name__}.{node.path}"
        if node.type not in (date, datetime) or node.path.endswith("[]"):
            return f"{where}: EventTime() marks a day or a moment in UTC, like Annotated[Day, EventTime()]"
        if node.optional:
            return f"{where}: EventTime() marks what every event has: it cannot be None"
    return None


def _no_class(table: str, kinds: list[type[Entity]]) -> str:
    line = f"table: ClassVar[str] = {table!r}"
    if not kinds:
        return f"has no Entity whose `table` is {table!r}: derive a class from it, with {line}"
    kind = next((kind for kind in kinds if "table" not in vars(kind)), kinds[0])
    if "table" in kind.model_fields:
        return f"{kind.__name__}.table is a field of the records: write {line}"
    if "table" not in vars(kind):
        return f"{kind.__name__} does not say which table it is of: write {line}"
    return f"{kind.__name__}.table is {kind.table!r}, and the domain's list has the table {table!r}"


def _keys(domain: Domain, kind: type[Entity], classes: dict[str, type[Entity]]) -> Iterator[str]:
    """Foreign keys that name no table or field."""
    from demo_data.schema.tree import references

    tables = [*domain.tables, *domain.external_tables]
    for reference in references(kind):
        target = reference.key.table
        where = f"{kind.__name__}.{reference.path}: ForeignKey({reference.key.target!r})"
        if target not in tables:
            yield f"{where}: no table is called {target!r}; {nearest(target, tables)}"
        elif (field := reference.key.field) is not None and field not in (fields := _fields(domain, classes, target)):
            yield f"{where}: {target} has no field {field!r}; {nearest(field, fields)}"
        elif target in domain.external_tables and not reference.key.if_present:
            yield f"{where}: {target} lies beside the dataset, if at all: say if_present=True"


def _fields(domain: Domain, classes: dict[str, type[Entity]], table: str) -> Sequence[str]:
    """The fields of a table that is named."""
    return domain.external_tables[table] if table in domain.external_tables else list(classes[table].model_fields)
