"""Nothing lost: killed at every step, with a full disk, a locked or broken gradebook, or two at once.

Whatever happens, what lies in the class's folder is whole, and the same command run again ends as if nothing had been.
"""

from __future__ import annotations

import csv
import fcntl
import json
import os
import random
import shutil
import sqlite3
import subprocess
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import nbformat
import openpyxl
import pytest
from conftest import BIN, COMMAND_TIMEOUT, answered, autograder, make_course, submit
from faults import Outcome, Run, Serve, serving
from test_record import contents

from autograder.course import Course

LAB = "lab01_adding"
ANN, BOB, EVE = "20260101", "20260102", "20260103"
OWN = (".grade.json", ".grade.lock", ".collect.lock")  # says when and who: differs from run to run


# --------------------------------------------------------------------------- a class, as files


def hand_in(path: Path, attempt: int) -> Path:
    """What a platform hands over: two students' notebooks, and a file that is none."""
    with zipfile.ZipFile(path, "w") as archive:
        for student in (ANN, BOB):
            info = zipfile.ZipInfo(f"{student}-{attempt}/{LAB}.ipynb", (2026, 3, attempt, 12, 0, 0))
            archive.writestr(info, nbformat.writes(answered(think=f"{student} {attempt}")))
        archive.writestr(zipfile.ZipInfo(f"{EVE}/notes.txt", (2026, 3, 1, 12, 0, 0)), "?")
    return path


def make_class(root: Path) -> Course:
    """A course beside a class list and what was handed in: first once, then once more."""
    course = make_course(root / "course")
    (root / "names.csv").write_text(f"学号,姓名\n{ANN},安\n{BOB},博\n{EVE},伊\n", "utf-8")
    hand_in(root / "first.zip", 1)
    hand_in(root / "second.zip", 2)
    return course


def no_files(course: Course, *students: str) -> None:
    """Submissions of which nothing can be run, only written down: grading does not wait for the engine."""
    for student in students:
        (course.submitted / student / LAB).mkdir(parents=True)


def state(course: Course) -> dict[str, object]:
    """All that commands leave beside and in the course, without ids and times of the run."""
    root = course.root.parent
    found: dict[str, object] = {}
    for path in sorted(root.rglob("*")):
        if path.is_dir() or path.name in OWN or path.suffix == ".db" or "source_notebooks" in path.parts:
            continue
        found[path.relative_to(root).as_posix()] = read(path)
    if (course.root / "classroom" / "gradebook.db").exists():
        found["gradebook"] = contents(course)
    return found


def read(path: Path) -> object:
    """What is in a file, by a reader that takes no half of it."""
    match path.suffix:
        case ".json" | ".ipynb":
            return json.loads(path.read_text("utf-8"))
        case ".csv":
            return list(csv.reader(path.read_text("utf-8-sig").splitlines()))
        case ".xlsx":
            with closing(openpyxl.load_workbook(path)) as book:
                return {sheet.title: [[cell.value for cell in row] for row in sheet.rows] for sheet in book}
        case ".zip":
            with zipfile.ZipFile(path) as archive:
                assert archive.testzip() is None
                return {name: archive.read(name) for name in archive.namelist()}
        case ".html":
            text = path.read_text("utf-8")
            assert text.rstrip().endswith("</html>")
            return text
        case _:
            return path.read_bytes()


def assert_whole(course: Course) -> None:
    """Nothing that is visible is half there; what is being prepared is hidden."""
    for path in course.root.parent.rglob("*"):
        if path.is_file() and not path.name.startswith(".") and not path.name.startswith("gradebook.db"):
            read(path)
    for path in course.root.parent.rglob("*.db"):
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def assert_clean(course: Course) -> None:
    """Nothing temporary is left."""
    left = [path for path in course.root.parent.rglob("*") if path.name.endswith((".tmp", "-journal", "-wal", "-shm"))]
    assert left == []


@pytest.fixture(scope="module")
def serve() -> Iterator[Serve]:
    """One server for all: what it has been asked to judge it knows."""
    with serving() as found:
        yield found


# --------------------------------------------------------------------------- killed at every step

SCENES = ("roster", "collect", "collect again", "grade", "grade again", "feedback", "csv", "xlsx", "return")


