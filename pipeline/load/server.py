"""A MongoDB server: connecting in seconds, errors for people, and no password in any of them."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote, unquote_plus

from pipeline.errors import UsageError, first_line

if TYPE_CHECKING:
    from bson.raw_bson import RawBSONDocument
    from pymongo import MongoClient
    from pymongo.collection import Collection

WAIT_MS = 2500
"""How long a server may be silent before it counts as unreachable, where the URI does not say."""

_TIMEOUTS = ("serverSelectionTimeoutMS", "connectTimeoutMS")
_FORM = "mongodb://[user:password@]host[:port]/[?options], user and password percent-encoded"
_SECRET_OPTION = re.compile(r"(?i)(?:password|token|properties|secret)[^=&;]*=([^&;]+)")
_ALREADY_THERE, _NOT_ALLOWED, _NOT_KNOWN = 11000, 13, 18


@dataclass(frozen=True)
class Server:
    """A server that answers. `shown` are its hosts; `transactions` says whether it has them."""

    client: MongoClient[dict[str, Any]]
    shown: str
    transactions: bool
    secrets: tuple[str, ...] = ()

    def reason(self, error: Exception) -> str:
        """Why the server could not do what was asked, without secrets."""
        return clean(_reason(error), self.secrets)

    def collection(self, database: str, name: str) -> Collection[RawBSONDocument]:
        """A collection whose documents come as their bytes."""
        from bson.codec_options import CodecOptions
        from bson.raw_bson import RawBSONDocument

        raw: CodecOptions[Any] = CodecOptions(document_class=RawBSONDocument)
        found: Any = self.client[database].get_collection(name, codec_options=raw)
        return cast("Collection[RawBSONDocument]", found)

    def has(self, database: str, name: str) -> bool:
        """Whether a collection exists."""
        return bool(self.client[database].list_collection_names(filter={"name": name}))


@contextmanager
def connected(uri: str) -> Iterator[Server]:
    """A server that has answered; what goes wrong with it, now or in the body, is raised as `UsageError`."""
    from pymongo.errors import PyMongoError

    secrets = _secrets(uri)
    shown, client = _client(uri, secrets)
    try:
        hello = client.admin.command("hello")
        client.admin.command("ping")
        yield Server(client, shown, "setName" in hello or hello.get("msg") == "isdbgrid", secrets)
    except PyMongoError as error:
        raise UsageError(f"{shown}: {clean(_reason(error), secrets)}") from None
    finally:
        client.close()


def _client(uri: str, secrets: tuple[str, ...]) -> tuple[str, MongoClient[dict[str, Any]]]:
    """The hosts for people, and a client. What the driver says of a URI is told only where it holds no secret."""
    from pymongo import MongoClient
    from pymongo.errors import ConfigurationError, PyMongoError

    if not re.match(r"mongodb(\+srv)?://", uri):
        raise UsageError(f"the URI is no MongoDB URI; it reads {_FORM}")
    shown = uri.partition("://")[2].rpartition("@")[2].partition("/")[0].partition("?")[0]
    stated = uri.lower()
    waits: dict[str, Any] = {name: WAIT_MS for name in _TIMEOUTS if name.lower() not in stated}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return shown, MongoClient(uri, appname="demo-data", **waits)
    except (PyMongoError, ValueError, TypeError) as error:
        told = first_line(error)
        network = isinstance(error, ConfigurationError) and uri.startswith("mongodb+srv") and "@" not in told
        if network and clean(told, secrets) == told:
            raise UsageError(f"{shown}: {told}") from None
        hint = f" ({told})" if "@" not in uri and _harmless(error) else ""
        raise UsageError(f"the URI cannot be read{hint}; it reads {_FORM}") from None


def _harmless(error: Exception) -> bool:
    """Whether what the driver says of a URI is about an option's kind, and quotes no part that may be a secret."""
    return bool(re.match(r"[A-Za-z.]+ must be |Empty host|Cannot specify ", str(error))) and "'" not in str(error)


def _secrets(uri: str) -> tuple[str, ...]:
    """The parts of a URI that nobody may see, as they stand in it and decoded; the longest first."""
    user = uri.partition("://")[2].rpartition("@")[0]
    found = [user.partition(":")[2], *_SECRET_OPTION.findall(uri)]
    both = {text for raw in found for text in (raw, unquote(raw), unquote_plus(raw)) if text}
    return tuple(sorted(both, key=len, reverse=True))


def clean(text: str, secrets: tuple[str, ...]) -> str:
    """The text without secrets."""
    for secret in secrets:
        text = text.replace(secret, "***")
    return without_userinfo(text)


def without_userinfo(text: str) -> str:
    """The text with user and password taken out of every MongoDB URI in it."""
    return re.sub(r"(mongodb(?:\+srv)?://)\S*@", r"\1***@", text)


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
        return f"cannot be reached: {text}"
    return re.sub(r" \(configured timeouts: [^)]*\)", "", text)


def _told(code: int | None, text: str) -> str:
    if code == _ALREADY_THERE:
        return f"another document has that key already: {text}"
    if code == _NOT_KNOWN:
        return f"user or password is wrong: {text}"
    return f"not allowed: {text}" if code == _NOT_ALLOWED else text
