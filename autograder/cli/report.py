"""The command that shows an instructor the class at a glance."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from ..course import Course
from ..verdict import State
from .base import NEEDS_ANOTHER_LOOK, json_option, labs_argument, main, option_course, progress_bar


@main.command(epilog="autograder report\nautograder report lab05_dropout -o lab05.html\nautograder report --json")
@labs_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    help="写到哪个文件，默认是 classroom/report.html。",
)
@json_option
@option_course
def report(labs: tuple[str, ...], output: Path | None, as_json: bool, course: Course) -> None:
    """给教师的班级报告：一个 HTML 文件，双击就能看，不需要联网。

    得分分布、最常失分的评分格、常见错误、谁没有交、哪些没有批改、可疑的相似。什么都不改。
    有作业还没有批改、或批改程序出过错时，退出码为 1。--json 只输出数字；同时写了 -o 才也写网页。
    """
    from ..files import write_atomic
    from ..report.gather import gather
    from ..report.numbers import NOT_YET
    from ..report.page import render

    with progress_bar() as progress:
        gathered = gather(
            course, course.select(labs), lambda steps, n, what: progress.track(steps, n, description=what)
        )
    if as_json:
        click.echo(json.dumps(asdict(gathered.report), ensure_ascii=False))
    if output or not as_json:
        path = output or course.submitted.parent / "report.html"
        write_atomic(path, render(gathered))
        click.echo(f"写好班级报告：{path}", err=as_json)
    unfinished = sum(one.state in (NOT_YET, State.FAULT) for one in gathered.report.ungraded)
    if unfinished:
        click.echo(
            f"{unfinished} 份作业还没有批改结果，报告里没有它们的分数：请运行 autograder grade，再生成一次。", err=True
        )
        sys.exit(NEEDS_ANOTHER_LOOK)
