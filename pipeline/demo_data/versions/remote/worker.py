"""A program for a process of its own, so that no other imports DVC: get the files that a version's dvc.lock names.

DVC is given a project of our own, made for this, with the outputs to get and what names the remote: it never opens the
repository of the version, whose settings may be anybody's, and needs no git.

It reads its orders, a line of JSON, from standard input and answers on standard output, each answer such a line: the
remote, what it got, and what failed, with the chain of exceptions and the object's place. `messages.py` reads them.
Where standard input ends before the work does, nobody waits for it any more, and it ends too.
"""

from __future__ import annotations

import getpass
import json
import os
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NoReturn

PATIENCE = 30
"""Seconds in which a remote must have given its first file."""

_SETTINGS = {
    "s3": {"connect_timeout": 10, "read_timeout": 60},
    "ssh": {"timeout": 15},
    "http": {"connect_timeout": 10, "read_timeout": 60},
    "https": {"connect_timeout": 10, "read_timeout": 60},
}
"""How long a remote is waited for where its own settings do not tell, per scheme of its URL: seconds."""

_NAMING = {
    *("url", "endpointurl", "region", "allow_anonymous_login", "port", "user", "account_name"),
    *("connect_timeout", "read_timeout", "timeout"),
}
"""What is taken over of a remote in a repository that is not at hand: what names it. Others of DVC's settings name
programs to run, files to read and places to write on this machine, which are not for a stranger to choose."""

_ONE_BY_ONE = threading.Lock()


def main() -> None:
    """Get the files that the orders name, and leave with 0 where all came."""
    orders = json.loads(sys.stdin.readline())
    threading.Thread(target=lambda: _leave(len(sys.stdin.read()) + 1), daemon=True).start()
    getpass.getpass = _no_question  # before DVC takes it: whoever waits here is mostly a program
    try:
        source = _Source(orders)
    except Exception as error:  # noqa: BLE001 (whatever it is, the process that waits tells it)
        _leave(_say(failed=None, chain=list(_chain(error))))
    worker = threading.Thread(target=source.run, daemon=True)
    worker.start()
    if not source.answered.wait(PATIENCE):
        _leave(_say(failed=None, chain=[[["TimeoutError"], f"silent for {PATIENCE} seconds", None]]))
    worker.join()
    _leave(int(source.failed))


