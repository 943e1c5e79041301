"""Writing verdicts down: nbgrader's gradebook, the autograded notebook and the verdict file, by one writer."""

from __future__ import annotations

import hashlib
import json
import stat
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import nbgrader
from nbgrader.api import (
    Assignment,
    Base,
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    GradeCell,
    Notebook,
    SourceCell,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    TaskCell,
    new_uuid,
)
from nbgrader.preprocessors import AssignLatePenalties, IncludeHeaderFooter
from nbgrader.utils import parse_utc
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session, load_only, with_polymorphic

from .course import Course, Lab
from .deadlines import LatePenalty, load_deadlines
from .errors import GO_ON, CourseError, first_line, reason
from .files import write_atomic
from .gradebook import OF_DATABASE, gradebook_error, gradebook_errors, open_gradebook, patient_url
from .intake import Submission
from .judge import NO_ANSWER
from .notebooks import read_source
from .plan import read_plan
from .release import generate
from .turns import take_turn
from .verdict import State, Verdict, undecided

MAX_TIMESTAMP = 200  # bytes: a longer one is none, and could keep a parser busy for minutes
UNREADABLE = "批改结果的文件读不出来（已损坏，或来自别的版本），请重新批改"
ENTERED = ".entered.json"  # in the verdict folder: a digest of each lab and of what the gradebook holds of it
LOCK = ".lock"  # in the verdict folder, too
Row = TypeVar("Row", Grade, Comment)


def verdict_path(course: Course, student_id: str, lab: str, notebook: str) -> Path:
    """Where the verdict on a submitted notebook is kept."""
    return course.verdicts / student_id / lab / f"{notebook}.json"


def load_verdict(path: Path) -> Verdict | None:
    """The verdict in ``path``, or None if there is none that this version can read."""
    try:
        return Verdict.from_json(path.read_text("utf-8"))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def load_execution(course: Course, submission: Submission) -> str:
    """What an earlier run kept of a submission's execution, as it was written; "" if there is nothing."""
    try:
        return _execution_path(course, submission).read_text("utf-8")
    except (OSError, ValueError):
        return ""


def _execution_path(course: Course, submission: Submission) -> Path:
    return course.cache / submission.student_id / submission.lab.name / f"{submission.notebook}.json"


def load_verdicts(course: Course, labs: list[Lab]) -> list[Verdict]:
    """All verdicts on ``labs``, by student, lab and notebook.

    In place of a file that cannot be read stands a verdict of state FAULT that says so: nobody drops out silently.
    """
    sources = {(lab.name, source.stem): source for lab in labs for source in lab.notebooks}
    names = {lab.name for lab in labs}
    verdicts = []
    for path in sorted(course.verdicts.glob("*/*/*.json")) if course.verdicts.is_dir() else []:
        student_id, lab, notebook = path.parts[-3], path.parts[-2], path.stem
        if lab not in names:
            continue
        verdict = load_verdict(path)
        if verdict is None and (source := sources.get((lab, notebook))) is not None:
            items = undecided(read_plan(read_source(source)), UNREADABLE)
            verdict = Verdict(student_id, lab, notebook, State.FAULT, items, UNREADABLE)
        if verdict is not None:
            verdicts.append(verdict)
    return verdicts


