"""Grading a class: submissions in, verdicts recorded. Running, judging and recording meet only here."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from pathlib import Path

from nbformat import NotebookNode
from traitlets.config import Config

from .course import Course, Lab
from .errors import NotGradable
from .intake import Submission, find_submissions, merge, read_submission
from .judge import judge
from .notebooks import grade_id, is_marked_by_hand, is_solution, read_source
from .plan import read_plan
from .record import load_verdict, open_recorder, verdict_path
from .release import build_release, companions, expected_stub
from .run import Limits, run_notebook
from .verdict import State, Verdict, undecided

# Part of every fingerprint: raise it when the same submission may now be judged otherwise.
ENGINE = "1"


@dataclass(frozen=True)
class Assignment:
    """All that grading needs of one instructor notebook."""

    lab: Lab
    source: NotebookNode
    companions: Mapping[str, bytes]  #: the files beside the notebook, as students get them
    config: Config


def load_assignment(course: Course, lab: Lab, path: Path) -> Assignment:
    """Read the instructor notebook ``path`` and its companions."""
    return Assignment(lab, read_source(path), companions(build_release(course, lab)), course.config)


def grade_submission(
    assignment: Assignment, student_id: str, notebook: str, data: bytes, limits: Limits
) -> tuple[Verdict, NotebookNode]:
    """The verdict on the bytes of one submitted notebook, and the executed notebook. Touches no records."""
    plan = read_plan(assignment.source)
    try:
        merged, notes = merge(assignment.source, data)
    except NotGradable as error:
        return not_gradable(assignment, student_id, notebook, State.NOT_GRADABLE, str(error))
    run = run_notebook(merged, assignment.companions, limits)
    state, reason, items = judge(plan, run, limits, _unanswered(assignment, merged))
    return Verdict(student_id, assignment.lab.name, notebook, state, items, reason, notes), run.notebook


def not_gradable(
    assignment: Assignment, student_id: str, notebook: str, state: State, reason: str
) -> tuple[Verdict, NotebookNode]:
    """A verdict without scores; its notebook is the lab's with empty answers, for markers to enter points by hand."""
    items = undecided(read_plan(assignment.source), reason)
    empty = [cell for cell in assignment.source.cells if grade_id(cell)]
    cells = [NotebookNode(**cell | {"source": ""}) if is_solution(cell) else cell for cell in empty]
    blank = NotebookNode(**assignment.source | {"cells": cells})
    return Verdict(student_id, assignment.lab.name, notebook, state, items, reason), blank


def _unanswered(assignment: Assignment, merged: NotebookNode) -> frozenset[str]:
    stubs = {
        grade_id(cell): expected_stub(cell, assignment.config).strip()
        for cell in assignment.source.cells
        if is_marked_by_hand(cell) and is_solution(cell)
    }
    answers = {grade_id(cell): cell.source.strip() for cell in merged.cells if grade_id(cell) in stubs}
    return frozenset(name for name, stub in stubs.items() if answers.get(name, "") in ("", stub))


@dataclass(frozen=True)
class Progress:
    """One step of :func:`grade_class`: a verdict, and whether it was known from an earlier run."""

    verdict: Verdict
    reused: bool
    done: int
    total: int


def grade_class(
    course: Course,
    labs: list[Lab],
    *,
    students: tuple[str, ...] = (),
    jobs: int | None = None,
    limits: Limits | None = None,
    force: bool = False,
) -> Iterator[Progress]:
    """Grade the submissions to ``labs`` and record each as it is done; yields one step a submitted notebook.

    What has not changed since it was graded is not run again unless ``force``. A submission that breaks the
    grader becomes a verdict of state FAULT and is tried again next time; the others go on.
    """
    limits = limits or Limits(cell=float(course.config.ExecutePreprocessor.timeout or 30))
    submissions = find_submissions(course, labs, students)
    load = cache(lambda source: load_assignment(course, next(lab for lab in labs if source in lab.notebooks), source))
    for source in sorted({s.source for s in submissions}):
        load(source)  # an unreadable instructor notebook is an error of the course, before anything is graded

    def work(submission: Submission) -> tuple[Verdict, NotebookNode | None]:
        assignment = load(submission.source)
        try:
            try:
                data, notes = read_submission(course, submission)
            except NotGradable as error:
                student, notebook = submission.student_id, submission.notebook
                return not_gradable(assignment, student, notebook, State.NOT_GRADABLE, str(error))
            fingerprint = _fingerprint(assignment, submission, data, limits)
            earlier = load_verdict(verdict_path(course, *submission.key))
            if not force and earlier is not None and earlier.fingerprint == fingerprint:
                return earlier, None
            verdict, executed = grade_submission(assignment, submission.student_id, submission.notebook, data, limits)
            return replace(verdict, notes=notes + verdict.notes, fingerprint=fingerprint), executed
        except Exception as error:
            reason = f"批改程序出错（{type(error).__name__}: {error}），请重新批改"
            return not_gradable(assignment, submission.student_id, submission.notebook, State.FAULT, reason)

    with open_recorder(course, labs) as recorder:
        results = _in_parallel(work, submissions, jobs or os.cpu_count() or 1)
        for done, (submission, (verdict, executed)) in enumerate(results, start=1):
            if executed is not None:
                recorder.record(submission, verdict, executed)
            yield Progress(verdict, executed is None, done, len(submissions))


def _fingerprint(assignment: Assignment, submission: Submission, data: bytes, limits: Limits) -> str:
    digest = hashlib.sha256()
    parts = [ENGINE.encode(), data, submission.source.read_bytes(), repr(limits).encode()]
    parts += [part for name, content in sorted(assignment.companions.items()) for part in (name.encode(), content)]
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def _in_parallel(
    work: Callable[[Submission], tuple[Verdict, NotebookNode | None]], submissions: list[Submission], jobs: int
) -> Iterator[tuple[Submission, tuple[Verdict, NotebookNode | None]]]:
    """Results as they come. Threads do, since each only waits for the kernel process it started.

    No more than ``jobs`` are under way at once, so that leaving early (Ctrl-C) leaves little to wait for.
    """
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        queue = iter(submissions)
        running = {pool.submit(work, submission): submission for submission in islice(queue, jobs)}
        while running:
            finished, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                submission = running.pop(future)
                if (following := next(queue, None)) is not None:
                    running[pool.submit(work, following)] = following
                yield submission, future.result()
