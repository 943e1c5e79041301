"""The ``autograder`` command. Exit codes: 0 done; 1 needs another look; 2 the input is wrong; 130 stopped."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from . import __version__
from .course import Course
from .errors import CourseError
from .verdict import State, Verdict

console = Console()
if not console.is_terminal:
    console.width = 120  # a log or a pipe has no width of its own
NEEDS_ANOTHER_LOOK = 1
INTERRUPTED = 130


class InputError(click.ClickException):
    """A :class:`CourseError` on its way to the terminal."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        click.echo(f"错误：{self.format_message()}", file=file, err=True)


class Command(click.Command):
    """A command whose :class:`CourseError` becomes one sentence and exit code 2; its epilog keeps its lines."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except CourseError as error:
            raise InputError(str(error)) from None

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if self.epilog:
            with formatter.section("例子"):
                formatter.write("".join(f"  {line}\n" for line in self.epilog.strip().splitlines()))


class Group(click.Group):
    command_class = Command


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--course", "folder", metavar="DIR", default=None, help="课程文件夹，默认是当前文件夹。")
@click.version_option(__version__)
@click.pass_context
def main(ctx: click.Context, folder: str | None) -> None:
    """深度学习实验课的批改工具：生成学生版、批改、反馈、导出成绩、生成网站。

    退出码：0 完成；1 完成了，但有需要处理的情况；2 输入有误；130 被 Ctrl-C 停止。
    """
    ctx.obj = folder
    # nbgrader calls the `alembic` program, which lies beside this environment's Python.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])


def _option_course(function: Callable[..., Any]) -> Callable[..., Any]:
    def choose(ctx: click.Context, _: click.Parameter, value: str | None) -> Course | None:
        try:
            return Course.open(value or ctx.find_root().obj or ".")
        except CourseError as error:
            raise InputError(str(error)) from None

    return click.option(
        "--course", metavar="DIR", callback=choose, expose_value=True, help="课程文件夹，默认是当前文件夹。"
    )(function)


labs_argument = click.argument("labs", nargs=-1, metavar="[实验]...")
json_option = click.option("--json", "as_json", is_flag=True, help="输出 JSON，供程序读取。")


@main.command(epilog="autograder release\nautograder release lab01_activations\nautograder release --check")
@labs_argument
@click.option("--check", is_flag=True, help="不写文件，只检查 release/ 是否最新、挖空是否忠实、有没有泄露答案。")
@_option_course
def release(labs: tuple[str, ...], check: bool, course: Course) -> None:
    """从讲师版笔记本生成学生版，放进 release/。重复生成，字节不变。

    逐格说明评分格将怎样运行：代理（学生的函数、类留在学生进程里，检查时只传值）或探针（_probe_ 函数在学生进程里运行）。
    不能安全判分的评分格、参考答案得不到满分的实验，不会生成。
    """
    from .files import read_tree, replace_tree
    from .rehearse import read_tests, rehearse, static_problems
    from .release import build_release, check_release

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


@main.command(
    epilog="autograder grade\nautograder grade lab01_activations --student 20260101\nautograder grade --jobs 4 --force"
)
@labs_argument
@click.option("--student", "students", multiple=True, metavar="学号", help="只批改这些学生，可以写多次。")
@click.option("--jobs", type=click.IntRange(1), default=None, help="同时批改几份，默认是处理器核数。")
@click.option("--timeout", type=click.FloatRange(1), default=None, metavar="秒", help="一格最多运行多久，默认 30。")
@click.option("--force", is_flag=True, help="没有变化的作业也重新批改。")
@click.option("--no-sandbox", is_flag=True, help="缺少沙箱时也批改：学生的代码能读写你的文件，结果标为可信度低。")
@json_option
@_option_course
def grade(
    labs: tuple[str, ...],
    students: tuple[str, ...],
    jobs: int | None,
    timeout: float | None,
    force: bool,
    no_sandbox: bool,
    as_json: bool,
    course: Course,
) -> None:
    """批改 classroom/submitted/ 里的作业，记入成绩簿。

    读不了的文件记为 not gradable，不影响其他作业；批改程序自己出的错记为 grader fault，退出码为 1，再运行一次即可。
    """
    verdicts = _grade(course, labs, students=students, jobs=jobs, timeout=timeout, force=force, confined=not no_sandbox)
    if as_json:
        click.echo(json.dumps([asdict(verdict) for verdict in verdicts], ensure_ascii=False))
    else:
        show_class(verdicts)
    if any(verdict.state is State.FAULT for verdict in verdicts):
        sys.exit(NEEDS_ANOTHER_LOOK)


def _grade(course: Course, labs: tuple[str, ...], *, timeout: float | None = None, **options: Any) -> list[Verdict]:
    from .grade import grade_class
    from .intake import unknown_folders
    from .run import Limits

    limits = Limits(cell=timeout) if timeout else None
    verdicts = []
    try:
        with _progress() as progress:
            task = progress.add_task("批改", total=None)
            for step in grade_class(course, course.select(labs), limits=limits, **options):
                verdict = step.verdict
                description = f"{verdict.student_id} {verdict.assignment}"
                progress.update(task, completed=step.done, total=step.total, description=description)
                verdicts.append(verdict)
    except KeyboardInterrupt:
        click.echo(f"已停止：{len(verdicts)} 份作业已经批改并记下。再运行一次，从停下的地方继续。", err=True)
        sys.exit(INTERRUPTED)
    if ignored := unknown_folders(course):
        click.echo(f"不是本课程的实验，已忽略：{'、'.join(ignored)}", err=True)
    return sorted(verdicts, key=lambda v: (v.student_id, v.assignment, v.notebook))


def _progress() -> Progress:
    """A progress bar on stderr, gone when done; nothing where stderr is no terminal."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=Console(stderr=True), transient=True)


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
    from .engine.doctor import check
    from .engine.sandbox import LAYERS, REQUIRED

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
@_option_course
def triage(labs: tuple[str, ...], confirm: bool, as_json: bool, course: Course) -> None:
    """批阅思考题之前先分一分：没有动笔的、空白的、几乎相同的。

    没有动笔和空白的先记 0 分，在 formgrader 里等你确认；你已经打过的分不会改。
    """
    from .triage import triage as sort_out

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


