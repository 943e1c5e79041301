"""Where a class stands: what is handed in, graded, still to be graded, failed, to be marked by hand. Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nbgrader.api import Assignment as AssignmentRow
from nbgrader.api import BaseCell, Grade, SubmittedAssignment, SubmittedNotebook
from nbgrader.api import Notebook as NotebookRow
from sqlalchemy import select

from .assignment import load_assignment
from .course import Course, Lab
from .grade import LOW_TRUST, settled
from .gradebook import read_gradebook
from .intake import Submission, handed_in
from .limits import run_limits
from .marks import Marks, mark_item
from .record import load_verdicts
from .roster import load_roster
from .run import Limits
from .standings import Standing, standing
from .verdict import State, Verdict

Key = tuple[str, str, str]  # student, lab, notebook


@dataclass(frozen=True)
class Failure:
    """A submission that has no marks, and why."""

    student_id: str
    notebook: str
    standing: Standing
    reason: str


@dataclass(frozen=True)
class LabStatus:
    """One lab, counted in students."""

    lab: str
    missing: int  #: on the roster and nothing handed in
    handed_in: int
    standings: Mapping[Standing, int]  #: of those who handed in; whoever waits for grading is not in the others
    ungraded: tuple[str, ...]  #: students handed in and never graded
    changed: tuple[str, ...]  #: graded, but they, the lab or the settings have changed since
    failures: tuple[Failure, ...]

    @property
    def waiting(self) -> int:
        """How many the next ``autograder grade`` would run because they are new or have changed."""
        return len(self.ungraded) + len(self.changed)


def survey(course: Course, labs: list[Lab]) -> list[LabStatus]:
    """The state of ``labs``. Raises :class:`CourseError` if a notebook, the roster or the gradebook cannot be read."""
    roster = load_roster(course)
    limits = run_limits(course)
    here: dict[str, dict[str, list[Submission]]] = {lab.name: {} for lab in labs}
    for submission in handed_in(course, labs):
        here[submission.lab.name].setdefault(submission.student_id, []).append(submission)
    verdicts = {(v.student_id, v.assignment, v.notebook): v for v in load_verdicts(course, labs)}
    by_hand = _given_by_hand(course, labs)
    return [_survey(course, lab, here[lab.name], verdicts, by_hand, roster.keys(), limits) for lab in labs]


def _survey(
    course: Course,
    lab: Lab,
    students: Mapping[str, list[Submission]],
    verdicts: Mapping[Key, Verdict],
    by_hand: Mapping[Key, Mapping[str, float]],
    roster: Iterable[str],
    limits: Limits,
) -> LabStatus:
    assignments = {source: load_assignment(course, lab, source) for source in lab.notebooks} if students else {}
    counts: Counter[Standing] = Counter()
    ungraded, changed, failures = [], [], []
    for student, submissions in students.items():
        known = [verdicts.get(submission.key) for submission in submissions]
        if None in known:
            ungraded.append(student)
            counts[Standing.UNGRADED] += 1
            continue
        found = [verdict for verdict in known if verdict is not None]
        outdated = [
            settled(course, s, assignments[s.source], (limits, LOW_TRUST not in verdict.flags)) != verdict
            for s, verdict in zip(submissions, found, strict=True)
            if verdict.state is not State.FAULT  # is run again anyway
        ]
        if any(outdated):
            changed.append(student)
            continue
        now = standing(tuple(_marks(verdict, by_hand) for verdict in found), handed_in=True)
        counts[now] += 1
        failed = (v for v in found if v.state in (State.FAULT, State.NOT_GRADABLE))
        failures += [Failure(student, v.notebook, standing((_marks(v, {}),), True), v.reason) for v in failed]
    missing = len(set(roster) - students.keys())
    return LabStatus(lab.name, missing, len(students), dict(counts), tuple(ungraded), tuple(changed), tuple(failures))


def _marks(verdict: Verdict, by_hand: Mapping[Key, Mapping[str, float]]) -> Marks:
    given = by_hand.get((verdict.student_id, verdict.assignment, verdict.notebook), {})
    return Marks(verdict, tuple(mark_item(item, given.get(item.grade_id), "", verdict) for item in verdict.items))


def _given_by_hand(course: Course, labs: list[Lab]) -> dict[Key, dict[str, float]]:
    """The points that people gave, by cell; asked for in one query, of a gradebook that is left as it is."""
    query = (
        select(SubmittedAssignment.student_id, AssignmentRow.name, NotebookRow.name, BaseCell.name, Grade.manual_score)
        .select_from(Grade)
        .join(BaseCell, Grade.cell_id == BaseCell.id)
        .join(SubmittedNotebook, Grade.notebook_id == SubmittedNotebook.id)
        .join(NotebookRow, SubmittedNotebook.notebook_id == NotebookRow.id)
        .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(AssignmentRow, SubmittedAssignment.assignment_id == AssignmentRow.id)
        .where(Grade.manual_score.is_not(None), AssignmentRow.name.in_([lab.name for lab in labs]))
    )
    found: dict[Key, dict[str, float]] = {}
    with read_gradebook(course) as db:
        for student, lab, notebook, cell, score in db.execute(query) if db else ():
            found.setdefault((student, lab, notebook), {})[cell] = score
    return found
