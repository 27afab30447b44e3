"""What a verification found: a section for each thing that was looked at, for people and for machines."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from demo_data.common.rendering import counted

HELD, BROKEN = "✓", "✗"


@dataclass
class Section:
    """One thing that was looked at: what of it, and the faults, a line each."""

    name: str
    about: str
    faults: list[str] = field(default_factory=list)


@dataclass
class Verified:
    """A snapshot that was verified: every fault of every section."""

    path: Path
    profile: str
    generator: str
    identity: str
    sections: list[Section] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    @property
    def faults(self) -> list[str]:
        """All faults, each naming its file."""
        return [fault for section in self.sections for fault in section.faults]

    def text(self) -> str:
        """The result for people: a line per section, below it its faults."""
        lines = [f"{self.path}: {self.profile}, made by {self.generator}, identity {self.identity[:16]}"]
        for section in self.sections:
            lines.append(f"  {BROKEN if section.faults else HELD} {section.name:11}{section.about}")
            lines += [f"      {fault}" for fault in section.faults]
        lines.append(f"{counted(len(self.faults), 'fault')} found" if self.faults else "verified: no fault found")
        return "\n".join(lines)

    def json_text(self) -> str:
        """The result for machines."""
        return json.dumps(self.as_json(), indent=2, ensure_ascii=False)

    def as_json(self) -> dict[str, Any]:
        """The result as one JSON object: `ok`, what it is, and a list of sections with their faults."""
        return {
            "path": str(self.path),
            "profile": self.profile,
            "generator": self.generator,
            "identity": self.identity,
            "ok": self.ok,
            "faults": len(self.faults),
            "sections": [
                {"name": each.name, "about": each.about, "ok": not each.faults, "faults": each.faults}
                for each in self.sections
            ],
        }
