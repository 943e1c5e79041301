"""How grading scales: slots, workers, whole classes, runs after a change, and a forecast for more workers.

    python benchmarks/scale.py [--students 1000] [--labs LAB …] [--sample 100] [--repeats 1] [--dask] [--json]

A made-up class (``big_class.py``) is graded by the real command:

- a sample of it from nothing in one slot, in two, and with ``--dask`` on a scheduler with two workers of one slot each;
- the whole of it in as many slots as there are cores, then again unchanged, after one submission has changed and
  after a test cell of one lab has changed;
- what was found is recorded once more into an empty gradebook by the recorder alone: SQLite, and the empty database
  that ``--database URL`` names.

From that follows how long 10,000 submissions take on up to 64 workers (``forecast.py``). Memory is that of all
processes together, what they share counted once. One lab alone: ``--labs lab05_dropout``.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import big_class
import psutil
from distributed import Client
from forecast import ASSUMPTIONS, Costs, forecast
from grading import ENVIRONMENT, ROOT, forget, make_course, pace_of, watch
from nbgrader.api import Base, Gradebook
from rich.console import Console
from rich.progress import Progress
from sqlalchemy import create_engine, func, inspect, make_url, select
from sqlalchemy.exc import SQLAlchemyError

from autograder.course import Course, Lab
from autograder.errors import CourseError
from autograder.files import write_atomic
from autograder.intake import find_submissions
from autograder.notebooks import dump_notebook, is_test, read_source
from autograder.record import load_verdict, load_verdicts, open_recorder, verdict_path

AUTOGRADER = [sys.executable, "-m", "autograder"]
START_TIMEOUT = 300  # seconds until Dask's scheduler is there
PREDICTED = 10_000
WORKERS = (1, 2, 4, 8, 16, 32, 64)
ONE_SLOT, FIRST, UNCHANGED, ONE_STUDENT = "1 slot", "first run", "unchanged", "one student, unchanged"
MARKER = "big_class.json"  # beside a kept class: what it was made from


# --------------------------------------------------------------------------- the class


def prepare(root: Path, options: argparse.Namespace, students: int) -> Course:
    """The class in ``root``: made unless it is there from an earlier time, ungraded and unchanged in any case."""
    made_from = {"labs": options.labs, "students": students, "seed": options.seed}
    marker = root / MARKER
    known = marker.exists() and json.loads(marker.read_text("utf-8")) == made_from
    write_atomic(marker, json.dumps(made_from if known else {}))  # until it is complete it is no class
    for folder in ["source_notebooks"] if known else ["source_notebooks", "classroom"]:
        shutil.rmtree(root / folder, ignore_errors=True)
    course = make_course(root, options.labs, options.course)
    forget(course)
    labs = course.select(options.labs)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        numbers = range(1 if known else students)  # the first is the one that is changed
        task = progress.add_task("making the class", total=len(numbers) * len(labs))
        for lab in labs:
            desk = big_class.Desk(course, lab, options.course, options.seed)
            for number in numbers:
                write_atomic(place(course, lab, number), desk.hand_in(number)[1])
                progress.advance(task)
    write_atomic(marker, json.dumps(made_from))
    return course


def place(course: Course, lab: Lab, number: int) -> Path:
    """Where the submission of student ``number`` lies."""
    return course.submitted / big_class.student_id(number) / lab.name / lab.notebooks[0].name


def change_test(lab: Lab) -> None:
    """Edit a test cell of ``lab`` as an author would who explains it better."""
    path = lab.notebooks[0]
    notebook = read_source(path)
    test = next(cell for cell in notebook.cells if is_test(cell))
    test.source = f"# The same test, with a word more.\n{test.source}"
    write_atomic(path, dump_notebook(notebook))


# --------------------------------------------------------------------------- running the command


@dataclass
class Measured:
    """One run of ``autograder grade``."""

    seconds: float  #: of the whole command
    graded: int  #: submissions whose verdict was written
    pace: float  #: seconds from one recorded submission to the next, on average
    peak: int  #: bytes: all processes together
    cpu: float  #: seconds of processor time that the command's own process took


def grade(course: Course, *arguments: str) -> Measured:
    """Run ``autograder grade`` on ``course`` and measure it with all that this process has started besides."""
    before = _stamps(course)
    peak, cpu = 0, 0.0

    def look(process: psutil.Process) -> None:
        nonlocal peak, cpu
        times = process.cpu_times()
        cpu = times.user + times.system
        peak = max(peak, sum(map(_share, psutil.Process().children(recursive=True))))

    with tempfile.TemporaryFile() as log:  # its progress bar is for whoever sits here
        process = subprocess.Popen(
            [*AUTOGRADER, "grade", *arguments], cwd=course.root, env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=log
        )
        try:
            seconds = watch(process, look)
        finally:
            process.terminate()
            process.wait()
        if process.returncode:
            log.seek(0)
            raise SystemExit(f"autograder grade {' '.join(arguments)} failed:\n{log.read().decode()}")
    written = [when for path, when in _stamps(course).items() if before.get(path) != when]
    return Measured(seconds, len(written), pace_of(written) if written else 0.0, peak, cpu)


def _stamps(course: Course) -> dict[Path, float]:
    return {path: path.stat().st_mtime for path in course.verdicts.glob("*/*/*.json")}


def _share(process: psutil.Process) -> int:
    """Bytes of memory of a process; what several share is divided among them."""
    with contextlib.suppress(psutil.Error):
        return process.memory_full_info().pss
    return 0


@contextmanager
def cluster(workers: int) -> Iterator[str]:
    """A Dask scheduler on this machine with ``workers`` of one slot each; yields its address."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:

        def start(*command: str) -> None:
            process = subprocess.Popen(
                command, cwd=folder, env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
            stack.callback(process.wait)
            stack.callback(process.terminate)

        log = stack.enter_context(tempfile.TemporaryFile())
        file = Path(folder) / "scheduler.json"
        options = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file))
        start(sys.executable, "-m", "distributed.cli.dask_scheduler", *options)
        deadline = time.monotonic() + START_TIMEOUT
        while not (file.exists() and file.read_text()):
            if time.monotonic() > deadline:
                raise SystemExit("Dask's scheduler did not start")
            time.sleep(0.1)
        address = json.loads(file.read_text())["address"]
        for _ in range(workers):
            start(*AUTOGRADER, "worker", address, "--slots", "1")
        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=START_TIMEOUT)
        yield address


