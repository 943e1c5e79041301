"""The class list: read from whatever file the school gives, kept as ``classroom/roster.csv``."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import astuple, dataclass, field, fields, replace
from pathlib import Path

from .course import Course
from .errors import CourseError
from .files import write_atomic
from .record import enter_students
from .tables import MAX_TITLE_LINES, Row, read_tables

ID, NAME, GROUP, EMAIL, LAST, FIRST = "student_id", "name", "group", "email", "last_name", "first_name"
LABELS = {ID: "学号", NAME: "姓名", GROUP: "班级", EMAIL: "邮箱", LAST: "姓", FIRST: "名"}
# What the columns are called, without case, spaces, punctuation and what stands in brackets; the first found counts.
COLUMNS: dict[str, list[str]] = {
    what: names.split()
    for what, names in {
        ID: "学号 学生学号 学员学号 学生编号 学工号 studentid studentnumber studentno idnumber sisuserid sid id",
        NAME: "姓名 学生姓名 学员姓名 名字 name fullname studentname student 学生",
        GROUP: "班级 行政班级 行政班 所在班级 班级名称 教学班 教学班名称 班 group class classname section",
        EMAIL: "邮箱 电子邮箱 邮箱地址 邮件 电子邮件 邮件地址 email emailaddress mail",
        LAST: "姓 lastname surname familyname",
        FIRST: "名 firstname givenname",
    }.items()
}
ALL_NAMES = {name for names in COLUMNS.values() for name in names}
HAN = "[\u3400-\u9fff\U00020000-\U0003ffff]"
SAFE_ID = re.compile(r"\w(?:[\w.@+-]{0,62}[\w@+-])?")  # names a folder on every system
SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+\d+", re.IGNORECASE)
SHOWN = 8  # rows that a message names


@dataclass(frozen=True)
class Student:
    """One line of the class list."""

    student_id: str  #: leading zeros and all
    name: str = ""
    group: str = ""  #: 班级
    email: str = ""


@dataclass(frozen=True)
class Reading:
    """What was found in a file."""

    students: dict[str, Student]  #: by id, sorted
    written: str  #: encoding and separator
    columns: dict[str, str]  #: what -> the column's name in the file
    notes: dict[str, list[str]] = field(default_factory=dict)  #: what was mended or left out -> where


@dataclass(frozen=True)
class Update:
    """The class list after a file was laid over the earlier one."""

    students: dict[str, Student]
    new: list[Student]
    changed: list[tuple[Student, Student]]  #: before, after
    gone: list[Student]  #: in the earlier list, not in the file


def roster_path(course: Course) -> Path:
    """Where the class list is kept."""
    return course.submitted.parent / "roster.csv"


def load_roster(course: Course) -> dict[str, Student]:
    """The class list by student id, {} if there is none; raises :class:`CourseError` if it cannot be read."""
    path = roster_path(course)
    return read_roster(path, digits=0).students if path.exists() else {}


def save_roster(course: Course, students: Mapping[str, Student]) -> bool:
    """Enter the class list into the gradebook and write it down; returns whether the file changed.

    Raises :class:`CourseError` if the gradebook or the file cannot be written; the file is then as it was.
    """
    enter_students(course, {s.student_id: (s.name, s.email) for s in students.values()})
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([column.name for column in fields(Student)])
    writer.writerows(astuple(student) for student in students.values())
    path, content = roster_path(course), text.getvalue().encode("utf-8-sig")
    if path.exists() and path.read_bytes() == content:
        return False
    write_atomic(path, content)
    return True


def update(earlier: Mapping[str, Student], found: Mapping[str, Student], *, replace_all: bool = False) -> Update:
    """Lay ``found`` over ``earlier``: students missing from it stay, and what it leaves blank stays as it was.

    With ``replace_all`` the list is ``found`` and nothing else.
    """
    merged = {}
    for key, student in found.items():
        before = earlier.get(key)
        merged[key] = student if before is None or replace_all else _filled(student, before)
    gone = [student for key, student in earlier.items() if key not in found]
    students = merged if replace_all else dict(earlier) | merged
    return Update(
        dict(sorted(students.items())),
        [student for key, student in merged.items() if key not in earlier],
        [(earlier[key], student) for key, student in merged.items() if key in earlier and earlier[key] != student],
        gone,
    )


def _filled(student: Student, other: Student) -> Student:
    """``student`` with its blanks filled from ``other``."""
    values = {c.name: getattr(student, c.name) or getattr(other, c.name) for c in fields(Student) if c.name != ID}
    return replace(student, **values)


# --------------------------------------------------------------------------- reading


def read_roster(path: Path, *, digits: int | None = None, known: Collection[str] = ()) -> Reading:
    """The students in a CSV or XLSX file.

    Ids that a spreadsheet has robbed of their leading zeros get them back where that is certain: up to ``digits``
    (0: as they stand), or else by the other ids and those ``known`` from before. Raises :class:`CourseError` that
    names the rows if an id is missing, unusable, in doubt or used for two names.
    """
    written, tables = read_tables(path, lambda cell: _key(cell) in ALL_NAMES)
    headers = [(table, header) for table in tables if (header := _find_header(path, table)) is not None]
    if not headers:
        seen = "、".join(cell.strip() for row in tables[0][:1] for cell in row.cells if cell.strip()) if tables else ""
        raise CourseError(
            f"{path} 里没有学号这一列（第一行是：{seen[:80] or '空的'}）："
            "请把表头写成“学号、姓名、班级、邮箱”，后三列可以没有。"
        )
    notes: dict[str, list[str]] = {}
    problems: list[str] = []
    entries = [
        entry
        for table, (start, columns) in headers
        for row in table[start + 1 :]
        if (entry := _entry(row, columns, notes, problems)) is not None
    ]
    _give_zeros(entries, digits, known, notes, problems)
    students = _merge(entries, notes, problems)
    if problems:
        more = f"……共 {len(problems)} 处" if len(problems) > SHOWN else ""
        raise CourseError(f"{path} 要先改好：{'；'.join(problems[:SHOWN])}{more}。")
    if not students:
        raise CourseError(f"{path} 的表头下面没有学生。")
    if unnamed := [key for key, student in students.items() if not student.name]:
        notes["没有姓名"] = unnamed
    table, (start, columns) = headers[0]
    named = {what: table[start].cells[place].strip() for what, place in columns.items()}
    return Reading(dict(sorted(students.items())), written, named, notes)


@dataclass
class _Entry:
    where: str
    student: Student


def _key(cell: str) -> str:
    """A column's name without case, width, spaces, punctuation and what stands in brackets."""
    text = re.sub(r"\(.*?\)", "", unicodedata.normalize("NFKC", cell).casefold())
    return re.sub(r"[\W_]+", "", text)


