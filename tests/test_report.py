"""``autograder report``: the numbers of a class, whose code is alike, and a page that keeps to itself."""

from __future__ import annotations

import json
import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT, answered, autograder, make_course, open_page, submit
from hypothesis import given
from hypothesis import strategies as st
from nbgrader.api import Gradebook
from playwright.sync_api import Browser, Page
from test_site import violations

from autograder.course import Course
from autograder.demo import reference_answers
from autograder.notebooks import grade_id, is_solution, read_source
from autograder.release import expected_stub
from autograder.report.numbers import spread_of
from autograder.report.similarity import GRAM, WINDOW, find_alike, fingerprints, grams, normal_tokens

LAB = "lab01_adding"
HOSTILE = "<script>alert(1)</script><img src=http://outside.example/x>\"'&"
# Two long answers, right and independent; the third is the first with other names, comments and layout.
BY_BITS = (
    "def square(x):\n    n, total, place = abs(x), 0, abs(x)\n    while n:\n        if n % 2 == 1:\n"
    "            total = total + place\n        n, place = n // 2, place * 2\n    return total"
)
BY_ODD_NUMBERS = "def square(x):\n    return sum(range(1, 2 * abs(x), 2))"
RENAMED = (
    "def square(x):\n    # 我自己想出来的\n    rest, result, weight = abs(x), 0, abs(x)\n\n    while rest:\n"
    "      if rest % 2 == 1:\n        result = result + weight  # 累加\n      rest, weight = rest // 2, weight * 2\n"
    "    return result"
)
WRONG = "def add(a, b):\n    return abs(a) + abs(b)"
PROSE = "加法满足交换律，因为数轴上先向右走 a 步再走 b 步，与先走 b 步再走 a 步到达同一个地方。"
CLASS = {
    "001": {"square": BY_BITS},
    "002": {"square": RENAMED, "add": WRONG},
    "003": {"square": BY_ODD_NUMBERS, "think": PROSE},
    "004": {"add": WRONG, "think": PROSE.replace("。", "！")},
    "005": {"add": f"def add(a, b):\n    raise ValueError({HOSTILE!r})"},
    "006": {},
}
ROSTER = "student_id,name,group,email\r\n" + "".join(
    f"{student},{name},一班,\r\n" for student, name in zip(sorted(CLASS), "甲乙丙丁", strict=False)
)
RECORDS = [
    {"input": "a.zip!001/x.ipynb", "sha256": "1", "student_id": "001", "lab": LAB, "state": "taken"},
    {"input": "a.zip!001/旧.ipynb", "sha256": "2", "student_id": "001", "lab": LAB, "state": "superseded"},
    {"input": f"a.zip!{HOSTILE}", "sha256": "3", "state": "set aside", "reason": "认不出是谁的"},
]


def make_class(course: Course) -> Course:
    """Six students graded, one with a broken file, one on the roster who handed in nothing, one who is not on it."""
    source = course.labs()[0].notebooks[0]
    text = source.read_text("utf-8").replace("# 评分：负数", "# 评分：负数\\n# 不用：abs")
    source.write_text(text, "utf-8")
    for student, answers in CLASS.items():
        submit(course, student, answered(**answers))
    submit(course, "007", b"{ cut off")
    assert autograder("grade", course=course).returncode == 0
    hostile = f'005,"{HOSTILE.replace(chr(34), chr(34) * 2)}",一班,\r\n006,己,一班,\r\n008,辛,二班,\r\n'
    (course.submitted.parent / "roster.csv").write_text(ROSTER + hostile, "utf-8-sig")
    (course.submitted.parent / "collected.json").write_text(json.dumps(RECORDS), "utf-8")
    return course


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return make_class(make_course(tmp_path_factory.mktemp("class")))


@pytest.fixture
def copy(graded: Course, tmp_path: Path) -> Course:
    """The graded class in a folder of its own, for tests that change it."""
    shutil.copytree(graded.root, tmp_path / "copy", ignore=shutil.ignore_patterns("report.html"))
    return Course.open(tmp_path / "copy")


def numbers(course: Course, code: int = 0) -> dict:
    result = autograder("report", "--json", course=course)
    assert result.returncode == code, result.stderr
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def report(graded: Course) -> dict:
    return numbers(graded)


@pytest.fixture(scope="module")
def path(graded: Course) -> Path:
    result = autograder("report", course=graded)
    assert result.returncode == 0, result.stderr
    assert "Warning" not in result.stderr
    path = graded.submitted.parent / "report.html"
    assert str(path) in result.stdout.replace("\n", "")
    return path


# --------------------------------------------------------------------------- numbers


