"""Commands around a class: what goes back to students, and the marks."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..course import Course
from ..errors import CourseError
from .base import NEEDS_ANOTHER_LOOK, json_option, labs_argument, main, option_course

if TYPE_CHECKING:
    from ..lms import Profile


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
            click.echo(f"其中还有题目等待教师批阅的：{'、'.join(found.waiting)}")
    for student_id, lab, why in found.left_out:
        click.echo(f"没有打包 {student_id} 的 {lab}：{why}，请运行 autograder grade。", err=True)
    if found.unknown:
        names = "、".join(found.unknown)
        click.echo(f"不知道在平台上的文件夹名，按“学号_姓名”打包，要单独上传：{names}", err=True)
    if found.left_out or found.unknown:
        sys.exit(NEEDS_ANOTHER_LOOK)


def _profile(name: str) -> Profile:
    from ..lms import profiles

    if name not in profiles():
        raise CourseError(f"没有名为 {name} 的平台。可选：{'、'.join(profiles())}。")
    return profiles()[name]
