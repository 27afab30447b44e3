"""Which code runs: in a checkout of this project its own, or else its data and dvc.lock would tell of another's."""

from __future__ import annotations

from pathlib import Path

from demo_data.common.errors import UsageError

_RUNNING = Path(__file__).resolve().parents[2]


def require_own_code(*places: Path | None) -> None:
    """Raise `UsageError` where the working directory or a place lies in a checkout whose code is not what runs."""
    for place in (Path(), *filter(None, places)):
        above = place.resolve()
        for folder in (above, *above.parents):
            if (folder / "pipeline" / "__main__.py").is_file():
                if _RUNNING.samefile(folder / "pipeline"):
                    break
                if _is_ours(folder / "pyproject.toml"):
                    raise UsageError(
                        f"{folder} is a checkout of demo-data, and the code that runs is that of {_RUNNING}: call "
                        f"`python pipeline ...` in {folder}, or work outside of it"
                    )


def _is_ours(project: Path) -> bool:
    import tomllib

    try:
        name: object = tomllib.loads(project.read_text(encoding="utf-8"))["project"]["name"]
    except (OSError, ValueError, LookupError, TypeError):
        return False
    return name == "demo-data"
