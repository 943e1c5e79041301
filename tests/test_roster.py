"""``autograder roster``: class lists as schools give them, and what is wrong with some."""

from __future__ import annotations

import csv
import io
import json
import stat
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from conftest import answered, autograder, run_command, submit
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from test_bad_input import assert_refused

from autograder.course import Course
from autograder.gradebook import open_gradebook
from autograder.roster import (
    Student,
    clean_id,
    clean_name,
    load_roster,
    read_roster,
    restore_zeros,
    roster_path,
    save_roster,
)

CLASS = "学号,姓名,班级,邮箱\n20260101,张三,一班,zhang@example.edu\n20260102,李四,二班,li@example.edu\n"
ZHANG = Student("20260101", "张三", "一班", "zhang@example.edu")
LI = Student("20260102", "李四", "二班", "li@example.edu")


def write(course: Course, content: str | bytes, name: str = "名单.csv") -> Path:
    path = course.root / name
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path


def workbook(course: Course, *sheets: list[list[object]], formats: dict[str, str] | None = None) -> Path:
    """An XLSX file; ``formats`` are number formats of cells of the first sheet."""
    book = Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, start=1):
        sheet = book.create_sheet(f"{number}班")
        for row in rows:
            sheet.append(row)
    for place, code in (formats or {}).items():
        book.worksheets[0][place].number_format = code
    path = course.root / "名单.xlsx"
    book.save(path)
    return path


def take(course: Course, file: Path, *options: str) -> dict:
    """What the command says it did, as JSON."""
    result = autograder("roster", file, "--json", *options, course=course)
    assert result.returncode == 0, result.stderr
    assert not result.stderr
    return json.loads(result.stdout)


def refused(course: Course, content: str | Path, *words: str, options: tuple[str, ...] = ()) -> None:
    """The command ends with one sentence that has these words, and nothing is written."""
    file = content if isinstance(content, Path) else write(course, content)
    assert_refused(autograder("roster", file, *options, course=course), *words)
    assert not roster_path(course).exists()


# --------------------------------------------------------------------------- what comes in


@pytest.mark.parametrize(
    ("codec", "said"),
    [("utf-8", "UTF-8，"), ("utf-8-sig", "BOM"), ("gbk", "GBK，"), ("gb18030", "GB18030，"), ("utf-16", "UTF-16，")],
)
def test_encodings(course: Course, codec: str, said: str) -> None:
    text = CLASS.replace("张三", "张\U00020000") if codec == "gb18030" else CLASS  # a name that GBK does not have
    reading = read_roster(write(course, text.encode(codec)))
    assert said in reading.written
    assert [s.group for s in reading.students.values()] == ["一班", "二班"]
    assert reading.students["20260101"].name == ("张\U00020000" if codec == "gb18030" else "张三")


@pytest.mark.parametrize(("separator", "said"), [(",", "逗号"), ("\t", "制表符"), (";", "分号")])
def test_separators(course: Course, separator: str, said: str) -> None:
    lines = [["ID", "Name", "Section"], ["7a", "Li, Hua; A", "一"], ["7b", "Wu, Yi; B", "二"]]
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(lines)
    reading = read_roster(write(course, text.getvalue()))
    assert said in reading.written
    assert reading.students["7a"] == Student("7a", "Li, Hua; A", "一")


def test_the_way_from_the_schools_file_to_the_gradebook(course: Course) -> None:
    title = "2026 春深度学习实验课名单,,,,\n任课教师：某某,,,,\n\n"
    header = "序号,邮箱地址,姓名（必填）,学 号,行政班级\n"
    rows = "1,zhang@example.edu,张　三,20260101,一班\n2,li@example.edu,李四,20260102,二班\n"
    file = write(course, (title + header + rows + ",,,,\n,,,,共 2 人\n").encode("gbk"))
    result = autograder("roster", file, course=course)
    assert result.returncode == 0, result.stderr
    for words in (
        "2 个学生（GBK，逗号分隔）",
        "学号是“学 号”列",
        "姓名是“姓名（必填）”列",
        "班级是“行政班级”列",
        "第 8 行",
    ):
        assert words in result.stdout
    assert (
        roster_path(course).read_bytes()
        == (
            "\ufeffstudent_id,name,group,email\r\n20260101,张三,一班,zhang@example.edu\r\n20260102,李四,二班,li@example.edu\r\n"
        ).encode()
    )
    assert stat.S_IMODE(roster_path(course).stat().st_mode) == 0o644
    assert load_roster(course) == {"20260101": ZHANG, "20260102": LI}
    with open_gradebook(course) as book:
        found = [(s.id, s.last_name, s.first_name, s.email) for s in book.students]
    assert sorted(found) == [
        ("20260101", "张三", "", "zhang@example.edu"),
        ("20260102", "李四", "", "li@example.edu"),
    ]


