"""The head of a load, as it lies in the journal: who loads, how, and how far it is."""

from __future__ import annotations

import socket
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from demo_data.common.rendering import printable
from demo_data.export.mongodb.report import TRANSACTION, Mode

Phase = Literal["staging", "placing", "undoing", "dropping"]
STAGING: Phase = "staging"
PLACING: Phase = "placing"
UNDOING: Phase = "undoing"
DROPPING: Phase = "dropping"

_Token = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class Head(BaseModel):
    """A load: its present owner, and the word that is part of the names of what it stages. Both are random.

    `domain` is where the domain of its tables is found.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    owner: _Token
    staged: _Token
    mode: Mode
    phase: Phase
    domain: str
    tables: Annotated[list[str], Field(min_length=1)]
    source: str
    began: AwareDatetime
    host: str
    process: Annotated[int, Field(gt=0, lt=2**31)]
    session: UUID | None = None

    @property
    def machine(self) -> str:
        """The host, as it may be shown."""
        return printable(self.host.partition(" ")[0])

    @property
    def words(self) -> str:
        """What is loaded, since when."""
        return f"{printable(self.source)} begun {self.began:%Y-%m-%d %H:%M} UTC"


def read_head(found: dict[str, Any]) -> Head | None:
    """A head, None if it is not one: it must never lead to anything but the targets of its suffix."""
    try:
        head = Head.model_validate({name: value for name, value in found.items() if name not in ("_id", "at")})
    except ValidationError:
        return None
    sound = len(set(head.tables)) == len(head.tables) and (head.session is None or head.mode == TRANSACTION)
    return head if sound and isinstance(found.get("at"), datetime) else None


def here() -> str:
    """This host, and where the numbers of its processes count: containers may share a host's name."""
    with suppress(OSError):
        return f"{socket.gethostname()} {Path('/proc/self/ns/pid').readlink()}"
    return socket.gethostname()
