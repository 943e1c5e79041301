"""The warm process: everything slow is imported once; the judges' foreman and every student process are forks of it.

It never sees a notebook, a submission or the gradebook, so a student process inherits nothing worth reading. It has
one thread and never touches a GPU: both would not survive a fork.

Requests are datagrams on one socket, JSON with file descriptors attached:

- ``{"do": "lead"}`` + a connection, this socket's other end, a socket for requests: fork the foreman of the judges;
- ``{"do": "student", "jail": {…} or null}`` + channel + control: fork a student process into its jail.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import os
import signal
import socket
import sys
import warnings
from pathlib import Path
from typing import Any, NoReturn

HUGE = 1 << 21
MADV_COLLAPSE = 25
MAX_REQUEST = 1 << 16


def main(descriptor: int, modules: list[str]) -> None:
    """Serve on the socket ``descriptor`` until everybody who could ask is gone."""
    _warm_up(modules)
    from .job import die_with_parent

    die_with_parent(os.getppid())
    zygote = os.getpid()
    requests = socket.socket(fileno=descriptor)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the children here
    requests.send(b"ready")
    while True:
        try:
            data, descriptors, _, _ = socket.recv_fds(requests, MAX_REQUEST, 3)
        except OSError:
            return
        if not data:
            return
        if os.fork() == 0:
            _become(json.loads(data), descriptors, requests, zygote)
        for fd in descriptors:
            os.close(fd)


def _warm_up(modules: list[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import torch

        torch.set_num_threads(1)
        for name in ["matplotlib.pyplot", "matplotlib_inline.backend_inline", *modules]:
            try:
                importlib.import_module(name)
            except Exception:  # a notebook that needs it will say so itself
                continue
        from . import job, sandbox, student

        sandbox.prepare()
        student.prepare_shell()
        job.prepare()
        _exercise_torch()
        for device in (torch.cuda, torch.xpu):  # no fork may touch a GPU, and torch.manual_seed need not prepare for it
            device._is_in_bad_fork = lambda: True
    gc.set_threshold(20_000, 20, 20)  # processes that live for a second need not tidy up so often
    gc.collect()
    gc.freeze()  # the collector would write to, and so copy, every shared page
    _collapse_memory()


def _collapse_memory() -> None:
    """Ask for huge pages, which halves the cost of a fork (the kernel copies one entry for 512 pages)."""
    libc = ctypes.CDLL(None)
    for line in Path("/proc/self/maps").read_text().splitlines():
        span, rights, *rest = line.split()
        if not rights.startswith("rw") or rest[3:] not in ([], ["[heap]"]):
            continue
        start, end = (int(x, 16) for x in span.split("-"))
        for address in range(-(-start // HUGE) * HUGE, end - HUGE + 1, HUGE):
            libc.madvise(ctypes.c_void_p(address), ctypes.c_size_t(HUGE), MADV_COLLAPSE)  # older kernels decline


def _exercise_torch() -> None:
    """Have torch load what it puts off until first use (its optimizers alone import for more than a second)."""
    import torch
    from torch import nn

    net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(8, 3), nn.Dropout())
    x = torch.ones(2, 1, 4, 4, requires_grad=True)
    optimizer = torch.optim.Adam(net.parameters())
    loss = nn.functional.cross_entropy(net(x), torch.zeros(2, dtype=torch.int64))
    loss.backward(retain_graph=True)
    optimizer.step()
    torch.autograd.grad(net(x), x, torch.ones(2, 3))


def _become(request: dict[str, Any], descriptors: list[int], requests: socket.socket, zygote: int) -> NoReturn:
    """In the forked child: be what was asked for, then exit."""
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        if request["do"] == "lead":
            from . import job

            job.die_with_parent(zygote)
            requests.close()
            job.lead(*[socket.socket(fileno=fd) for fd in descriptors])
        else:
            from . import bare, sandbox, student
            from .channel import Channel

            channel, control = (socket.socket(fileno=fd) for fd in descriptors)
            shell = student.prepare_shell()

            def serve() -> None:
                student.serve(Channel(channel), shell)

            if request["jail"] is None:
                bare.spawn([channel.fileno()], serve, control)
            sandbox.spawn(sandbox.Jail(**request["jail"]), [channel.fileno()], serve, control)
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        os._exit(1)


if __name__ == "__main__":
    # Run by name so that no function lives in a module of its own called __main__.
    from autograder.engine.zygote import main as serve

    serve(int(sys.argv[1]), json.loads(sys.argv[2]))
