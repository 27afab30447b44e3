"""Finds the tables of a directory, and accounts for everything else in it: nothing passes because nobody looked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from demo_data.common.files import FileError, require_regular
from demo_data.dataset.layout import JSON_FOLDER, MANIFEST, PLOTS_FOLDER, RECIPE
from demo_data.domain import Domain
from demo_data.validation import names
from demo_data.validation.errors import UsageError, nearest
from demo_data.validation.report import Finding

MAKERS = (RECIPE, MANIFEST)
"""A directory in which one of these lies is a dataset of this program's making; any other is somebody's own data."""

MOST = 100_000
"""Entries that are looked at."""

Verdict = Literal["read", "known", "passed over", "told"]


@dataclass
class Contents:
    """What lies in a directory: per table its Parquet parts or its JSON file, and JSON forms to compare.

    `findings` are on what looks like a table and is not read, under the rules `table-name` and `unread`; `unread`
    are the tables of which something is not read. `entries` has what was made of every file, link and directory, by
    its path; a directory that is not in it is accounted for by what lies in it. `ours`: this program made it.
    """

    ours: bool = False
    parquet: dict[str, Source] = field(default_factory=dict)
    json: dict[str, Source] = field(default_factory=dict)
    external: dict[str, Source] = field(default_factory=dict)
    forms: dict[str, Source] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    entries: dict[str, Verdict] = field(default_factory=dict)

    @property
    def passed(self) -> list[str]:
        """The paths of what is no table and nothing of this program's either."""
        return [path for path, verdict in self.entries.items() if verdict == "passed over"]


@dataclass(frozen=True)
class Source:
    """Where a table lies: `shown` is how messages name it, `files` are its parts in order."""

    shown: str
    files: tuple[Path, ...]
    parquet: bool


def discover(directory: Path, domain: Domain) -> Contents:
    """The tables of `directory` and of its `json/`. Raises UsageError where there are none."""
    if not directory.is_dir():
        raise UsageError(_no_directory(directory))
    found = Contents()
    search = _Search(found, directory, domain)
    try:
        found.ours = any((directory / name).exists() for name in MAKERS)
        search.folder(directory, "", search.in_place)
    except OSError as error:
        raise UsageError(f"{directory}: cannot be read: {error.strerror or error}") from None
    search.settle()
    if not (found.parquet or found.json or found.external):
        hint = "".join(f"; {finding}" for finding in found.findings[:3])
        name = next(iter(domain.models))
        raise UsageError(
            f"{directory}: no tables here (files such as {name}.parquet, {name}.json or json/{name}.json){hint}"
        )
    return found


def irregular(source: Source) -> str | None:
    """Why a table cannot be read as it lies: a pipe or a device would never end, a directory may be empty."""
    if not source.files:
        return "is a directory without any .parquet file of its own; what lies below it is not read"
    for path in source.files:
        part = f"{path.name} " if len(source.files) > 1 else ""
        try:
            require_regular(path)
        except FileError as error:
            return f"{part}{error.reason}"
    return None


Look = Callable[[Path, str], None]


