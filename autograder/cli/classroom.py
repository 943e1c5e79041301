"""Commands around a class: what goes back to students, and the marks."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..course import Course
from ..errors import CourseError
from .base import NEEDS_ANOTHER_LOOK, json_option, labs_argument, main, option_course

if TYPE_CHECKING:
    from ..lms import Profile

SHOWN = 5  # of a long list


@main.command(epilog="autograder roster 名单.xlsx --check\nautograder roster 名单.xlsx")
@click.argument("file", metavar="文件", type=click.Path(path_type=Path))
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
    fate = "（已去掉，成绩簿里的成绩保留）" if replace_all else "（仍保留在名单里，要去掉请加 --replace）"
    for what, students, more in (
        ("新来的", [f"{student.student_id} {student.name}".strip() for student in result.new], ""),
        ("改了的", changes, ""),
        ("文件里没有的", [f"{student.student_id} {student.name}".strip() for student in result.gone], fate),
    ):
        if students and earlier:
            click.echo(f"{what} {len(students)} 人：{_some(students)}{more}")
    path = roster_path(course)
    if check:
        click.echo("只是检查，没有写入。")
    elif written:
        click.echo(f"写好 {len(result.students)} 个学生：{path}")
    else:
        click.echo(f"没有变化：{path} 里有 {len(result.students)} 个学生。")


def _some(items: Sequence[str]) -> str:
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
    "autograder export -o grades.xlsx\nautograder export lab02_vanishing_gradients --profile moodle -o lab02.csv"
)
@labs_argument
@click.option(
    "--by",
    type=click.Choice(["assignment", "test"]),
    default=None,
    help="普通 CSV 的一行是一个学生的一次作业（assignment，默认），还是一个评分格（test）。",
)
@click.option(
    "--profile", metavar="平台", default=None, help="写成这个平台能导入的 CSV：plain、moodle、canvas、blackboard。"
)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="写到哪个文件。")
@option_course
def export(labs: tuple[str, ...], by: str | None, profile: str | None, output: Path, course: Course) -> None:
    """导出成绩。文件名以 .csv 结尾时写 CSV，以 .xlsx 结尾时写 Excel 工作簿：每个实验一张表，加一张汇总。

    工作簿和平台用的 CSV 里有名单（classroom/roster.csv）上的每一个学生，没有交的标为“未交”。
    平台用的 CSV 只写已经定下来的分，其余留空。还有要处理的作业时，退出码为 1。
    """
    from ..export import export_marks, export_standings
    from ..standings import Standing

    selected = course.select(labs)
    kind = output.suffix.lower()
    if kind not in (".csv", ".xlsx"):
        raise CourseError(f"不知道 {output.name} 该写成什么格式：文件名请以 .csv 或 .xlsx 结尾。")
    if by and (profile or kind == ".xlsx"):
        raise CourseError("--by 只用于普通的 CSV：请去掉 --by，或者去掉 --profile 并写到 .csv 文件。")
    if profile and kind == ".xlsx":
        raise CourseError(f"平台导入用的是 CSV：请把 {output.name} 改成以 .csv 结尾，或者去掉 --profile。")
    if kind == ".csv" and not profile:
        rows = export_marks(course, selected, output, by_test=by == "test")
        click.echo(f"写好 {rows} 行：{output}")
        return
    tables = export_standings(course, selected, output, _profile(profile) if profile else None)
    click.echo(f"写好 {len(tables[0].entries)} 个学生、{len(tables)} 个实验：{output}")
    standings = [entry.standing for table in tables for entry in table.entries]
    counts = {standing: standings.count(standing) for standing in Standing if standing in standings}
    click.echo("，".join(f"{standing} {count} 份" for standing, count in counts.items()))
    unsettled = {Standing.FAULT, Standing.UNGRADED}
    if unsettled & counts.keys():
        click.echo("有已经交来、还没有批改好的作业：请运行 autograder grade，再导出一次。", err=True)
    if profile and (blank := {Standing.NEEDS_MANUAL, Standing.NOT_GRADABLE} & counts.keys()):
        click.echo(f"分数还没有定下来的（{'、'.join(sorted(blank))}）在文件里留空。", err=True)
        unsettled |= blank
    if unsettled & counts.keys():
        sys.exit(NEEDS_ANOTHER_LOOK)


@main.command(
    "return",
    epilog="autograder return -o feedback.zip\nautograder return lab05_dropout --profile moodle -o lab05.zip",
)
@labs_argument
@click.option(
    "--profile", metavar="平台", default="plain", show_default=True, help="按哪个平台的叫法命名：plain、moodle。"
)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="写到哪个 .zip。")
@json_option
@option_course
def return_(labs: tuple[str, ...], profile: str, output: Path, as_json: bool, course: Course) -> None:
    """把全班的反馈页打成一个 zip，一个学生一个文件夹，供上传。缺的、旧的反馈页先重新生成。

    plain：文件夹叫“学号_姓名”。moodle：用收作业时原来的文件夹名，可以用“上传多个反馈文件”一次传完；一次一个实验。
    每一页放进去之前都核对学号，不会发错人。有人的反馈发不了时，退出码为 1。
    """
    from ..files import write_atomic
    from ..handback import pack, prepare

    if output.suffix.lower() != ".zip":
        raise CourseError(f"反馈打成一个 zip：{output.name} 请以 .zip 结尾。")
    chosen = _profile(profile)
    if profile != "plain" and not chosen.submission:
        raise CourseError(f"{profile} 不能成批上传反馈：请用 --profile plain，再逐个发给学生。")
    found = prepare(course, course.select(labs), chosen)
    write_atomic(output, pack(found.pages))
    if as_json:
        pages = [{"student_id": p.student_id, "lab": p.lab, "file": p.name} for p in found.pages]
        left_out = [dict(zip(("student_id", "lab", "why"), one, strict=True)) for one in found.left_out]
        report = {"pages": pages, "waiting": found.waiting, "left_out": left_out, "unknown": found.unknown}
        click.echo(json.dumps(report, ensure_ascii=False))
    else:
        students = len({page.student_id for page in found.pages})
        click.echo(f"打包 {len(found.pages)} 页反馈，{students} 个学生：{output}")
        if found.waiting:
            click.echo(f"其中还有题目等待教师批阅的：{_some(found.waiting)}")
    for student_id, lab, why in found.left_out:
        click.echo(f"没有打包 {student_id} 的 {lab}：{why}，请运行 autograder grade。", err=True)
    if found.unknown:
        click.echo(f"不知道在平台上的文件夹名，按“学号_姓名”打包，要单独上传：{_some(found.unknown)}", err=True)
    if found.left_out or found.unknown:
        sys.exit(NEEDS_ANOTHER_LOOK)


def _profile(name: str) -> Profile:
    from ..lms import profiles

    if name not in profiles():
        raise CourseError(f"没有名为 {name} 的平台。可选：{'、'.join(profiles())}。")
    return profiles()[name]
