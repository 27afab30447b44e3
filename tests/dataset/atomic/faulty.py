"""A small dataset among the files of others, and publications over it that meet a fault at the nth call."""

from __future__ import annotations

import filecmp
import os
import shutil
import signal
import sys
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from demo_data.common.errors import COMPLETED, UsageError
from demo_data.common.files import file_hash
from demo_data.dataset.atomic import staged, swap
from demo_data.dataset.layout import belongings, json_form, place_of
from demo_data.dataset.manifest import FileEntry, Manifest, TableEntry
from tests import killing

TABLES = ("farmers", "documents")
PLACES = (*belongings(TABLES, ("rows", "rain")),)
OLD = (
    "recipe.json",
    "farmers.parquet",
    "documents.parquet/part-00000.parquet",
    "documents.parquet/part-00001.parquet",
    "json/farmers.json",
    "json/documents.json",
    "plots/rows.csv",
)
NEW = (
    "recipe.json",
    "farmers.parquet/part-00000.parquet",
    "farmers.parquet/part-00001.parquet",
    "documents.parquet",
    "json/farmers.json",
    "plots/rows.csv",
    "plots/rain.csv",
    "croissant.json",
)
GONE_ON = (
    "recipe.json",
    "farmers.parquet",
    "documents.parquet/part-00000.parquet",
    "documents.parquet/part-00001.parquet",
    "documents.parquet/part-00002.parquet",
    "plots/rows.csv",
)
KEPT = ("documents.parquet/part-00000.parquet", "farmers.parquet")
"""What a dataset that goes on has, and what of it stays."""
OTHERS = ("notes.txt", "mine.parquet", "json/mine.txt", "plots/mine.csv", "deep/er/farmers.parquet")
DONE, REFUSED, INTERRUPTED_BEFORE, INTERRUPTED_AFTER, NOT_MET = range(5)
_SIGNALS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP, "interrupt": signal.SIGINT, "terminate": signal.SIGTERM}
_CALLS = ("os.", "ctypes.dlsym", "open")


def dataset(folder: Path, paths: Iterable[str], text: str, kept: Collection[str] = ()) -> Path:
    """Files of these paths, and the manifest that lists them; those that are `kept` are as the old dataset's."""
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(("old" if path in kept else text) + path)
    files = [FileEntry.of(folder, path) for path in paths]
    tables = [
        TableEntry(
            table=table,
            rows=1,
            schema="0" * 64,
            content="0" * 64,
            files=tuple(file for file in files if place_of(file.path) in (f"{table}.parquet", json_form(table))),
        )
        for table in TABLES
    ]
    manifest = Manifest(
        format=2,
        profile="any",
        generator="0",
        recipe=file_hash(folder / "recipe.json"),
        identity="0" * 64,
        rows=dict.fromkeys(TABLES, 1),
        tables=tuple(tables),
        files=tuple(file for file in files if all(file not in table.files for table in tables)),
    )
    (folder / "snapshot.json").write_text(manifest.text())
    return folder


def others(folder: Path) -> dict[str, str]:
    """Put what is not ours into a directory; what that was, as `found` tells it."""
    for path in OTHERS:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("mine")
    (folder / "empty").mkdir()
    (folder / "link").symlink_to("nowhere")
    (folder / "above").symlink_to("..")
    paths = (*OTHERS, "empty", "link", "above")
    return {path: said for path, said in found(folder).items() if path in paths}


def found(folder: Path) -> dict[str, str]:
    """All that people see in a directory: texts of files, targets of links, and empty directories."""
    told = {}
    for above, folders, files in os.walk(folder):
        here = Path(above)
        for name in (*folders, *files):
            path = here / name
            key = path.relative_to(folder).as_posix()
            if key.startswith(".building-"):
                continue
            if path.is_symlink():
                told[key] = f"-> {path.readlink()}"
            elif path.is_file():
                told[key] = path.read_text(errors="replace")
            elif not any(path.iterdir()):
                told[key] = "empty"
    return told


def publish(new: Path, out: Path, armed: list[bool] | None = None) -> None:
    """Put a copy of the dataset `new` where another may lie; files that are the same there are links to these."""
    with staged(out, replaces=PLACES, writes=["snapshot.json"]) as staging:
        shutil.copytree(new, staging, dirs_exist_ok=True)
        for path in OLD:
            if all((there / path).exists() for there in (out, staging)) and filecmp.cmp(out / path, staging / path):
                (staging / path).unlink()
                os.link(out / path, staging / path)
        if armed is not None:
            armed.append(True)


def begun(fault: str, at: int, way: str, new: Path, out: Path) -> Any:
    """A started process that publishes, and meets the fault at the nth call after all has been written aside."""
    process = killing.process(_publish, fault, at, way, new, out)
    process.start()
    return process


def _publish(fault: str, at: int, way: str, new: Path, out: Path) -> None:
    if way == "one by one":
        swap.exchange = lambda *_: False
    armed: list[bool] = []
    count = 0

    def watch(event: str, _arguments: tuple[Any, ...]) -> None:
        nonlocal count
        if armed and event.startswith(_CALLS) and event != "os.kill":
            count += 1
            if count == at and fault in _SIGNALS:
                os.kill(os.getpid(), _SIGNALS[fault])
            elif count == at:
                raise OSError(5, "Input/output error")

    COMPLETED.clear()
    sys.addaudithook(watch)
    code = DONE
    try:
        publish(new, out, armed)
    except UsageError:
        code = REFUSED
    except KeyboardInterrupt:
        code = INTERRUPTED_AFTER if COMPLETED else INTERRUPTED_BEFORE
    os._exit(code if count >= at else NOT_MET)