# --------------------------------------------------------------------------- what is measured


def measure_ways(course: Course, options: argparse.Namespace) -> dict[str, list[Measured]]:
    """The class from nothing in one slot, in two, on two workers of Dask: these in turn, ``--repeats`` times."""
    ways: dict[str, list[Measured]] = {}

    def measure(way: str, *arguments: str) -> None:
        forget(course)
        ways.setdefault(way, []).append(told(way, grade(course, *arguments)))

    for _ in range(options.repeats):
        measure(ONE_SLOT, "--jobs", "1")
        measure("2 slots", "--jobs", "2")
        if options.dask:
            with cluster(2) as address:
                measure("Dask, 2 workers", "--dask", address)
    return ways


def measure_changes(course: Course, options: argparse.Namespace) -> dict[str, Measured]:
    """The whole class: from nothing, unchanged, and after two kinds of change."""
    first, *_ = course.select(options.labs)
    found: dict[str, Measured] = {}

    def measure(what: str, *arguments: str) -> None:
        found[what] = told(what, grade(course, *arguments))

    measure(FIRST)
    measure(UNCHANGED)
    measure(ONE_STUDENT, "--student", big_class.student_id(0))
    desk = big_class.Desk(course, first, options.course, options.seed)
    write_atomic(place(course, first, 0), desk.revised())
    measure("one submission changed")
    change_test(first)
    measure(f"a test of {first.name} changed")
    return found


