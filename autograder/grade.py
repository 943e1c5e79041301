"""Grading a class: submissions in, verdicts recorded. Running, judging and recording meet only here."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import py_compile
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from .course import Course, Lab
from .engine.cells import Reading, modules_of, read_cells
from .engine.job import NotConfined, Task
from .engine.pool import Pool, Stopping
from .engine.remote import Clock
from .engine.trial import GraderFault, Student, Trial
from .errors import CourseError, NotGradable
from .forbidden import find_flags, read_forbidden
from .intake import Submission, find_submissions, merge, read_submission
from .judge import judge
from .notebooks import dump_notebook, grade_id, is_marked_by_hand, is_solution, read_source
from .plan import Plan, read_plan
from .record import load_verdict, open_recorder, verdict_path
from .release import build_release, companions, expected_stub
from .run import Limits
from .verdict import State, Verdict, undecided

# Part of every fingerprint: raise it when the same submission may now be judged otherwise.
ENGINE = "2"
LOW_TRUST = "没有沙箱，结果的可信度低"


@dataclass(frozen=True)
class Assignment:
    """All that grading needs of one instructor notebook."""

    lab: str
    notebook: str
    source: NotebookNode
    plan: Plan
    reading: Reading
    forbidden: Mapping[str, tuple[str, ...]]  #: calls to do without, by exercise
    stubs: Mapping[str, str]  #: what the cells marked by hand hold when nobody has answered
    companions: Mapping[str, bytes]  #: the files beside the notebook, as students get them
    digest: bytes  #: of the notebook's file and the companions

    @property
    def key(self) -> str:
        """Its name in a pool; also that of a folder."""
        return self.digest.hex()


def load_assignment(course: Course, lab: Lab, path: Path) -> Assignment:
    """Read the instructor notebook ``path`` and its companions; raises :class:`CourseError` if it cannot be judged."""
    source = read_source(path)
    beside = companions(build_release(course, lab))
    digest = _digest([path.read_bytes(), *(part for item in sorted(beside.items()) for part in item)])
    stubs = {
        grade_id(cell): expected_stub(cell, course.config).strip()
        for cell in source.cells
        if is_marked_by_hand(cell) and is_solution(cell)
    }
    plan = read_plan(source)
    return Assignment(
        lab.name,
        path.stem,
        source,
        plan,
        read_cells(source),
        read_forbidden(source, plan),
        stubs,
        beside | compiled(beside),
        digest,
    )


def compiled(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The bytecode of the Python modules among ``files``, to lie beside them: each submission imports them twice."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            if name.endswith(".py"):
                path = Path(folder) / Path(name).name
                path.write_bytes(content)
                with contextlib.suppress(py_compile.PyCompileError):
                    made = py_compile.compile(
                        str(path),
                        dfile=Path(name).name,
                        doraise=True,
                        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
                    )
                    place = Path(name).parent / "__pycache__" / Path(made).name
                    found[place.as_posix()] = Path(made).read_bytes()
    return found


def grade_submission(
    assignment: Assignment, student_id: str, data: bytes, limits: Limits, seed: int, spawn: Callable[[Clock], Student]
) -> tuple[Verdict, NotebookNode]:
    """The verdict on the bytes of one submitted notebook, and the executed notebook. Touches no records."""
    try:
        merged, notes = merge(assignment.source, data)
    except NotGradable as error:
        return not_gradable(assignment, student_id, State.NOT_GRADABLE, str(error))
    plan, forbidden = assignment.plan, assignment.forbidden
    exercises = {item.grade_id: item.exercise for item in plan.items if item.exercise in forbidden}
    trial = Trial(
        assignment.reading,
        assignment.source,
        merged,
        limits,
        seed,
        spawn,
        assignment.companions,
        watched=frozenset(exercises),
    )
    try:
        run = trial.run()
    finally:
        trial.close()
    state, reason, items = judge(plan, run, limits, _unanswered(assignment, merged))
    seen: dict[str, frozenset[str]] = {}
    for test, operators in trial.seen.items():
        seen[exercises[test]] = seen.get(exercises[test], frozenset()) | operators
    flags = find_flags(merged, forbidden, seen)
    verdict = Verdict(student_id, assignment.lab, assignment.notebook, state, items, reason, notes, seed=seed, flags=flags)
    return verdict, run.notebook


def _grade_to_bytes(*arguments: Any) -> bytes:
    """:func:`grade_submission` with an answer that can leave the judge process."""
    verdict, executed = grade_submission(*arguments)
    return json.dumps([verdict.to_json(), dump_notebook(executed)]).encode()


def run_in(
    pool: Pool, assignment: Assignment, student_id: str, data: bytes, limits: Limits, seed: int
) -> tuple[Verdict, str]:
    """:func:`grade_submission` by a judge of ``pool``; the executed notebook as the text of a file."""
    answer = pool.run(
        assignment.key, student_id, data, limits, seed, memory=limits.memory, timeout=limits.submission
    )
    verdict, notebook = json.loads(answer)
    return Verdict.from_json(verdict), notebook


def not_gradable(
    assignment: Assignment, student_id: str, state: State, reason: str
) -> tuple[Verdict, NotebookNode]:
    """A verdict without scores; its notebook is the lab's with empty answers, for markers to enter points by hand."""
    items = undecided(assignment.plan, reason)
    empty = [cell for cell in assignment.source.cells if grade_id(cell)]
    cells = [NotebookNode(**cell | {"source": ""}) if is_solution(cell) else cell for cell in empty]
    blank = NotebookNode(**assignment.source | {"cells": cells})
    return Verdict(student_id, assignment.lab, assignment.notebook, state, items, reason), blank


