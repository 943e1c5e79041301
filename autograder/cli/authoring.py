"""Commands for those who write labs: student versions and the website."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ..course import Course
from ..errors import CourseError
from .base import NEEDS_ANOTHER_LOOK, labs_argument, main, option_course


@main.command(epilog="autograder release\nautograder release lab01_activations\nautograder release --check")
@labs_argument
@click.option("--check", is_flag=True, help="不写文件，只检查 release/ 是否最新、挖空是否忠实、有没有泄露答案。")
@option_course
def release(labs: tuple[str, ...], check: bool, course: Course) -> None:
    """从讲师版笔记本生成学生版，放进 release/。重复生成，字节不变。

    逐格说明评分格将怎样运行：代理（学生的函数、类留在学生进程里，检查时只传值）或探针（_probe_ 函数在学生进程里运行）。
    不能安全判分的评分格、参考答案得不到满分的实验，不会生成。
    """
    from ..files import read_tree, replace_tree
    from ..rehearse import read_tests, rehearse, static_problems
    from ..release import build_release, check_release

    selected = course.select(labs)
    if check:
        problems = [problem for lab in selected for problem in [*check_release(course, lab), *static_problems(lab)]]
        for problem in problems:
            click.echo(problem, err=True)
        if problems:
            sys.exit(NEEDS_ANOTHER_LOOK)
        click.echo(f"{len(selected)} 个实验的学生版都是最新的，没有泄露，评分格都能安全判分。")
        return
    _refuse([problem for lab in selected for problem in static_problems(lab)])
    built = {lab: build_release(course, lab) for lab in selected}
    changed = [lab for lab in selected if read_tree(course.release / lab.name) != built[lab]]
    if changed:
        _refuse([f"{lab.name}：{problem}" for lab, found in rehearse(course, changed) for problem in found])
    for lab in selected:
        click.echo(f"{lab.name}：{'已更新' if replace_tree(course.release / lab.name, built[lab]) else '没有变化'}")
        for reading in read_tests(lab).values():
            width = max(map(len, reading.tests), default=0)
            for test in reading.tests.values():
                click.echo(f"  {test.grade_id:{width}}  {test.how}")


def _refuse(problems: list[str]) -> None:
    if problems:
        raise CourseError("下面的评分格不能这样判分，没有生成：\n" + "\n".join(f"  {problem}" for problem in problems))


@main.command(epilog="autograder new lab07_softmax\nautograder new lab07_softmax --title 从分数到概率")
@click.argument("lab", metavar="实验")
@click.option("--title", default=None, metavar="标题", help="第一格里的标题，默认是范例自己的。")
@option_course
def new(lab: str, title: str | None, course: Course) -> None:
    """新建一个实验：一个小而完整的范例，可以马上生成学生版，再改成你自己的。

    里面有练习、可见检查、隐藏测试、常见错误、实验和带评分标准的思考题。名字形如 lab07_softmax，不会覆盖已有的东西。
    """
    from ..scaffold import TITLE, TOC, create_lab

    written = create_lab(course, lab, TITLE if title is None else title)
    for path in written:
        click.echo(f"写好 {path.relative_to(course.root)}")
    if course.root / TOC not in written:
        click.echo(f"要让它出现在网站上，请在 {TOC} 里加一行：- file: book/labs/{lab}")
    click.echo(f"下一步：在 JupyterLab 里改写 {lab}.ipynb，再运行 autograder release {lab}。")


@main.command(epilog="autograder book")
@option_course
def book(course: Course) -> None:
    """生成网站：手写的页面，加上学生版实验和参考运行的图。警告也算错误。"""
    from ..book import build_book

    page = build_book(course, course.select(()), report=lambda text: click.echo(text))
    click.echo(f"网站：{page}")


@main.command(epilog="autograder dist\nautograder dist -o site.zip")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), default=None, help="写到哪个文件。")
@option_course
def dist(output: Path | None, course: Course) -> None:
    """把生成好的网站打成一个 zip，旁边放 .sha256 校验和。内容不变，字节不变。"""
    from ..publish import pack_site, refuse_leaks

    site = course.root / "_build" / "html"
    if not (site / "index.html").is_file():
        raise CourseError("还没有网站：请先运行 autograder book。")
    refuse_leaks(course, course.select(()), site)
    target = output or course.root / "_build" / "dist" / "site.zip"
    checksum = pack_site(site, target)
    click.echo(f"打包：{target}\nSHA-256：{checksum}")
