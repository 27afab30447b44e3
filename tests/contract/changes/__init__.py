"""One change of the lookalike per kind of difference, with what is found: listed here, a change is tested."""

from __future__ import annotations

from tests.contract.changes.fields import FIELDS
from tests.contract.changes.types import TYPES
from tests.contract.changes.values import VALUES

CHANGES = FIELDS | TYPES | VALUES
