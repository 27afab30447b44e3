"""Verifying a snapshot: a sound one passes, and every planted fault is found, named and told once."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from demo_data.build import build
from demo_data.common.errors import DataError, UsageError
from demo_data.dataset import content_hash
from demo_data.profile import load_profile
from demo_data.tea import DOMAIN
from demo_data.versions.verify import verify
from demo_data.versions.write import finish
from tests.running import called, contents
from tests.versions.changing import flip, identity, mend_files, rewrite, table_of, tell, told
from tests.versions.verifying import broken

SECTIONS = ["manifest", "files", "recipe", "rows", "schemas", "contents", "metadata", "checks"]


def test_sound(demo_dir: Path) -> None:
    """A snapshot as it was built has no fault, in any section, and nothing is written."""
    before = contents(demo_dir)
    for deep in (False, True):
        found = verify(demo_dir, DOMAIN, deep=deep)
        assert (found.ok, found.faults, broken(found)) == (True, [], {})
        assert [section.name for section in found.sections] == SECTIONS
    assert contents(demo_dir) == before


def test_how_many_files(demo_dir: Path) -> None:
    """It tells how many files it hashed: the recipe once, all but the manifest itself."""
    files = [path for path in contents(demo_dir) if path != "snapshot.json"]

    assert verify(demo_dir, DOMAIN).sections[1].about.startswith(f"SHA-256 of {len(files)} files, ")


@pytest.mark.full
def test_parquet_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So has one without a JSON form, whose tables lie in parts."""
    monkeypatch.setattr("demo_data.plan.ROWS_PER_PART", 16)
    build(load_profile("demo"), tmp_path, json_form=False, finish=finish)

    assert broken(verify(tmp_path, DOMAIN)) == {}


def test_flipped_bit(own: Path) -> None:
    """A flipped bit in a page of a Parquet file is a damaged file, and nothing else is said of the file's records."""
    flip(own / "documents.parquet")
    found = broken(verify(own, DOMAIN))

    assert found["files"] == ["documents.parquet: damaged: its SHA-256 is not the manifest's"]
    assert found["contents"][0].startswith("documents.parquet: ")
    assert not any("(readable)" in line for line in found.get("checks", []))


def test_flipped_bit_in_json(own: Path) -> None:
    """So is one in a JSON file, whose records are not read for it."""
    flip(own / "json" / "farmers.json")

    assert broken(verify(own, DOMAIN)) == {"files": ["json/farmers.json: damaged: its SHA-256 is not the manifest's"]}


def test_rewritten(own: Path) -> None:
    """A file that was written again has other bytes; that its values are the same is said."""
    rewrite(own / "farmers.parquet", compression="none")
    (fault,) = broken(verify(own, DOMAIN)).pop("files")

    assert fault.startswith("farmers.parquet: ")
    assert "where the manifest tells" in fault
    assert fault.endswith("; its table's values are the same: written again by other means?")
    assert list(broken(verify(own, DOMAIN))) == ["files"]


def test_rewritten_and_mended(own: Path) -> None:
    """With a manifest of the new bytes it is the same snapshot: no fault, and the same identity."""
    rewrite(own / "farmers.parquet", compression="none", row_group_size=7)
    mend_files(own, told(own))

    assert broken(verify(own, DOMAIN)) == {}


def dropped(own: Path) -> dict[str, Any]:
    """A row less in a table, and a manifest that tells the file and the rows as they are now."""
    rewrite(own / "documents.parquet", lambda table: table.slice(1))
    manifest = told(own)
    table_of(manifest, "documents")["rows"] -= 1
    manifest["rows"]["documents"] -= 1
    mend_files(own, manifest)
    return manifest


def test_dropped_row(own: Path) -> None:
    """A row that is missing shows in the values, and beside the JSON form, although the manifest tells the new file."""
    dropped(own)
    found = broken(verify(own, DOMAIN))

    assert found["contents"] == ["documents.parquet: its values are not those that the manifest tells: 2025-11"]
    assert found["rows"] == ["json/documents.json: 877 records, where the manifest tells 876"]
    assert any("(performance" in line or "(documents" in line or "performance" in line for line in found["checks"])
    assert "files" not in found


def test_wrong_counts(own: Path) -> None:
    """A number of rows that is not that of the files, or that is told in two ways."""
    manifest = told(own)
    table_of(manifest, "farmers")["rows"] = 51
    tell(own, manifest)
    found = broken(verify(own, DOMAIN))

    assert found == {
        "manifest": ["snapshot.json: tells two numbers of rows of farmers"],
        "rows": [
            "farmers.parquet: 50 rows, where the manifest tells 51",
            "json/farmers.json: 50 records, where the manifest tells 51",
        ],
    }


