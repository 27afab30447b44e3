"""Makes `Faker("sw_KE")` work: Faker finds locales in its own package only, so one of its methods is wrapped."""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # not typing's: that takes longer to import than all of this, and `import pipeline` runs it
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType
    from typing import Any

LOCALE = "sw_KE"
PROVIDERS = {
    f"faker.providers.{name}": f"{__package__}.{name}"
    for name in ("address", "company", "geo", "person", "phone_number", "ssn")
}
"""Faker's provider packages that have Kenyan data, and the modules that have it; the others give their default."""


def install() -> None:
    """Adds the locale to Faker: now if Faker is imported, else when it will be. Calling it again changes nothing."""
    factory = sys.modules.get("faker.factory")
    if factory is not None:
        _patch(factory)
    elif not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


def _patch(factory: ModuleType) -> None:
    """Puts the locale among those that `faker.factory` knows, and its classes where it looks for providers."""
    from functools import cache
    from importlib import import_module

    original = factory.Factory._find_provider_class.__func__
    if original.__module__ == __name__:
        return
    find = getattr(original, "__wrapped__", original)  # without its cache, if it has one: one is enough

    @classmethod  # type: ignore[misc]
    @cache
    def _find_provider_class(
        cls: type, provider_path: str, locale: str | None = None
    ) -> tuple[type, str | None, str | None]:
        found: tuple[type, str | None, str | None] = find(cls, provider_path, locale)
        if locale == LOCALE and provider_path in PROVIDERS:
            return import_module(PROVIDERS[provider_path]).Provider, locale, found[2]
        return found

    factory.Factory._find_provider_class = _find_provider_class
    if LOCALE not in factory.AVAILABLE_LOCALES:
        factory.AVAILABLE_LOCALES.append(LOCALE)  # the list itself: faker.config and faker.cli hold it too
        factory.AVAILABLE_LOCALES.sort()


class _Finder:
    """Stands first on `sys.meta_path` until `faker.factory` has been imported, and patches it then."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != "faker.factory":
            return None
        from importlib.machinery import PathFinder

        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader, self)  # type: ignore[assignment]
        return spec


class _Loader:
    """The module's own loader, but that it patches the module at the end."""

    def __init__(self, own: Any, finder: _Finder) -> None:
        self.own = own
        self.finder = finder

    def __getattr__(self, name: str) -> Any:
        return getattr(self.own, name)

    def exec_module(self, module: ModuleType) -> None:
        module.__loader__ = self.own
        if module.__spec__ is not None:
            module.__spec__.loader = self.own
        self.own.exec_module(module)
        if self.finder in sys.meta_path:
            sys.meta_path.remove(self.finder)
        _patch(module)
