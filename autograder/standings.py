"""How the class stands, lab by lab: who has how many points for what, and who is still to be seen to (plain data)."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from .course import Course, Lab
from .feedback import section_titles
from .intake import handed_in
from .marks import Marks, MarkState
from .notebooks import read_source
from .plan import read_plan
from .roster import Student
from .verdict import State


class Standing(StrEnum):
    """How far one student's lab has come, in the words of the tables."""

    GRADED = "已批改"
    NEEDS_MANUAL = "待批阅"
    NOT_GRADABLE = "无法评分"
    FAULT = "需重新批改"
    UNGRADED = "已交未批改"
    MISSING = "未交"


@dataclass(frozen=True)
class Exercise:
    """A column of a lab's table."""

    notebook: str
    name: str
    title: str
    max_score: float


@dataclass(frozen=True)
class Entry:
    """One student and one lab; ``parts`` are the marks of its notebooks, none if there are none yet."""

    student: Student
    standing: Standing
    parts: tuple[Marks, ...] = ()
    enrolled: bool = True  #: is the student on the roster (if there is one)?

    @property
    def score(self) -> float | None:
        """The points so far, less the late penalty; None if nothing has been decided."""
        decided = any(mark.score is not None for part in self.parts for mark in part.marks)
        return sum(part.score for part in self.parts) if decided else None

    @property
    def final(self) -> float | None:
        """The points once nothing is open any more, else None."""
        return self.score if self.standing is Standing.GRADED else None

    @property
    def late_penalty(self) -> float:
        return sum(part.late_penalty for part in self.parts)

    @property
    def review(self) -> str:
        """What a person should look at."""
        return "；".join(flag for part in self.parts for flag in part.verdict.flags)

    @property
    def remarks(self) -> str:
        """Why it is not simply graded."""
        unknown = [] if self.enrolled else ["名单里没有这个学号"]
        return "；".join([*unknown, *(part.verdict.reason for part in self.parts if part.verdict.reason)])

    def points(self, exercise: Exercise) -> float | None:
        """The points for an exercise; None while any of them is undecided."""
        scores = [
            mark.score
            for part in self.parts
            for mark in part.marks
            if (part.verdict.notebook, mark.item.exercise) == (exercise.notebook, exercise.name)
        ]
        return None if not scores or None in scores else sum(score for score in scores if score is not None)


@dataclass(frozen=True)
class LabStanding:
    """A lab's table: its exercises across, the class down."""

    lab: str
    exercises: tuple[Exercise, ...]
    entries: tuple[Entry, ...]

    @property
    def max_score(self) -> float:
        return sum(exercise.max_score for exercise in self.exercises)


def standings(
    course: Course, labs: list[Lab], all_marks: Iterable[Marks], roster: Mapping[str, Student]
) -> list[LabStanding]:
    """The tables of ``labs``. Students come in the roster's order, then those who are not on it.

    Nobody drops out: who handed in nothing, or was not graded yet, has an entry that says so.
    """
    parts: dict[tuple[str, str], list[Marks]] = {}
    for marks in all_marks:
        parts.setdefault((marks.verdict.student_id, marks.verdict.assignment), []).append(marks)
    here = {(submission.student_id, submission.lab.name) for submission in handed_in(course, labs)}
    names = {lab.name for lab in labs}
    others = sorted({student for student, lab in parts.keys() | here if lab in names} - roster.keys())
    students = [*roster.values(), *map(Student, others)]
    tables = []
    for lab in labs:
        entries = []
        for student in students:
            key = (student.student_id, lab.name)
            mine = tuple(parts.get(key, ()))
            enrolled = not roster or student.student_id in roster
            entries.append(Entry(student, standing(mine, key in here), mine, enrolled))
        tables.append(LabStanding(lab.name, _exercises(lab, entries), tuple(entries)))
    return tables


def standing(parts: tuple[Marks, ...], handed_in: bool) -> Standing:
    """How far a student's lab with these ``parts`` has come."""
    if not parts:
        return Standing.UNGRADED if handed_in else Standing.MISSING
    if any(part.verdict.state is State.FAULT for part in parts):
        return Standing.FAULT
    return Standing[MarkState.of(part.state for part in parts).name]


def _exercises(lab: Lab, entries: Iterable[Entry]) -> tuple[Exercise, ...]:
    """The exercises of the lab's notebooks as they are now, then those that only earlier verdicts know."""
    found: dict[tuple[str, str], Exercise] = {}
    for path in lab.notebooks:
        source = read_source(path)
        titles = section_titles(source)
        for item in read_plan(source).items:
            key = (path.stem, item.exercise)
            title = titles.get(item.exercise, item.exercise)
            before = found.get(key, Exercise(*key, title, 0.0))
            found[key] = Exercise(*key, title, before.max_score + item.points)
    for part in (part for entry in entries for part in entry.parts):
        for name in dict.fromkeys(mark.item.exercise for mark in part.marks):
            points = sum(mark.item.max_score for mark in part.marks if mark.item.exercise == name)
            found.setdefault((part.verdict.notebook, name), Exercise(part.verdict.notebook, name, name, points))
    titles_used = [exercise.title for exercise in found.values()]
    return tuple(
        e if titles_used.count(e.title) == 1 else Exercise(e.notebook, e.name, f"{e.title}（{e.name}）", e.max_score)
        for e in found.values()
    )


@dataclass(frozen=True)
class Summary:
    """Points of many students for one thing."""

    count: int
    mean: float
    lower_quartile: float
    median: float
    upper_quartile: float
    lowest: float
    highest: float
    full_marks: float  #: share of those with all the points, 0 to 1


def summarise(points: Sequence[float], max_score: float) -> Summary | None:
    """The :class:`Summary` of ``points`` (quartiles as Excel's QUARTILE.INC); None if there are none."""
    if not points:
        return None
    lower, median, upper = statistics.quantiles(points, n=4, method="inclusive") if len(points) > 1 else points * 3
    full = sum(value >= max_score for value in points) / len(points)
    return Summary(len(points), statistics.fmean(points), lower, median, upper, min(points), max(points), full)