def _find_header(path: Path, rows: list[Row]) -> tuple[int, dict[str, int]] | None:
    """The place of the header and of its columns; titles may stand above it. None if no row names the ids."""
    best: tuple[int, dict[str, int]] | None = None
    for number, row in enumerate(rows[:MAX_TITLE_LINES]):
        keys = [_key(cell) for cell in row.cells]
        found = {what: next((name for name in names if name in keys), None) for what, names in COLUMNS.items()}
        columns = {what: keys.index(name) for what, name in found.items() if name is not None}
        if ID in columns and (best is None or len(columns) > len(best[1])):
            best = number, columns
    if best is not None:
        header = rows[best[0]]
        keys = [_key(cell) for cell in header.cells]
        for place in best[1].values():
            if (times := keys.count(keys[place])) > 1:
                name = header.cells[place].strip()
                raise CourseError(f"{path} {header.where}有 {times} 列都叫“{name}”：请只留一列。")
    return best


def _entry(row: Row, columns: Mapping[str, int], notes: dict[str, list[str]], problems: list[str]) -> _Entry | None:
    """The student in a row, None if there is none."""
    cell = {what: row.cells[place] if place < len(row.cells) else "" for what, place in columns.items()}
    given = _visible(cell[ID])
    if _key(given) in COLUMNS[ID]:
        return None  # the header again, at the top of another page
    name = clean_name(cell.get(NAME, "")) or clean_name(_full_name(cell.get(LAST, ""), cell.get(FIRST, "")))
    if not given:
        if name:
            problems.append(f"{row.where}有姓名（{name}），没有学号")
        elif any(_visible(text) for text in row.cells):
            notes.setdefault("没有学号和姓名的行，跳过", []).append(row.where)
        return None
    try:
        student_id = clean_id(given)
    except ValueError as error:
        problems.append(f"{row.where}的学号“{given}”{error}")
        return None
    if student_id != given:
        what = "学号里的全角字符、空格或表格软件的记号已去掉"
        notes.setdefault(what, []).append(f"{row.where}“{given}”→“{student_id}”")
    rest = {what: " ".join(_visible(cell.get(what, "")).split()) for what in (GROUP, EMAIL)}
    return _Entry(row.where, Student(student_id, name, **rest))


def _visible(text: str) -> str:
    """``text`` without marks that nobody sees and without space around it."""
    return "".join(c for c in text if c.isspace() or unicodedata.category(c) not in ("Cf", "Cc")).strip()


def _full_name(last: str, first: str) -> str:
    return last + first if re.search(HAN, last + first) else f"{first} {last}"


def clean_name(text: str) -> str:
    """A name on one line; Chinese characters that were spaced out to look alike stand together again."""
    return re.sub(rf"(?<={HAN}) (?={HAN})", "", " ".join(_visible(text).split()))


