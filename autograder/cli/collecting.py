"""The command that takes in what a class has handed in."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..course import Course
from ..errors import CourseError
from .base import NEEDS_ANOTHER_LOOK, json_option, main, option_course, progress_bar

if TYPE_CHECKING:
    from ..collect import Record, Report

STATES = {"taken": "收下", "superseded": "有另一次提交", "set aside": "搁置", "ignored": "忽略"}


@main.command(
    epilog="autograder collect lab05_dropout ~/Downloads/实验五.zip\n"
    "autograder collect all ~/Downloads/moodle/ --attempts last\n"
    "autograder collect lab05_dropout classroom/set_aside/lab05-3f9a1c7e22.ipynb --student 20260101\n"
    "autograder collect lab05_dropout hw.zip --pattern '(?P<id>\\d+)【(?P<name>.+)】.*'"
)
@click.argument("lab", metavar="实验")
@click.argument("paths", nargs=-1, required=True, metavar="文件...", type=click.Path(path_type=Path))
@click.option("--profile", metavar="平台", default=None, help="只按这个平台的命名认，默认自动识别。")
@click.option(
    "--pattern", metavar="正则", default=None, help="自己写命名规则：整个名字，用 (?P<id>…)、(?P<name>…) 等。"
)
@click.option("--student", metavar="学号", default=None, help="这些文件都是这个学生的：处理搁置的文件时用。")
@click.option(
    "--attempts",
    type=click.Choice(["last", "last-before-deadline", "first"]),
    default="last-before-deadline",
    show_default=True,
    help="交了几次时算哪一次；没有截止时间，或者都迟了，last-before-deadline 算最后一次。",
)
@click.option("--trust-ids", is_flag=True, help="没有名单时，把名字里的学号当真。")
@click.option("--replace", is_flag=True, help="手工放好的作业也可以代替；原来的留在 classroom/set_aside/。")
@json_option
@option_course
def collect(
    lab: str,
    paths: tuple[Path, ...],
    profile: str | None,
    pattern: str | None,
    student: str | None,
    attempts: str,
    trust_ids: bool,
    replace: bool,
    as_json: bool,
    course: Course,
) -> None:
    """把平台下载的作业收进 classroom/submitted/：文件夹、zip、7z、rar、tar，套在一起也行。

    实验写名字，几个之间用逗号隔开，或者写 all。学生只按名单认，实验按笔记本的内容认，拿不准的从不猜：放进
    classroom/set_aside/，说明原因，退出码为 1。每个文件的去向都记在 classroom/collected.json。

    平台：moodle、canvas、blackboard、chaoxing（学习通）、yuketang（雨课堂）、plain（学号和姓名）。
    """
    from ..collect import Options, Policy, custom_profile, load_profiles
    from ..collect import collect as take_in

    if profile and pattern:
        raise CourseError("--profile 和 --pattern 只能用一个。")
    profiles = load_profiles()
    if profile and profile not in profiles:
        raise CourseError(f"没有名为 {profile} 的平台。可以写：{'、'.join(profiles)}。")
    labs = course.select(() if lab == "all" else [name.strip() for name in lab.split(",")])
    options = Options(
        policy=Policy(attempts),
        profile=custom_profile(pattern) if pattern else profiles[profile] if profile else None,
        student=student,
        trust_ids=trust_ids,
        replace=replace,
    )
    with progress_bar() as progress:
        task = progress.add_task("收作业", total=None)
        report = take_in(
            course,
            labs,
            paths,
            options,
            lambda what, done, total: progress.update(task, description=what, completed=done, total=total),
            waiting=lambda process: click.echo(
                f"另一个 autograder collect（进程 {process or '未知'}）正在收作业，等它做完。", err=True
            ),
        )
    if as_json:
        click.echo(json.dumps(_plain(report), ensure_ascii=False))
    else:
        _show(course, report)
    if any(record.state == "set aside" for record in report.records):
        sys.exit(NEEDS_ANOTHER_LOOK)


def _plain(report: Report) -> dict[str, object]:
    return {
        "records": [asdict(record) for record in report.records],
        "profiles": dict(report.profiles),
        "missing": {lab: [student.student_id for student in students] for lab, students in report.missing.items()},
        "written": report.written,
    }


def _show(course: Course, report: Report) -> None:
    """Counts, what a person has to look at, who has handed in nothing."""
    counts = Counter(record.state.value for record in report.records)
    what = "，".join(f"{name} {counts[state]}" for state, name in STATES.items())
    click.echo(f"看了 {len(report.records)} 个文件：{what}。写入 {report.written} 份新的或改变了的作业。")
    if report.profiles:
        click.echo("命名：" + "，".join(f"{title} {number} 个文件" for title, number in report.profiles.most_common()))
    undated = Counter(record.reason for record in report.records if record.state == "taken" and record.reason)
    for reason, number in undated.most_common():
        click.echo(f"收下的作业里有 {number} 份{reason}。")
    aside = [record for record in report.records if record.state == "set aside"]
    if aside:
        _show_aside(course, aside)
    for lab, students in report.missing.items():
        if students:
            names = "、".join(f"{s.student_id} {s.name}".strip() for s in students)
            click.echo(f"{lab} 还没有交的（{len(students)} 人）：{names}")


def _show_aside(course: Course, aside: list[Record]) -> None:
    """What a person has to look at, by reason."""
    click.echo(f"\n需要你看一眼的（{len(aside)} 个）")
    by_reason: dict[str, list[Record]] = {}
    for record in sorted(aside, key=lambda r: (r.reason, r.input)):
        by_reason.setdefault(record.reason, []).append(record)
    for reason, records in by_reason.items():
        click.echo(f"  {reason}")
        for record in records:
            click.echo(f"    {record.student_id or '？'}  {record.input}")
    folder = course.submitted.parent / "set_aside"
    click.echo(f"副本在 {folder}：挑出要的，用 --student 学号 再收一次。每个文件的去向在 collected.json。\n")