class _Source:
    """The files of a version's folder, as DVC knows them."""

    def __init__(self, orders: dict[str, Any]) -> None:
        from dvc.api import DVCFileSystem

        self.folder, self.paths, self.out = orders["folder"], orders["paths"], Path(orders["out"])
        self.failed = self.hopeless = False
        self.answered = threading.Event()
        self.lost: set[str] = set()
        project = Path(orders["project"])
        (project / ".dvc").mkdir(parents=True)
        (project / ".dvc" / "config").write_text("[core]\n    no_scm = true\n", encoding="utf-8")
        (project / "version.dvc").write_text(json.dumps({"outs": orders["outs"]}), encoding="utf-8")  # JSON is YAML
        settings = _settings(orders["config"], orders["foreign"])
        settings["core"]["site_cache_dir"] = str(project / ".dvc" / "site")
        self.system: Any = DVCFileSystem(str(project), config=settings)
        config = self.system.repo.config
        name = config["core"].get("remote")
        self.remote = str(config["remote"][name]["url"]).rstrip("/") if name in config["remote"] else None
        self.cache = self.system.repo.cache.local.path
        _say(remote=name, url=self.remote)

    def run(self) -> None:
        """Get all; what is far away first, and of that one file alone, so that a dead remote is asked once."""
        try:
            there = [wanted for path in self.paths if (wanted := self._find(path))]
            far = [wanted for wanted in there if not wanted["near"]]
            for wanted in far[:1]:
                self._get(wanted)
            self.answered.set()
            with ThreadPoolExecutor(8) as pool:
                list(pool.map(self._get, far[1:]))
            for wanted in there:
                if wanted["near"]:
                    self._get(wanted)
        except Exception as error:  # noqa: BLE001
            self._fail(error, None, None)
        finally:
            self.answered.set()

    def _find(self, path: str) -> dict[str, Any] | None:
        """Where a file's object lies, and whether that is near: in DVC's cache on this machine."""
        above = path.rpartition("/")[0]
        if self.hopeless or above in self.lost:
            return None
        try:
            place, near = self._place(self.system.info(f"{self.folder}/{path}"))
        except Exception as error:  # noqa: BLE001
            # What lies in a directory is told by an object of its own; without it, all the directory is lost.
            self._fail(error, above or path, self._listing(above) if above else None)
            self.lost |= {above} - {""}
            return None
        return {"path": path, "place": place, "near": near}

    def _get(self, wanted: dict[str, Any]) -> None:
        if self.hopeless:
            return
        try:
            self.system.get_file(f"{self.folder}/{wanted['path']}", str(self.out / wanted["path"]))
        except Exception as error:  # noqa: BLE001
            self._fail(error, wanted["path"], wanted["place"])
        else:
            _say(got=wanted["path"], place=wanted["place"])

    def _place(self, info: dict[str, Any]) -> tuple[str | None, bool]:
        md5 = info.get("md5")
        if not md5:
            return None, True  # git has it
        below = f"files/md5/{md5[:2]}/{md5[2:]}"
        near = Path(self.cache, *below.split("/")[2:]) if self.cache else None
        return (str(near), True) if near and near.exists() else (f"{self.remote}/{below}", False)

    def _listing(self, path: str) -> str | None:
        try:
            return self._place(self.system.repo.index.data["repo"].info(tuple(f"{self.folder}/{path}".split("/"))))[0]
        except Exception:  # noqa: BLE001 (it is only to be reported)
            return None

    def _fail(self, error: Exception, path: str | None, place: str | None) -> None:
        """Tell it. After an error that every file would meet, no more is tried."""
        self.failed = True
        self.hopeless |= not any(isinstance(cause, FileNotFoundError) for cause in _causes(error))
        _say(failed=path, place=place, chain=list(_chain(error)))


def _settings(folder: str | None, foreign: bool) -> dict[str, dict[str, Any]]:
    """DVC's settings: the default remote that a `.dvc` folder names and, where that is this machine's, the cache."""
    from dvc.config import Config

    settings: dict[str, dict[str, Any]] = {"core": {}, "cache": {}, "remote": {}}
    if folder is None:
        return settings
    config = Config(folder, validate=False).load_one("repo") if foreign else Config(folder)
    if not foreign:
        settings["cache"]["dir"] = config["cache"].get("dir") or str(Path(folder, "cache"))
    name = config["core"].get("remote")
    if remote := config["remote"].get(name):
        taken = {key: value for key, value in remote.items() if key in _NAMING or not foreign}
        settings["core"]["remote"] = name
        settings["remote"][name] = _SETTINGS.get(str(remote.get("url")).partition("://")[0], {}) | taken
    return settings


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _chain(error: BaseException) -> Iterator[list[Any]]:
    """The exceptions that led to one, each with the names of its classes, its first line, and the system's number."""
    for cause in _causes(error):
        number = cause.errno if isinstance(cause, OSError) else None
        yield [[kind.__name__ for kind in type(cause).__mro__], str(cause).partition("\n")[0], number]


def _no_question(*_: object, **__: object) -> NoReturn:
    raise PermissionError("it asks for a password or passphrase, since what is set does not open it")


def _say(**answer: object) -> int:
    with _ONE_BY_ONE:
        print(json.dumps(answer), flush=True)
    return 1


def _leave(code: int) -> NoReturn:
    sys.stdout.flush()
    os._exit(code)  # without waiting for a thread that waits for a silent remote


if __name__ == "__main__":
    main()
