"""Publishing: what becomes a version, what is refused, and that all reasons are told at once."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from demo_data.dataset.store import write_json_form
from demo_data.tea.tables import MODELS
from demo_data.versions import push
from demo_data.versions.git import Repository
from demo_data.versions.write import finish
from tests.running import ROOT, called, contents, names
from tests.versions import serving
from tests.versions.upstream import FIRST, SECOND, Tree

DATA = "data/minimal"
Told = tuple[int, list[str], list[str]]
Publish = Callable[..., Told]


@pytest.fixture
def tree(versions: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tree:
    """A repository whose last commit holds data that is not a version yet; `minimal@v1.0.0` comes before it."""
    found = versions.copy(tmp_path / "repository")
    found.run("git", "tag", "-d", SECOND)
    monkeypatch.chdir(found.folder)
    for key, value in found.env.items():
        monkeypatch.setenv(key, value)
    return found


@pytest.fixture
def publish(capsys: pytest.CaptureFixture[str]) -> Publish:
    """Publishes, in this process: exit code, lines printed, lines of errors without the command's name."""

    def run(version: str = "v1.1.0", *options: str, profile: str = "minimal") -> Told:
        code, out, err = called(capsys, "snapshot", "publish", profile, version, *options)
        return code, out.splitlines(), [line.removeprefix("demo-data: ") for line in err.splitlines()]

    return run


def tags(tree: Tree) -> list[str]:
    return tree.run("git", "tag").split()


def relock(tree: Tree) -> None:
    """Make dvc.lock tell the files as they are now, and commit."""
    tree.run("dvc", "commit", "--force")
    tree.commit("Lock")


def edit(path: Path, pattern: str, text: str) -> None:
    before = path.read_text(encoding="utf-8")
    after = re.sub(pattern, text, before, count=1)
    assert after != before, f"{path}: nothing is like {pattern}"
    path.write_text(after, encoding="utf-8")


# What is published


def test_published(tree: Tree, publish: Publish) -> None:
    """A version is an annotated tag of the commit, which tells identity and rows; nothing else has changed."""
    before = contents(tree.folder / DATA)
    manifest = json.loads((tree.folder / DATA / "snapshot.json").read_text())

    code, said, wrong = publish("v1.1.0", "--message", "# 1\nFor the autumn demonstration.")

    assert (code, wrong) == (0, [])
    assert tree.run("git", "cat-file", "-t", SECOND) == "tag\n"
    assert tree.run("git", "rev-parse", f"{SECOND}^{{commit}}") == tree.run("git", "rev-parse", "HEAD")
    text = tree.run("git", "tag", "-l", "--format=%(contents)", SECOND)
    assert text.startswith("minimal v1.1.0\n\n# 1\nFor the autumn demonstration.\n\nProfile:   minimal\n")
    assert f"Identity:  {manifest['identity']}\n" in text
    rows = [(table, f"{rows:,}") for table, rows in manifest["rows"].items()]
    assert re.findall(r"^  (\w+) +([\d,]+)$", text, re.MULTILINE) == rows
    assert said[-1] == f"Next: git push origin {SECOND}"
    assert f"demo-data snapshot rebuild {SECOND}" in said[-3], "no remote is configured"
    assert tree.run("git", "status", "--short") == ""
    assert contents(tree.folder / DATA) == before


def test_again(tree: Tree, publish: Publish) -> None:
    """To publish the same again is fine and changes nothing: a run that was killed is simply run again."""
    publish()
    tag = tree.run("git", "rev-parse", SECOND)

    code, said, _ = publish()

    assert code == 0
    assert said[1].startswith(f"{SECOND}: already published at the commit ")
    assert tree.run("git", "rev-parse", SECOND) == tag


def test_check(tree: Tree, publish: Publish) -> None:
    """`--check` is content with a version, and makes none."""
    assert publish("v1.1.0", "--check")[0] == 2
    assert tags(tree) == [FIRST]
    publish()

    code, said, wrong = publish("v1.1.0", "--check")

    assert (code, wrong) == (0, [])
    assert said[-1].startswith(f"{SECOND}: this commit, whole and rightly numbered; ")


def test_pushed(tree: Tree, publish: Publish, tmp_path: Path) -> None:
    """The data is on the remote before the tag is made; others get it by the version, in both of DVC's ways."""
    remote = serving.plain(tmp_path / "remote")
    tree.config(remote)
    tree.commit("Name the remote")

    code, said, wrong = publish()

    assert (code, wrong) == (0, [])
    assert "pushing data/minimal to the DVC remote 'store' ..." in said
    other = Tree(tmp_path / "other")
    other.folder.mkdir()
    other.run("dvc", "get", str(tree.folder), DATA, "--rev", SECOND, "-o", "one")
    other.run("dvc", "artifacts", "get", str(tree.folder), "minimal", "--rev", "v1.1.0", "-o", "two")
    assert contents(other.folder / "one") == contents(tree.folder / DATA)
    assert contents(other.folder / "two") == contents(tree.folder / DATA)


