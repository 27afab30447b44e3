"""What `explain` tells of a profile is what a build makes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from demo_data.explain import rows
from tests.running import ROOT, called

TOY = ("--domain", "tests.toy:DOMAIN")


def told(capsys: pytest.CaptureFixture[str], *arguments: object, domain: tuple[str, ...] = ()) -> Any:
    code, out, err = called(capsys, *domain, "explain", *arguments, "--format", "json")

    assert (code, err) == (0, "")
    return json.loads(out)


def manifest(folder: Path) -> Any:
    return json.loads((folder / "snapshot.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("folder", "domain", "profile", "changes"),
    [
        (ROOT, (), "minimal", ()),
        (ROOT, (), "demo", ("--as-of", "2026-07-31", "--seed", "7", "--set", "farmers.joining=40")),
        (ROOT, TOY, "small", ("--set", "customers.count=100")),
        (ROOT / "examples" / "dairy", (), "small", ("--set", "farmers.count=30")),
    ],
    ids=("minimal", "demo", "toy", "dairy"),
)
def test_rows(
    folder: Path,
    domain: tuple[str, ...],
    profile: str,
    changes: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Rows of small profiles are exact, of a world that has moved on and of other domains too."""
    monkeypatch.chdir(folder)
    found = told(capsys, profile, *changes, domain=domain)
    options = (*domain, "build", profile, *changes, "--no-json", "--quiet", "--out", tmp_path / "set")

    assert called(capsys, *options)[0] == 0
    assert {each["table"]: each["rows"] for each in found["tables"]} == manifest(tmp_path / "set")["rows"]
    assert all(each["exact"] for each in found["tables"])
    assert found["rows"] == sum(manifest(tmp_path / "set")["rows"].values())


def test_estimated_rows(
    demo_large_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where not all rows of the parent are asked, the number is said to be an estimate, and is near."""
    monkeypatch.setattr(rows, "_MOST", 3_000)
    found = {each["table"]: each for each in told(capsys, "demo-large")["tables"]}
    true = manifest(demo_large_dir)["rows"]

    assert [table for table, each in found.items() if not each["exact"]] == ["documents"]
    documents = found["documents"]
    assert documents["rows"] != true["documents"]
    assert 0 < documents["error"] < 0.4
    assert abs(documents["rows"] / true["documents"] - 1) < documents["error"]
    assert "~" in called(capsys, "explain", "demo-large")[1]


def test_sizes(demo_large_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Sizes are within a tenth of what is written; where a domain has measured no costs, none are told."""
    found, near = told(capsys, "demo-large"), pytest.approx
    sizes = {
        ending: sum(each["bytes"] for table in manifest(demo_large_dir)["tables"] for each in table["files"]
                    if each["path"].endswith(ending))
        for ending in ("parquet", "json")
    }  # fmt: skip

    assert found["parquet_bytes"] == near(sizes["parquet"], rel=0.1)
    assert found["json_bytes"] == near(sizes["json"], rel=0.1)
    assert found["seconds_in_one_process"] > 0 < found["memory_bytes"]
    assert found["costs"]["source"]
    other = told(capsys, "small", domain=TOY)
    assert {other[key] for key in ("parquet_bytes", "seconds_in_one_process", "memory_bytes", "costs")} == {None}


def test_differing(capsys: pytest.CaptureFixture[str]) -> None:
    """The settings that are not what they are where a profile says nothing, and no others."""
    found = told(capsys, "minimal", "--set", "farmers.grower=90", "--set", "farmers.notification_channel={sms: 100}")
    expected = {
        "regions.count": (1, 2),
        "factories.count": (1, 3),
        "collection_points.count": (2, 10),
        "farmers.count": (3, 50),
        "farmers.grower": (90, 70),
        "farmers.notification_channel": ({"sms": 100, "whatsapp": 0}, {"sms": 70, "whatsapp": 30}),
    }

    assert {path: (each["value"], each["default"]) for path, each in found["differing"].items()} == expected
    assert "farmers.grower: 90 (not 70)" in called(capsys, "explain", "minimal", "--set", "farmers.grower=90")[1]


@pytest.mark.parametrize(
    "changes",
    [("farmers.count=100000", "factories.count=20"), ("farmers.cuont=3", "days=0"), ("regions.count=99",)],
)
def test_contradictions(changes: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What contradicts is told in the words of `build`, all at once, with its exit code."""
    options = [word for change in changes for word in ("--set", change)]
    refused = called(capsys, "build", "demo", *options, "--out", tmp_path / "set")

    assert called(capsys, "explain", "demo", *options) == refused
    assert refused[0] == 2
    assert len(refused[2].splitlines()) == len(changes)