class Recorder:
    """The one writer of a class's records. Use :func:`open_recorder`."""

    def __init__(self, course: Course, gradebook: Gradebook) -> None:
        self.course = course
        self.gradebook = gradebook
        self._penalties = _late_penalties(course)

    def record(self, submission: Submission, verdict: Verdict, executed: str, execution: str = "") -> None:
        """Enter ``verdict`` and the executed notebook's text. The verdict file comes last: it vouches for the rest.

        ``execution`` is kept for :func:`load_execution`, if there is one.

        Raises :class:`CourseError` if the gradebook or a file cannot be written; what was recorded before stays.
        """
        path = verdict_path(self.course, *submission.key)
        notebook = self.course.autograded / submission.student_id / submission.lab.name / f"{submission.notebook}.ipynb"
        with _turn(self.course):
            earlier = load_verdict(path)
            changed = earlier is None or earlier.fingerprint != verdict.fingerprint
            if earlier is not None and not changed and earlier != verdict:
                _write_verdict(path, replace(earlier, fingerprint=""))  # if we are killed now, it vouches for nothing
            write_atomic(notebook, executed)
            if execution:
                write_atomic(_execution_path(self.course, submission), execution, lasting=False)
            with gradebook_errors(self.course):
                try:
                    self._enter(submission, verdict, changed)
                except (IntegrityError, OperationalError):
                    # Another program was first or kept what we need locked for long, or the connection was lost.
                    self._enter(submission, verdict, changed)
            _write_verdict(path, verdict)

    def _enter(self, submission: Submission, verdict: Verdict, changed: bool) -> None:
        """Leave the rows that nbgrader's autograder leaves for a submission, in one transaction.

        What people entered in formgrader is kept. ``changed``: they may have done so for other answers than these.
        """
        with Session(self.gradebook.engine, autoflush=False) as db, db.begin():
            # Not remembered from the last time: whoever enters the lab anew meanwhile gives its cells new ids.
            lab = _find_lab(db, submission.lab.name)
            cells = lab.notebooks.get(submission.notebook)
            if cells is None or not cells.graded.keys() >= {item.grade_id for item in verdict.items}:
                raise CourseError(f"实验 {lab.name} 在批改时被改动了：请再运行一次 autograder grade。")
            submitted = _submitted_assignment(db, lab, submission.student_id)
            submitted.timestamp = _timestamp(self.course, submission) or submitted.timestamp
            part = _submitted_notebooks(db, lab, submitted)[submission.notebook]
            for item in verdict.items:
                grade = part.grades[item.grade_id]
                grade.auto_score = item.score
                if grade.manual_score is None:
                    grade.needs_manual_grade = item.score is None
                elif changed:
                    grade.needs_manual_grade = True  # marked by hand before: keep the mark, have a person look again
            for name, comment in part.comments.items():
                comment.auto_comment = _auto_comment(name, verdict)
            if self._penalties.enabled:
                db.flush()
                late = submitted.total_seconds_late if lab.duedate is not None else 0
                mine = Grade.id.in_([grade.id for grade in part.grades.values()])
                score = db.scalar(select(func.coalesce(func.sum(Grade.score), 0.0)).where(mine)) if late else 0.0
                part.row.late_submission_penalty = _penalty(self._penalties, submitted.student_id, score, late)


# --------------------------------------------------------------------------- lateness


def settle_lateness(
    course: Course, labs: list[Lab], gradebook: Gradebook, unchanged: Iterable[Submission] = ()
) -> None:
    """Bring the gradebook up to date with all that makes late penalties and may change without an answer changing.

    That is due dates and rules in the settings, extensions, points given by hand and, of the submissions that are
    ``unchanged`` since they were graded, when they were handed in. Nothing is written if nothing has to be.
    """
    deadlines, penalties = load_deadlines(course), _late_penalties(course)
    given = "due" in course.config.Deadlines  # otherwise the dates are those that people entered in formgrader
    due = {lab.name: deadlines.due_at(lab.name) for lab in labs} if given else {}
    times = {(s.student_id, s.lab.name): when for s in unchanged if (when := _timestamp(course, s)) is not None}

    def stale(db: Session) -> Iterator[tuple[Base, str, object]]:
        return _stale(db, [lab.name for lab in labs], due, penalties, times)

    with gradebook_errors(course), Session(gradebook.engine, autoflush=False) as db:
        if next(stale(db), None) is None:
            return
    with _turn(course), gradebook_errors(course), Session(gradebook.engine, autoflush=False) as db, db.begin():
        for row, name, value in stale(db):
            setattr(row, name, value)