def test_twice_changes_nothing(course: Course) -> None:
    file = write(course, CLASS)
    assert take(course, file)["written"]
    files = [roster_path(course), course.root / "classroom" / "gradebook.db"]
    before = [(path.read_bytes(), path.stat().st_mtime_ns) for path in files]
    again = take(course, file)
    assert not any(again[what] for what in ("written", "new", "changed", "gone"))
    assert [(path.read_bytes(), path.stat().st_mtime_ns) for path in files] == before
    assert "没有变化" in autograder("roster", roster_path(course), course=course).stdout, "its own file is one, too"


def test_check_only_looks(course: Course) -> None:
    result = autograder("roster", write(course, CLASS), "--check", course=course)
    assert result.returncode == 0
    assert "没有写入" in result.stdout
    assert not (course.root / "classroom").exists()


def test_new_changed_and_gone_students(course: Course) -> None:
    take(course, write(course, CLASS))
    second = write(course, "学号,姓名\n20260102,李思\n20260103,王五\n")
    said = autograder("roster", second, "--check", course=course).stdout
    for words in (
        "新来的 1 人：20260103 王五",
        "20260102（“李四”→“李思”）",
        "文件里没有的",
        "20260101 张三",
        "--replace",
    ):
        assert words in said
    report = take(course, second)
    assert [s["student_id"] for s in report["new"]] == ["20260103"]
    assert [s["student_id"] for s in report["gone"]] == ["20260101"]
    assert load_roster(course) == {
        "20260101": ZHANG,
        "20260102": Student("20260102", "李思", "二班", "li@example.edu"),
        "20260103": Student("20260103", "王五"),
    }, "who is gone stays, and so does what the file does not say"
    take(course, second, "--replace")
    assert list(load_roster(course)) == ["20260102", "20260103"]
    assert load_roster(course)["20260102"] == Student("20260102", "李思")
    with open_gradebook(course) as book:
        assert book.find_student("20260101").last_name == "张三", "with the marks that may be there"


def test_students_of_the_gradebook_keep_their_marks(course: Course) -> None:
    submit(course, "20260101", answered())
    assert autograder("grade", course=course).returncode == 0
    take(course, write(course, CLASS))
    with open_gradebook(course) as book:
        student = book.find_student("20260101")
        assert (student.last_name, student.score) == ("张三", 9)


def test_first_and_last_names(course: Course) -> None:
    rows = "Last Name,First Name,Username,Student ID\n诸葛,亮,zl,001\nLi,Hua,lh,002\n"
    reading = read_roster(write(course, rows))
    assert [s.name for s in reading.students.values()] == ["诸葛亮", "Hua Li"]


def test_a_better_name_for_the_column_wins(course: Course) -> None:
    reading = read_roster(write(course, "ID,学号,Name,姓名\n1,20260101,zs,张三\n"))
    assert reading.students == {"20260101": Student("20260101", "张三")}


def test_sheets_of_a_workbook(course: Course) -> None:
    one = [
        ["名单"],
        [],
        ["学号", "姓名"],
        ["20260101", "张三"],
        [20260102, "李四"],
        [],
        ["学号", "姓名"],
        [20260103, 5],
    ]
    report = take(course, workbook(course, one, [["说明"]], [["姓名", "学号"], ["赵六", "20260104"]]))
    assert report["file"] == "XLSX"
    assert [(s["student_id"], s["name"]) for s in report["students"]] == [
        ("20260101", "张三"),
        ("20260102", "李四"),
        ("20260103", "5"),
        ("20260104", "赵六"),
    ]
    broken = workbook(course, one, [["姓名", "学号"], ["赵六", None]])
    assert_refused(autograder("roster", broken, course=course), "工作表“2班”第 2 行", "赵六", "没有学号")


