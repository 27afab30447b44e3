"""A MongoDB server: what of its URI counts, connecting in seconds, errors for people, no password in any of them."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

from bson.binary import UuidRepresentation
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient, ReadPreference, WriteConcern
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.common import VALIDATORS
from pymongo.database import Database
from pymongo.errors import ConfigurationError, OperationFailure, PyMongoError, ServerSelectionTimeoutError
from pymongo.read_concern import ReadConcern

from demo_data.common.errors import UsageError, first_line, masking, redacted
from demo_data.common.rendering import printable

Mask = Callable[[str], str]
Documents = Collection[RawBSONDocument]
Session = ClientSession | None

_WAIT = {"serverSelectionTimeoutMS": 2500, "connectTimeoutMS": 1500}
"""How long a server may be silent before it counts as unreachable, where the URI does not say. One handshake has to fit
into it, or nobody learns why it failed."""

_FORM = "mongodb://host[:port]/[?options], with user:password@ before the host where they are needed, percent-encoded"

_OURS = """
    readpreference readpreferencetags maxstalenessseconds readconcernlevel w wtimeout wtimeoutms j journal fsync
    retrywrites retryreads timeoutms sockettimeoutms maxpoolsize minpoolsize waitqueuetimeoutms waitqueuemultiple
    maxidletimems maxconnecting compressors zlibcompressionlevel tz_aware document_class uuidrepresentation
    unicode_decode_error_handler appname
"""
"""Options that a load decides: it reads from the primary what it has just written there, and waits for its writes."""

_NO_SECRETS = """
    replicaset authsource authmechanism tls ssl tlscafile tlsinsecure tlsallowinvalidcertificates
    tlsallowinvalidhostnames tlscrlfile tlscertificatekeyfile directconnection loadbalanced serverselectiontimeoutms
    connecttimeoutms heartbeatfrequencyms localthresholdms servermonitoringmode srvservicename srvmaxhosts
"""
"""Further options whose values may be shown."""

_NO_NAMESPACE = 26
_REASONS = {11000: "another document has that key already", 13: "not allowed", 18: "user or password is wrong"}
"""What error codes of the server mean."""

_TRANSACTIONS_CREATE = 9
"""The wire version (of MongoDB 4.4) from which on a transaction may make collections."""

MAJORITY = WriteConcern("majority", 60_000)
"""The milliseconds are how long the majority of a replica set may take to follow."""

_OPTIONS: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True, uuid_representation=UuidRepresentation.STANDARD)
_RAW: CodecOptions[Any] = CodecOptions(document_class=RawBSONDocument)


@dataclass(frozen=True)
class Server:
    """A server that answers. `hosts` are as people write them; `transactions` says whether it has them."""

    client: MongoClient[dict[str, Any]]
    hosts: str
    transactions: bool
    mask: Mask

    def reason(self, error: Exception) -> str:
        """Why the server could not do what was asked, without secrets."""
        return self.mask(_reason(error))

    def database(self, name: str) -> Database[dict[str, Any]]:
        """A database: read at the primary, written so that what is acknowledged stays. Moments have a zone."""
        return self.client.get_database(name, _OPTIONS, ReadPreference.PRIMARY, MAJORITY, ReadConcern())

    def collection(self, database: str, name: str) -> Documents:
        """A collection whose documents come as their bytes."""
        return cast("Documents", self.database(database).get_collection(name, codec_options=_RAW))

    def has(self, database: str, name: str) -> bool:
        """Whether a collection exists."""
        return bool(self.database(database).list_collection_names(filter={"name": name}))

    def create(self, database: str, name: str, options: Mapping[str, Any]) -> None:
        """Make a collection, which is not there."""
        self.database(database).command("create", name, **options, writeConcern=MAJORITY.document)

    def index(self, database: str, name: str, indexes: Sequence[Mapping[str, Any]]) -> None:
        """Make indexes, those that are not there, and the collection where that is not."""
        if indexes:
            self.database(database).command("createIndexes", name, indexes=indexes, writeConcern=MAJORITY.document)

    def rename(self, database: str, name: str, final: str) -> None:
        """Let a collection, where it is there, take another's place."""
        try:
            self.database(database)[name].rename(final, dropTarget=True)
        except OperationFailure as error:
            if error.code != _NO_NAMESPACE:
                raise


@contextmanager
def connected(uri: str) -> Iterator[Server]:
    """A server that has answered; what goes wrong with it, now or in the body, is raised as `UsageError`."""
    mask = masked(uri)
    hosts, client = _client(uri, mask)
    try:
        yield _greeted(client, hosts, mask)
    except PyMongoError as error:
        raise UsageError(f"{hosts}: {mask(_reason(error))}") from None
    finally:
        client.close()


