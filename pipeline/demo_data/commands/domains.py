"""Which domain a command is about: the option's, that of the nearest pyproject.toml that names one, or our own."""

from __future__ import annotations

import sys
from pathlib import Path

from demo_data.common.errors import UsageError, nearest
from demo_data.domain import Domain, default_domain

OPTION = "--domain"
_KEY = "[tool.demo-data] domain"


def chosen(reference: str | None) -> Domain:
    """The domain `package:NAME`, or what is meant where none is named.

    The directory that it is looked for in is importable from then on. Raises `UsageError` where there is none.
    """
    if reference is not None:
        return _imported(reference, Path.cwd(), f"{OPTION} {reference}")
    for folder in (here := Path.cwd(), *here.parents):
        if named := _named(folder / "pyproject.toml"):
            return _imported(named, folder, f"{folder / 'pyproject.toml'}: {_KEY} = {named!r}")
    return default_domain()


def require_sound(domain: Domain) -> None:
    """Raise `UsageError` with every mistake in the domain's modules: of tables, recipes, rules and planters."""
    from demo_data.domain_check import profile_faults, require, table_faults
    from demo_data.faults.check import planter_faults
    from demo_data.recipes.check import recipe_faults
    from demo_data.validation.check import rule_faults

    require(domain, table_faults, profile_faults, recipe_faults, rule_faults, planter_faults)


def _named(path: Path) -> str | None:
    """What a pyproject.toml says, if anything."""
    try:
        text = path.read_bytes()
    except OSError:
        return None
    if b"demo-data" not in text:
        return None
    import tomllib

    try:
        ours = tomllib.loads(text.decode()).get("tool", {}).get("demo-data", {})
    except ValueError as error:
        raise UsageError(f"{path}: {error}") from None
    named = ours.get("domain") if isinstance(ours, dict) else None
    if named is not None and not isinstance(named, str):
        raise UsageError(f'{path}: {_KEY}: write it as a text, like "shop:DOMAIN"')
    return named


def _imported(reference: str, folder: Path, source: str) -> Domain:
    from demo_data.common.imports import imported

    name, colon, attribute = reference.partition(":")
    if not (colon and attribute.isidentifier()):
        raise UsageError(f"{source}: write it as module:NAME, like shop:DOMAIN")
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    try:
        module = imported(name)
    except UsageError as error:
        raise UsageError(f"{source}: {error}") from None
    value = getattr(module, attribute, None)
    if isinstance(value, Domain):
        return value
    if value is not None:
        raise UsageError(f"{source}: {attribute} is no Domain but {type(value).__name__}")
    domains = [key for key, value in vars(module).items() if isinstance(value, Domain)]
    hint = nearest(attribute, domains) if domains else "it has no Domain"
    raise UsageError(f"{source}: {name} has no {attribute}; {hint}")
