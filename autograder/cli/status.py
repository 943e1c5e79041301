"""The command that says where a class stands."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

import click
from rich.box import SIMPLE_HEAD
from rich.table import Table

from ..course import Course
from .base import NEEDS_ANOTHER_LOOK, console, json_option, labs_argument, main, option_course

if TYPE_CHECKING:
    from ..runlog import Run
    from ..status import LabStatus

SHOWN = 20  # of a long list


@main.command(epilog="autograder status\nautograder status lab05_dropout\nautograder status --json")
@labs_argument
@json_option
@option_course
def status(labs: tuple[str, ...], as_json: bool, course: Course) -> None:
    """看各个实验进行到哪一步：交了多少、批改了多少、还有谁没批改、谁没批成。只看，不改任何东西。

    有无法评分或需重新批改的作业时，退出码为 1。
    """
    from ..runlog import last_run, running
    from ..status import survey

    found = survey(course, course.select(labs))
    now, last = running(course), last_run(course)
    if as_json:
        report = {"labs": [asdict(one) | {"waiting": one.waiting} for one in found], "running": now}
        click.echo(json.dumps(report | {"last_run": asdict(last) if last else None}, ensure_ascii=False))
    else:
        _show(found)
        click.echo(_last_words(now, last))
    if any(one.failures for one in found):
        sys.exit(NEEDS_ANOTHER_LOOK)


def _show(found: list[LabStatus]) -> None:
    from ..standings import Standing

    columns = (Standing.GRADED, Standing.NEEDS_MANUAL, Standing.NOT_GRADABLE, Standing.FAULT, Standing.UNGRADED)
    table = Table(box=SIMPLE_HEAD)
    table.add_column("实验", no_wrap=True)
    for title in ("已交", *columns, "批改后有变化", Standing.MISSING):
        table.add_column(title, justify="right", no_wrap=True)
    for one in found:
        numbers = (one.handed_in, *(one.standings.get(c, 0) for c in columns), len(one.changed), one.missing)
        table.add_row(one.lab, *map(str, numbers))
    console.print(table)
    for one in found:
        for failure in one.failures[:SHOWN]:
            click.echo(f"{failure.student_id}（{one.lab}）：{failure.standing}，{failure.reason}")
        if (more := len(one.failures) - SHOWN) > 0:
            click.echo(f"{one.lab} 还有 {more} 份同样没有分数，全部在 --json 里。")
    if waiting := sum(one.waiting for one in found):
        click.echo(f"等待批改的有 {waiting} 份：请运行 autograder grade。")


def _last_words(now: int | None, last: Run | None) -> str:
    """Whether a run is under way, and what became of the last one."""
    from ..runlog import Ending

    if now is not None:
        who = f"进程 {now}" if now else "在另一台机器上"
        return f"正在批改（{who}" + (
            f"，从 {_local(last.started)} 开始，共 {last.submissions} 份）。" if last else "）。"
        )
    if last is None:
        return "还没有批改过。"
    done = "，".join(f"{state} {number} 份" for state, number in last.states.items())
    what = "，".join(filter(None, (f"没有变化 {last.reused} 份" if last.reused else "", done))) or "没有做完一份"
    how = {
        Ending.FINISHED: f"做完了（{last.seconds:.0f} 秒）：{what}。",
        Ending.INTERRUPTED: f"被 Ctrl-C 停止：{what}。再运行一次，从停下的地方继续。",
        Ending.FAILED: f"没有做完：{what}。{last.reason}",
        Ending.NONE: "中途被杀掉了。再运行一次 autograder grade，从停下的地方继续。",
    }
    return f"上一次批改从 {_local(last.started)} 开始，{how[last.ending]}"


def _local(time: str) -> str:
    return f"{datetime.fromisoformat(time).astimezone():%Y-%m-%d %H:%M:%S}"
