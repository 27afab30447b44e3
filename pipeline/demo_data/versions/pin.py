"""The name of a version: `demo@v1.0.0` is the profile `demo` in version 1.0.0, and a git tag."""

from __future__ import annotations

import re
from dataclasses import dataclass

from demo_data.common.errors import UsageError

_NUMBER = r"(0|[1-9]\d*)"
_VERSION = re.compile(rf"v{_NUMBER}\.{_NUMBER}\.{_NUMBER}")
_PROFILE = re.compile(r"[a-z0-9][a-z0-9_-]*")


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
class Pin:
    """A profile's dataset in one version; its text is the tag's name."""

    profile: str
    version: Version

    @classmethod
    def parse(cls, text: str) -> Pin:
        """Read `demo@v1.0.0`. Raises `UsageError`."""
        profile, at, version = text.partition("@")
        if not at or not _PROFILE.fullmatch(profile):
            raise UsageError(f"{text!r} is no version of a dataset: write it as demo@v1.0.0")
        return cls(profile, Version.parse(version))

    def __str__(self) -> str:
        return f"{self.profile}@{self.version}"


def looks_like_a_pin(text: str) -> bool:
    """Whether a text is meant as `profile@version`, well written or not, rather than as a path."""
    return "@" in text and not text.startswith((".", "/", "~")) and "/" not in text
