"""Checks of a dataset on disk: schema, keys, references, coherence. Shares nothing with what makes datasets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from demo_data.common import lazy

if TYPE_CHECKING:
    from demo_data.common.errors import UsageError as UsageError
    from demo_data.validation.dataset import Dataset as Dataset
    from demo_data.validation.errors import Skip as Skip
    from demo_data.validation.memory import Frames as Frames
    from demo_data.validation.report import Finding as Finding
    from demo_data.validation.report import Report as Report
    from demo_data.validation.rules import ModelRule as ModelRule
    from demo_data.validation.rules import RowViolation as RowViolation
    from demo_data.validation.rules import RowViolations as RowViolations
    from demo_data.validation.rules import Source as Source
    from demo_data.validation.rules import Violation as Violation
    from demo_data.validation.rules import Violations as Violations
    from demo_data.validation.rules import columns as columns
    from demo_data.validation.rules import gathered as gathered
    from demo_data.validation.rules import row_rule as row_rule
    from demo_data.validation.rules import rule as rule
    from demo_data.validation.rules import view as view
    from demo_data.validation.run import validate as validate
else:
    __getattr__, __dir__, __all__ = lazy.face(__name__)
