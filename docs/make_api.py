"""Writes the pages of the Python API, one for each module that others may import: `python docs/make_api.py`."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

FOLDER = Path(__file__).parent / "api"
INDEX = """\
# Python API

What other code may import; `docs/make_api.py` writes these pages. Everything else may move from one version to the
next.

| module | for |
|---|---|
"""


@dataclass(frozen=True)
class Face:
    """A module that others import: what for, where that is shown, and names beside those that it offers itself."""

    module: str
    purpose: str
    shown: str
    names: tuple[str, ...] = ()
    offers: bool = True

    @property
    def file(self) -> str:
        return f"{self.module.rpartition('.')[2]}.md"

    def page(self) -> str:
        """Title, purpose, and the docstrings of all names."""
        names = [f"{self.module}.{name}" for name in _offered(self.module)] if self.offers else []
        parts = [f"# {self.module}", f"{self.purpose[0].upper()}{self.purpose[1:]}. {self.shown}"]
        return "\n\n".join([*parts, *(f"::: {name}" for name in (*names, *self.names))]) + "\n"


def _offered(name: str) -> list[str]:
    """What a module offers: its `__all__`, or else its classes."""
    module = import_module(name)
    classes = sorted(word for word, value in vars(module).items() if isinstance(value, type))
    return list(getattr(module, "__all__", classes))


_TABLES = "[Domains](../domains.md#adding-a-table) shows them in use."

FACES = (
    Face(
        "demo_data",
        "objects for tests, registry and seeds, `open_snapshot`, shards, Kenyan values",
        "[Objects](../objects.md), [versions](../versions.md) and [scale](../scale.md#shards) show them in use.",
    ),
    Face("demo_data.models", "every Pydantic class and enumeration", "[Tables](../tables.md) has every column."),
    Face(
        "demo_data.validation",
        "`validate`, and the words of rules",
        "[Validation](../validation.md) and [domains](../domains.md#adding-a-table) show them in use.",
    ),
    Face("demo_data.compare", "`diff`", "[Versions](../versions.md#comparing) shows the command."),
    Face(
        "demo_data.testing",
        "the pytest plugin, which pytest loads by itself",
        "[Versions](../versions.md#in-tests) shows it in use. Beside these there is a fixture for every Polyfactory\n"
        "class, such as `farmer_factory`.",
        tuple(f"demo_data.testing.{name}" for name in ("demo_snapshot", "demo_snapshots", "demo_registry")),
        offers=False,
    ),
    Face(
        "demo_data.domain",
        "`Domain`, the value that a domain's package has",
        "[Domains](../domains.md) shows it in use.",
        ("demo_data.domain.Domain", "demo_data.domain.Sink"),
        offers=False,
    ),
    Face("demo_data.schema", "the words of a table's model", _TABLES),
    Face("demo_data.recipes", "the words of a recipe", _TABLES),
    Face("demo_data.faults", "the words of planted faults", _TABLES),
    Face("demo_data.objects", "the Polyfactory classes of any domain", _TABLES),
)


def pages() -> dict[str, str]:
    """The pages by their files."""
    index = INDEX + "".join(f"| [`{face.module}`]({face.file}) | {face.purpose} |\n" for face in FACES)
    return {"index.md": index} | {face.file: face.page() for face in FACES}


if __name__ == "__main__":
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