def masked(uri: str) -> Mask:
    """What makes a text one line for people, without the secrets of a URI in whatever form they are repeated."""
    base, _, options = uri.partition("?")
    stated = (option.partition("=") for option in re.split("[&;]", options))
    open_values = {*_OURS.split(), *_NO_SECRETS.split()}
    hide = masking([uri, base], *(value for name, _, value in stated if name.lower() not in open_values))
    return lambda text: redacted(hide(printable(text)))


def _client(uri: str, mask: Mask) -> tuple[str, MongoClient[dict[str, Any]]]:
    """The hosts for people, and a client. What the driver says of a URI is repeated only where it holds no secret."""
    if not re.match(r"mongodb(\+srv)?://", uri):
        raise UsageError(f"the URI is no MongoDB URI; it reads {_FORM}")
    hosts = uri.partition("://")[2].rpartition("@")[2].partition("/")[0].partition("?")[0]
    used, stated = _without_ours(uri)
    waits: dict[str, Any] = {name: wait for name, wait in _WAIT.items() if name.lower() not in stated}
    try:
        with warnings.catch_warnings():
            # The driver passes over what it cannot read in a URI, with a warning: somebody has meant it.
            warnings.simplefilter("error")
            return hosts, MongoClient(used, appname="demo-data", **waits)
    except (PyMongoError, ValueError, TypeError, Warning, OSError) as error:
        reason = first_line(error)
        network = isinstance(error, ConfigurationError) and uri.startswith("mongodb+srv") and "@" not in reason
        if network and mask(reason) == reason:
            raise UsageError(f"{hosts}: {reason}") from None
        hint = f" ({reason})" if "@" not in uri and _harmless(reason) else ""
        raise UsageError(f"the URI cannot be read{hint}; it reads {_FORM}") from None


def _without_ours(uri: str) -> tuple[str, set[str]]:
    """The URI without the options that a load decides, and the names of all of them."""
    base, mark, options = uri.partition("?")
    ours, kept, names = _OURS.split(), [], set()
    for option in re.split("[&;]", options):
        name = option.partition("=")[0].lower()
        if name in names and name != "readpreferencetags":
            shown = name if name in ours or name in VALIDATORS else "an option"
            raise UsageError(f"the URI says {shown} twice: say it once")
        names.add(name)
        if name not in ours:
            kept.append(option)
    return base + mark + "&".join(kept) if kept != [""] else base, names


def _harmless(reason: str) -> bool:
    """Whether what the driver says of a URI is about an option's kind, and quotes no part that may be a secret."""
    return bool(re.match(r"[A-Za-z.]+ must be |Empty host|Cannot specify ", reason)) and "'" not in reason


def _greeted(client: MongoClient[dict[str, Any]], hosts: str, mask: Mask) -> Server:
    try:
        hello = client.admin.command("hello")
        client.admin.command("ping")
    except PyMongoError:
        raise
    except (ValueError, TypeError, LookupError, ImportError) as error:
        # The driver holds user and password against SASLprep only when it logs in.
        why = mask(first_line(error))
        raise UsageError(f"{hosts}: cannot log in with the user and password of the URI: {why}") from None
    if not hello.get("isWritablePrimary", hello.get("ismaster", True)):
        at = f", which is {hello['primary']}" if hello.get("primary") else ""
        raise UsageError(f"{hosts}: is not the primary and takes no writes: name the primary{at}, or the replica set")
    # Over shards, a transaction may not make collections.
    transactions = "setName" in hello and hello["maxWireVersion"] >= _TRANSACTIONS_CREATE
    return Server(client, hosts, transactions, mask)


def _reason(error: Exception) -> str:
    text = re.sub(r" \(configured timeouts: [^)]*\)", "", first_line(error).partition(", Timeout:")[0])
    if isinstance(error, OperationFailure):
        details = {"code": error.code, **(error.details or {})}
        first = (details.get("writeErrors") or [details])[0]
        text, code = first.get("errmsg") or first_line(error), first.get("code")
        return f"{_REASONS[code]}: {text}" if code in _REASONS else text
    if not isinstance(error, ServerSelectionTimeoutError):
        return text
    text = re.sub(r"(^|,)[\w.\[\]:-]+:\d+: ", r"\1", text)
    text = re.sub(r"\[Errno -?\d+\] ", "", text)
    if "SSL handshake failed" in text and not re.search(r"(?i)certificate|alert", text):
        return f"cannot be reached: it does not answer in TLS, which the URI asks for ({text})"
    return f"cannot be reached: {text}"
