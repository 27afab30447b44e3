"""What becomes of a load that an error or an interrupt ends: undone, ended, or left to the next one; and the words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from demo_data.common.errors import COMPLETED, UsageError
from demo_data.export.mongodb.head import UNDOING, Head
from demo_data.export.mongodb.journal import Journal, Lost
from demo_data.export.mongodb.placing import Place
from demo_data.export.mongodb.readback import UNDONE
from demo_data.export.mongodb.report import MERGE, SWAP, TRANSACTION

_LATER = dict.fromkeys((SWAP, MERGE), "all records are staged: the next load puts them in place first") | {
    TRANSACTION: "all records are there: the next load first makes the indexes that are still missing"
}


@contextmanager
def undone(journal: Journal, place: Place, head: Head) -> Iterator[None]:
    """The time until all is staged: an error leaves nothing of it. Raises `Lost`, too."""
    from pymongo.errors import PyMongoError

    try:
        yield
    except BaseException as error:
        later = "nothing was changed; the next load drops what was staged for this one"
        try:
            try:
                place.finish(head)
            except Lost:
                later = _LATER[head.mode]
                journal.hold(head)
                raise _failure(journal, error, later) from None
        except Lost:
            with suppress(PyMongoError):
                place.clear()
            raise
        except PyMongoError:
            raise _failure(journal, error, later) from None
        raise


def put_in_place(journal: Journal, place: Place, head: Head, read_back: Callable[[], object]) -> None:
    """Put in place what is staged. Raises `UsageError` or `KeyboardInterrupt`, with what became of it."""
    from pymongo.errors import PyMongoError

    try:
        try:
            place.do()
        except KeyboardInterrupt:
            place.do()
        read_back()
    except (PyMongoError, UsageError, KeyboardInterrupt) as error:
        with suppress(PyMongoError):
            journal.hold(head)
        raise _failure(journal, error, _taken_back(journal, place, head)) from None
    COMPLETED.append(f"the load into {journal.server.shown}")
    place.finish(head)


def _taken_back(journal: Journal, place: Place, head: Head) -> str:
    """Undo what was begun to be put in place; what became of it."""
    from pymongo.errors import PyMongoError

    later = _LATER[head.mode]
    try:
        if not place.can_be_undone():
            return later
        undoing = journal.advance(head, UNDOING)
        later = "what was written until then could not be undone: the next load does it"
        place.undo(undoing)
        place.finish(undoing)
    except Lost as error:
        return str(error)
    except (PyMongoError, UsageError, KeyboardInterrupt):
        return later
    return UNDONE


def _failure(journal: Journal, error: BaseException, became: str) -> BaseException:
    """The error to raise: why the load ended, and what became of it. An interrupt stays one."""
    from pymongo.errors import PyMongoError

    server = journal.server
    if isinstance(error, KeyboardInterrupt):
        return KeyboardInterrupt(f"{server.shown}: {became}")
    said = server.reason(error) if isinstance(error, PyMongoError) else str(error) or type(error).__name__
    return UsageError([f"{server.shown}: {said}", became])
