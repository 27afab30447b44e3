"""Modules of a user's, written for a test and imported once."""

from __future__ import annotations

from itertools import count
from pathlib import Path

LOOKALIKE = (Path(__file__).parent / "lookalike.py").read_text(encoding="utf-8")
_NUMBERS = count()
_IMPORTS = """
from uuid import UUID
from typing_extensions import TypedDict
from pydantic import computed_field, field_serializer, field_validator, model_serializer
"""
"""What changes of the lookalike need beside its own imports."""


def module(folder: Path, text: str) -> str:
    """The name of a new module with that text, which is found from `folder`."""
    name = f"users_models_{next(_NUMBERS)}"
    (folder / f"{name}.py").write_text(text, encoding="utf-8")
    return name


def changed(old: str, new: str) -> str:
    """The lookalike with one piece of it replaced."""
    assert LOOKALIKE.count(old) == 1, f"{LOOKALIKE.count(old)} times in the lookalike: {old}"
    return LOOKALIKE.replace(old, new).replace("\nimport datetime", f"{_IMPORTS}import datetime", 1)
