"""A server that runs ``autograder`` commands in forks of a warm process and lets one go wrong at a chosen step.

Judging is not what is tried here: a submission is judged once, and the answer is given again to later commands.

A step is what the command's main thread does to the file system or a database below a folder: make, open for writing,
sync, rename, remove, commit. Each is counted before it is done, so that killing at every one leaves every state there
is. Commands come as lines of JSON: their arguments, the step (0 for none) and what happens there.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import hashlib
import json
import os
import pickle
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import autograder.collect
import autograder.export
import autograder.grade
import autograder.handback
import autograder.roster
import autograder.runlog
import autograder.status
from autograder.cli import main
from autograder.engine.pool import Pool

PATIENCE = 120.0  # seconds for processes that a killed command leaves behind
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
EVENTS = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.truncate"}


@dataclass(frozen=True)
class Outcome:
    """How a command ended: its exit code (negative: killed by that signal), what it said, which steps it took."""

    code: int
    said: str
    steps: list[str]


Run = Callable[..., Outcome]
Serve = Callable[[Path], Run]


@contextmanager
def serving() -> Iterator[Serve]:
    """A server; what it is called with is the folder below which steps are counted.

    That gives ``run(*arguments, at=0, what="kill", judging=False)``, which does a command. If it is ``judging``, it
    does so anew, in processes of its own.
    """
    with subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:

        def run(folder: Path, *arguments: object, at: int = 0, what: str = "kill", judging: bool = False) -> Outcome:
            request = [str(folder), [str(argument) for argument in arguments], at, what, judging]
            print(json.dumps(request), file=server.stdin, flush=True)
            line = server.stdout.readline()
            assert line, "the server is gone"
            return Outcome(**json.loads(line))

        try:
            yield lambda folder: partial(run, folder)
        finally:
            server.stdin.close()
            server.wait(PATIENCE)


class Remembering:
    """A pool that asks a real one only what it has not been asked before. Answers lie in the folder ``answers``."""

    answers: Path
    slots = 1

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._start = lambda: Pool(*arguments, **options)

    def __enter__(self) -> Remembering:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    close = __exit__

    def begin(self, tasks: Any) -> None:
        self._tasks = tasks

    def run(self, *question: Any, **options: Any) -> bytes:
        path = self.answers / hashlib.sha256(pickle.dumps((question, options))).hexdigest()
        if not path.exists():
            with self._start() as pool:
                pool.begin(self._tasks)
                path.write_bytes(pool.run(*question, **options))
        return path.read_bytes()


def _serve() -> None:
    ctypes.CDLL(None).prctl(36, 1)  # PR_SET_CHILD_SUBREAPER: whatever a killed command leaves becomes our child
    for line in sys.stdin:
        folder, arguments, at, what, judging = json.loads(line)
        steps, said = os.memfd_create("steps"), os.memfd_create("said")
        child = os.fork()
        if not child:
            status = 70
            try:
                os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
                os.dup2(said, 1)
                os.dup2(said, 2)
                if not judging:
                    autograder.grade.Pool = Remembering
                _arm(folder, at, what, steps)
                main(arguments, standalone_mode=True)
            except SystemExit as end:
                status = int(end.code or 0)
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(status)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        _reap()
        texts = [os.pread(file, os.fstat(file).st_size, 0).decode("utf-8", "replace") for file in (said, steps)]
        os.close(said)
        os.close(steps)
        print(json.dumps({"code": code, "said": texts[0], "steps": texts[1].splitlines()}), flush=True)


def _reap() -> None:
    """Wait until nothing that the command started is left."""
    deadline = time.monotonic() + PATIENCE
    with contextlib.suppress(ChildProcessError):
        while time.monotonic() < deadline:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                time.sleep(0.01)
        raise SystemExit("a process is left")


def _arm(folder: str, at: int, what: str, log: int) -> None:
    count = 0

    def step(name: str) -> None:
        nonlocal count
        if threading.current_thread() is not threading.main_thread():
            return
        count += 1
        os.write(log, f"{name}\n".encode())
        if count == at and what == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
            time.sleep(PATIENCE)
        if count >= at > 0 and what != "kill":
            number = getattr(errno, what)
            raise OSError(number, os.strerror(number))

    def heard(event: str, arguments: tuple[object, ...]) -> None:
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING
        if (writes or event in EVENTS) and not isinstance(arguments[0], int):
            path = os.fsdecode(arguments[0])  # type: ignore[arg-type]
            in_vain = (event == "os.mkdir") == Path(path).exists() if event in ("os.mkdir", "os.remove") else False
            if path.startswith(folder) and not in_vain:
                step(f"{event} {path.removeprefix(folder)}")

    class Connection(sqlite3.Connection):
        def commit(self) -> None:
            step("commit")
            super().commit()

    connect, sync = sqlite3.dbapi2.connect, os.fsync

    def fsync(file: int) -> None:
        step("fsync")
        sync(file)

    os.fsync = fsync
    sqlite3.dbapi2.connect = lambda *args, **kwargs: connect(*args, **{"factory": Connection} | kwargs)
    sys.addaudithook(heard)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        Remembering.answers = Path(folder)
        _serve()
