"""The class's marks as an Excel workbook: a sheet that sums up, and a sheet a lab."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import datetime

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from .files import ZIP_DATE, zip_files
from .standings import Entry, LabStanding, Standing, Student, summarise

SUMMARY = "汇总"
STATISTICS = ("人数", "平均", "下四分位", "中位数", "上四分位", "最低", "最高", "满分比例")  # as in standings.Summary
POINTS, COUNT, SHARE, TEXT = "0.0", "0", "0%", "@"
MAX_TITLE = 31  # characters of a sheet's name
MAX_WIDTH = 48  # characters of a column
HEAD = PatternFill("solid", fgColor="DDE6F0")
SOFT = PatternFill("solid", fgColor="F3F6FA")


@dataclass(frozen=True)
class Column:
    """One column: a cell a student, and which of the points its statistics are about (None: it has none)."""

    title: str
    cells: list[str | float | None]
    max_score: float | None = None
    counted: list[float] | None = None


def build_workbook(labs: list[LabStanding]) -> bytes:
    """The bytes of an .xlsx file; the same standings give the same bytes."""
    book = Workbook()
    book.properties.creator = "autograder"
    book.properties.created = datetime(*ZIP_DATE)
    sheet = book.active
    sheet.title = SUMMARY
    _fill(sheet, _summary(labs))
    for lab in labs:
        _fill(book.create_sheet(_sheet_title(lab.lab, book.sheetnames)), _lab(lab))
    return _packed(book)


def _sheet_title(name: str, used: Iterable[str]) -> str:
    """A name that Excel takes, and that no other sheet has."""
    taken = {title.casefold() for title in used}
    whole = re.sub(r"[\[\]:*?/\\]", "_", name)
    titles = (whole[: MAX_TITLE - len(end)] + end for end in ("", *(f"~{number}" for number in range(2, 10_000))))
    return next(title for title in titles if title.casefold() not in taken)


# --------------------------------------------------------------------------- what stands in the sheets


def _who(students: list[Student]) -> list[Column]:
    return [
        Column("学号", [student.student_id for student in students]),
        Column("姓名", [student.name for student in students]),
        Column("班级", [student.group for student in students]),
    ]


def _lab(lab: LabStanding) -> list[Column]:
    columns = _who([entry.student for entry in lab.entries])
    for exercise in lab.exercises:
        points = [entry.points(exercise) for entry in lab.entries]
        columns.append(Column(exercise.title, [*points], exercise.max_score, _known(points)))
    finals = _known(entry.final for entry in lab.entries)
    penalties = [entry.late_penalty if entry.parts else None for entry in lab.entries]
    return [
        *columns,
        Column("迟交扣分", [*penalties]),
        Column("总分", [entry.score for entry in lab.entries], lab.max_score, finals),
        Column("状态", [entry.standing for entry in lab.entries]),
        Column("请复查", [entry.review for entry in lab.entries]),
        Column("说明", [entry.remarks for entry in lab.entries]),
    ]


def _summary(labs: list[LabStanding]) -> list[Column]:
    rows = [*zip(*(lab.entries for lab in labs), strict=True)]
    columns = _who([entries[0].student for entries in rows])
    for number, lab in enumerate(labs):
        mine = [entries[number] for entries in rows]
        shown = [entry.standing if entry.score is None else entry.score for entry in mine]
        columns.append(Column(lab.lab, [*shown], lab.max_score, _known(entry.final for entry in mine)))
    totals = [_total(entry.score for entry in entries) for entries in rows]
    complete = [sum(finals) for entries in rows if len(finals := _known(e.final for e in entries)) == len(entries)]
    return [
        *columns,
        Column("合计", [*totals], sum(lab.max_score for lab in labs), complete),
        Column("未完成", [_open(labs, entries) for entries in rows]),
    ]


def _known(points: Iterable[float | None]) -> list[float]:
    return [value for value in points if value is not None]


def _total(scores: Iterable[float | None]) -> float | None:
    known = _known(scores)
    return sum(known) if known else None


def _open(labs: list[LabStanding], entries: tuple[Entry, ...]) -> str:
    """Which labs a student's total lacks, and which may still change it."""
    pairs = zip(labs, entries, strict=True)
    return "，".join(f"{lab.lab.split('_')[0]} {e.standing}" for lab, e in pairs if e.standing is not Standing.GRADED)


# --------------------------------------------------------------------------- how it looks


def _fill(sheet: Worksheet, columns: list[Column]) -> None:
    """Headings, the points possible, the class, and below it the statistics, as values."""
    students = len(columns[0].cells)
    below = students + 4  # a free row sets the statistics apart
    for row, label in ((2, "满分"), *enumerate(STATISTICS, start=below)):
        _write(sheet.cell(row, 1), label, fill=SOFT, bold=True)
    for number, column in enumerate(columns, start=1):
        head = _write(sheet.cell(1, number), column.title, fill=HEAD, bold=True)
        head.alignment = Alignment(wrap_text=True, vertical="center")
        if number > 1:
            _write(sheet.cell(2, number), column.max_score, fill=SOFT, bold=True)
        for row, value in enumerate(column.cells, start=3):
            _write(sheet.cell(row, number), value)
        if column.counted is not None:
            found = summarise(column.counted, column.max_score or 0.0)
            for row, value in enumerate(astuple(found) if found else (0,), start=below):
                label = STATISTICS[row - below]
                form = {STATISTICS[0]: COUNT, STATISTICS[-1]: SHARE}.get(label, POINTS)
                _write(sheet.cell(row, number), value, form, fill=SOFT)
        shown = [column.title, *(str(value) for value in column.cells if value is not None)]
        widest = max(map(_width, shown if column.counted is None else [column.title[:12]]))
        sheet.column_dimensions[get_column_letter(number)].width = min(max(widest, 8), MAX_WIDTH) + 2
    sheet.freeze_panes = "C3"  # headings and points above, number and name on the left
    sheet.auto_filter.ref = f"A2:{get_column_letter(len(columns))}{students + 2}"


def _write(
    cell: Cell, value: str | float | None, form: str = POINTS, *, fill: PatternFill | None = None, bold: bool = False
) -> Cell:
    """A number, or text that stays text: neither a number nor a formula whatever it looks like."""
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("?", value.encode("utf-8", "replace").decode("utf-8"))
        cell.data_type = "s"
        cell.number_format = TEXT
        cell.quotePrefix = True  # also after somebody has edited it
    elif value is not None:
        cell.value = value
        cell.number_format = form
    if fill is not None:
        cell.fill = fill
    if bold:
        cell.font = Font(bold=True)
    return cell


def _width(text: str) -> int:
    """Columns that a text takes: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _packed(book: Workbook) -> bytes:
    """The file's bytes without the time of saving, which openpyxl puts into it."""
    stream = io.BytesIO()
    book.save(stream)
    with zipfile.ZipFile(stream) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    created = rb"\g<1>" + f"{datetime(*ZIP_DATE).isoformat()}Z".encode() + rb"\g<2>"
    core = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)", created, members["docProps/core.xml"])
    return zip_files(members | {"docProps/core.xml": core})
