"""What a report needs, read from the course folder; nothing there is changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import nbformat
from nbformat import NotebookNode

from ..collect.log import load_log, log_path
from ..course import Course, Lab
from ..demo import reference_answers
from ..errors import CourseError
from ..feedback import notebook_title, section_titles, titles_of_tests
from ..intake import handed_in
from ..judge import NO_ANSWER
from ..marks import Marks, load_marks
from ..notebooks import grade_id, is_solution, read_source
from ..plan import Kind
from ..record import verdict_path
from ..release import expected_stub
from ..roster import Student, load_roster
from ..triage import sort_answers
from ..verdict import State, Verdict
from .numbers import AlikeExercise, AlikeProse, Cell, Names, Pair, Report, summarize
from .similarity import find_alike

Track = Callable[[Iterable, int, str], Iterable]  #: a loop that shows how far it is: (steps, how many, what they do)
Answers = Mapping[Cell, Mapping[str, str]]  #: by solution cell, then student


@dataclass(frozen=True)
class Gathered:
    """A report with what its page shows besides."""

    report: Report
    roster: Mapping[str, Student]
    answers: Answers
    graded_at: datetime  #: when the last verdict was written, local time


def gather(course: Course, labs: list[Lab], track: Track = lambda steps, total, what: steps) -> Gathered:
    """The report on ``labs``. Raises :class:`CourseError` if nothing has been graded or a list cannot be read."""
    roster = load_roster(course)
    records = list(load_log(course).values()) if log_path(course).exists() else None
    sources = {(lab.name, path.stem): read_source(path) for lab in labs for path in lab.notebooks}
    here: dict[str, set[tuple[str, str]]] = {lab.name: set() for lab in labs}
    for submission in handed_in(course, labs):
        here[submission.lab.name].add((submission.student_id, submission.notebook))
    total = sum(map(len, here.values()))
    marks = list(track(load_marks(course, labs), total, "读成绩"))
    if not marks:
        raise CourseError("还没有批改结果：请先运行 autograder grade。")
    for one in marks:
        here[one.verdict.assignment].add((one.verdict.student_id, one.verdict.notebook))
    answers = _read_answers(course, track(marks, len(marks), "读答案"))
    names = _names(sources)
    report = summarize(
        names,
        marks,
        here,
        roster,
        records,
        list(_pairs(course, sources, answers, names, track)),
        list(_alike_prose(marks, answers, names)),
    )
    written = max(verdict_path(course, v.student_id, v.assignment, v.notebook).stat().st_mtime for v in _all(marks))
    return Gathered(report, roster, answers, datetime.fromtimestamp(written).astimezone())


def _all(marks: Iterable[Marks]) -> Iterator[Verdict]:
    return (one.verdict for one in marks)


def _names(sources: Mapping[tuple[str, str], NotebookNode]) -> Names:
    labs: dict[str, str] = {}
    cells: dict[Cell, str] = {}
    for (lab, notebook), source in sources.items():
        labs.setdefault(lab, notebook_title(source) or lab)
        titles = section_titles(source) | titles_of_tests(source)
        cells |= {(lab, notebook, name): title for name, title in titles.items()}
    return Names(labs, cells)


def _read_answers(course: Course, marks: Iterable[Marks]) -> dict[Cell, dict[str, str]]:
    """What students wrote in each solution cell, from the autograded notebooks."""
    answers: dict[Cell, dict[str, str]] = {}
    for verdict in _all(marks):
        if verdict.state not in (State.GRADED, State.WITH_FAILURES):
            continue
        path = course.autograded / verdict.student_id / verdict.assignment / f"{verdict.notebook}.ipynb"
        try:
            # Grading wrote it: to validate thousands of notebooks again would take minutes.
            cells = nbformat.reader.reads(path.read_text("utf-8")).cells
        except (OSError, ValueError, AttributeError):
            continue
        for cell in filter(is_solution, cells):
            key = (verdict.assignment, verdict.notebook, grade_id(cell) or "")
            answers.setdefault(key, {})[verdict.student_id] = cell.source
    return answers


def _pairs(
    course: Course, sources: Mapping[tuple[str, str], NotebookNode], answers: Answers, names: Names, track: Track
) -> Iterator[Pair]:
    """Pairs of students by lab; what everybody has are the release's cell and the reference solution."""
    cells: list[tuple[Cell, tuple[str, str]]] = []
    for (lab, notebook), source in sources.items():
        reference = reference_answers(source)
        for cell in source.cells:
            if is_solution(cell) and cell.cell_type == "code":
                name = grade_id(cell) or ""
                cells.append(((lab, notebook, name), (expected_stub(cell, course.config), reference[name])))
    together: dict[tuple[str, tuple[str, str]], list[AlikeExercise]] = {}
    for key, known in track(cells, len(cells), "比较代码"):
        lab, notebook, name = key
        for found in find_alike(answers.get(key, {}), known):
            exercise = AlikeExercise(notebook, name, names.cells.get(key, name), found.likeness, found.tokens)
            together.setdefault((lab, found.students), []).append(exercise)
    for (lab, students), exercises in together.items():
        yield Pair(lab, students, tuple(exercises))


def _alike_prose(marks: Iterable[Marks], answers: Answers, names: Names) -> Iterator[AlikeProse]:
    untouched: dict[Cell, set[str]] = {}
    for verdict in _all(marks):
        for item in verdict.items:
            if item.kind is Kind.MANUAL:
                who = untouched.setdefault((verdict.assignment, verdict.notebook, item.grade_id), set())
                who.update([verdict.student_id] if item.message == NO_ANSWER else [])
    for key, who in untouched.items():
        _, groups = sort_answers(answers.get(key, {}), frozenset(who))
        for group in groups:
            title = names.cells.get(key, key[-1])
            yield AlikeProse(key[0], title, group.students, group.likeness / 100, group.begins)
