"""Which code runs: in a checkout of this project its own, or else its data and dvc.lock would tell of another's."""

from __future__ import annotations

from pathlib import Path

from demo_data.common.errors import UsageError

_RUNNING = Path(__file__).resolve().parents[2]


def require_own_code(*places: Path | None) -> None:
    """Raise `UsageError` where the working directory or a place lies in a checkout whose code is not what runs."""
    for place in (Path(), *filter(None, places)):
        above = place.resolve()
        if (found := _checkout((above, *above.parents))) and not _RUNNING.samefile(found / "pipeline"):
            raise UsageError(
                f"{found} is a checkout of demo-data, and the code that runs is that of {_RUNNING}: call "
                f"`python pipeline ...` in {found}, or work outside of it"
            )


def _checkout(folders: tuple[Path, ...]) -> Path | None:
    """The first of the folders that this project's code lies in."""
    for folder in folders:
        if (folder / "pipeline" / "__main__.py").is_file():
            if _RUNNING.samefile(folder / "pipeline"):
                return folder
            import tomllib

            try:
                told = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
                if told["project"]["name"] == "demo-data":
                    return folder
            except (OSError, ValueError, LookupError, TypeError):
                continue
    return None
