"""A student process without a sandbox: for the author's own reference solutions, and where the instructor insists.

It speaks the same control protocol as :mod:`sandbox`.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import tempfile
from collections.abc import Callable, Sequence
from typing import NoReturn


def spawn(keep: Sequence[int], serve: Callable[[], None], control: socket.socket) -> NoReturn:
    """Fork ``serve()`` in an empty folder and watch over it; ends this process."""
    with tempfile.TemporaryDirectory(prefix="student-") as folder:
        child = os.fork()
        if child == 0:
            try:
                os.setsid()
                os.chdir(folder)
                signal.signal(signal.SIGINT, signal.default_int_handler)
                control.close()
                serve()
            finally:
                os._exit(0)
        for fd in keep:
            os.close(fd)
        control.send(json.dumps({"ready": True, "layers": {}}).encode() + b"\n")
        watch = select.poll()
        handle = os.pidfd_open(child)
        watch.register(handle, select.POLLIN)
        watch.register(control, select.POLLIN)
        while True:
            events = dict(watch.poll())
            if handle in events:
                break
            order = control.recv(1)
            if order == b"I":
                os.kill(child, signal.SIGINT)
            else:
                os.killpg(child, signal.SIGKILL)
                break
        _, status = os.waitpid(child, 0)
        line = json.dumps({"exit": os.waitstatus_to_exitcode(status), "oom": False})
    with contextlib.suppress(OSError):
        control.send(line.encode() + b"\n")
    os._exit(0)
