"""A MongoDB server: connecting in seconds, errors for people, and no password in any of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from demo_data.common.errors import UsageError, first_line
from demo_data.common.rendering import printable
from demo_data.export.mongodb.uri import clean, client, hidden

if TYPE_CHECKING:
    from bson.raw_bson import RawBSONDocument
    from pymongo import MongoClient
    from pymongo.collection import Collection
    from pymongo.database import Database

_ALREADY_THERE, _NOT_ALLOWED, _NOT_KNOWN, _NO_NAMESPACE, _NAMESPACE_IS_THERE = 11000, 13, 18, 26, 48
_TRANSACTIONS_CREATE = 9
"""The wire version (of MongoDB 4.4) from which on a transaction may make collections."""

_PATIENCE_MS = 60_000
"""How long the majority of a replica set may take to follow."""

_ACKNOWLEDGED = {"w": "majority", "wtimeout": _PATIENCE_MS}


@dataclass(frozen=True)
class Server:
    """A server that answers. `shown` are its hosts; `transactions` says whether it has them."""

    client: MongoClient[dict[str, Any]]
    shown: str
    transactions: bool
    secrets: tuple[str, ...] = ()

    def reason(self, error: Exception) -> str:
        """Why the server could not do what was asked, without secrets."""
        return clean(printable(_reason(error)), self.secrets)

    def database(self, name: str) -> Database[dict[str, Any]]:
        """A database: read at the primary, written so that what is acknowledged stays. Moments have a zone."""
        from bson.binary import UuidRepresentation
        from bson.codec_options import CodecOptions
        from pymongo import ReadPreference, WriteConcern
        from pymongo.read_concern import ReadConcern

        options: CodecOptions[dict[str, Any]] = CodecOptions(
            tz_aware=True, uuid_representation=UuidRepresentation.STANDARD
        )
        concern = WriteConcern(w="majority", wtimeout=_PATIENCE_MS)
        return self.client.get_database(name, options, ReadPreference.PRIMARY, concern, ReadConcern())

    def collection(self, database: str, name: str) -> Collection[RawBSONDocument]:
        """A collection whose documents come as their bytes."""
        from bson.codec_options import CodecOptions
        from bson.raw_bson import RawBSONDocument

        raw: CodecOptions[Any] = CodecOptions(document_class=RawBSONDocument)
        found: Any = self.database(database).get_collection(name, codec_options=raw)
        return cast("Collection[RawBSONDocument]", found)

    def has(self, database: str, name: str) -> bool:
        """Whether a collection exists."""
        return bool(self.database(database).list_collection_names(filter={"name": name}))

    def create(self, database: str, name: str, options: Mapping[str, Any]) -> None:
        """Make a collection, unless it is there."""
        from pymongo.errors import OperationFailure

        try:
            self.database(database).command("create", name, **options, writeConcern=_ACKNOWLEDGED)
        except OperationFailure as error:
            if error.code != _NAMESPACE_IS_THERE:
                raise

    def index(self, database: str, name: str, indexes: Sequence[Mapping[str, Any]]) -> None:
        """Make indexes, those that are not there."""
        if indexes:
            self.database(database).command("createIndexes", name, indexes=indexes, writeConcern=_ACKNOWLEDGED)

    def rename(self, database: str, name: str, final: str) -> bool:
        """Let a collection take another's place; whether it was there to do so."""
        from pymongo.errors import OperationFailure

        try:
            self.client.admin.command(
                "renameCollection",
                f"{database}.{name}",
                to=f"{database}.{final}",
                dropTarget=True,
                writeConcern=_ACKNOWLEDGED,
            )
        except OperationFailure as error:
            if error.code != _NO_NAMESPACE:
                raise
            return False
        return True


@contextmanager
def connected(uri: str) -> Iterator[Server]:
    """A server that has answered; what goes wrong with it, now or in the body, is raised as `UsageError`."""
    from pymongo.errors import PyMongoError

    secrets = hidden(uri)
    shown, found = client(uri, secrets)
    try:
        yield _greeted(found, shown, secrets)
    except PyMongoError as error:
        raise UsageError(f"{shown}: {clean(printable(_reason(error)), secrets)}") from None
    finally:
        found.close()


def _greeted(client: MongoClient[dict[str, Any]], shown: str, secrets: tuple[str, ...]) -> Server:
    from pymongo.errors import PyMongoError

    try:
        hello = client.admin.command("hello")
        client.admin.command("ping")
    except PyMongoError:
        raise
    except (ValueError, TypeError, LookupError, ImportError) as error:
        # The driver holds user and password against SASLprep only when it logs in.
        told = clean(printable(first_line(error)), secrets)
        raise UsageError(f"{shown}: cannot log in with the user and password of the URI: {told}") from None
    if not hello.get("isWritablePrimary", hello.get("ismaster", True)):
        at = f", which is {hello['primary']}" if hello.get("primary") else ""
        raise UsageError(f"{shown}: is not the primary and takes no writes: name the primary{at}, or the replica set")
    # Over shards, a transaction may not make collections.
    transactions = "setName" in hello and hello["maxWireVersion"] >= _TRANSACTIONS_CREATE
    return Server(client, shown, transactions, secrets)


def _reason(error: Exception) -> str:
    from pymongo.errors import BulkWriteError, OperationFailure, ServerSelectionTimeoutError

    if isinstance(error, BulkWriteError):
        first = (error.details.get("writeErrors") or [{}])[0]
        return _told(first.get("code"), first.get("errmsg") or first_line(error))
    if isinstance(error, OperationFailure):
        return _told(error.code, str((error.details or {}).get("errmsg") or first_line(error)))
    text = first_line(error).partition(", Timeout:")[0]
    if isinstance(error, ServerSelectionTimeoutError):
        text = re.sub(r" \(configured timeouts: [^)]*\)", "", text)
        text = re.sub(r"(^|,)[\w.\[\]:-]+:\d+: ", r"\1", text)
        text = re.sub(r"\[Errno -?\d+\] ", "", text)
        if "SSL handshake failed" in text and not re.search(r"(?i)certificate|alert", text):
            return f"cannot be reached: it does not answer in TLS, which the URI asks for ({text})"
        return f"cannot be reached: {text}"
    return re.sub(r" \(configured timeouts: [^)]*\)", "", text)


def _told(code: int | None, text: str) -> str:
    if code == _ALREADY_THERE:
        return f"another document has that key already: {text}"
    if code == _NOT_KNOWN:
        return f"user or password is wrong: {text}"
    return f"not allowed: {text}" if code == _NOT_ALLOWED else text
