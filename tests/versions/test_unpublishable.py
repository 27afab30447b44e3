"""Data that is not what dvc.lock, dvc.yaml, the manifest or the rules say is not published."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from demo_data.dataset.store import write_json_form
from demo_data.tea import DOMAIN
from demo_data.versions.write import finish
from tests.running import ROOT, names
from tests.versions.publishing import DATA, Publish, edit, relock, tags
from tests.versions.upstream import FIRST, PROFILES, SECOND, Tree

TEA = "pipeline/demo_data/tea"


@pytest.mark.sample(1)
@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (r"(?ms)^  minimal:\n    type: dataset.*?^(?=  \w)", "", "is missing"),
        (r"(?m)^    path: data/minimal$", "    path: data/demo", "says path: data/demo"),
    ],
)
def test_artifact(tree: Tree, publish: Publish, pattern: str, text: str, found: str) -> None:
    """Without its entry in dvc.yaml nobody could ask DVC for the dataset by its name."""
    edit(tree.folder / "dvc.yaml", pattern, text)
    tree.commit("Change the artifact")

    todo = "write `minimal: {type: dataset, path: data/minimal}`"
    assert publish()[::2] == (2, [f"dvc.yaml: the entry of minimal under artifacts {found}; {todo}"])


def test_artifacts_of_this_project() -> None:
    """Each profile that DVC builds has its artifact, described in the profile's own words."""
    profiles = yaml.safe_load((ROOT / "params.yaml").read_text())["profiles"]
    artifacts = yaml.safe_load((ROOT / "dvc.yaml").read_text())["artifacts"]

    assert list(artifacts) == profiles
    for profile, artifact in artifacts.items():
        first = (ROOT / PROFILES / f"{profile}.yaml").read_text(encoding="utf-8").splitlines()[0]
        assert artifact["type"] == "dataset"
        assert artifact["path"] == f"data/{profile}"
        assert artifact["desc"] == first.removeprefix("# ")
        assert artifact["labels"]


# Files that are not those of the commit


@pytest.mark.sample(1)
@pytest.mark.parametrize("options", [(), ("--check",)])
def test_one_byte(tree: Tree, publish: Publish, options: tuple[str, ...]) -> None:
    """One byte of one file, and nothing is published."""
    if options:
        tree.tag(SECOND)
    path = tree.folder / DATA / "documents.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.unlink()
    path.write_bytes(content)

    name = f"{DATA}/documents.parquet"
    todo = f"`dvc checkout {name}` takes back what was locked, `dvc repro` makes it"
    assert publish("v1.1.0", *options)[::2] == (1, [f"not what dvc.lock names: {name}; {todo}"])


@pytest.mark.full
def test_a_file_in_a_directory(tree: Tree, publish: Publish) -> None:
    """A file more in a directory that DVC keeps as one is seen."""
    (tree.folder / DATA / "plots" / "more.csv").touch()

    code, _, wrong = publish()

    assert code == 1
    assert [line.partition(";")[0] for line in wrong] == [f"not what dvc.lock names: {DATA}/plots"]


def test_no_data(tree: Tree, publish: Publish) -> None:
    """Where the data is not there at all, one line says how to get it."""
    manifest = (tree.folder / DATA / "snapshot.json").read_bytes()
    left = names(tree.folder / DATA)
    shutil.rmtree(tree.folder / DATA)
    (tree.folder / DATA).mkdir()
    (tree.folder / DATA / "snapshot.json").write_bytes(manifest)

    code, _, wrong = publish()

    assert code == 1
    assert len(wrong) == 1
    named = wrong[0].removeprefix("missing: ").partition(";")[0].split(", ")
    assert {name.removeprefix(f"{DATA}/") for name in named} == {*left} - {"snapshot.json"}
    assert "; `dvc pull` " in wrong[0]


@pytest.mark.full
def test_lock_edited(tree: Tree, publish: Publish) -> None:
    """A dvc.lock that names another file than the one that lies there is told by the file."""
    md5 = tree.md5_of(f"{DATA}/farmers.parquet", "HEAD")
    lock = tree.folder / "dvc.lock"
    lock.write_text(lock.read_text().replace(md5, "0" * 32))
    tree.commit("Edit the lock")

    code, _, wrong = publish()

    assert code == 1
    assert [line.partition(";")[0] for line in wrong] == [f"not what dvc.lock names: {DATA}/farmers.parquet"]


@pytest.mark.sample(2)
@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda lock: lock.unlink(), "dvc.lock is not in the last commit: "),
        (lambda lock: lock.write_text("stages: [\n"), "dvc.lock: not valid YAML: "),
        (lambda lock: lock.write_text("stages: 1\n"), "dvc.lock or dvc.yaml: not as DVC writes it"),
        (lambda lock: lock.write_text("schema: '2.0'\nstages: {}\n"), "dvc.lock has no level-0@minimal, "),
        (lambda lock: edit(lock, "(?m)^  snapshot@minimal:", "  other@minimal:"), "dvc.lock has no snapshot@minimal: "),
    ],
)
def test_lock_broken(tree: Tree, publish: Publish, change: Callable[[Path], object], why: str) -> None:
    """Without a whole dvc.lock the commit does not tell its data."""
    change(tree.folder / "dvc.lock")
    tree.commit("Break the lock")

    code, _, wrong = publish()

    assert code == 1
    assert len(wrong) == 1
    assert wrong[0].startswith(why)


