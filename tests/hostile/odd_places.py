"""Directories that hold other people's files, or lead elsewhere."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from demo_data.tea import DOMAIN
from tests.hostile.odd_json import THINGS
from tests.hostile.trying import Prepare, Try, of_command


def _linked(name: str) -> Prepare:
    """A directory of the dataset is a link to one of somebody's files."""

    def prepare(here: Path) -> None:
        place, theirs = here / "set" / name, here / "theirs"
        theirs.mkdir()
        for file in ("farmers.json", "rows.csv", "part-00000.parquet", "letter.txt"):
            (theirs / file).write_text("mine")
        if place.is_dir():
            shutil.rmtree(place)
        else:
            place.unlink(missing_ok=True)
        place.symlink_to("../theirs")

    return prepare


def _own(*names: str) -> Prepare:
    """Somebody's own files, which bear our names, where a dataset is to go."""

    def prepare(here: Path) -> None:
        for name in names:
            path = here / "out" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("mine")

    return prepare


def _out(make: Callable[[Path], object], name: str = "out") -> Prepare:
    def prepare(here: Path) -> None:
        (here / name).parent.mkdir(exist_ok=True)
        make(here / name)

    return prepare


def tries() -> Iterator[Try]:
    """What writes, where it must not."""
    for name in ("json", "plots", "farmers.parquet"):
        for command in ("json", "snapshot write"):
            yield of_command(command, f"{name} a link", _linked(name))
    partial = ("build", "minimal", "--out", "set", "--table", "farmers", "--quiet")
    for name in ("json", "farmers.parquet"):
        ours = ("set/farmers.parquet", "set/json/", "set/snapshot.json", "set/recipe.json")
        yield Try(f"part of a build: {name} a link", (partial,), _linked(name), (0, 2), ours)
    own = ("farmers.parquet", "json/farmers.json", "recipe.json", "farmers.json", "defects.json", "plots/rows.csv")
    for name in own:
        for command in ("build", "corrupt"):
            made = of_command(command, f"somebody's own {name}", _own(name), codes=(0, 2))
            writes = tuple(f"out/{path}" for path in _OURS if path != name)
            yield Try(made.name, made.commands, made.prepare, made.codes, writes)
    for what, make in THINGS.items():
        for command in ("build", "corrupt"):
            if what != "a directory":
                yield of_command(command, f"out is {what}", _out(make), codes=(2,))
                yield of_command(command, f"out holds {what}", _out(make, "out/letter"), codes=(0, 2))
    for name in (".building-²", ".building-x", ".building-99999999", ".building--1", ".building-"):
        yield of_command("build", f"a file {name}", _own(name), codes=(0, 2))


_OURS = (
    *(f"{table}.parquet" for table in DOMAIN.models),
    *(f"{table}.json" for table in (*DOMAIN.models, "prompts")),
    *("recipe.json", "snapshot.json", "datapackage.json", "croissant.json", "certificate.sql"),
    *("defects.json", "json/", "plots/"),
)
