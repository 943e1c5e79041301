"""The gradebook on a real PostgreSQL server and in an SQLite file: the same marks, rows and answers to trouble."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from conftest import BIN, COMMAND_TIMEOUT, ROOT, answered, autograder, make_course, submit
from nbgrader.api import Base
from sqlalchemy import create_engine, text
from test_bad_input import assert_refused
from test_dask import Machines, machines, shared  # noqa: F401  (fixtures)
from test_marking import marking
from test_record import contents

from autograder.course import Course
from autograder.gradebook import copy_gradebook, open_gradebook

LAB = "lab01_adding"
USER, PASSWORD = "teacher", "geheim-7x"
BOTH = ("sqlite", "postgresql")
SETTINGS = """c = get_config()
c.CourseDirectory.db_url = {url!r}
c.Deadlines.due = {{"lab01_adding": "2026-03-01 23:59"}}
c.Deadlines.per_day = 0.1
"""
ROSTER = "学号,姓名,邮箱\n20260101,甲,a@example.edu\n20260102,乙,b@example.edu\n20260105,戊,e@example.edu\n"
STUDENTS = ("20260101", "20260102", "20260103", "20260104")


# --------------------------------------------------------------------------- a server


class Server:
    """A PostgreSQL server of our own in ``folder``, reached by its Unix socket there, with a password."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
        found = programs[-1] if programs else shutil.which("initdb")
        assert found, "PostgreSQL is missing: sudo apt-get install postgresql"
        self.programs = Path(found).parent
        self.as_user = {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []}
        if os.geteuid() != 0:  # PostgreSQL refuses root, and only root has to become somebody else
            self.as_user = {}
        secret = folder / "password"
        secret.write_text(PASSWORD)
        if self.as_user:
            for path in (folder, secret):
                shutil.chown(path, "nobody", self.as_user["group"])
        self._run("initdb", "-D", folder / "data", "-U", USER, "-A", "scram-sha-256", "--pwfile", secret, "-E", "UTF8")
        self.process: subprocess.Popen[bytes] | None = None

    def _run(self, program: str, *arguments: str | Path) -> None:
        command = [self.programs / program, *arguments, "--locale=C", "--no-sync"]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, **self.as_user)
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self) -> None:
        command = [self.programs / "postgres", "-D", "data", "-k", self.folder, "-c", "listen_addresses="]
        with (self.folder / "log").open("ab") as log:
            options = {"cwd": self.folder, "stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
            self.process = subprocess.Popen([*command, "-c", "fsync=off"], **options, **self.as_user)
        deadline = time.monotonic() + COMMAND_TIMEOUT
        while True:
            try:
                return self.connect().close()
            except psycopg.OperationalError as error:
                trouble = (self.folder / "log").read_text("utf-8", "replace")
                assert self.process.poll() is None, trouble
                assert time.monotonic() < deadline, f"{error}\n{trouble}"
                time.sleep(0.1)

    def stop(self) -> None:
        """At once, as if the power failed."""
        if self.process is not None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(COMMAND_TIMEOUT)
            self.process = None

    def connect(self, name: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(host=str(self.folder), user=USER, password=PASSWORD, dbname=name, autocommit=True)

    def url(self, name: str) -> str:
        return f"postgresql://{USER}@/{name}?host={self.folder}"

    def database(self, name: str) -> str:
        """The address of a new, empty database, without the password."""
        with self.connect() as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{name}"')
        return self.url(name)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """The server, running; the password is in the environment, as instructors give it."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # not pytest's: only its owner may enter that
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGPASSWORD", PASSWORD)
        patch.delenv("PGHOST", raising=False)
        server = None
        try:
            server = Server(folder)
            server.start()
            yield server
        finally:
            if server is not None:
                server.stop()
            shutil.rmtree(folder)


# --------------------------------------------------------------------------- a class


def use(course: Course, url: str) -> Course:
    """The course with its gradebook at ``url``."""
    (course.root / "nbgrader_config.py").write_text(SETTINGS.format(url=url), "utf-8")
    return Course.open(course.root)


def make_class(root: Path, url: str) -> Course:
    """A right, a wrong, a late and a broken submission."""
    course = use(make_course(root), url)
    wrong = answered(add="def add(a, b):\n    return abs(a) + abs(b)", think="因为加法满足交换律，所以顺序不重要。")
    right = answered(think="因为加法满足交换律，所以顺序不要紧。")
    for student, content in zip(STUDENTS, (right, wrong, answered(), b"{"), strict=True):
        submit(course, student, content)
    (course.submitted / "20260103" / LAB / "timestamp.txt").write_text("2026-03-03 12:00:00 +0800")
    return course


def mark(course: Course, student: str, score: float, comment: str) -> None:
    """What a marker enters, by nbgrader's own models."""
    with open_gradebook(course) as book:
        grade = book.find_grade("think", LAB, LAB, student)
        grade.manual_score, grade.needs_manual_grade = score, False
        book.find_comment("think", LAB, LAB, student).manual_comment = comment
        book.db.commit()


def done(*arguments: str | Path, course: Course, code: int = 0) -> str:
    """What a command prints; its exit code is ``code``."""
    result = autograder(*arguments, course=course)
    assert result.returncode == code, result.stdout + result.stderr
    assert "Traceback" not in result.stderr and PASSWORD not in result.stdout + result.stderr
    return result.stdout


def exported(course: Course) -> dict[str, bytes]:
    """The bytes of every CSV that ``autograder export`` makes."""
    found = {}
    for by in ("assignment", "test"):
        path = course.root / f"{by}.csv"
        done("export", "--by", by, "-o", path, course=course)
        found[by] = path.read_bytes()
    return found


def address_of(name: str, server: Server, database: str) -> str:
    return server.database(database) if name == "postgresql" else "sqlite:///classroom/gradebook.db"


@pytest.fixture(scope="module")
def classes(server: Server, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Course]:
    """The same class by way of the whole chain on both databases, left as the commands left it."""
    found = {}
    for name in BOTH:
        course = make_class(tmp_path_factory.mktemp(name), address_of(name, server, "chain"))
        roster = course.root / "名单.csv"
        roster.write_text(ROSTER, "utf-8")
        done("roster", roster, course=course)
        done("grade", "--jobs", "2", course=course)
        done("triage", course=course)
        mark(course, "20260101", 0.5, "再想想：乘法呢？")
        done("grade", "--force", "--student", "20260101", course=course)
        done("feedback", course=course)
        done("export", "-o", course.root / "grades.xlsx", course=course)
        done("report", course=course)
        done("return", "-o", course.root / "back.zip", course=course)
        found[name] = course
    return found


def test_both_databases_hold_the_same_rows(classes: dict[str, Course]) -> None:
    rows = {name: contents(course) for name, course in classes.items()}
    assert rows["sqlite"] == rows["postgresql"]
    assert len(rows["sqlite"]["submitted_notebook"]) == len(STUDENTS)
    assert any("再想想" in row for row in rows["sqlite"]["comment"]), "marks given by hand survive regrading"


def test_both_databases_give_the_same_marks_and_pages(classes: dict[str, Course]) -> None:
    sqlite, postgresql = (exported(classes[name]) for name in BOTH)
    assert sqlite == postgresql
    assert b"0.5" in sqlite["test"]
    for pattern in ("back.zip", "classroom/feedback/*/*/*.html"):
        pages = [{p.relative_to(c.root): p.read_bytes() for p in c.root.glob(pattern)} for c in classes.values()]
        assert pages[0] and pages[0] == pages[1]


def test_wherever_it_runs_and_is_recorded_the_marks_are_the_same(
    server: Server,
    tmp_path: Path,
    machines: Callable[..., Machines],  # noqa: F811
) -> None:
    here = make_class(tmp_path / "here", address_of("sqlite", server, ""))
    there = make_class(tmp_path / "there", address_of("postgresql", server, "dask"))
    one = machines()
    one.worker()
    done("grade", course=here)
    done("grade", "--dask", one.address, course=there)
    assert exported(here) == exported(there)
    assert contents(here) == contents(there)


def test_both_databases_give_the_same_status(classes: dict[str, Course]) -> None:
    """Marks given by hand are asked of the database, too."""
    sqlite, postgresql = (json.loads(done("status", "--json", course=classes[name], code=1)) for name in BOTH)
    assert sqlite["labs"] == postgresql["labs"]
    assert sqlite["labs"][0]["handed_in"] == len(STUDENTS)


def test_a_second_run_has_nothing_to_do(classes: dict[str, Course]) -> None:
    for course in classes.values():
        before, files = contents(course), sorted(p for p in course.root.rglob("*") if p.name != "grades.xlsx")
        done("grade", course=course)
        assert contents(course) == before
        assert sorted(p for p in course.root.rglob("*") if p.name != "grades.xlsx") == files


# --------------------------------------------------------------------------- several markers


def ask(address: str, path: str, method: str = "GET", **data: object) -> object:
    """One request to formgrader, as its pages make them."""
    parts = urlsplit(address)
    request = urllib.request.Request(
        f"{parts.scheme}://{parts.netloc}/formgrader/{path}",
        method=method,
        data=json.dumps(data).encode() if data else None,
        headers={"Authorization": f"token {parts.query.removeprefix('token=')}"},
    )
    with urllib.request.urlopen(request, timeout=COMMAND_TIMEOUT) as answer:
        body = answer.read()
    return json.loads(body) if path.startswith("api/") else body.decode()


def enter_marks(address: str, students: list[str], grading: Callable[[], bool], entered: dict[str, tuple]) -> None:
    """Enter points and comments for ``students``, others each time, until grading is over and a little longer."""
    parts = {row["student"]: row["id"] for row in ask(address, f"api/submitted_notebooks/{LAB}/{LAB}")}
    fields = {}
    for student in students:
        grades, comments = (
            {row["name"]: row["id"] for row in ask(address, f"api/{kind}?submission_id={parts[student]}")}
            for kind in ("grades", "comments")
        )
        fields[student] = (grades["think"], comments["think"])
    number, last_round = 0, False
    while not last_round:
        last_round = not grading()
        number += 1
        for student, (grade, comment) in fields.items():
            score, words = number / 1000, f"{student} 第 {number} 次"
            ask(address, f"api/grade/{grade}", "PUT", manual_score=score, extra_credit=0.25)
            ask(address, f"api/comment/{comment}", "PUT", manual_comment=words)
            entered[student] = (score, 0.25, words)


@pytest.mark.parametrize("name", BOTH)
def test_markers_and_grading_at_the_same_time(name: str, server: Server, tmp_path: Path) -> None:
    course = use(make_course(tmp_path / "course"), address_of(name, server, "markers"))
    students = [f"s{number}" for number in range(6)]
    for student in students:
        submit(course, student, answered())
    done("grade", course=course)
    entered: dict[str, tuple] = {}
    failures: list[BaseException] = []
    homes = [tmp_path / "first", tmp_path / "second"]
    for home in homes:
        home.mkdir()
    with marking(course, homes[0]) as (one, _), marking(course, homes[1]) as (two, _):
        grading = subprocess.Popen(
            [BIN / "autograder", "grade", "--force", "--course", course.root],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

        def work(address: str, mine: list[str]) -> None:
            try:
                enter_marks(address, mine, lambda: grading.poll() is None, entered)
            except BaseException as error:
                failures.append(error)

        with grading:
            markers = [
                threading.Thread(target=work, args=((one, two)[number % 2], students[number::3])) for number in range(3)
            ]
            for marker in markers:
                marker.start()
            printed, _ = grading.communicate(timeout=COMMAND_TIMEOUT)
            for marker in markers:
                marker.join()
        assert grading.returncode == 0, printed
        assert failures == []
        for table in ("assignments", f"notebooks/{LAB}"):  # what the pages before the marking page show
            (row,) = ask(one, f"api/{table}")
            assert (row["name"], row["num_submissions"]) == (LAB, len(students))
        (row, *_) = ask(one, f"api/submitted_notebooks/{LAB}/{LAB}")
        assert "因为交换律" in ask(one, f"submissions/{row['id']}")
    with open_gradebook(course) as book:
        for student in students:
            grade = book.find_grade("think", LAB, LAB, student)
            comment = book.find_comment("think", LAB, LAB, student).manual_comment
            assert (grade.manual_score, grade.extra_credit, comment) == entered[student]
            assert not grade.needs_manual_grade
            assert book.find_grade("test_square", LAB, LAB, student).auto_score == 4.0


# --------------------------------------------------------------------------- trouble


def test_the_server_stops_in_the_middle(server: Server, classes: dict[str, Course], tmp_path: Path) -> None:
    course = make_class(tmp_path, server.database("stops"))
    done("grade", "--student", STUDENTS[0], course=course)
    recorded = {path: path.read_bytes() for path in course.verdicts.glob("*/*/*.json")}
    with server.connect("stops") as blocking, server.connect() as watching:
        blocking.autocommit = False
        blocking.execute("LOCK TABLE submitted_assignment IN SHARE ROW EXCLUSIVE MODE")
        with subprocess.Popen(
            [BIN / "autograder", "grade", "--course", course.root],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as grading:
            waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'stops' AND wait_event_type = 'Lock'"
            while watching.execute(waiting).fetchone() == (0,):  # pytest-timeout ends it if that never happens
                assert grading.poll() is None, grading.communicate()
                time.sleep(0.05)
            server.stop()
            printed, error = grading.communicate(timeout=COMMAND_TIMEOUT)
        blocking.close()
        watching.close()
    try:
        assert grading.returncode == 2, printed + error
        assert "成绩簿读写不了" in error and "再运行一次" in error and "Traceback" not in error
        assert {path: path.read_bytes() for path in course.verdicts.glob("*/*/*.json")} == recorded
        refused = autograder("export", "-o", tmp_path / "x.csv", course=course)
        assert_refused(refused, "成绩簿打不开", "服务器是否在运行")
        assert not (tmp_path / "x.csv").exists()
    finally:
        server.start()
    done("grade", course=course)
    assert {path: path.read_bytes() for path in recorded} == recorded, "what was recorded is not graded again"
    reference = make_class(tmp_path / "reference", "sqlite:///classroom/gradebook.db")
    done("grade", course=reference)
    assert exported(course) == exported(reference)
    assert contents(course) == contents(reference)


def test_a_table_that_is_locked_is_waited_for_as_long_as_the_settings_say(server: Server, tmp_path: Path) -> None:
    course = use(make_course(tmp_path / "course"), server.database("locked"))
    submit(course, "s", answered())
    done("grade", course=course)
    settings = course.root / "nbgrader_config.py"
    settings.write_text(settings.read_text("utf-8") + "c.Limits.busy_timeout = 0.3\n", "utf-8")
    before = contents(course)
    with server.connect("locked") as holding:
        holding.autocommit = False
        holding.execute("LOCK TABLE grade IN ACCESS EXCLUSIVE MODE")
        for command in (["grade", "--force"], ["export", "-o", tmp_path / "x.csv"], ["status"]):
            refused = autograder(*command, course=course)
            assert_refused(refused, "成绩簿读写不了", "lock timeout", "关掉正在使用它的程序", "再运行一次")
        holding.rollback()
    assert not (tmp_path / "x.csv").exists()
    assert contents(course) == before
    done("grade", "--force", course=course)


def test_a_server_that_comes_back_takes_marks_again(server: Server, tmp_path: Path) -> None:
    """The marking page stays open meanwhile; no request meets a connection that the server has forgotten."""
    course = use(make_course(tmp_path / "course"), server.database("back"))
    submit(course, "s", answered())
    done("grade", course=course)
    with marking(course, tmp_path) as (address, _):
        (part,) = ask(address, f"api/submitted_notebooks/{LAB}/{LAB}")
        grades = {row["name"]: row["id"] for row in ask(address, f"api/grades?submission_id={part['id']}")}
        server.stop()
        server.start()
        saved = ask(address, f"api/grade/{grades['think']}", "PUT", manual_score=0.5)
        assert saved["manual_score"] == 0.5


def test_a_wrong_password(server: Server, course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", "not-the-one")
    url = server.database("password")
    submit(course, "s", answered())
    refused = autograder("grade", course=use(course, url))
    assert_refused(refused, "成绩簿打不开", "password", "PGPASSWORD")
    assert "not-the-one" not in refused.stderr
    host = f"?host={server.folder}"
    for written in (
        f"{USER}:wr%2Fong@/password{host}",
        f"{USER}:wr@ng@/password{host}",
        f"/password{host}&password=wrong",
    ):
        refused = autograder("grade", course=use(course, f"postgresql://{written}"))
        assert_refused(refused, "成绩簿", "PGPASSWORD")
        assert not any(secret in refused.stderr for secret in ("wr%2Fong", "wr/ong", "wr@ng", "ng@", "wrong"))


def test_the_password_may_stand_in_a_file(
    server: Server, course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PGPASSWORD")
    secret = tmp_path / "pgpass"
    monkeypatch.setenv("PGPASSFILE", str(secret))
    submit(course, "s", answered())
    use(course, server.database("pgpass"))
    secret.touch(0o600)
    secret.write_text(f"*:*:*:{USER}:not-the-one\n")
    assert_refused(autograder("grade", course=course), "成绩簿打不开", "password")
    secret.write_text(f"*:*:*:{USER}:{PASSWORD}\n")
    done("grade", course=course)


def test_a_database_that_does_not_exist(server: Server, course: Course) -> None:
    submit(course, "s", answered())
    assert_refused(autograder("grade", course=use(course, server.url("nowhere"))), "nowhere", "createdb")


@pytest.mark.parametrize("url", ["postgres://t:wrong@h/d", "postgresql://t:x@wr:ong@h/d", "no address, but wrong"])
def test_an_address_that_is_none(course: Course, url: str) -> None:
    submit(course, "s", answered())
    refused = autograder("grade", course=use(course, url))
    assert_refused(refused, "成绩簿", "postgresql://用户@主机/数据库")
    assert "wrong" not in refused.stderr and "ong@" not in refused.stderr


def test_a_database_of_something_else(server: Server, course: Course) -> None:
    url = server.database("other")
    with server.connect("other") as connection:
        connection.execute("CREATE TABLE orders (id integer)")
    submit(course, "s", answered())
    assert_refused(autograder("grade", course=use(course, url)), "单独建一个空的数据库")
    with server.connect("other") as connection:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert found == [("orders",)], "nothing has been written into it"


# --------------------------------------------------------------------------- older schemas

WITHOUT_COURSES = {
    "sqlite": (
        "CREATE TABLE older (id VARCHAR(32) NOT NULL PRIMARY KEY, name VARCHAR(128) NOT NULL UNIQUE, duedate DATETIME)",
        "INSERT INTO older SELECT id, name, duedate FROM assignment",
        "DROP TABLE assignment",
        "ALTER TABLE older RENAME TO assignment",
    ),
    "postgresql": ("ALTER TABLE assignment DROP COLUMN course_id",),
}


def execute(url: str, *statements: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def make_older(course: Course, name: str, revision: str = "167914646830") -> None:
    """Take from the gradebook what nbgrader has added since 2018."""
    execute(
        course.db_url,
        *WITHOUT_COURSES[name],
        "DROP TABLE course",
        "ALTER TABLE student DROP COLUMN lms_user_id",
        f"UPDATE alembic_version SET version_num = '{revision}'",
    )


@pytest.mark.parametrize("name", BOTH)
def test_an_older_gradebook_is_upgraded(name: str, server: Server, tmp_path: Path) -> None:
    course = make_class(tmp_path, address_of(name, server, "older"))
    done("grade", course=course)
    mark(course, STUDENTS[0], 1.0, "好")
    assert "最新" in done("gradebook", "upgrade", course=course)
    before, marks = contents(course), exported(course)
    make_older(course, name)
    for command in (("grade",), ("export", "-o", tmp_path / "x.csv"), ("triage",), ("marking",)):
        assert_refused(autograder(*command, course=course), "旧版", "autograder gradebook upgrade")
    printed = json.loads(done("gradebook", "upgrade", "--json", course=course))
    assert printed["upgraded"]
    assert contents(course) == before
    assert exported(course) == marks
    done("grade", "--force", course=course)
    assert exported(course) == marks
    assert not json.loads(done("gradebook", "upgrade", "--json", course=course))["upgraded"]
    if name == "sqlite":
        with closing(sqlite3.connect(printed["backup"])) as backup:
            assert len(backup.execute("SELECT lower(name), duedate FROM assignment").fetchall()) == 1
            assert backup.execute("SELECT version_num FROM alembic_version").fetchall() == [("167914646830",)]
            assert ("好",) in backup.execute("SELECT manual_comment FROM comment").fetchall()
    else:
        assert printed["backup"] is None


@pytest.mark.parametrize("name", BOTH)
def test_an_upgrade_that_fails_says_so(name: str, server: Server, course: Course) -> None:
    course = use(course, address_of(name, server, "fails"))
    open_gradebook(course).close()
    execute(course.db_url, "UPDATE alembic_version SET version_num = '50a4d84c131a'")  # but the column is there
    refused = autograder("gradebook", "upgrade", course=course)
    assert_refused(refused, "升级不了", "extra_credit", "gradebook.db.2" if name == "sqlite" else "没有改动")


@pytest.mark.parametrize("name", BOTH)
def test_a_newer_gradebook_is_left_alone(name: str, server: Server, course: Course) -> None:
    course = use(course, address_of(name, server, "newer"))
    open_gradebook(course).close()
    execute(course.db_url, "UPDATE alembic_version SET version_num = 'ffffffffffff'")
    for command in (["upgrade"], ["copy", "--to", "sqlite:///classroom/copy.db"]):
        assert_refused(autograder("gradebook", *command, course=course), "更新的版本")


@pytest.mark.parametrize("name", BOTH)
def test_a_gradebook_whose_making_was_interrupted(name: str, server: Server, course: Course) -> None:
    course = use(course, address_of(name, server, "halfway"))
    open_gradebook(course).close()
    execute(course.db_url, "DROP TABLE alembic_version", "DROP TABLE comment")
    submit(course, "s", answered())
    done("grade", course=course)
    assert "最新" in done("gradebook", "upgrade", course=course)
    assert len(contents(course)["comment"]) == 3
    engine = create_engine(course.db_url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM alembic_version")).scalar() == 1, "what upgrades go by"
    engine.dispose()


# --------------------------------------------------------------------------- from one database to the other


def test_every_row_moves_there_and_back(server: Server, classes: dict[str, Course], tmp_path: Path) -> None:
    course = Course.open(shutil.copytree(classes["sqlite"].root, tmp_path / "course"))
    execute(course.db_url, "UPDATE assignment SET course_id = ''")  # as gradebooks without a course_id have it
    before, marks = raw(course.db_url), exported(course)
    there, back = server.database("moved"), "sqlite:///classroom/back.db"
    printed = json.loads(done("gradebook", "copy", "--to", there, "--json", course=course))
    assert printed["copied"]
    assert raw(course.db_url) == before, "the old gradebook is as it was"
    assert f"{printed['rows']} 行都已经在" in done("gradebook", "copy", "--to", there, course=course)
    course = use(course, there)
    moved = raw(there)
    assert sum(map(len, moved.values())) == printed["rows"]
    assert {name: rows for name, rows in moved.items() if name != "course"} == {
        name: rows for name, rows in before.items() if name != "course"
    }
    assert exported(course) == marks
    done("grade", course=course)
    assert raw(there) == moved, "nothing had to be graded or entered again"
    done("gradebook", "copy", "--to", back, course=course)
    assert raw(course.gradebook_url(back)) == moved


def raw(url: str) -> dict[str, list[tuple]]:
    """Every value of every row, ids included."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = {
            t.name: sorted(map(tuple, connection.execute(t.select())), key=repr) for t in Base.metadata.sorted_tables
        }
    engine.dispose()
    return found


def test_a_copy_goes_into_an_empty_database_only(server: Server, classes: dict[str, Course], tmp_path: Path) -> None:
    course = Course.open(shutil.copytree(classes["sqlite"].root, tmp_path / "course"))
    taken = classes["postgresql"].db_url
    held = raw(taken)
    assert_refused(autograder("gradebook", "copy", "--to", taken, course=course), "已经有别的成绩")
    assert raw(taken) == held
    same = "sqlite:///classroom/gradebook.db"
    assert_refused(autograder("gradebook", "copy", "--to", same, course=course), "就是现在的成绩簿")


def test_a_copy_is_complete_or_not_there(server: Server, classes: dict[str, Course], tmp_path: Path) -> None:
    course = Course.open(shutil.copytree(classes["sqlite"].root, tmp_path / "course"))
    execute(course.db_url, "UPDATE comment SET notebook_id = 'nowhere' WHERE manual_comment IS NOT NULL")
    there = server.database("whole")
    refused = autograder("gradebook", "copy", "--to", there, course=course)
    assert_refused(refused, "成绩簿读写不了", "comment")
    assert "再想想" not in refused.stderr
    assert not any(rows for name, rows in raw(there).items() if name != "course")


def test_who_marks_during_a_copy_is_not_lost(server: Server, classes: dict[str, Course], tmp_path: Path) -> None:
    course = Course.open(shutil.copytree(classes["sqlite"].root, tmp_path / "course"))
    there = server.database("meanwhile")
    open_gradebook(course, there).close()
    refusals: list[BaseException] = []

    def copy() -> None:
        try:
            copy_gradebook(course, there)
        except BaseException as error:
            refusals.append(error)

    with server.connect("meanwhile") as blocking, server.connect() as watching:
        blocking.autocommit = False
        blocking.execute("LOCK TABLE grade IN SHARE MODE")
        thread = threading.Thread(target=copy)
        thread.start()
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'meanwhile' AND wait_event_type = 'Lock'"
        while watching.execute(waiting).fetchone() == (0,):
            assert thread.is_alive(), refusals
            time.sleep(0.05)
        mark(course, STUDENTS[1], 1.0, "刚刚写的")
        blocking.rollback()
        thread.join()
    assert "被改动了" in str(refusals[0])
    assert raw(there)["grade"] == []


# --------------------------------------------------------------------------- SQLite beside others


@contextmanager
def reading(course: Course) -> Iterator[sqlite3.Connection]:
    """Somebody who is in the middle of reading the file."""
    with closing(sqlite3.connect(course.root / "classroom" / "gradebook.db", isolation_level=None)) as connection:
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM grade").fetchone()
        yield connection


def test_reading_and_grading_do_not_wait_for_each_other(tmp_path: Path) -> None:
    course = make_class(tmp_path, "sqlite:///classroom/gradebook.db?timeout=0.5")
    done("grade", "--student", STUDENTS[0], course=course)
    with reading(course) as reader:
        done("grade", course=course)
        assert reader.execute("SELECT count(*) FROM submitted_assignment").fetchone() == (1,), (
            "as it was for the reader"
        )
    with closing(sqlite3.connect(course.root / "classroom" / "gradebook.db", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        exported(course)


def test_a_copied_file_is_the_whole_gradebook(classes: dict[str, Course], tmp_path: Path) -> None:
    folder = classes["sqlite"].root / "classroom"
    assert [path.name for path in folder.glob("gradebook.db*")] == ["gradebook.db"]
    copy = shutil.copy(folder / "gradebook.db", tmp_path)
    assert raw(f"sqlite:///{copy}") == raw(classes["sqlite"].db_url)


def test_a_file_that_cannot_have_a_write_ahead_log_is_used_as_it_is(tmp_path: Path) -> None:
    course = make_class(tmp_path, "sqlite:///classroom/gradebook.db?timeout=0.5")
    done("grade", course=course)
    with closing(sqlite3.connect(course.root / "classroom" / "gradebook.db")) as connection:
        assert connection.execute("PRAGMA journal_mode=DELETE").fetchone() == ("delete",)
    with reading(course) as reader:  # whoever reads without one keeps others from starting one
        exported(course)
        assert reader.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    exported(course)
    with closing(sqlite3.connect(course.root / "classroom" / "gradebook.db")) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