def prepare(course: Course, scene: str, run: Run) -> list[object]:
    """Bring the class to where the scene begins; returns its command."""
    root = course.root.parent
    end = ["--course", course.root]
    roster = ["roster", root / "names.csv", *end]
    if scene == "roster":
        return roster
    assert run(*roster).code == 0
    first = ["collect", LAB, root / "first.zip", *end]
    if scene == "collect":
        return first
    if scene == "collect again":
        assert run(*first).code == 1, "a file of the zip is no notebook"
        return ["collect", LAB, root / "second.zip", *end]
    submit(course, ANN, answered(square="def square(x):\n    return 0"))
    no_files(course, EVE)
    if scene == "grade":
        return ["grade", *end]
    assert run("grade", *end).code == 0
    if scene == "grade again":
        path = course.source / LAB / f"{LAB}.ipynb"
        path.write_text(path.read_text("utf-8").replace("两个正整数相加的结果不对", "结果不对"), "utf-8")
        return ["grade", "--force", *end]
    outputs = {"csv": root / "out.csv", "xlsx": root / "out.xlsx", "return": root / "out.zip"}
    command = {"csv": "export", "xlsx": "export"}.get(scene, scene)
    return [command, *(["-o", outputs[scene]] if scene in outputs else []), *end]


@pytest.mark.parametrize("scene", SCENES)
def test_killed_at_any_step_the_next_run_ends_as_if_nothing_had_been(tmp_path: Path, scene: str, serve: Serve) -> None:
    root, template = tmp_path / "class", tmp_path / "template"
    course = make_class(root)
    run = serve(root)
    command = prepare(course, scene, run)
    root.rename(template)

    def again(**fault: object) -> Outcome:
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(template, root)
        return run(*command, **fault)

    undisturbed = again()
    assert undisturbed.code in (0, 1), undisturbed.said
    expected = state(course)
    assert_clean(course)
    assert len(telling(undisturbed.steps)) >= 3
    for at in telling(undisturbed.steps):
        step = undisturbed.steps[at - 1]
        assert again(at=at).code == -9, step
        assert_whole(course)
        completed = run(*command)
        assert completed.code == undisturbed.code, (step, completed.said)
        assert state(course) == expected, step
        assert_clean(course)


def telling(steps: list[str]) -> list[int]:
    """The steps before which the files say something else than before the last one; few of nbgrader's many commits."""
    points, commits = [], 0
    for number, step in enumerate(steps, start=1):
        commits = commits + 1 if step == "commit" else 0
        if not step.startswith(("fsync", "os.mkdir")) and (commits < 3 or commits % 10 == 0):
            points.append(number)
    return points


def chosen(steps: list[str]) -> list[int]:
    """Steps at which judges are at work: they start, and one has answered while another one has not."""
    notebooks = [n for n, step in enumerate(steps, start=1) if step.startswith("open") and ".ipynb.tmp" in step]
    entered = next(n for n, step in enumerate(steps, start=1) if "os.rename" in step and ".entered.json.tmp" in step)
    return [entered, notebooks[0]]


def test_killed_while_judging_the_next_run_ends_as_if_nothing_had_been(tmp_path: Path, serve: Serve) -> None:
    """The same with judges at work each time; with no process left behind (the server waits for them)."""
    root, template = tmp_path / "class", tmp_path / "template"
    course = make_class(root)
    submit(course, ANN, answered())
    submit(course, BOB, answered(square="def square(x):\n    return 0"))
    shutil.copytree(root, template)
    command = ["grade", "--jobs", "1", "--course", course.root]
    run = serve(root)
    undisturbed = run(*command, judging=True)
    assert undisturbed.code == 0, undisturbed.said
    expected = state(course)
    for at in chosen(undisturbed.steps):
        shutil.rmtree(root)
        shutil.copytree(template, root)
        assert run(*command, at=at, judging=True).code == -9
        assert_whole(course)
        assert run(*command, judging=True).code == 0
        assert state(course) == expected, undisturbed.steps[at - 1]
        assert_clean(course)


