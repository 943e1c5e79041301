"""``autograder triage``: blank, untouched and nearly identical answers, and the zeros it fills in."""

from __future__ import annotations

import json

import pytest
from conftest import answered, autograder, submit
from hypothesis import given
from hypothesis import strategies as st
from nbgrader.api import Gradebook

from autograder.course import Course
from autograder.triage import plain_text, sort_answers

LAB, QUESTION = "lab01_adding", "think"
LONG = "加法满足交换律，因为数轴上先向右走 a 步再走 b 步，与先走 b 步再走 a 步到达同一个地方。"
ANSWERS = {
    "blank": " \n\n…… ",
    "copied": LONG.replace("。", "！").replace("先", " 先"),
    "original": LONG,
    "other": "交换律来自集合的并：两个不相交集合的并与次序无关，所以元素个数之和也与次序无关。",
    "short": "因为交换律。",
    "short_too": "因为交换律。",
}


@pytest.fixture
def graded(course: Course) -> Course:
    for student, text in ANSWERS.items():
        submit(course, student, answered(think=text))
    submit(course, "untouched", answered(think="YOUR ANSWER HERE"))
    submit(course, "broken", b"no notebook")
    assert autograder("grade", course=course).returncode == 0
    return course


def grade_of(course: Course, student: str) -> tuple[float | None, float | None, bool]:
    with Gradebook(course.db_url) as book:
        grade = book.find_grade(QUESTION, LAB, LAB, student)
        return grade.auto_score, grade.manual_score, grade.needs_manual_grade


def found(course: Course, *options: str) -> dict:
    result = autograder("triage", "--json", *options, course=course)
    assert result.returncode == 0, result.stderr
    (question,) = json.loads(result.stdout)
    return question


def test_answers_are_sorted_and_zeros_wait_for_a_marker(graded: Course) -> None:
    question = found(graded)
    assert question["untouched"] == ["untouched"]
    assert question["blank"] == ["blank"]
    assert [group["students"] for group in question["alike"]] == [["copied", "original"]]
    assert question["answers"] == len(ANSWERS) + 1, "the broken one is no blank answer"
    for student in ("untouched", "blank"):
        assert grade_of(graded, student) == (0.0, None, True)
    assert grade_of(graded, "original") == (None, None, True)


def test_confirmed_zeros_are_final_and_marks_given_by_hand_stay(graded: Course) -> None:
    with Gradebook(graded.db_url) as book:
        grade = book.find_grade(QUESTION, LAB, LAB, "blank")
        grade.manual_score, grade.needs_manual_grade = 0.5, False
        book.db.commit()
    found(graded, "--confirm")
    assert grade_of(graded, "untouched") == (0.0, 0.0, False)
    assert grade_of(graded, "blank")[1:] == (0.5, False)
    assert grade_of(graded, "original") == (None, None, True)
    assert autograder("grade", "--force", course=graded).returncode == 0
    assert grade_of(graded, "untouched")[1] == 0.0


def test_words_for_people(graded: Course) -> None:
    said = autograder("triage", course=graded).stdout
    assert "没有动笔（1 人，先记 0 分，等你确认）：untouched" in said
    assert "空白（1 人，先记 0 分，等你确认）：blank" in said
    assert "几乎相同（2 人" in said and "copied、original" in said


def test_nothing_to_mark_yet(course: Course) -> None:
    result = autograder("triage", course=course)
    assert result.returncode == 2
    assert "autograder grade" in result.stderr


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.text(max_size=60), max_size=12))
def test_everybody_is_in_at_most_one_place(answers: dict[str, str]) -> None:
    blank, groups = sort_answers(answers, frozenset())
    placed = [student for group in groups for student in group.students] + blank
    assert len(placed) == len(set(placed))
    assert set(placed) <= set(answers)
    assert all(not plain_text(answers[student]) for student in blank)
    assert all(len(group.students) > 1 for group in groups)
