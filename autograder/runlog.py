"""What a grading run does: one JSON object a line for log collectors, and how the last run ended for ``status``."""

from __future__ import annotations

import json
import logging
import os
import platform
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from . import __version__
from .course import Course, Lab
from .errors import CourseError, cannot_write
from .files import write_atomic
from .grade import Progress
from .turns import holder, take_turn
from .verdict import State

# In the class's folder.
LAST_RUN = ".grade.json"
LOCK = ".grade.lock"  # held while a run is under way


class Ending(StrEnum):
    """How a run ended."""

    NONE = "running"  #: it has not, or it was killed
    FINISHED = "finished"
    INTERRUPTED = "interrupted"
    FAILED = "failed"


@dataclass
class Run:
    """One ``autograder grade`` on a class; times are UTC, ISO 8601."""

    pid: int
    started: str
    labs: list[str]
    submissions: int
    ending: Ending = Ending.NONE
    ended: str = ""
    seconds: float = 0.0
    reason: str = ""  #: why it failed
    reused: int = 0  #: submissions that had not changed
    states: dict[str, int] = field(default_factory=dict)  #: how many of the others ended in which state


class JsonLine(logging.Formatter):
    """A record as one line of JSON: its time, level and message (as ``event``), then the fields it was given."""

    def format(self, record: logging.LogRecord) -> str:
        head = {"time": _utc(record.created), "level": record.levelname, "event": record.getMessage()}
        return json.dumps(head | getattr(record, "fields", {}), ensure_ascii=False)


class _File(logging.FileHandler):
    """Appends and flushes line by line; a log that cannot be written stops the run, which the next one goes on with."""

    def handleError(self, record: logging.LogRecord) -> None:
        error = sys.exc_info()[1]
        raise cannot_write(self.baseFilename, error) if isinstance(error, OSError) else CourseError(str(error))


@contextmanager
def open_log(target: str | None) -> Iterator[logging.Logger]:
    """A logger that writes JSON lines to the end of the file ``target``, to stderr for "-", nowhere for None.

    Raises :class:`CourseError` if the file cannot be written.
    """
    logger = logging.Logger("autograder")  # our own, not one that libraries share
    handler: logging.Handler = logging.NullHandler()
    if target is not None:
        try:
            handler = logging.StreamHandler() if target == "-" else _File(target, encoding="utf-8", errors="replace")
        except OSError as error:
            raise cannot_write(target, error) from error
    handler.setFormatter(JsonLine())
    logger.addHandler(handler)
    try:
        yield logger
    finally:
        with suppress(OSError):
            handler.close()


class Observer:
    """Notes each step of a run. Use :func:`observe`."""

    def __init__(self, run: Run, logger: logging.Logger) -> None:
        self.run = run
        self._logger = logger

    def note(self, step: Progress) -> None:
        """Count and log one submission."""
        verdict = step.verdict
        if step.reused:
            self.run.reused += 1
        else:
            self.run.states[verdict.state] = self.run.states.get(verdict.state, 0) + 1
        fault = verdict.state is State.FAULT
        event = "submission reused" if step.reused else "grader fault" if fault else "submission done"
        self.log(
            event,
            logging.ERROR if fault else logging.INFO,
            lab=verdict.assignment,
            notebook=verdict.notebook,
            student=verdict.student_id,
            state=verdict.state,
            score=verdict.auto_score,
            max_score=verdict.max_score,
            seconds=round(step.seconds, 3),
            reason=verdict.reason,
            done=step.done,
            total=step.total,
        )

    def log(self, event: str, level: int = logging.INFO, **fields: object) -> None:
        """One line of the log."""
        self._logger.log(level, event, extra={"fields": fields})


@contextmanager
def observe(course: Course, labs: list[Lab], submissions: int, logger: logging.Logger) -> Iterator[Observer]:
    """Watch over a run on so many ``submissions``: logs its start and its end, and remembers them for ``status``.

    Raises :class:`CourseError` if the class's folder cannot be written.
    """
    clock = time.monotonic()
    run = Run(os.getpid(), _utc(time.time()), [lab.name for lab in labs], submissions)
    observer = Observer(run, logger)

    def end(ending: Ending, reason: str = "") -> None:
        run.ending, run.reason = ending, reason
        run.ended, run.seconds = _utc(time.time()), round(time.monotonic() - clock, 3)
        _save(course, run)
        level = logging.ERROR if ending is Ending.FAILED else logging.INFO
        observer.log(f"run {ending}", level, **asdict(run))

    with take_turn(_folder(course) / LOCK, shared=True):
        _save(course, run)
        versions = {"version": __version__, "python": platform.python_version()}
        observer.log("run started", **versions, pid=run.pid, labs=run.labs, submissions=submissions)
        try:
            yield observer
        except BaseException as error:
            with suppress(CourseError):  # the disk may be full, and what stopped the run matters more
                if isinstance(error, KeyboardInterrupt):
                    end(Ending.INTERRUPTED)
                else:
                    end(Ending.FAILED, str(error) or type(error).__name__)
            raise
        end(Ending.FINISHED)


def last_run(course: Course) -> Run | None:
    """The run that was started last, None if there was none or nobody knows."""
    try:
        data = json.loads((_folder(course) / LAST_RUN).read_text("utf-8"))
        return Run(**data | {"ending": Ending(data["ending"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def running(course: Course) -> int | None:
    """The process that is grading the class now (0 if it is on another machine), None if nobody is."""
    return holder(_folder(course) / LOCK)


def _save(course: Course, run: Run) -> None:
    write_atomic(_folder(course) / LAST_RUN, json.dumps(asdict(run), ensure_ascii=False, indent=1) + "\n")


def _folder(course: Course) -> Path:
    return course.verdicts.parent


def _utc(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
