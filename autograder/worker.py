"""What runs in a Dask worker's process: one :class:`Pool` for each course that is being graded.

Functions here are called by :mod:`cluster`, with bytes and plain values, and answer with the same.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import hashlib
import importlib.metadata
import pickle
import platform
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from distributed import get_worker

from .engine.pool import Pool, Stopping
from .engine.protocol import NotConfined, what_failed
from .execution import ENGINE

IDLE = 300.0  # seconds after which a pool that nobody uses is closed
BUSY = 10.0  # seconds for which it may be unused and still be somebody's who grades at the same time
KEPT = 4  # contents, for pools that have to be started again
END = 20.0  # seconds that a pool may take to close when the worker ends
PACKAGES = ("torch", "torchvision", "numpy", "matplotlib", "nbformat", "dask", "distributed")
PACKAGE = Path(__file__).parent
INSTALLED = ("site-packages", "dist-packages")

_identity = uuid.uuid4().hex  #: of this process
_turn = threading.Condition()
_contents: dict[str, bytes] = {}  #: by digest, the latest last
_crews: dict[str, _Crew] = {}  #: by digest of the content


class Replaced(Exception):
    """The work was meant for a process that stood here before."""


def versions() -> dict[str, str]:
    """Everything that decides how this process judges, by name for people to read."""
    return {"autograder 的判分版本": ENGINE} | _installed()


@functools.cache
def _installed() -> dict[str, str]:
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        digest.update(f"{path.relative_to(PACKAGE)}\0".encode() + path.read_bytes() + b"\0")
    found = {"autograder 的源代码": digest.hexdigest()[:12], "Python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "没有装"
    return found


def prepare(digest: str, content: bytes, expected: Mapping[str, str]) -> dict[str, Any]:
    """Get ready to grade ``content``, called ``digest`` from now on: the ``identity`` of this process.

    Or else what keeps it from grading: what is ``different`` (name -> here, there), which layers of the sandbox are
    ``missing``, or a ``fault``.
    """
    try:
        here = versions()
        names = [name for name in {**expected, **here} if here.get(name) != expected.get(name)]
        if names:
            return {"different": {name: (here.get(name, "没有"), expected.get(name, "没有")) for name in names}}
        with _turn:
            _contents.pop(digest, None)
            _contents[digest] = content
            for old in list(_contents)[:-KEPT]:
                del _contents[old]
        with _borrow(digest):
            return {"identity": _identity}
    except NotConfined as error:
        return {"missing": str(error)}
    except Exception as error:  # as text: not every exception can travel
        return {"fault": what_failed(error)}


def work(identity: str, digest: str, key: str, arguments: bytes, memory: int, timeout: float) -> bytes:
    """:meth:`Pool.run` for the content ``digest``: "+" and the answer, or "-" and what failed.

    Raises :class:`Replaced` if this is not the process ``identity`` that was prepared.
    """
    if identity != _identity or digest not in _contents:
        raise Replaced
    try:
        with _borrow(digest) as pool:
            return b"+" + pool.run(key, *pickle.loads(arguments), memory=memory, timeout=timeout)
    except Stopping:
        return "-worker 正在结束".encode()
    except Exception as error:
        return f"-{what_failed(error)}".encode("utf-8", "replace")


class _Crew:
    """A pool, and the thread that starts it and stays: the kernel ends the warm process with the thread that began it.

    It closes the pool once that has been idle for long or is ``leaving`` and unused. ``users`` and what follows are
    guarded by ``_turn``.
    """

    def __init__(self, digest: str, content: bytes, slots: int) -> None:
        self.pool: Future[Pool] = Future()
        self.users, self.leaving = 0, False
        self._used = time.monotonic()
        self._thread = threading.Thread(target=self._stay, args=(digest, content, slots), daemon=True)
        self._thread.start()

    def _stay(self, digest: str, content: bytes, slots: int) -> None:
        try:
            course = pickle.loads(content)
            hidden = (*course["hidden"], *_own_folder())
            with Pool(slots, course["modules"], confined=course["confined"], hidden=hidden) as pool:
                pool.begin(course["tasks"])
                self.pool.set_result(pool)
                with _turn:
                    while self.users or not (self.leaving or self.idle(IDLE)):
                        _turn.wait(1 if self.leaving else IDLE / 10)
                    self.leaving = True
        except BaseException as error:
            if not self.pool.done():
                self.pool.set_exception(error)
        finally:
            with _turn:
                self.leaving = True
                if _crews.get(digest) is self:
                    del _crews[digest]

    def idle(self, seconds: float) -> bool:
        """Whether nobody has used it for so long."""
        return not self.users and time.monotonic() - self._used > seconds

    def release(self, failed: bool) -> None:
        """One user less; one that ``failed`` leaves no pool behind, as it may be the warm process that is gone."""
        with _turn:
            self.users -= 1
            self.leaving = self.leaving or failed
            self._used = time.monotonic()
            _turn.notify_all()

    def end(self) -> None:
        """Close the pool whoever uses it."""
        with _turn:
            self.leaving, self.users = True, 0
            _turn.notify_all()
        self._thread.join(END)


@contextlib.contextmanager
def _borrow(digest: str) -> Iterator[Pool]:
    """The pool of a content, started if need be; those of other contents make room for it unless they are in use."""
    with _turn:
        for name, other in _crews.items():
            other.leaving = other.leaving or (name != digest and other.idle(BUSY))
        crew = _crews.get(digest)
        if crew is None or crew.leaving:
            crew = _crews[digest] = _Crew(digest, _contents[digest], get_worker().state.nthreads)
        crew.users += 1
        _turn.notify_all()
    failed = True
    try:
        yield crew.pool.result()
        failed = False
    finally:
        crew.release(failed)


def _own_folder() -> list[str]:
    """The checkout that this package lies in, if any: beside it may lie solutions, which students must not see."""
    folder = PACKAGE.parent
    return [] if folder.name in INSTALLED or folder == Path("/") else [str(folder)]


@atexit.register
def _end() -> None:
    for crew in list(_crews.values()):
        crew.end()
