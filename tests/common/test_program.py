"""What hints call the program."""

from __future__ import annotations

from pathlib import Path

from demo_data.cli import main
from demo_data.common.program import program


def test_a_domain_is_named_while_its_command_runs(tmp_path: Path) -> None:
    """What the library says afterwards, in the same process, is not of that command."""
    assert main(["--domain", "demo_data.tea:DOMAIN", "show", str(tmp_path / "none")]) == 2
    assert program() == "demo-data"
