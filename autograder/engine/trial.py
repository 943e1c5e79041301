"""The judge: walks through a merged notebook, has the student process run the student's cells, runs the tests itself.

A test cell runs exactly as it stands in the instructor notebook, in a namespace in which the given cells have run and
the student's names are proxies. It earns its points if it ends without an exception.
"""

from __future__ import annotations

import builtins
import contextlib
import hashlib
import importlib
import inspect
import io
import marshal
import random
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from nbformat import NotebookNode
from nbformat.v4 import new_output

from ..notebooks import grade_id
from ..run import CANNOT_CARRY, DEATH_ERROR, TIMEOUT_ERROR, Limits, Outcome, Run
from ..verdict import Finding
from .cells import Probe, Reading, Test
from .protocol import GraderFault
from .remote import CannotCarry, Clock, Died, Garbled, Overrun, Remote, Stopped, StudentError, make_subjects

GRACE = 2.0  # seconds for a cell that was cut off once, when it is run again
MAX_REVIVALS = 3  # in a row, while bringing a student process back to where it was
SHOWN = frozenset({"text/plain", "text/latex", "image/png", "image/jpeg"})  # nothing that a browser would run
WATCHED_CALLS = 5  # per test cell: watching slows the answer down
MAX_NOTEBOOK = 20_000_000  # characters of all outputs of a notebook
TOO_MUCH = "（这份笔记本的输出太多，这一格的略去）\n"
DIAGNOSIS = 10.0  # seconds in which an exercise's common mistakes are looked for
TABLE = "misconceptions"
FIND = """
def find(exercise):
    from misconceptions import table

    return [entry.key for entry in table.find(exercise, globals())]
"""
MAX_SHOWN = 5_000  # characters that a test cell may print into the notebook


@dataclass
class Student:
    """A running student process and how to treat it."""

    remote: Remote
    interrupt: Callable[[], None]
    cause_of_death: Callable[[], str]  #: what the sandbox knows about it, "" if nothing
    forget: Callable[[], None]  #: let go of it after its end


@dataclass
class Done:
    """A cell that the student process has run: what it takes to run it again."""

    source: str
    keep: list[str]
    limit: float
    deadly: bool = False


