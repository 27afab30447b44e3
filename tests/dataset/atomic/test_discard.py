"""What nobody needs any more is removed, also while workers still write there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from demo_data.dataset.atomic import aside, swap


@pytest.fixture(autouse=True)
def writing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers that put a file in a directory while it is being removed: three times there is another one."""
    removes, late = shutil.rmtree, iter(range(3))

    def removed(path: Path, *, ignore_errors: bool) -> None:
        removes(path, ignore_errors=ignore_errors)
        if (number := next(late, None)) is not None:
            path.mkdir()
            (path / f"{number}").touch()

    monkeypatch.setattr(shutil, "rmtree", removed)


def test_what_a_killed_process_has_left(tmp_path: Path) -> None:
    """The next one finds no place taken."""
    folder = tmp_path / "staging"
    (folder / "new").mkdir(parents=True)
    swap.discard(folder)
    assert not folder.exists()


def test_files_that_are_not_finished(tmp_path: Path) -> None:
    """Those aside do not come into the dataset with what is whole."""
    with aside(tmp_path / "new") as place:
        (place / "part").touch()
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is tried twice, and stays: nobody waits for what does not change."""
    tries = []
    monkeypatch.setattr(shutil, "rmtree", lambda path, **_: tries.append(path))
    (tmp_path / "staging" / "new").mkdir(parents=True)
    swap.discard(tmp_path / "staging")

    assert len(tries) == 2
    assert (tmp_path / "staging" / "new").exists()
