"""Writing verdicts down: nbgrader's gradebook, the autograded notebook and the verdict file, by one writer."""

from __future__ import annotations

import logging
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy.exc import SAWarning

from .course import Course, Lab
from .errors import CourseError
from .files import write_atomic
from .intake import Submission
from .judge import NO_ANSWER
from .notebooks import dump_notebook
from .release import generate
from .verdict import State, Verdict


def verdict_path(course: Course, student_id: str, lab: str, notebook: str) -> Path:
    """Where the verdict on a submitted notebook is kept."""
    return course.verdicts / student_id / lab / f"{notebook}.json"


def load_verdict(path: Path) -> Verdict | None:
    """The verdict in ``path``, or None if there is none that this version can read."""
    try:
        return Verdict.from_json(path.read_text("utf-8"))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def load_verdicts(course: Course, labs: list[Lab]) -> list[Verdict]:
    """All verdicts on ``labs``, by student, lab and notebook."""
    names = {lab.name for lab in labs}
    paths = sorted(course.verdicts.glob("*/*/*.json")) if course.verdicts.is_dir() else []
    verdicts = [load_verdict(path) for path in paths if path.parent.name in names]
    return [verdict for verdict in verdicts if verdict is not None]


class Recorder:
    """The one writer of a class's records. Use :func:`open_recorder`."""

    def __init__(self, course: Course, gradebook: Gradebook) -> None:
        self.course = course
        self.gradebook = gradebook

    def record(self, submission: Submission, verdict: Verdict, executed: NotebookNode) -> None:
        """Enter ``verdict`` and its notebook. The verdict file comes last: it vouches for all the rest."""
        folder = self.course.autograded / submission.student_id / submission.lab.name
        write_atomic(folder / f"{submission.notebook}.ipynb", dump_notebook(_with_notice(executed, verdict)))
        self._record_scores(submission, verdict)
        write_atomic(verdict_path(self.course, *submission.key), verdict.to_json())

    def _record_scores(self, submission: Submission, verdict: Verdict) -> None:
        book, lab, student = self.gradebook, submission.lab.name, submission.student_id
        earlier = load_verdict(verdict_path(self.course, *submission.key))
        book.update_or_create_student(student)
        timestamp = _timestamp(self.course, submission)
        book.update_or_create_submission(lab, student, **({"timestamp": timestamp} if timestamp else {}))
        for item in verdict.items:
            grade = book.find_grade(item.grade_id, submission.notebook, lab, student)
            grade.auto_score = item.score
            if grade.manual_score is None:
                grade.needs_manual_grade = item.score is None
            elif earlier is None or earlier.fingerprint != verdict.fingerprint:
                grade.needs_manual_grade = True  # marked by hand before: keep the mark, have a person look again
        for cell in book.find_notebook(submission.notebook, lab).solution_cells:
            comment = book.find_comment(cell.name, submission.notebook, lab, student)
            comment.auto_comment = _auto_comment(cell.name, verdict)
        book.db.commit()
        resources = {
            "nbgrader": {
                "student": student,
                "assignment": lab,
                "notebook": submission.notebook,
                "db_url": self.course.db_url,
            }
        }
        AssignLatePenalties(config=self.course.config).preprocess(NotebookNode(cells=[], metadata={}), resources)


def _timestamp(course: Course, submission: Submission) -> datetime | None:
    """When it was handed in (UTC), as nbgrader keeps it: ``timestamp.txt`` beside the notebook. None if unreadable."""
    folder = course.submitted / submission.student_id / submission.lab.name
    try:
        return CourseDirectory(config=course.config).get_existing_timestamp(str(folder))
    except (ValueError, OverflowError, OSError):
        return None


def _auto_comment(grade_id: str, verdict: Verdict) -> str | None:
    answers = [item for item in verdict.items if item.grade_id == grade_id]
    return "No response." if any(item.message == NO_ANSWER for item in answers) else None


def _with_notice(executed: NotebookNode, verdict: Verdict) -> NotebookNode:
    """The notebook as markers see it: with a word on top where grading did not go as usual."""
    lines = [f"**{verdict.state}**：{verdict.reason}。"] if verdict.state is not State.GRADED else []
    lines += [f"批改说明：{note}。" for note in verdict.notes]
    if not lines:
        return executed
    notice = new_markdown_cell("\n\n".join(f"> {line}" for line in lines), id="grading-notice")
    return NotebookNode(**executed | {"cells": [notice, *executed.cells]})


def open_gradebook(course: Course) -> Gradebook:
    """nbgrader's gradebook of the course; raises :class:`CourseError` if the database cannot be opened."""
    # nbgrader's models announce relations before they add objects; SQLAlchemy 2 says so, to no consequence.
    warnings.filterwarnings("ignore", category=SAWarning, module="nbgrader")
    try:
        return Gradebook(course.db_url, CourseDirectory(config=course.config).course_id)
    except Exception as error:
        raise CourseError(f"成绩簿打不开（{course.db_url}）：{str(error).splitlines()[0]}") from error


@contextmanager
def open_recorder(course: Course, labs: list[Lab]) -> Iterator[Recorder]:
    """A :class:`Recorder` on the course's gradebook, in which ``labs`` have been entered."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with open_gradebook(course):  # a gradebook that cannot be opened is named as such
        pass
    with tempfile.TemporaryDirectory() as folder:
        for lab in labs:
            generate(course, lab, Path(folder), db_url=course.db_url)
    with open_gradebook(course) as gradebook:
        yield Recorder(course, gradebook)
