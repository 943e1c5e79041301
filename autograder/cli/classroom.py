"""Commands around a class: what goes back to students, and the marks."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from ..course import Course
from ..errors import CourseError
from .base import json_option, labs_argument, main, option_course

SHOWN = 5  # of a long list


@main.command(epilog="autograder roster 名单.xlsx --check\nautograder roster 名单.xlsx")
@click.argument("file", metavar="文件", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--check", is_flag=True, help="只看读出了什么、会改什么，不写。")
@click.option("--replace", "replace_all", is_flag=True, help="名单以这个文件为准：文件里没有的学生去掉。")
@click.option(
    "--id-digits",
    type=click.IntRange(0, 64),
    default=None,
    metavar="位数",
    help="学号有几位，短的在前面补 0；0 表示照原样。默认自己判断，判断不了就停下来。",
)
@json_option
@option_course
def roster(file: Path, check: bool, replace_all: bool, id_digits: int | None, as_json: bool, course: Course) -> None:
    """读入班级名单（CSV 或 XLSX），写成 classroom/roster.csv，记入成绩簿。

    编码、分隔符、表头的位置和各列的名字都自己认；学号缺了、重了、看不准时一个也不写，指出是哪一行。
    """
    from ..roster import LABELS, load_roster, read_roster, roster_path, save_roster, update

    earlier = load_roster(course)
    known = () if replace_all else earlier
    found = read_roster(file, digits=id_digits, known=known)
    result = update(earlier, found.students, replace_all=replace_all)
    written = False if check else save_roster(course, result.students)
    if as_json:
        report = {"read": len(found.students), "total": len(result.students), "written": written}
        report |= {"file": found.written, "columns": found.columns, "notes": found.notes} | asdict(result)
        report |= {"students": [asdict(student) for student in result.students.values()]}
        click.echo(json.dumps(report, ensure_ascii=False))
        return
    columns = "，".join(f"{LABELS[what]}是“{name}”列" for what, name in found.columns.items())
    click.echo(f"{file}：{len(found.students)} 个学生（{found.written}）。{columns}。")
    for what, where in found.notes.items():
        click.echo(f"{what}（{len(where)} 处）：{_some(where)}")
    changes = []
    for before, after in result.changed:
        pairs = zip(asdict(before).values(), asdict(after).values(), strict=True)
        changes.append(f"{after.student_id}（{'，'.join(f'“{old}”→“{new}”' for old, new in pairs if old != new)}）")
    fate = "已去掉，成绩簿里的成绩保留" if replace_all else "仍保留在名单里，要去掉请加 --replace"
    for what, students in (
        ("新来的", [f"{student.student_id} {student.name}".strip() for student in result.new]),
        ("改了的", changes),
        (f"文件里没有的（{fate}）", [f"{student.student_id} {student.name}".strip() for student in result.gone]),
    ):
        if students and earlier:
            click.echo(f"{what} {len(students)} 人：{_some(students)}")
    path = roster_path(course)
    if check:
        click.echo("只是检查，没有写入。")
    elif written:
        click.echo(f"写好 {len(result.students)} 个学生：{path}")
    else:
        click.echo(f"没有变化：{path} 里有 {len(result.students)} 个学生。")


def _some(items: list[str]) -> str:
    """The first of ``items``, and how many there are if that is not all."""
    return "、".join(items[:SHOWN]) + (f" 等 {len(items)} 个" if len(items) > SHOWN else "")


@main.command(epilog="autograder feedback\nautograder feedback lab05_dropout")
@labs_argument
@option_course
def feedback(labs: tuple[str, ...], course: Course) -> None:
    """给每份批改过的作业写一页反馈（HTML，不需要联网），放进 classroom/feedback/。"""
    from ..feedback import write_feedback

    pages = list(write_feedback(course, course.select(labs)))
    if not pages:
        raise CourseError("还没有批改结果：请先运行 autograder grade。")
    click.echo(f"写好 {len(pages)} 页反馈：{course.feedback}")


@main.command(
    epilog="autograder export -o grades.csv\nautograder export --by test -o tests.csv\n"
    "autograder export lab02_vanishing_gradients -o lab02.csv"
)
@labs_argument
@click.option(
    "--by",
    type=click.Choice(["assignment", "test"]),
    default="assignment",
    show_default=True,
    help="一行是一个学生的一次作业，还是一个评分格。",
)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="写到哪个文件。")
@option_course
def export(labs: tuple[str, ...], by: str, output: Path, course: Course) -> None:
    """把成绩导出成 CSV（UTF-8，Excel 可以直接打开）。"""
    from ..export import export_marks

    rows = export_marks(course, course.select(labs), output, by_test=by == "test")
    click.echo(f"写好 {rows} 行：{output}")
