"""All receipts of a build, held against its plan and the files that they tell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from demo_data.common.errors import DataError
from demo_data.common.program import program
from demo_data.common.rendering import counted, few
from demo_data.dataset import edges, layout, receipt
from demo_data.dataset.made import Results
from demo_data.dataset.manifest import FileEntry
from demo_data.dataset.receipt import BUILD, PartEntry, Receipt, ShardedBuild, receipt_name
from demo_data.engine.world import World
from demo_data.plan import Part
from demo_data.shards.division import divided
from demo_data.shards.files import fault_of
from demo_data.shards.needed import Needed
from demo_data.storage import Storage

_RECEIPT = re.compile(rf"{layout.RECEIPTS}/[0-9]+-of-[0-9]+\.json")
_AT_ONCE = 4


def read_receipts(storage: Storage, there: Iterable[str]) -> Iterator[tuple[str, Receipt | DataError]]:
    """Every receipt by its name; in the stead of one that cannot be used, what is wrong with it."""
    for name in sorted(filter(_RECEIPT.fullmatch, there)):
        try:
            yield name, receipt.parsed(Receipt, storage.read(name), name)
        except FileNotFoundError:
            continue
        except DataError as error:
            yield name, error


def require_whole(
    storage: Storage, build: ShardedBuild, world: World, there: Mapping[str, int], view: Path
) -> list[Receipt]:
    """The receipts of all shards, in order; what is needed of the parts that they tell is in `view` then.

    A local folder's files are read and held against them; of objects, what is needed, and the sizes of the others.
    `there`: the names and sizes of the storage's files. Raises `DataError` that tells everything that is wrong.
    """
    plan = divided(world, build.shards)
    receipts: dict[int, Receipt] = {}
    faults: list[str] = []
    present = set[str]()
    for name, found in read_receipts(storage, there):
        present.add(name)
        wrong = found.messages if isinstance(found, DataError) else [*_faults(name, found, build, plan)]
        faults += wrong
        if isinstance(found, Receipt) and not wrong:
            receipts[found.shard] = found
    numbers = range(1, build.shards + 1)
    if missing := [number for number in numbers if receipt_name(number, build.shards) not in present]:
        faults.insert(0, f"{'shard' if len(missing) == 1 else 'shards'} missing: {spans(missing)} of {build.shards}")
    needed = Needed.of(world.domain, json_form=build.json_form)

    def fault(of: tuple[int, FileEntry]) -> str | None:
        number, entry = of
        columns = needed.columns(entry.path) if isinstance(entry, PartEntry) else None
        found = fault_of(entry, storage, there, view / entry.path, columns)
        return found and f"{entry.path} (shard {number}): {found}"

    files = [(number, entry) for number, found in sorted(receipts.items()) for entry in (*found.parts, found.edges)]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        faults += filter(None, pool.map(fault, files))
    own = {part.file for parts in plan for part in parts}
    tables = {f"{table}.parquet" for table in world.domain.models}
    if strangers := sorted(name for name in there if name.partition("/")[0] in tables and name not in own):
        faults.append(f"{counted(len(strangers), 'file')} that no shard has: {few(strangers)}: move what is not yours")
    if faults:
        command = f"{program()} build {build.recipe.profile} --shard K/{build.shards}"
        hint = f"not sealed; `{command}`, with the same options as before, makes a shard again"
        raise DataError([f"{storage.shown}: {fault}" for fault in (*faults, hint)])
    return [receipts[number] for number in numbers]


def _faults(name: str, found: Receipt, build: ShardedBuild, plan: list[list[Part]]) -> Iterator[str]:
    """What is wrong with a receipt by itself."""
    differences = [*build.differences(found.build)]
    if differences:
        yield f"{name}: the receipt of a shard {', '.join(differences)}"
    elif name != receipt_name(found.shard, build.shards):
        yield f"{name}: tells shard {found.shard}, as {receipt_name(found.shard, build.shards)} does: a shard twice"
    elif [entry.path for entry in found.parts] != sorted(part.file for part in plan[found.shard - 1]):
        yield f"{name}: tells other parts than those of shard {found.shard}"
    elif found.edges.path != receipt_name(found.shard, build.shards, "edges"):
        yield f"{name}: names a file that is not its own"


def joined(receipts: Iterable[Receipt], view: Path) -> Results:
    """What is known of all parts together, of receipts that hold; their edges are gone from `view` then.

    Raises `ValueError` where receipts that hold, each by itself, do not fit together.
    """
    receipts = list(receipts)
    results = Results(entry.path for found in receipts for entry in found.parts)
    for found in receipts:
        path = view / found.edges.path
        with path.open("rb") as file:
            for each in edges.read(found.stretches, file):
                results.join(each.table, each.first, each.end, each.content)
        path.unlink()
    return results


def spans(numbers: list[int]) -> str:
    """Numbers in order, those that follow each other as ranges: `1, 4-6`."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return few([f"{first}-{last}" if first < last else f"{first}" for first, last in found], 20)


def orphans(storage: Storage, hashes: Mapping[str, str], there: Mapping[str, int]) -> list[tuple[str, int]]:
    """The names and sizes of the files that neither a manifest, by its files' `hashes`, nor a receipt names."""
    named = {*hashes, layout.MANIFEST, layout.VALIDATION, layout.WRITTEN, BUILD, *layout.on_demand(hashes)}
    for name, found in read_receipts(storage, there):
        if isinstance(found, Receipt):
            named |= {name, found.edges.path, *(entry.path for entry in found.parts)}
    return sorted((name, size) for name, size in there.items() if name not in named)
