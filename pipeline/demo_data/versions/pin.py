"""How a dataset of a repository is named: a profile, then a version, an identity or a commit, and maybe a day.

`demo@v1.0.0` is the profile `demo` in version 1.0.0, and a git tag. `demo@8d51f7cd` is what a commit holds of it, and
`demo@9f86d081884c7d65` may be that too, or a snapshot's identity. `demo@v1.0.0+2026-02-28` is a version that its own
code has advanced to a day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from demo_data.common import written
from demo_data.common.errors import UsageError

COMMIT_DIGITS, IDENTITY_DIGITS = 7, 16
"""How many hexadecimal digits of a commit, and of an identity, must be given at least."""

_NUMBER = r"(0|[1-9]\d*)"
_VERSION = re.compile(rf"v{_NUMBER}\.{_NUMBER}\.{_NUMBER}", re.ASCII)
_PROFILE = re.compile(r"[a-z0-9][a-z0-9_-]*")
_DIGITS = re.compile(r"[0-9a-f]+")
_LONGEST = 64
_FORMS = (
    f"write it as demo@v1.0.0, or in place of v1.0.0 the first {IDENTITY_DIGITS} digits or more of an identity, or "
    f"{COMMIT_DIGITS} or more of a commit"
)


@dataclass(frozen=True, order=True)
class Version:
    """A semantic version without suffixes, ordered as such."""

    major: int
    minor: int
    patch: int

    @classmethod
    def parse(cls, text: str) -> Version:
        """Read `v1.0.0`. Raises `UsageError`."""
        numbers = _VERSION.fullmatch(text)
        if not numbers:
            raise UsageError(f"{text!r} is no version: write it as v1.0.0")
        return cls(*map(int, numbers.groups()))

    def __str__(self) -> str:
        return f"v{self.major}.{self.minor}.{self.patch}"


@dataclass(frozen=True, order=True)
class Tag:
    """A profile's dataset in one version, published; its text is the name of a git tag."""

    profile: str
    version: Version

    @classmethod
    def parse(cls, text: str) -> Tag:
        """Read `demo@v1.0.0`. Raises `UsageError`."""
        profile, at, version = text.partition("@")
        if not at or not _PROFILE.fullmatch(profile):
            raise UsageError(f"{text!r} is no version of a dataset: write it as demo@v1.0.0")
        return cls(profile, Version.parse(version))

    @property
    def pin(self) -> Pin:
        """The pin that names it."""
        return Pin(self.profile, self.version)

    def __str__(self) -> str:
        return f"{self.profile}@{self.version}"


@dataclass(frozen=True)
class Pin:
    """What names a dataset: `revision` is a version, or digits that an identity or a commit begins with.

    With a `day`, it is that dataset advanced to the day.
    """

    profile: str
    revision: Version | str
    day: date | None = None

    @classmethod
    def parse(cls, text: str) -> Pin:
        """Read a pin in any of its forms. Raises `UsageError`."""
        name, plus, day = text.partition("+")
        profile, at, revision = name.partition("@")
        if not at or not _PROFILE.fullmatch(profile):
            raise UsageError(f"{text!r} names no dataset: {_FORMS}")
        try:
            return cls(profile, _revision(revision), written.day(day) if plus else None)
        except UsageError:
            raise
        except ValueError as error:
            raise UsageError(f"{text!r}: {error}") from None

    @property
    def tag(self) -> Tag | None:
        """The version that is named, if it is one."""
        return Tag(self.profile, self.revision) if isinstance(self.revision, Version) else None

    @property
    def digits(self) -> str:
        """What an identity or a commit begins with; empty where a version is named."""
        return self.revision if isinstance(self.revision, str) else ""

    @property
    def base(self) -> Pin:
        """What is advanced: the pin without its day."""
        return replace(self, day=None)

    def __str__(self) -> str:
        return f"{self.profile}@{self.revision}" + (f"+{self.day}" if self.day else "")


def _revision(text: str) -> Version | str:
    if not _DIGITS.fullmatch(text):
        if _DIGITS.fullmatch(text.lower()):
            raise UsageError(f"{text!r}: write an identity or a commit in lower case")
        if text.startswith("v"):
            return Version.parse(text)
    elif COMMIT_DIGITS <= len(text) <= _LONGEST:
        return text
    raise UsageError(f"{text!r} is no version, identity or commit: {_FORMS}")


def looks_like_a_pin(text: str) -> bool:
    """Whether a text is meant as a pin, well written or not, rather than as a path."""
    return "@" in text and not text.startswith((".", "/", "~")) and "/" not in text
