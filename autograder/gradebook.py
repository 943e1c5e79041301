"""The gradebook's database, SQLite or PostgreSQL: opened in one place, brought up to date, copied to another."""

from __future__ import annotations

import logging
import math
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from nbgrader.api import Base, Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.dbutil import ALEMBIC_DIR, write_alembic_ini
from sqlalchemy import URL, Connection, Engine, create_engine, inspect, make_url, select, text
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, SAWarning
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from .course import SQLITE, Course
from .errors import GO_ON, CourseError, cannot_write, first_line
from .limits import load_limits

SETTING = "c.CourseDirectory.db_url"
COURSES = "e43177bfe90b"  # nbgrader's revision that gives every assignment a course, and the one before it
BEFORE_COURSES = "282d30a0218e"
OF_DATABASE = re.compile(r"\((\w+\.)+\w+\) ")  # how SQLAlchemy names the driver's error
CORRUPT = ("is malformed", "file is not a database")  # what SQLite says of a damaged file
Rows = dict[str, list[dict[str, Any]]]


# --------------------------------------------------------------------------- addresses


def address(url: str) -> str:
    """A gradebook's address for people to read, without anything secret in it."""
    try:
        return make_url(url).set(query={}).render_as_string(hide_password=True)
    except (ArgumentError, ValueError):
        return SETTING


def patient_url(course: Course, url: str | None = None) -> str:
    """The address of the course's gradebook, or ``url``, with how long the settings have a connection wait for others.

    In the address, so that nbgrader waits as well. What the address itself says of it stands.
    """
    parsed = make_url(url or course.db_url)
    seconds = load_limits(course).busy_timeout
    patience = {
        "sqlite": {"timeout": f"{seconds:g}"},
        "postgresql": {  # for which 0 is for ever
            "connect_timeout": str(max(2, math.ceil(seconds))),
            "options": f"-c lock_timeout={max(1, round(seconds * 1000))}",
        },
    }.get(parsed.get_backend_name(), {})
    return parsed.set(query=patience | dict(parsed.query)).render_as_string(hide_password=False)


# --------------------------------------------------------------------------- errors


@contextmanager
def gradebook_errors(course: Course, url: str | None = None) -> Iterator[None]:
    """Say what to do about an error of the database; a UnicodeError is a student's name that it cannot hold."""
    try:
        yield
    except (DBAPIError, StaleDataError, UnicodeError) as error:
        raise gradebook_error(url or course.db_url, error) from error


def gradebook_error(url: str, error: Exception) -> CourseError:
    """What a person reads when the gradebook at ``url`` fails: broken, or not to be had for now."""
    what = f"{address(url)}：{first_line(error)}"
    if any(words in what for words in CORRUPT):
        return CourseError(
            f"成绩簿坏了（{what}）。请用备份换掉它；没有备份，就移走它，再运行 autograder grade --force："
            "自动评的分会重新记下，手工打的分只在备份里。"
        )
    return CourseError(f"成绩簿读写不了（{what}）。请关掉正在使用它的程序，检查磁盘空间和数据库连接，{GO_ON}")


@contextmanager
def _opening(url: str) -> Iterator[None]:
    """Say what to do about an address that cannot be read, unshown, and a database that cannot be opened."""
    try:
        host = make_url(url).host or ""
        readable = "@" not in host  # the driver's errors would show the end of a password there
    except (ArgumentError, ValueError):
        readable = False
    if not readable:
        raise CourseError(
            f"成绩簿的地址（{SETTING}）读不懂：应当形如 postgresql://用户@主机/数据库。"
            "密码用环境变量 PGPASSWORD 或文件 ~/.pgpass 给出；写在地址里时，@、:、/ 等符号要写成 %40、%3A、%2F。"
        )
    try:
        yield
    except CourseError:
        raise
    except Exception as error:
        if url.startswith(SQLITE):
            _try_folder(Path(make_url(url).database or ""))
        answered = url.startswith(SQLITE) or getattr(getattr(error, "orig", None), "sqlstate", None)
        if isinstance(error, DatabaseError) and answered:
            raise gradebook_error(url, error) from error
        advice = "请检查文件、权限和数据库连接，关掉正在使用它的程序，再试一次。"
        if url.startswith("postgres"):
            advice = (
                "请检查地址（postgresql://用户@主机/数据库），服务器是否在运行，数据库是否已经用 createdb 建好；"
                "密码用环境变量 PGPASSWORD 或文件 ~/.pgpass 给出。"
            )
        raise CourseError(f"成绩簿打不开（{address(url)}：{first_line(error)}）。{advice}") from error


