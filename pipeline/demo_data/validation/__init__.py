"""Checks of a dataset on disk: schema, keys, references, coherence. Shares nothing with what makes datasets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from demo_data.common.errors import UsageError as UsageError
    from demo_data.validation.report import Finding as Finding
    from demo_data.validation.report import Report as Report
    from demo_data.validation.run import validate as validate

__all__ = ["Finding", "Report", "UsageError", "validate"]

_HOMES = {
    "Finding": "demo_data.validation.report",
    "Report": "demo_data.validation.report",
    "UsageError": "demo_data.common.errors",
    "validate": "demo_data.validation.run",
}


def __getattr__(name: str) -> Any:
    """Import late: `import demo_data.validation` alone costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
