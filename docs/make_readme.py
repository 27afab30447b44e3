"""Fills in the README's samples from a dataset: `python docs/make_readme.py data/demo` (the `demo` profile's)."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from demo_data.report import print_dataset
from demo_data.schema.tree import primary_key, references
from demo_data.tea.tables import MODELS, levels

README = Path(__file__).parent.parent / "README.md"
WIDTH = 110


def filled(text: str, dataset: Path) -> str:
    """The README's `text` with each sample made anew. A sample stands between two comments that bear its name."""
    for name, make in SAMPLES.items():
        before, start, rest = text.partition(f"<!-- {name}:start -->\n")
        _, end, after = rest.partition(f"<!-- {name}:end -->")
        if not (start and end):
            raise ValueError(f"{README.name} has no place for the sample {name!r}")
        text = f"{before}{start}\n{make(dataset)}\n{end}{after}"
    return text


def _show(dataset: Path) -> str:
    """What `demo-data show` prints, the long lists of farmers cut."""
    printed = io.StringIO()
    with redirect_stdout(printed):
        print_dataset(dataset)
    text = printed.getvalue().replace(str(dataset), "data/demo")
    lines = [re.sub(r"^(    \w+ \(\d+\): [^,]+, [^,]+), .*", r"\1, ...", line) for line in text.splitlines()]
    return _fenced("text", "\n".join(lines))


def _tables(dataset: Path) -> str:
    """Level, table, key, references and rows of every table."""
    rows = json.loads((dataset / "snapshot.json").read_text(encoding="utf-8"))["rows"]
    lines = ["| level | table | key | refers to | rows in `demo` |", "|---|---|---|---|---|"]
    for level, tables in enumerate(levels()):
        for table in tables:
            key = ", ".join(f"`{name}`" for name in primary_key(MODELS[table]))
            lines.append(f"| {level} | `{table}` | {key} | {_references(table)} | {rows[table]:,} |")
    return "\n".join(lines) + "\n"


def _references(table: str) -> str:
    said: dict[str, list[str]] = {}
    for found in references(MODELS[table]):
        target = f"`{found.key.target}`" + ("*" * found.key.deferred) + (" (if present)" * found.key.if_present)
        said.setdefault(target, []).append(f"`{found.path}{'[]' * found.in_list}`")
    return "; ".join(f"{', '.join(paths)} → {target}" for target, paths in said.items()) or "—"


def _farmer(dataset: Path) -> str:
    """The first farmer who improves, with the phone number masked: it may be somebody's."""
    found = next(record for record in _records(dataset, "farmers") if record["id"] == _who(dataset))
    found["contact"]["phone"] = found["contact"]["phone"][:7] + "XXXXXX"
    return _fenced("json", _laid_out(found))


def _document(dataset: Path) -> str:
    """That farmer's last delivery."""
    records = _records(dataset, "documents")
    return _fenced("json", _laid_out([r for r in records if r["linkage_fields"]["farmer_id"] == _who(dataset)][-1]))


def _who(dataset: Path) -> str:
    recipe = json.loads((dataset / "recipe.json").read_text(encoding="utf-8"))
    found: str = recipe["scenarios"]["improving_trend"][0]
    return found


def _records(dataset: Path, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((dataset / "json" / f"{table}.json").read_text(encoding="utf-8"))
    return found


def _laid_out(value: Any, indent: str = "") -> str:
    """JSON, with what fits on one line."""
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict) or (indent and len(indent) + len(flat) < WIDTH):
        return flat
    below = indent + "  "
    lines = [f"{below}{json.dumps(key)}: {_laid_out(item, below)}" for key, item in value.items()]
    return "{\n" + ",\n".join(lines) + f"\n{indent}}}"


def _fenced(language: str, text: str) -> str:
    return f"```{language}\n{text}\n```\n"


SAMPLES: dict[str, Callable[[Path], str]] = {
    "show": _show,
    "tables": _tables,
    "farmer": _farmer,
    "document": _document,
}

if __name__ == "__main__":
    README.write_text(filled(README.read_text(encoding="utf-8"), Path(sys.argv[1])), encoding="utf-8")
