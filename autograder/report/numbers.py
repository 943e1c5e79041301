"""The numbers of a class report, worked out from marks and lists (pure)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..collect.log import Record
from ..collect.log import State as Fate
from ..judge import CALL
from ..marks import Mark, Marks, MarkState
from ..plan import Kind
from ..roster import Student
from ..verdict import State

BINS = 10  # of a histogram of scores
REASONS = 3  # messages shown of a failed test
NOT_YET = "not graded yet"  #: handed in, and nobody has run ``autograder grade`` since

Cell = tuple[str, str, str]  #: lab, notebook, grade_id


@dataclass(frozen=True)
class Names:
    """What labs and cells are called on the page."""

    labs: Mapping[str, str]
    cells: Mapping[Cell, str]


@dataclass(frozen=True)
class Spread:
    """How the students of a lab did: their share of the points decided so far, 0 to 1, late penalties included."""

    students: int
    quartile1: float
    median: float
    quartile3: float
    bins: tuple[int, ...]  #: students in each tenth from 0 to 1


@dataclass(frozen=True)
class ExerciseNumbers:
    """How many students got all, some or none of an exercise's points, or wait for them."""

    notebook: str
    name: str
    title: str
    max_score: float
    full: int
    part: int
    zero: int
    waiting: int
    mean: float | None  #: share of the points, 0 to 1; of those who do not wait


@dataclass(frozen=True)
class LabNumbers:
    name: str
    title: str
    expected: int  #: students on the roster; without a roster, all who have handed in anything
    handed_in: int
    waiting: int  #: students some of whose points nobody has decided
    spread: Spread | None  #: None while nothing is decided
    exercises: tuple[ExerciseNumbers, ...]


@dataclass(frozen=True)
class Reason:
    text: str
    students: int


@dataclass(frozen=True)
class FailedTest:
    """A test cell that cost points."""

    lab: str
    notebook: str
    grade_id: str
    exercise: str
    title: str
    failed: int
    decided: int
    reasons: tuple[Reason, ...]  #: the commonest first

    @property
    def share(self) -> float:
        return self.failed / self.decided


@dataclass(frozen=True)
class Misconception:
    """A common mistake, and who shows it."""

    lab: str
    exercise: str
    key: str
    seen: str
    think: str
    students: tuple[str, ...]
    share: float  #: of the lab's graded students


@dataclass(frozen=True)
class Missing:
    """A student on the roster and the labs that others have handed in and he or she has not."""

    student_id: str
    labs: tuple[str, ...]
    all_labs: bool


@dataclass(frozen=True)
class Ungraded:
    """A submission with no score, or with one that something broke."""

    student_id: str
    lab: str
    notebook: str
    state: str  #: a :class:`State` or NOT_YET
    reason: str


@dataclass(frozen=True)
class SetAside:
    """A file that collect could not place."""

    input: str
    student_id: str
    lab: str
    reason: str


@dataclass(frozen=True)
class Intake:
    """What became of every file that was handed to collect."""

    counts: Mapping[str, int]
    set_aside: tuple[SetAside, ...]


@dataclass(frozen=True)
class Flag:
    """Something for a person's eye, and whose work shows it."""

    lab: str
    text: str
    students: tuple[str, ...]


@dataclass(frozen=True)
class AlikeExercise:
    notebook: str
    name: str
    title: str
    likeness: float  #: 0 to 1, see :class:`.similarity.Alike`
    tokens: float


@dataclass(frozen=True)
class Pair:
    """Two students whose code for a lab is suspiciously alike."""

    lab: str
    students: tuple[str, str]
    exercises: tuple[AlikeExercise, ...]

    @property
    def likeness(self) -> float:
        return max(exercise.likeness for exercise in self.exercises)

    @property
    def tokens(self) -> float:
        return sum(exercise.tokens for exercise in self.exercises)


@dataclass(frozen=True)
class AlikeProse:
    """Nearly identical answers to a question that is marked by hand."""

    lab: str
    question: str
    students: tuple[str, ...]
    likeness: float  #: 0 to 1
    begins: str


@dataclass(frozen=True)
class Report:
    roster: int  #: students on it; 0 if there is none
    strangers: tuple[str, ...]  #: handed in, not on the roster
    labs: tuple[LabNumbers, ...]
    tests: tuple[FailedTest, ...]  #: the most failed first
    misconceptions: tuple[Misconception, ...]  #: the most frequent first
    missing: tuple[Missing, ...]
    ungraded: tuple[Ungraded, ...]
    intake: Intake | None  #: None if nothing was collected
    flags: tuple[Flag, ...]
    pairs: tuple[Pair, ...]  #: the most alike first
    prose: tuple[AlikeProse, ...]


