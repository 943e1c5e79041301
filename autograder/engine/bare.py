"""A student process without a sandbox: for the author's own reference solutions, and where the instructor insists.

It speaks the same control protocol as :mod:`sandbox`.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import tempfile
from collections.abc import Callable, Sequence
from typing import NoReturn

from .control import attend, tell


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
        tell(control, ready=True, layers={})
        attend(child, control)
        # With all that it started. Only, it may not have come to its setsid() yet.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
        os.kill(child, signal.SIGKILL)  # if it has ended, that changes nothing: it was not waited for
        _, status = os.waitpid(child, 0)
    with contextlib.suppress(OSError):
        tell(control, exit=os.waitstatus_to_exitcode(status), oom=False)
    os._exit(0)