def _unanswered(assignment: Assignment, merged: NotebookNode) -> frozenset[str]:
    stubs = assignment.stubs
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
    confined: bool = True,
) -> Iterator[Progress]:
    """Grade the submissions to ``labs`` and record each as it is done; yields one step a submitted notebook.

    What has not changed since it was graded is not run again unless ``force``. A submission that breaks the
    grader becomes a verdict of state FAULT and is tried again next time; the others go on.
    """
    limits = limits or Limits(cell=float(course.config.ExecutePreprocessor.timeout or 30))
    submissions = find_submissions(course, labs, students)
    by_source = {source: lab for lab in labs for source in lab.notebooks}
    assignments = {
        source: load_assignment(course, by_source[source], source) for source in sorted({s.source for s in submissions})
    }
    jobs = min(jobs or os.cpu_count() or 1, len(submissions))

    def work(submission: Submission) -> tuple[Verdict, NotebookNode | None]:
        assignment = assignments[submission.source]
        try:
            try:
                data, notes = read_submission(course, submission)
            except NotGradable as error:
                return not_gradable(assignment, submission.student_id, State.NOT_GRADABLE, str(error))
            fingerprint = _digest([ENGINE, data, assignment.digest, repr((limits, confined))]).hex()
            earlier = load_verdict(verdict_path(course, *submission.key))
            if not force and earlier is not None and earlier.fingerprint == fingerprint:
                return earlier, None
            # The same submission always gets the same inputs, and nobody who has not seen the tests can tell which.
            seed = int.from_bytes(_digest([data, assignment.digest])[:6], "big")
            verdict, notebook = run_in(pool, assignment, submission.student_id, data, limits, seed)
            flags = verdict.flags if confined else (*verdict.flags, LOW_TRUST)
            verdict = replace(verdict, notes=notes + verdict.notes, flags=flags, fingerprint=fingerprint)
            return verdict, nbformat.from_dict(json.loads(notebook))
        except Stopping:
            raise
        except Exception as error:
            what = str(error) if isinstance(error, GraderFault) else f"{type(error).__name__}: {error}"
            reason = f"批改程序出错（{what}），请重新批改"
            return not_gradable(assignment, submission.student_id, State.FAULT, reason)

    with open_recorder(course, labs) as recorder, open_pool(course, assignments.values(), jobs, confined) as pool:
        results = _in_parallel(work, submissions, jobs, pool.close)
        for done, (submission, (verdict, executed)) in enumerate(results, start=1):
            if executed is not None:
                recorder.record(submission, verdict, executed)
            yield Progress(verdict, executed is None, done, len(submissions))


def open_pool(course: Course, assignments: Iterable[Assignment], jobs: int, confined: bool) -> Pool:
    """A pool of judges for ``assignments``, in which the libraries that they import are loaded already."""
    assignments = list(assignments)
    modules: set[str] = set()
    own: set[str] = set()
    for assignment in assignments:
        texts = [cell.source for cell in assignment.source.cells if cell.cell_type == "code"]
        helpers = {name: data for name, data in assignment.companions.items() if name.endswith(".py")}
        texts += [data.decode("utf-8", "replace") for data in helpers.values()]
        modules |= set(modules_of(texts))
        own |= {name.split("/")[0].removesuffix(".py") for name in assignment.companions}
    libraries = {name for name in modules if name.split(".")[0] not in own}
    hidden = {str(path.resolve()) for path in (course.root, course.submitted, course.autograded.parent)}
    tasks = {a.key: Task(_grade_to_bytes, a, a.companions) for a in assignments}
    try:
        return Pool(jobs, tasks, libraries, confined=confined, hidden=sorted(hidden))
    except NotConfined as error:
        raise CourseError(
            f"沙箱缺少这些层：{error}。运行 autograder doctor 看怎样补上。"
            "如果你信任每一份作业的代码，可以用 --no-sandbox 在没有沙箱的情况下批改，结果会标为可信度低。"
        ) from None
    except GraderFault as error:
        raise CourseError(f"{error}。") from None


def _digest(parts: Iterable[bytes | str]) -> bytes:
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.digest()


def _in_parallel(
    work: Callable[[Submission], tuple[Verdict, NotebookNode | None]],
    submissions: list[Submission],
    jobs: int,
    stop: Callable[[], None],
) -> Iterator[tuple[Submission, tuple[Verdict, NotebookNode | None]]]:
    """Results as they come. Threads do, since each only waits for its judge; whoever leaves early stops the judges."""
    with ThreadPoolExecutor(max_workers=jobs) as threads:
        try:
            queue = iter(submissions)
            running = {threads.submit(work, submission): submission for submission in islice(queue, jobs)}
            while running:
                finished, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in finished:
                    submission = running.pop(future)
                    if (following := next(queue, None)) is not None:
                        running[threads.submit(work, following)] = following
                    yield submission, future.result()
        except BaseException:
            stop()
            raise