class _Search:
    """One walk over a directory. Each method takes an entry and the path by which messages call it."""

    def __init__(self, found: Contents, directory: Path, domain: Domain) -> None:
        self._found, self._top, self._domain = found, directory.resolve(), domain
        self._all = (*domain.models, *domain.external_tables)
        self._sources: dict[str, list[Source]] = {}
        self._left = MOST

    def folder(self, folder: Path, prefix: str, look: Look) -> None:
        """Look at all that lies in a folder, in order of names. Raises OSError."""
        for path in sorted(folder.iterdir()):
            shown = f"{prefix}{path.name}"
            self._left -= 1
            if self._left < 0:
                if self._left == -1:
                    self._tell(shown, f"is one of more than {MOST:,} entries; what follows was not looked at", None)
            elif names.hidden(path.name):
                if log := names.of_log(path.name):
                    self._tell(shown, f"is the log of {log}, which says what of the table counts, and is not read")
                else:
                    self._found.entries[shown] = "known"
            else:
                look(path, shown)

    def in_place(self, path: Path, shown: str) -> None:
        """An entry where tables are looked for: of the directory itself, or of its `json/`."""
        stem, form = names.split(path.name)
        top = "/" not in shown
        if shown in names.known(self._domain) or (names.about(path.name) and not path.is_dir()):
            self._found.entries[shown] = "known"
        elif top and shown in (JSON_FOLDER, PLOTS_FOLDER) and path.is_dir():
            self._enter(path, shown, self.in_place if shown == JSON_FOLDER else self.out_of_place)
        elif (form in names.JSON_FORMS and stem in self._all) or (form and stem in self._domain.models and top):
            self._source(stem, path, shown, form)
        elif top and path.name in self._domain.models and path.is_dir() and _has_parts(path):
            self._source(path.name, path, shown, names.PARQUET)
        else:
            self._other(path, shown, form)

    def out_of_place(self, path: Path, shown: str) -> None:
        """An entry of a directory in which no tables are looked for."""
        if shown in names.known(self._domain):
            self._found.entries[shown] = "known"
        else:
            self._other(path, shown, "")

    def in_parts(self, path: Path, shown: str) -> None:
        """An entry of a table's directory that is none of its parts."""
        if names.unlikely(path.name, self._domain) and not path.is_dir():
            self._found.entries[shown] = "passed over"
        else:
            self._tell(shown, "is not read: a table's parts are .parquet files that lie right in its directory")

    def _other(self, path: Path, shown: str, form: str) -> None:
        """What is none of the tables that are read: told if it may be one, entered if it is a directory."""
        table = names.meant(path.name, self._domain)
        suspect = table is not None or names.tabular(path.name)
        if path.is_dir() and not path.is_symlink() and not names.tabular(path.name):
            self._enter(path, shown, self.in_parts if suspect else self.out_of_place)
        elif path.is_dir() and path.is_symlink() and self._leads_elsewhere(path):
            self._tell(shown, "is a link to another directory, which is not followed", table)
        elif not suspect:
            self._found.entries[shown] = "passed over"
        elif form:
            self._misnamed(path, shown, form)
        else:
            self._tell(shown, _why_not(path.name, shown), table)

    def _leads_elsewhere(self, link: Path) -> bool:
        """Whether a link leads neither into the directory, whose entries are all looked at, nor to one above it."""
        target = link.resolve()
        return not target.is_relative_to(self._top) and not self._top.is_relative_to(target)

    def _enter(self, path: Path, shown: str, look: Look) -> None:
        try:
            self.folder(path, f"{shown}/", look)
        except OSError as error:
            self._tell(shown, f"cannot be looked into: {error.strerror or error}", None)

    def _source(self, table: str, path: Path, shown: str, form: str) -> None:
        files: tuple[Path, ...] = (path,)
        if form == names.PARQUET and path.is_dir():
            files = tuple(part for part in sorted(path.glob("*.parquet")) if not names.hidden(part.name))
            parts = {part.name for part in files}
            if files:
                self._enter(path, shown, lambda each, name: None if each.name in parts else self.in_parts(each, name))
        self._sources.setdefault(table, []).append(Source(shown, files, form == names.PARQUET))

    def settle(self) -> None:
        """Of each table's places take one: Parquet before JSON, the directory itself before `json/`."""
        found = self._found
        for table, sources in self._sources.items():
            first, *others = sorted(sources, key=lambda each: (not each.parquet, "/" in each.shown, each.shown))
            own = found.parquet if first.parquet else found.json
            (own if table in self._domain.models else found.external)[table] = first
            self._read(first)
            for each in others:
                if found.ours and first.parquet and each.shown == f"json/{table}.json":
                    found.forms[table] = each
                    self._read(each)
                else:
                    self._tell(each.shown, f"is not read: {table} lies here as {first.shown} already", table)

    def _read(self, source: Source) -> None:
        own = len(source.files) == 1 and source.shown.endswith(source.files[0].name)
        for path in [source.shown] if own or not source.files else [f"{source.shown}/{p.name}" for p in source.files]:
            self._found.entries[path] = "read"

    def _misnamed(self, path: Path, shown: str, form: str) -> None:
        stem = path.name.removesuffix(form)
        if stem in self._all:
            where = "in json/ as JSON" if stem in self._domain.models else "as JSON"
            self._tell(shown, f"is not read: {stem} is read {where} only", stem)
        else:
            message = f"{stem!r} is not a table's name{nearest(stem, self._all)}"
            self._add("table-name", shown, message, None, stem)

    def _tell(self, shown: str, message: str, table: str | None = "") -> None:
        meant = names.meant(shown.partition("/")[0], self._domain) if table == "" else table
        self._add("unread", shown, message, meant, None)

    def _add(self, rule: str, shown: str, message: str, table: str | None, value: str | None) -> None:
        self._found.entries[shown] = "told"
        self._found.findings.append(Finding(shown, table, None, None, None, rule, value, message))
        if table:
            self._found.unread.add(table)


def _has_parts(folder: Path) -> bool:
    return any(not names.hidden(path.name) for path in folder.glob("*.parquet"))


def _why_not(name: str, shown: str) -> str:
    """Why a file that may be a table is not read."""
    stem, form = names.split(name.casefold())
    if form and "/" not in shown.removeprefix("json/"):
        return f"is not read: names are in lower case, as {stem}{form}"
    if form:
        return "is not read: tables are looked for in the directory itself, and their JSON forms in json/, too"
    return f"is in a form that is not read; tables are read from {names.PARQUET}, {', '.join(names.JSON_FORMS)}"


def _no_directory(path: Path) -> str:
    try:
        path.stat()
    except FileNotFoundError:
        pass
    except (OSError, ValueError) as error:
        return f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}"
    else:
        return f"{path} is not a directory; a dataset is a directory of <table>.parquet or <table>.json files"
    beside = [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else []
    return f"{path}: no such directory{nearest(path.name, beside)}"
