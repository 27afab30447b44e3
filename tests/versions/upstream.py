"""A small repository with versions of a dataset, as somebody publishes it, and clones of it, as others have it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from demo_data.build import build
from demo_data.profile import load_profile
from demo_data.report import validation_text
from demo_data.validation import validate
from demo_data.versions.write import finish
from tests.running import ROOT, without_a_day
from tests.versions.serving import Remote

BIN = Path(sys.executable).parent
PROFILE, FIRST, SECOND = "minimal", "minimal@v1.0.0", "minimal@v1.1.0"
PROFILES = "pipeline/demo_data/tea/profiles"
SEED = 7
"""The seed of the second version."""

_FOREIGN = ("GIT_", "DVC_", "AWS_", "XDG_", "PYTHON", "SSH_")


def outer(home: Path) -> dict[str, str]:
    """An environment in which nothing of this machine's user is read: neither settings nor caches nor credentials."""
    home.mkdir(parents=True, exist_ok=True)
    user = "[user]\nname = Upstream\nemail = upstream@example.com\n"
    (home / "gitconfig").write_text(f"{user}[init]\ndefaultBranch = main\n[core]\nautocrlf = false\n")
    places = ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "DVC_SITE_CACHE_DIR", "DVC_GLOBAL_CONFIG_DIR")
    return {
        **{key: value for key, value in os.environ.items() if not key.startswith(_FOREIGN)},
        **{name: str(home / name.lower()) for name in (*places, "DVC_SYSTEM_CONFIG_DIR", "DEMO_DATA_CACHE")},
        "HOME": str(home),
        "GIT_CONFIG_GLOBAL": str(home / "gitconfig"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "DVC_NO_ANALYTICS": "1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "PYTHONPATH": str(ROOT / "pipeline"),
    }


class Tree:
    """A working tree of git and DVC, and its user's home beside it."""

    def __init__(self, folder: Path, **changes: str) -> None:
        self.folder = folder
        self.home = folder.parent / f"{folder.name}-home"
        self.env = outer(self.home) | changes
        self.env["PATH"] = f"{BIN}{os.pathsep}{os.environ['PATH']}"

    def tried(self, *command: str, **changes: str) -> subprocess.CompletedProcess[str]:
        """A command in the working tree, to its end."""
        env, quiet = self.env | changes, subprocess.DEVNULL
        return subprocess.run(
            command, cwd=self.folder, env=env, stdin=quiet, capture_output=True, text=True, check=False, timeout=120
        )

    def run(self, *command: str, **changes: str) -> str:
        """What a command prints, which must succeed."""
        done = self.tried(*command, **changes)
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def demo_data(self, *arguments: object, **changes: str) -> subprocess.CompletedProcess[str]:
        """A real `demo-data` in the working tree."""
        own = ["pipeline"] if (self.folder / "pipeline").is_dir() else ["-m", "demo_data"]
        return self.tried(sys.executable, *own, *map(str, arguments), **changes)

    def commit(self, message: str) -> None:
        """Commit all there is."""
        self.run("git", "add", "-A")
        self.run("git", "commit", "-qm", message)

    def tag(self, pin: str) -> None:
        """Tag the commit at hand, with a message."""
        self.run("git", "tag", "-a", "-m", f"Publish {pin}", pin)

    def clone(self, folder: Path, **changes: str) -> Tree:
        """A fresh clone, whose user has empty caches."""
        self.run("git", "clone", "-q", str(self.folder), str(folder))
        return Tree(folder, **changes)

    def copy(self, folder: Path) -> Tree:
        """The same repository once more, with its data and DVC's cache, to be changed at will."""
        shutil.copytree(self.folder, folder, symlinks=True)
        return Tree(folder)

    def config(self, remote: Remote) -> None:
        """Make a remote the default one, its settings in the tracked file, without its secrets."""
        place = self.folder / ".dvc" / "config"
        core = place.read_text(encoding="utf-8").replace("[core]\n", "[core]\nremote = store\n")
        place.write_text(core + _section({"url": remote.url} | remote.settings), encoding="utf-8")

    def name_remote(self, remote: Remote) -> None:
        """Make a remote the default one, as if it had been so from the first version on."""
        for pin in (FIRST, SECOND):
            self.run("git", "checkout", "-q", "--detach", pin)
            self.config(remote)
            self.commit("Name the remote")
            self.run("git", "tag", "-d", pin)
            self.tag(pin)
        self.run("git", "checkout", "-q", "-B", "main")

    def config_local(self, settings: dict[str, str]) -> None:
        """Set something for the default remote in this clone alone."""
        (self.folder / ".dvc" / "config.local").write_text(_section(settings), encoding="utf-8")

    def told(self, pin: str) -> dict[str, str]:
        """The files of a version with their SHA-256, as its manifest in git tells, and that of the manifest itself."""
        text = self.run("git", "show", f"{pin}:data/{PROFILE}/snapshot.json")
        manifest = json.loads(text)
        listed = [*(file for table in manifest["tables"] for file in table["files"]), *manifest.get("files", ())]
        found = {file["path"]: file["sha256"] for file in listed} | {"recipe.json": manifest["recipe"]}
        return found | {"snapshot.json": hashlib.sha256(text.encode()).hexdigest()}

    def md5_of(self, path: str, pin: str = FIRST) -> str:
        """The MD5 by which DVC keeps the output `path` of a version, as dvc.lock tells."""
        lock = yaml.safe_load(self.run("git", "show", f"{pin}:dvc.lock"))
        outs = (out for stage in lock["stages"].values() for out in stage.get("outs", ()))
        found: str = next(out["md5"] for out in outs if out["path"] == path)
        return found


def made(folder: Path) -> Tree:
    """A repository of this package with two versions of `minimal`: built, committed to DVC and git, and tagged."""
    tree = Tree(folder)
    copy_package(folder)
    without_a_day(folder)
    edit(folder / "params.yaml", r"profiles: .*", f"profiles: [{PROFILE}]")
    edit(folder / "dvc.yaml", r"\n +data/demo-large/plots/.*", "")
    edit(folder / "dvc.yaml", r"data/demo/plots/", f"data/{PROFILE}/plots/")
    tree.run("git", "init", "-q")
    for pin, seed in ((FIRST, None), (SECOND, SEED)):
        if seed is not None:
            edit(folder / PROFILES / f"{PROFILE}.yaml", r"(?m)^seed: \d+", f"seed: {seed}")
        data = folder / "data" / PROFILE
        build(load_profile(PROFILE, seed=seed), data, finish=finish)
        report(data)
        tree.run("dvc", "commit", "--force")
        tree.commit(f"Build {pin}")
        tree.tag(pin)
    return tree


def report(data: Path) -> None:
    """Validate a dataset, and write the report that DVC keeps."""
    (data / "validation.json").write_text(validation_text(validate(data)), encoding="utf-8")


def _section(settings: dict[str, str]) -> str:
    return "['remote \"store\"']\n" + "".join(f"{key} = {value}\n" for key, value in settings.items())


def copy_package(folder: Path) -> None:
    """Copy what a repository of this package needs, without its data."""
    shown = ["git", "ls-files", "-co", "--exclude-standard", "-z"]
    listed = subprocess.run(shown, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    left = ("tests", "docs", "notebooks", "benchmarks", "examples", "dvc.lock")
    for name in filter(None, listed):
        top = name.partition("/")[0]
        if (ROOT / name).is_file() and top not in left and not name.endswith("snapshot.json"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)


def edit(path: Path, pattern: str, text: str) -> None:
    """Replace what is like `pattern` in a file, which must change it."""
    before = path.read_text(encoding="utf-8")
    after = re.sub(pattern, text, before)
    assert after != before, f"{path}: nothing is like {pattern}"
    path.write_text(after, encoding="utf-8")
