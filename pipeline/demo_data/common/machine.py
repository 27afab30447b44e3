"""What the machine must give before work begins: libraries abort or hang over these, where a line would do."""

from __future__ import annotations

import gc
import os
import re
import sys
from collections.abc import Iterator

from demo_data.common.errors import NO_DOCSTRINGS, UsageError

_THREADS = {"POLARS_MAX_THREADS": 1, "POLARS_ASYNC_THREAD_COUNT": 1, "RAYON_NUM_THREADS": 0}
"""Variables that set numbers of threads, and the least that is one; others are ignored where they make no sense."""

_MOST_THREADS = 512

_LEAST = (
    ("RLIMIT_AS", "-v", 1024, 4 << 30, "too little address space"),
    ("RLIMIT_DATA", "-d", 1024, 1 << 30, "too little memory"),
    ("RLIMIT_STACK", "-s", 1024, 1 << 20, "too little stack"),
    ("RLIMIT_NOFILE", "-n", 1, 64, "too few file handles"),
)
"""Limits: name, `ulimit`'s option and its unit, the least that is needed, and what is said below it."""


def require() -> None:
    """Raise `UsageError` where a limit or a variable would break the libraries that are about to be imported."""
    faults = [*_limits(), *_variables(), *([NO_DOCSTRINGS] if sys.flags.optimize > 1 else [])]
    if faults:
        raise UsageError(faults)


def in_utf8() -> None:
    """Begin again in UTF-8 where this locale would not let file names be read as such."""
    if sys.getfilesystemencoding().lower().replace("-", "") == "utf8" or sys.flags.utf8_mode or not sys.executable:
        return
    os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])


def spare() -> None:
    """Keep libraries from what costs start-up and serves no command. For a process that is the program's own."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # NumPy starts one a core for linear algebra: ours is small
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looked for in all packages that are installed
    gc.set_threshold(50_000, 20, 20)  # what is imported makes objects by the hundred thousand, and none is garbage


def without_pandas() -> None:
    """Let Arrow not import pandas, where that is installed, with the first array that it makes.

    It tries once. What needs pandas later (`to_pandas`) has it try again.
    """
    if "pandas" in sys.modules:
        return
    refused = _Refused()
    sys.meta_path.insert(0, refused)
    try:
        import pyarrow as pa

        pa.array([0])
    finally:
        sys.meta_path.remove(refused)


class _Refused:
    """A finder of modules that says that there is no pandas."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError("not imported for Arrow's sake", name=name)


def _limits() -> Iterator[str]:
    try:
        import resource
    except ImportError:  # Windows has none of these limits
        return
    if resource.getrlimit(resource.RLIMIT_AS)[0] != resource.RLIM_INFINITY:
        for variable in ("POLARS_MAX_THREADS", "OMP_NUM_THREADS"):  # each thread takes address space
            os.environ.setdefault(variable, "2")
    for name, option, unit, least, what in _LEAST:
        soft, hard = resource.getrlimit(getattr(resource, name))
        if name == "RLIMIT_NOFILE" and least > soft != hard and (hard == resource.RLIM_INFINITY or hard >= least):
            resource.setrlimit(resource.RLIMIT_NOFILE, (least, hard))
        elif resource.RLIM_INFINITY != soft < least:
            needed = f"at least {least // unit:,} is needed, and `ulimit {option}` allows {soft // unit:,}"
            yield f"{what}: {needed}: raise that limit"


def _variables() -> Iterator[str]:
    for name, least in _THREADS.items():
        value = os.environ.get(name, "")
        if re.fullmatch(r"\s*[0-9]+\s*", value) and not least <= int(value[:9]) <= _MOST_THREADS:
            yield f"{name}={value[:20]}: a number from {least} to {_MOST_THREADS} is expected"