def _stale(
    db: Session,
    names: list[str],
    due: Mapping[str, datetime | None],
    penalties: AssignLatePenalties,
    times: Mapping[tuple[str, str], datetime],
) -> Iterator[tuple[Base, str, object]]:
    """What has to change, as (row, attribute, value). Whoever sets each before asking on gets what follows from it."""
    columns = load_only(Assignment.name, Assignment.duedate)
    labs = {lab.id: lab for lab in db.scalars(select(Assignment).options(columns).where(Assignment.name.in_(names)))}
    for lab in labs.values():
        when = due.get(lab.name)
        utc = when and when.astimezone(UTC).replace(tzinfo=None)  # as nbgrader keeps it
        if lab.name in due and lab.duedate != utc:
            yield lab, "duedate", utc
    model = SubmittedAssignment
    columns = load_only(model.assignment_id, model.student_id, model.timestamp, model.extension)
    found = {row.id: row for row in db.scalars(select(model).options(columns).where(model.assignment_id.in_(labs)))}
    for row in found.values():
        when = times.get((row.student_id, labs[row.assignment_id].name), row.timestamp)
        if row.timestamp != when:
            yield row, "timestamp", when
    if not penalties.enabled:
        return
    parts = select(SubmittedNotebook).join(model).where(model.assignment_id.in_(labs))
    given = parts.join(Grade, Grade.notebook_id == SubmittedNotebook.id).group_by(SubmittedNotebook.id)
    scores = dict(db.execute(given.with_only_columns(SubmittedNotebook.id, func.sum(Grade.score))).all())
    columns = load_only(SubmittedNotebook.assignment_id, SubmittedNotebook.late_submission_penalty)
    for part in db.scalars(parts.options(columns)):
        row = found[part.assignment_id]
        dated = labs[row.assignment_id].duedate is not None  # nbgrader stumbles over an extension of no date
        late = row.total_seconds_late if dated else 0
        penalty = _penalty(penalties, row.student_id, scores.get(part.id) or 0.0, late)
        if part.late_submission_penalty != penalty:
            yield part, "late_submission_penalty", penalty


def _penalty(penalties: AssignLatePenalties, student_id: str, score: float, late: float) -> float | None:
    """What the course's plugin takes off, no more than there is; like nbgrader, ask it about late ones only."""
    if late <= 0:
        return None
    plugin = penalties.plugin_inst
    try:
        penalty = plugin.late_submission_penalty(student_id, score, late)
        return None if penalty is None else max(0.0, min(float(penalty), score))
    except Exception as error:  # not this submission's fault: the next late one would meet it, too
        what = f"{student_id}：{type(error).__name__}: {error}"
        raise CourseError(
            f"迟交扣分插件 {type(plugin).__name__} 出错（{what}）。请改好 nbgrader_config.py 里指定的插件，{GO_ON}"
        ) from error


def _late_penalties(course: Course) -> AssignLatePenalties:
    """nbgrader's step for late submissions as the course configures it, with its plugin or ours."""
    penalize = load_deadlines(course).penalize
    named = "plugin_class" in course.config.AssignLatePenalties
    try:
        options = {"plugin_class": LatePenalty} if penalize and not named else {}
        penalties = AssignLatePenalties(config=course.config, **options)
        penalties.init_plugin()
    except Exception as error:
        raise CourseError(
            f"迟交扣分插件载入不了（{first_line(error)}）："
            "请检查 nbgrader_config.py 里的 AssignLatePenalties.plugin_class。"
        ) from error
    if penalize and not isinstance(penalties.plugin_inst, LatePenalty):
        raise CourseError(
            "nbgrader_config.py 里既有 c.Deadlines 的扣分规则，又有 c.AssignLatePenalties.plugin_class："
            "请只留一个。自己的插件可以继承 autograder.deadlines.LatePenalty，那样两个都可以留。"
        )
    return penalties


# --------------------------------------------------------------------------- rows of the gradebook


@dataclass(frozen=True)
class _Cells:
    """Where a notebook's scores and comments belong: ids of cells by their names."""

    notebook_id: str
    graded: dict[str, str] = field(default_factory=dict)
    commented: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Lab:
    """What the gradebook knows of a lab; its notebooks by name."""

    id: str
    name: str
    duedate: datetime | None
    notebooks: dict[str, _Cells]


@dataclass(frozen=True)
class _Part:
    """A submitted notebook; its grades and comments by the names of their cells."""

    row: SubmittedNotebook
    grades: dict[str, Grade]
    comments: dict[str, Comment]


