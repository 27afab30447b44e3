"""How a place in object storage is named: `s3://bucket/prefix`, `gs://bucket/prefix`, `az://container/prefix`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from demo_data.common.errors import UsageError

SCHEMES = ("s3", "gs", "az")
FORMS = "s3://bucket/prefix, gs://bucket/prefix or az://container/prefix"

_BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]{1,221}[a-z0-9]", re.ASCII)
_SEGMENT = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9!_.'()=+@,:$& -]+", re.ASCII)
"""What every kind of storage keeps as it is written: no other sign would name the same object everywhere."""


def is_url(place: str | Path) -> bool:
    """Whether a text is meant as a URL, well written or not, rather than as a path."""
    return isinstance(place, str) and "://" in place


def local(place: str | Path) -> Path:
    """A path. Raises `UsageError` for a URL, where only a directory will do."""
    if is_url(place):
        raise UsageError(f"{place}: a directory is expected; `open_snapshot` of a URL has one, as its `path`")
    return Path(place)


@dataclass(frozen=True)
class Url:
    """A place in object storage; `prefix` has no slash at its ends, and is empty for a whole bucket."""

    scheme: str
    bucket: str
    prefix: str

    @classmethod
    def parse(cls, text: str) -> Url:
        """Read a URL. Raises `UsageError`, which repeats nothing where secrets may stand in it."""
        scheme, _, rest = text.partition("://")
        if scheme not in SCHEMES:
            raise UsageError(f"{scheme}://...: a directory is expected, or {FORMS}")
        bucket, _, prefix = rest.partition("/")
        if "@" in bucket or "?" in rest or "#" in rest:
            raise UsageError(
                f"{scheme}://...: write {scheme}://{'container' if scheme == 'az' else 'bucket'}/prefix and no more; "
                "credentials come from the environment alone"
            )
        if not _BUCKET.fullmatch(bucket):
            raise UsageError(f"{text}: {bucket!r} is no bucket's name; write it as {FORMS}")
        prefix = prefix.rstrip("/")
        for segment in prefix.split("/") if prefix else ():
            if not _SEGMENT.fullmatch(segment):
                raise UsageError(f"{text}: {segment!r} cannot stand between slashes of a prefix")
        return cls(scheme, bucket, prefix)

    def key(self, name: str) -> str:
        """What the bucket calls a file of this name below the prefix."""
        return f"{self.prefix}/{name}" if self.prefix else name

    def __str__(self) -> str:
        return f"{self.scheme}://{self.bucket}" + (f"/{self.prefix}" if self.prefix else "")
