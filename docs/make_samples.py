"""Fills in the samples of the README and of docs/datasets.md: `python docs/make_samples.py` (it builds `demo`)."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from demo_data.cli import main
from demo_data.schema.tree import primary_key, references
from demo_data.tea import DOMAIN

ROOT = Path(__file__).parent.parent
PAGES = tuple(ROOT / name for name in ("README.md", "docs/datasets.md"))
"""The pages that have samples."""
WIDTH = 110


def filled(text: str, dataset: Path) -> str:
    """A page's `text` with each of its samples made anew. A sample stands between two comments that bear its name."""
    for name in re.findall(r"^<!-- (\w+):start -->$", text, flags=re.MULTILINE):
        before, start, rest = text.partition(f"<!-- {name}:start -->\n")
        _, end, after = rest.partition(f"<!-- {name}:end -->")
        if not end or name not in SAMPLES:
            raise ValueError(f"the sample {name!r} has no end, or is none of {', '.join(SAMPLES)}")
        text = f"{before}{start}\n{SAMPLES[name](dataset)}\n{end}{after}"
    return text


def _show(dataset: Path) -> str:
    """What `demo-data show` prints, the long lists of farmers cut."""
    printed = io.StringIO()
    with redirect_stdout(printed):
        main(["show", str(dataset)])
    text = printed.getvalue().replace(str(dataset), "data/demo")
    lines = [re.sub(r"^(    \w+ \(\d+\): [^,]+, [^,]+), .*", r"\1, ...", line) for line in text.splitlines()]
    return _fenced("text", "\n".join(lines))


def _tables(dataset: Path) -> str:
    """Level, table, key, references and rows of every table."""
    rows = json.loads((dataset / "snapshot.json").read_text(encoding="utf-8"))["rows"]
    lines = ["| level | table | key | refers to | rows in `demo` |", "|---|---|---|---|---|"]
    for level, tables in enumerate(DOMAIN.levels):
        for table in tables:
            key = ", ".join(f"`{name}`" for name in primary_key(DOMAIN.models[table]))
            lines.append(f"| {level} | `{table}` | {key} | {_references(table)} | {rows[table]:,} |")
    return "\n".join(lines) + "\n"


def _references(table: str) -> str:
    said: dict[str, list[str]] = {}
    for found in references(DOMAIN.models[table]):
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
    found: str = recipe["scenarios"]["farmers"][-1]["stories"]["improving_trend"][0]
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
    with TemporaryDirectory() as folder:
        demo = Path(folder) / "demo"
        if main(["build", "demo", "--quiet", "--out", str(demo)]):
            raise SystemExit("the samples need the dataset demo")
        for page in PAGES:
            page.write_text(filled(page.read_text(encoding="utf-8"), demo), encoding="utf-8")
