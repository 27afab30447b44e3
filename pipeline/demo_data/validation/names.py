"""What a file's name says: whose table it may hold, in which form, or that it is no table."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cache

from demo_data.dataset import layout
from demo_data.domain import Domain

JSON_FORMS = (".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz", ".ndjson.gz")
PARQUET = ".parquet"
FORMS = (*JSON_FORMS[3:], *JSON_FORMS[:3], PARQUET)
"""The endings of the forms that are read; of two that end alike the longer first."""

_TABULAR = frozenset(("parquet", "parq", "pq", "jsonl", "ndjson", "avro", "orc", "feather", "arrow", "ipc"))
"""Endings of files that hold a table and nothing else."""

_DATA = _TABULAR | {
    "json", "json5", "geojson", "csv", "tsv", "psv", "tab", "txt", "dat", "data", "xml", "yaml", "yml", "toml", "sql",
    "bson", "msgpack", "xlsx", "xls", "xlsm", "xlsb", "ods", "pickle", "pkl", "npy", "npz", "h5", "hdf", "hdf5", "dta",
    "sav", "rds", "rdata", "sas7bdat", "xpt", "dbf", "db", "sqlite", "sqlite3", "duckdb", "mdb", "accdb",
}  # fmt: skip
"""Endings of files that may hold one."""

_PACKED = {
    "gz", "gzip", "bz2", "xz", "zst", "zstd", "lz4", "lzo", "br", "snappy", "z", "zip", "7z", "rar", "tar", "tgz",
}  # fmt: skip
_PROSE = {
    "md", "rst", "pdf", "doc", "docx", "odt", "rtf", "tex", "html", "htm", "css", "js", "py", "pyi", "ipynb", "sh",
    "bat", "log", "png", "jpg", "jpeg", "gif", "svg", "webp", "bmp", "tif", "tiff", "ico", "mp3", "mp4", "mov", "wav",
    "dvc", "license", "lock",
}  # fmt: skip
"""Endings of what people read, look at or run: such a file is about a table at most."""

_ABOUT = re.compile(r"(readme|license|licence|notice|changelog|copying|authors|codeowners|makefile|dockerfile)\b")


def hidden(name: str) -> bool:
    """Whether a name is passed over wherever it lies, as pyarrow, Spark and Polars do."""
    return name.startswith((".", "_"))


def of_log(name: str) -> str | None:
    """Whose log a hidden directory is, which says what of the files beside it counts."""
    return {"_delta_log": "Delta Lake", ".hoodie": "Apache Hudi"}.get(name)


def split(name: str) -> tuple[str, str]:
    """The name's stem, and the form that is read of it; the whole name, and nothing, where it is in none of them."""
    for form in FORMS:
        if name.endswith(form) and name != form:
            return name.removesuffix(form), form
    return name, ""


def about(name: str) -> bool:
    """Whether a file is no table by its name: README, LICENSE and their like."""
    return bool(_ABOUT.match(name.casefold()))


def prose(name: str) -> bool:
    """Whether a file is about data at most: a text, a picture, a program."""
    return about(name) or name.casefold().rpartition(".")[2] in _PROSE


def unlikely(name: str, domain: Domain) -> bool:
    """Whether a file that lies among a table's parts is none of them."""
    return prose(name) or (name.casefold().endswith(".txt") and meant(name, domain) is None)


def tabular(name: str) -> bool:
    """Whether a file's form is one of tables alone, whatever its name."""
    return bool(_TABULAR.intersection(_endings(name)))


def meant(name: str, domain: Domain) -> str | None:
    """The table that a file or directory seems to hold by its name."""
    if prose(name):
        return None
    words = [word for word in name.casefold().split(".") if word not in _DATA | _PACKED]  # shop_e2e.orders.json
    folded = ".".join(words) or name.casefold()
    stem = re.sub(r"[^0-9a-z]+", "_", folded).strip("_")
    for table in _tables(domain):
        if re.search(rf"(?<![a-z]){table}(?![a-z])", stem):
            return table
    may_hold_one = (_DATA | _PACKED).intersection(_endings(name))
    return next(iter(get_close_matches(stem, _tables(domain), n=1)), None) if may_hold_one else None


@cache
def known(domain: Domain) -> frozenset[str]:
    """The places of what this program puts beside tables."""
    return frozenset((layout.MANIFEST, layout.LEDGER, *layout.belongings((), domain.pictures)))


@cache
def _tables(domain: Domain) -> tuple[str, ...]:
    """All tables' names; of two that stand in each other the longer first."""
    return tuple(sorted((*domain.models, *domain.external_tables), key=len, reverse=True))


def _endings(name: str) -> list[str]:
    return name.casefold().split(".")[1:]
