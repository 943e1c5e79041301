"""The command for marking by hand."""

from __future__ import annotations

import click

from ..course import Course
from .base import main, option_course


@main.command(epilog="autograder marking --open\nautograder marking --port 8890")
@click.option("--open", "in_browser", is_flag=True, help="同时打开浏览器。")
@click.option("--port", type=click.IntRange(1, 65535), default=None, help="端口，默认挑一个空闲的。")
@option_course
def marking(in_browser: bool, port: int | None, course: Course) -> None:
    """在浏览器里批阅思考题（nbgrader 的 formgrader）：给分数，写评语。按 Ctrl-C 结束。

    只有这台机器打得开。填的分数和评语随时存进成绩簿，重新批改以后还在。
    """
    from ..marking import serve

    def ready(address: str) -> None:
        click.echo(f"批阅页面：{address}\n按 Ctrl-C 结束；填好的都已经存进成绩簿。")
        if in_browser:
            click.launch(address)

    serve(course, ready, port)
    click.echo("已结束。")
