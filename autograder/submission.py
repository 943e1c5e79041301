"""Grading one submission: bytes in, verdict and executed notebook out. Runs in a judge process (see ``engine``)."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from nbformat import NotebookNode

from .assignment import Assignment, autograded_notebook, not_gradable
from .engine.remote import Clock, Overrun
from .engine.trial import Student, Trial, alarm
from .errors import NotGradable
from .execution import Execution, executed, key_of
from .forbidden import find_flags
from .judge import judge, puzzling
from .merge import merge
from .notebooks import grade_id
from .run import Limits
from .verdict import State, Verdict

FLAG_SECONDS = 10


def grade_submission(
    assignment: Assignment,
    student_id: str,
    data: bytes,
    notes: tuple[str, ...],
    flags: tuple[str, ...],
    limits: Limits,
    seed: int | None,
    earlier: str,
    spawn: Callable[[Clock], Student],
) -> tuple[Verdict, str, str]:
    """The verdict on the bytes of one submitted notebook, and the texts of the executed notebook and of what its
    execution came to (see :class:`Execution`). Touches no records.

    ``notes`` say what was mended on the way in, ``flags`` what a person should look at; ``seed`` stands for the one
    that the content gives; ``earlier`` is the execution of an earlier time, which is not repeated if nothing that
    runs has changed; ``spawn`` starts a student process.
    """
    try:
        merged, mended = merge(assignment.source, data)
    except NotGradable as error:
        return *not_gradable(assignment, student_id, State.NOT_GRADABLE, str(error)), ""
    key, own_seed = key_of(assignment.code, merged, limits, flags)
    seed = own_seed if seed is None else seed
    done = Execution.from_json(earlier, key) or _execute(assignment, merged, limits, seed, spawn, key)
    run = done.run(merged)
    state, reason, items = judge(assignment.plan, run, limits, _unanswered(assignment, merged))
    exercises = {item.grade_id: item.exercise for item in assignment.plan.items}
    seen: dict[str, frozenset[str]] = {}
    for test, operators in done.seen.items():
        seen[exercises[test]] = seen.get(exercises[test], frozenset()) | operators
    verdict = Verdict(
        student_id,
        assignment.lab,
        assignment.notebook,
        state,
        items,
        reason,
        notes + mended,
        seed=seed,
        flags=flags + _find_flags(merged, assignment.forbidden, seen),
        findings=done.findings,
    )
    return verdict, autograded_notebook(run.notebook, verdict), done.to_json()


def _execute(
    assignment: Assignment,
    merged: NotebookNode,
    limits: Limits,
    seed: int,
    spawn: Callable[[Clock], Student],
    key: str,
) -> Execution:
    """Run the cells of ``merged`` in a student process and its tests here."""
    plan = assignment.plan
    watched = frozenset(item.grade_id for item in plan.items if item.exercise in assignment.forbidden)
    trial = Trial(
        assignment.reading, assignment.source, merged, limits, seed, spawn, assignment.companions, watched=watched
    )
    try:
        run = trial.run()
        findings = trial.diagnose(puzzling(plan, run))
    finally:
        trial.close()
    return executed(key, run, trial.seen, findings)


def _unanswered(assignment: Assignment, merged: NotebookNode) -> frozenset[str]:
    stubs = assignment.stubs
    answers = {grade_id(cell): cell.source.strip() for cell in merged.cells if grade_id(cell) in stubs}
    return frozenset(name for name, stub in stubs.items() if answers.get(name, "") in ("", stub))


def _find_flags(
    merged: NotebookNode, forbidden: Mapping[str, tuple[str, ...]], seen: Mapping[str, frozenset[str]]
) -> tuple[str, ...]:
    """:func:`find_flags`, on code that may have been written to keep a parser busy."""
    try:
        with alarm(FLAG_SECONDS):
            return find_flags(merged, forbidden, seen)
    except (Overrun, MemoryError, RecursionError):
        return ("代码太复杂，没有查完用了哪些函数",)


def grade_to_bytes(*arguments: Any) -> bytes:
    """:func:`grade_submission` with an answer that can leave the judge process, and how many seconds it took."""
    start = time.monotonic()
    verdict, notebook, execution = grade_submission(*arguments)
    return json.dumps([verdict.to_json(), notebook, execution, time.monotonic() - start]).encode()