def _try_folder(database: Path) -> None:
    """Raise why nothing can be written beside an SQLite file, if so: SQLite must, and only says that it could not."""
    try:
        with tempfile.TemporaryFile(dir=database.parent):
            pass
    except OSError as error:
        raise cannot_write(database.parent, error) from error


# --------------------------------------------------------------------------- opening


def open_gradebook(course: Course, url: str | None = None) -> Gradebook:
    """nbgrader's gradebook of the course, or the one at ``url``; made if the database is empty.

    Raises :class:`CourseError` if the database cannot be opened, holds something else or has an older schema.
    """
    # nbgrader's models announce relations before they add objects; SQLAlchemy 2 says so, to no consequence.
    warnings.filterwarnings("ignore", category=SAWarning, module="nbgrader")
    # It also logs the database errors that it raises, with a traceback and what it meant to write: hidden tests.
    logging.getLogger("tornado.application").setLevel(logging.CRITICAL)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    url = url or course.db_url
    with _opening(url):
        with _engine(patient_url(course, url)) as engine:
            _write_ahead(engine)
            if _outdated(engine):
                first = "先用 pg_dump 备份，再" if _is_postgresql(engine) else ""
                raise CourseError(
                    f"成绩簿（{address(url)}）的表是旧版 nbgrader 建的，要先升级。"
                    f"请关掉正在使用它的程序，{first}运行 autograder gradebook upgrade。"
                )
            with engine.begin() as connection:
                schema = MigrationContext.configure(connection)
                if schema.get_current_revision() is None:  # new, or whoever made the tables was killed meanwhile
                    # nbgrader would ask the alembic program for the revision, which takes a second or two.
                    Base.metadata.create_all(connection)
                    schema.stamp(_revisions(), "head")
        return Gradebook(patient_url(course, url), CourseDirectory(config=course.config).course_id)


def _write_ahead(engine: Engine) -> None:
    """Let people read and mark in an SQLite file while grading writes to it; the file remembers.

    Where that cannot be, the file goes on as it is. Whoever closes it last leaves all of it in the file itself.
    """
    if engine.dialect.name == "sqlite":
        with suppress(DBAPIError), engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")


@contextmanager
def read_gradebook(course: Course) -> Iterator[Session | None]:
    """A session for whoever only reads, None if there is no gradebook yet; makes none and changes none.

    Raises :class:`CourseError` if the gradebook cannot be read.
    """
    url = course.config.CourseDirectory.db_url  # Course.db_url makes a folder
    with _opening(url):
        source: URL | str = patient_url(course, url)
        if url.startswith(SQLITE):
            database = Path(make_url(url).database or "")
            if not database.is_file():
                yield None
                return
            if not os.access(database.parent, os.W_OK) and not Path(f"{database}-wal").exists():
                # Else SQLite would make files beside it, even to read.
                query = {"immutable": "1", "uri": "true"}
                source = make_url(url).set(database=f"file:{quote(str(database))}", query=query)
        with _engine(source) as engine:
            there = inspect(engine).has_table("grade")
            with gradebook_errors(course, url), Session(engine) as db:
                yield db if there else None


@contextmanager
def _engine(url: URL | str) -> Iterator[Engine]:
    engine = create_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def _is_postgresql(engine: Engine) -> bool:
    return engine.dialect.name == "postgresql"


# --------------------------------------------------------------------------- older schemas


@cache
def _revisions() -> ScriptDirectory:
    return ScriptDirectory(ALEMBIC_DIR)


def _outdated(engine: Engine) -> bool:
    """Whether an older nbgrader made the tables. Raises :class:`CourseError` if they are no gradebook that we know."""
    models = Base.metadata.tables
    with engine.connect() as connection:
        found = inspect(connection)
        tables = set(found.get_table_names())
        revision = MigrationContext.configure(connection).get_current_revision()
        columns = {name: {column["name"] for column in found.get_columns(name)} for name in tables & models.keys()}
    known = {None, *(one.revision for one in _revisions().walk_revisions())}
    if revision not in known or (tables and not columns):
        raise CourseError(
            f"数据库 {address(str(engine.url))} 里不是这个版本的 nbgrader 认识的成绩簿"
            "（别的程序的表，或者更新的版本）。请为成绩簿单独建一个空的数据库。"
        )
    lacking = any(set(models[name].columns.keys()) - held for name, held in columns.items())
    return lacking or revision not in (None, _revisions().get_current_head())


