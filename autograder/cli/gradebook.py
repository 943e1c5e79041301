"""Commands for the gradebook's database itself."""

from __future__ import annotations

import json

import click

from ..course import Course
from .base import Group, json_option, main, option_course


@main.group(cls=Group)
def gradebook() -> None:
    """成绩簿的数据库：换一个数据库（SQLite、PostgreSQL），升级旧版的表。"""


@gradebook.command(epilog="autograder gradebook copy --to postgresql://teacher@db.example.edu/grades")
@click.option("--to", "url", metavar="地址", required=True, help="另一个空的数据库，如 postgresql://用户@主机/数据库。")
@json_option
@option_course
def copy(url: str, as_json: bool, course: Course) -> None:
    """把整个成绩簿复制到另一个空的数据库：手工分数、评语、截止时间都在内。原来的不动。

    要么全部复制，要么一行也不写；再运行一次不会写第二遍。复制以后把 nbgrader_config.py 里的 db_url 改成新地址。
    密码用环境变量 PGPASSWORD 或文件 ~/.pgpass 给出。
    """
    from ..gradebook import address, copy_gradebook

    rows, copied = copy_gradebook(course, url)
    if as_json:
        click.echo(json.dumps({"rows": rows, "copied": copied}))
    elif copied:
        click.echo(f"复制了 {rows} 行，逐行核对过：{address(url)}\n要用它，请改 nbgrader_config.py：")
        click.echo(f'c.CourseDirectory.db_url = "{address(url)}"')
    else:
        click.echo(f"没有变化：{rows} 行都已经在 {address(url)} 里。")


@gradebook.command(epilog="autograder gradebook upgrade")
@json_option
@option_course
def upgrade(as_json: bool, course: Course) -> None:
    """把旧版 nbgrader 建的成绩簿升级到现在的版本。

    SQLite 的文件先备份在旁边；PostgreSQL 请先用 pg_dump 备份。已经是最新时什么也不做。
    """
    from ..gradebook import upgrade_gradebook

    upgraded, backup = upgrade_gradebook(course)
    if as_json:
        click.echo(json.dumps({"upgraded": upgraded, "backup": backup and str(backup)}, ensure_ascii=False))
    elif not upgraded:
        click.echo("成绩簿已经是最新的。")
    else:
        click.echo("成绩簿已升级。" + (f"升级以前的在 {backup}" if backup else ""))
