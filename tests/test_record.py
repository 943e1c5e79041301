"""The recorder: nbgrader's rows at speed, and whole ones whatever happens on the way."""

from __future__ import annotations

import csv
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path

import nbformat
import nbgrader.api
import pytest
from conftest import BIN, answered, autograder, make_course, run_command, submit, tiny_notebook
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Base
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import create_engine

from autograder import record as record_module
from autograder.assignment import autograded_notebook
from autograder.course import Course
from autograder.errors import CourseError
from autograder.export import export_marks
from autograder.gradebook import open_gradebook
from autograder.intake import Submission
from autograder.judge import NO_ANSWER
from autograder.notebooks import dump_notebook, read_source
from autograder.plan import Item, Kind, read_plan
from autograder.record import Recorder, load_verdict, load_verdicts, open_recorder, verdict_path
from autograder.release import generate
from autograder.verdict import ItemResult, State, Verdict, undecided

LAB = "lab01_adding"
PART = "part_two"
Record = Callable[[Submission, Verdict], None]
SCHEMA = cache(nbgrader.api.get_alembic_version)

LATE = """
import sys
sys.path.insert(0, {root!r})
c = get_config()
c.AssignLatePenalties.plugin_class = "late_{name}.Late"
"""
PLUGIN = """
from nbgrader.plugins import BasePlugin


class Late(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        assert total_seconds_late > 0
        {body}
"""


@pytest.fixture(autouse=True)
def alembic(monkeypatch: pytest.MonkeyPatch) -> None:
    """nbgrader asks the ``alembic`` program for its version with every new gradebook; once is enough here."""
    monkeypatch.setenv("PATH", str(BIN), prepend=os.pathsep)
    monkeypatch.setattr(nbgrader.api, "get_alembic_version", SCHEMA)


def part_two() -> NotebookNode:
    """A second notebook of the lab: an answer with a test, and a task, which has points and a comment but no answer."""
    flags = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}

    def meta(grade_id: str, **more: object) -> dict[str, object]:
        return {"nbgrader": flags | {"grade_id": grade_id} | more}

    return new_notebook(
        cells=[
            new_code_cell("### BEGIN SOLUTION\nx = 1\n### END SOLUTION", id="x", metadata=meta("x", solution=True)),
            new_code_cell("assert x", id="tx", metadata=meta("test_x", grade=True, locked=True, points=2)),
            new_markdown_cell("画一张图。", id="task", metadata=meta("draw", task=True, locked=True, points=3)),
        ],
        metadata=tiny_notebook().metadata,
    )


def late_course(root: Path, body: str) -> Course:
    """The tiny course with two notebooks in its lab and a plugin for late penalties with this ``body``."""
    course = make_course(root)
    nbformat.write(part_two(), course.source / LAB / f"{PART}.ipynb")
    name = f"{root.parent.name}_{root.name}"  # imported once in a process: every course has its own
    (root / f"late_{name}.py").write_text(PLUGIN.format(body=body), "utf-8")
    (root / "nbgrader_config.py").write_text(LATE.format(root=str(root), name=name), "utf-8")
    return Course.open(root)


def submission(course: Course, student: str, notebook: str = LAB) -> Submission:
    lab = course.select([LAB])[0]
    return Submission(student, lab, lab.folder / f"{notebook}.ipynb")


def verdict(
    course: Course,
    student: str,
    fingerprint: str = "1",
    notebook: str = LAB,
    score: Callable[[Item], float | None] = lambda item: item.points,
    message: str = "",
) -> Verdict:
    """A verdict that gives ``score`` for the test cells; what is marked by hand waits, or was left unanswered."""
    plan = read_plan(read_source(submission(course, student, notebook).source))
    empty = message == NO_ANSWER
    items = tuple(
        ItemResult(item.grade_id, item.exercise, item.kind, score(item), item.points, message)
        if item.kind is Kind.TEST
        else ItemResult(item.grade_id, item.exercise, item.kind, 0.0 if empty else None, item.points, message)
        for item in plan.items
    )
    return Verdict(student, LAB, notebook, State.GRADED, items, fingerprint=fingerprint)