# --------------------------------------------------------------------------- ids that a spreadsheet has damaged


def test_a_number_format_says_how_many_zeros_there_were(course: Course) -> None:
    file = workbook(course, [["学号"], [12], [345]], formats={"A2": "00000", "A3": "00000"})
    assert list(read_roster(file).students) == ["00012", "00345"]


def test_lost_zeros_are_given_back_and_said(course: Course) -> None:
    file = workbook(course, [["学号", "姓名"], ["1120101", "张三"], ["1220102", "李四"], [920103, "王五"]])
    result = autograder("roster", file, course=course)
    assert result.returncode == 0
    assert "丢掉的 0 已补上（1 处）：第 4 行“920103”→“0920103”" in result.stdout
    assert "0920103" in load_roster(course)
    later = write(course, "学号\n920103\n")
    assert list(read_roster(later, known=load_roster(course)).students) == ["0920103"], "known from before"


@pytest.mark.parametrize(
    "ids",
    [
        ["20260101", "20260102", "2026013"],  # rather a digit in the middle
        ["920101", "920102", "1120103"],  # did most lose one?
        ["1120101", "1220102", "9201"],  # three at once
        ["1120101", "920102"],
    ],
)
def test_zeros_in_doubt_are_refused(course: Course, ids: list[str]) -> None:
    text = "学号\n" + "\n".join(ids) + "\n"
    refused(course, text, "看不出", "--id-digits", "行“")
    assert list(read_roster(write(course, text), digits=0).students) == sorted(ids)
    assert all(len(key) == 9 for key in read_roster(write(course, text), digits=9).students)


def test_digits_that_are_too_few(course: Course) -> None:
    refused(course, CLASS, "超过 7 位", "20260101", options=("--id-digits", "7"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("学号,姓名\n2.02601E+11,张三\n", ("第 2 行", "2.02601E+11", "科学计数法")),
        ("学号,姓名\n,张三\n", ("第 2 行", "张三", "没有学号")),
        ("学号,姓名\n../x,张三\n", ("第 2 行", "文件夹")),
        ("学号,姓名\n.,张三\n", ("第 2 行", "文件夹")),
        ("学号,姓名\n1,张三\n\n1,李四\n", ("第 2 行和第 4 行", "张三", "李四")),
        ("学号,姓名\na1,张三\nA1,李四\n", ("第 2 行和第 3 行", "a1")),
        ("序号,姓名\n1,张三\n", ("没有学号这一列", "序号、姓名", "表头")),
        ("学号,姓名,学号,姓名\n1,张三,2,李四\n", ("2 列都叫“学号”",)),
        ("学号,姓名\n", ("没有学生",)),
        ("", ("没有学号这一列", "空的")),
        ("学号,姓名\n" + "".join(f",无名{n}\n" for n in range(30)), ("第 9 行", "共 30 处")),
    ],
)
def test_what_is_refused(course: Course, content: str, words: tuple[str, ...]) -> None:
    refused(course, content, *words)


def test_numbers_that_lost_their_digits(course: Course) -> None:
    refused(course, workbook(course, [["学号"], [20260101202601012]]), "第 2 行", "科学计数法")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", ".xls"),
        (b"PK\x03\x04 no workbook", "XLSX"),
        (b"\x00\x01\x02\xff\xfe", "编码"),
        ('学号,姓名\n1,"' + "a" * 200_000 + '"\n', "CSV"),
    ],
)
def test_what_is_no_table(course: Course, data: str | bytes, words: str) -> None:
    refused(course, write(course, data), "名单.csv", words)


def test_no_such_file(course: Course) -> None:
    assert_refused(autograder("roster", "没有.csv", course=course), "没有这个文件", "没有.csv")
    assert_refused(autograder("roster", course.root, course=course), "没有这个文件")


