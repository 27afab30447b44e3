"""The records of a table on disk: in their JSON form, and as Pydantic objects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from demo_data.build import generator_version
from demo_data.common.errors import DataError
from demo_data.common.files import FileError
from demo_data.dataset import store
from demo_data.schema.record import Entity


@dataclass(frozen=True)
class Records:
    """A table's records. `shown`: the snapshot and the table, as errors name them; `generator`: what made it."""

    files: Sequence[Path]
    model: type[Entity] | None
    shown: str
    generator: str

    def lines(self, limit: int | None = None) -> Iterator[str]:
        """The first `limit` records, or all, each as JSON text. Raises `DataError` where the columns are others."""
        if self.model is None:
            raise self._misfit("there is no such table")
        try:
            for some in store.json_lines(self.files, self.model, known=True) if limit != 0 else ():
                yield from some if limit is None else some.head(limit)
                limit = None if limit is None else limit - len(some)
                if limit is not None and limit <= 0:
                    return
        except FileError as error:
            raise self._misfit(error.reason) from None

    def objects(self, limit: int | None = None) -> list[Entity]:
        """The first `limit` records, or all, as validated objects. Raises `DataError` where they are none."""
        found: list[Entity] = []
        for line in self.lines(limit):
            assert self.model is not None
            try:
                found.append(self.model.model_validate_json(line, strict=True))
            except ValidationError as error:
                first = error.errors(include_url=False)[0]
                where = ".".join(map(str, first["loc"]))
                raise self._misfit(f"record {len(found)}: {where}: {first['msg']}") from None
        return found

    def _misfit(self, what: str) -> DataError:
        versions = f"(made by {self.generator}; this is {generator_version()})"
        return DataError(f"{self.shown} does not fit this version's models {versions}: {what}")