def not_gradable(course: Course, student: str) -> Verdict:
    items = undecided(read_plan(read_source(submission(course, student).source)), "文件是空的")
    return Verdict(student, LAB, LAB, State.NOT_GRADABLE, items, "文件是空的")


def record_all(course: Course, *verdicts: Verdict) -> None:
    """Enter ``verdicts`` as ``autograder grade`` does."""
    with open_recorder(course, course.labs()) as recorder:
        for found in verdicts:
            recorder.record(
                submission(course, found.student_id, found.notebook), found, autograded_notebook(answered(), found)
            )


def set_timestamp(course: Course, student: str, text: str) -> None:
    path = course.submitted / student / LAB / "timestamp.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def contents(course: Course) -> dict[str, list[str]]:
    """Every row of every table, with what they stand for in place of random ids."""
    engine = create_engine(course.db_url)
    names: dict[object, object] = {}
    found: dict[str, list[str]] = {}
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            rows = []
            for row in connection.execute(table.select()).mappings():
                own = row.get("id") if len(str(row.get("id"))) == 32 and row["id"] not in names else None
                content = {key: names.get(value, value) for key, value in row.items() if key != "id" or own is None}
                names |= {own: tuple(content.items())} if own else {}
                rows.append(repr(content))
            found[table.name] = sorted(rows)
    engine.dispose()
    return found


# --------------------------------------------------------------------------- the same rows


