"""A part is made, hashed and written: what a worker does, wherever it is."""

from __future__ import annotations

import os
import pickle
import socket
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from demo_data.common.errors import UsageError
from demo_data.common.files import file_hash
from demo_data.dataset import content_hash, store
from demo_data.dataset.atomic.scratch import scratch
from demo_data.dataset.made import Made
from demo_data.dataset.spilled import Spilled
from demo_data.engine.assemble import assemble
from demo_data.engine.earlier import EarlierRows
from demo_data.engine.world import World
from demo_data.plan import Part
from demo_data.schema.record import Entity

if TYPE_CHECKING:
    from demo_data.profile import Settings
    from demo_data.storage import Storage


@dataclass(frozen=True)
class Before:
    """Where a part lies as of an earlier `day`, in days since 1970."""

    file: Path
    day: int


Job = tuple[Part, str, dict[str, str], Before | None]
"""A part, the path where it is written, what the file says of itself, and where it lies as of an earlier day."""


@dataclass(frozen=True)
class Where:
    """Where parts are written until they are whole, in which directory; or which storage they are put in at once."""

    aside: str
    into: Storage | None


def write_part(world: World, part: Part, path: str, metadata: dict[str, str], earlier: Before | None = None) -> Made:
    """Make, hash and write one part, or carry it on from what it was as of an earlier day."""
    began = time.process_time()
    model = world.domain.models[part.table]
    if earlier:
        rows = EarlierRows(partial(store.read, [earlier.file], model), earlier.day, part.stop - part.start)
        block = world.carried(part.table, part.start, part.stop, rows)
    elif part.span or world.domain.recipes[part.table].within:
        block = world.rows(part.table, part.start, part.stop, part.span)
    else:
        block = world.shared(part.table, part.start, part.stop)
    table = _in_order(assemble(block), model)
    content = content_hash.of_rows(table, model)
    size = store.write_part(table, Path(path), model, metadata)
    sha256 = file_hash(Path(path))  # while the system still has it in memory
    return Made(part.file, sha256, size, table.num_rows, content, time.process_time() - began)


def _in_order(table: pa.Table, model: type[Entity]) -> pa.Table:
    """Events in the order of their months, which may span the whole history of each parent row in turn."""
    months = content_hash.event_months(table, model)
    if months is None or not (np.diff(months) < 0).any():
        return table
    return table.take(pa.array(np.argsort(months, kind="stable")))


def make_part(
    frozen: bytes, where: Where, part: Part, path: str, metadata: dict[str, str], earlier: Before | None
) -> Made:
    """Make a part, and put it in its place. Raises `UsageError` where this machine does not see the directory."""
    if where.into:
        with scratch() as own:
            made = write_part(_world(frozen), part, str(file := own / "part"), metadata, earlier)
            where.into.put(part.file, file)
        return made
    file = Path(where.aside) / f"{Path(part.file).name}-{socket.gethostname()}-{time.time_ns()}"
    if not file.parent.is_dir():
        raise UsageError(f"{socket.gethostname()} does not see {file.parent}: all workers must share that directory")
    made = write_part(_world(frozen), part, str(file), metadata, earlier)
    file.replace(path)
    return made


def make_parts(frozen: bytes, where: Where, jobs: Sequence[Job]) -> Iterable[Made]:
    """Make parts that share rows, one after the other."""
    made = [make_part(frozen, where, *job) for job in jobs]
    if where.into:  # whoever asks may not see this machine's files
        return made
    return Spilled.of(made, Path(where.aside) / f"made-{socket.gethostname()}-{os.getpid()}-{time.time_ns()}")


_kept = threading.local()


def _world(frozen: bytes) -> World:
    """A worker's world, kept from part to part. A world fills itself as it is asked, so each thread has its own."""
    if getattr(_kept, "key", None) != frozen:
        settings: Settings = pickle.loads(frozen)
        _kept.key, _kept.world = frozen, World(settings.domain, settings)
    world: World = _kept.world
    return world
