"""Grading a class: submissions in, verdicts recorded. Running, judging and recording meet only here."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING

from .assignment import Assignment, load_assignment, not_gradable
from .course import Course, Lab
from .deadlines import load_deadlines
from .engine.cells import modules_of
from .engine.pool import Pool, Stopping
from .engine.protocol import GraderFault, NotConfined, Task, what_failed
from .errors import CourseError, NotGradable
from .execution import ENGINE
from .files import digest_of
from .intake import Submission, find_submissions, read_submission
from .limits import load_limits, run_limits
from .notebooks import read_source
from .record import load_execution, load_verdict, open_recorder, verdict_path
from .run import Limits
from .verdict import State, Verdict

if TYPE_CHECKING:
    from .cluster import Cluster

LOW_TRUST = "没有沙箱，结果的可信度低"


@dataclass(frozen=True)
class Taken:
    """A submission that has been taken in and has to be run."""

    data: bytes
    notes: tuple[str, ...] = ()  #: what was mended
    flags: tuple[str, ...] = ()  #: what a person should look at
    fingerprint: str = ""
    seed: int | None = None  #: in place of the one that the content gives
    earlier: str = ""  #: its execution of an earlier time


@dataclass(frozen=True)
class Graded:
    """A verdict and, unless it is ``known`` from an earlier run, what there is to keep besides."""

    verdict: Verdict
    notebook: str = ""  #: the executed notebook: the text of a file
    execution: str = ""  #: what a later run need not repeat: the text of a file
    seconds: float = 0.0  #: in its judge, 0 if that gave no answer
    known: bool = False


def run_in(pool: Pool | Cluster, assignment: Assignment, student_id: str, found: Taken, limits: Limits) -> Graded:
    """What a judge of ``pool`` makes of a submission."""
    arguments = (student_id, found.data, found.notes, found.flags, limits, found.seed, found.earlier)
    answer = pool.run(assignment.key, *arguments, memory=limits.memory, timeout=limits.submission, name=student_id)
    verdict, *rest = json.loads(answer)
    return Graded(replace(Verdict.from_json(verdict), fingerprint=found.fingerprint), *rest)


@dataclass(frozen=True)
class Progress:
    """One step of :func:`grade_class`: a verdict, and whether it was known from an earlier run."""

    verdict: Verdict
    reused: bool
    done: int
    total: int
    seconds: float = 0.0  #: in its judge, 0 if that gave no answer or was not asked


def grade_class(
    course: Course,
    labs: list[Lab],
    *,
    students: tuple[str, ...] = (),
    jobs: int | None = None,
    limits: Limits | None = None,
    force: bool = False,
    confined: bool = True,
    dask: str | None = None,
    tell: Callable[[str], None] = lambda message: None,
) -> Iterator[Progress]:
    """Grade the submissions to ``labs`` and record each as it is done; yields one step a submitted notebook.

    What has not changed since it was graded, by whomever it was handed in, is not run again unless ``force``. A
    submission that breaks the grader becomes a verdict of state FAULT and is tried again next time; the others go on.
    ``dask`` is the address of a scheduler whose workers grade instead of this machine's ``jobs``; ``tell`` shows what
    there is to say of them.
    """
    limits, jobs = limits or run_limits(course), jobs or load_limits(course).jobs
    submissions = find_submissions(course, labs, students)
    load_deadlines(course)  # wrong settings are an error before anything starts
    lab_of = {source: lab for lab in labs for source in lab.notebooks}
    start = partial(start_pool, course, labs, jobs, confined, dask, tell)
    with ExitStack() as stack:
        pool: Pool | Cluster | None = None
        if force or not all(verdict_path(course, *s.key).exists() for s in submissions):
            pool = stack.enter_context(start())  # loads while this process reads
        sources = sorted({s.source for s in submissions})
        assignments = {source: load_assignment(course, lab_of[source], source) for source in sources}
        settings = (limits, confined)

        def take_in(submission: Submission) -> Taken | Graded:
            return _take_in(course, submission, assignments[submission.source], settings, force)

        # Pending ones are read again when it is their turn: a class may be larger than memory.
        settled = {s: found for s in submissions if isinstance(found := take_in(s), Graded)}
        pending = [s for s in submissions if s not in settled]
        recorder = stack.enter_context(open_recorder(course, labs, [s for s, g in settled.items() if g.known]))
        if pending:
            pool = pool or stack.enter_context(start())
            begin(pool, assignments.values())

        # A file that somebody has already handed in need not run twice: the same code gets the same inputs anyway.
        twins = {graded.verdict.fingerprint: s for s, graded in settled.items() if graded.known}

        def work(submission: Submission) -> Graded:
            assert pool is not None
            assignment, found = assignments[submission.source], take_in(submission)
            if isinstance(found, Graded):  # it has changed meanwhile
                return found
            if not force and not found.earlier and (twin := twins.get(found.fingerprint)):
                found = replace(found, earlier=load_execution(course, twin))
            try:
                return run_in(pool, assignment, submission.student_id, found, limits)
            except (Stopping, CourseError):
                raise
            except NotGradable as error:  # it takes down whatever runs it
                verdict, notebook = not_gradable(assignment, submission.student_id, State.NOT_GRADABLE, str(error))
                return Graded(replace(verdict, fingerprint=found.fingerprint), notebook)
            except Exception as error:
                reason = f"批改程序出错（{what_failed(error)}），请重新批改"
                return Graded(*not_gradable(assignment, submission.student_id, State.FAULT, reason))

        results = _in_parallel(work, pending, pool.slots if pool else 1, pool.close if pool else stack.close)
        for done, (submission, graded) in enumerate(chain(settled.items(), results), start=1):
            if not graded.known:
                recorder.record(submission, graded.verdict, graded.notebook, graded.execution)
                twins.setdefault(graded.verdict.fingerprint, submission)
            yield Progress(graded.verdict, graded.known, done, len(submissions), graded.seconds)


def _take_in(
    course: Course, submission: Submission, assignment: Assignment, settings: tuple[Limits, bool], force: bool
) -> Taken | Graded:
    """The submission's file, or its verdict if nothing has to be run: as it was before, or because there is no file."""
    try:
        data, notes = read_submission(course, submission)
    except NotGradable as error:
        return Graded(*not_gradable(assignment, submission.student_id, State.NOT_GRADABLE, str(error)))
    fingerprint = digest_of([ENGINE, data, assignment.digest, repr(settings)]).hex()
    earlier = load_verdict(verdict_path(course, *submission.key))
    if not force and earlier is not None and earlier.fingerprint == fingerprint:
        return Graded(earlier, known=True)
    execution = "" if force else load_execution(course, submission)
    return Taken(data, notes, () if settings[1] else (LOW_TRUST,), fingerprint, earlier=execution)


