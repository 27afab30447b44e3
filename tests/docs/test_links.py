"""What the pages name exists: files, headings, make targets, modules."""

from __future__ import annotations

import importlib
import re
import tomllib
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, PAGES, README, ROOT, name, prose

each_page = pytest.mark.parametrize("page", PAGES, ids=name)

#: What docs/domains.md tells how to write.
NEW = ("pipeline/demo_data/tea/weighing/",)


@each_page
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link is to a file of the tree, and every anchor to a heading."""
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", prose(page)):
        path, _, anchor = target.partition("#")
        file = (page.parent / path) if path else page
        assert file.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", each).lower().replace(" ", "-") for each in headings}, target


def test_pages_for_agents() -> None:
    """llms.txt, of the site and of the repository, is one text, and each of its links leads to a page."""
    ours, sites = (folder / "llms.txt" for folder in (ROOT, DOCS))
    links = re.findall(r"\]\(([^)]+)\)", ours.read_text(encoding="utf-8"))

    assert ours.read_text(encoding="utf-8").replace("](docs/", "](") == sites.read_text(encoding="utf-8")
    assert len(links) > 10
    assert [link for link in links if not (ROOT / link).is_file()] == []


@each_page
def test_pages_of_the_site_link_within_it(page: Path) -> None:
    """A page under docs/ links to no file outside of it: the site would not have it."""
    if DOCS in page.parents:
        for target in re.findall(r"\]\((?!https?:|#)([^)]+)\)", prose(page)):
            assert DOCS in (page.parent / target).resolve().parents, target


@each_page
def test_paths_exist(page: Path) -> None:
    """Files that a page names lie in the tree."""
    for path in re.findall(r"`((?:pipeline|tests|docs|notebooks|examples|benchmarks|\.ci)/[\w./-]*)`", prose(page)):
        assert path.startswith(NEW) or (ROOT / path).exists(), path


@each_page
def test_targets_exist(page: Path) -> None:
    """Make knows the targets that a page names."""
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    for target in re.findall(r"`make ([a-z-]+)", page.read_text(encoding="utf-8")):
        assert target in targets, target


@each_page
def test_modules_exist(page: Path) -> None:
    """What a page names in the package can be had, by the name that it gives. The changelog tells of what was."""
    if page.name == "CHANGELOG.md":
        return
    for dotted in set(re.findall(r"(?:`|::: )(demo_data(?:\.\w+)+)", prose(page))):
        assert _found(dotted), dotted


def _found(dotted: str) -> bool:
    module, names = dotted.split("."), list[str]()
    while module:
        try:
            found = importlib.import_module(".".join(module))
        except ModuleNotFoundError:
            names.insert(0, module.pop())
            continue
        for each in names:
            found = getattr(found, each, None)  # type: ignore[assignment]
        return found is not None
    return False


def test_every_page_is_in_the_navigation() -> None:
    """A page of the site is found from its navigation; decisions are found from their index."""
    site = tomllib.loads((ROOT / "zensical.toml").read_text(encoding="utf-8"))["project"]
    listed = set(re.findall(r"'([\w/]+\.md)'", str(site["nav"])))
    pages = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")}
    assert listed == {page for page in pages if not re.match(r"decisions/\d", page)}


def test_readme_is_short() -> None:
    """The README is a door, not the house."""
    assert len(README.read_text(encoding="utf-8").splitlines()) <= 250


def test_warning_comes_first() -> None:
    """The README warns of the phone numbers before it shows a command."""
    text = README.read_text(encoding="utf-8")
    assert 0 < text.index("**Never send anything to them.**") < text.index("```")
