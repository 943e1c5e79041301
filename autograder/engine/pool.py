"""The instructor's side of the engine: starts the warm process, hands jobs to judges, takes their answers."""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import queue
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .protocol import GraderFault, Jail, NotConfined, Task, receive_bytes, send_bytes

START_TIMEOUT = 300.0  # seconds: on a busy machine the libraries take their time
FOLDER = "judges"  # where judges work, with the number of the process that they work for
PATIENCE = 5.0  # seconds for killed processes to be gone
MARGIN = 60.0  # seconds beyond the submission's own limit after which a judge is given up

# All that students may see of the instructor's environment, in which passwords may stand.
INHERITED = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "PYTHONPATH", "PYTHONHOME")

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
    # A process that lives for half a second spends a fifth of it on page faults: freed tensors stay in the heap, which
    # grows by huge pages. Other libraries than glibc do not read this.
    "GLIBC_TUNABLES": "glibc.malloc.mmap_threshold=33554432:glibc.malloc.trim_threshold=1073741824"
    ":glibc.malloc.hugetlb=1",
}


def _remove(folder: str) -> None:
    """Remove a folder in which judges that are being killed may still write for a moment."""
    deadline = time.monotonic() + PATIENCE
    while Path(folder).exists() and time.monotonic() < deadline:
        shutil.rmtree(folder, ignore_errors=True)
        time.sleep(0.01)


def _sweep() -> None:
    """Remove the folders of pools that were killed before they could."""
    for path in Path(tempfile.gettempdir()).glob(f"{FOLDER}-*-*"):
        if not Path("/proc", path.name.split("-")[1]).exists():
            shutil.rmtree(path, ignore_errors=True)


class Stopping(Exception):
    """The pool was closed while a job was under way."""


class Pool:
    """``slots`` judges at once, with ``modules`` loaded in the warm process.

    The warm process starts in the background; :meth:`begin` waits for it.
    """

    def __init__(
        self,
        slots: int,
        modules: Iterable[str] = (),
        *,
        confined: bool = True,
        hidden: Iterable[str] = (),
    ) -> None:
        self.slots, self.confined, self.hidden = slots, confined, tuple(hidden)
        self._slots: queue.SimpleQueue[int] = queue.SimpleQueue()
        for slot in range(slots):
            self._slots.put(slot)
        self._closed = False
        self._last = contextlib.ExitStack()  #: what has to wait for the end of the processes
        self._resources = contextlib.ExitStack()
        self._resources.push(self._last)
        try:
            self._start_zygote(modules)
        except BaseException:
            self.close()
            raise

    def _start_zygote(self, modules: Iterable[str]) -> None:
        self._zygote, theirs = self._pair(socket.SOCK_SEQPACKET)
        log = tempfile.TemporaryFile()  # noqa: SIM115  (closed with the other resources)
        self._log = self._resources.enter_context(log)
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-m", "autograder.engine.zygote", str(theirs.fileno()), json.dumps(sorted(modules))],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._log,
                env={name: os.environ[name] for name in INHERITED if name in os.environ} | QUIET,
                start_new_session=True,  # Ctrl-C is for this process alone
            )
        self._resources.callback(process.wait)
        self._resources.callback(process.kill)  # the foreman, the judges and the students go with it

    def begin(self, tasks: Mapping[str, Task]) -> None:
        """Wait for the warm process and have a foreman load ``tasks``.

        Raises :class:`NotConfined`, naming what is missing, before any work is done if students could not be locked
        in, and :class:`GraderFault` if nothing can be started.
        """
        self._zygote.settimeout(START_TIMEOUT)
        try:
            ready = self._zygote.recv(100)
        except OSError:
            ready = b""
        if ready != b"ready":
            raise GraderFault(f"批改进程没有启动：{self._last_words()}")
        self._zygote.settimeout(None)
        _sweep()
        folder = tempfile.mkdtemp(prefix=f"{FOLDER}-{os.getpid()}-")
        self._last.callback(_remove, folder)
        connection, its_connection = self._pair(socket.SOCK_STREAM)
        self._foreman, its_requests = self._pair(socket.SOCK_SEQPACKET)
        with its_connection, its_requests:
            files = [its_connection.fileno(), self._zygote.fileno(), its_requests.fileno()]
            socket.send_fds(self._zygote, [b'{"do": "lead"}'], files)
        connection.settimeout(START_TIMEOUT)
        send_bytes(connection, pickle.dumps((folder, dict(tasks), Jail(0, 1 << 30, self.hidden, self.confined))))
        try:
            missing = receive_bytes(connection).decode()
        except (EOFError, OSError):
            raise GraderFault(f"判分进程没有启动：{self._last_words()}") from None
        if missing:
            raise NotConfined(missing)

    def _last_words(self) -> str:
        """The last line that the warm process or a judge wrote before it failed."""
        self._log.seek(0)
        lines = self._log.read()[-4000:].decode("utf-8", "replace").split("\n")
        return next((line for line in reversed(lines) if line.strip()), "没有说明原因")

    def _pair(self, kind: int) -> tuple[socket.socket, socket.socket]:
        ours, theirs = socket.socketpair(socket.AF_UNIX, kind)
        return self._resources.enter_context(ours), theirs

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End everything that is still running."""
        self._closed = True
        self._resources.close()

    def run(self, key: str, *arguments: Any, memory: int, timeout: float, name: str = "") -> bytes:
        """The work of task ``key`` on ``arguments``, by a judge of its own; waits for a free slot.

        ``name`` is for pools whose work can be watched; here it says nothing to anybody.
        Call it from any thread. Raises :class:`GraderFault` with the reason if the judge failed,
        :class:`Stopping` if the pool was closed meanwhile.
        """
        slot = self._slots.get()
        try:
            jail = Jail(slot, memory, self.hidden, self.confined)
            return self._run(pickle.dumps((key, arguments, jail)), timeout + MARGIN)
        finally:
            self._slots.put(slot)

    def _run(self, job: bytes, timeout: float) -> bytes:
        ours, theirs = socket.socketpair()
        judge = 0
        with ours:
            ours.settimeout(timeout)
            try:
                with theirs:
                    socket.send_fds(self._foreman, [b"judge"], [theirs.fileno()])
                judge = int(receive_bytes(ours))
                send_bytes(ours, job)
                answer = receive_bytes(ours)
            except TimeoutError:
                if judge:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(judge, signal.SIGKILL)
                raise GraderFault(f"判分进程超过 {timeout:g} 秒没有结果") from None
            except (EOFError, OSError):
                if self._closed:
                    raise Stopping from None
                raise GraderFault("判分进程中途退出") from None
        if answer[:1] != b"+":
            raise GraderFault(answer[1:].decode("utf-8", "replace"))
        return answer[1:]
