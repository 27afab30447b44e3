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
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

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
        lock = (tree / LOCK).read_text(encoding="utf-8")
        wanted = tomllib.loads((tree / PROJECT).read_text(encoding="utf-8"))["project"]["dependencies"]
    except (OSError, ValueError, LookupError) as error:
        raise UsageError(f"no lock file is there to tell which packages are needed: {error}") from None
    packages = _packages(lock)
    needed = {_plain(re.split(r"[^A-Za-z0-9._-]", name, maxsplit=1)[0]) for name in wanted}
    while more := {each.name for each in packages if each.askers & needed} - needed:
        needed |= more
    return [each for each in packages if each.name in needed]


def named_domain(tree: Path) -> str | None:
    """The domain that the project in `tree` says its data is of, where that is not our own; None where it says none."""
    try:
        told = tomllib.loads((tree / PROJECT).read_text(encoding="utf-8"))["tool"]["demo-data"]["domain"]
    except (OSError, ValueError, LookupError, TypeError):
        return None
    return told if isinstance(told, str) else None


def differing(packages: Sequence[Package]) -> list[str]:
    """The packages that are installed here in another version than the locked one, a phrase each."""
    locked: dict[str, list[str]] = {}
    for each in packages:
        locked.setdefault(each.name, []).append(each.version)
    found = []
    for name, versions in locked.items():
        try:
            here = version(name)
        except PackageNotFoundError:
            continue  # for another system
        if here not in versions:
            found.append(f"{name} {here} instead of {' or '.join(versions)}")
    return found


def write_metadata(tree: Path, folder: Path) -> None:
    """Write in `folder` what Python tells of an installed package, for the project in `tree`, which is not installed.

    It is found where `folder` is on the path: the code then tells its own version, not that of another installation.
    """
    try:
        project = tomllib.loads((tree / PROJECT).read_text(encoding="utf-8"))["project"]
    except (OSError, ValueError, LookupError) as error:
        raise UsageError(f"{PROJECT}: does not tell what is built: {error}") from None
    told = {
        "Metadata-Version": "2.4",
        "Name": project.get("name"),
        "Version": project.get("version"),
        "Summary": project.get("description"),
        "License-Expression": project.get("license"),
        "Keywords": ",".join(sorted(project.get("keywords", ()))),
    }
    place = folder / f"{_plain(str(told['Name'])).replace('-', '_')}-{told['Version']}.dist-info"
    place.mkdir(parents=True)
    lines = (f"{key}: {value}\n" for key, value in told.items() if isinstance(value, str) and value)
    (place / "METADATA").write_text("".join(lines), encoding="utf-8")


def installed(packages: Sequence[Package], folder: Path) -> Path:
    """A Python of its own in `folder`, with just these packages, each checked against its hashes.

    uv installs them where it is at hand, from its cache if that has all of them; pip elsewhere. Raises `UsageError`.
    """
    listed = folder / "requirements.txt"
    listed.write_text("".join(each.lines for each in packages), encoding="utf-8")
    place = folder / "environment"
    python = Path(sysconfig.get_path("scripts", "venv", vars={"base": str(place)})) / Path(sys.executable).name
    options = ("install", "--quiet", "--no-deps", "--require-hashes", "--requirement", str(listed))
    beside = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    if uv := shutil.which("uv", path=beside):
        _run(uv, "venv", "--quiet", "--no-project", "--python", sys.executable, str(place))
        python = python if python.exists() else python.with_name(f"python{python.suffix}")
        into = ("--python", str(python))
        try:
            _run(uv, "pip", *options, *into, "--offline")
        except UsageError:
            _run(uv, "pip", *options, *into)
    else:
        _run(sys.executable, "-m", "venv", str(place))
        python = python if python.exists() else python.with_name(f"python{python.suffix}")
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
        told = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        said = redacted(" ".join(told[-2:]))
        raise UsageError(f"the locked packages cannot be installed: {said or command[0]}")


def _packages(lock: str) -> list[Package]:
    """The packages of a lock file as uv and pip-tools write it: who asks for one stands below it, after `# via`."""
    found = []
    for block in re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE):
        if told := _PINNED.match(block):
            after = block.partition("# via")[2]
            askers = (re.sub(r"[#\s]*(\S*).*", r"\1", line) for line in after.splitlines())
            lines = "".join(line for line in block.splitlines(keepends=True) if not line.lstrip().startswith("#"))
            names = frozenset(_plain(name) for name in askers if name)
            found.append(Package(_plain(told["name"]), told["version"], lines, names))
    return found


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
