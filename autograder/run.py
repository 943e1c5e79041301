"""Running a merged notebook: each cell's outcome, whatever the code in it does.

Only this module knows how cells are executed. It returns plain data; it gives no points and writes no records.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import DEVNULL
from typing import Any

from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode

TIMEOUT_ERROR = "CellTimeoutError"
# No history file shared between students; the kernel's own log stays off the instructor's terminal.
KERNEL_ARGUMENTS = ["--HistoryManager.hist_file=:memory:", "--log-level=ERROR"]


@dataclass(frozen=True)
class Limits:
    """How long student code may run, in seconds."""

    cell: float = 30.0
    submission: float = 300.0


@dataclass(frozen=True)
class Outcome:
    """How one executed code cell ended; ``error`` is the exception's name, empty if there was none."""

    error: str = ""
    text: str = ""


@dataclass
class Run:
    """The executed notebook, the outcome of each cell that ran (by index), and why it stopped early, if it did."""

    notebook: NotebookNode
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    stopped: str = ""


def run_notebook(notebook: NotebookNode, companions: Mapping[str, bytes], limits: Limits) -> Run:
    """Execute ``notebook`` in a kernel of its own, in a temporary folder that holds only ``companions``.

    Errors and endless loops end a cell, not the run; a dead kernel or the limit for the whole submission ends it.
    """
    run = Run(notebook)

    def record(cell: NotebookNode, cell_index: int, execute_reply: dict[str, Any]) -> None:
        content = execute_reply["content"]
        if content["status"] != "ok":
            run.outcomes[cell_index] = Outcome(content.get("ename", "Error"), content.get("evalue", ""))
        else:
            run.outcomes[cell_index] = Outcome()

    with tempfile.TemporaryDirectory() as folder:
        for name, data in companions.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        client = NotebookClient(
            notebook,
            timeout=limits.cell,
            kernel_name="python3",
            allow_errors=True,
            interrupt_on_timeout=True,
            error_on_timeout={"ename": TIMEOUT_ERROR, "evalue": "", "traceback": []},
            resources={"metadata": {"path": folder}},
            extra_arguments=KERNEL_ARGUMENTS,
            on_cell_executed=record,
        )
        environment = os.environ | {
            "NBGRADER_EXECUTION": "autograde",  # labkit skips its experiments, as under stock nbgrader
            "IPYTHONDIR": str(Path(folder) / ".ipython"),
            "LABKIT_PROGRESS": "0",
            "OMP_NUM_THREADS": "1",
        }
        try:
            # What a kernel says beside its messages is no business of the instructor's terminal.
            started = client.async_execute(env=environment, stdout=DEVNULL, stderr=DEVNULL)
            asyncio.run(asyncio.wait_for(started, limits.submission))
        except DeadKernelError:
            run.stopped = "Python 进程中途退出"
        except TimeoutError:
            run.stopped = f"整份作业运行超过 {limits.submission:g} 秒"
        finally:
            _kill(client)
    return run


def _kill(client: NotebookClient) -> None:
    """Make sure that the kernel's process is gone."""
    manager = client.km
    if manager is not None and manager.has_kernel:
        asyncio.run(_shutdown(manager))


async def _shutdown(manager: Any) -> None:
    result = manager.shutdown_kernel(now=True)
    if asyncio.iscoroutine(result):
        await result
