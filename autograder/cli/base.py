"""What all commands share: the group they belong to, their options, their errors, their progress bar."""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from .. import __version__
from ..course import Course
from ..errors import CourseError, out_of_order

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
    """A command whose CourseError or OSError becomes one sentence and exit code 2; its epilog keeps its lines."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except CourseError as error:
            raise InputError(str(error)) from None
        except OSError as error:
            if error.errno == errno.EPIPE:  # whoever read our output has read enough
                raise
            raise InputError(str(out_of_order(error))) from None

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


def option_course(function: Callable[..., Any]) -> Callable[..., Any]:
    def choose(ctx: click.Context, _: click.Parameter, value: str | None) -> Course | None:
        try:
            return Course.open(value or ctx.find_root().obj or ".")
        except CourseError as error:
            raise InputError(str(error)) from None

    return click.option(
        "--course", metavar="DIR", callback=choose, expose_value=True, help="课程文件夹，默认是当前文件夹。"
    )(function)


def progress_bar(*, hidden: bool = False) -> Progress:
    """A progress bar on stderr, gone when done; nothing where stderr is no terminal, or if it has to be ``hidden``."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    screen = Console(stderr=True)
    return Progress(*columns, console=screen, transient=True, disable=hidden or not screen.is_terminal)


labs_argument = click.argument("labs", nargs=-1, metavar="[实验]...")
json_option = click.option("--json", "as_json", is_flag=True, help="输出 JSON，供程序读取。")