def upgrade_gradebook(course: Course) -> tuple[bool, Path | None]:
    """Bring the tables to the current nbgrader's schema; returns whether there was anything to do, and the backup.

    A file is copied first; a server's database is its administrator's to back up, and changes wholly or not at all.
    Raises :class:`CourseError` if the database cannot be opened or upgraded.
    """
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with _opening(course.db_url), _engine(url := patient_url(course)) as engine:
        if not _outdated(engine):
            return False, None
        file = engine.url.database if engine.dialect.name == "sqlite" else None
        backup = _back_up(Path(file)) if file else None
        if _is_postgresql(engine) and "course_id" not in {c["name"] for c in inspect(engine).get_columns("assignment")}:
            _migrate(url, BEFORE_COURSES, backup)
            _add_courses(engine)
        _migrate(url, "head", backup)
    return True, backup


def _back_up(database: Path) -> Path:
    """A copy of an SQLite file beside it, named as nbgrader names them; complete whoever is using the file."""
    target = database.with_name(f"{database.name}.{datetime.now():%Y-%m-%d-%H%M%S.%f}")
    with closing(sqlite3.connect(database)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
    return target


def _migrate(url: str, revision: str, backup: Path | None) -> None:
    """Run nbgrader's own migrations up to ``revision``."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder, "alembic.ini")
        write_alembic_ini(str(settings), url.replace("%", "%%"))
        command = [sys.executable, "-m", "alembic", "-c", str(settings), "upgrade", revision]
        done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if "Error" in line] or done.stderr.splitlines() or ["?"]
        kept = f"升级以前的成绩簿在 {backup}。" if backup else "数据库没有改动。"
        raise CourseError(f"成绩簿（{address(url)}）升级不了：{lines[-1].strip()}。{kept}")


def _add_courses(engine: Engine) -> None:
    """nbgrader's migration COURSES as PostgreSQL can do it: for rows that are there, a column needs a value."""
    with engine.begin() as connection:
        Base.metadata.tables["course"].create(connection, checkfirst=True)
        column = "course_id VARCHAR(128) NOT NULL DEFAULT 'default_course' REFERENCES course (id)"
        connection.execute(text("INSERT INTO course (id) VALUES ('default_course') ON CONFLICT DO NOTHING"))
        connection.execute(text(f"ALTER TABLE assignment ADD COLUMN {column}"))
        connection.execute(text("ALTER TABLE assignment ALTER COLUMN course_id DROP DEFAULT"))
        MigrationContext.configure(connection).stamp(_revisions(), COURSES)


# --------------------------------------------------------------------------- another database


def copy_gradebook(course: Course, url: str) -> tuple[int, bool]:
    """Copy every row of the course's gradebook into the empty one at ``url``: all or nothing.

    Returns how many rows there are and whether they had to be copied: False if they were all there already.
    Raises :class:`CourseError` if the other gradebook holds anything else or somebody changes this one meanwhile.
    """
    url = course.gradebook_url(url)
    if url == course.db_url:
        raise CourseError(f"{address(url)} 就是现在的成绩簿：请给出另一个数据库的地址。")
    with (
        open_gradebook(course) as source,
        open_gradebook(course, url) as target,
        gradebook_errors(course, url),
        source.engine.connect() as old,
        target.engine.begin() as new,
    ):
        with gradebook_errors(course):
            wanted = _rows(old)
        held = _rows(new)
        count = sum(map(len, wanted.values()))
        if held == wanted:
            return count, False
        if any(rows for name, rows in held.items() if name != "course"):
            raise CourseError(f"{address(url)} 里已经有别的成绩：请复制到一个空的数据库。")
        new.execute(Base.metadata.tables["course"].delete())
        for table in Base.metadata.sorted_tables:
            if wanted[table.name]:
                new.execute(table.insert(), wanted[table.name])
        if not _rows(new) == wanted == _rows(old):
            raise CourseError("成绩簿在复制的时候被改动了，没有复制。请关掉正在使用它的程序，再试一次。")
    return count, True


def _rows(connection: Connection) -> Rows:
    """Every row of every table, in the order of their keys."""
    rows = {
        table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
        for table in Base.metadata.sorted_tables
    }
    for found in rows.values():
        found.sort(key=lambda row: row["id"])  # databases sort in orders of their own
    # nbgrader lets SQLite hold assignments of a course that is not there; PostgreSQL insists that it is.
    courses = {row["id"] for row in rows["course"]} | {row["course_id"] for row in rows["assignment"]}
    return rows | {"course": [{"id": name} for name in sorted(courses)]}
