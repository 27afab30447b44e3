"""What a profile will make, before it is made: rows, bytes, seconds, memory."""

from demo_data.explain.costs import Cost, Costs
from demo_data.explain.expected import Expected, TableExpected, expected

__all__ = ["Cost", "Costs", "Expected", "TableExpected", "expected"]