def test_not_pushed(tree: Tree, publish: Publish, tmp_path: Path) -> None:
    """`--no-push` pushes nothing, and says so."""
    remote = serving.plain(tmp_path / "remote")
    tree.config(remote)
    tree.commit("Name the remote")

    code, said, _ = publish("v1.1.0", "--no-push")

    assert code == 0
    assert "Its data was not pushed: this command without --no-push does it, any time." in said
    assert not remote.objects.exists()


def test_remote_out_of_reach(tree: Tree, publish: Publish) -> None:
    """Where the data cannot be pushed, no tag is made, and why is told."""
    tree.config(serving.Remote("/proc/nowhere", Path("/proc/nowhere")))
    tree.commit("Name the remote")

    code, _, wrong = publish()

    assert code == 2
    assert len(wrong) == 1
    assert re.fullmatch(r"dvc push: .*/proc/nowhere.*; no tag was made", wrong[0])
    assert tags(tree) == [FIRST]


def test_cache_lost(tree: Tree, publish: Publish, tmp_path: Path) -> None:
    """What DVC's cache has lost is not pushed, which DVC lets pass: it is told, and no tag is made."""
    tree.config(serving.plain(tmp_path / "remote"))
    tree.commit("Name the remote")
    md5 = tree.md5_of(f"{DATA}/farmers.parquet", "HEAD")
    (tree.folder / ".dvc" / "cache" / "files" / "md5" / md5[:2] / md5[2:]).unlink()

    code, _, wrong = publish()

    assert code == 2
    assert len(wrong) == 1
    assert wrong[0].startswith("dvc push left data/minimal/farmers.parquet behind: DVC's cache has lost it, ")
    assert wrong[0].endswith("; no tag was made")
    assert tags(tree) == [FIRST]