def clean_id(text: str) -> str:
    """A student id as it was meant, half-width and without spaces; raises :class:`ValueError` (Chinese) if it is none.

    The marks by which programs keep a spreadsheet from making it a number (``'0123``, ``="0123"``, ``123.0``) go too.
    """
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", _visible(text)))
    plain = re.sub(r'^(?:=?"(.*)"|\'(.*))$', r"\1\2", plain)
    plain = re.sub(r"^(\d+)\.0$", r"\1", plain)
    if SCIENTIFIC.fullmatch(plain):
        raise ValueError("是科学计数法，后面的数字已经丢了（在表格软件里把这一列设为“文本”，重新导出）")
    if not SAFE_ID.fullmatch(plain):
        raise ValueError("不能作文件夹的名字（可以用字母、数字和 . _ - @ +，不以点开头或结尾，最长 64 个字符）")
    return plain


def _give_zeros(
    entries: list[_Entry], digits: int | None, known: Collection[str], notes: dict[str, list[str]], problems: list[str]
) -> None:
    """Put leading zeros back in ``entries``."""
    restored, doubtful = restore_zeros([entry.student.student_id for entry in entries], digits, known)
    for entry in entries:
        key = entry.student.student_id
        if key in restored:
            entry.student = replace(entry.student, student_id=restored[key])
            notes.setdefault("学号前面丢掉的 0 已补上", []).append(f"{entry.where}“{key}”→“{restored[key]}”")
    if doubtful:
        rows = [
            f"{entry.where}“{entry.student.student_id}”" for entry in entries if entry.student.student_id in doubtful
        ]
        more = f"等 {len(rows)} 个" if len(rows) > SHOWN else ""
        if digits:
            problems.append(f"学号超过 {digits} 位：{'、'.join(rows[:SHOWN])}{more}")
            return
        problems.append(
            f"学号的位数与别的不同，看不出是不是丢了前面的 0：{'、'.join(rows[:SHOWN])}{more}"
            "（用 --id-digits 8 这样的选项说明学号有几位，短的在前面补 0；用 --id-digits 0 照原样收下）"
        )


def restore_zeros(ids: Iterable[str], digits: int | None, known: Collection[str]) -> tuple[dict[str, str], set[str]]:
    """Ids that lost leading zeros, with them, and the ids of which one cannot tell. Only ids of digits are looked at.

    It is certain if an id known from before is the same but for zeros, or if most ids have one digit more, none
    has more than that, and none of those begins like the short one (then a digit in the middle may be missing).
    """
    numbers = {number for number in ids if number.isdecimal()}
    if digits is not None:
        wrong = {number for number in numbers if digits and len(number) > digits}
        return {number: number.zfill(digits) for number in numbers if len(number) < digits}, wrong
    earlier = {number.lstrip("0"): number for number in known if number.isdecimal()}
    restored = {n: earlier[n.lstrip("0")] for n in numbers - set(known) if n.lstrip("0") in earlier}
    restored = {short: full for short, full in restored.items() if len(short) < len(full)}
    lengths = Counter(map(len, numbers))
    if len(lengths) < 2:
        return restored, set()
    common, count = lengths.most_common(1)[0]
    most = common == max(lengths) and count > len(numbers) / 2
    beginnings = {number[:2] for number in numbers if len(number) == common}
    odd = {number for number in numbers if len(number) != common} - set(known) - restored.keys()
    sure = {
        n for n in odd if most and len(n) == common - 1 and n[:2] not in beginnings and n.zfill(common) not in numbers
    }
    return restored | {number: number.zfill(common) for number in sure}, odd - sure


def _merge(entries: list[_Entry], notes: dict[str, list[str]], problems: list[str]) -> dict[str, Student]:
    """The students by id. An id may come twice if its names agree; what the later one adds is kept."""
    first: dict[str, _Entry] = {}  # without case: some systems do not tell folders apart by it
    for entry in entries:
        key = entry.student.student_id.casefold()
        earlier = first.setdefault(key, entry)
        if earlier is entry:
            continue
        mine, theirs = earlier.student, entry.student
        rows = f"{earlier.where}和{entry.where}"
        if mine.name and theirs.name and mine.name.casefold() != theirs.name.casefold():
            problems.append(f"{rows}的学号都是 {mine.student_id}，姓名却不同（{mine.name}、{theirs.name}）")
            continue
        differ = [
            f"{LABELS[what]}取“{getattr(mine, what)}”，不取“{getattr(theirs, what)}”"
            for what in (GROUP, EMAIL)
            if getattr(mine, what) and getattr(theirs, what) not in ("", getattr(mine, what))
        ]
        said = f"{rows}（{'，'.join([mine.student_id, *differ])}）"
        notes.setdefault("同一个学生写了多次，已合并", []).append(said)
        earlier.student = _filled(mine, theirs)
    return {entry.student.student_id: entry.student for entry in first.values()}
