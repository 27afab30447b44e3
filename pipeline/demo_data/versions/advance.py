"""Advancing a pinned dataset to a later day, by the code that made it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from demo_data.common.errors import UsageError
from demo_data.dataset.layout import MANIFEST, RECIPE
from demo_data.dataset.manifest import Manifest, parsed_manifest, read_manifest
from demo_data.dataset.recipe_file import whole_recipe
from demo_data.versions import cache
from demo_data.versions.fetch import copied
from demo_data.versions.own_code import OwnCode, made_ready
from demo_data.versions.pin import Pin
from demo_data.versions.remote.repository import AnyRepository

_COMMAND = Path("pipeline", "demo_data", "commands", "advance.py")
"""Where a version of this program has what advances a dataset; those before it have nothing there."""


def advanced(pin: Pin, where: AnyRepository, base: Path, manifest: bytes, *, say: Callable[[str], None]) -> Path:
    """The snapshot in `base`, whose manifest's bytes are `manifest`, advanced to the pin's day: where the cache has it.

    `base` stays as it is. The packages are those of the commit's lock file: at hand, or installed for it. Raises
    `UsageError` where the code knows no `advance`, refuses the day, or does not run here.
    """
    assert pin.day
    with cache.scratch() as scratch, where.code(pin) as tree:
        code = made_ready(pin.base, tree, scratch, fresh=None, say=say)
        require_command(code, scratch)
        new = scratch / pin.profile
        copied(base, new, [MANIFEST, *parsed_manifest(manifest, f"{pin.base}: {MANIFEST}").hashes])
        say(f"advancing {pin.base} to {pin.day} by its own code")
        to_day(code, scratch, new, pin)
        return cache.keep_advanced(new, manifest, pin.day)


def require_command(code: OwnCode, scratch: Path) -> None:
    """Raise `UsageError` where the code comes from before there was an `advance`."""
    known = (code.tree / _COMMAND).is_file() if code.of_our_own else not code.run(scratch, "advance", "--help")[0]
    if not known:
        raise UsageError(
            f"{code.pin}: its own code is from before `advance` and brings it to no other day: pin a later version"
        )


def to_day(code: OwnCode, scratch: Path, folder: Path, pin: Pin) -> Manifest:
    """Advance the dataset in `folder` to the day of a pin, and see that it is that day's, and whole: its manifest."""
    ended, lines = code.run(scratch, "advance", str(folder), "--to", str(pin.day))
    if ended:
        raise UsageError(f"{pin}: {code.failure('advancing it', ended, lines).replace(str(folder), str(pin.base))}")
    manifest = read_manifest(folder)
    if faults := manifest.faults(folder):
        raise UsageError([f"{pin}: its own code made it no whole dataset: {fault}" for fault in faults])
    if (day := whole_recipe(folder / RECIPE).as_of) != pin.day:
        raise UsageError(f"{pin}: its own code advanced it to {day}")
    return manifest