def _find_lab(db: Session, name: str) -> _Lab:
    rows = db.execute(
        select(Assignment.id, Assignment.duedate, Notebook.id, Notebook.name, BaseCell.id, BaseCell.name, BaseCell.type)
        .join(Notebook, Notebook.assignment_id == Assignment.id)
        .outerjoin(BaseCell, BaseCell.notebook_id == Notebook.id)
        .where(Assignment.name == name)
    ).all()
    lab = _Lab(rows[0][0] if rows else "", name, rows[0][1] if rows else None, {})
    for _, _, notebook_id, notebook, cell_id, cell, kind in rows:
        cells = lab.notebooks.setdefault(notebook, _Cells(notebook_id))
        if kind in ("GradeCell", "TaskCell"):
            cells.graded[cell] = cell_id
        if kind in ("SolutionCell", "TaskCell"):
            cells.commented[cell] = cell_id
    return lab


def _submitted_assignment(db: Session, lab: _Lab, student_id: str) -> SubmittedAssignment:
    """The student's submission to ``lab``; it and the student are made if need be."""
    if db.get(Student, student_id) is None:
        db.add(Student(id=student_id))
    found = db.scalar(
        select(SubmittedAssignment).where(
            SubmittedAssignment.assignment_id == lab.id, SubmittedAssignment.student_id == student_id
        )
    )
    if found is None:
        found = SubmittedAssignment(id=new_uuid(), assignment_id=lab.id, student_id=student_id)
        db.add(found)
    return found


def _submitted_notebooks(db: Session, lab: _Lab, submitted: SubmittedAssignment) -> dict[str, _Part]:
    """By name all the lab's notebooks, handed in or not, as nbgrader has them; what is missing is made."""
    parts = {}
    for name, cells in lab.notebooks.items():
        row = db.scalar(
            select(SubmittedNotebook).where(
                SubmittedNotebook.notebook_id == cells.notebook_id, SubmittedNotebook.assignment_id == submitted.id
            )
        )
        if row is None:
            row = SubmittedNotebook(id=new_uuid(), notebook_id=cells.notebook_id, assignment_id=submitted.id)
            db.add(row)
        parts[name] = _Part(row, _rows(db, Grade, row, cells.graded), _rows(db, Comment, row, cells.commented))
    return parts


def _rows(db: Session, model: type[Row], part: SubmittedNotebook, cells: Mapping[str, str]) -> dict[str, Row]:
    """The grades or comments of a submitted notebook by the names of ``cells``; what is missing is made."""
    columns = [getattr(model, column.key) for column in model.__table__.columns]  # not what nbgrader computes from them
    # With the cells' ids, since that is what the table has an index on.
    mine = (model.notebook_id == part.id, model.cell_id.in_(cells.values()))
    found = {row.cell_id: row for row in db.scalars(select(model).options(load_only(*columns)).where(*mine))}
    for cell_id in cells.values():
        if cell_id not in found:
            found[cell_id] = model(id=new_uuid(), cell_id=cell_id, notebook_id=part.id)
            db.add(found[cell_id])
    return {name: found[cell_id] for name, cell_id in cells.items()}


def _timestamp(course: Course, submission: Submission) -> datetime | None:
    """When it was handed in (UTC), as nbgrader keeps it: ``timestamp.txt`` beside the notebook. None if unreadable."""
    path = course.submitted / submission.student_id / submission.lab.name / "timestamp.txt"
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_TIMESTAMP:
            return None
        return parse_utc(text) if (text := path.read_text("utf-8-sig").strip()) else None
    except (ValueError, OverflowError, OSError):
        return None


def _auto_comment(grade_id: str, verdict: Verdict) -> str | None:
    answers = [item for item in verdict.items if item.grade_id == grade_id]
    return "No response." if any(item.message == NO_ANSWER for item in answers) else None


# --------------------------------------------------------------------------- files


def _write_verdict(path: Path, verdict: Verdict) -> None:
    write_atomic(path, verdict.to_json().encode("utf-8", "replace"))  # student code can print half a character


# --------------------------------------------------------------------------- the class


