"""What a domain may add to the page of a dataset: views and questions, stated in its module `page`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from demo_data.dataset.manifest import Manifest
from demo_data.dataset.recipe_file import RecipeFile


@dataclass(frozen=True)
class Dataset:
    """The dataset that a page is of, as a view's `make` gets it.

    `folder`: where it lies, as pictures get it; `tables`: the Parquet files of each table, in order of their rows.
    """

    folder: Path
    tables: Mapping[str, tuple[Path, ...]]
    manifest: Manifest
    recipe: RecipeFile


@dataclass(frozen=True)
class View:
    """A view of the page.

    `name`: a word, of which `data/<name>.js` is made; `kind`: what shows it in the browser (`page.kind`); `make`: its
    data as plain values, as JSON has them, of a dataset of any size.
    """

    name: str
    title: str
    kind: Literal["map", "charts", "card"]
    make: Callable[[Dataset], dict[str, Any]]


Question = tuple[str, str]
"""A question that stands ready in the page's SQL: what it asks, and the query."""
