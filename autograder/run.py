"""What running a notebook means: limits, outcomes (plain data; who runs it is ``engine``)."""

from __future__ import annotations

from dataclasses import dataclass, field

from nbformat import NotebookNode

# Names of outcomes that no exception of Python's has.
TIMEOUT_ERROR = "CellTimeoutError"
DEATH_ERROR = "DeadKernelError"
CANNOT_CARRY = "CannotCarry"  # the test cell is at fault


@dataclass(frozen=True)
class Limits:
    """How long student code may run, in seconds, and how much memory it may take, in bytes."""

    call: float = 20.0  #: one call that a test makes
    cell: float = 30.0  #: one cell of the student's, or one test cell with all its calls
    submission: float = 300.0  #: everything, with what has to be run again after a crash
    memory: int = 1 << 30


@dataclass(frozen=True)
class Outcome:
    """How one executed code cell ended; ``error`` is the exception's name, empty if there was none."""

    error: str = ""
    text: str = ""
    value: float | None = None  #: partial credit: a test cell that ends in a bare number gives that many points
    call: str = ""  #: the last call that a failed test made, in words


@dataclass
class Run:
    """The executed notebook, the outcome of each cell that ran (by index), and why it stopped early, if it did."""

    notebook: NotebookNode
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    stopped: str = ""
