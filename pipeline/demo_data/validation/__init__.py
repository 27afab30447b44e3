"""Checks of a dataset on disk: schema, keys, references, coherence. Shares nothing with what makes datasets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from demo_data.common import lazy

if TYPE_CHECKING:
    from demo_data.common.errors import UsageError as UsageError
    from demo_data.validation.report import Finding as Finding
    from demo_data.validation.report import Report as Report
    from demo_data.validation.run import validate as validate
else:
    __getattr__, __dir__, __all__ = lazy.face(__name__)