def test_scores_of_the_lab_and_its_exercises(report: dict) -> None:
    (lab,) = report["labs"]
    assert (lab["expected"], lab["handed_in"], lab["waiting"]) == (7, 6, 6), "007 is not on the roster"
    # Of 9 points that tests give: 9 (001, 003, 006), 6 (002, 004: add of negatives), 4 (005).
    assert lab["spread"]["students"] == 6
    assert lab["spread"]["median"] == pytest.approx((6 / 9 + 1) / 2)
    assert lab["spread"]["bins"] == [0, 0, 0, 0, 1, 0, 2, 0, 0, 3]
    add, square, think = lab["exercises"]
    assert (add["title"], add["full"], add["part"], add["zero"], add["waiting"]) == ("练习 1　两数之和", 3, 2, 1, 0)
    assert add["mean"] == pytest.approx((3 * 5 + 2 * 2) / 30)
    assert (square["full"], square["part"], square["zero"]) == (6, 0, 0)
    assert (think["waiting"], think["mean"]) == (6, None)


def test_failed_tests_come_with_their_commonest_reasons(report: dict) -> None:
    first, second = report["tests"]
    assert (first["grade_id"], first["title"], first["failed"], first["decided"]) == ("test_add_negative", "负数", 3, 6)
    assert first["reasons"][0]["students"] == 2
    assert (second["grade_id"], second["failed"]) == ("test_add", 1)
    assert "ValueError" in second["reasons"][0]["text"]
    assert "最后一次调用" not in json.dumps(report["tests"], ensure_ascii=False)


def test_who_has_not_handed_in_and_what_was_not_graded(report: dict) -> None:
    assert report["missing"] == [{"student_id": "008", "labs": [LAB], "all_labs": True}]
    assert report["strangers"] == ["007"]
    (broken,) = report["ungraded"]
    assert (broken["student_id"], broken["state"]) == ("007", "not gradable")
    assert "JSON" in broken["reason"]


def test_every_collected_file_is_accounted_for(report: dict) -> None:
    assert report["intake"]["counts"] == {"taken": 1, "superseded": 1, "set aside": 1, "ignored": 0}
    (aside,) = report["intake"]["set_aside"]
    assert aside["reason"] == "认不出是谁的"


def test_flags_are_gathered(report: dict) -> None:
    (flag,) = report["flags"]
    assert "abs" in flag["text"]
    assert flag["students"] == ["002", "004"]


def test_a_renamed_copy_is_found_and_right_answers_are_not(report: dict) -> None:
    (pair,) = report["pairs"]
    assert pair["students"] == ["001", "002"]
    (exercise,) = pair["exercises"]
    assert (exercise["name"], exercise["likeness"]) == ("square", 1.0)
    (prose,) = report["prose"]
    assert prose["students"] == ["003", "004"]


def test_findings_are_counted(copy: Course) -> None:
    """Findings as grading writes them: the tiny course has no torch, which a table of misconceptions needs."""
    for student in ("002", "004"):
        verdict = copy.verdicts / student / LAB / f"{LAB}.json"
        found = {"exercise": "add", "key": "absolute", "seen": "−1 加 −1 得到 2", "think": "符号去哪里了？"}
        verdict.write_text(json.dumps(json.loads(verdict.read_text("utf-8")) | {"findings": [found]}), "utf-8")
    (one,) = numbers(copy)["misconceptions"]
    assert (one["key"], one["students"], one["share"]) == ("absolute", ["002", "004"], pytest.approx(2 / 6))


def test_points_given_by_hand_count(copy: Course) -> None:
    with Gradebook(copy.db_url) as book:
        grade = book.find_grade("think", LAB, LAB, "006")
        grade.manual_score, grade.needs_manual_grade = 0.5, False
        book.db.commit()
    (lab,) = numbers(copy)["labs"]
    assert lab["waiting"] == 5
    think = lab["exercises"][-1]
    assert (think["part"], think["waiting"], think["mean"]) == (1, 5, 0.5)


@given(st.lists(st.floats(0, 1), min_size=1))
def test_everybody_is_in_one_tenth(shares: list[float]) -> None:
    spread = spread_of(shares)
    assert sum(spread.bins) == spread.students == len(shares)
    assert spread.quartile1 <= spread.median <= spread.quartile3


def test_no_tenth_is_missed_by_rounding() -> None:
    assert spread_of([0.1 * n for n in range(10)]).bins == (1,) * 10


# --------------------------------------------------------------------------- the command


def test_what_is_not_graded_yet_asks_for_another_look(copy: Course) -> None:
    submit(copy, "006b", answered())
    result = autograder("report", course=copy)
    assert result.returncode == 1
    assert "1 份作业还没有批改结果" in result.stderr
    assert (copy.submitted.parent / "report.html").is_file()
    states = {one["student_id"]: one["state"] for one in numbers(copy, code=1)["ungraded"]}
    assert states == {"006b": "not graded yet", "007": "not gradable"}


