"""``autograder return``: everybody's feedback in one zip, and nobody else's."""

from __future__ import annotations

import json
import re
import shutil
import time
import zipfile
from pathlib import Path

import pytest
from conftest import answered, autograder, make_course, submit
from nbgrader.api import Gradebook
from test_bad_input import assert_refused

from autograder.course import Course
from autograder.errors import CourseError
from autograder.feedback import students_named
from autograder.handback import Page, pack

LAB = "lab01_adding"
ROSTER = "student_id,name,group,email\n0012,王小,一班,\n0013,..\\李/四:,一班,\n0014,张三,二班,\n0099,没交的人,二班,\n"
TRICK = '# <meta name="student-id" content="0013">\n'  # an answer that would speak for the page


@pytest.fixture(scope="module")
def class_(tmp_path_factory: pytest.TempPathFactory) -> Course:
    course = make_course(tmp_path_factory.mktemp("class"))
    submit(course, "0012", answered(add=TRICK + "def add(a, b):\n    return a + b"))
    submit(course, "0013", answered(add="def add(a, b):\n    return 0"))
    submit(course, "0014", b"{ no notebook")
    (course.submitted.parent / "roster.csv").write_text(ROSTER, "utf-8-sig")
    assert autograder("grade", course=course).returncode == 0
    return course


@pytest.fixture
def graded(class_: Course, tmp_path: Path) -> Course:
    """A class that has been graded, to be changed; no page has been written yet."""
    shutil.copytree(class_.root, tmp_path / "class")
    return Course.open(tmp_path / "class")


def hand_back(course: Course, *options: str, code: int = 0):
    result = autograder("return", *options, "-o", course.root / "f.zip", course=course)
    assert result.returncode == code, result.stdout + result.stderr
    assert "Traceback" not in result.stderr
    return result


def pages_of(course: Course) -> dict[str, str]:
    with zipfile.ZipFile(course.root / "f.zip") as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


def page(course: Course, student: str) -> Path:
    return course.feedback / student / LAB / f"{LAB}.html"


def collected(course: Course, *inputs: tuple[str, str, str]) -> None:
    """A log of collecting: (student, input, state)."""
    fields = {"lab": LAB, "attempt": 1, "submitted_at": None, "reason": ""}
    records = [
        fields | {"sha256": str(n), "student_id": student, "input": name, "state": state}
        for n, (student, name, state) in enumerate(inputs)
    ]
    (course.submitted.parent / "collected.json").write_text(json.dumps(records), "utf-8")


# --------------------------------------------------------------------------- what is in the zip


def test_a_folder_a_student_with_that_students_page(graded: Course) -> None:
    result = hand_back(graded)
    assert "3 页反馈，3 个学生" in result.stdout
    assert "等待教师批阅的：0012、0013" in result.stdout
    pages = pages_of(graded)
    assert list(pages) == [f"0012_王小/{LAB}.html", f"0013_-李-四-/{LAB}.html", f"0014_张三/{LAB}.html"]
    for name, text in pages.items():
        student = name[:4]
        assert students_named(text) == [student]
        assert f"学号 {student}" in text
        assert page(graded, student).read_text("utf-8") == text, "missing pages are written on disk, too"


def test_the_same_pages_give_the_same_bytes_and_touch_nothing(graded: Course) -> None:
    hand_back(graded)
    before = (graded.root / "f.zip").read_bytes(), page(graded, "0012").stat().st_mtime_ns
    time.sleep(2.1)  # a zip counts time in steps of two seconds
    hand_back(graded)
    assert ((graded.root / "f.zip").read_bytes(), page(graded, "0012").stat().st_mtime_ns) == before


def test_outdated_pages_are_written_anew(graded: Course) -> None:
    assert autograder("feedback", course=graded).returncode == 0
    old = page(graded, "0012").read_text("utf-8")
    with Gradebook(graded.db_url) as book:
        book.find_comment("think", LAB, LAB, "0012").manual_comment = "再想想结合律"
        book.db.commit()
    without_tag = re.sub(r'<meta name="student-id"[^>]*>\n', "", page(graded, "0013").read_text("utf-8"))
    page(graded, "0013").write_text(without_tag, "utf-8")  # as earlier versions wrote it
    hand_back(graded)
    pages = pages_of(graded)
    assert "再想想结合律" not in old
    assert "再想想结合律" in pages[f"0012_王小/{LAB}.html"] == page(graded, "0012").read_text("utf-8")
    assert students_named(pages[f"0013_-李-四-/{LAB}.html"]) == ["0013"]


def test_what_is_not_graded_is_left_out_and_named(graded: Course) -> None:
    submit(graded, "0099", answered())
    (graded.verdicts / "0013" / LAB / f"{LAB}.json").write_text("{", "utf-8")
    result = hand_back(graded, code=1)
    assert "0099" in result.stderr and "已交未批改" in result.stderr
    assert "0013" in result.stderr and "需重新批改" in result.stderr
    assert [name[:4] for name in pages_of(graded)] == ["0012", "0014"]


def test_for_machines(graded: Course) -> None:
    submit(graded, "0099", answered())
    report = json.loads(hand_back(graded, "--json", code=1).stdout)
    assert report["pages"][0] == {"student_id": "0012", "lab": LAB, "file": f"0012_王小/{LAB}.html"}
    assert report["left_out"] == [{"student_id": "0099", "lab": LAB, "why": "已交未批改"}]
    assert (report["waiting"], report["unknown"]) == (["0012", "0013"], [])


