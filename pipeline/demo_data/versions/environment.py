"""The packages that a version was made with: those that its lock file names, as far as making data needs them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from demo_data.common.errors import UsageError, redacted

LOCK, PROJECT = "requirements.lock", "pyproject.toml"
_PINNED = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(?:\[[^]]*])?==(?P<version>[^\s;\\]+)")


@dataclass(frozen=True)
class Package:
    """A package of a lock file: its version, its lines with their hashes, and the packages that ask for it."""

    name: str
    version: str
    lines: str
    askers: frozenset[str]


def core_packages(tree: Path) -> list[Package]:
    """The locked packages that the project in `tree` cannot do without: no extras. Raises `UsageError`."""
    try:
        packages = _packages((tree / LOCK).read_text(encoding="utf-8"))
        wanted = _project(tree)["project"]["dependencies"]
    except (OSError, ValueError, LookupError) as error:
        raise UsageError(f"no lock file is there to tell which packages are needed: {error}") from None
    needed = {_plain(re.split(r"[^A-Za-z0-9._-]", name, maxsplit=1)[0]) for name in wanted}
    while more := {package.name for package in packages if package.askers & needed} - needed:
        needed |= more
    return [package for package in packages if package.name in needed]


def named_domain(tree: Path) -> str | None:
    """The domain that the project in `tree` says its data is of, where that is not our own; None where it says none."""
    try:
        name = _project(tree)["tool"]["demo-data"]["domain"]
    except (OSError, ValueError, LookupError, TypeError):
        return None
    return name if isinstance(name, str) else None


def differing(packages: Sequence[Package]) -> list[str]:
    """The packages that are installed here in another version than the locked one, a phrase each."""
    locked: dict[str, list[str]] = {}
    for package in packages:
        locked.setdefault(package.name, []).append(package.version)
    phrases = []
    for name, versions in locked.items():
        with suppress(PackageNotFoundError):  # for another system
            if (here := version(name)) not in versions:
                phrases.append(f"{name} {here} instead of {' or '.join(versions)}")
    return phrases


def write_metadata(tree: Path, folder: Path) -> None:
    """Write in `folder` what Python tells of an installed package, for the project in `tree`, which is not installed.

    It is found where `folder` is on the path: the code then tells its own version, not that of another installation.
    """
    try:
        project = _project(tree)["project"]
    except (OSError, ValueError, LookupError) as error:
        raise UsageError(f"{PROJECT}: does not tell what is built: {error}") from None
    fields = {
        "Metadata-Version": "2.4",
        "Name": project.get("name"),
        "Version": project.get("version"),
        "Summary": project.get("description"),
        "License-Expression": project.get("license"),
        "Keywords": ",".join(sorted(project.get("keywords", ()))),
    }
    place = folder / f"{_plain(str(fields['Name'])).replace('-', '_')}-{fields['Version']}.dist-info"
    place.mkdir(parents=True)
    lines = (f"{key}: {value}\n" for key, value in fields.items() if isinstance(value, str) and value)
    (place / "METADATA").write_text("".join(lines), encoding="utf-8")


def installed(packages: Sequence[Package], folder: Path) -> Path:
    """A Python of its own in `folder`, with just these packages, each checked against its hashes.

    uv installs them where it is at hand, from its cache if that has all of them; pip elsewhere. Raises `UsageError`.
    """
    requirements = folder / "requirements.txt"
    requirements.write_text("".join(package.lines for package in packages), encoding="utf-8")
    place = folder / "environment"
    python = Path(sysconfig.get_path("scripts", "venv", vars={"base": str(place)})) / Path(sys.executable).name
    options = ("install", "--quiet", "--no-deps", "--require-hashes", "--requirement", str(requirements))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    uv = shutil.which("uv", path=path)
    if uv:
        _run(uv, "venv", "--quiet", "--no-project", "--python", sys.executable, str(place))
    else:
        _run(sys.executable, "-m", "venv", str(place))
    python = python if python.exists() else python.with_name(f"python{python.suffix}")
    if uv:
        try:
            _run(uv, "pip", *options, "--python", str(python), "--offline")
        except UsageError:
            _run(uv, "pip", *options, "--python", str(python))
    else:
        _run(str(python), "-m", "pip", *options, "--disable-pip-version-check")
    return python


def without_python_settings() -> dict[str, str]:
    """This process's environment, without what would make another Python look for modules elsewhere."""
    return {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")}


def _run(*command: str) -> None:
    done = subprocess.run(
        command,
        env=without_python_settings(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode:
        lines = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        reason = redacted(" ".join(lines[-2:])) or command[0]
        raise UsageError(f"the locked packages cannot be installed: {reason}")


def _project(tree: Path) -> dict[str, Any]:
    return tomllib.loads((tree / PROJECT).read_text(encoding="utf-8"))


def _packages(lock: str) -> list[Package]:
    """The packages of a lock file as uv and pip-tools write it: who asks for one stands below it, after `# via`."""
    packages = []
    for block in re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE):
        if pinned := _PINNED.match(block):
            after = block.partition("# via")[2]
            askers = (re.sub(r"[#\s]*(\S*).*", r"\1", line) for line in after.splitlines())
            lines = "".join(line for line in block.splitlines(keepends=True) if not line.lstrip().startswith("#"))
            names = frozenset(_plain(name) for name in askers if name)
            packages.append(Package(_plain(pinned["name"]), pinned["version"], lines, names))
    return packages


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