@main.command(epilog="autograder feedback\nautograder feedback lab05_dropout")
@labs_argument
@_option_course
def feedback(labs: tuple[str, ...], course: Course) -> None:
    """给每份批改过的作业写一页反馈（HTML，不需要联网），放进 classroom/feedback/。"""
    from .feedback import write_feedback

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
@_option_course
def export(labs: tuple[str, ...], by: str, output: Path, course: Course) -> None:
    """把成绩导出成 CSV（UTF-8，Excel 可以直接打开）。"""
    from .export import export_marks

    rows = export_marks(course, course.select(labs), output, by_test=by == "test")
    click.echo(f"写好 {rows} 行：{output}")


@main.command(epilog="autograder book")
@_option_course
def book(course: Course) -> None:
    """生成网站：手写的页面，加上学生版实验和参考运行的图。警告也算错误。"""
    from .book import build_book

    page = build_book(course, course.select(()), report=lambda text: click.echo(text))
    click.echo(f"网站：{page}")


@main.command(epilog="autograder dist\nautograder dist -o site.zip")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), default=None, help="写到哪个文件。")
@_option_course
def dist(output: Path | None, course: Course) -> None:
    """把生成好的网站打成一个 zip，旁边放 .sha256 校验和。内容不变，字节不变。"""
    from .publish import pack_site, refuse_leaks

    site = course.root / "_build" / "html"
    if not (site / "index.html").is_file():
        raise CourseError("还没有网站：请先运行 autograder book。")
    refuse_leaks(course, course.select(()), site)
    target = output or course.root / "_build" / "dist" / "activation-regularization-labs.zip"
    checksum = pack_site(site, target)
    click.echo(f"打包：{target}\nSHA-256：{checksum}")


@main.command(epilog="autograder demo\nautograder demo lab01_activations --no-book")
@labs_argument
@click.option("--book/--no-book", "with_book", default=True, help="是否也生成网站。")
@click.option(
    "--timeout", type=click.FloatRange(1), default=25, show_default=True, metavar="秒", help="一格最多运行多久。"
)
@_option_course
def demo(labs: tuple[str, ...], with_book: bool, timeout: float, course: Course) -> None:
    """演示整个流程：学生版、六种作业、批改、反馈、成绩表、网站。不碰 classroom/。"""
    from .book import build_book
    from .demo import SAMPLES, make_demo_course
    from .export import export_marks
    from .feedback import write_feedback
    from .files import replace_tree
    from .release import build_release

    selected = course.select(labs)
    for lab in selected:
        click.echo(f"生成学生版 {lab.name}")
        replace_tree(course.release / lab.name, build_release(course, lab))
    click.echo(f"编出一个班：{len(SAMPLES)} 个学生，{len(selected)} 个实验")
    class_course = make_demo_course(course, selected)
    names = tuple(lab.name for lab in selected)
    verdicts = _grade(class_course, names, timeout=timeout, students=(), jobs=None, force=False)
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
