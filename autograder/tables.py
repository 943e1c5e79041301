"""Tables that people made, CSV or XLSX, as rows of text: encoding and separator are found out, not asked for."""

from __future__ import annotations

import csv
import io
import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from openpyxl import load_workbook

from .errors import CourseError

MAX_BYTES = 50 * 1024 * 1024
MAX_TITLE_LINES = 20  # above the header
SEPARATORS = {",": "逗号", "\t": "制表符", ";": "分号"}
BYTE_ORDER_MARKS = {
    b"\xef\xbb\xbf": ("UTF-8（带 BOM）", "utf-8-sig"),
    b"\xff\xfe": ("UTF-16", "utf-16"),
    b"\xfe\xff": ("UTF-16", "utf-16"),
}
ENCODINGS = {"UTF-8": "utf-8", "GBK": "gbk", "GB18030": "gb18030"}
OLD_EXCEL = b"\xd0\xcf\x11\xe0"  # .xls, and .xlsx with a password
EXACT = 10**15  # from here on a spreadsheet does not keep every digit of a number


@dataclass(frozen=True)
class Row:
    """One row, and where it stands for people to find it."""

    where: str
    cells: tuple[str, ...]


def read_tables(path: Path, known: Callable[[str], bool]) -> tuple[str, list[list[Row]]]:
    """How the file is written, for people to read, and its tables: one, or one a sheet.

    ``known`` tells a column's name; the separator is the one that shows most of them in one row. Raises
    :class:`CourseError` for what is no such file.
    """
    if not path.is_file():
        raise CourseError(f"没有这个文件：{path}。")
    try:
        if path.stat().st_size > MAX_BYTES:
            raise CourseError(f"{path} 超过 {MAX_BYTES // 2**20} MB，不像是名单。")
        data = path.read_bytes()
    except OSError as error:
        raise CourseError(f"{path} 读不出来：{error.strerror}。") from None
    if data.startswith(OLD_EXCEL):
        raise CourseError(f"{path} 是旧的 .xls 格式或加了密码：请在 Excel 里另存为 .xlsx 或 CSV。")
    if data.startswith(b"PK\x03\x04"):
        return "XLSX", list(_sheets(path, data))
    encoding, text = _decode(path, data)
    try:
        tables = {separator: _rows(text, separator) for separator in SEPARATORS}
    except csv.Error as error:
        raise CourseError(f"{path} 不是完整的 CSV（{error}）：请在 Excel 里另存为 .xlsx 或 CSV。") from None

    def columns(separator: str) -> int:
        return max((sum(map(known, row.cells)) for row in tables[separator][:MAX_TITLE_LINES]), default=0)

    separator = max(SEPARATORS, key=columns)  # the first of equals
    return f"{encoding}，{SEPARATORS[separator]}分隔", [tables[separator]]


def _decode(path: Path, data: bytes) -> tuple[str, str]:
    marked = [found for mark, found in BYTE_ORDER_MARKS.items() if data.startswith(mark)]
    for name, codec in marked or ENCODINGS.items():
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return name, text
    raise CourseError(
        f"{path} 不是 CSV 或 XLSX，或者用的不是 UTF-8、GBK、GB18030 编码：请在 Excel 里另存为 .xlsx 或“CSV UTF-8”。"
    )


def _rows(text: str, separator: str) -> list[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    rows, line = [], 1
    for cells in reader:
        rows.append(Row(f"第 {line} 行", tuple(cells)))
        line = reader.line_num + 1
    return rows


def _sheets(path: Path, data: bytes) -> Iterator[list[Row]]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about colours and drop-down lists that it does not keep
            workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            for sheet in workbook.worksheets:
                sheet.reset_dimensions()  # other programs write wrong ones
                where = f"工作表“{sheet.title}”第 " if len(workbook.worksheets) > 1 else "第 "
                rows = enumerate(sheet.iter_rows(), start=1)
                yield [Row(f"{where}{number} 行", tuple(map(_text, cells))) for number, cells in rows]
            workbook.close()
    except Exception as error:  # of many kinds: not a workbook, damaged, not its XML
        raise CourseError(
            f"{path} 不是完整的 XLSX 文件（{type(error).__name__}）：请在 Excel 里另存一份再试。"
        ) from error


def _text(cell: object) -> str:
    """What a spreadsheet's cell shows, a number with all its digits if it still has them."""
    value = getattr(cell, "value", None)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value.isoformat() if isinstance(value, date) else str(value)
    if abs(value) >= EXACT:
        return f"{value:.5E}"
    if value != int(value):
        return repr(value)
    zeros = re.fullmatch("0+", getattr(cell, "number_format", ""))
    return str(int(value)).zfill(len(zeros.group()) if zeros else 0)
