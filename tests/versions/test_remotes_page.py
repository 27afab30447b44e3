"""docs/remotes.md is true: its commands are run, with a real server's names in place of the examples'."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.running import PACKAGE, ROOT, contents
from tests.versions import serving
from tests.versions.serving import Remote
from tests.versions.upstream import FIRST, PROFILE, Tree

PAGE = (ROOT / "docs" / "remotes.md").read_text(encoding="utf-8")
TITLES = {"folder": "A folder", "s3": "S3, and what speaks its language", "sftp": "SSH and SFTP"}


def blocks(title: str) -> list[str]:
    """The commands of the section's blocks."""
    section = PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    return re.findall(r"^```sh\n(.*?)^```$", section, flags=re.DOTALL | re.MULTILINE)


def run(tree: Tree, commands: str, names: dict[str, str], **changes: str) -> None:
    """Run a block as a shell does, each of its names replaced; every name must be there."""
    for name, real in names.items():
        assert name in commands
        commands = commands.replace(name, real)
    tree.run("sh", "-e", "-c", commands, **changes)


@pytest.mark.full
@pytest.mark.parametrize("kind", ["s3", *(pytest.param(kind, marks=pytest.mark.soak) for kind in ("folder", "sftp"))])
def test_commands(kind: str, versions: Tree, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """What the page tells to type pushes the data to a remote, and brings it into a fresh clone and elsewhere."""
    remote: Remote = serving.plain(tmp_path / "shared") if kind == "folder" else request.getfixturevalue(kind)
    names = {
        "folder": {"/srv/tea/demo-data": remote.url},
        "s3": {"https://s3.example.com": remote.settings.get("endpointurl", "")},
        "sftp": {"ssh://tea@data.example.com:2022/demo-data": remote.url},
    }[kind]
    names |= {value: value for value in (*remote.environment.values(), *remote.secrets.values())}
    upstream = versions.copy(tmp_path / "upstream")
    (setting_up,) = blocks(TITLES[kind])
    run(upstream, setting_up, names)
    upstream.run("git", "tag", "--delete", FIRST)
    upstream.tag(FIRST)

    fresh, elsewhere = blocks("In a clone")
    user = Tree(tmp_path / "user")
    user.folder.mkdir()
    url = {"https://example.com/tea/demo-data.git": f"{upstream.folder} demo-data"}
    if kind == "sftp":
        secret = next(line for line in setting_up.splitlines() if "--local" in line)
        fresh = fresh.replace("cd demo-data\n", f"cd demo-data\n{secret}\n")
    run(user, fresh, url | {"demo@v1.0.0": FIRST}, **remote.environment)
    told = upstream.told(FIRST)
    pulled = contents(user.folder / "demo-data" / "data" / PROFILE)
    assert {path: digest for path, digest in pulled.items() if path in told} == told
    assert contents(user.folder / "demo-data" / "build" / "pinned") == told
    if kind != "sftp":  # a password is the clone's alone
        real = {"https://example.com/tea/demo-data.git": str(upstream.folder), "data/demo ": f"data/{PROFILE} "}
        run(user, elsewhere, real | {"demo@v1.0.0": FIRST, " demo --rev": f" {PROFILE} --rev"}, **remote.environment)
        for got in ("got", "artifact"):
            assert contents(user.folder / "build" / got) == pulled


def test_what_it_says() -> None:
    """The messages in the page's table are those that the code has."""
    source = "".join(path.read_text(encoding="utf-8") for path in (PACKAGE / "versions").rglob("*.py"))
    table = PAGE.partition("## When it fails")[2]
    shown = [part for cell in re.findall(r"^\| (`.*?) \|", table, flags=re.MULTILINE) for part in cell.split("`")[1::2]]
    assert len(shown) == 9
    for text in shown:
        for part in re.split(r" ?\.\.\. ?|demo@v1\.9\.0; ", text):
            assert part in source
