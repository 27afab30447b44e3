"""The shape of a manifest, held strictly: what comes from somebody else's repository is believed in nothing.

Above all, a manifest names files by a few fixed forms of path, so that none lies outside the snapshot's directory, and
each stands once, with its table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from demo_data.common.written import require_name
from demo_data.dataset import atomic

_HASH = re.compile(r"[0-9a-f]{64}")
_TABLE = re.compile(r"[a-z][a-z0-9_]*")
_VERSION = re.compile(r"[\w .+-]+", re.ASCII)
_PART = re.compile(r"[A-Za-z0-9][\w.-]*\.parquet", re.ASCII)
_BESIDE = {atomic.RECIPE, atomic.DATAPACKAGE, atomic.CROISSANT} | {
    f"{atomic.PLOTS_FOLDER}/{name}.csv" for name in atomic.PLOTS
}


def require_shape(manifest: dict[str, Any]) -> None:
    """Raise `ValueError`, `LookupError` or `TypeError` where this is no manifest."""
    require_name(manifest["profile"])
    _require(_VERSION, manifest["generator"])
    for key in ("recipe", "identity"):
        _require(_HASH, manifest[key])
    for number in (manifest["format"], *dict(manifest["rows"]).values()):
        _require_number(number)
    paths = list(_paths(manifest))
    if len(set(paths)) < len(paths):
        raise ValueError("a file stands twice")


def _paths(manifest: dict[str, Any]) -> Iterator[str]:
    for table in manifest["tables"]:
        name = table["table"]
        _require(_TABLE, name)
        _require(_HASH, table["schema"])
        _require(_HASH, table["content"])
        _require_number(table["rows"])
        paths = [_path(entry) for entry in table["files"]]
        parquet = [path for path in paths if path != f"{atomic.JSON_FOLDER}/{name}.json"]
        if parquet != sorted(parquet) or not all(_of_table(path, name) for path in parquet):
            raise ValueError("files that are not the table's, or in another order")
        yield from paths
    for entry in manifest.get("files", ()):
        path = _path(entry)
        if path not in _BESIDE or (path == atomic.RECIPE and entry["sha256"] != manifest["recipe"]):
            raise ValueError("a file that is none of a snapshot's")
        yield path


def _of_table(path: str, table: str) -> bool:
    whole, slash, part = path.partition("/")
    return whole == f"{table}.parquet" and (not slash or bool(_PART.fullmatch(part)))


def _path(entry: dict[str, Any]) -> str:
    _require(_HASH, entry["sha256"])
    _require_number(entry["bytes"])
    path: str = entry["path"]
    return path


def _require(pattern: re.Pattern[str], text: object) -> None:
    if not (isinstance(text, str) and pattern.fullmatch(text)):
        raise ValueError("not what stands in its place in a manifest")


def _require_number(found: object) -> None:
    if type(found) is not int or found < 0:
        raise ValueError("not a number of at least 0")