def summarize(
    names: Names,
    marks: Sequence[Marks],
    handed_in: Mapping[str, set[tuple[str, str]]],
    roster: Mapping[str, Student],
    records: Sequence[Record] | None,
    pairs: Sequence[Pair] = (),
    prose: Sequence[AlikeProse] = (),
) -> Report:
    """The report on a class.

    ``handed_in`` names each lab's (student, notebook)s, ``records`` is collect's log; ``names`` gives the labs their
    order.
    """
    students = {lab: {student for student, _ in found} for lab, found in handed_in.items()}
    anybody = set().union(*students.values()) if students else set()
    everybody = set(roster) or anybody
    by_lab: dict[str, list[Marks]] = {lab: [] for lab in names.labs}
    for one in marks:
        by_lab[one.verdict.assignment].append(one)
    return Report(
        len(roster),
        tuple(sorted(anybody - everybody)),
        tuple(_lab(lab, found, everybody, students.get(lab, set()), names) for lab, found in by_lab.items()),
        _failed_tests(marks, names),
        _misconceptions(by_lab, names),
        _missing(roster, {lab: who for lab, who in students.items() if who}),
        _ungraded(marks, handed_in),
        None if records is None else _intake(records),
        _flags(marks),
        tuple(sorted(pairs, key=lambda pair: (-pair.tokens, pair.lab, pair.students))),
        tuple(prose),
    )


def _lab(lab: str, found: list[Marks], everybody: set[str], students: set[str], names: Names) -> LabNumbers:
    together: dict[str, list[Marks]] = {}
    for one in found:
        together.setdefault(one.verdict.student_id, []).append(one)
    shares = [share for parts in together.values() if (share := _share(parts)) is not None]
    waiting = sum(any(one.state is MarkState.NEEDS_MANUAL for one in parts) for parts in together.values())
    by_exercise: dict[tuple[str, str], list[list[Mark]]] = {}
    for one in found:
        items: dict[str, list[Mark]] = {}
        for mark in one.marks if one.state is not MarkState.NOT_GRADABLE else ():
            items.setdefault(mark.item.exercise, []).append(mark)
        for exercise, its in items.items():
            by_exercise.setdefault((one.verdict.notebook, exercise), []).append(its)
    exercises = tuple(_exercise(lab, *key, its, names) for key, its in by_exercise.items())
    handed = len(everybody & students)
    return LabNumbers(lab, names.labs[lab], len(everybody), handed, waiting, spread_of(shares), exercises)


def _share(parts: Iterable[Marks]) -> float | None:
    """A student's points in a lab as a share of what has been decided; None if nothing has."""
    parts = list(parts)
    possible = sum(mark.item.max_score for one in parts for mark in one.marks if mark.score is not None)
    return min(1.0, sum(one.score for one in parts) / possible) if possible else None


def spread_of(shares: Sequence[float]) -> Spread | None:
    """Quartiles and histogram of ``shares`` (0 to 1); None of none. A full score is in the last tenth."""
    if not shares:
        return None
    quartile1, median, quartile3 = (float(q) for q in np.percentile(shares, [25, 50, 75]))
    # Rounded, or 0.7 (a little less than 7/10 in binary) may fall into the tenth below.
    bins = np.bincount(np.minimum(np.floor(np.round(np.array(shares) * BINS, 6)).astype(int), BINS - 1), minlength=BINS)
    return Spread(len(shares), quartile1, median, quartile3, tuple(int(n) for n in bins))


def _exercise(lab: str, notebook: str, name: str, found: list[list[Mark]], names: Names) -> ExerciseNumbers:
    possible = sum(mark.item.max_score for mark in found[0])
    decided = [marks for marks in found if all(mark.score is not None for mark in marks)]
    scores = [sum(mark.score or 0.0 for mark in marks) for marks in decided]
    full, zero = sum(score >= possible for score in scores), sum(score <= 0 < possible for score in scores)
    return ExerciseNumbers(
        notebook,
        name,
        names.cells.get((lab, notebook, name), name),
        possible,
        full,
        len(scores) - full - zero,
        zero,
        len(found) - len(decided),
        min(1.0, sum(scores) / len(scores) / possible) if scores and possible else None,
    )