def test_a_damaged_roster_is_named(course: Course) -> None:
    roster_path(course).parent.mkdir()
    roster_path(course).write_text("别的东西\n", "utf-8")
    assert_refused(autograder("roster", write(course, CLASS), course=course), "roster.csv", "没有学号这一列")


def test_a_gradebook_that_cannot_be_written_leaves_the_roster(course: Course) -> None:
    (course.root / "classroom").mkdir()
    (course.root / "classroom" / "gradebook.db").write_text("this is no database, only some text in a file", "utf-8")
    refused(course, CLASS, "成绩簿")


# --------------------------------------------------------------------------- what is mended


def test_the_same_student_twice_is_one(course: Course) -> None:
    report = take(course, write(course, "学号,姓名,班级,邮箱\n1,张三,一班,\n2,李四,,\n1,张 三,二班,z@example.edu\n"))
    assert report["students"][0] == {"student_id": "1", "name": "张三", "group": "一班", "email": "z@example.edu"}
    assert report["notes"]["同一个学生写了多次，已合并"] == ["第 2 行和第 4 行（1，班级取“一班”，不取“二班”）"]


def test_mended_ids_are_said(course: Course) -> None:
    rows = "学号,姓名\n２０２６０１０１,张三\n2026 0102,\n\t20260103\t,王五\n'20260104,赵六\n20260105.0,钱七\n"
    report = take(course, write(course, rows), "--check")
    assert [s["student_id"] for s in report["students"]] == [f"2026010{n}" for n in range(1, 6)]
    (mended,) = [where for what, where in report["notes"].items() if "全角" in what]
    assert [note.split("“")[0] for note in mended] == ["第 2 行", "第 3 行", "第 5 行", "第 6 行"]
    assert report["notes"]["没有姓名"] == ["20260102"]


IDS = st.one_of(st.text(max_size=12), st.from_regex(r"[0-9A-Za-z_.@+ '\"=-]{1,12}", fullmatch=True))


@given(IDS)
def test_an_id_names_one_folder_and_stays_as_it_is(text: str) -> None:
    try:
        found = clean_id(text)
    except ValueError:
        return
    assert Path(found).name == found not in (".", "..")
    assert clean_id(found) == found


@given(st.text())
def test_a_name_stays_as_it_is(text: str) -> None:
    assert clean_name(clean_name(text)) == clean_name(text)


NUMBERS = st.lists(st.from_regex("[0-9]{1,9}", fullmatch=True), max_size=20)


@given(NUMBERS, st.sampled_from([None, 0, 5, 9]), NUMBERS)
def test_zeros_are_all_that_is_given_back(ids: list[str], digits: int | None, known: list[str]) -> None:
    restored, doubtful = restore_zeros(ids, digits, known)
    assert doubtful <= set(ids)
    for short, full in restored.items():
        assert short in ids
        assert full.endswith(short)
        assert set(full.removesuffix(short)) == {"0"}
    if digits is None:
        kept = {number for number in ids if number not in restored and number not in doubtful} - set(known)
        assert len({len(number) for number in kept}) <= 1, "others have one length"


FIELD = st.text(st.characters(codec="utf-8"), max_size=8).map(clean_name)


@settings(deadline=None)  # it writes files
@given(st.lists(st.builds(Student, st.from_regex("[0-9]{1,4}[a-z]", fullmatch=True), FIELD, FIELD), min_size=1))
def test_what_is_written_is_what_is_read(students: list[Student]) -> None:
    by_id = {s.student_id: s for s in sorted(students, key=lambda s: s.student_id)}
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr("autograder.roster.enter_students", lambda *_: None)  # the gradebook has tests of its own
        (Path(folder) / "source_notebooks").mkdir()
        course = Course.open(folder)
        assert save_roster(course, by_id)
        assert load_roster(course) == by_id
        assert not save_roster(course, load_roster(course))


def test_the_command_explains_itself() -> None:
    result = run_command("autograder", "roster", "--help")
    assert result.returncode == 0
    assert "autograder roster" in result.stdout.split("例子")[1]


def test_no_roster_is_an_empty_one(course: Course) -> None:
    assert load_roster(course) == {}
