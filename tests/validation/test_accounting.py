"""Every entry of a directory is read, known, passed over or told; what may be a table and is not read is told."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from demo_data.tea import DOMAIN
from demo_data.validation import UsageError, names, validate
from demo_data.validation import discover as discovering
from demo_data.validation.discover import discover
from tests.running import called

STEMS = ("farmers", "regions", "FARMERS", "Farmer", "farmer-performance", "prompts", "notes", "part-0", "x")
ENDINGS = (
    "", ".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz", ".parquet", ".PARQUET", ".snappy.parquet", ".parquet.gz",
    ".csv", ".csv.gz", ".tsv", ".avro", ".orc", ".feather", ".xlsx", ".txt", ".md", ".png", ".bak", ".zip", ".json~",
)  # fmt: skip
NAMES = st.one_of(
    st.tuples(st.sampled_from(STEMS), st.sampled_from(ENDINGS)).map("".join),
    st.sampled_from(
        [".hidden", "_SUCCESS", "._farmers.parquet", "_delta_log", ".hoodie", "json", "plots", "README", "README.md",
         "snapshot.json", "validation.json", "region_id=x", "year=2026", "archive", "LICENSE", "rows.csv"]
    ),
)  # fmt: skip
KINDS = st.sampled_from(["file", "file", "file", "folder", "folder", "loop", "nowhere", "pipe", "up"])
TREES = st.recursive(
    st.dictionaries(NAMES, KINDS, max_size=6),
    lambda inner: st.dictionaries(NAMES, st.one_of(KINDS, inner), max_size=6),
    max_leaves=30,
)


def grow(folder: Path, tree: dict[str, object]) -> None:
    """Make what the tree says: files, directories, links to nowhere, to themselves and upwards, pipes."""
    folder.mkdir(exist_ok=True)
    for name, kind in tree.items():
        path = folder / name
        if isinstance(kind, dict):
            grow(path, kind)
        elif kind == "folder":
            path.mkdir()
        elif kind == "file":
            path.write_text("[]\n")
        elif kind == "pipe":
            os.mkfifo(path)
        else:
            path.symlink_to({"loop": name, "nowhere": "nowhere", "up": ".."}[str(kind)])


def leaves(folder: Path) -> set[str]:
    """Every path that is no directory; links are never followed."""
    found = set()
    for place, folders, files in os.walk(folder):
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        found |= {(Path(place) / name).relative_to(folder).as_posix() for name in [*files, *links]}
    return found


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(TREES)
def test_every_entry_is_accounted_for_once(tmp_path: Path, tree: dict[str, object]) -> None:
    """It, or one directory above it, is read, told, passed over or known by its name: one of these. Nothing hangs."""
    folder = tmp_path / "data"
    shutil.rmtree(folder, ignore_errors=True)
    grow(folder, tree)
    (folder / "source_configs.json").write_text("[]")
    contents = discover(folder, DOMAIN)
    sources = [*contents.parquet.values(), *contents.json.values(), *contents.external.values()]
    sources += contents.forms.values()
    read = [path.relative_to(folder).as_posix() for source in sources for path in source.files]
    read += [source.shown for source in sources if not source.files]  # an empty directory
    entries = [*read, *contents.passed, *(each.file for each in contents.findings)]
    for path in leaves(folder):
        steps = path.split("/")
        over = ["/".join(steps[:end]) for end in range(1, len(steps) + 1)]
        known = any(names.hidden(step) or place in names.known(DOMAIN) for step, place in zip(steps, over, strict=True))
        known = known or (path.rpartition("/")[0] in ("", "json") and names.about(steps[-1]))
        below = any(each.startswith(f"{path}/") for each in entries)  # json/ may be a link
        verdicts = sum(entries.count(each) for each in over)
        assert verdicts == 1 or (known and not verdicts) or below, (path, entries)


def test_a_clean_directory_tells_nothing(seed: Path, demo_dir: Path) -> None:
    """Neither ours nor somebody's own."""
    for folder in (seed, demo_dir):
        report = validate(folder)
        assert (report.ok, report.passed) == (True, [])


