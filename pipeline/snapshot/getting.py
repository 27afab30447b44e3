"""A program for a process of its own, so that no other imports DVC: get files of one revision of a repository.

It reads its orders from standard input and answers on standard output, each a line of JSON: what it got, and what
failed, with the chain of exceptions, where on the remote it lies, and what remote that is.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

PATIENCE = 20
"""Seconds in which a remote must have given its first file."""

_ONE_BY_ONE = threading.Lock()


def main() -> int:
    """Get the files that the orders name; 0 where all came."""
    orders = json.loads(sys.stdin.read())
    try:
        from dvc.api import DVCFileSystem
    except ImportError as error:
        return _say(failed=None, chain=list(_chain(error)))
    try:
        source = _Source(DVCFileSystem(orders["repo"], rev=orders["rev"], remote_config=orders["settings"]), orders)
        found = [wanted for path in orders["paths"] if (wanted := source.find(path))]
        near = [wanted for wanted in found if wanted["near"]]
        far = [wanted for wanted in found if not wanted["near"]]
        ok = len(found) == len(orders["paths"])
        ok &= all(list(map(source.get, near)))  # each of them, failed or not
        if far and (first := _within(PATIENCE, lambda: source.get(far[0]))) is not None:
            with ThreadPoolExecutor(8) as pool:
                ok &= all([first, *pool.map(source.get, far[1:])])
        elif far:
            _say(failed=far[0]["path"], place=far[0]["place"], chain=[[["TimeoutError"], f"silent for {PATIENCE} s"]])
            ok = False
        return 0 if ok else 1
    except Exception as error:  # noqa: BLE001 (whatever it is, the process that waits tells it)
        return _say(failed=None, chain=list(_chain(error)))


class _Source:
    """The files of one folder in a revision, as DVC knows them."""

    def __init__(self, system: Any, orders: dict[str, Any]) -> None:
        self.system, self.orders = system, orders
        self.given_up: bool = False
        config = system.repo.config
        name = config["core"].get("remote")
        self.remote = str(config["remote"][name]["url"]).rstrip("/") if name in config["remote"] else None
        self.cache = system.repo.cache.local_cache_dir
        _say(remote=name, url=self.remote)

    def find(self, path: str) -> dict[str, Any] | None:
        """Path, place, and whether the object is near: in DVC's cache on this machine."""
        place = None
        try:
            md5 = self.system.info(f"{self.orders['folder']}/{path}").get("md5", "")
            below = f"files/md5/{md5[:2]}/{md5[2:]}"
            near = bool(md5 and self.cache and Path(self.cache, below).exists())
            place = str(Path(self.cache, below)) if near else f"{self.remote}/{below}"
            return {"path": path, "place": place, "near": near or not md5}
        except Exception as error:  # noqa: BLE001
            _say(failed=path, place=place, unlisted=True, chain=list(_chain(error)))
            return None

    def get(self, wanted: dict[str, Any]) -> bool:
        """Get one file. After an error that others will meet too, nothing more is tried."""
        if self.given_up:
            return False
        target = Path(self.orders["out"], wanted["path"])
        try:
            self.system.get_file(f"{self.orders['folder']}/{wanted['path']}", str(target))
        except Exception as error:  # noqa: BLE001
            self.given_up |= not isinstance(error, FileNotFoundError)
            _say(failed=wanted["path"], place=wanted["place"], chain=list(_chain(error)))
            return False
        _say(got=wanted["path"], place=wanted["place"])
        return True


def _within(seconds: float, call: Callable[[], bool]) -> bool | None:
    """What a call returns, or None where it takes longer; the thread is then left behind."""
    answers: list[bool] = []
    thread = threading.Thread(target=lambda: answers.append(call()), daemon=True)
    thread.start()
    thread.join(seconds)
    return answers[0] if answers else None


def _chain(error: BaseException | None) -> Iterator[list[Any]]:
    """The exceptions that led to one, each with the names of its classes and its first line."""
    while error is not None:
        yield [[kind.__name__ for kind in type(error).__mro__], str(error).partition("\n")[0]]
        error = error.__cause__ or error.__context__


def _say(**told: object) -> int:
    with _ONE_BY_ONE:
        print(json.dumps(told), flush=True)
    return 1


if __name__ == "__main__":
    import os

    code = main()
    sys.stdout.flush()
    os._exit(code)  # not joining a thread that waits for a silent remote
