"""Before prose is marked by hand: who has written nothing, and whose answers are nearly the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from nbgrader.api import Gradebook, MissingEntry
from rapidfuzz import fuzz, process
from scipy.sparse.csgraph import connected_components

from .course import Course, Lab
from .gradebook import gradebook_errors, open_gradebook
from .judge import NO_ANSWER
from .notebooks import grade_id, parse_notebook
from .plan import Kind
from .record import load_verdicts
from .verdict import State, Verdict

ALIKE = 90  # percent of the characters
MIN_LENGTH = 20  # characters: shorter answers are alike by chance


@dataclass(frozen=True)
class Group:
    """Students whose answers are nearly the same."""

    students: tuple[str, ...]
    likeness: float  #: of the least alike two that count as alike, in percent
    begins: str  #: how the first one's answer begins


@dataclass(frozen=True)
class Triage:
    """What a marker should know about the answers to one question."""

    lab: str
    notebook: str
    grade_id: str
    untouched: tuple[str, ...]  #: handed in as released
    blank: tuple[str, ...]  #: nothing but space and punctuation
    alike: tuple[Group, ...]
    answers: int  #: how many there are in all


def sort_answers(answers: Mapping[str, str], untouched: frozenset[str]) -> tuple[list[str], list[Group]]:
    """The students among ``answers`` (student -> text) who left it blank, and groups of nearly identical answers.

    Those in ``untouched`` are passed over. Space, punctuation, case and width of characters do not count.
    """
    plain = {student: plain_text(text) for student, text in answers.items() if student not in untouched}
    blank = [student for student, text in plain.items() if not text]
    written = [student for student, text in plain.items() if len(text) >= MIN_LENGTH]
    texts = [plain[student] for student in written]
    likeness = process.cdist(texts, texts, scorer=fuzz.ratio, score_cutoff=ALIKE)
    _, places = connected_components(likeness, directed=False) if texts else (0, np.array([], int))
    groups = []
    for place in np.flatnonzero(np.bincount(places) > 1):
        members = np.flatnonzero(places == place)
        within = likeness[np.ix_(members, members)]
        first = " ".join(answers[written[members[0]]].split())[:60]
        groups.append(Group(tuple(sorted(written[m] for m in members)), float(within[within > 0].min()), first))
    return blank, sorted(groups, key=lambda group: (-len(group.students), group.students))


def plain_text(text: str) -> str:
    """Letters and digits of ``text``, of one width and case."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())


def triage(course: Course, labs: list[Lab], *, confirm: bool = False) -> Iterator[Triage]:
    """Sort the answers to every question of ``labs`` that is marked by hand.

    Untouched and blank answers get 0 points in the gradebook and wait there for a marker to confirm them; with
    ``confirm`` they are confirmed here. A score that somebody has entered stays.
    """
    by_question: dict[tuple[str, str, str], list[tuple[Verdict, bool]]] = {}
    for verdict in load_verdicts(course, labs):
        for item in verdict.items if verdict.state in (State.GRADED, State.WITH_FAILURES) else ():
            if item.kind is Kind.MANUAL:
                key = (verdict.assignment, verdict.notebook, item.grade_id)
                by_question.setdefault(key, []).append((verdict, item.message == NO_ANSWER))
    with open_gradebook(course) as gradebook, gradebook_errors(course):
        for (lab, notebook, name), found in by_question.items():
            untouched = frozenset(verdict.student_id for verdict, empty in found if empty)
            answers = {v.student_id: text for v, _ in found if (text := _answer(course, v, name)) is not None}
            blank, alike = sort_answers(answers, untouched)
            for student in sorted(untouched.union(blank)):
                _prefill(gradebook, name, notebook, lab, student, confirm)
            yield Triage(
                lab, notebook, name, tuple(sorted(untouched)), tuple(sorted(blank)), tuple(alike), len(answers)
            )


def _answer(course: Course, verdict: Verdict, name: str) -> str | None:
    """The answer as it stands in the autograded notebook; None if there is none."""
    path = course.autograded / verdict.student_id / verdict.assignment / f"{verdict.notebook}.ipynb"
    try:
        cells = parse_notebook(path.read_bytes()).cells
    except (OSError, ValueError):
        return None
    return next((cell.source for cell in cells if grade_id(cell) == name), None)


def _prefill(gradebook: Gradebook, name: str, notebook: str, lab: str, student: str, confirm: bool) -> None:
    try:
        grade = gradebook.find_grade(name, notebook, lab, student)
    except MissingEntry:  # the gradebook was reset: the next grading enters it anew
        return
    if grade.manual_score is None:
        grade.auto_score = 0.0
        grade.manual_score = 0.0 if confirm else None
        grade.needs_manual_grade = not confirm
        gradebook.db.commit()