UNREAD = {  # beside a directory's tables: each is told by name
    "farmers.csv": "in a form that is not read",
    "farmers.tsv.gz": "in a form that is not read",
    "farmers.parquet.gz": "in a form that is not read",
    "farmers.xlsx": "in a form that is not read",
    "farmers.feather": "in a form that is not read",
    "farmers.json.bak": "in a form that is not read",
    "farmers.json.zst": "in a form that is not read",
    "farmers": "in a form that is not read",
    "FARMERS.JSON": "names are in lower case, as farmers.json",
    "farmers.Json": "names are in lower case, as farmers.json",
    "Farmers.Parquet": "names are in lower case, as farmers.parquet",
    "farmer.jsonl": "'farmer' is not a table's name (nearest: farmers)",
    "export_farmers_v2.json": "is not a table's name",
    "customers.parquet": "is not a table's name",
    "customers.ndjson": "is not a table's name",
    "farmers.jsonl": "farmers lies here as farmers.json already",
    "farmers.json.gz": "farmers lies here as farmers.json already",
    "json/farmers.json": "farmers lies here as farmers.json already",
    "json/farmers.parquet": "farmers is read in json/ as JSON only",
    "prompts.parquet": "prompts is read as JSON only",
    "archive/farmers.json": "tables are looked for in the directory itself",
    "archive/2025/regions.parquet": "tables are looked for in the directory itself",
    "plots/farmers.csv": "in a form that is not read",
    "farmers/region_id=x/part-0.parquet": "a table's parts are .parquet files that lie right in its directory",
    "documents.parquet/2026/part-0.parquet": "",
    "documents/part-0.json": "a table's parts are .parquet files that lie right in its directory",
    "_delta_log/0.json": "is the log of Delta Lake",
}


