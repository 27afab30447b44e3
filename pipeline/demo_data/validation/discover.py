"""Finds the tables of a directory, and accounts for everything else in it: nothing passes because nobody looked."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from demo_data.common.errors import UsageError, closest
from demo_data.common.files import FileError, require_regular
from demo_data.dataset.layout import JSON_FOLDER, MANIFEST, PLOTS_FOLDER, RECIPE
from demo_data.domain import Domain
from demo_data.validation import names
from demo_data.validation.errors import Unreadable
from demo_data.validation.report import Finding

MOST = 100_000
"""Entries that are looked at."""


@dataclass
class Contents:
    """What lies in a directory: per table its Parquet parts or its JSON file, and JSON forms to compare.

    `findings` are on what looks like a table and is not read, under the rules `table-name` and `unread`; `unread`
    are the tables of which something is not read. `passed` are the paths of what is no table and nothing of this
    program's either. `ours`: this program made the directory, for a recipe or a manifest lies in it.
    """

    ours: bool = False
    parquet: dict[str, Source] = field(default_factory=dict)
    json: dict[str, Source] = field(default_factory=dict)
    external: dict[str, Source] = field(default_factory=dict)
    forms: dict[str, Source] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    passed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Source:
    """Where a table lies: `shown` is how messages name it, `files` are its parts in order."""

    shown: str
    files: tuple[Path, ...]
    parquet: bool

    def require_files(self) -> None:
        """Raises Unreadable where they are none: a pipe or a device would never end, a directory may be empty."""
        if not self.files:
            raise Unreadable("is a directory without any .parquet file of its own; what lies below it is not read")
        for path in self.files:
            try:
                require_regular(path)
            except FileError as error:
                raise Unreadable(f"{path.name} " * (len(self.files) > 1) + error.reason) from None


def discover(directory: Path, domain: Domain) -> Contents:
    """The tables of `directory` and of its `json/`. Raises UsageError where there are none."""
    if not directory.is_dir():
        raise UsageError(_no_directory(directory))
    contents = Contents()
    search = _Search(contents, directory, domain)
    try:
        contents.ours = any((directory / name).exists() for name in (RECIPE, MANIFEST))
        search.folder(directory, "")
    except OSError as error:
        raise UsageError(f"{directory}: cannot be read: {error.strerror or error}") from None
    search.settle()
    if not (contents.parquet or contents.json or contents.external):
        hint = "".join(f"; {finding}" for finding in contents.findings[:3])
        name = next(iter(domain.models))
        raise UsageError(
            f"{directory}: no tables here (files such as {name}.parquet, {name}.json or json/{name}.json){hint}"
        )
    return contents


class _Search:
    """One walk over a directory. Each method takes an entry and the path by which messages call it."""

    def __init__(self, contents: Contents, directory: Path, domain: Domain) -> None:
        self._contents, self._top, self._domain = contents, directory.resolve(), domain
        self._models, self._all = domain.models, (*domain.models, *domain.external_tables)
        self._sources: dict[str, list[Source]] = {}
        self._left = MOST

    def folder(self, folder: Path, prefix: str, parts: tuple[Path, ...] | None = None) -> None:
        """Look at all that lies in a folder, in order of names; `parts` of a table's are looked at. Raises OSError."""
        for path in sorted(folder.iterdir()):
            shown = f"{prefix}{path.name}"
            self._left -= 1
            if self._left < 0:
                if self._left == -1:
                    self._unread(shown, f"is one of more than {MOST:,} entries; what follows was not looked at", None)
            elif log := names.of_log(path.name):
                self._unread(shown, f"is the log of {log}, which says what of the table counts, and is not read")
            elif names.hidden(path.name) or shown in names.known(self._domain):
                continue
            elif parts is None:
                self._entry(path, shown)
            elif path not in parts and names.unlikely(path.name, self._domain) and not path.is_dir():
                self._contents.passed.append(shown)
            elif path not in parts:
                self._unread(shown, "is not read: a table's parts are .parquet files that lie right in its directory")

    def _entry(self, path: Path, shown: str) -> None:
        stem, form = names.split(path.name)
        top, in_place = "/" not in shown, shown.rpartition("/")[0] in ("", JSON_FOLDER)
        if in_place and names.about(path.name) and not path.is_dir():
            return
        if top and shown in (JSON_FOLDER, PLOTS_FOLDER) and path.is_dir():
            self._enter(path, shown)
        elif in_place and ((form in names.JSON_FORMS and stem in self._all) or (form and top and stem in self._models)):
            self._source(stem, path, shown, form)
        elif top and path.name in self._models and path.is_dir() and _parts(path):
            self._source(path.name, path, shown, names.PARQUET)
        else:
            self._other(path, shown, form if in_place else "")

    def _other(self, path: Path, shown: str, form: str) -> None:
        """What is none of the tables that are read: told if it may be one, entered if it is a directory."""
        table = names.meant(path.name, self._domain)
        suspect = table is not None or names.tabular(path.name)
        stem = path.name.removesuffix(form)
        if path.is_dir() and not path.is_symlink() and not names.tabular(path.name):
            self._enter(path, shown, () if suspect else None)
        elif path.is_dir() and path.is_symlink() and self._leads_elsewhere(path):
            self._unread(shown, "is a link to another directory, which is not followed", table)
        elif not suspect:
            self._contents.passed.append(shown)
        elif form and stem in self._all:
            where = "in json/ as JSON" if stem in self._models else "as JSON"
            self._unread(shown, f"is not read: {stem} is read {where} only", stem)
        elif form:
            message = f"{stem!r} is not a table's name{closest(stem, self._all)}"
            self._contents.findings.append(Finding(shown, None, None, None, None, "table-name", stem, message))
        else:
            self._unread(shown, _why_not(path.name, shown), table)

    def _leads_elsewhere(self, link: Path) -> bool:
        """Whether a link leads neither into the directory, whose entries are all looked at, nor to one above it."""
        target = link.resolve()
        return not target.is_relative_to(self._top) and not self._top.is_relative_to(target)

    def _enter(self, path: Path, shown: str, parts: tuple[Path, ...] | None = None) -> None:
        try:
            self.folder(path, f"{shown}/", parts)
        except OSError as error:
            self._unread(shown, f"cannot be looked into: {error.strerror or error}", None)

    def _source(self, table: str, path: Path, shown: str, form: str) -> None:
        files: tuple[Path, ...] = (path,)
        if form == names.PARQUET and path.is_dir():
            files = _parts(path)
            if files:
                self._enter(path, shown, files)
        self._sources.setdefault(table, []).append(Source(shown, files, form == names.PARQUET))

    def settle(self) -> None:
        """Of each table's places take one: Parquet before JSON, the directory itself before `json/`."""
        contents = self._contents
        for table, sources in self._sources.items():
            first, *others = sorted(sources, key=lambda each: (not each.parquet, "/" in each.shown, each.shown))
            own = contents.parquet if first.parquet else contents.json
            (own if table in self._models else contents.external)[table] = first
            for each in others:
                if contents.ours and first.parquet and each.shown == f"json/{table}.json":
                    contents.forms[table] = each
                else:
                    self._unread(each.shown, f"is not read: {table} lies here as {first.shown} already", table)

    def _unread(self, shown: str, message: str, table: str | None = "") -> None:
        """Tell what is not read, and of which table it is (by default, as its place says)."""
        meant = names.meant(shown.partition("/")[0], self._domain) if table == "" else table
        self._contents.findings.append(Finding(shown, meant, None, None, None, "unread", None, message))
        if meant:
            self._contents.unread.add(meant)


def _parts(folder: Path) -> tuple[Path, ...]:
    return tuple(path for path in sorted(folder.glob("*.parquet")) if not names.hidden(path.name))


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
    return f"{path}: no such directory{closest(path.name, beside)}"
