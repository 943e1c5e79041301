"""Grading speed and memory: ``autograder grade`` against stock ``nbgrader autograde`` on the same class.

Both grade the same submissions of one lab from an empty gradebook and write gradebook and autograded notebooks; the
scores must be equal. Seconds a submission are those from the first recorded submission to the last, so neither pays
for its start-up; the whole command's time, start-up included, stands beside them. Memory is what one slot has for
itself: the private pages of its processes, sampled while the command runs; what they share with the warm process is
reported apart.

    python benchmarks/grading.py [--lab small] [--students 40] [--repeats 3] [--json]

The default lab has three small exercises, so that nearly all of the time is what grading itself costs; a lab of the
course by its name (``--lab lab01_activations``) adds what its own tests compute, in both alike.
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
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import psutil
import small_lab
from nbgrader.api import Gradebook

from autograder.course import SQLITE, Course
from autograder.demo import fill, reference_answers
from autograder.notebooks import grade_id, is_solution, parse_notebook, read_source
from autograder.release import build_release

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
SOLUTIONS = ROOT / "tests" / "solutions"
ENVIRONMENT = os.environ | {"PATH": os.pathsep.join([str(BIN), os.environ["PATH"]]), "OMP_NUM_THREADS": "1"}
SAMPLE_EVERY = 1.0  # seconds between two looks at the memory


def make_course(root: Path, labs: Iterable[str], origin: Path = ROOT) -> Course:
    """A course of these labs of the one in ``origin``, in which nothing has been handed in."""
    for lab in labs:
        folder = root / "source_notebooks" / lab
        if lab == small_lab.NAME:
            small_lab.write(folder)
        else:
            shutil.copytree(origin / "source_notebooks" / lab, folder)
    settings = origin / "nbgrader_config.py"
    for path in Course.open(origin).shared_files:
        shutil.copy(path, root / "source_notebooks")
    if settings.is_file():
        shutil.copy(settings, root)
    return Course.open(root)


def make_class(root: Path, lab: str, students: int) -> Course:
    """A course with one lab; each student answers every exercise rightly or wrongly, from the solution bank."""
    course = make_course(root, [lab])
    (found,) = course.select([lab])
    path = found.notebooks[0]
    source = read_source(path)
    released = build_release(course, found)[path.name]
    exercises = [grade_id(cell) for cell in source.cells if is_solution(cell) and cell.cell_type == "code"]
    for number in range(students):
        answers = reference_answers(source)
        for place, name in enumerate(exercises):
            if (number + place) % 2:  # every other answer is from the bank, and most of those are wrong
                answers[name] = _known_answer(lab, name, number)
        file = course.submitted / f"student{number:03d}" / lab / path.name
        file.parent.mkdir(parents=True)
        file.write_bytes(fill(parse_notebook(released), answers))
    return course


def _known_answer(lab: str, exercise: str, number: int) -> str:
    if lab == small_lab.NAME:
        known = small_lab.ANSWERS[exercise]
        return known[number % len(known)]
    files = sorted((SOLUTIONS / lab / exercise).glob("*.py"))
    return files[number % len(files)].read_text("utf-8")


@dataclass
class Measured:
    """One run of a command."""

    seconds: float  #: of the whole command
    pace: float  #: seconds from one recorded submission to the next, on average
    private: int  #: bytes: the most that one slot had for itself
    shared: int  #: bytes: the warm process, once
    scores: dict[str, float | None]


def forget(course: Course) -> None:
    """Remove all that grading has written."""
    for folder in (course.autograded, course.verdicts, course.cache):
        shutil.rmtree(folder, ignore_errors=True)
    Path(course.db_url.removeprefix(SQLITE)).unlink(missing_ok=True)


def watch(process: subprocess.Popen[bytes], look: Callable[[psutil.Process], None]) -> float:
    """Seconds until ``process``, just started, ends; ``look`` is called with it now and then."""
    start = time.perf_counter()
    while True:
        with contextlib.suppress(psutil.Error):
            look(psutil.Process(process.pid))
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(SAMPLE_EVERY)
            return time.perf_counter() - start


def pace_of(times: Iterable[float]) -> float:
    """Seconds from one of ``times`` to the next, on average; 0 if there is only one."""
    written = sorted(times)
    return (written[-1] - written[0]) / max(len(written) - 1, 1)


def run(course: Course, command: list[str], slots: int, before: list[str] | None = None) -> Measured:
    """Grade the class with ``command`` from an empty gradebook; what ``before`` does is not measured."""
    forget(course)
    if before:
        subprocess.run(before, cwd=course.root, env=ENVIRONMENT, capture_output=True, check=True)
    private = shared = 0

    def look(process: psutil.Process) -> None:
        nonlocal private, shared
        mine, warm = _memory(process)
        private, shared = max(private, mine // slots), max(shared, warm)

    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, cwd=course.root, env=ENVIRONMENT, stdout=log, stderr=log)
        seconds = watch(process, look)
        if process.returncode:
            log.seek(0)
            raise SystemExit(f"{' '.join(command)} failed:\n{log.read().decode()}")
    pace = pace_of(path.stat().st_mtime for path in course.autograded.glob("*/*/*.ipynb"))
    with Gradebook(course.db_url) as book:
        scores = {
            f"{submission.student.id} {grade.name}": grade.auto_score
            for lab in course.labs()
            for submission in book.assignment_submissions(lab.name)
            for notebook in submission.notebooks
            for grade in notebook.grades
        }
    return Measured(seconds, pace, private, shared, scores)


def _memory(command: psutil.Process) -> tuple[int, int]:
    """(bytes private to the processes that run submissions, bytes of the warm process) below ``command``."""
    private = warm = 0
    for process in command.children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if "autograder.engine.zygote" in process.cmdline() and process.ppid() == command.pid:
                warm = process.memory_full_info().rss
            else:
                private += process.memory_full_info().uss
    return private, warm


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lab", default=small_lab.NAME)
    parser.add_argument("--students", type=int, default=40)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args()
    slots = os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as folder:
        course = make_class(Path(folder), options.lab, options.students)
        stock = [str(BIN / "nbgrader"), "autograde", options.lab, "--create"]
        prepare = [str(BIN / "nbgrader"), "generate_assignment", options.lab, "--force"]
        ours = [str(BIN / "autograder"), "grade", options.lab]
        runs: dict[str, list[Measured]] = {"nbgrader autograde": [], "autograder grade": []}
        for number in range(options.repeats):
            for name, command, slots_of, before in (
                ("autograder grade", ours, slots, None),
                ("nbgrader autograde", stock, 1, prepare),
            ):
                measured = run(course, command, slots_of, before)
                runs[name].append(measured)
                print(f"{number + 1}: {name}: {measured.seconds:.1f} s", file=sys.stderr)
    differences = Counter(
        key.split()[1]
        for a, b in zip(runs["nbgrader autograde"], runs["autograder grade"], strict=True)
        for key in a.scores.keys() | b.scores.keys()
        if a.scores.get(key) != b.scores.get(key)
    )
    figures = {
        name: {
            "s a submission": statistics.median(m.pace for m in results),
            "s in all": statistics.median(m.seconds for m in results),
            "private MB a slot": statistics.median(m.private for m in results) / 2**20,
            "warm process MB": statistics.median(m.shared for m in results) / 2**20,
        }
        for name, results in runs.items()
    }
    pairs = list(zip(runs["nbgrader autograde"], runs["autograder grade"], strict=True))
    ratio = statistics.median(a.pace / b.pace for a, b in pairs)
    whole = statistics.median(a.seconds / b.seconds for a, b in pairs)
    if options.json:
        print(
            json.dumps(
                {"figures": figures, "ratio": ratio, "ratio of whole commands": whole, "differing scores": differences}
            )
        )
    else:
        print(f"{options.lab}, {options.students} submissions, {slots} slots, medians of {options.repeats}")
        for name, row in figures.items():
            print(f"  {name:20}" + "".join(f"{value:10.3f} {what}" for what, value in row.items()))
        print(f"  submissions per second: {ratio:.1f} times those of stock nbgrader; whole command: {whole:.1f} times")
        if differences:
            print(f"  scores that differ: {dict(differences)}")
    sys.exit(bool(differences))


if __name__ == "__main__":
    main()
