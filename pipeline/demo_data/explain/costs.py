"""What a build costs by the row, as a domain has measured it: `COSTS` in its module `costs`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Cost:
    """What a table costs.

    `file`: bytes of each of its Parquet files, whatever is in it. `row`: bytes that a row adds. `json`: bytes of a row
    in the JSON form. `microseconds`: of CPU to make and write a row; `json_microseconds`: to write its JSON form.
    Bytes of memory: `held`: a row of those that are made together; `json_held`: a row of those whose JSON form is
    written together; `kept`: a row of the whole table.
    """

    file: float = 0
    row: float = 0
    json: float = 0
    microseconds: float = 0
    json_microseconds: float = 0
    held: float = 0
    json_held: float = 0
    kept: float = 0


@dataclass(frozen=True)
class Costs:
    """What a domain's builds cost.

    `seconds`: of CPU of a build without rows, and of a worker's start. `memory`: bytes that a process takes at least.
    `source`: where the numbers are from. `off`: how far what they give was from builds that were measured.
    """

    tables: Mapping[str, Cost] = field(default_factory=dict)
    seconds: float = 0
    memory: float = 0
    source: str = ""
    off: str = ""
