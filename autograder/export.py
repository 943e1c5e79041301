"""Marks as files: CSV (UTF-8 with byte order mark: Excel reads Chinese names), a workbook, or what a platform takes."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from .course import Course, Lab
from .errors import CourseError
from .files import write_atomic
from .lms import Profile, mark_rows
from .marks import Mark, Marks, MarkState, load_marks
from .roster import load_roster
from .standings import LabStanding, standings
from .verdict import Finding
from .workbook import build_workbook

BY_TEST = ("student_id", "assignment", "notebook", "grade_id", "score", "max_score", "state", "message")
BY_ASSIGNMENT = ("student_id", "assignment", "score", "max_score", "late_penalty", "state", "message", "review")
# What a spreadsheet would run (full-width signs too, in some), plain numbers left aside.
FORMULA = re.compile(r"(?![-+]?\d+(\.\d+)?$)\s*[-=+@－＝＋＠]")


def export_marks(course: Course, labs: list[Lab], path: Path, *, by_test: bool) -> int:
    """Write the marks of ``labs`` to ``path`` as CSV, a row a test cell or a row a student and assignment.

    Returns the number of rows. Raises :class:`CourseError` if nothing has been graded yet.
    """
    marks = _load(course, labs)
    rows = list(rows_by_test(marks) if by_test else rows_by_assignment(marks))
    write_atomic(path, to_csv([BY_TEST if by_test else BY_ASSIGNMENT, *rows], "utf-8-sig"))
    return len(rows)


def export_standings(course: Course, labs: list[Lab], path: Path, profile: Profile | None = None) -> list[LabStanding]:
    """Write how the class stands in ``labs``: the CSV of a platform if ``profile`` names one, else a workbook.

    Returns what was written. Raises :class:`CourseError` if nothing has been graded yet.
    """
    tables = standings(course, labs, _load(course, labs), load_roster(course))
    data = to_csv(mark_rows(profile, tables), profile.encoding) if profile else build_workbook(tables)
    write_atomic(path, data)
    return tables


def _load(course: Course, labs: list[Lab]) -> list[Marks]:
    marks = list(load_marks(course, labs))
    if not marks:
        raise CourseError("还没有批改结果可以导出：请先运行 autograder grade。")
    return marks


def to_csv(rows: Iterable[Iterable[str]], encoding: str) -> bytes:
    """The bytes of a CSV file; no cell of it is a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([f"'{cell}" if FORMULA.match(cell) else cell for cell in row] for row in rows)
    return text.getvalue().encode(encoding, "replace")


def rows_by_test(all_marks: Iterable[Marks]) -> Iterator[tuple[str, ...]]:
    """One row a cell that carries points, in the columns of BY_TEST."""
    for marks in all_marks:
        verdict = marks.verdict
        for mark in marks.marks:
            item = mark.item
            yield (
                verdict.student_id,
                verdict.assignment,
                verdict.notebook,
                item.grade_id,
                "" if mark.score is None else f"{mark.score:g}",
                f"{item.max_score:g}",
                mark.state,
                _message(mark, verdict.findings),
            )


def _message(mark: Mark, findings: Iterable[Finding]) -> str:
    """Why points were lost, and which common mistakes the exercise shows."""
    item = mark.item
    words = [item.message, *(str(f) for f in findings if item.message and f.exercise == item.exercise)]
    return " ".join(" ".join(words).split())


def rows_by_assignment(all_marks: Iterable[Marks]) -> Iterator[tuple[str, ...]]:
    """One row a student and assignment, in the columns of BY_ASSIGNMENT; an assignment's notebooks are added up."""
    together: dict[tuple[str, str], list[Marks]] = {}
    for marks in all_marks:
        together.setdefault((marks.verdict.student_id, marks.verdict.assignment), []).append(marks)
    for (student_id, assignment), parts in together.items():
        graded = any(mark.score is not None for part in parts for mark in part.marks)
        yield (
            student_id,
            assignment,
            f"{sum(part.score for part in parts):g}" if graded else "",
            f"{sum(part.verdict.max_score for part in parts):g}",
            f"{sum(part.late_penalty for part in parts):g}",
            MarkState.of(part.state for part in parts),
            "；".join(part.verdict.reason for part in parts if part.verdict.reason),
            "；".join(flag for part in parts for flag in part.verdict.flags),
        )
