"""Whatever is wrong with the input: one clear sentence, exit code 2, no traceback, nothing half-written."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import answered, autograder, run_command, submit

from autograder.course import Course


def assert_refused(result, *words: str) -> None:
    assert result.returncode == 2
    assert "Traceback" not in result.stdout + result.stderr
    lines = [line for line in result.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, result.stderr
    for word in words:
        assert word in lines[0]


@pytest.mark.parametrize("command", ["release", "grade", "feedback", "export", "demo"])
def test_unknown_lab(course: Course, command: str, tmp_path: Path) -> None:
    extra = ["-o", tmp_path / "x.csv"] if command == "export" else []
    assert_refused(autograder(command, "lab99_nothing", *extra, course=course), "lab99_nothing", "lab01_adding")
    assert not (course.root / "release").exists()


@pytest.mark.parametrize("command", ["release", "grade", "book", "demo"])
def test_missing_course_folder(tmp_path: Path, command: str) -> None:
    assert_refused(autograder(command, course=tmp_path / "nowhere"), "不存在")


def test_a_folder_that_is_no_course(tmp_path: Path) -> None:
    assert_refused(autograder("grade", course=tmp_path), "不是课程文件夹", "--course")


def test_course_option_before_the_command(course: Course) -> None:
    assert run_command("autograder", "--course", course.root, "release").returncode == 0
    assert (course.release / "lab01_adding").is_dir()


def test_no_labs(course: Course) -> None:
    course.labs()[0].notebooks[0].unlink()
    assert_refused(autograder("release", course=course), "没有实验")


def test_no_submissions(course: Course) -> None:
    assert_refused(autograder("grade", course=course), "没有可以批改的作业", "<学号>")
    assert not (course.root / "classroom").exists()
    (course.submitted / "s" / "other_lab").mkdir(parents=True)
    assert_refused(autograder("grade", course=course), "没有实验 lab01_adding 的作业", "s/other_lab")


def test_unknown_student(course: Course) -> None:
    submit(course, "s", answered())
    assert_refused(autograder("grade", "--student", "t", course=course), "没有学生 t")


@pytest.mark.parametrize("command", ["release", "grade"])
def test_instructor_notebook_that_is_not_json(course: Course, command: str) -> None:
    submit(course, "s", answered())
    course.labs()[0].notebooks[0].write_text("{ not json", "utf-8")
    assert_refused(autograder(command, course=course), "lab01_adding.ipynb", "JSON")
    assert not course.release.exists()
    assert not course.verdicts.exists()


@pytest.mark.parametrize("command", ["feedback", "export"])
def test_nothing_graded_yet(course: Course, command: str, tmp_path: Path) -> None:
    extra = ["-o", tmp_path / "x.csv"] if command == "export" else []
    assert_refused(autograder(command, *extra, course=course), "autograder grade")
    assert not (tmp_path / "x.csv").exists()


def test_settings_file_with_a_mistake(course: Course) -> None:
    (course.root / "nbgrader_config.py").write_text("c = get_config(\n", "utf-8")
    assert_refused(autograder("release", course=course), "nbgrader_config.py", "SyntaxError")


def test_a_course_without_a_site(course: Course) -> None:
    assert_refused(autograder("book", course=course), "_config.yml")


def test_gradebook_that_is_no_database(course: Course) -> None:
    submit(course, "s", answered())
    (course.root / "classroom" / "gradebook.db").write_text("this is no database, only some text in a file", "utf-8")
    assert_refused(autograder("grade", course=course), "成绩簿")


def test_a_changed_lab_does_not_overwrite_graded_work(course: Course) -> None:
    submit(course, "s", answered())
    assert autograder("grade", course=course).returncode == 0
    path = course.labs()[0].notebooks[0]
    path.write_text(path.read_text("utf-8").replace("test_square", "test_squares"), "utf-8")
    assert_refused(autograder("grade", course=course), "lab01_adding", "成绩簿")


def test_every_command_explains_itself() -> None:
    for command in ("release", "grade", "feedback", "export", "report", "book", "demo", "marking", "status"):
        result = run_command("autograder", command, "--help")
        assert result.returncode == 0
        assert f"autograder {command}" in result.stdout.split("例子")[1]
