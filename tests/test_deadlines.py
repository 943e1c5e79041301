"""Late work: due dates and rules in the settings, points taken off in the gradebook, the CSV and the feedback page."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import answered, autograder, run_command, submit
from hypothesis import given
from hypothesis import strategies as st
from test_bad_input import assert_refused

from autograder.course import Course
from autograder.deadlines import DAY, Deadlines, load_deadlines
from autograder.gradebook import open_gradebook

LAB = "lab01_adding"
DUE = f'{{"{LAB}": "2026-03-20 23:59"}}'
PLUGIN = 'c.AssignLatePenalties.plugin_class = "nbgrader.plugins.latesubmission.LateSubmissionPlugin"\n'


def configure(course: Course, more: str = "", **settings: object) -> Course:
    """The course with these settings of ``Deadlines`` (as Python source) and nothing else but ``more``."""
    lines = [f"c.Deadlines.{name} = {value}\n" for name, value in settings.items()]
    (course.root / "nbgrader_config.py").write_text("c = get_config()\n" + "".join(lines) + more, "utf-8")
    return Course.open(course.root)


def hand_in(course: Course, **when: str) -> None:
    """For each student 9 of 10 points (the tenth is given by hand), handed in at a time, in UTC."""
    for student, time in when.items():
        path = submit(course, student, answered())
        (path.parent / "timestamp.txt").write_text(f"{time} UTC", "utf-8")


def graded(course: Course) -> dict[str, float]:
    """The penalties in the CSV after grading."""
    result = autograder("grade", course=course)
    assert result.returncode == 0, result.stderr
    return exported(course)


def exported(course: Course) -> dict[str, float]:
    output = course.root / "grades.csv"
    assert autograder("export", "-o", output, course=course).returncode == 0
    with output.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return {row["student_id"]: float(row["late_penalty"]) for row in rows}


def test_what_late_work_costs(course: Course) -> None:
    configure(course, due=DUE, per_day=0.1, grace_minutes=10, zero_after_days=3)
    hand_in(
        course,
        early="2026-03-19 00:00:00",
        intime="2026-03-20 15:59:00",  # 23:59 in Shanghai
        grace="2026-03-20 16:09:00",
        day1="2026-03-20 16:09:01",
        day2="2026-03-21 15:59:01",
        day3="2026-03-23 15:59:00",
        day4="2026-03-23 15:59:01",
    )
    submit(course, "unknown", answered())
    first = {"early": 0, "intime": 0, "grace": 0, "day1": 0.9, "day2": 1.8, "day3": 2.7, "day4": 9, "unknown": 0}
    assert graded(course) == first
    with open_gradebook(course) as book:
        assert book.find_assignment(LAB).duedate == datetime(2026, 3, 20, 15, 59)
        grade = book.find_grade("think", LAB, LAB, "day1")
        grade.manual_score = 1.0
        book.find_submission(LAB, "day2").extension = timedelta(days=1)
        book.db.commit()
    page = course.feedback / "day1" / LAB / f"{LAB}.html"
    assert autograder("feedback", course=course).returncode == 0
    assert "迟交" in page.read_text("utf-8")
    assert exported(course) == first | {"day1": 1.0, "day2": 0}, "points given by hand and extensions count at once"

    # Nothing below changes a notebook, and all of it counts.
    configure(course, due=f'{{"{LAB}": "2026-03-21 23:59"}}', per_day=0.2)
    (course.submitted / "early" / LAB / "timestamp.txt").write_text("2026-03-22 00:00:00 +0800")
    assert graded(course) == dict.fromkeys(first, 0) | {"early": 1.8, "day3": 3.6, "day4": 5.4}
    before = (course.root / "classroom" / "gradebook.db").read_bytes()
    graded(course)
    assert (course.root / "classroom" / "gradebook.db").read_bytes() == before, "twice changes nothing"
    configure(course, due="{}", per_day=0.2)
    assert set(graded(course).values()) == {0}
    with open_gradebook(course) as book:
        assert book.find_assignment(LAB).duedate is None


def test_dates_from_formgrader_are_kept(course: Course) -> None:
    configure(course, per_day=0.5)
    hand_in(course, s="2026-03-22 00:00:00")
    assert graded(course) == {"s": 0}
    with open_gradebook(course) as book:
        book.update_or_create_assignment(LAB, duedate="2026-03-21 12:00:00 UTC")
    assert graded(course) == {"s": 4.5}
    assert autograder("release", course=course).returncode == 0
    assert graded(course) == {"s": 4.5}


def test_plain_nbgrader_takes_the_same_off(course: Course) -> None:
    ours = "c.AssignLatePenalties.plugin_class = 'autograder.deadlines.LatePenalty'\n"
    configure(course, ours, due=DUE, per_day=0.1)
    hand_in(course, s="2026-03-21 20:00:00")
    assert graded(course) == {"s": 1.8}
    with open_gradebook(course) as book:
        book.find_submission_notebook(LAB, LAB, "s").late_submission_penalty = None
        book.db.commit()
    options = [
        f"--CourseDirectory.{name}={value}"
        for name, value in course.config.CourseDirectory.items()
        if name not in ("ignore", "root")
    ]
    result = run_command("nbgrader", "autograde", LAB, "--force", *options, cwd=course.root)
    assert result.returncode == 0, result.stderr
    with open_gradebook(course) as book:
        assert book.find_submission_notebook(LAB, LAB, "s").late_submission_penalty == 1.8


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"timezone": "'Asia/Shangai'"}, ("c.Deadlines.timezone", "Asia/Shangai", "时区")),
        ({"timezone": "'Asia'"}, ("c.Deadlines.timezone", "时区")),
        ({"per_day": "10"}, ("c.Deadlines.per_day = 10", "0 到 1")),
        ({"per_day": "'0.1'"}, ("c.Deadlines.per_day", "0 到 1")),
        ({"per_day": "float('nan')"}, ("c.Deadlines.per_day", "0 到 1")),
        ({"grace_minutes": "-5"}, ("c.Deadlines.grace_minutes", "不小于 0")),
        ({"zero_after_days": "'3'"}, ("c.Deadlines.zero_after_days", "None")),
        ({"due": "'2026-03-20 23:59'"}, ("c.Deadlines.due", "lab01_activations")),
        ({"due": "{'lab9': '2026-03-20 23:59'}"}, ("c.Deadlines.due['lab9']", "没有名为 lab9", LAB)),
        ({"due": f"{{'{LAB}': '2026-03-20'}}"}, (f"c.Deadlines.due['{LAB}']", "'2026-03-20'", "2026-03-20 23:59")),
        ({"due": f"{{'{LAB}': '2026-02-30 23:59'}}"}, ("2026-02-30",)),
        ({"due": f"{{'{LAB}': '下周五'}}"}, ("下周五",)),
        ({"due": f"{{'{LAB}': '2026-03-29 02:30'}}", "timezone": "'Europe/Berlin'"}, ("02:30", "Europe/Berlin")),
        ({"per_dya": "0.1"}, ("c.Deadlines.per_dya", "per_day")),
    ],
)
def test_settings_that_are_wrong(course: Course, settings: dict[str, str], words: tuple[str, ...]) -> None:
    submit(course, "s", answered())
    assert_refused(autograder("grade", course=configure(course, **settings)), "nbgrader_config.py", *words)
    assert not (course.root / "classroom" / "autograded").exists()


def test_two_rules_are_one_too_many(course: Course) -> None:
    submit(course, "s", answered())
    configure(course, PLUGIN, due=DUE, per_day=0.1)
    assert_refused(autograder("grade", course=course), "c.Deadlines", "plugin_class", "只留一个")
    configure(course, PLUGIN + "c.LateSubmissionPlugin.penalty_method = 'zero'\n", due=DUE)
    hand_in(course, s="2026-03-21 00:00:00")
    assert graded(course) == {"s": 9}, "dates may go with any plugin"


@pytest.mark.parametrize(
    ("text", "zone", "utc"),
    [
        ("2026-03-20 23:59", "Asia/Shanghai", datetime(2026, 3, 20, 15, 59, tzinfo=UTC)),
        ("2026-03-20T23:59:30", "UTC", datetime(2026, 3, 20, 23, 59, 30, tzinfo=UTC)),
        ("2026-03-20 23:59+01:00", "Asia/Shanghai", datetime(2026, 3, 20, 22, 59, tzinfo=UTC)),
        ("2026-10-25 02:30", "Europe/Berlin", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),  # the second of two
    ],
)
def test_time_zones(course: Course, text: str, zone: str, utc: datetime) -> None:
    course = configure(course, due=f"{{'{LAB}': '{text}'}}", timezone=repr(zone))
    found = load_deadlines(course).due_at(LAB)
    assert found is not None
    assert found.astimezone(UTC) == utc
    assert found.utcoffset() is not None


def test_no_settings_no_date(course: Course) -> None:
    assert load_deadlines(course).due_at(LAB) is None


POINTS = st.floats(-5, 1000)
SECONDS = st.floats(0, 40 * DAY)


@given(POINTS, SECONDS, SECONDS, st.floats(0, 1), st.none() | st.floats(0, 30), st.floats(0, 3000))
def test_a_penalty_lies_between_nothing_and_everything_and_grows(
    score: float, late: float, more: float, per_day: float, zero_after: float | None, grace: float
) -> None:
    rules = Deadlines(per_day=per_day, zero_after_days=zero_after, grace_minutes=grace)
    penalty = rules.penalty(score, late)
    assert 0 <= penalty <= max(0, score)
    assert rules.penalty(score, late + more) >= penalty
    assert late > grace * 60 or penalty == 0


def test_every_setting_is_explained() -> None:
    guide = (Path(__file__).parent.parent / "book" / "instructor_guide.md").read_text("utf-8")
    for name in Deadlines.class_trait_names(config=True):
        assert f"c.Deadlines.{name}" in guide
