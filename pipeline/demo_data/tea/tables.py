"""A bridge while rooms move: what `demo_data.domain` gives, under the names of before. To be deleted."""

from demo_data.tea import DOMAIN

MODELS = DOMAIN.models
RECIPES = DOMAIN.recipes
SCHEMA_VERSION = DOMAIN.schema_version
NOTICE = DOMAIN.notice


def levels() -> tuple[tuple[str, ...], ...]:
    return DOMAIN.levels