class ByGradebook:
    """What :class:`Recorder` must leave behind, by nbgrader's own Gradebook, item by item."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.fingerprints: dict[tuple[str, str, str], str] = {}

    def __call__(self, submitted: Submission, verdict: Verdict) -> None:
        student, lab, notebook = submitted.key
        timestamp = CourseDirectory(config=self.course.config).get_existing_timestamp(
            str(self.course.submitted / student / lab)
        )
        with open_gradebook(self.course) as book:
            book.update_or_create_student(student)
            book.update_or_create_submission(lab, student, **({"timestamp": timestamp} if timestamp else {}))
            for item in verdict.items:
                grade = book.find_grade(item.grade_id, notebook, lab, student)
                grade.auto_score = item.score
                if grade.manual_score is None:
                    grade.needs_manual_grade = item.score is None
                elif self.fingerprints.get(submitted.key) != verdict.fingerprint:
                    grade.needs_manual_grade = True
            for cell in book.find_notebook(notebook, lab).solution_cells:
                empty = any(item.grade_id == cell.name and item.message == NO_ANSWER for item in verdict.items)
                comment = book.find_comment(cell.name, notebook, lab, student)
                comment.auto_comment = "No response." if empty else None
            book.db.commit()
        names = {"student": student, "assignment": lab, "notebook": notebook, "db_url": self.course.db_url}
        late = AssignLatePenalties(config=self.course.config)
        late.preprocess(NotebookNode(cells=[], metadata={}), {"nbgrader": names})
        self.fingerprints[submitted.key] = verdict.fingerprint


def play(course: Course, record: Record) -> Iterator[dict[str, list[str]]]:
    """A term: all that can happen to a submission, recorded by ``record``; yields the gradebook now and then."""

    def enter(*verdicts: Verdict) -> None:
        for found in verdicts:
            record(submission(course, found.student_id, found.notebook), found)

    enter(verdict(course, "right"), verdict(course, "right", notebook=PART))
    enter(verdict(course, "half", score=lambda item: 0.5), not_gradable(course, "broken"))
    enter(verdict(course, "empty", message=NO_ANSWER, score=lambda item: 0.0))
    yield contents(course)
    with open_gradebook(course) as book:
        book.update_or_create_assignment(LAB, duedate="2026-03-01 00:00:00 UTC")
        grade = book.find_grade("think", LAB, LAB, "right")
        grade.manual_score, grade.needs_manual_grade, grade.extra_credit = 0.5, False, 0.25
        book.find_comment("think", LAB, LAB, "right").manual_comment = "再想想"
        book.find_grade("test_add", LAB, LAB, "half").manual_score = 2.0
        book.find_grade("test_add", LAB, LAB, "broken").extra_credit = 1.0
        book.find_submission_notebook(LAB, LAB, "half").flagged = True
        book.db.commit()
    for student, time_of_day in {"right": "2026-02-28 23:59:59", "half": "2026-03-01 01:00:00 -0100"}.items():
        set_timestamp(course, student, time_of_day)
    for student in ("late", "poor", "empty"):
        set_timestamp(course, student, "2026-03-02 08:00:00 UTC")
    enter(verdict(course, "right"), verdict(course, "half"), verdict(course, "late"), not_gradable(course, "broken"))
    enter(verdict(course, "poor", score=lambda item: 0.25), verdict(course, "empty", message=NO_ANSWER))
    enter(verdict(course, "late", notebook=PART))
    yield contents(course)
    with open_gradebook(course) as book:
        book.find_submission(LAB, "late").extension = timedelta(days=3)
        book.db.commit()
    enter(verdict(course, "right", "2"), verdict(course, "half", "2", score=lambda item: 0.0))
    enter(verdict(course, "late", "2"), not_gradable(course, "poor"), verdict(course, "broken", "2"))
    yield contents(course)


def test_rows_are_those_of_nbgraders_gradebook(tmp_path: Path) -> None:
    body = "return 2.0 if score > 1 else 3 * score"
    mine, reference = (late_course(tmp_path / name, body) for name in ("mine", "reference"))
    for course in (mine, reference):
        record_all(course)
    by_gradebook = play(reference, ByGradebook(reference))
    with open_recorder(mine, mine.labs()) as recorder:
        for step, found in enumerate(play(mine, lambda s, v: recorder.record(s, v, dump_notebook(answered())))):
            assert found == next(by_gradebook), f"step {step}"
            assert len(found["grade"]) >= 4 * 6, "every submission has the grades of both notebooks"
    assert any("'late_submission_penalty': 2.0" in row for row in found["submitted_notebook"])
    assert any("'manual_comment': '再想想'" in row for row in found["comment"])


def test_rows_are_those_of_stock_autograde(tmp_path: Path) -> None:
    course, stock = make_course(tmp_path / "mine"), make_course(tmp_path / "stock")
    for each in (course, stock):
        submit(each, "s", answered())
        set_timestamp(each, "s", "2026-03-02 08:00:00 +0800")
        record_all(each)
    record_all(course, verdict(course, "s"))
    options = [
        f"--CourseDirectory.{name}={value}"
        for name, value in stock.config.CourseDirectory.items()
        if name not in ("ignore", "root")
    ]
    result = run_command("nbgrader", "autograde", LAB, *options, cwd=stock.root)
    assert result.returncode == 0, result.stderr
    assert contents(course) == contents(stock)


def test_formgrader_finds_its_way(tmp_path: Path) -> None:
    course = late_course(tmp_path / "course", "return 2.0")
    for student in ("right", "broken"):
        submit(course, student, answered())
    set_timestamp(course, "right", "2026-03-02 08:00:00 UTC")
    record_all(
        course, verdict(course, "right"), verdict(course, "right", notebook=PART), not_gradable(course, "broken")
    )
    api = NbGraderAPI(CourseDirectory(config=course.config))
    assert api.get_autograded_students(LAB) == {"right", "broken"}
    summary = api.get_assignment(LAB)
    assert (summary["num_submissions"], summary["average_score"], summary["max_score"]) == (2, (9 + 2) / 2, 15)
    by_student = {row["student"]: row for row in api.get_submissions(LAB)}
    right, broken = by_student["right"], by_student["broken"]
    assert (right["score"], right["max_score"], right["needs_manual_grade"]) == (11, 15, True)
    assert (broken["score"], broken["needs_manual_grade"], broken["autograded"]) == (0, True, True)
    notebooks = {row["student"]: row for row in api.get_notebook_submissions(LAB, LAB)}
    assert (notebooks["right"]["code_score"], notebooks["right"]["failed_tests"]) == (9, False)
    assert notebooks["broken"]["needs_manual_grade"], "it waits for a person; it is no plain 0"
    with open_gradebook(course) as book:
        assert {row["student"]: row["score"] for row in book.submission_dicts(LAB)} == {"right": 11, "broken": 0}
        assert len(book.notebook_submission_dicts(LAB, LAB)) == 2
        assert {row["id"]: row["score"] for row in book.student_dicts()} == {"right": 11, "broken": 0}
        assert {part.name for part in book.find_submission(LAB, "right").notebooks} == {LAB, PART}


def test_manual_marks_are_kept_and_shown_again_when_the_answers_changed(course: Course) -> None:
    record_all(course, verdict(course, "s"))
    with open_gradebook(course) as book:
        grade = book.find_grade("think", LAB, LAB, "s")
        grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 0.5, 0.25, False
        book.find_comment("think", LAB, LAB, "s").manual_comment = "好"
        book.db.commit()
    for fingerprint, again in (("1", False), ("2", True)):
        record_all(course, verdict(course, "s", fingerprint, score=lambda item: 0.0))
        with open_gradebook(course) as book:
            grade = book.find_grade("think", LAB, LAB, "s")
            assert (grade.manual_score, grade.extra_credit, grade.needs_manual_grade) == (0.5, 0.25, again)
            assert book.find_grade("test_add", LAB, LAB, "s").auto_score == 0.0
            assert book.find_comment("think", LAB, LAB, "s").manual_comment == "好"


def test_a_lab_entered_anew_meanwhile_keeps_its_grades(course: Course, tmp_path: Path) -> None:
    with open_recorder(course, course.labs()) as recorder:
        generate(course, course.labs()[0], tmp_path / "out", db_url=course.db_url)  # nothing submitted: new ids
        recorder.record(submission(course, "s"), verdict(course, "s"), dump_notebook(answered()))
    with open_gradebook(course) as book:
        assert book.find_grade("test_add", LAB, LAB, "s").auto_score == 2.0


# --------------------------------------------------------------------------- penalties and timestamps


@pytest.mark.parametrize("body", ["raise KeyError(student_id)", "return 'two'"])
def test_a_failing_plugin_is_named_and_nothing_is_recorded(tmp_path: Path, body: str) -> None:
    course = late_course(tmp_path / "course", body)
    record_all(course, verdict(course, "early"))
    with open_gradebook(course) as book:
        book.update_or_create_assignment(LAB, duedate="2026-03-01 00:00:00 UTC")
    set_timestamp(course, "late", "2026-03-02 00:00:00 UTC")
    with pytest.raises(CourseError, match=r"迟交扣分插件 Late 出错（late"):
        record_all(course, verdict(course, "late"))
    assert [v.student_id for v in load_verdicts(course, course.labs())] == ["early"]
    assert len(contents(course)["submitted_assignment"]) == 1


def test_a_missing_plugin_is_an_error_before_anything_is_recorded(course: Course) -> None:
    (course.root / "nbgrader_config.py").write_text(
        "c = get_config()\nc.AssignLatePenalties.plugin_class = 'no_such_module.Late'\n", "utf-8"
    )
    with pytest.raises(CourseError, match=r"plugin_class"):
        record_all(Course.open(course.root))


@pytest.mark.parametrize("text", ["昨天", "", "0001-01-01 00:00:00 +9900", "2026-13-45", "\0"])
def test_an_unreadable_timestamp_counts_as_none(course: Course, text: str) -> None:
    set_timestamp(course, "s", text)
    record_all(course, verdict(course, "s"))
    with open_gradebook(course) as book:
        assert book.find_submission(LAB, "s").timestamp is None


# --------------------------------------------------------------------------- entering labs


def test_labs_are_entered_only_when_something_changed(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    entered: list[str] = []

    def counting(course: Course, lab: object, folder: Path, **options: str) -> None:
        entered.append(LAB)
        generate(course, lab, folder, **options)

    def opened_anew() -> int:
        entered.clear()
        record_all(Course.open(course.root))
        return len(entered)

    monkeypatch.setattr(record_module, "generate", counting)
    database = course.root / "classroom" / "gradebook.db"
    path = course.source / LAB / f"{LAB}.ipynb"
    assert [opened_anew(), opened_anew()] == [1, 0]
    copy = database.read_bytes()
    path.write_text(path.read_text("utf-8").replace("1 加 2", "一加二"), "utf-8")
    assert [opened_anew(), opened_anew()] == [1, 0]
    database.write_bytes(copy)
    assert [opened_anew(), opened_anew()] == [1, 0], "another gradebook has taken its place"
    database.unlink()
    assert [opened_anew(), opened_anew()] == [1, 0]
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE grade_cells SET max_score = 9")
    assert [opened_anew(), opened_anew()] == [1, 0]
    with open_gradebook(course) as book:
        assert book.find_grade_cell("test_add", LAB, LAB).max_score == 2
        assert "一加二" in book.find_source_cell("test_add", LAB, LAB).source
    (course.verdicts / record_module.ENTERED).write_text("[1", "utf-8")
    assert [opened_anew(), opened_anew()] == [1, 0]
    (course.root / "nbgrader_config.py").write_text(
        "c = get_config()\nc.ClearSolutions.code_stub = {'python': 'pass'}\n"
    )
    assert [opened_anew(), opened_anew()] == [1, 0]


# --------------------------------------------------------------------------- errors


@pytest.fixture
def impatient(tmp_path: Path) -> Course:
    """The tiny course with a gradebook that does not wait long for a lock."""
    make_course(tmp_path)
    (tmp_path / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.db_url = 'sqlite:///classroom/gradebook.db?timeout=0.5'\n"
    )
    return Course.open(tmp_path)


def lock(course: Course, how: str) -> sqlite3.Connection:
    database = course.root / "classroom" / "gradebook.db"
    connection = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
    connection.execute(f"BEGIN {how}")
    return connection


@pytest.mark.parametrize("how", ["IMMEDIATE", "EXCLUSIVE"])
def test_a_locked_gradebook_stops_the_batch_cleanly(impatient: Course, how: str) -> None:
    first, second = verdict(impatient, "a"), verdict(impatient, "b")
    with open_recorder(impatient, impatient.labs()) as recorder:
        recorder.record(submission(impatient, "a"), first, dump_notebook(answered()))
        with closing(lock(impatient, how)), pytest.raises(CourseError, match=r"成绩簿读写不了.*locked.*再运行一次"):
            recorder.record(submission(impatient, "b"), second, dump_notebook(answered()))
    assert [v.student_id for v in load_verdicts(impatient, impatient.labs())] == ["a"]
    record_all(impatient, second)
    assert len(contents(impatient)["submitted_assignment"]) == 2


def test_a_short_lock_is_waited_for(course: Course) -> None:
    with open_recorder(course, course.labs()) as recorder:
        connection = lock(course, "EXCLUSIVE")
        threading.Timer(1.0, connection.close).start()
        recorder.record(submission(course, "s"), verdict(course, "s"), dump_notebook(answered()))
    assert len(contents(course)["submitted_assignment"]) == 1


def test_a_lock_while_labs_are_entered_shows_nobody_the_hidden_tests(
    impatient: Course, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    record_all(impatient, verdict(impatient, "s"))
    path = impatient.source / LAB / f"{LAB}.ipynb"
    path.write_text(path.read_text("utf-8").replace("add(17, 25)", "add(18, 24)"), "utf-8")
    with closing(lock(impatient, "IMMEDIATE")), pytest.raises(CourseError, match=r"locked"):
        record_all(impatient)
    assert "add(18, 24)" not in "".join([*capfd.readouterr(), caplog.text])


def test_an_error_of_the_database_ends_the_command_in_one_sentence(course: Course) -> None:
    for student in "abc":
        submit(course, student, b"")
    record_all(course)
    with closing(sqlite3.connect(course.root / "classroom" / "gradebook.db")) as connection:
        connection.execute(
            "CREATE TRIGGER full BEFORE INSERT ON student WHEN NEW.id = 'b' "
            "BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END"
        )
    result = autograder("grade", "--jobs", "1", course=course)
    assert result.returncode == 2, result.stderr
    assert "Traceback" not in result.stderr
    assert "成绩簿读写不了" in result.stderr
    assert (course.verdicts / "a").exists()
    assert not (course.verdicts / "b").exists()


def test_a_folder_that_cannot_be_written_is_named(course: Course) -> None:
    course.autograded.mkdir(parents=True)
    (course.autograded / "s").write_text("")
    with pytest.raises(CourseError, match=r"写不进去.*再运行一次"):
        record_all(course, verdict(course, "s"))
    assert load_verdicts(course, course.labs()) == []


def test_a_class_folder_that_cannot_be_written_is_named(course: Course) -> None:
    course.verdicts.parent.mkdir(parents=True)
    course.verdicts.write_text("")
    with pytest.raises(CourseError, match=r"批改结果写不进去.*verdicts"):
        record_all(course)


def test_half_a_character_in_a_message_is_recorded(course: Course) -> None:
    record_all(course, verdict(course, "s", message="\ud800"))
    assert load_verdicts(course, course.labs())[0].items[0].message == "?"


def test_passwords_are_not_shown(course: Course) -> None:
    (course.root / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.db_url = 'mysql+no_driver://teacher:secret@localhost/grades'\n"
    )
    with pytest.raises(
        CourseError, match=r"成绩簿打不开（mysql\+no_driver://teacher:\*\*\*@localhost/grades"
    ) as caught:
        record_all(Course.open(course.root))
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"items": 3}', '{"state": "?", "items": [], "notes": []}'])
def test_an_unreadable_verdict_is_shown_as_one(course: Course, tmp_path: Path, content: str) -> None:
    record_all(course, verdict(course, "a"), verdict(course, "b"))
    verdict_path(course, "a", LAB, LAB).write_text(content, "utf-8")
    assert [v.state for v in load_verdicts(course, course.labs())] == [State.FAULT, State.GRADED]
    assert export_marks(course, course.labs(), tmp_path / "grades.csv", by_test=False) == 2
    with (tmp_path / "grades.csv").open(encoding="utf-8-sig", newline="") as stream:
        broken, _ = csv.DictReader(stream)
    assert (broken["score"], broken["max_score"], broken["state"]) == ("", "10", "not gradable")
    assert "重新批改" in broken["message"]
    assert load_verdict(verdict_path(course, "a", LAB, LAB)) is None, "grade must run it again"


# --------------------------------------------------------------------------- crashes

STUDENTS = [f"s{number:02}" for number in range(12)]


def grade_all(course: Course, version: int) -> None:
    """Record the class as ``autograder grade`` does: whom an earlier run did not get done. All scores: ``version``."""
    executed = answered()
    executed.cells[0].source = str(version)
    with open_recorder(course, course.labs()) as recorder:
        for student in STUDENTS:
            wanted = verdict(course, student, str(version), score=lambda item: float(version))
            earlier = load_verdict(verdict_path(course, *submission(course, student).key))
            if earlier is None or earlier.fingerprint != wanted.fingerprint:
                recorder.record(submission(course, student), wanted, dump_notebook(executed))


def serve(course: Course) -> None:
    """In a process of its own: for each line "versions seconds" grade them at once in forks and kill those then."""
    for line in sys.stdin:
        wanted, seconds = line.split()
        children = []
        for version in wanted.split(","):
            children.append(os.fork())
            if not children[-1]:
                status = 1
                try:
                    grade_all(course, int(version))
                    status = 0
                finally:
                    os._exit(status)
        if seconds != "never":
            time.sleep(float(seconds))
            for child in children:
                os.kill(child, signal.SIGKILL)
        print(*(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children), flush=True)


@contextmanager
def serving(course: Course) -> Iterator[Callable[..., set[int]]]:
    """A function that has :func:`serve` do one line and returns the exit codes."""
    program = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import test_record; "
        "from autograder.course import Course; test_record.serve(Course.open(sys.argv[1]))"
    )
    command = [sys.executable, "-c", program, str(course.root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:

        def run(wanted: str, seconds: float | str = "never") -> set[int]:
            print(wanted, seconds, file=server.stdin, flush=True)
            return {int(code) for code in server.stdout.readline().split()}

        yield run
        server.stdin.close()


def versions(course: Course) -> list[tuple[int, int, int]]:
    """Of each student the versions of notebook, gradebook and verdict; 0 for none."""
    found = []
    with open_gradebook(course) as book:
        recorded = {s.student_id: s.notebooks[0].grades for s in book.assignment_submissions(LAB)}
        for student in STUDENTS:
            path = course.autograded / student / LAB / f"{LAB}.ipynb"
            notebook = int(nbformat.read(path, as_version=4).cells[0].source) if path.exists() else 0
            scores = {grade.auto_score for grade in recorded.get(student, []) if grade.name != "think"}
            assert len(scores) <= 1, "a submission's rows are written together"
            verdict = load_verdict(verdict_path(course, student, LAB, LAB))
            found.append((notebook, int(max(scores, default=0)), int(verdict.fingerprint) if verdict else 0))
    return found


def test_several_at_once_leave_each_submission_whole(course: Course) -> None:
    with serving(course) as run:
        assert run("1") == {0}
        for version in range(2, 17, 3):
            assert run(f"{version},{version + 1},{version + 2}") == {0}
            assert {len(set(state)) for state in versions(course)} == {1}


def test_killed_at_any_point_it_leaves_old_or_new_and_the_next_run_completes(course: Course) -> None:
    clock, cut_in_the_middle = random.Random(), 0
    with serving(course) as run:
        assert run("1") == {0}
        started = time.monotonic()
        assert run("2") == {0}
        whole = time.monotonic() - started
        for version in range(3, 23):
            seconds = clock.uniform(0, whole)
            assert run(f"{version}", seconds) <= {0, -signal.SIGKILL}
            states = versions(course)
            for notebook, gradebook, vouched in states:
                assert version >= notebook >= gradebook >= vouched >= version - 1, (seconds, states)
            cut_in_the_middle += version - 1 < sum(state[2] for state in states) / len(states) < version
            assert run(f"{version}") == {0}
            assert versions(course) == [(version,) * 3] * len(STUDENTS)
    assert cut_in_the_middle, "the kills came too early or too late to say anything"
    with closing(sqlite3.connect(course.root / "classroom" / "gradebook.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        broken = {row[0] for row in connection.execute("PRAGMA foreign_key_check")}
        assert broken <= {"assignment"}, "nbgrader itself lets it point to a course without name"


def test_graded_anew_by_force_and_interrupted_it_is_graded_again(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, after = verdict(course, "s"), verdict(course, "s", score=lambda item: 0.0)
    record_all(course, before)

    def interrupted(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Recorder, "_enter", interrupted)
    with pytest.raises(KeyboardInterrupt):
        record_all(course, after)
    assert load_verdicts(course, course.labs()) == [replace(before, fingerprint="")], "the old marks, to be regraded"


@pytest.mark.parametrize("state", [State.NOT_GRADABLE, State.FAULT, State.WITH_FAILURES])
def test_the_autograded_notebook_says_what_went_wrong(course: Course, state: State) -> None:
    record_all(course, replace(verdict(course, "s"), state=state, reason="出了事"))
    notebook = nbformat.read(course.autograded / "s" / LAB / f"{LAB}.ipynb", as_version=4)
    assert notebook.cells[0].source == f"> **{state}**：出了事。"
    record_all(course, verdict(course, "s"))
    notebook = nbformat.read(course.autograded / "s" / LAB / f"{LAB}.ipynb", as_version=4)
    assert notebook.cells[0].source == answered().cells[0].source
