"""What modules import, as their text has it: the files of a project that they come down to."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path


def imported_files(modules: Iterable[str], root: Path, *, faces: Iterable[str] = ()) -> set[Path]:
    """The files below `root` that importing `modules` reads at any depth, imports inside functions included.

    What is installed in an environment there is not followed, nor what is imported for type checkers alone, nor the
    packages `faces`, which only offer names of others.
    """
    files: set[Path] = set()
    seen = set(faces)
    left = list(modules)
    while left:
        name = left.pop()
        if name in seen:
            continue
        seen.add(name)
        left.append(name.rpartition(".")[0] or name)
        file = _file(name)
        if file is None or not file.is_relative_to(root) or "site-packages" in file.parts:
            continue
        text = file.read_text(encoding="utf-8")
        if text.strip():
            files.add(file)
        left += _imports(ast.parse(text).body, name if file.name == "__init__.py" else name.rpartition(".")[0])
    return files


def _file(name: str) -> Path | None:
    """The file of a module; None where it is none, but a name in one, or without a file."""
    try:
        spec = find_spec(name)
    except (ModuleNotFoundError, ValueError):  # the latter of a module without a specification, in a compiled package
        return None
    return Path(spec.origin).resolve() if spec and spec.has_location and spec.origin else None


def _imports(statements: Iterable[ast.stmt], package: str) -> Iterator[str]:
    for statement in statements:
        if isinstance(statement, ast.If) and "TYPE_CHECKING" in ast.unparse(statement.test):
            yield from _imports(statement.orelse, package)
            continue
        if isinstance(statement, ast.Import):
            yield from (alias.name for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - statement.level + 1] if statement.level else []
            module = ".".join([*above, *([statement.module] if statement.module else [])])
            yield module
            yield from (f"{module}.{alias.name}" for alias in statement.names)
        for field in ("body", "orelse", "finalbody", "handlers", "cases"):
            for below in getattr(statement, field, ()):
                yield from _imports([below] if isinstance(below, ast.stmt) else below.body, package)
