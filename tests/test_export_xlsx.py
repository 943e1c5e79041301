"""``autograder export``: the Excel workbook and the files for learning platforms."""

from __future__ import annotations

import csv
import io
import re
import shutil
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from conftest import answered, autograder, make_course, submit
from nbgrader.api import Gradebook
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from test_bad_input import assert_refused

from autograder.course import Course
from autograder.lms import profiles
from autograder.roster import Student
from autograder.standings import Entry, Exercise, LabStanding, Standing, summarise
from autograder.workbook import build_workbook

LAB = "lab01_adding"
PROFILES = ("plain", "moodle", "canvas", "blackboard")
FORMULA = '=HYPERLINK("http://x.invalid","点我")'
ROSTER = (
    "student_id,name,group,email\n"
    "0009,没交的人,一班,none@example.org\n"
    '0012,"=HYPERLINK(""http://x.invalid"",""点我"")",一班,@sum.example.org\n'
    "0013,+1+1,-2+3,\n"
)
STATISTICS = ["人数", "平均", "下四分位", "中位数", "上四分位", "最低", "最高", "满分比例"]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A class: one graded to the end, two waiting, one unreadable and not on the roster, one who handed in nothing."""
    course = make_course(tmp_path_factory.mktemp("class"))
    submit(course, "0012", answered())
    submit(course, "0013", answered(add="def add(a, b):\n    return 0"))
    submit(course, "0014", answered(square="def square(x):\n    return 9"))
    (course.submitted / "zz" / LAB / "=1+1.ipynb").mkdir(parents=True)  # its name begins what is said about it
    write_roster(course, ROSTER)
    assert autograder("grade", course=course).returncode == 0
    mark_by_hand(course, "0012", 0.5)
    return course


@pytest.fixture
def mine(graded: Course, tmp_path: Path) -> Course:
    """A copy of the class, to be changed."""
    shutil.copytree(graded.root, tmp_path / "class")
    return Course.open(tmp_path / "class")


def write_roster(course: Course, text: str) -> None:
    course.submitted.parent.mkdir(exist_ok=True)
    (course.submitted.parent / "roster.csv").write_text(text, "utf-8-sig")


def mark_by_hand(course: Course, student: str, points: float) -> None:
    with Gradebook(course.db_url) as book:
        grade = book.find_grade("think", LAB, LAB, student)
        grade.manual_score, grade.needs_manual_grade = points, False
        book.db.commit()


def export(course: Course, output: Path, *options: str, code: int = 0):
    result = autograder("export", *options, "-o", output, course=course)
    assert result.returncode == code, result.stdout + result.stderr
    assert "Traceback" not in result.stderr
    return result


def workbook(course: Course, folder: Path) -> Workbook:
    export(course, folder / "marks.xlsx")
    return load_workbook(folder / "marks.xlsx")


def rows_of(sheet: Worksheet) -> dict[str, dict[str, object]]:
    """By the first cell of each row: heading -> value."""
    head, *rows = sheet.iter_rows(values_only=True)
    return {row[0]: dict(zip(head, row, strict=True)) for row in rows if row[0]}


# --------------------------------------------------------------------------- the workbook


def test_a_sheet_sums_up_and_a_sheet_a_lab(graded: Course, tmp_path: Path) -> None:
    result = export(graded, tmp_path / "marks.xlsx")
    assert "5 个学生、1 个实验" in result.stdout
    assert "已批改 1 份，待批阅 2 份，无法评分 1 份，未交 1 份" in result.stdout
    book = load_workbook(tmp_path / "marks.xlsx")
    assert book.sheetnames == ["汇总", LAB]
    lab, summary = rows_of(book[LAB]), rows_of(book["汇总"])
    titles = ["练习 1　两数之和", "练习 2　平方", "思考题"]
    assert list(lab["0012"]) == ["学号", "姓名", "班级", *titles, "迟交扣分", "总分", "状态", "请复查", "说明"]
    assert [lab["满分"][title] for title in [*titles, "总分"]] == [5, 4, 1, 10]
    assert [lab["0012"][title] for title in [*titles, "总分", "状态"]] == [5, 4, 0.5, 9.5, "已批改"]
    assert [lab["0013"][title] for title in [*titles, "总分", "状态"]] == [0, 4, None, 4, "待批阅"]
    assert [lab["zz"][title] for title in [*titles, "总分", "状态"]] == [None, None, None, None, "无法评分"]
    assert [lab["0009"][title] for title in [*titles, "总分", "状态"]] == [None, None, None, None, "未交"]
    assert (lab["0009"]["姓名"], lab["0009"]["班级"]) == ("没交的人", "一班")
    assert lab["0014"]["说明"] == "名单里没有这个学号" and not lab["0013"]["说明"]
    assert lab["zz"]["说明"].startswith("名单里没有这个学号；=1+1.ipynb 不是普通文件")
    assert [summary[s][LAB] for s in ("满分", "0012", "0013", "0009", "zz")] == [10, 9.5, 4, "未交", "无法评分"]
    assert [summary[s]["合计"] for s in ("满分", "0012", "0013", "0009")] == [10, 9.5, 4, None]
    assert [summary[s]["未完成"] for s in ("0012", "0013", "0009")] == [None, "lab01 待批阅", "lab01 未交"]


def test_students_stand_by_number_then_those_who_are_not_on_the_roster(graded: Course, tmp_path: Path) -> None:
    for sheet in workbook(graded, tmp_path):
        column = [row[0] for row in sheet.iter_rows(values_only=True)]
        assert column == ["学号", "满分", "0009", "0012", "0013", "0014", "zz", None, *STATISTICS]


def test_it_reads_well(graded: Course, tmp_path: Path) -> None:
    for sheet in workbook(graded, tmp_path):
        assert sheet.freeze_panes == "C3"
        assert sheet.auto_filter.ref.startswith("A2:") and sheet.auto_filter.ref.endswith("7"), "the students alone"
        assert sheet["A1"].font.bold
        assert sheet["A4"].number_format == "@" and sheet["A4"].data_type == "s", "leading zeros stay"
        assert all(8 < sheet.column_dimensions[cell.column_letter].width <= 50 for cell in sheet[1])
    assert sheet["D4"].number_format == "0.0"
    assert (sheet["D9"].number_format, sheet["D16"].number_format) == ("0", "0%")


def test_statistics_are_values_of_those_whose_marks_stand(graded: Course, tmp_path: Path) -> None:
    lab = rows_of(workbook(graded, tmp_path)[LAB])
    add, total = "练习 1　两数之和", "总分"
    assert [lab[name][add] for name in STATISTICS] == pytest.approx([3, 10 / 3, 2.5, 5, 5, 0, 5, 2 / 3])
    assert [lab[name][total] for name in STATISTICS] == [1, 9.5, 9.5, 9.5, 9.5, 9.5, 9.5, 0], "one is graded to the end"
    assert lab["平均"]["状态"] is None


@pytest.mark.parametrize("count", [1, 2, 3, 8, 31])
def test_statistics_are_those_that_spreadsheets_compute(count: int) -> None:
    points = np.random.default_rng(count).integers(0, 5, count).astype(float).tolist()
    found = summarise(points, 4)
    quartiles = np.percentile(points, [25, 50, 75]).tolist()
    assert [found.lower_quartile, found.median, found.upper_quartile] == pytest.approx(quartiles)
    assert (found.count, found.lowest, found.highest) == (count, min(points), max(points))
    assert found.full_marks == points.count(4) / count
    assert summarise([], 4) is None


def test_nothing_is_a_formula_in_the_workbook(graded: Course, tmp_path: Path) -> None:
    book = workbook(graded, tmp_path)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    risky = [cell for cell in cells if isinstance(cell.value, str) and cell.value[0] in "=+-@"]
    assert {FORMULA, "+1+1", "-2+3"} <= {cell.value for cell in risky}, "the words themselves are kept"
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in risky)
    with zipfile.ZipFile(tmp_path / "marks.xlsx") as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/")]
    assert len(sheets) == 2 and not any(b"<f>" in sheet or b"<f " in sheet for sheet in sheets)


def test_the_same_marks_give_the_same_bytes(graded: Course, tmp_path: Path) -> None:
    export(graded, tmp_path / "a.xlsx")
    time.sleep(2.1)  # a zip counts time in steps of two seconds
    export(graded, tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_handed_in_but_not_graded_is_said_and_asks_for_another_look(mine: Course, tmp_path: Path) -> None:
    submit(mine, "0009", answered())
    result = export(mine, tmp_path / "marks.xlsx", code=1)
    assert "autograder grade" in result.stderr
    assert rows_of(load_workbook(tmp_path / "marks.xlsx")[LAB])["0009"]["状态"] == "已交未批改"


def test_a_fault_of_the_grader_is_no_zero(mine: Course, tmp_path: Path) -> None:
    (mine.verdicts / "0012" / LAB / f"{LAB}.json").write_text("{", "utf-8")
    export(mine, tmp_path / "marks.xlsx", code=1)
    row = rows_of(load_workbook(tmp_path / "marks.xlsx")[LAB])["0012"]
    assert (row["状态"], row["练习 1　两数之和"]) == ("需重新批改", None)


def test_without_a_roster_all_who_handed_in_are_there(mine: Course, tmp_path: Path) -> None:
    (mine.submitted.parent / "roster.csv").unlink()
    lab = rows_of(workbook(mine, tmp_path)[LAB])
    assert {"0012", "0013", "0014", "zz"} <= lab.keys() and "0009" not in lab
    assert lab["0014"]["说明"] is None


def test_names_of_labs_that_no_sheet_may_have() -> None:
    def table(name: str) -> LabStanding:
        entry = Entry(Student("1", "控\x07制\ud800"), Standing.MISSING)
        return LabStanding(name, (Exercise("n", "e", "练习", 1.0),), (entry,))

    long = "lab01_a_name_that_is_longer_than_a_sheet_takes"
    book = load_workbook(
        io.BytesIO(build_workbook([table(n) for n in (long, long + "2", long.upper(), "a/b:c?", "汇总")]))
    )
    assert book.sheetnames == ["汇总", long[:31], long[:29] + "~2", long.upper()[:29] + "~3", "a_b_c_", "汇总~2"]
    assert book["a_b_c_"]["B3"].value == "控?制?"


# --------------------------------------------------------------------------- platforms


def table_of(path: Path, name: str) -> list[list[str]]:
    return list(csv.reader(path.read_bytes().decode(profiles()[name].encoding).splitlines()))


def test_the_platforms_are_those_of_the_help() -> None:
    assert tuple(profiles()) == PROFILES
    assert re.search("、".join(PROFILES), autograder("export", "--help", course=Path()).stdout.replace("\n", ""))


@pytest.mark.parametrize(
    ("name", "heading", "row"),
    [
        ("plain", ["学号", "姓名", "班级", LAB], ["0009", "没交的人", "一班", ""]),
        ("moodle", ["ID number", "Full name", "Email address", LAB], ["0009", "没交的人", "none@example.org", ""]),
        (
            "canvas",
            ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", LAB],
            ["没交的人", "", "0009", "", "一班", ""],
        ),
        (
            "blackboard",
            ["Username", "Last Name", "Student ID", f"{LAB} [Total Pts: 10 Score]"],
            ["0009", "没交的人", "0009", ""],
        ),
    ],
)
def test_columns_of_a_platform(graded: Course, tmp_path: Path, name: str, heading: list[str], row: list[str]) -> None:
    result = export(graded, tmp_path / "m.csv", "--profile", name, code=1)
    assert "待批阅" in result.stderr and "留空" in result.stderr
    table = table_of(tmp_path / "m.csv", name)
    assert table[0] == heading
    if name == "canvas":
        assert table.pop(1) == ["    Points Possible", "", "", "", "", "10"]
    assert table[1] == row
    scores = {next(cell for cell in r if re.fullmatch(r"\d{4}|zz", cell)): r[-1] for r in table[1:]}
    assert scores == {"0009": "", "0012": "9.5", "0013": "", "0014": "", "zz": ""}, "only marks that stand, never a 0"


def test_a_class_whose_marks_stand_is_done(mine: Course, tmp_path: Path) -> None:
    for student in ("0013", "0014"):
        mark_by_hand(mine, student, 1)
    shutil.rmtree(mine.submitted / "zz")
    shutil.rmtree(mine.verdicts / "zz")
    result = export(mine, tmp_path / "m.csv", "--profile", "moodle")
    assert result.stderr == ""
    assert [row[-1] for row in table_of(tmp_path / "m.csv", "moodle")] == [LAB, "", "9.5", "5", "6"]


@pytest.mark.parametrize("options", [[], ["--by", "test"], *(["--profile", name] for name in PROFILES)])
def test_nothing_is_a_formula_in_a_csv(graded: Course, tmp_path: Path, options: list[str]) -> None:
    export(graded, tmp_path / "m.csv", *options, code=1 if "--profile" in options else 0)
    rows = list(csv.reader((tmp_path / "m.csv").read_text("utf-8-sig").splitlines()))
    assert not [cell for row in rows for cell in row if cell.lstrip()[:1] in tuple("=+-@＝＋－＠")]
    quoted = "'=1+1.ipynb" if "--profile" not in options else "'" + FORMULA
    assert any(cell.startswith(quoted) for row in rows for cell in row)


# --------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("output", "options", "words"),
    [
        ("m.pdf", [], (".csv", ".xlsx")),
        ("marks", [], (".csv", ".xlsx")),
        ("m.xlsx", ["--by", "test"], ("--by",)),
        ("m.csv", ["--by", "test", "--profile", "moodle"], ("--by",)),
        ("m.xlsx", ["--profile", "moodle"], ("CSV", "m.xlsx")),
        ("m.csv", ["--profile", "sakai"], ("sakai", *PROFILES)),
    ],
)
def test_what_does_not_go_together_is_refused(
    graded: Course, tmp_path: Path, output: str, options: list[str], words: tuple[str, ...]
) -> None:
    assert_refused(autograder("export", *options, "-o", tmp_path / output, course=graded), *words)
    assert not (tmp_path / output).exists()


@pytest.mark.parametrize("options", [["-o", "m.xlsx"], ["-o", "m.csv", "--profile", "canvas"]])
def test_nothing_graded_yet(course: Course, options: list[str]) -> None:
    options = [option if option[0] == "-" or "." not in option else str(course.root / option) for option in options]
    assert_refused(autograder("export", *options, course=course), "autograder grade")
    assert not list(course.root.glob("m.*"))
