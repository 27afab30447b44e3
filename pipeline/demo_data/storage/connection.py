"""A connection to object storage by obstore: which credentials it has is between obstore and the environment."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from demo_data.common.errors import UsageError
from demo_data.storage.url import Url

if TYPE_CHECKING:
    from obstore.store import ObjectStore

PREFIXES = {"s3": "AWS", "gs": "GOOGLE", "az": "AZURE"}
"""How the variables of the environment begin that obstore reads."""

_ENDPOINTS = {"s3": ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT"), "az": ("AZURE_ENDPOINT",), "gs": ()}
_CLIENT = ("ALLOW_HTTP", "ALLOW_INVALID_CERTIFICATES", "PROXY_URL", "PROXY_CA_CERTIFICATE", "PROXY_EXCLUDES")
"""Settings of the client: obstore reads them from the environment only where it is given no others."""
_HOST = re.compile(r"([\w.-]+|\[[\da-f:.]+\])(:\d+)?(/|$)", re.ASCII | re.IGNORECASE)
_YES = ("1", "true", "on", "yes", "y")

_PATIENCE: Any = {
    "max_retries": 5,
    "retry_timeout": timedelta(seconds=20),
    "backoff": {"init_backoff": timedelta(milliseconds=100), "max_backoff": timedelta(seconds=2), "base": 2},
}
"""A server that is gone is told of after some seconds; obstore's own bound is three minutes."""
_WAITS = {"connect_timeout": "5s", "read_timeout": "60s", "timeout": "30m"}
"""The last is for one file or chunk in all: a large one may come slowly, as long as it comes."""


def connected(url: Url) -> ObjectStore:
    """The store of a URL, whose paths are relative to it; nothing is asked of the server yet.

    Raises `UsageError` where obstore is missing, or the environment's settings are none.
    """
    try:
        from obstore.exceptions import BaseError
        from obstore.store import AzureStore, GCSStore, S3Store
    except ImportError:
        raise UsageError(f"{url}: object storage needs obstore: pip install 'demo-data[object-storage]'") from None
    kinds: dict[str, Any] = {"s3": S3Store, "gs": GCSStore, "az": AzureStore}
    client = _client(url)
    _require_lines(url)
    _require_endpoint(url, allows_http=bool(client.get("allow_http")))
    try:
        store: ObjectStore = kinds[url.scheme](
            url.bucket, prefix=url.prefix or None, client_options=client, retry_config=_PATIENCE
        )
    except (BaseError, ValueError) as error:
        from demo_data.storage.wording import told

        raise told(error, url, "") from None
    return store


def _client(url: Url) -> dict[str, Any]:
    told: dict[str, Any] = dict(_WAITS)
    for name in _CLIENT:
        if value := os.environ.get(f"{PREFIXES[url.scheme]}_{name}"):
            told[name.lower()] = value.lower() in _YES if name.startswith("ALLOW") else value
    return told


def _require_lines(url: Url) -> None:
    """Raise `UsageError` where a setting holds what no request can, such as the end of a line: obstore breaks down."""
    for name, value in os.environ.items():
        if name.startswith(f"{PREFIXES[url.scheme]}_") and not value.isprintable():
            raise UsageError(f"{url}: {name} holds the end of a line, or another sign that cannot be sent: remove it")


def _require_endpoint(url: Url, *, allows_http: bool) -> None:
    """Raise `UsageError` where the endpoint is no URL, over which obstore would break down, or HTTP is not allowed."""
    for name in _ENDPOINTS[url.scheme]:
        if given := os.environ.get(name):
            scheme, _, host = given.partition("://")
            if scheme not in ("http", "https") or not _HOST.match(host):
                raise UsageError(f"{url}: {name} is no URL: write it as https://host or http://host:port")
            if scheme == "http" and not allows_http:
                allow = f"{PREFIXES[url.scheme]}_ALLOW_HTTP"
                raise UsageError(f"{url}: {name} is not encrypted (http://): {allow}=true allows that")
            return
