"""A locale of one's own for Faker, which finds locales in its own package only: so one of its methods is wrapped."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

_FACTORY = "faker.factory"

_modules: dict[str, str] = {}
"""By locale, the module whose classes (`Person`, `Address`, ...) are its providers."""


def install(locale: str, module: str) -> None:
    """Have `Faker(locale)`, from now on: what `module` has no class for is given as Faker does by default.

    Faker is not imported for it: where it is not yet, it learns of the locale when it will be.
    """
    _modules[locale] = module
    if _FACTORY in sys.modules:
        _patch(sys.modules[_FACTORY])
    elif not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


def _patch(factory: ModuleType) -> None:
    """Put the locales among those that `faker.factory` knows, and their classes where it looks for providers."""
    from functools import cache

    known: list[str] = factory.AVAILABLE_LOCALES  # the list itself: faker.config and faker.cli hold it too
    known[:] = sorted({*known, *_modules})
    original = factory.Factory._find_provider_class.__func__
    find = getattr(original, "__wrapped__", original)  # without its cache, if it has one: one is enough
    if find.__module__ == __name__:
        return

    @classmethod  # type: ignore[misc]
    @cache
    def _find_provider_class(
        cls: type, provider_path: str, locale: str | None = None
    ) -> tuple[type, str | None, str | None]:
        found: tuple[type, str | None, str | None] = find(cls, provider_path, locale)
        package, _, name = provider_path.rpartition(".")
        if locale in _modules and package == "faker.providers":
            own = getattr(import_module(_modules[locale]), name.title().replace("_", ""), None)
            return (own, locale, found[2]) if own else found
        return found

    factory.Factory._find_provider_class = _find_provider_class


class _Finder:
    """Stands first on `sys.meta_path` until `faker.factory` has been imported, which it then patches."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(fullname, path, target) if fullname == _FACTORY else None
        if spec is None or spec.loader is None:
            return None
        execute = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            execute(module)
            if self in sys.meta_path:
                sys.meta_path.remove(self)
            _patch(module)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec
