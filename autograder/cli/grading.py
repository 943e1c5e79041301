"""Commands that grade: the class, the machine's sandbox, the prose before it is marked."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.box import SIMPLE_HEAD
from rich.table import Table

from ..course import Course
from ..errors import CourseError
from ..verdict import State, Verdict
from .base import (
    INTERRUPTED,
    NEEDS_ANOTHER_LOOK,
    console,
    json_option,
    labs_argument,
    main,
    option_course,
    progress_bar,
)


@main.command(
    epilog="autograder grade\nautograder grade lab01_activations --student 20260101\nautograder grade --jobs 4 --force"
)
@labs_argument
@click.option("--student", "students", multiple=True, metavar="学号", help="只批改这些学生，可以写多次。")
@click.option(
    "--jobs", type=click.IntRange(1), default=None, help="同时批改几份，默认按 c.Limits.jobs，没写就是处理器核数。"
)
@click.option("--dask", metavar="地址", default=None, help="交给这个 Dask 调度器的 worker 批改，例如 tcp://主机:8786。")
@click.option(
    "--timeout",
    type=click.FloatRange(1),
    default=None,
    metavar="秒",
    help="一格最多运行多久，默认按 c.Limits.cell，没写就是 30。",
)
@click.option("--force", is_flag=True, help="没有变化的作业也重新批改。")
@click.option(
    "--log-json", "log", metavar="文件", default=None, help="把经过记到这个文件的末尾，一行一个 JSON；- 表示标准错误。"
)
@click.option("--no-sandbox", is_flag=True, help="缺少沙箱时也批改：学生的代码能读写你的文件，结果标为可信度低。")
@json_option
@option_course
def grade(
    labs: tuple[str, ...],
    students: tuple[str, ...],
    jobs: int | None,
    dask: str | None,
    timeout: float | None,
    force: bool,
    log: str | None,
    no_sandbox: bool,
    as_json: bool,
    course: Course,
) -> None:
    """批改 classroom/submitted/ 里的作业，记入成绩簿。

    读不了的文件记为 not gradable，不影响其他作业；批改程序自己出的错记为 grader fault，退出码为 1，再运行一次即可。
    """
    if dask and jobs:
        raise CourseError("--jobs 只管本机：用 --dask 时，同时批改几份由 worker 的 --slots 决定。请去掉其中一个。")
    verdicts = run_grading(
        course,
        labs,
        students=students,
        jobs=jobs,
        timeout=timeout,
        force=force,
        log=log,
        confined=not no_sandbox,
        dask=dask,
    )
    if as_json:
        click.echo(json.dumps([asdict(verdict) for verdict in verdicts], ensure_ascii=False))
    else:
        show_class(verdicts)
    if any(verdict.state is State.FAULT for verdict in verdicts):
        sys.exit(NEEDS_ANOTHER_LOOK)


def run_grading(
    course: Course,
    labs: tuple[str, ...],
    *,
    students: tuple[str, ...] = (),
    timeout: float | None = None,
    log: str | None = None,
    **options: Any,
) -> list[Verdict]:
    """Grade with a progress bar, and ``log`` it; what is left undone by Ctrl-C is said.

    The verdicts by student, then lab.
    """
    from ..grade import grade_class
    from ..intake import find_submissions, unknown_folders
    from ..limits import run_limits
    from ..runlog import observe, open_log

    limits, selected = run_limits(course, cell=timeout), course.select(labs)
    verdicts: list[Verdict] = []
    total = len(find_submissions(course, selected, students))
    try:
        with (
            open_log(log) as logger,
            observe(course, selected, total, logger) as observer,
            progress_bar(hidden=log == "-") as progress,
        ):

            def tell(message: str) -> None:
                observer.log("cluster", message=message)
                if log != "-":
                    click.echo(message, err=True)

            task = progress.add_task("批改", total=total)
            for step in grade_class(course, selected, students=students, limits=limits, tell=tell, **options):
                verdict = step.verdict
                observer.note(step)
                description = f"{verdict.student_id} {verdict.assignment}"
                progress.update(task, completed=step.done, description=description)
                verdicts.append(verdict)
    except KeyboardInterrupt:
        click.echo(f"已停止：{len(verdicts)} 份作业已经批改并记下。再运行一次，从停下的地方继续。", err=True)
        sys.exit(INTERRUPTED)
    if ignored := unknown_folders(course):
        click.echo(f"不是本课程的实验，已忽略：{'、'.join(ignored)}", err=True)
    return sorted(verdicts, key=lambda v: (v.student_id, v.assignment, v.notebook))


def show_class(verdicts: list[Verdict], kinds: dict[str, str] | None = None) -> None:
    """Print a table of the class, a row a student and a column a lab, and below it what needs a word."""
    cells: dict[tuple[str, str], list[Verdict]] = {}
    for verdict in verdicts:
        cells.setdefault((verdict.student_id, verdict.assignment), []).append(verdict)
    labs = sorted({lab for _, lab in cells})
    click.echo("\n自动评分（不含等待教师批阅的题）")
    table = Table(box=SIMPLE_HEAD)
    table.add_column("学号", no_wrap=True)
    if kinds:
        table.add_column("这份作业", no_wrap=True)
    for lab in labs:
        table.add_column(lab.split("_")[0], justify="right", no_wrap=True)
    for student in sorted({student for student, _ in cells}):
        row = [_score(cells.get((student, lab), [])) for lab in labs]
        table.add_row(student, *([kinds.get(student, "")] if kinds else []), *row)
    console.print(table)
    remarks: dict[tuple[str, str], list[str]] = {}
    for verdict in verdicts:
        if verdict.reason:
            remarks.setdefault((verdict.student_id, verdict.reason), []).append(verdict.assignment.split("_")[0])
        for flag in verdict.flags:
            remarks.setdefault((verdict.student_id, f"请复查：{flag}"), []).append(verdict.assignment.split("_")[0])
    for (student, reason), where in remarks.items():
        click.echo(f"{student}（{'、'.join(where)}）：{reason}")


def _score(verdicts: list[Verdict]) -> str:
    if not verdicts:
        return "–"
    if any(verdict.state is State.NOT_GRADABLE for verdict in verdicts):
        return "[yellow]无法评分[/]"
    if any(verdict.state is State.FAULT for verdict in verdicts):
        return "[red]需重新批改[/]"
    return f"{sum(v.auto_score for v in verdicts):g}/{sum(v.max_score for v in verdicts):g}"


@main.command(epilog="autograder doctor\nautograder doctor --json")
@json_option
@click.option("--course", "folder", metavar="DIR", default=None, help="课程文件夹，默认是当前文件夹；学生不该看到它。")
@click.pass_context
def doctor(ctx: click.Context, as_json: bool, folder: str | None) -> None:
    """检查这台机器上沙箱的每一层是不是真的有效，缺的怎样补上。缺少必需的层时退出码为 1。"""
    from ..engine.doctor import check
    from ..engine.sandbox import LAYERS, REQUIRED

    found = check(hidden=[str(Path(folder or ctx.find_root().obj or ".").resolve())])
    missing = [name for name in REQUIRED if found.get(name)]
    if as_json:
        click.echo(json.dumps({"layers": found, "missing": missing}, ensure_ascii=False))
    else:
        for name, layer in LAYERS.items():
            why = found.get(name, "")
            click.echo(f"{'缺少' if why else '有效'}  {name:8} {layer.what}")
            if why:
                click.echo(f"                {why}\n                {layer.how}")
        click.echo("缺少必需的层，不能批改。" if missing else "可以放心批改。")
    if missing:
        sys.exit(NEEDS_ANOTHER_LOOK)


@main.command(epilog="autograder triage lab05_dropout\nautograder triage lab05_dropout --confirm")
@labs_argument
@click.option("--confirm", is_flag=True, help="没有动笔和空白的，直接定为 0 分，不再等人确认。")
@json_option
@option_course
def triage(labs: tuple[str, ...], confirm: bool, as_json: bool, course: Course) -> None:
    """批阅思考题之前先分一分：没有动笔的、空白的、几乎相同的。

    没有动笔和空白的先记 0 分，在 formgrader 里等你确认；你已经打过的分不会改。
    """
    from ..triage import triage as sort_out

    found = list(sort_out(course, course.select(labs), confirm=confirm))
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False))
        return
    if not found:
        raise CourseError("还没有要批阅的思考题：请先运行 autograder grade。")
    for one in found:
        click.echo(f"\n{one.lab} {one.grade_id}：{one.answers} 份")
        done = "已定为 0 分" if confirm else "先记 0 分，等你确认"
        for what, students in (("没有动笔", one.untouched), ("空白", one.blank)):
            if students:
                click.echo(f"  {what}（{len(students)} 人，{done}）：{'、'.join(students)}")
        for group in one.alike:
            click.echo(
                f"  几乎相同（{len(group.students)} 人，相似度至少 {group.likeness:.0f}%）：{'、'.join(group.students)}"
            )
            click.echo(f"    “{group.begins}…”")
        if not (one.untouched or one.blank or one.alike):
            click.echo("  没有空白的，也没有几乎相同的。")
