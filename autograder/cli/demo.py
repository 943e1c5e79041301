"""The command that shows everything."""

from __future__ import annotations

import click

from ..course import Course
from .base import labs_argument, main, option_course
from .grading import run_grading, show_class


@main.command(epilog="autograder demo\nautograder demo lab01_activations --no-book")
@labs_argument
@click.option("--book/--no-book", "with_book", default=True, help="是否也生成网站。")
@option_course
def demo(labs: tuple[str, ...], with_book: bool, course: Course) -> None:
    """演示整个流程：学生版、六种作业、批改、反馈、成绩表、网站。不碰 classroom/。"""
    from ..book import build_book
    from ..demo import SAMPLES, make_demo_course
    from ..export import export_marks
    from ..feedback import write_feedback
    from ..files import replace_tree
    from ..release import build_release

    selected = course.select(labs)
    for lab in selected:
        click.echo(f"生成学生版 {lab.name}")
        replace_tree(course.release / lab.name, build_release(course, lab))
    click.echo(f"编出一个班：{len(SAMPLES)} 个学生，{len(selected)} 个实验")
    class_course = make_demo_course(course, selected)
    names = tuple(lab.name for lab in selected)
    verdicts = run_grading(class_course, names)
    pages = list(write_feedback(class_course, class_course.select(names)))
    grades = class_course.root / "grades.csv"
    export_marks(class_course, class_course.select(names), grades, by_test=False)
    site = build_book(course, selected, report=lambda text: click.echo(text)) if with_book else None
    show_class(verdicts, {sample.student_id: sample.kind for sample in SAMPLES})
    for title, place in [
        ("反馈", pages[0].parent.parent.parent),
        ("成绩", grades),
        *([("网站", site)] if site else []),
    ]:
        click.echo(f"{title}：{place}")
