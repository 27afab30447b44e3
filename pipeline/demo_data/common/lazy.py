"""Lazy faces: modules that offer names of others, each imported when somebody asks for a name of it.

    if TYPE_CHECKING:
        from demo_data.versions.snapshot import open_snapshot as open_snapshot
    else:
        __getattr__, __dir__, __all__ = lazy.face(__name__)

So the names stand once, as type checkers read them (`import ... as` the same name offers it), and are read from there.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

_OFFER = re.compile(r"^    from (\S+) import (\w+) as \2$", re.MULTILINE)


def face(module: str) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """`__getattr__`, `__dir__` and `__all__` of a module that offers what it imports under `if TYPE_CHECKING`.

    Raises ImportError where the module's source is not at hand.
    """
    loader: Any = sys.modules[module].__loader__
    path = str(sys.modules[module].__file__)
    if not path.endswith(".py"):
        raise ImportError(f"{module} is read from its source, and {path} is none", name=module)
    homes = {name: home for home, name in _OFFER.findall(loader.get_data(path).decode())}

    def __getattr__(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        return getattr(import_module(homes[name]), name)

    def __dir__() -> list[str]:
        return sorted({*vars(sys.modules[module]), *homes})

    return __getattr__, __dir__, sorted(homes)
