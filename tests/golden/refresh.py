"""Write `minimal.json` anew: `python -m tests.golden.refresh`.

Do so only when published values are meant to change: raise the version in `pyproject.toml` first, and name the
change in `CHANGELOG.md`.
"""

from __future__ import annotations

import json
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from demo_data.build import build
from demo_data.profile import load_profile
from demo_data.tea import DOMAIN
from demo_data.versions.write import describe, finish

GOLDEN = Path(__file__).parent / "minimal.json"
COMMAND = "python -m tests.golden.refresh"


def version() -> str:
    """The version that `pyproject.toml` states."""
    text = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    found: str = tomllib.loads(text)["project"]["version"]
    return found


def pinned(manifest: dict[str, Any]) -> dict[str, Any]:
    """What of a manifest is held from version to version."""
    tables = {
        table["table"]: {key: table[key] for key in ("rows", "schema", "content")} for table in manifest["tables"]
    }
    return {"version": version(), "schema": manifest["schema"], "identity": manifest["identity"], "tables": tables}


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        out = Path(place) / "minimal"
        build(load_profile("minimal"), out, json_form=False, finish=finish)
        GOLDEN.write_text(
            json.dumps(pinned(json.loads(describe(out, DOMAIN).text())), indent=2) + "\n", encoding="utf-8"
        )
    print(f"{GOLDEN}: written for version {version()}")


if __name__ == "__main__":
    main()
