"""The class list as it is kept: ``classroom/roster.csv``."""

from __future__ import annotations

import csv
from dataclasses import dataclass

from .course import Course
from .errors import CourseError


@dataclass(frozen=True)
class Student:
    """One line of the class list."""

    student_id: str  #: leading zeros and all
    name: str = ""
    group: str = ""  #: 班级
    email: str = ""


def load_roster(course: Course) -> dict[str, Student]:
    """The class list by student id, {} if there is none; raises :class:`CourseError` if it cannot be read."""
    path = course.submitted.parent / "roster.csv"
    if not path.exists():
        return {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            students = [Student(**row) for row in csv.DictReader(stream)]
    except (OSError, ValueError, TypeError) as error:
        raise CourseError(f"名单读不了：{path}（{error}）。") from None
    return {student.student_id: student for student in students}