def told(what: str, measured: Measured) -> Measured:
    print(f"{what}: {measured.graded} graded in {measured.seconds:.1f} s", file=sys.stderr)
    return measured


@dataclass
class Recorded:
    """What the recorder wrote: rows of the gradebook, the notebook and the verdict of every submission."""

    submissions: int
    rows: int
    seconds: float


def measure_recorder(course: Course, options: argparse.Namespace, url: str | None = None) -> Recorded:
    """Record the verdicts of the graded class once more, into an empty gradebook: that of ``url``, or SQLite's."""
    with tempfile.TemporaryDirectory() as folder:
        empty = make_course(Path(folder), options.labs, course.root)
        if url:
            empty.config.CourseDirectory.db_url = url
        labs = empty.select(options.labs)
        with open_recorder(empty, labs) as recorder:
            before, submissions, seconds = _rows(recorder.gradebook), 0, 0.0
            for submission in find_submissions(course, labs):
                verdict = load_verdict(verdict_path(course, *submission.key))
                assert verdict is not None, "everything has been graded"
                executed = course.autograded / submission.student_id / submission.lab.name / submission.source.name
                text = executed.read_text("utf-8")
                start = time.perf_counter()
                recorder.record(submission, verdict, text)
                seconds += time.perf_counter() - start
                submissions += 1
            return Recorded(submissions, _rows(recorder.gradebook) - before, seconds)


def _rows(gradebook: Gradebook) -> int:
    with gradebook.engine.connect() as connection:
        return sum(connection.scalar(select(func.count()).select_from(table)) for table in Base.metadata.sorted_tables)


def bytes_a_submission(course: Course) -> float:
    """What travels between the command and a worker: the file there, the notebook and the verdict back."""
    files = [
        path
        for folder, kind in ((course.submitted, "ipynb"), (course.autograded, "ipynb"), (course.verdicts, "json"))
        for path in folder.glob(f"*/*/*.{kind}")
    ]
    return sum(path.stat().st_size for path in files) / len(list(course.submitted.glob("*/*")))


def costs_of(
    ways: dict[str, list[Measured]], changes: dict[str, Measured], recorded: Recorded, size: float, bandwidth: float
) -> Costs:
    """The parts of the time, from whole runs; ``size`` in bytes, ``bandwidth`` in bytes per second."""
    alone, unchanged, one = ways[ONE_SLOT], changes[UNCHANGED], changes[ONE_STUDENT]
    submissions = changes[FIRST].graded
    intake = max(0.0, unchanged.seconds - one.seconds) / submissions
    pace = statistics.median(m.pace for m in alone)
    to_first = statistics.median(m.seconds - m.pace * m.graded for m in alone)
    busy = max(0.0, changes[FIRST].cpu - unchanged.cpu) / submissions
    return Costs(
        command=one.seconds,
        warm_up=max(0.0, to_first - one.seconds),
        intake=intake,
        judging=pace,
        recording=max(busy, recorded.seconds / recorded.submissions),
        network=size / bandwidth,
    )


# --------------------------------------------------------------------------- what is shown


def row(measured: Measured) -> dict[str, float]:
    return {
        "s": measured.seconds,
        "graded": measured.graded,
        "graded per s": measured.graded / measured.seconds,
        "s from one to the next": measured.pace,
        "peak MB": measured.peak / 2**20,
    }


def medians(runs: list[Measured]) -> dict[str, float]:
    rows = [row(run) for run in runs]
    return {name: statistics.median(r[name] for r in rows) for name in rows[0]}


def recorder_row(recorded: Recorded) -> dict[str, float]:
    per_second = {"rows per s": recorded.rows / recorded.seconds}
    return {"submissions per s": recorded.submissions / recorded.seconds} | per_second | asdict(recorded)