def test_extra_and_missing_files(own: Path) -> None:
    """A file that the manifest does not list, and one that it lists."""
    shutil.copy(own / "farmers.parquet", own / "cows.parquet")
    (own / "json" / "regions.json").unlink()
    found = broken(verify(own, DOMAIN))

    assert found["files"] == ["json/regions.json: missing", "cows.parquet: not in the manifest"]


def test_missing_table(own: Path) -> None:
    """A table that is gone, from the files or from the manifest too."""
    (own / "farmers.parquet").unlink()
    assert "farmers.parquet: missing" in broken(verify(own, DOMAIN))["files"]

    manifest = told(own)
    manifest["tables"].remove(table_of(manifest, "farmers"))
    del manifest["rows"]["farmers"]
    manifest["identity"] = identity(manifest)
    tell(own, manifest)
    found = broken(verify(own, DOMAIN))
    assert found["manifest"] == ["snapshot.json: has no table farmers"]
    assert found["files"] == ["json/farmers.json: not in the manifest"]


def damage_1(own: Path) -> None:
    (own / "snapshot.json").write_bytes((own / "snapshot.json").read_bytes()[:1000])


def damage_2(own: Path) -> None:
    manifest = told(own)
    del manifest["tables"][3]["content"]
    tell(own, manifest)


def damage_3(own: Path) -> None:
    tell(own, told(own) | {"rows": 7})


def damage_4(own: Path) -> None:
    (own / "snapshot.json").write_text("[]")


@pytest.mark.parametrize("damage", [damage_1, damage_2, damage_3, damage_4])
def test_manifest_cut_short(damage: Callable[[Path], None], own: Path) -> None:
    """A manifest that is not whole is told as such."""
    damage(own)
    with pytest.raises(DataError, match=r"snapshot\.json: not a whole manifest"):
        verify(own, DOMAIN)


def test_all_at_once(own: Path) -> None:
    """Faults of every section are told in one pass."""
    manifest = dropped(own)
    tell(own, manifest | {"identity": "0" * 64})
    flip(own / "json" / "regions.json")
    (own / "recipe.json").write_text("{}")

    assert {"manifest", "files", "recipe", "rows", "contents", "checks"} <= set(broken(verify(own, DOMAIN)))


def test_command(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """People see a line per section, and exit code 0 for a sound snapshot."""
    code, out, _ = called(capsys, "snapshot", "verify", own)
    lines = out.splitlines()

    assert code == 0
    assert lines[0] == f"{own}: demo, made by {told(own)['generator']}, identity {told(own)['identity'][:16]}"
    assert [line.split()[:2] for line in lines[1:-1]] == [["✓", name] for name in SECTIONS]
    assert lines[-1] == "verified: no fault found"
    assert called(capsys, "snapshot", "verify", own, "--quiet") == (0, "", "")


def test_command_on_faults(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Faults stand below their section, and alone with --quiet; exit code 1."""
    flip(own / "json" / "farmers.json")
    line = f"{own}/json/farmers.json: damaged: its SHA-256 is not the manifest's"
    code, out, _ = called(capsys, "snapshot", "verify", own)

    assert code == 1
    assert out.splitlines()[2].startswith("  ✗ files ")
    assert out.splitlines()[3] == f"      {line}"
    assert out.splitlines()[-1] == "1 fault found"
    assert called(capsys, "snapshot", "verify", own, "--quiet") == (1, f"{line}\n", "")


def test_command_for_machines(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same as one JSON object."""
    flip(own / "json" / "farmers.json")
    code, out, _ = called(capsys, "snapshot", "verify", own, "--format", "json")
    found = json.loads(out)

    assert (code, found["ok"], found["faults"], found["profile"]) == (1, False, 1, "demo")
    assert [(each["name"], each["ok"]) for each in found["sections"]] == [(name, name != "files") for name in SECTIONS]
    assert len(found["sections"][1]["faults"]) == 1


def test_command_elsewhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where there is no snapshot, exit code 2 says so."""
    code, out, err = called(capsys, "snapshot", "verify", tmp_path)
    assert (code, out, err) == (2, "", f"demo-data: {tmp_path}: no snapshot lies here (no snapshot.json)\n")
    with pytest.raises(UsageError, match="no such directory"):
        verify(tmp_path / "nowhere", DOMAIN)


def test_values_are_read_again(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Contents are those of the files: every table is hashed anew."""
    seen = []
    of_files = content_hash.of_files
    monkeypatch.setattr(
        content_hash, "of_files", lambda files, model, **how: seen.append(model.table) or of_files(files, model, **how)
    )
    verify(own, DOMAIN)

    assert seen == list(DOMAIN.models)
