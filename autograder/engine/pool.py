"""The instructor's side of the engine: starts the warm process, hands jobs to judges, takes their answers."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .job import Job, pickle, receive_bytes, send_bytes
from .trial import GraderFault

START_TIMEOUT = 120.0
MARGIN = 60.0  # seconds beyond the submission's own limit after which a judge is given up

# One thread each: the slots share the cores, and a fork would not survive a pool of threads.
QUIET = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "CUDA_VISIBLE_DEVICES": "",
    "NBGRADER_EXECUTION": "autograde",  # labkit skips its experiments, as under stock nbgrader
    "LABKIT_PROGRESS": "0",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONUNBUFFERED": "1",
}


class Stopping(Exception):
    """The pool was closed while a job was under way."""


class Pool:
    """``slots`` judges at once, all forked from one warm process."""

    def __init__(self, slots: int, modules: Iterable[str] = (), *, confined: bool = True, hidden: Iterable[str] = ()):
        self.confined, self.hidden = confined, tuple(hidden)
        self._slots: queue.SimpleQueue[int] = queue.SimpleQueue()
        for slot in range(slots):
            self._slots.put(slot)
        self._judges: set[int] = set()
        self._lock = threading.Lock()
        self._closed = False
        self._requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "autograder.engine.zygote", str(theirs.fileno()), json.dumps(sorted(modules))],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=None if os.environ.get("AUTOGRADER_DEBUG") else subprocess.DEVNULL,
                env=os.environ | QUIET,
                start_new_session=True,  # Ctrl-C is for this process alone
            )
        self._requests.settimeout(START_TIMEOUT)
        try:
            ready = self._requests.recv(100)
        except OSError:
            ready = b""
        if ready != b"ready":
            self.close()
            raise GraderFault("批改进程没有启动（设 AUTOGRADER_DEBUG=1 再运行，可以看到原因）")
        self._requests.settimeout(None)

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End everything that is still running."""
        with self._lock:
            self._closed = True
            for judge in self._judges:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(judge, signal.SIGKILL)
        self._requests.close()
        self._process.kill()
        self._process.wait()

    def run(
        self,
        work: Callable[..., bytes],
        *arguments: Any,
        companions: Mapping[str, bytes],
        memory: int,
        timeout: float,
    ) -> bytes:
        """``work(*arguments, spawn)`` in a judge of its own; waits for a free slot. Call it from any thread.

        Raises :class:`GraderFault` with the reason if the judge failed, :class:`Stopping` if the pool was closed.
        """
        slot = self._slots.get()
        try:
            job = Job(work, arguments, slot, memory, self.confined, self.hidden, companions)
            return self._run(job, timeout + MARGIN)
        finally:
            self._slots.put(slot)

    def _run(self, job: Job, timeout: float) -> bytes:
        ours, theirs = socket.socketpair()
        judge = 0
        with ours:
            ours.settimeout(timeout)
            try:
                with theirs:
                    socket.send_fds(
                        self._requests, [b'{"do": "judge"}'], [theirs.fileno(), self._requests.fileno()]
                    )
                judge = int(receive_bytes(ours))
                with self._lock:
                    self._judges.add(judge)
                    if self._closed:
                        os.kill(judge, signal.SIGKILL)
                send_bytes(ours, pickle.dumps(job))
                answer = receive_bytes(ours)
            except TimeoutError:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(judge, signal.SIGKILL)
                raise GraderFault(f"判分进程超过 {timeout:g} 秒没有结果") from None
            except (EOFError, OSError):
                if self._closed:
                    raise Stopping from None
                raise GraderFault("判分进程中途退出") from None
            finally:
                with self._lock:
                    self._judges.discard(judge)
        if answer[:1] != b"+":
            raise GraderFault(answer[1:].decode("utf-8", "replace"))
        return answer[1:]