def test_twice_the_same_and_nothing_else_changes(graded: Course, path: Path) -> None:
    def state() -> dict[Path, bytes]:
        return {p: p.read_bytes() for p in graded.root.rglob("*") if p.is_file()}

    before = state()
    assert autograder("report", course=graded).returncode == 0
    assert state() == before


def test_json_writes_no_page_unless_asked(copy: Course, tmp_path: Path) -> None:
    numbers(copy)
    assert not (copy.submitted.parent / "report.html").exists()
    result = autograder("report", "--json", "-o", tmp_path / "x.html", course=copy)
    assert json.loads(result.stdout)["labs"]
    assert (tmp_path / "x.html").is_file()


def refused(course: Course, *words: str) -> None:
    result = autograder("report", course=course)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    for word in words:
        assert word in result.stderr
    assert not (course.submitted.parent / "report.html").exists()


def test_nothing_graded_yet(course: Course) -> None:
    refused(course, "autograder grade")


@pytest.mark.parametrize("text", ["{ cut off", '{"input": "no list"}', "[1]"])
def test_a_broken_log_of_collect(copy: Course, text: str) -> None:
    (copy.submitted.parent / "collected.json").write_text(text, "utf-8")
    refused(copy, "collected.json")


def test_without_roster_and_log(copy: Course) -> None:
    for name in ("roster.csv", "collected.json"):
        (copy.submitted.parent / name).unlink()
    found = numbers(copy)
    assert (found["roster"], found["missing"], found["strangers"], found["intake"]) == (0, [], [], None)
    assert autograder("report", course=copy).returncode == 0
    text = (copy.submitted.parent / "report.html").read_text("utf-8")
    assert "没有名单" in text
    assert "没有收作业的记录" in text


def test_a_roster_without_ids(copy: Course) -> None:
    (copy.submitted.parent / "roster.csv").write_text("name\r\n甲\r\n", "utf-8-sig")
    refused(copy, "roster.csv")


def test_what_was_graded_stays_when_the_submissions_are_gone(copy: Course) -> None:
    shutil.rmtree(copy.submitted)
    (lab,) = numbers(copy)["labs"]
    assert (lab["handed_in"], lab["spread"]["students"]) == (6, 6)


# --------------------------------------------------------------------------- whose code is alike


def test_names_comments_and_layout_do_not_count() -> None:
    assert normal_tokens(BY_BITS) == normal_tokens(RENAMED)
    assert normal_tokens('def f(a):\n    """说明"""\n    return a') == normal_tokens("def f(x):  # 说明\n\n  return x")
    assert normal_tokens("torch.relu(x)") != normal_tokens("torch.tanh(x)")
    assert normal_tokens("self.first(x)") == normal_tokens("self.second(x)")


@given(st.text())
def test_any_text_has_tokens(text: str) -> None:
    """Code that Python cannot read is compared as far as it goes."""
    assert isinstance(normal_tokens(text), list)


def test_code_with_a_syntax_error_is_compared_too() -> None:
    cut = BY_BITS + "\n    return (total"
    assert normal_tokens(cut)[: len(normal_tokens(BY_BITS))] == normal_tokens(BY_BITS)


@given(st.lists(st.integers(0, 2**32), min_size=GRAM + WINDOW), st.integers(0), st.lists(st.integers(0, 2**32)))
def test_what_is_long_and_common_leaves_a_common_fingerprint(one: list[int], seed: int, other: list[int]) -> None:
    start = random.Random(seed).randint(0, len(one) - WINDOW)
    common = one[start : start + WINDOW]
    assert fingerprints(one) & fingerprints(other + common)


def test_what_many_have_counts_nothing() -> None:
    few = {f"s{n}": f"def f(a):\n    return a + {n}" for n in range(40)}
    assert [pair.students for pair in find_alike(few | {"x": BY_BITS, "y": RENAMED}, [])] == [("x", "y")]
    assert find_alike(few | {f"x{n}": BY_BITS for n in range(6)}, []) == []
    assert find_alike(few | {"x": BY_BITS, "y": RENAMED}, [BY_BITS]) == [], "the reference solution itself"


def test_fingerprints_are_the_same_in_every_process() -> None:
    assert grams(["a", "b", "c", "d", "e", "f"]) == [811136073]


COURSE = Course.open(ROOT)
EXERCISES = {
    (lab.name, grade_id(cell)): (expected_stub(cell, COURSE.config), reference_answers(source)[grade_id(cell)])
    for lab in COURSE.labs()
    for source in [read_source(lab.notebooks[0])]
    for cell in source.cells
    if is_solution(cell) and cell.cell_type == "code"
}


