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

_packages: dict[str, str] = {}
"""By locale, the package whose modules (`person`, `address`, ...) each have a `Provider`."""


def install(locale: str, package: str) -> None:
    """Have `Faker(locale)`, from now on: what `package` has no module for is given as Faker does by default.

    Faker is not imported for it: where it is not yet, it learns of the locale when it will be.
    """
    _packages[locale] = package
    if _FACTORY in sys.modules:
        _patch(sys.modules[_FACTORY])
    elif not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


def _patch(factory: ModuleType) -> None:
    """Put the locales among those that `faker.factory` knows, and their classes where it looks for providers."""
    from functools import cache
    from importlib.util import find_spec

    known: list[str] = factory.AVAILABLE_LOCALES  # the list itself: faker.config and faker.cli hold it too
    known[:] = sorted({*known, *_packages})
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
        own = f"{_packages[locale]}.{provider_path.rpartition('.')[2]}" if locale in _packages else None
        if own and provider_path.startswith("faker.providers.") and find_spec(own):
            return import_module(own).Provider, locale, found[2]
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