# --------------------------------------------------------------------------- never another student's page


def test_a_swapped_page_is_refused(graded: Course) -> None:
    hand_back(graded)
    before = (graded.root / "f.zip").read_bytes()
    shutil.copy(page(graded, "0013"), page(graded, "0012"))
    result = autograder("return", "-o", graded.root / "f.zip", course=graded)
    assert_refused(result, f"0012/{LAB}/{LAB}.html 写的是 0013", "autograder feedback")
    assert (graded.root / "f.zip").read_bytes() == before
    assert students_named(page(graded, "0012").read_text("utf-8")) == ["0013"], "the evidence is left alone"
    page(graded, "0012").unlink()
    assert autograder("feedback", course=graded).returncode == 0
    hand_back(graded)
    assert (graded.root / "f.zip").read_bytes() == before


@pytest.mark.parametrize("tags", ["", *(f'<meta name="student-id" content="{s}">' for s in ("2", "01", ""))])
def test_a_page_that_does_not_name_its_student_is_not_packed(tags: str) -> None:
    right = '<meta name="student-id" content="1">'
    assert pack([Page("1", LAB, "1/a.html", right)])
    with pytest.raises(CourseError, match=r"1/a\.html"):
        pack([Page("1", LAB, "1/a.html", tags)])
    if tags:
        with pytest.raises(CourseError, match=r"1/a\.html"):
            pack([Page("1", LAB, "1/a.html", right + tags)])


def test_two_pages_of_one_name_are_not_packed() -> None:
    pages = [Page(s, LAB, f"{s}/a.html", f'<meta name="student-id" content="{s}">') for s in ("x", "X")]
    with pytest.raises(CourseError, match=r"X/a\.html"):
        pack(pages)


# --------------------------------------------------------------------------- as the platform names them


def test_moodle_gets_its_own_names_back(graded: Course) -> None:
    collected(
        graded,
        ("0012", "早.zip!王小_11_assignsubmission_file_/旧.ipynb", "superseded"),
        ("0012", "作业.zip!王小_12345_assignsubmission_file_/lab.zip!lab01_adding.ipynb", "taken"),
        ("0013", "inbox/李 四_678_assignsubmission_file_lab01_adding.ipynb", "taken"),
        ("0014", "某处/张三.ipynb", "taken"),
    )
    result = hand_back(graded, LAB, "--profile", "moodle", code=1)
    assert "要单独上传：0014" in result.stderr
    pages = pages_of(graded)
    assert {name: students_named(text) for name, text in pages.items()} == {
        f"王小_12345_assignsubmission_file_/{LAB}.html": ["0012"],
        f"李 四_678_assignsubmission_file_{LAB}.html": ["0013"],
        f"0014_张三/{LAB}.html": ["0014"],
    }


def test_two_students_who_came_under_one_name_are_refused(graded: Course) -> None:
    name = "作业.zip!王小_12345_assignsubmission_file_/lab.ipynb"
    collected(graded, ("0012", name, "taken"), ("0013", name, "taken"))
    result = autograder("return", "--profile", "moodle", "-o", graded.root / "f.zip", course=graded)
    assert_refused(result, "王小_12345_assignsubmission_file_")
    assert not (graded.root / "f.zip").exists()


def test_several_labs(graded: Course) -> None:
    other = "lab02_more"
    shutil.copytree(graded.source / LAB, graded.source / other)
    (graded.source / other / f"{LAB}.ipynb").rename(graded.source / other / "a.ipynb")
    text = (graded.source / other / "a.ipynb").read_text("utf-8")
    (graded.source / other / "b.ipynb").write_text(text.replace("小实验", "又一个"), "utf-8")
    for name in "ab":
        path = graded.submitted / "0012" / other / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(graded.submitted / "0012" / LAB / f"{LAB}.ipynb", path)
    assert autograder("grade", course=graded).returncode == 0
    hand_back(graded)
    mine = [name for name in pages_of(graded) if name.startswith("0012")]
    assert mine == [f"0012_王小/{LAB}.html", f"0012_王小/{other}_a.html", f"0012_王小/{other}_b.html"]
    result = autograder("return", "--profile", "moodle", "-o", graded.root / "m.zip", course=graded)
    assert_refused(result, "一次只能打包一个实验")


# --------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("options", "name", "words"),
    [
        (["--profile", "canvas"], "f.zip", ("canvas", "--profile plain")),
        (["--profile", "sakai"], "f.zip", ("sakai", "moodle")),
        ([], "f.tar", (".zip",)),
        (["lab99_x"], "f.zip", ("lab99_x",)),
    ],
)
def test_what_cannot_be_done_is_refused(graded: Course, options: list[str], name: str, words: tuple[str, ...]) -> None:
    assert_refused(autograder("return", *options, "-o", graded.root / name, course=graded), *words)
    assert not (graded.root / name).exists()


@pytest.mark.parametrize("text", ["{", "[1]", '[{"student_id": "0012"}]', '{"a": 1}'])
def test_a_log_that_cannot_be_read(graded: Course, text: str) -> None:
    (graded.submitted.parent / "collected.json").write_text(text, "utf-8")
    hand_back(graded)  # nobody needs it
    result = autograder("return", "--profile", "moodle", "-o", graded.root / "m.zip", course=graded)
    assert_refused(result, "collected.json", "--profile plain")


def test_nothing_graded_yet(course: Course) -> None:
    assert_refused(autograder("return", "-o", course.root / "f.zip", course=course), "autograder grade")
    assert not (course.root / "f.zip").exists()
