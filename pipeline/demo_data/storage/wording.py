"""What a person is told where object storage refuses: one line each.

Nothing of obstore's own text is repeated but the server's code for the error: it holds whole requests, whose URLs may
be signed, and answers that may name keys.
"""

from __future__ import annotations

import re

from demo_data.common.errors import UsageError
from demo_data.storage.url import Url

KEYS = {
    "s3": "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    "gs": "GOOGLE_SERVICE_ACCOUNT",
    "az": "AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY",
}
"""The variables that hold the keys, in the simplest case."""

_STATUS = re.compile(r"status code: (\d{3})")
_CODE = re.compile(r"(?:<Code>|\(code: )([A-Za-z]{3,60})(?:</Code>|\))")
_NO_BUCKET = ("NoSuchBucket", "ContainerNotFound")
_WRONG_KEY = ("InvalidAccessKeyId", "SignatureDoesNotMatch", "AuthenticationFailed", "InvalidToken", "ExpiredToken")
_SKEWED = ("RequestTimeTooSkewed", "RequestExpired")
_FULL = re.compile(
    r"StorageFull|QuotaExceeded|QuotaFull|AccountQuota|status code: 507|no space left|disk quota", re.IGNORECASE
)
_MACHINE = re.compile(r"https?://(169\.254\.|metadata\.google)")
"""Where obstore asks for keys that the environment does not have: the machine that it may run on."""
_UNKNOWN = re.compile(r"token request|account must be specified|credential", re.IGNORECASE)
_OWN = re.compile(r"https?://\S+|(?<=for path )\S+|(?<=at location )\S+")
"""What people call their files tells nothing of the error."""
_GONE = re.compile(r"HTTP error|error sending request|connection|timed out|body error|error decoding", re.IGNORECASE)


def told(error: BaseException, url: Url, name: str) -> UsageError:
    """An error of obstore's, in the language of people; `name` is the file that it is about, if it is about one."""
    asked = _MACHINE.search(str(error))
    text = _OWN.sub("", str(error).partition("\n\nDebug source:")[0])
    status, code = (found[1] if (found := pattern.search(text)) else "" for pattern in (_STATUS, _CODE))
    where = f"{url}/{name}" if name else str(url)
    keys = KEYS[url.scheme]
    if code in _NO_BUCKET:
        return UsageError(f"{url}: there is no bucket {url.bucket!r}; nothing makes one here: make it first")
    if code in _SKEWED:
        return UsageError(f"{url}: refused, for this machine's clock is wrong ({code}): set it, and try again")
    if code in _WRONG_KEY:
        return UsageError(f"{url}: the keys are not accepted ({code}): {keys} hold them")
    if _FULL.search(text):
        return UsageError(f"{where}: no room is left there ({code or status or 'full'}); what is finished stays")
    if asked or (not status and _UNKNOWN.search(text)):
        return UsageError(f"{url}: no credentials are known: {keys} hold them, in the environment")
    if "Invalid Access Key" in text:
        return UsageError(f"{url}: the keys are not accepted, for they are none: {keys} hold them")
    if status in ("401", "403"):
        about = f"{status} {code}".strip()
        return UsageError(f"{where}: refused ({about}): the keys give no right to do this there")
    if status in ("301", "307", "400") and code in ("PermanentRedirect", "AuthorizationHeaderMalformed"):
        return UsageError(f"{url}: the bucket lies elsewhere ({code}): AWS_REGION names where")
    if status or code:
        return UsageError(f"{where}: the server fails with {f'{status} {code}'.strip()}; try again later")
    if _GONE.search(text):
        return UsageError(f"{where}: the server does not answer, or the connection was lost; tried several times")
    return UsageError(f"{where}: object storage fails: {_kind(error)}")


def _kind(error: BaseException) -> str:
    """The error's kind in words: `PreconditionError` as `precondition`."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(error).__name__.removesuffix("Error"))
    return words.lower() or "unknown"