def test_params_twice(tree: Tree, publish: Publish) -> None:
    """A params.yaml that names its profiles twice is told with its line, as a profile would be."""
    params = tree.folder / "params.yaml"
    params.write_text(f"{params.read_text()}\nprofiles: [no]\n")
    tree.commit("Say it twice")

    code, _, wrong = publish()

    assert code == 1
    assert re.match(r"params\.yaml: line [0-9]+: profiles stands twice; the first one is in line [0-9]+", wrong[0])
    assert "no is false in YAML 1.1" in wrong[1]


def test_of_another_day(tree: Tree, publish: Publish) -> None:
    """Data of another last day than the commit's params.yaml says is not published: its code would make other data."""
    done = tree.demo_data("dvc", "--as-of", "2026-03-31")
    assert done.returncode == 0, done.stderr
    tree.commit("Say a day, and build nothing")

    code, _, wrong = publish()

    assert code == 1
    stages = "level-0@minimal and 5 more"
    todo = "`dvc repro`, then commit dvc.lock and the manifest"
    assert wrong == [f"{DATA} was made by other commands than dvc.yaml has: {stages}; {todo}"]


def test_code_has_moved_on(tree: Tree, publish: Publish) -> None:
    """Data that older code made is not published: the tag's code must make it again."""
    with (tree.folder / TEA / "kenya" / "climate.csv").open("a") as file:
        file.write("\n")
    with (tree.folder / TEA / "documents" / "recipe" / "__init__.py").open("a") as file:
        file.write("\n")
    tree.commit("Change code")

    code, _, wrong = publish()

    assert code == 1
    (line,) = wrong
    assert line.startswith(f"{DATA} was made before these changed: ")
    stages = yaml.safe_load((tree.folder / "dvc.yaml").read_text())["stages"]
    assert dict(re.findall(r"(pipeline/\S+) \(([\w-]+)@", line)) == {
        path: next(stage for stage, what in stages.items() if path in what["deps"])
        for path in (f"{TEA}/kenya", f"{TEA}/documents/recipe/__init__.py")
    }
    assert line.endswith("; `dvc repro`, then commit dvc.lock and the manifest")


@pytest.mark.full
def test_forgot_to_commit(tree: Tree, publish: Publish) -> None:
    """After a build whose lock file is not committed yet, that is all there is to tell."""
    with (tree.folder / TEA / "kenya" / "climate.csv").open("a") as file:
        file.write("\n")
    tree.run("dvc", "commit", "--force")

    code, _, wrong = publish()

    assert code == 2
    changed = "M dvc.lock, M pipeline/demo_data/tea/kenya/climate.csv"
    assert wrong == [f"what is published is a commit, and the tree differs from it: {changed}; commit first"]


@pytest.mark.full
def test_hidden_change(tree: Tree, publish: Publish) -> None:
    """A manifest that git was told to overlook is seen."""
    (tree.folder / DATA / "snapshot.json").write_text((tree.folder / DATA / "snapshot.json").read_text() + "\n")
    tree.run("git", "update-index", "--assume-unchanged", f"{DATA}/snapshot.json")
    tree.run("dvc", "commit", "--force")
    tree.run("git", "commit", "-qm", "Lock", "dvc.lock")

    code, _, wrong = publish()

    assert (code, wrong) == (
        1,
        [f"{DATA}/snapshot.json: not the one of the last commit, though git takes it for unchanged"],
    )


# Manifests that are not those of the data


@pytest.mark.full
def test_manifest_edited(tree: Tree, publish: Publish) -> None:
    """A manifest that was edited is not the one that DVC saw; one that DVC was told of does not verify."""
    edit(tree.folder / DATA / "snapshot.json", r'"identity": "[0-9a-f]{64}"', f'"identity": "{"0" * 64}"')
    tree.commit("Edit the manifest")
    code, _, wrong = publish()
    assert code == 1
    assert [line.partition(";")[0] for line in wrong] == [f"not what dvc.lock names: {DATA}/snapshot.json"]

    relock(tree)
    code, _, wrong = publish()
    assert code == 1
    assert wrong == [f"{DATA}/snapshot.json: its identity is not that of its tables"]


def test_manifest_broken(tree: Tree, publish: Publish) -> None:
    """A manifest that cannot be read is told."""
    (tree.folder / DATA / "snapshot.json").write_text("{}")
    tree.commit("Break the manifest")

    code, _, (wrong,) = publish()
    assert code == 1
    assert wrong.startswith(f"{DATA}/snapshot.json: not a whole manifest: format: missing; ")


def test_manifest_not_in_git(tree: Tree, publish: Publish) -> None:
    """A dataset whose manifest git does not keep cannot be a version."""
    tree.run("git", "rm", "-q", "--cached", f"{DATA}/snapshot.json")
    with (tree.folder / ".gitignore").open("a") as file:
        file.write(f"/{DATA}/snapshot.json\n")
    tree.commit("Ignore the manifest")

    name = f"{DATA}/snapshot.json"
    todo = f"`dvc repro`, then `git add {name}` and commit"
    assert publish()[::2] == (2, [f"{name} is not in the last commit: {todo}"])


def test_unsound(tree: Tree, publish: Publish) -> None:
    """Data with a fault is not published, though manifest, lock file and commit all agree on it."""
    path = tree.folder / DATA / "farmers.parquet"
    table = pq.read_table(path)
    values = ["nowhere-highland", *table["region_id"].to_pylist()[1:]]
    place = table.schema.get_field_index("region_id")
    path.unlink()
    pq.write_table(table.set_column(place, table.schema.field(place), pa.array(values, pa.string())), path)
    write_json_form(tree.folder / DATA, DOMAIN.models)
    finish(tree.folder / DATA, DOMAIN)
    relock(tree)

    code, _, wrong = publish()

    assert code == 1
    assert any("region_id" in line and line.endswith("(foreign-key)") for line in wrong), wrong
    assert tags(tree) == [FIRST]