def show(figures: dict[str, Any], options: argparse.Namespace) -> None:
    """Print the figures for people."""
    states = ", ".join(f"{number} {state}" for state, number in figures["states"].items())
    print(f"{options.students} students × {len(options.labs)} labs, {os.cpu_count()} cores; {states}")
    for title, rows in (
        (f"{options.sample} students from nothing, medians of {options.repeats}", figures["ways"]),
        ("the whole class", figures["changes"]),
        ("the recorder alone", figures["recorder"]),
    ):
        print(f"\n{title}")
        for name, values in rows.items():
            print(f"  {name:42}" + "".join(f"{value:11.2f} {what}" for what, value in values.items()))
    print(f"\n{PREDICTED} submissions on more workers, from seconds a part:")
    print("  " + ", ".join(f"{name} {value:.4f}" for name, value in figures["costs"].items()))
    for predicted in figures["forecast"]:
        minutes = predicted["seconds"] / 60
        print(f"  {predicted['workers']:3} workers {minutes:9.1f} min, most of it {predicted['limit']}")
    print("This assumes:")
    for assumption in figures["assumptions"]:
        print(f"  - {assumption}")


def read_options() -> argparse.Namespace:
    """The command line; what is wrong with it is said before anything is measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=positive, default=1000)
    parser.add_argument("--labs", nargs="+", default=[], metavar="LAB", help="all labs if none is named")
    parser.add_argument("--sample", type=positive, default=100, help="students on whom slots and workers are compared")
    parser.add_argument("--repeats", type=positive, default=1, help="of that comparison")
    parser.add_argument("--dask", action="store_true", help="compare with two workers on a Dask scheduler, too")
    parser.add_argument("--database", metavar="URL", help="also record into this empty database")
    parser.add_argument("--bandwidth", type=positive, default=100, metavar="MB/S", help="between command and workers")
    parser.add_argument("--course", type=Path, default=ROOT, help="where the labs come from, and the solution bank")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, metavar="DIR", help="make the class there, or use the one that is there")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args()
    try:
        options.labs = [lab.name for lab in Course.open(options.course).select(options.labs)]
        if options.database and inspect(create_engine(options.database)).get_table_names():
            parser.error("--database is in use: name an empty database")
    except (CourseError, SQLAlchemyError) as error:
        parser.error(str(error))
    kept = options.keep
    if kept and kept.exists() and any(kept.iterdir()) and not (kept / MARKER).exists():
        parser.error(f"{kept} holds something else: name an empty folder or one that --keep has made")
    options.sample = min(options.sample, options.students)
    return options


def positive(text: str) -> int:
    """A whole number above zero."""
    if (number := int(text)) < 1:
        raise ValueError
    return number


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """All figures."""
    with tempfile.TemporaryDirectory() as folder:
        ways = measure_ways(prepare(Path(folder) / "sample", options, options.sample), options)
        course = prepare(options.keep or Path(folder) / "class", options, options.students)
        changes = measure_changes(course, options)
        recorded = {"SQLite": measure_recorder(course, options)}
        if options.database:
            name = f"--database, {make_url(options.database).get_backend_name()}"
            recorded[name] = measure_recorder(course, options, options.database)
        size = bytes_a_submission(course)
        states = Counter(verdict.state for verdict in load_verdicts(course, course.labs()))
    costs = costs_of(ways, changes, [*recorded.values()][-1], size, options.bandwidth * 1e6)
    return {
        "states": states,
        "ways": {name: medians(runs) for name, runs in ways.items()},
        "changes": {name: row(run) for name, run in changes.items()},
        "recorder": {name: recorder_row(run) for name, run in recorded.items()},
        "bytes a submission": size,
        "costs": asdict(costs),
        "forecast": [asdict(forecast(costs, PREDICTED, workers)) for workers in WORKERS],
        "assumptions": [*ASSUMPTIONS, f"{options.bandwidth} MB/s between the command and all workers together"],
    }


def main() -> None:
    options = read_options()
    figures = measure(options)
    if options.json:
        print(json.dumps(figures))
    else:
        show(figures, options)


if __name__ == "__main__":
    main()