@pytest.mark.parametrize(("lab", "exercise"), EXERCISES)
def test_a_class_of_independent_right_answers_does_not_light_up(lab: str, exercise: str) -> None:
    """The bank's right solutions: 12 to 26 ways to write one exercise of the course."""
    folder = ROOT / "tests" / "solutions" / lab / exercise
    answers = {path.stem: path.read_text("utf-8") for path in folder.glob("right_*.py")}
    assert len(answers) > 9
    assert find_alike(answers, EXERCISES[lab, exercise]) == []


def test_copies_are_found_in_all_but_short_exercises() -> None:
    """Each of the bank's right solutions handed in twice, with names changed, where all others have the reference."""
    found, tried = set(), set()
    for (lab, exercise), (stub, reference) in EXERCISES.items():
        common = {gram for text in (stub, reference) for gram in grams(normal_tokens(text))}
        for path in sorted((ROOT / "tests" / "solutions" / lab / exercise).glob("right_*.py")):
            text = path.read_text("utf-8")
            if len(fingerprints(grams(normal_tokens(text))) - common) < 10:
                continue
            tried.add(path)
            answers = {f"s{n}": reference for n in range(20)} | {
                "a": text,
                "b": re.sub(r"\b([xX]|net|h1|m)\b", "u_", text),
            }
            if [pair.students for pair in find_alike(answers, (stub, reference))] == [("a", "b")]:
                found.add(path)
    assert len(tried) > 200
    assert tried - found == set()


# --------------------------------------------------------------------------- the page


@pytest.fixture
def page(path: Path, browser: Browser) -> Iterator[Page]:
    page, trouble = open_page(browser, path, viewport={"width": 1200, "height": 900})
    yield page
    assert trouble == []
    page.close()


def test_names_and_messages_are_only_text(page: Page) -> None:
    """Neither a name nor a message nor a file's name becomes an element of the page."""
    assert page.locator("img").count() == 0
    assert page.locator("script").count() == 1
    assert HOSTILE in " ".join(column(page, "最常失分的评分格", 6))
    assert HOSTILE in page.get_by_role("region", name="放到一边的文件").inner_text()


def test_a_script_that_got_in_would_not_run(path: Path, browser: Browser, tmp_path: Path) -> None:
    """The page allows its own script and nothing else; here with one planted in it."""
    planted = tmp_path / "planted.html"
    text = path.read_text("utf-8")
    planted.write_text(text.replace("<main>", "<main><script>document.title = 'planted'</script>"), "utf-8")
    page, trouble = open_page(browser, planted)
    assert page.title() == "班级报告"
    assert any("Content Security Policy" in line for line in trouble)
    page.close()


def column(page: Page, table: str, number: int) -> list[str]:
    cells = page.get_by_role("region", name=table, exact=True).locator(f"tbody tr td:nth-child({number})")
    return cells.all_inner_texts()


def test_tables_sort_by_click_and_keyboard(page: Page) -> None:
    table = "最常失分的评分格"
    header = page.get_by_role("region", name=table, exact=True).get_by_role("columnheader", name="失分的人数")
    assert column(page, table, 5) == ["3/6", "1/6"]
    header.get_by_role("button").click()
    assert header.get_attribute("aria-sort") == "descending"
    assert column(page, table, 5) == ["3/6", "1/6"]
    page.keyboard.press("Enter")
    assert header.get_attribute("aria-sort") == "ascending"
    assert column(page, table, 5) == ["1/6", "3/6"]
    other = page.get_by_role("region", name=table, exact=True).get_by_role("columnheader", name="评分格", exact=True)
    other.get_by_role("button").press("Space")
    assert other.get_attribute("aria-sort") == "ascending"
    assert header.get_attribute("aria-sort") is None


def test_a_link_opens_the_two_codes_side_by_side(page: Page) -> None:
    left, right = page.locator("#pair-1 pre").all()
    assert not left.is_visible()
    page.get_by_role("link", name="对照第 1 对的代码").click()
    assert left.is_visible()
    assert left.inner_text().strip() == BY_BITS
    assert right.inner_text().strip() == RENAMED
    assert left.bounding_box()["y"] == right.bounding_box()["y"]


def test_figures_have_axes_legends_and_words(page: Page) -> None:
    figures = page.locator("figure")
    assert figures.count() == 2, "one lab: no progress over labs"
    for figure in figures.all():
        assert figure.locator(".legend li").count() >= 2
        assert figure.locator("svg text").count() > 5
    assert (
        figures.first.get_by_role("img")
        .get_attribute("aria-label")
        .startswith("lab01：学生的得分率。6 人，中位数 83%。40–50%：1 人")
    )
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_it_also_on_a_phone(path: Path, browser: Browser, scheme: str) -> None:
    page, trouble = open_page(browser, path, viewport={"width": 360, "height": 780}, color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert violations(page) == []
    assert trouble == []
    page.close()
