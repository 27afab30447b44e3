"""The head of a load, as it lies in the journal: who loads, how, and how far it is."""

from __future__ import annotations

import re
import socket
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from demo_data.common.rendering import printable
from demo_data.export.mongodb.report import MERGE, SWAP, TRANSACTION
from demo_data.export.mongodb.targets import TABLES

STAGING, PLACING, UNDOING, DROPPING = "staging", "placing", "undoing", "dropping"

_TOKEN = re.compile(r"[0-9a-f]{32}")
_PHASES = (STAGING, PLACING, UNDOING, DROPPING)


@dataclass(frozen=True)
class Head:
    """A load: its present owner, and the word that is part of the names of what it stages. Both are random."""

    owner: str
    staged: str
    mode: str
    phase: str
    tables: tuple[str, ...]
    source: str
    began: datetime
    host: str
    process: int
    session: Any = None

    @property
    def machine(self) -> str:
        """The host, as it may be shown."""
        return printable(self.host.partition(" ")[0])

    @property
    def words(self) -> str:
        """What is loaded, since when."""
        return f"{printable(self.source)} begun {self.began:%Y-%m-%d %H:%M} UTC"

    def document(self) -> dict[str, Any]:
        """As it lies in `loads`, but for the moment of its making."""
        values = {**vars(self), "tables": list(self.tables)}
        return {name: value for name, value in values.items() if value is not None}


def read_head(found: dict[str, Any]) -> Head | None:
    """A head, None if it is not one: it must never lead to anything but the targets of its suffix."""
    kinds: dict[str, type] = dict.fromkeys(("host", "source", "mode", "phase"), str) | {"process": int}
    kinds |= dict.fromkeys(("began", "at"), datetime)
    tables, session = found.get("tables"), found.get("session")
    sound = (
        {*found, "session"} == {"_id", "at", *Head.__dataclass_fields__}
        and all(type(found[name]) is kind for name, kind in kinds.items())
        and found["process"] > 0
        and all(isinstance(found[name], str) and _TOKEN.fullmatch(found[name]) for name in ("owner", "staged"))
        and found["mode"] in (TRANSACTION, SWAP, MERGE)
        and found["phase"] in _PHASES
        and isinstance(tables, list)
        and tables
        and all(isinstance(table, str) and table in TABLES for table in tables)
        and len(set(tables)) == len(tables)
        and (session is None or _is_uuid(session))
        and (found["mode"] == TRANSACTION or session is None)
    )
    if not sound:
        return None
    values = {name: value for name, value in found.items() if name not in ("_id", "at", "tables")}
    return Head(**values, tables=tuple(found["tables"]))


def _is_uuid(value: object) -> bool:
    from uuid import UUID

    return isinstance(value, UUID)


def here() -> str:
    """This host, and where the numbers of its processes count: containers may share a host's name."""
    with suppress(OSError):
        return f"{socket.gethostname()} {Path('/proc/self/ns/pid').readlink()}"
    return socket.gethostname()
