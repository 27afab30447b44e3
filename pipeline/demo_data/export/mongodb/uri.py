"""A MongoDB URI: what of it counts, and what of it nobody may see."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Any

from demo_data.common.errors import UsageError, first_line, forms, redacted

if TYPE_CHECKING:
    from pymongo import MongoClient

_WAIT = {"serverSelectionTimeoutMS": 2500, "connectTimeoutMS": 1500}
"""How long a server may be silent before it counts as unreachable, where the URI does not say. One handshake has to fit
into it, or nobody learns why it failed."""

_FORM = "mongodb://host[:port]/[?options], with user:password@ before the host where they are needed, percent-encoded"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_OURS = _words(
    """
    readpreference readpreferencetags maxstalenessseconds readconcernlevel w wtimeout wtimeoutms j journal fsync
    retrywrites retryreads timeoutms sockettimeoutms maxpoolsize minpoolsize waitqueuetimeoutms waitqueuemultiple
    maxidletimems maxconnecting compressors zlibcompressionlevel tz_aware document_class uuidrepresentation
    unicode_decode_error_handler appname
    """
)
"""Options that a load decides: it reads from the primary what it has just written there, and waits for its writes."""

_NO_SECRETS = _words(
    """
    replicaset authsource authmechanism tls ssl tlscafile tlsinsecure tlsallowinvalidcertificates
    tlsallowinvalidhostnames tlscrlfile tlscertificatekeyfile directconnection loadbalanced serverselectiontimeoutms
    connecttimeoutms heartbeatfrequencyms localthresholdms servermonitoringmode srvservicename srvmaxhosts
    """
)
"""Options whose values may be shown."""

_MANY = frozenset({"readpreferencetags"})


def client(uri: str, secrets: tuple[str, ...]) -> tuple[str, MongoClient[dict[str, Any]]]:
    """The hosts for people, and a client. What the driver says of a URI is told only where it holds no secret."""
    from pymongo import MongoClient
    from pymongo.errors import ConfigurationError, PyMongoError

    if not re.match(r"mongodb(\+srv)?://", uri):
        raise UsageError(f"the URI is no MongoDB URI; it reads {_FORM}")
    shown = uri.partition("://")[2].rpartition("@")[2].partition("/")[0].partition("?")[0]
    used, stated = _without_ours(uri)
    waits: dict[str, Any] = {name: wait for name, wait in _WAIT.items() if name.lower() not in stated}
    try:
        with warnings.catch_warnings():
            # The driver passes over what it cannot read in a URI, with a warning: somebody has meant it.
            warnings.simplefilter("error")
            return shown, MongoClient(used, appname="demo-data", **waits)
    except (PyMongoError, ValueError, TypeError, Warning, OSError) as error:
        told = first_line(error)
        network = isinstance(error, ConfigurationError) and uri.startswith("mongodb+srv") and "@" not in told
        if network and clean(told, secrets) == told:
            raise UsageError(f"{shown}: {told}") from None
        hint = f" ({told})" if "@" not in uri and _harmless(error) else ""
        raise UsageError(f"the URI cannot be read{hint}; it reads {_FORM}") from None


def _without_ours(uri: str) -> tuple[str, set[str]]:
    """The URI without the options that a load decides, and the names of those that are left."""
    base, mark, options = uri.partition("?")
    kept, names = [], []
    for option in re.split("[&;]", options):
        name = option.partition("=")[0].lower()
        if name in names and name not in _MANY:
            known = name in _OURS | _NO_SECRETS
            raise UsageError(f"the URI says {f'{name} twice' if known else 'an option twice'}: say it once")
        names.append(name)
        if name not in _OURS:
            kept.append(option)
    return base + mark + "&".join(kept) if kept != [""] else base, set(names)


def _harmless(error: Exception) -> bool:
    """Whether what the driver says of a URI is about an option's kind, and quotes no part that may be a secret."""
    return bool(re.match(r"[A-Za-z.]+ must be |Empty host|Cannot specify ", str(error))) and "'" not in str(error)


def hidden(uri: str) -> tuple[str, ...]:
    """The parts of a URI that nobody may see, in every form in which an error may repeat them; the longest first."""
    rest = uri.partition("://")[2]
    base, _, options = rest.partition("?")
    found = {base.rpartition("@")[0].partition(":")[2], rest.rpartition("@")[0].partition(":")[2]}
    for option in re.split("[&;]", options):
        name, _, value = option.partition("=")
        if name.lower() not in _OURS | _NO_SECRETS:
            # Properties read NAME:VALUE,NAME:VALUE, and their values are tokens.
            found |= {value, *re.split("[:,]", value)[1::2]}
    every = {form for text in found for form in forms(text)}
    return tuple(sorted(every, key=len, reverse=True))


def clean(text: str, secrets: tuple[str, ...]) -> str:
    """The text without secrets."""
    for secret in secrets:
        text = text.replace(secret, "***")
    return redacted(text)
