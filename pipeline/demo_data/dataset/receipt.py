"""What lies in `receipts/` until a dataset that was made in shards is sealed.

`build.json` says what is made there, and in how many shards; `0003-of-0064.json` which parts the third of 64 has made,
and `0003-of-0064.edges` the bytes of rows that it takes, with those of other shards, to hash a table's values.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Annotated, TypeVar

from pydantic import ConfigDict, Field, ValidationError, model_validator

from demo_data.common.errors import DataError
from demo_data.common.files import FileError, parsed_object
from demo_data.dataset.layout import RECEIPTS
from demo_data.dataset.manifest import FileEntry
from demo_data.dataset.recipe_file import RecipeFile
from demo_data.dataset.strict import Count, Hash, Strict, explained, require_known_format

FORMAT = 1
"""The form of both files: what this version writes, and the only one that it reads."""

BUILD = f"{RECEIPTS}/build.json"
Number = Annotated[int, Field(ge=1)]


class _Entry(Strict):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class ShardedBuild(_Entry):
    """What is made in shards: the recipe, but for its scenarios; by which domain and program; in how many shards.

    `json_form`: whether small tables get their JSON form when all is sealed.
    """

    format: Count
    domain: str
    generator: str
    schema_version: str = Field(alias="schema")
    lock: str | None
    recipe: RecipeFile
    shards: Number
    json_form: bool = Field(alias="json")

    def text(self) -> str:
        """What stands in build.json."""
        return self.model_dump_json(indent=2, by_alias=True, exclude_unset=True) + "\n"

    def differences(self, other: ShardedBuild) -> Iterator[str]:
        """What another one has otherwise, in words."""
        ours, theirs = self.recipe, other.recipe
        for what, here, there in (
            ("of domain", self.domain, other.domain),
            ("of profile", ours.profile, theirs.profile),
            ("by demo-data", self.generator, other.generator),
            ("with seed", ours.seed, theirs.seed),
            ("as of", ours.as_of, theirs.as_of),
        ):
            if here != there:
                yield f"{what} {there}, not {here}"
        if (ours.settings, ours.birth, ours.days) != (theirs.settings, theirs.birth, theirs.days):
            yield "of other settings"
        if self.shards != other.shards:
            yield f"in {other.shards} shards, not {self.shards}"
        if self.json_form != other.json_form:
            yield "with JSON" if other.json_form else "without JSON"
        if self.generator == other.generator and (self.lock, self.schema_version) != (other.lock, other.schema_version):
            yield f"by another state of demo-data {other.generator}"


class PartEntry(FileEntry):
    """A part: its file and its rows."""

    rows: Count


class PieceEntry(_Entry):
    """Rows at an edge: their number, the bytes of each stream of their values, and those of all as they are packed.

    `digest`: of rows that no others are hashed with; their bytes are not kept then.
    """

    rows: Count
    streams: tuple[Count, ...] = ()
    packed: Count = 0
    digest: Hash | None = None


class RunEntry(_Entry):
    """Rows that are hashed together: those of a month, or of no certain one (""); `blocks` are hashes of 32 bytes."""

    month: str
    rows: Count
    head: PieceEntry
    blocks: Annotated[str, Field(pattern="^([0-9a-f]{64})*$")]
    tail: PieceEntry | None


class StretchEntry(_Entry):
    """Files of a table that follow each other, from the `first` on, counted from 0; and what their rows hash to."""

    table: str
    first: Count
    files: Number
    runs: tuple[RunEntry, ...]


class Receipt(_Entry):
    """What a shard has made: its parts, and what they hash to. `edges`: the file that the pieces' bytes stand in.

    `sum`: the SHA-256 of all else, as it is written.
    """

    format: Count
    build: ShardedBuild
    shard: Number
    parts: tuple[PartEntry, ...]
    stretches: tuple[StretchEntry, ...]
    edges: FileEntry
    sum: Hash | None = None

    def text(self) -> str:
        """What stands in the receipt."""
        return self.model_copy(update={"sum": self._sum()}).model_dump_json(by_alias=True, exclude_unset=True) + "\n"

    def _sum(self) -> str:
        told = self.model_dump_json(by_alias=True, exclude_unset=True, exclude={"sum"})
        return hashlib.sha256(told.encode()).hexdigest()

    @model_validator(mode="after")
    def _as_written(self) -> Receipt:
        if self.sum not in (None, self._sum()):
            raise ValueError("its sum is not that of what it says")
        return self


def receipt_name(shard: int, shards: int, ending: str = "json") -> str:
    """The name of a shard's receipt, or of its edges."""
    return f"{RECEIPTS}/{shard:04}-of-{shards:04}.{ending}"


_File = TypeVar("_File", ShardedBuild, Receipt)


def parsed(kind: type[_File], text: bytes, name: str) -> _File:
    """What a file in `receipts/` says. Raises `DataError`, calling it `name`."""
    try:
        require_known_format(parsed_object(text, name), FORMAT, name)
        return kind.model_validate_json(text)
    except FileError as error:
        raise DataError(f"{name}: cannot be used: {error.reason}") from None
    except ValidationError as error:
        raise DataError(f"{name}: damaged, or not of this program's making: {explained(error)}") from None
