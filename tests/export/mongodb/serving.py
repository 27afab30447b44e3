"""Starting servers, and reading what lies in their databases."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bson import ObjectId
from pymongo import MongoClient

from tests.serving import free_port, listening

PREFIXES = ("plantation", "collection", "ai_model", "demo_data")


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[str]:
    """A MongoDB-compatible server in a process of its own, its data in `folder`: the URI."""
    port = free_port()
    command = [sys.executable, "-m", "secantus", "--host", "127.0.0.1", "--port", str(port)]
    where = ["--storage-path", str(folder / "server"), "--log-level", "ERROR"]
    with listening([*command, *where, *options], folder, port):
        yield f"mongodb://127.0.0.1:{port}"


class Databases:
    """The databases of one suffix, which are gone afterwards."""

    def __init__(self, uri: str, suffix: str) -> None:
        self.uri, self.suffix = uri, suffix
        self.client: MongoClient[dict[str, Any]] = MongoClient(uri)

    def __enter__(self) -> Databases:
        return self

    def __exit__(self, *_: object) -> None:
        self.drop()
        self.client.close()

    def drop(self) -> None:
        """Take them away."""
        for prefix in PREFIXES:
            self.client.drop_database(f"{prefix}_{self.suffix}")

    def collection(self, place: str) -> Any:
        """A collection by `database.collection`, the database without its suffix."""
        database, _, name = place.partition(".")
        return self.client[f"{database}_{self.suffix}"][name]

    def documents(self, place: str) -> list[dict[str, Any]]:
        """All documents of a collection, in a settled order, without the ids that the server made."""
        found = []
        for document in self.collection(place).find():
            if isinstance(document["_id"], ObjectId):
                del document["_id"]
            found.append(document)
        return sorted(found, key=repr)

    def places(self) -> list[str]:
        """The collections that are there."""
        return sorted(
            f"{prefix}.{name}"
            for prefix in PREFIXES
            for name in self.client[f"{prefix}_{self.suffix}"].list_collection_names()
        )

    def content(self) -> dict[str, Any]:
        """Everything: per collection its documents and its indexes."""
        return {place: (self.documents(place), self.indexes(place)) for place in self.places()}

    def indexes(self, place: str) -> list[tuple[tuple[str, ...], bool]]:
        """The fields of each index, and whether it is unique; without the one of `_id`."""
        found = self.collection(place).index_information().values()
        keys = [(tuple(name for name, _ in index["key"]), bool(index.get("unique"))) for index in found]
        return sorted(key for key in keys if key[0] != ("_id",))
