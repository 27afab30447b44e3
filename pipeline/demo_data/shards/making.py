"""One shard of a dataset is made: its parts, each put in its place when it is whole, and then its receipt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from demo_data.build import Progress, make
from demo_data.common.errors import DataError, UsageError
from demo_data.dataset import edges, receipt
from demo_data.dataset.edges import Stretch
from demo_data.dataset.made import Built, Made, Results
from demo_data.dataset.manifest import FileEntry
from demo_data.dataset.receipt import PartEntry, Receipt, ShardedBuild, receipt_name
from demo_data.engine.world import World
from demo_data.plan import Part, plan
from demo_data.profile import Settings
from demo_data.shards.begin import begin, build_of
from demo_data.shards.division import divided
from demo_data.shards.files import fault_of
from demo_data.shards.needed import Needed
from demo_data.storage import Storage, storage_of
from demo_data.storage.objects import Objects


@dataclass(frozen=True)
class ShardBuilt:
    """What a shard has made of each table; how many parts it has, and how many of them an earlier run had made."""

    built: list[Built]
    parts: int
    kept: int


class _Put(Results):
    """What was made of some parts of a plan, each put in its place before it counts."""

    def __init__(self, storage: Storage, folder: Path, plan: Iterable[Part]) -> None:
        self.storage, self.folder = storage, folder
        self.into = storage if isinstance(storage, Objects) else None
        """Where workers put parts themselves: they may be where this machine's directories are not."""
        self.parts: dict[str, PartEntry] = {}
        self._plan: dict[str, list[Part]] = defaultdict(list)
        for part in sorted(plan, key=lambda part: part.file):
            self._plan[part.table].append(part)
        super().__init__(part.file for parts in self._plan.values() for part in parts)

    def add(self, made: Made) -> None:
        if self.into is None:
            self.storage.put(made.file, self.folder / made.file)
        self.parts[made.file] = PartEntry(path=made.file, bytes=made.size, sha256=made.sha256, rows=made.rows)
        super().add(made)

    def known(self) -> Iterator[Stretch]:
        """What is known of the content of parts that follow each other."""
        for table, first, end, content in self.stretches():
            parts = self._plan[table]
            begins = first == 0 or _months_differ(parts[first - 1], parts[first])
            ends = end == len(parts) or _months_differ(parts[end - 1], parts[end])
            yield Stretch(table, first, end, content, begins, ends)


def _months_differ(part: Part, other: Part) -> bool:
    """Whether two parts hold events of different months."""
    return bool(part.span and other.span) and _month(part) != _month(other)


def _month(part: Part) -> str:
    assert part.span
    return f"{date(1970, 1, 1) + timedelta(days=part.span[0]):%Y-%m}"


def make_shard(
    settings: Settings,
    out: str | Path,
    shard: int,
    shards: int,
    *,
    json_form: bool = True,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> ShardBuilt:
    """Make the parts of one of several shards, counted from 1, at the very places where the dataset has them.

    Its receipt comes last. Parts that a receipt tells, and that are as it tells, are not made again; two runs of the
    same shard do not disturb each other. `json_form`: whether sealing makes it; all shards say the same.

    Raises `UsageError` for a shard that there is not, for a place that is another dataset's (`begin`), and where
    writing fails: what is finished stays there for the next run.
    """
    if not 1 <= shard <= shards:
        raise UsageError(f"shard {shard}/{shards}: shards go from 1 to {shards}")
    storage, world = storage_of(out), World(settings.domain, settings)
    build = build_of(settings, shards, json_form=json_form)
    parts = divided(world, shards)[shard - 1]
    with storage.aside() as aside:
        there = begin(storage, build, settings.domain)
        earlier = _earlier(storage, build, shard, parts, there, aside)
        told = {entry.path: entry for entry in earlier.parts} if earlier else {}
        needed = Needed.of(settings.domain, json_form=json_form)
        missing = [
            part
            for part in parts
            if part.file not in told
            or fault_of(told[part.file], storage, there, aside / part.file, needed.columns(part.file))
        ]
        if earlier and not missing:
            return ShardBuilt([], len(parts), len(parts))
        put = _Put(storage, aside / "new", (part for table in world.domain.models for part in plan(world, table)))
        (aside / "new").mkdir()
        try:
            make(settings, aside / "new", missing, executor, progress, results=put, into=put.into)
            if not earlier or any(told[file] != entry for file, entry in put.parts.items()):
                # Other libraries may have written what stands there: a receipt tells of the parts of one run.
                rest = [part for part in parts if part.file not in put.parts]
                make(settings, aside / "new", rest, executor, progress, results=put, into=put.into)
                _put_receipt(put, build, shard, aside)
        except KeyboardInterrupt:
            raise KeyboardInterrupt(f"shard {shard}/{shards} is not whole yet: run it again") from None
        except BrokenExecutor as error:
            reason = "a worker process died (out of memory?); what is finished stays there for the next run"
            raise UsageError(f"{storage.shown}: {reason}") from error
    tables = [put.built(table) for table in settings.domain.models]
    return ShardBuilt([table for table in tables if table.rows], len(parts), len(parts) - len(put.parts))


def _earlier(
    storage: Storage,
    build: ShardedBuild,
    shard: int,
    parts: Sequence[Part],
    there: Mapping[str, int],
    aside: Path,
) -> Receipt | None:
    """The receipt of an earlier run of the shard, where that is whole and of the same parts.

    Raises `UsageError` where it is of another build: somebody has put it there.
    """
    name = receipt_name(shard, build.shards)
    try:
        found = receipt.parsed(Receipt, storage.read(name), name)
    except (FileNotFoundError, DataError):
        return None
    if differences := [*build.differences(found.build)]:
        raise UsageError(
            f"{storage.shown}/{name}: the receipt of a shard {', '.join(differences)}: name another place, or remove it"
        )
    same = found.shard == shard and [entry.path for entry in found.parts] == sorted(part.file for part in parts)
    return found if same and not fault_of(found.edges, storage, there, aside / "earlier.edges") else None


def _put_receipt(put: _Put, build: ShardedBuild, shard: int, aside: Path) -> None:
    """Put a shard's receipt in its place, after the file that it names."""
    name = receipt_name(shard, build.shards, "edges")
    (aside / name).parent.mkdir()
    with (aside / name).open("wb") as file:
        stretches = tuple(edges.written(put.known(), file))
    entry = FileEntry.of(aside, name)
    put.storage.put(name, aside / name)
    parts = tuple(entry for _, entry in sorted(put.parts.items()))
    told = Receipt(format=receipt.FORMAT, build=build, shard=shard, parts=parts, stretches=stretches, edges=entry)
    name = receipt_name(shard, build.shards)
    (aside / name).write_text(told.text(), encoding="utf-8")
    put.storage.put(name, aside / name)