def _failed_tests(marks: Iterable[Marks], names: Names) -> tuple[FailedTest, ...]:
    decided: dict[Cell, list[Mark]] = {}
    for one in marks:
        for mark in one.marks:
            if mark.item.kind is Kind.TEST and mark.score is not None:
                decided.setdefault((one.verdict.assignment, one.verdict.notebook, mark.item.grade_id), []).append(mark)
    tests = []
    for cell, found in decided.items():
        failed = [mark for mark in found if (mark.score or 0.0) < mark.item.max_score]
        if failed:
            exercise = found[0].item.exercise
            title, above = names.cells.get(cell, cell[-1]), names.cells.get((*cell[:2], exercise), exercise)
            reasons = _reasons(mark.item.message for mark in failed)
            tests.append(FailedTest(*cell, above, title, len(failed), len(found), reasons))
    return tuple(sorted(tests, key=lambda test: (-test.share, -test.failed, test.lab, test.grade_id)))


def _reasons(messages: Iterable[str]) -> tuple[Reason, ...]:
    """The commonest messages. Numbers in them do not count: every student's tests have inputs of their own."""
    alike: dict[str, Counter[str]] = {}
    for message in messages:
        text = message.partition(CALL)[0].strip()
        alike.setdefault(re.sub(r"\d+(\.\d+)?", "0", text), Counter())[text] += 1
    found = [Reason(texts.most_common(1)[0][0], texts.total()) for pattern, texts in alike.items() if pattern]
    return tuple(sorted(found, key=lambda reason: (-reason.students, reason.text))[:REASONS])


def _misconceptions(by_lab: Mapping[str, list[Marks]], names: Names) -> tuple[Misconception, ...]:
    found = []
    for lab, marks in by_lab.items():
        graded = len({one.verdict.student_id for one in marks if one.state is not MarkState.NOT_GRADABLE})
        who: dict[tuple[str, ...], set[str]] = {}
        for one in marks:
            for f in one.verdict.findings:
                title = names.cells.get((lab, one.verdict.notebook, f.exercise), f.exercise)
                who.setdefault((title, f.key, f.seen, f.think), set()).add(one.verdict.student_id)
        found += [Misconception(lab, *what, tuple(sorted(s)), len(s) / max(graded, 1)) for what, s in who.items()]
    return tuple(sorted(found, key=lambda one: (-len(one.students), one.lab, one.exercise, one.key)))


def _missing(roster: Mapping[str, Student], students: Mapping[str, set[str]]) -> tuple[Missing, ...]:
    """Who lacks which of the labs that somebody has handed in; those who lack most come first."""
    found = []
    for student in roster:
        labs = tuple(lab for lab, who in students.items() if student not in who)
        if labs:
            found.append(Missing(student, labs, len(labs) == len(students)))
    return tuple(sorted(found, key=lambda one: (-len(one.labs), one.student_id)))


def _ungraded(marks: Iterable[Marks], handed_in: Mapping[str, set[tuple[str, str]]]) -> tuple[Ungraded, ...]:
    found, graded = [], set()
    for one in marks:
        verdict = one.verdict
        graded.add((verdict.assignment, verdict.student_id, verdict.notebook))
        by_hand = verdict.state in (State.NOT_GRADABLE, State.FAULT) and one.state is not MarkState.NOT_GRADABLE
        if verdict.state is not State.GRADED and not by_hand:
            key = (verdict.student_id, verdict.assignment, verdict.notebook)
            found.append(Ungraded(*key, verdict.state.value, verdict.reason))
    for lab, submissions in handed_in.items():
        for student, notebook in submissions:
            if (lab, student, notebook) not in graded:
                found.append(Ungraded(student, lab, notebook, NOT_YET, ""))
    urgent = [State.FAULT, NOT_YET, State.NOT_GRADABLE, State.WITH_FAILURES]
    return tuple(sorted(found, key=lambda one: (urgent.index(one.state), one.lab, one.student_id, one.notebook)))


def _intake(records: Sequence[Record]) -> Intake:
    states = Counter(record.state for record in records)
    aside = [SetAside(r.input, r.student_id or "", r.lab or "", r.reason) for r in records if r.state is Fate.SET_ASIDE]
    return Intake({fate: states[fate] for fate in Fate}, tuple(aside))


def _flags(marks: Iterable[Marks]) -> tuple[Flag, ...]:
    who: dict[tuple[str, str], set[str]] = {}
    for one in marks:
        for text in one.verdict.flags:
            who.setdefault((one.verdict.assignment, text), set()).add(one.verdict.student_id)
    found = [Flag(lab, text, tuple(sorted(students))) for (lab, text), students in who.items()]
    return tuple(sorted(found, key=lambda flag: (flag.lab, -len(flag.students), flag.text)))