@pytest.mark.sample(6)
@pytest.mark.parametrize("name", UNREAD)
def test_a_table_that_is_not_read_is_told(
    name: str, demo_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By its path, with the reason; exit code 1."""
    for table in ("documents", "farmers"):
        shutil.copy(demo_dir / "json" / f"{table}.json", tmp_path)
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x")
    report = validate(tmp_path)
    found = [each for each in report.findings if each.rule in ("unread", "table-name")]
    assert (report.ok, len(found)) == (False, 1), report.text()
    assert name == found[0].file or name.startswith(f"{found[0].file}/") or found[0].file == "documents.json"
    assert UNREAD[name] in found[0].message
    assert called(capsys, "validate", tmp_path)[0] == 1


PASSED = (
    "notes.txt",
    "photo.jpg",
    "sub/whatever.bin",
    "sub/deep/data.json",
    "farmers.md",
    "farmers.png",
    "package.json",
)


def test_what_is_no_table_is_passed_over_and_said(seed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In one line; the exit code is 0."""
    for name in (*PASSED, ".git/config", "_SUCCESS", "._farmers.json", "README.md", "LICENSE"):
        (seed / name).parent.mkdir(parents=True, exist_ok=True)
        (seed / name).write_text("x")
    (seed / "empty").mkdir()
    report = validate(seed)
    assert set(report.passed) == set(PASSED)
    code, out, _ = called(capsys, "validate", seed)
    assert (code, out.splitlines()[1]) == (
        0, "passed over: 7 files that are no tables: " + ", ".join(sorted(PASSED)[:5]) + " and 2 more"
    )  # fmt: skip
    assert (
        json.loads(called(capsys, "validate", seed, "--format", "json")[1])["summary"]["passed_over"] == report.passed
    )


def test_two_forms_are_for_our_own_datasets(demo_dir: Path, tmp_path: Path) -> None:
    """There json/ is compared with Parquet; in other data it is one form too many, and so is any other place."""
    both = Path(shutil.copytree(demo_dir, tmp_path / "both"))
    assert validate(both).ok
    shutil.copy(both / "json" / "farmers.json", both)
    assert [(each.file, each.rule) for each in validate(both).findings] == [("farmers.json", "unread")]
    (both / "farmers.json").unlink()
    for name in ("recipe.json", "snapshot.json"):
        (both / name).unlink(missing_ok=True)
    told = {each.file for each in validate(both).findings if each.rule == "unread"}
    assert told == {f"json/{path.name}" for path in (both / "json").iterdir()}


def test_a_table_that_is_told_as_unread_makes_no_dangling_references(seed: Path) -> None:
    """One fault, told once."""
    (seed / "farmers.json").rename(seed / "farmers.csv")
    report = validate(seed)
    assert {each.rule: each.count for each in report.failed if each.severity == "error"} == {"unread": 1}, report.text()


def test_a_table_that_a_reference_does_not_give_is_told(seed: Path, tmp_path: Path) -> None:
    """Of the directory of reference what is needed must be read, too; what is not needed is nobody's business."""
    there = tmp_path / "there"
    there.mkdir()
    shutil.move(seed / "regions.json", there / "regions.json")
    (there / "regions.csv").write_text("x")
    (there / "documents.csv").write_text("x")
    found = [each.file for each in validate(seed, reference=there).findings if each.rule == "unread"]
    assert found == [f"{there}/regions.csv"]


def test_hidden_parts_are_passed_over_and_damaged_ones_named(demo_dir: Path, tmp_path: Path) -> None:
    """MacOS leaves ._ files beside others, Spark leaves _SUCCESS and _metadata."""
    shutil.copy(demo_dir / "regions.parquet", tmp_path)
    folder = tmp_path / "farmers.parquet"
    folder.mkdir()
    shutil.copy(demo_dir / "farmers.parquet", folder / "part-0.parquet")
    for name in ("._part-0.parquet", "_metadata", "_SUCCESS", ".part-0.parquet.crc", "_temporary.parquet"):
        (folder / name).write_bytes(b"Mac OS X")
    (tmp_path / "._regions.parquet").write_bytes(b"Mac OS X")
    assert validate(tmp_path).ok
    (folder / "part-1.parquet").write_bytes(b"PAR1")
    found = [each for each in validate(tmp_path).findings if each.rule == "readable"]
    assert [each.file for each in found] == ["farmers.parquet"]
    assert found[0].message.startswith("part-1.parquet: ")


def test_a_very_large_tree_is_told(seed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond a bound nobody looks, and that is said."""
    monkeypatch.setattr(discovering, "MOST", 20)
    for number in range(30):
        (seed / f"zz{number:02}.bin").touch()
    found = [each.message for each in validate(seed).findings]
    assert found == ["is one of more than 20 entries; what follows was not looked at"]


def test_a_directory_of_unread_tables_alone(tmp_path: Path) -> None:
    """There is nothing to check; what lies there is named."""
    (tmp_path / "farmers.csv").write_text("x")
    with pytest.raises(UsageError, match=r"no tables here .*; farmers\.csv: is in a form that is not read"):
        validate(tmp_path)


@pytest.mark.parametrize("value", ["", " ", "a\n", "a\0", "x" * 10_000_000])
def test_a_key_of_a_table_beside_ours_is_one(value: str, tmp_path: Path) -> None:
    """As in our own tables."""
    (tmp_path / "prompts.json").write_text(json.dumps([{"id": value}, {"id": "a"}]))
    found = [(each.rule, each.record, each.field) for each in validate(tmp_path).findings]
    assert found == [("pattern", 0, "id")]


def test_links_to_directories_elsewhere_are_told(tmp_path: Path) -> None:
    """What lies behind them was not looked at; one that leads back into the directory hides nothing."""
    (tmp_path / "data").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "data" / "regions.json").write_text("[]", encoding="utf-8")
    (tmp_path / "data" / "again").symlink_to(".")
    (tmp_path / "data" / "more").symlink_to("../elsewhere")

    assert [str(each) for each in validate(tmp_path / "data").findings if each.rule == "unread"] == [
        "more: is a link to another directory, which is not followed"
    ]


def test_a_collections_full_name_is_told(tmp_path: Path) -> None:
    """A file named after database and collection holds a table, and is not passed over."""
    (tmp_path / "regions.json").write_text("[]", encoding="utf-8")
    (tmp_path / "plantation_e2e.farmers.json").write_text("[]", encoding="utf-8")

    assert [each.rule for each in validate(tmp_path).findings] == ["table-name"]
