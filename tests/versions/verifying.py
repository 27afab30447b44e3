"""What a verification found, ready to be compared."""

from __future__ import annotations

from demo_data.versions.verify import Verified


def broken(found: Verified) -> dict[str, list[str]]:
    """The faults of each section that has any, with paths from the snapshot's directory on."""
    return {
        section.name: [fault.removeprefix(f"{found.path}/") for fault in section.faults]
        for section in found.sections
        if section.faults
    }