def test_killed_from_outside_at_any_moment(tmp_path: Path) -> None:
    course = make_class(tmp_path / "class")
    no_files(course, ANN, BOB, EVE)
    assert autograder("grade", course=course).returncode == 0
    expected, dice = state(course), random.Random()
    for _ in range(5):
        shutil.rmtree(course.verdicts)
        shutil.rmtree(course.autograded)
        (course.root / "classroom" / "gradebook.db").unlink()
        process = subprocess.Popen(
            [BIN / "autograder", "grade", "--course", course.root], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(dice.uniform(0, 1.5))
        process.kill()
        process.wait()
        assert_whole(course)
        assert autograder("grade", course=course).returncode == 0
        assert state(course) == expected
        assert_clean(course)


# --------------------------------------------------------------------------- errors of the disk


@pytest.mark.parametrize("scene", ["roster", "collect again", "grade", "feedback", "xlsx", "return"])
def test_an_error_at_any_step_is_one_sentence_and_the_next_run_completes(
    tmp_path: Path, scene: str, serve: Serve
) -> None:
    """From some step on everything that writes files fails; a disk that is really full comes below."""
    root, template = tmp_path / "class", tmp_path / "template"
    course = make_class(root)
    run = serve(root)
    command = prepare(course, scene, run)
    root.rename(template)
    shutil.copytree(template, root)
    undisturbed = run(*command)
    expected = state(course)
    steps = undisturbed.steps
    points = [n for n, step in enumerate(steps, start=1) if step != "commit"]
    for turn, at in enumerate(points[:: max(1, len(points) // 8)]):
        what, words = (("ENOSPC", "磁盘满了"), ("EIO", "磁盘读写出错"))[turn % 2]
        shutil.rmtree(root)
        shutil.copytree(template, root)
        failed = run(*command, at=at, what=what)
        assert_whole(course)
        assert failed.code == 2, (steps[at - 1], failed.said)
        assert_one_sentence(failed.said, words, "再运行一次")
        assert run(*command).code == undisturbed.code
        assert state(course) == expected, steps[at - 1]
        assert_clean(course)


def assert_one_sentence(said: str, *words: str) -> None:
    assert "Traceback" not in said
    errors = [line for line in said.splitlines() if line.startswith("错误：")]
    assert len(errors) == 1, said
    for word in words:
        assert word in errors[0]


class Mount:
    """Commands in a mount namespace of their own, gone with the process that holds it."""

    def __init__(self, holder: subprocess.Popen[bytes]) -> None:
        self._holder = holder

    def sh(self, script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        """Run a shell script in it."""
        enter = ["nsenter", "--target", str(self._holder.pid), "--mount", "--wd=/"]
        enter += [] if os.geteuid() == 0 else ["--user", "--preserve-credentials"]
        command = [*enter, "sh", "-c", script, "sh", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=COMMAND_TIMEOUT)

    def autograder(self, *arguments: object, course: Course, **environment: object) -> Outcome:
        """``autograder … --course DIR`` in it."""
        variables = " ".join(f"{name}={value}" for name, value in environment.items())
        script = f'exec env {variables} "$@"'
        done = self.sh(script, BIN / "autograder", *arguments, "--course", course.root)
        return Outcome(done.returncode, done.stdout + done.stderr, [])

    def inside(self, path: Path) -> Path:
        """A path of it, seen from outside."""
        return Path(f"/proc/{self._holder.pid}/root{path}")


@contextmanager
def mounts() -> Iterator[Mount]:
    unshare = ["unshare", "--mount"] + ([] if os.geteuid() == 0 else ["--user", "--map-root-user"])
    with subprocess.Popen([*unshare, "sh", "-c", "echo; exec sleep infinity"], stdout=subprocess.PIPE) as holder:
        try:
            assert holder.stdout.readline() == b"\n", "no mount namespace to be had"
            yield Mount(holder)
        finally:
            holder.kill()


def test_a_full_disk_stops_grading_cleanly_wherever_it_strikes(tmp_path: Path) -> None:
    course = make_class(tmp_path / "class")
    no_files(course, ANN, BOB, EVE)
    classroom = course.root / "classroom"
    shutil.copytree(classroom, tmp_path / "template")
    assert autograder("grade", course=course).returncode == 0
    expected = state(course)
    struck = set()
    for kilobytes in (0, 4, 40, 160, 180, 200, 220, 240):  # the gradebook alone takes 152, and its journal some
        with mounts() as mount:
            shutil.rmtree(classroom)
            shutil.copytree(tmp_path / "template", classroom)
            copy = f"mount -t tmpfs -o size=4m none {classroom} && cp -a {tmp_path}/template/. {classroom}"
            fill = f"dd if=/dev/zero of={classroom}/.filler bs=1k count=$((4096 - {kilobytes})); "
            fill += f"dd if=/dev/zero of={classroom}/.filler bs=4k oflag=append conv=notrunc; "
            fill += f"truncate -s -{kilobytes}k {classroom}/.filler"
            assert mount.sh(copy).returncode == 0
            assert mount.sh(fill).returncode == 0
            failed = mount.autograder("grade", course=course)
            if failed.code != 0:
                assert failed.code == 2, failed.said
                assert_one_sentence(failed.said, "再运行一次")
                assert "磁盘满了" in failed.said or "disk is full" in failed.said or "disk I/O" in failed.said
                struck.add("成绩簿" in failed.said)
            assert mount.sh(f"rm {classroom}/.filler").returncode == 0
            assert mount.autograder("grade", course=course).code == 0
            shutil.copytree(mount.inside(classroom), tmp_path / "after", dirs_exist_ok=True)
        shutil.rmtree(classroom)
        (tmp_path / "after").rename(classroom)
        assert state(course) == expected, kilobytes
        assert_clean(course)
    assert struck == {True, False}, "neither the gradebook alone nor the files alone met the full disk"


def test_a_full_temporary_folder_is_no_fault_of_the_archives(tmp_path: Path) -> None:
    course = make_class(tmp_path / "class")
    root, temporary = course.root.parent, tmp_path / "temporary"
    temporary.mkdir()
    assert autograder("roster", root / "names.csv", course=course).returncode == 0
    with zipfile.ZipFile(root / "first.zip", "a") as archive:
        archive.writestr(f"{EVE}/big.bin", os.urandom(600_000))
    before = state(course)
    with mounts() as mount:
        assert mount.sh(f"mount -t tmpfs -o size=512k none {temporary}").returncode == 0
        failed = mount.autograder("collect", LAB, root / "first.zip", course=course, TMPDIR=temporary)
        assert failed.code == 2, failed.said
        assert_one_sentence(failed.said, "磁盘满了", str(temporary))
        assert state(course) == before
        assert mount.sh(f"mount -o remount,size=8m {temporary}").returncode == 0
        assert mount.autograder("collect", LAB, root / "first.zip", course=course, TMPDIR=temporary).code == 1
    log = json.loads((course.root / "classroom" / "collected.json").read_text("utf-8"))
    assert sorted(entry["state"] for entry in log if entry["student_id"] != EVE) == ["taken", "taken"]


def test_a_folder_that_is_read_only_is_named_and_status_still_reads_it(tmp_path: Path) -> None:
    course = make_class(tmp_path / "class")
    root, classroom = course.root.parent, course.root / "classroom"
    assert autograder("roster", root / "names.csv", course=course).returncode == 0
    no_files(course, ANN)
    assert autograder("grade", course=course).returncode == 0
    before = state(course)
    with mounts() as mount:
        ready = f"mount --bind {classroom} {classroom} && mount -o remount,ro,bind {classroom}"
        assert mount.sh(ready).returncode == 0
        for command in (
            ["grade"],
            ["collect", LAB, root / "first.zip"],
            ["feedback"],
            ["export", "-o", classroom / "out.csv"],
        ):
            failed = mount.autograder(*command, course=course)
            assert failed.code == 2, (command, failed.said)
            assert_one_sentence(failed.said, "只读", str(classroom))
        looked = mount.autograder("status", course=course)
        assert looked.code == 1 and "无法评分" in looked.said, looked.said
    assert state(course) == before
    for command in (["grade"], ["feedback"]):
        assert autograder(*command, course=course).returncode == 0


# --------------------------------------------------------------------------- a gradebook that is not to be had


def test_a_gradebook_held_by_another_program(tmp_path: Path, serve: Serve) -> None:
    course = make_class(tmp_path / "class")
    run, end = serve(course.root.parent), ["--course", course.root]
    (course.root / "nbgrader_config.py").write_text("c = get_config()\nc.Limits.busy_timeout = 0.3\n", "utf-8")
    no_files(course, ANN, BOB)
    assert run("grade", *end).code == 0
    expected = state(course)
    with closing(sqlite3.connect(course.root / "classroom" / "gradebook.db", isolation_level=None)) as holding:
        holding.execute("PRAGMA locking_mode=EXCLUSIVE")  # not even reading is allowed
        holding.execute("BEGIN EXCLUSIVE")
        for command in (["grade"], ["export", "-o", tmp_path / "out.csv"], ["status"]):
            failed = run(*command, *end)
            assert failed.code == 2, failed.said
            assert_one_sentence(failed.said, "成绩簿", "locked", "关掉正在使用它的程序")
    assert run("grade", *end).code == 0
    assert state(course) == expected
    assert_clean(course)


def test_a_gradebook_held_only_for_a_while_is_waited_for(course: Course) -> None:
    """By default a command waits longer than SQLite's own five seconds."""
    no_files(course, ANN)
    assert autograder("grade", course=course).returncode == 0
    no_files(course, BOB)
    with closing(sqlite3.connect(course.root / "classroom" / "gradebook.db", isolation_level=None)) as holding:
        holding.execute("BEGIN EXCLUSIVE")
        command = [BIN / "autograder", "grade", "--course", course.root]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
            time.sleep(8)
            assert process.poll() is None, process.stdout.read()
            holding.execute("ROLLBACK")
            said = process.communicate(timeout=COMMAND_TIMEOUT)[0]
    assert process.returncode == 0, said


def test_a_broken_gradebook_is_told_from_a_busy_one(tmp_path: Path, serve: Serve) -> None:
    course = make_class(tmp_path / "class")
    run, end = serve(course.root.parent), ["--course", course.root]
    no_files(course, ANN, BOB)
    assert run("grade", *end).code == 0
    expected = state(course)
    database = course.root / "classroom" / "gradebook.db"
    whole = database.read_bytes()
    database.write_bytes(whole[:100] + b"\xff" * (len(whole) - 100))
    for command in (["grade"], ["export", "-o", tmp_path / "out.csv"], ["feedback"], ["status"], ["triage"]):
        failed = run(*command, *end)
        assert failed.code == 2, failed.said
        assert_one_sentence(failed.said, "成绩簿坏了", "gradebook.db", "备份", "--force")
    assert not (tmp_path / "out.csv").exists()
    database.unlink()
    assert run("grade", "--force", *end).code == 0
    assert state(course) == expected


# --------------------------------------------------------------------------- two at once


def start(*arguments: object, course: Course) -> subprocess.Popen[str]:
    command = [BIN / "autograder", *map(str, arguments), "--course", course.root]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(*processes: subprocess.Popen[str]) -> list[int]:
    said = [process.communicate(timeout=COMMAND_TIMEOUT) for process in processes]
    assert not any("Traceback" in error for _, error in said), said
    return [process.returncode for process in processes]


def test_a_second_collect_says_for_whom_it_waits(tmp_path: Path) -> None:
    course = make_class(tmp_path / "class")
    root = course.root.parent
    assert autograder("roster", root / "names.csv", course=course).returncode == 0
    with (course.root / "classroom" / ".collect.lock").open("w") as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX)
        second = start("collect", LAB, root / "first.zip", course=course)
        assert second.stderr.readline() == f"另一个 autograder collect（进程 {os.getpid()}）正在收作业，等它做完。\n"
        assert second.poll() is None
        assert not course.submitted.exists()
    assert finish(second) == [1]
    assert (course.submitted / ANN / LAB / f"{LAB}.ipynb").is_file()


def test_several_collects_and_grades_at_once(tmp_path: Path) -> None:
    course = make_class(tmp_path / "class")
    root = course.root.parent
    assert autograder("roster", root / "names.csv", course=course).returncode == 0
    shutil.copytree(root, tmp_path / "template")
    for name in ("first", "second"):
        assert autograder("collect", LAB, root / f"{name}.zip", course=course).returncode == 1
    assert autograder("grade", course=course).returncode == 0
    expected = state(course)
    shutil.rmtree(root)
    shutil.copytree(tmp_path / "template", root)
    collects = [start("collect", LAB, root / f"{name}.zip", course=course) for name in ("second", "first", "second")]
    assert finish(*collects) == [1, 1, 1]
    grades = [start("grade", "--jobs", "1", course=course) for _ in range(2)]
    again = start("collect", LAB, root / "first.zip", course=course)
    assert finish(*grades, again) == [0, 0, 1]
    assert autograder("grade", course=course).returncode == 0
    assert state(course) == expected
    assert_clean(course)
