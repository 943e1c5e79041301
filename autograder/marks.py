"""The marks as they stand: verdicts with what people entered in formgrader laid over them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from nbgrader.api import BaseCell, Gradebook, MissingEntry

from .course import Course, Lab
from .gradebook import gradebook_errors, open_gradebook
from .plan import Kind
from .record import load_verdicts, settle_lateness
from .verdict import ItemResult, State, Verdict


class MarkState(StrEnum):
    """What is known about one item."""

    GRADED = "graded"
    NEEDS_MANUAL = "needs manual grade"
    NOT_GRADABLE = "not gradable"

    @classmethod
    def of(cls, states: Iterable[MarkState]) -> MarkState:
        """The state of a whole: what keeps it from being graded, if anything in it is not."""
        found = set(states)
        return next((state for state in (cls.NOT_GRADABLE, cls.NEEDS_MANUAL) if state in found), cls.GRADED)


@dataclass(frozen=True)
class Mark:
    """One item's points now: given by hand if a person gave any, else by the grader."""

    item: ItemResult
    score: float | None
    state: MarkState
    comment: str = ""  #: what a person wrote about it


@dataclass(frozen=True)
class Marks:
    """One submitted notebook's marks."""

    verdict: Verdict
    marks: tuple[Mark, ...]
    late_penalty: float = 0.0

    @property
    def score(self) -> float:
        """The points so far, less the late penalty, never below 0."""
        return max(0.0, sum(mark.score or 0.0 for mark in self.marks) - self.late_penalty)

    @property
    def state(self) -> MarkState:
        return MarkState.of(mark.state for mark in self.marks)


def load_marks(course: Course, labs: list[Lab]) -> Iterator[Marks]:
    """The marks of every graded submission to ``labs``, by student, lab and notebook."""
    verdicts = load_verdicts(course, labs)
    if not verdicts:
        return
    with open_gradebook(course) as gradebook, gradebook_errors(course):
        settle_lateness(course, labs, gradebook)  # a penalty goes by the points, and people have given some since
        _held = gradebook.db.query(BaseCell).all()  # else each grade asks the database for its cell
        for verdict in verdicts:
            yield _marks(gradebook, verdict)


def _marks(gradebook: Gradebook, verdict: Verdict) -> Marks:
    try:
        submission = gradebook.find_submission_notebook(verdict.notebook, verdict.assignment, verdict.student_id)
    except MissingEntry:  # the gradebook was reset: what the grader found still stands
        return Marks(verdict, tuple(mark_item(item, None, "", verdict) for item in verdict.items))
    manual = {grade.name: grade.manual_score for grade in submission.grades}
    extra = {grade.name: grade.extra_credit or 0.0 for grade in submission.grades}
    comments = {comment.name: comment.manual_comment or "" for comment in submission.comments}
    marks = []
    for item in verdict.items:
        mark = mark_item(item, manual.get(item.grade_id), comments.get(item.grade_id, ""), verdict)
        if mark.score is not None:
            mark = Mark(mark.item, mark.score + extra.get(item.grade_id, 0.0), mark.state, mark.comment)
        marks.append(mark)
    return Marks(verdict, tuple(marks), submission.late_submission_penalty or 0.0)


def mark_item(item: ItemResult, manual: float | None, comment: str, verdict: Verdict) -> Mark:
    """The mark of one of the verdict's items with what a person entered, if anything."""
    if manual is not None:
        return Mark(item, manual, MarkState.GRADED, comment)
    if verdict.state in (State.NOT_GRADABLE, State.FAULT):
        return Mark(item, None, MarkState.NOT_GRADABLE, comment)
    if item.score is None:
        waiting = MarkState.NEEDS_MANUAL if item.kind is Kind.MANUAL else MarkState.NOT_GRADABLE
        return Mark(item, None, waiting, comment)
    return Mark(item, item.score, MarkState.GRADED, comment)