def enter_students(course: Course, students: Mapping[str, tuple[str, str]]) -> None:
    """Enter a class list, id -> (name, email), into the gradebook; a blank takes nothing away that is there.

    Raises :class:`CourseError` if the gradebook cannot be written.
    """
    with _turn(course):
        gradebook = open_gradebook(course)
    columns = load_only(Student.id, Student.first_name, Student.last_name, Student.email)
    with gradebook, _turn(course), gradebook_errors(course), Session(gradebook.engine) as db, db.begin():
        held = {student.id: student for student in db.scalars(select(Student).options(columns))}
        for student_id, (name, email) in students.items():
            row = held.get(student_id)
            if row is None:
                db.add(row := Student(id=student_id))
            if name:  # formgrader shows "last, first", and neither if one is missing
                row.last_name, row.first_name = name, ""
            if email:
                row.email = email


@contextmanager
def open_recorder(course: Course, labs: list[Lab], unchanged: Iterable[Submission] = ()) -> Iterator[Recorder]:
    """A :class:`Recorder` on the course's gradebook, in which ``labs`` have been entered.

    ``unchanged`` submissions need no new verdict; see :func:`settle_lateness`.
    """
    with _turn(course):
        gradebook = open_gradebook(course)
    with gradebook:
        recorder = Recorder(course, gradebook)
        with _turn(course):
            _enter_labs(course, labs, gradebook)
        settle_lateness(course, labs, gradebook, unchanged)
        yield recorder


@contextmanager
def _turn(course: Course) -> Iterator[None]:
    """Write to the course's records while every other ``autograder grade`` on them waits.

    What belongs together stays together so. An error of a file becomes a :class:`CourseError`.
    """
    try:
        with take_turn(course.verdicts / LOCK):
            yield
    except OSError as error:
        raise CourseError(
            f"批改结果写不进去（{error.filename or course.verdicts.parent}：{reason(error)}）。"
            f"请检查磁盘空间和文件夹的权限，{GO_ON}"
        ) from error


def _enter_labs(course: Course, labs: list[Lab], gradebook: Gradebook) -> None:
    """Have nbgrader enter the cells of those labs that the gradebook does not hold as their notebooks are now."""
    path = course.verdicts / ENTERED
    try:
        entered = dict(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        entered = {}
    for lab in labs:
        if entered.get(lab.name) == _lab_digest(course, lab, gradebook):
            continue
        try:
            with tempfile.TemporaryDirectory() as folder:
                generate(course, lab, Path(folder), db_url=patient_url(course))
        except CourseError as error:
            if OF_DATABASE.search(str(error)):  # nbgrader tells of it in its own words
                raise gradebook_error(course.db_url, error) from error
            raise
        entered[lab.name] = _lab_digest(course, lab, gradebook)
        write_atomic(path, json.dumps(entered, indent=1) + "\n")


def _lab_digest(course: Course, lab: Lab, gradebook: Gradebook) -> str:
    """A digest of all that nbgrader makes a lab's cells from and of what the gradebook holds of them.

    Of both, so that neither another notebook nor another gradebook goes unnoticed.
    """
    sections = course.config.items()
    settings = sorted((name, repr(section)) for name, section in sections if section and name != "Deadlines")
    around = IncludeHeaderFooter(config=course.config)
    others = [course.root / name for name in (around.header, around.footer, "autotests.yml") if name]
    files = [path for path in (*others, lab.folder / "autotests.yml") if path.is_file()]
    contents = [(path.name, path.read_bytes()) for path in (*lab.notebooks, *files)]
    here = select(Notebook.name).join(Notebook.assignment).where(Assignment.name == lab.name)
    cell = with_polymorphic(BaseCell, [GradeCell, TaskCell])
    scores = (cell.GradeCell.max_score, cell.GradeCell.cell_type, cell.TaskCell.max_score, cell.TaskCell.cell_type)
    source = (SourceCell.name, SourceCell.cell_type, SourceCell.locked, SourceCell.source, SourceCell.checksum)
    queries = (
        here.add_columns(Notebook.kernelspec),
        here.add_columns(cell.name, cell.type, *scores).join(cell, cell.notebook_id == Notebook.id),
        here.add_columns(*source).join(SourceCell, SourceCell.notebook_id == Notebook.id),
    )
    with gradebook_errors(course), Session(gradebook.engine) as db:
        held = [sorted(repr(tuple(row)) for row in db.execute(query)) for query in queries]
    return hashlib.sha256(repr((nbgrader.__version__, settings, contents, held)).encode()).hexdigest()
