"""One submission in the judge process: bytes in, verdict and executed notebook out."""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import socket
import struct
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .channel import Channel
from .remote import Clock, Remote
from .trial import GraderFault, Student

READY_TIMEOUT = 60.0
LENGTH = struct.Struct("<Q")


@dataclass(frozen=True)
class Job:
    """A piece of work for a judge: ``work(spawn)`` is called in the forked process.

    It travels from the instructor's process by pickle, which is fine in that direction only; the answer is bytes.
    """

    work: Callable[..., bytes]
    arguments: tuple[Any, ...]
    slot: int
    memory: int
    confined: bool
    hidden: tuple[str, ...]
    companions: Mapping[str, bytes]


def prepare() -> None:
    """Import what every job needs and make nbformat compile its schemas, before the fork."""
    from nbformat.v4 import new_code_cell, new_notebook, new_output

    from .. import grade  # noqa: F401
    from ..notebooks import dump_notebook, parse_notebook

    for error in ([], [new_output("error", ename="", evalue="", traceback=[])]):
        notebook = new_notebook(cells=[new_code_cell("", outputs=error)])
        for minor in (4, 5):
            notebook.nbformat_minor = minor
            parse_notebook(dump_notebook(notebook).encode())


def serve(connection: socket.socket, zygote: socket.socket) -> None:
    """Do the one job that comes over ``connection``."""
    send_bytes(connection, str(os.getpid()).encode())
    job: Job = pickle.loads(receive_bytes(connection))
    with tempfile.TemporaryDirectory(prefix="judge-") as folder:
        os.chdir(folder)
        sys.path.insert(0, folder)
        for name, content in job.companions.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        os.environ["MPLBACKEND"] = "agg"
        try:
            answer = b"+" + job.work(*job.arguments, lambda clock: spawn(zygote, job, clock))
        except Exception as error:
            answer = b"-" + f"{type(error).__name__}: {error}".encode("utf-8", "replace")
    send_bytes(connection, answer)
    os._exit(0)


def spawn(zygote: socket.socket, job: Job, clock: Clock) -> Student:
    """Ask the zygote for a student process in a jail of its own."""
    ours, theirs = socket.socketpair()
    control, their_control = socket.socketpair()
    jail = {"slot": job.slot, "memory": job.memory, "hidden": job.hidden} if job.confined else None
    with theirs, their_control:
        socket.send_fds(
            zygote, [json.dumps({"do": "student", "jail": jail}).encode()], [theirs.fileno(), their_control.fileno()]
        )
    lines = _Lines(control)
    ready = lines.next(READY_TIMEOUT)
    if not ready.get("ready"):
        raise GraderFault(f"学生进程没有启动：{ready.get('error', '没有回答')}")

    def interrupt() -> None:
        control.send(b"I")

    def stop() -> None:
        ours.close()
        with contextlib.suppress(OSError):
            control.send(b"K")

    def cause_of_death() -> str:
        ended = lines.next(5)
        if ended.get("oom"):
            return f"内存超过 {job.memory >> 20} MB"
        return EXITS.get(ended.get("exit"), "")

    return Student(Remote(Channel(ours), clock, stop), interrupt, cause_of_death, control.close)


EXITS = {0: "代码让 Python 进程退出了", -11: "Python 进程崩溃了（段错误）", -24: "处理器时间用完了"}


class _Lines:
    """JSON lines from a socket."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock, self._rest = sock, b""

    def next(self, timeout: float) -> dict[str, Any]:
        """The next line; {} if none comes in time."""
        end = time.monotonic() + timeout
        while b"\n" not in self._rest:
            self._sock.settimeout(max(end - time.monotonic(), 0.001))
            try:
                piece = self._sock.recv(65536)
            except OSError:
                return {}
            if not piece:
                return {}
            self._rest += piece
        line, self._rest = self._rest.split(b"\n", 1)
        return json.loads(line)


def send_bytes(sock: socket.socket, data: bytes) -> None:
    """Send ``data`` behind its length."""
    sock.sendall(LENGTH.pack(len(data)) + data)


def receive_bytes(sock: socket.socket) -> bytes:
    """What :func:`send_bytes` sent. Raises EOFError if the other side is gone, TimeoutError as the socket does."""
    (length,) = LENGTH.unpack(_exactly(sock, LENGTH.size))
    return bytes(_exactly(sock, length))


def _exactly(sock: socket.socket, length: int) -> bytearray:
    data = bytearray()
    while len(data) < length:
        piece = sock.recv(min(length - len(data), 1 << 20))
        if not piece:
            raise EOFError
        data += piece
    return data


