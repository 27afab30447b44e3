"""The house is as docs/architecture.md has it: its rooms, and the arrows between them."""

from __future__ import annotations

import re
import tomllib
from itertools import product
from typing import TypeAlias

import grimp

from tests.docs.pages import DOCS, ROOT, fences
from tests.running import PACKAGE

PAGE = DOCS / "architecture.md"
ROOMS = {path.stem for path in PACKAGE.iterdir() if not path.name.startswith("_") and path.suffix in ("", ".py")}
FACE = "demo_data"
"""What is imported of the package itself."""

Arrows: TypeAlias = set[tuple[str, str]]


def test_rooms() -> None:
    """The page lists the rooms of the package, all of them, from the top down as import-linter has them."""
    table = PAGE.read_text(encoding="utf-8").partition("| room |")[2].partition("\n\n")[0]
    rows = [re.findall(r"`(\w+)`", line.split("|")[1]) for line in table.splitlines()[2:]]
    shown = [room for row in rows for room in row]
    assert set(shown) == ROOMS

    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers = next(each["layers"] for each in contracts["contracts"] if each.get("id") == "floors")
    floor = {room: number for number, layer in enumerate(layers) for room in re.findall(r"\w+", layer)}
    heights = [floor[room] for room in shown]
    assert heights == sorted(heights)


def test_arrows() -> None:
    """Every arrow of the drawing is an import, and no import goes but where arrows lead; dotted ones are none."""
    rooms, solid, dotted = drawing()
    assert set().union(*rooms.values()) == ROOMS | {FACE}
    imports = imported()

    def between(arrow: tuple[str, str]) -> Arrows:
        """What an arrow from name to name allows: each room of the one to import each of the other."""
        above, below = arrow
        return set(product(rooms[above], rooms[below]))

    assert [arrow for arrow in sorted(solid) if not between(arrow) & imports] == []
    assert [arrow for arrow in sorted(dotted) if between(arrow) & imports] == []
    assert sorted(imports - closed(set().union(*map(between, solid)))) == []


def drawing() -> tuple[dict[str, set[str]], Arrows, Arrows]:
    """The rooms that each name in the drawing stands for; the arrows from name to name, and those that are dotted.

    A name's label begins with its rooms; a name without a label is a room; a frame stands for all that is within.
    """
    (text,) = (fence.text for fence in fences(PAGE) if "subgraph" in fence.text)
    labels = dict(re.findall(r'(?<!subgraph )\b(\w+)\["([\w, ]+)', re.sub(r"subgraph (\w+) .*", r"subgraph \1", text)))
    bare = re.sub(r'\[".*?"\]', "", text)
    frames = dict(re.findall(r"subgraph (\w+)(.*?)\n    end", bare, flags=re.DOTALL))
    names = set(re.findall(r"\w+", re.sub(r'flowchart TB|subgraph|"by name"|\bend\b', "", bare)))
    rooms = {name: set(labels.get(name, name).split(", ")) for name in names - frames.keys()}
    for frame, within in frames.items():
        rooms[frame] = set().union(*(rooms[name] for name in re.findall(r"\w+", within)))
    solid, dotted = (set(re.findall(rf"(\w+) {arrow} (?=(\w+))", bare)) for arrow in ("-->", r'-\. "by name" \.->'))
    return rooms, solid, dotted


def imported() -> Arrows:
    """Which room imports which, by any of its modules."""
    graph = grimp.build_graph("demo_data", exclude_type_checking_imports=True)
    rooms = {module: (*module.split("."), FACE)[1] for module in graph.modules}
    found = {(rooms[a], rooms[b]) for a in graph.modules for b in graph.find_modules_directly_imported_by(a)}
    return {(a, b) for a, b in found if a != b and "__main__" not in (a, b)}


def closed(arrows: Arrows) -> Arrows:
    """With what follows where one arrow leads on to another."""
    while more := {(a, d) for a, b in arrows for c, d in arrows if b == c} - arrows:
        arrows = arrows | more
    return arrows