def settled(
    course: Course, submission: Submission, assignment: Assignment, settings: tuple[Limits, bool]
) -> Verdict | None:
    """The verdict with which :func:`grade_class` would leave it without running it; None if it would have to run it."""
    found = _take_in(course, submission, assignment, settings, force=False)
    return None if isinstance(found, Taken) else found.verdict


def start_pool(
    course: Course,
    labs: list[Lab],
    jobs: int | None,
    confined: bool,
    dask: str | None = None,
    tell: Callable[[str], None] = lambda message: None,
) -> Pool | Cluster:
    """A pool that loads, in the background, the libraries that the labs and the files beside them import.

    With ``dask``, the workers of that scheduler; raises :class:`CourseError` if it does not answer.
    """
    texts = [
        cell.source
        for lab in labs
        for path in lab.notebooks
        for cell in read_source(path).cells
        if cell.cell_type == "code"
    ]
    beside = [path for lab in labs for path in lab.folder.iterdir() if path.suffix != ".ipynb"] + course.shared_files
    texts += [path.read_text("utf-8", "replace") for path in beside if path.suffix == ".py"]
    own = {path.stem for path in beside}
    libraries = {name for name in modules_of(texts) if name.split(".")[0] not in own}
    hidden = {str(path.resolve()) for path in (course.root, course.submitted, course.autograded.parent)}
    if dask:
        from .cluster import Cluster

        return Cluster(dask, libraries, confined=confined, hidden=sorted(hidden), tell=tell)
    return Pool(jobs or os.cpu_count() or 1, libraries, confined=confined, hidden=sorted(hidden))


def begin(pool: Pool | Cluster, assignments: Iterable[Assignment]) -> None:
    """Make ``pool`` ready for :func:`run_in`; raises :class:`CourseError` if this machine cannot grade safely."""
    try:
        pool.begin({a.key: Task("autograder.submission:grade_to_bytes", a, a.companions) for a in assignments})
    except NotConfined as error:
        raise CourseError(
            f"沙箱缺少这些层：{error}。运行 autograder doctor 看怎样补上。"
            "如果你信任每一份作业的代码，可以用 --no-sandbox 在没有沙箱的情况下批改，结果会标为可信度低。"
        ) from None
    except GraderFault as error:
        raise CourseError(f"{error}。") from None


def _in_parallel(
    work: Callable[[Submission], Graded],
    submissions: list[Submission],
    jobs: int,
    stop: Callable[[], None],
) -> Iterator[tuple[Submission, Graded]]:
    """Results as they come. Threads do, since each only waits for its judge; whoever leaves early stops the judges."""
    with ThreadPoolExecutor(max_workers=jobs) as threads:
        try:
            queue = iter(submissions)  # one more than can run waits its turn, so that no slot waits for the recorder
            running = {threads.submit(work, submission): submission for submission in islice(queue, jobs + 1)}
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
