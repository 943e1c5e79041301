"""Commands around a class: what goes back to students, and the marks."""

from __future__ import annotations

from pathlib import Path

import click

from ..course import Course
from ..errors import CourseError
from .base import labs_argument, main, option_course


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