def test_killed_before_the_tag(tree: Tree, publish: Publish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that ends after its push leaves no tag; the next one publishes."""
    remote = serving.plain(tmp_path / "remote")
    tree.config(remote)
    tree.commit("Name the remote")
    git = Repository.git

    def killed(self: Repository, *arguments: str) -> str:
        if arguments[0] == "tag":
            raise KeyboardInterrupt
        return git(self, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(Repository, "git", killed)
        told = f"interrupted; the push of {DATA} was complete by then"
        assert publish()[::2] == (130, [told])
    assert tags(tree) == [FIRST]
    assert remote.object_of(tree.md5_of(f"{DATA}/farmers.parquet", "HEAD")).is_file()
    assert publish()[0] == 0
    assert tags(tree) == [FIRST, SECOND]


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("push", f"interrupted; {DATA} may be partly pushed, and no tag was made"),
        ("tag", f"interrupted; the push of {DATA}, the tag {SECOND} was complete by then"),
    ],
)
def test_interrupted(
    tree: Tree, publish: Publish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, told: str
) -> None:
    """What was done by the time of an interrupt is told: a push in part, or a tag that git has made already."""
    tree.config(serving.plain(tmp_path / "remote"))
    tree.commit("Name the remote")
    git, dvc = Repository.git, push._dvc

    def of_git(self: Repository, *arguments: str) -> str:
        done = git(self, *arguments)
        if arguments[0] == command:
            raise KeyboardInterrupt
        return done

    def of_dvc(root: Path, *arguments: str) -> str:
        if arguments[0] == command:
            raise KeyboardInterrupt
        return dvc(root, *arguments)

    monkeypatch.setattr(Repository, "git", of_git)
    monkeypatch.setattr(push, "_dvc", of_dvc)
    assert publish()[::2] == (130, [told])


def test_at_once(tree: Tree) -> None:
    """Of two publications of the same data under different numbers one is refused, whichever comes first."""
    command = [sys.executable, "-m", "demo_data", "snapshot", "publish", "minimal"]
    started = [
        subprocess.Popen([*command, version], cwd=tree.folder, env=tree.env, stderr=subprocess.PIPE, text=True)
        for version in ("v1.1.0", "v1.2.0")
    ]
    said = [process.communicate()[1] for process in started]

    assert sorted(process.returncode for process in started) == [0, 2]
    assert len(tags(tree)) == 2
    (refused,) = filter(None, said)
    assert refused.startswith(f"demo-data: nothing has changed since {tags(tree)[1]}: ")


def test_meanwhile(tree: Tree, publish: Publish, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tag that another publication made while this one's data was pushed counts."""
    tree.config(serving.Remote("/proc/nowhere", Path("/proc/nowhere")))
    tree.commit("Name the remote")
    monkeypatch.setattr(push, "push", lambda *_: tree.tag("minimal@v1.2.0"))

    code, _, wrong = publish()

    assert code == 2
    assert len(wrong) == 1
    assert wrong[0].startswith("nothing has changed since minimal@v1.2.0: ")
    assert tags(tree) == [FIRST, "minimal@v1.2.0"]


def test_dvc_stays_out(tree: Tree) -> None:
    """DVC is not imported by the process that publishes."""
    code = (
        "import sys; from demo_data.cli import main; code = main(['snapshot', 'publish', 'minimal', 'v1.1.0']); "
        "sys.exit(code or ('dvc' in sys.modules))"
    )
    tree.run(sys.executable, "-c", code)


# What is refused


def test_all_at_once(tree: Tree, publish: Publish) -> None:
    """Every reason is told in one go; a request that cannot be carried out weighs more than faults of data."""
    (tree.folder / "notes.txt").touch()
    (tree.folder / DATA / "farmers.parquet").unlink()
    with (tree.folder / DATA / "regions.parquet").open("ab") as file:
        file.write(b"x")
    tree.run("git", "tag", SECOND)

    code, _, wrong = publish()

    assert code == 2
    assert [line.partition(":")[0] for line in wrong] == [
        "what is published is a commit, and the tree differs from it",
        f"{SECOND} is a lightweight tag",
        "missing",
        "not what dvc.lock names",
    ]
    assert wrong[2].startswith(f"missing: {DATA}/farmers.parquet; ")
    assert wrong[3].startswith(f"not what dvc.lock names: {DATA}/regions.parquet; ")


def test_wrong_words(tree: Tree, publish: Publish) -> None:
    """A misspelt profile and a version that is none are told together."""
    code, _, wrong = publish("1.1", profile="minmal")

    assert code == 2
    assert wrong == [
        "'1.1' is no version: write it as v1.0.0",
        "'minmal' is not among the profiles of params.yaml; did you mean 'minimal'?",
    ]


def test_no_repository(publish: Publish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside of git there is nothing to publish."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))

    assert publish() == (2, [], [f"{tmp_path}: not a git repository"])


def test_dirty(tree: Tree, publish: Publish) -> None:
    """Five changes are named, the others counted; `--check` minds them too."""
    for number in range(8):
        (tree.folder / f"note-{number}").touch()

    code, _, wrong = publish()

    named = ", ".join(f"?? note-{number}" for number in range(5))
    assert (code, wrong) == (
        2,
        [f"what is published is a commit, and the tree differs from it: {named} and 3 more; commit first"],
    )
    assert tags(tree) == [FIRST]
    tree.tag(SECOND)
    assert publish("v1.1.0", "--check")[::2] == (code, wrong)


@pytest.mark.parametrize("options", [(), ("--check",)])
def test_tag_of_another_commit(tree: Tree, publish: Publish, options: tuple[str, ...]) -> None:
    """A version that exists elsewhere stays there."""
    tree.tag(SECOND)
    tagged = tree.run("git", "rev-parse", "HEAD")[:9]
    (tree.folder / "notes.txt").touch()
    tree.commit("Note")
    here = tree.run("git", "rev-parse", "HEAD")[:9]

    code, _, wrong = publish("v1.1.0", *options)

    assert code == 2
    assert wrong == [
        f"{SECOND} is the commit {tagged}, and this is {here}: `git checkout {SECOND}`"
        if options
        else f"{SECOND} exists, at the commit {tagged}, and a version never changes; "
        f"nothing has changed since {SECOND}, the latest version"
    ]


@pytest.mark.parametrize("options", [(), ("--check",)])
def test_lightweight_tag(tree: Tree, publish: Publish, options: tuple[str, ...]) -> None:
    """A tag without author and date is no version."""
    tree.run("git", "tag", SECOND)

    assert publish("v1.1.0", *options)[::2] == (
        2,
        [f"{SECOND} is a lightweight tag: `git tag -d {SECOND}`, then publish it, which annotates it"],
    )


@pytest.mark.parametrize(
    ("version", "why"),
    [
        ("v1.0.1", "so the minor number must grow; use v1.1.0"),
        ("v0.9.0", f"comes before {FIRST}, the first version; use v1.1.0"),
    ],
)
def test_numbers(tree: Tree, publish: Publish, version: str, why: str) -> None:
    """A version of the wrong number is refused, before and after its tag was made; the right one is told."""
    code, _, wrong = publish(version)

    assert code == 2
    assert len(wrong) == 1
    assert wrong[0].endswith(why)
    assert tags(tree) == [FIRST]
    tree.tag(f"minimal@{version}")
    assert publish(version, "--check")[::2] == (2, wrong)


def test_unchanged(tree: Tree, publish: Publish) -> None:
    """The same data is not published twice."""
    publish()
    (tree.folder / "notes.txt").touch()
    tree.commit("Note")

    code, _, wrong = publish("v1.2.0")

    assert code == 2
    assert len(wrong) == 1
    assert wrong[0].startswith(f"nothing has changed since {SECOND}: ")


def test_predecessor_without_data(tree: Tree, publish: Publish) -> None:
    """A tag that looks like a version, but has no data, is told."""
    tree.run("git", "tag", "-d", FIRST)
    tree.run("git", "rm", "-q", "--cached", f"{DATA}/snapshot.json")
    tree.run("git", "commit", "-qm", "Take the manifest away")
    tree.tag(FIRST)
    tree.commit("Bring it back")

    code, _, wrong = publish()

    assert code == 2
    assert len(wrong) == 1
    assert f"{FIRST} is a tag, but its commit has no {DATA}/snapshot.json" in wrong[0]


def test_no_author(tree: Tree, publish: Publish, monkeypatch: pytest.MonkeyPatch) -> None:
    """Git must know who publishes: it is seen before anything is pushed."""
    (tree.home / "gitconfig").write_text("[user]\nuseConfigOnly = true\n")
    monkeypatch.delenv("EMAIL", raising=False)
    monkeypatch.setattr(push, "default_remote", lambda root: pytest.fail("it is seen too late"))

    code, _, wrong = publish()

    assert code == 2
    assert len(wrong) == 1
    assert "email" in wrong[0]


def test_dvc_is_missing(tree: Tree, publish: Publish, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without DVC nothing can be pushed, and no tag is made; `--no-push` does without."""
    monkeypatch.setattr(push, "find_spec", lambda name: None)

    assert publish()[::2] == (
        2,
        ["DVC is not installed, and it is what pushes: pip install 'demo-data[dvc]', or --no-push"],
    )
    assert tags(tree) == [FIRST]
    assert publish("v1.1.0", "--no-push")[0] == 0


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (r"(?ms)^  minimal:\n    type: dataset.*?labels: [^\n]*\n", "", "is missing"),
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
        first = (ROOT / "pipeline" / "profiles" / f"{profile}.yaml").read_text(encoding="utf-8").splitlines()[0]
        assert artifact["type"] == "dataset"
        assert artifact["path"] == f"data/{profile}"
        assert artifact["desc"] == first.removeprefix("# ")
        assert artifact["labels"]


# Files that are not those of the commit


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


def test_lock_edited(tree: Tree, publish: Publish) -> None:
    """A dvc.lock that names another file than the one that lies there is told by the file."""
    md5 = tree.md5_of(f"{DATA}/farmers.parquet", "HEAD")
    lock = tree.folder / "dvc.lock"
    lock.write_text(lock.read_text().replace(md5, "0" * 32))
    tree.commit("Edit the lock")

    code, _, wrong = publish()

    assert code == 1
    assert [line.partition(";")[0] for line in wrong] == [f"not what dvc.lock names: {DATA}/farmers.parquet"]


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


def test_code_has_moved_on(tree: Tree, publish: Publish) -> None:
    """Data that older code made is not published: the tag's code must make it again."""
    with (tree.folder / "pipeline" / "kenya" / "climate.csv").open("a") as file:
        file.write("\n")
    with (tree.folder / "pipeline" / "entities" / "document.py").open("a") as file:
        file.write("\n")
    tree.commit("Change code")

    code, _, wrong = publish()

    assert code == 1
    (line,) = wrong
    assert line.startswith(f"{DATA} was made before these changed: ")
    assert dict(re.findall(r"(pipeline/\S+) \(([\w-]+)@", line)) == {
        "pipeline/demo_data/tea/kenya": "level-0",
        "pipeline/demo_data/tea/documents/recipe.py": "level-4",
        "pipeline/demo_data/tea": "json",
    }
    assert line.endswith("; `dvc repro`, then commit dvc.lock and the manifest")


def test_forgot_to_commit(tree: Tree, publish: Publish) -> None:
    """After a build whose lock file is not committed yet, that is all there is to tell."""
    with (tree.folder / "pipeline" / "kenya" / "climate.csv").open("a") as file:
        file.write("\n")
    tree.run("dvc", "commit", "--force")

    code, _, wrong = publish()

    assert code == 2
    changed = "M dvc.lock, M pipeline/demo_data/tea/kenya/climate.csv"
    assert wrong == [f"what is published is a commit, and the tree differs from it: {changed}; commit first"]


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

    assert publish()[::2] == (1, [f"{DATA}/snapshot.json: not a whole manifest"])


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
    write_json_form(tree.folder / DATA, MODELS)
    finish(tree.folder / DATA)
    relock(tree)

    code, _, wrong = publish()

    assert code == 1
    assert any("region_id" in line and line.endswith("(foreign-key)") for line in wrong), wrong
    assert tags(tree) == [FIRST]
