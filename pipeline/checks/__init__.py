"""Checks of a dataset on disk: schema, keys, references, coherence. Shares nothing with what makes datasets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.checks.report import Finding as Finding
    from pipeline.checks.report import Report as Report
    from pipeline.checks.run import validate as validate
    from pipeline.errors import UsageError as UsageError

__all__ = ["Finding", "Report", "UsageError", "validate"]

_HOMES = {
    "Finding": "pipeline.checks.report",
    "Report": "pipeline.checks.report",
    "UsageError": "pipeline.errors",
    "validate": "pipeline.checks.run",
}


def __getattr__(name: str) -> Any:
    """Import late: `import pipeline.checks` alone costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