@dataclass
class Trial:
    """One submission before the judge."""

    reading: Reading
    source: NotebookNode
    notebook: NotebookNode
    limits: Limits
    seed: int
    spawn: Callable[[Clock], Student]
    companions: Mapping[str, bytes]
    watched: frozenset[str] = frozenset()  #: test cells during which the student process notes torch's operators
    seen: dict[str, frozenset[str]] = field(default_factory=dict)  #: what it noted, by test cell
    clock: Clock = field(init=False)
    table: list[Any] = field(init=False)  #: the lab's common mistakes
    history: list[Done] = field(default_factory=list)
    student: Student | None = None
    room: int = MAX_NOTEBOOK  #: characters of output that may still be kept

    def run(self) -> Run:
        """Run all cells; the notebook gets their outputs."""
        self.clock = Clock(self.limits.call, submission=time.monotonic() + self.limits.submission)
        self.space: dict[str, Any] = {
            "__name__": "__main__",
            "__builtins__": builtins,
            "get_ipython": _NoShell,
            "display": lambda *args, **kwargs: None,
        }
        self.table = _read_table()
        places = {grade_id(cell): place for place, cell in enumerate(self.source.cells) if grade_id(cell)}
        pending = sorted(self.reading.given)
        run = Run(self.notebook)
        code_cells = [(index, cell) for index, cell in enumerate(self.notebook.cells) if cell.cell_type == "code"]
        for count, (index, cell) in enumerate(code_cells, start=1):
            if time.monotonic() > self.clock.submission:
                run.stopped = f"整份作业运行超过 {self.limits.submission:g} 秒"
                break
            name = grade_id(cell)
            place = places.get(name, -1)
            while pending and pending[0] < place:
                self._run_given(pending.pop(0))
            test = self.reading.tests.get(name) if name else None
            if test is not None:
                run.outcomes[index], cell.outputs = self._run_test(test)
            else:
                code = self.reading.given.get(place)
                keep = sorted(code.bound) if code and cell.metadata.nbgrader.get("locked") else []
                run.outcomes[index], cell.outputs = self._run_cell(cell.source, keep)
            if pending and pending[0] == place:
                self._run_given(pending.pop(0))
            cell.execution_count = count
        return run

    def close(self) -> None:
        """End the student process."""
        if self.student is not None:
            if self.student.remote.alive:
                self.student.remote.end()
            self.student.forget()
            self.student = None

    # ------------------------------------------------------------------ the student process

    def _alive(self) -> Student:
        """The student process, brought back to where it was if it has died."""
        if self.student is not None and self.student.remote.alive:
            return self.student
        for _ in range(MAX_REVIVALS):
            self.close()
            student = self.student = self.spawn(self.clock)
            try:
                student.remote.request("seed", self.seed)
                student.remote.request("files", dict(self.companions))
                for done in self.history:
                    if not done.deadly:
                        self._replay(student, done)
                return student
            except Stopped:
                if time.monotonic() > self.clock.submission:
                    raise
        raise Died("学生进程反复退出")

    def _replay(self, student: Student, done: Done) -> None:
        try:
            deadline = min(time.monotonic() + done.limit, self.clock.submission)
            student.remote.request("cell", done.source, done.keep, deadline=deadline, interrupt=student.interrupt)
        except Stopped:
            done.deadly = True  # it went well before: without it, then
            raise
        except StudentError:  # not of the cell, which would be reported, but of what runs it
            pass

    def _run_cell(self, source: str, keep: list[str]) -> tuple[Outcome, list[NotebookNode]]:
        done = Done(source, keep, self.limits.cell)
        try:
            student = self._alive()
            deadline = min(time.monotonic() + self.limits.cell, self.clock.submission)
            try:
                error, text, outputs = student.remote.request(
                    "cell", source, keep, deadline=deadline, interrupt=student.interrupt
                )
            except (StudentError, TypeError, ValueError) as problem:  # the cell has changed what runs cells
                error, text, outputs = type(problem).__name__, _text_of(problem), []
            outcome, shown = Outcome(_plain(str(error)), str(text)), self._outputs_from(outputs)
            if student.remote.interrupted:
                outcome, done.limit = Outcome(TIMEOUT_ERROR), GRACE
        except Stopped as stop:
            done.deadly = True
            outcome = self._stopped(stop)
            shown = [_error_output(outcome.error, outcome.text)]
        self.history.append(done)
        return outcome, shown

    def _outputs_from(self, items: Any) -> list[NotebookNode]:
        """The outputs of a cell, as long as the notebook does not become too big for people to open."""
        nodes = _outputs_from(items)
        self.room -= sum(len(str(node)) for node in nodes)
        return nodes if self.room > 0 else [new_output("stream", name="stderr", text=TOO_MUCH)]

    def _stopped(self, stop: Stopped) -> Outcome:
        if isinstance(stop, Overrun):
            return Outcome(TIMEOUT_ERROR)
        ended_by_us = isinstance(stop, Garbled) or self.student is None
        cause = "" if ended_by_us else self.student.cause_of_death()
        return Outcome(DEATH_ERROR, cause or str(stop))

    # ------------------------------------------------------------------ the judge's own cells

    def _run_given(self, place: int) -> None:
        code = self.reading.given[place]
        try:
            with _silence(), alarm(self.limits.cell):
                exec(compile(code.text, f"<{place}>", "exec"), self.space)
        except (Exception, SystemExit, Overrun) as error:
            raise GraderFault(f"讲师版的第 {place + 1} 格在判分进程里出错：{type(error).__name__}: {error}") from error

    def _run_test(self, test: Test) -> tuple[Outcome, list[NotebookNode]]:
        self.clock.cell = time.monotonic() + self.limits.cell
        said = io.StringIO()
        try:
            student = self._alive()
            self._seed(test.grade_id)
            self._bind(test, student.remote)
            student.remote.watches_python_random = any(value is random for value in self.space.values())
            student.remote.watch = WATCHED_CALLS if test.grade_id in self.watched else 0
            student.remote.last_call = None
            with (
                contextlib.redirect_stdout(said),
                contextlib.redirect_stderr(io.StringIO()),
                alarm(self.limits.cell + 1),
            ):
                value = _execute(test, self.space)
            outcome = Outcome(value=value)
            if test.grade_id in self.watched:
                student.remote.watch = 0
                self.seen[test.grade_id] = frozenset(map(str, student.remote.request("seen")))
        except Stopped as stop:
            if self.student is not None and self.student.remote.alive:
                self.student.remote.end()  # a late alarm leaves a reply under way
            outcome = self._stopped(stop)
        except CannotCarry as error:
            outcome = Outcome(CANNOT_CARRY, str(error))
        except (KeyboardInterrupt, GraderFault):
            raise
        except BaseException as error:
            outcome = Outcome(_plain(type(error).__name__), _text_of(error), call=self._last_call())
            line = _line_of(error, f"<{test.grade_id}>", test.text)
            return outcome, [*_printed(said), _error_output(outcome.error, outcome.text, line)]
        finally:
            self.clock.cell = float("inf")
            torch.set_grad_enabled(True)
        shown = _printed(said)
        return outcome, [*shown, _error_output(outcome.error, outcome.text)] if outcome.error else shown

    def _last_call(self) -> str:
        call = self.student.remote.last_call if self.student else None
        return "" if call is None else str(call)

    def diagnose(self, exercises: Iterable[str]) -> list[Finding]:
        """The common mistakes that these exercises show, by the table in ``misconceptions.py`` beside the notebook.

        The student process looks for them after all tests have run: nothing that happens here can change a score.
        The words come from the judge's own copy of the table.
        """
        entries = {(entry.exercise, entry.key): entry for entry in self.table}
        wanted = sorted({name for entry in self.table for name in inspect.signature(entry.detect).parameters})
        known = {entry.exercise for entry in self.table}
        found = []
        for exercise in filter(known.__contains__, exercises):
            self.clock.cell = time.monotonic() + DIAGNOSIS
            self._seed(f"misconceptions/{exercise}")
            try:
                remote = self._alive().remote
                keys = remote.request("probe", FIND, "find", [], wanted, (exercise,), {})
            except (Stopped, StudentError, TypeError, ValueError):
                continue
            finally:
                self.clock.cell = float("inf")
            for key in keys if type(keys) is list else []:
                if type(key) is str and (entry := entries.get((exercise, key))) is not None:
                    found.append(Finding(exercise, key, entry.seen, entry.think))
        return found

    def _seed(self, grade_id: str) -> None:
        """Every test cell draws its own numbers, whatever ran before it."""
        digest = hashlib.sha256(f"{self.seed}/{grade_id}".encode()).digest()
        seed = int.from_bytes(digest[:7], "big")
        torch.default_generator.manual_seed(seed)  # torch.manual_seed notes a stack trace for each absent device
        np.random.seed(seed % 2**32)
        random.seed(seed)

    def _bind(self, test: Test, remote: Remote) -> None:
        found = remote.request("names", list(test.student)) if test.student else {}
        if type(found) is not dict:
            raise Garbled("Python 进程的回答无法读取")
        for name in test.student:
            self.space.pop(name, None)
            if name in found:
                is_class = name in self.reading.classes
                self.space[name] = make_subjects(found[name]) if is_class else found[name]
        for probe in test.probes:
            self.space[probe.name] = self._probe(probe)

    def _probe(self, probe: Probe) -> Callable[..., Any]:
        def run(*args: Any, **kwargs: Any) -> Any:
            student = self._alive()
            return student.remote.request(
                "probe", probe.source, probe.name, list(probe.given), list(probe.student), args, kwargs
            )

        run.__name__ = probe.name
        return run


def _read_table() -> list[Any]:
    """The entries of the table of common mistakes beside the notebook; none if there is no such file."""
    try:
        with _silence():
            return list(importlib.import_module(TABLE).table.entries)
    except Exception as error:
        if isinstance(error, ModuleNotFoundError) and error.name == TABLE:
            return []
        raise GraderFault(f"{TABLE}.py 读不出来：{type(error).__name__}: {error}") from error


def _execute(test: Test, space: dict[str, Any]) -> float | None:
    """Run a test cell; a bare number in its last line is partial credit, as in nbgrader."""
    exec(marshal.loads(test.body), space)
    value = eval(marshal.loads(test.last), space) if test.last else None
    return float(value) if type(value) in (int, float) else None


class _NoShell:
    """What given cells find in place of IPython: magics do nothing in the judge."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *args, **kwargs: None


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield


@contextlib.contextmanager
def alarm(seconds: float) -> Iterator[None]:
    """Raise :class:`Overrun` in code of the judge's that runs too long (on data from the student, say)."""

    def ring(*_: Any) -> None:
        raise Overrun("运行超时")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _plain(name: str) -> str:
    """An exception's name, kept apart from the outcomes that no exception stands for."""
    return f"{name}（自定义）" if name in (TIMEOUT_ERROR, DEATH_ERROR, CANNOT_CARRY) else name


def _text_of(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:
        return ""


def _line_of(error: BaseException, filename: str, text: str) -> str:
    """The line of the test cell in which ``error`` arose."""
    number = 0
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == filename:
            number = trace.tb_lineno
        trace = trace.tb_next
    lines = text.split("\n")
    return f"第 {number} 行：{lines[number - 1].strip()}" if 0 < number <= len(lines) else ""


# --------------------------------------------------------------------------- outputs


def _printed(said: io.StringIO) -> list[NotebookNode]:
    text = said.getvalue()[:MAX_SHOWN]
    return [new_output("stream", name="stdout", text=text)] if text else []


def _error_output(name: str, text: str, line: str = "") -> NotebookNode:
    lines = [line] if line else []
    return new_output("error", ename=name, evalue=text, traceback=[*lines, f"{name}: {text}"])


def _outputs_from(items: Any) -> list[NotebookNode]:
    """Outputs that a student process reports, as nodes; whatever is none is left out."""
    nodes = []
    for item in items if type(items) is list else []:
        with contextlib.suppress(KeyError, TypeError, AttributeError, ValueError):
            kind = item["output_type"]
            if kind == "stream":
                name = "stderr" if item["name"] == "stderr" else "stdout"
                nodes.append(new_output("stream", name=name, text=str(item["text"])))
            elif kind == "error":
                trace = [str(line) for line in item["traceback"]]
                nodes.append(new_output("error", ename=str(item["ename"]), evalue=str(item["evalue"]), traceback=trace))
            elif kind in ("display_data", "execute_result"):
                data = {str(mime): str(text) for mime, text in item["data"].items() if mime in SHOWN}
                # Whatever number came: one of thousands of digits could not even be written down.
                more = {"execution_count": None} if kind == "execute_result" else {}
                nodes.append(new_output(kind, data=data, **more))
    return nodes
