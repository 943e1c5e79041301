"""``autograder grade --dask`` with a real scheduler and real workers, and with what befalls them."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from conftest import BIN, RIGHT, ROOT, answered, autograder, make_course, submit

from autograder import cluster
from autograder.course import Course
from autograder.grade import grade_class
from autograder.run import Limits

PATIENCE = 600  # seconds, on a busy machine
LAB = "lab01_adding"
#: A worker dies of every submission that says so. Nothing that a student writes can do that, so the worker helps.
DEADLY = """
import os, signal
from autograder.engine.pool import Pool

run = getattr(Pool, "plain_run", Pool.run)  # Dask loads this twice
Pool.plain_run = run

def deadly(self, key, *arguments, **options):
    if any(isinstance(one, bytes) and b"I AM DEADLY" in one for one in arguments):
        os.kill(os.getpid(), signal.SIGKILL)
    return run(self, key, *arguments, **options)

Pool.run = deadly
"""
OTHER_ENGINE = "import autograder.execution\nautograder.execution.ENGINE = 'another'\n"
NO_PACKAGE = "import sys\nsys.modules['autograder.worker'] = None\n"
OTHER_NUMPY = """
import importlib.metadata as metadata
version = getattr(metadata, "plain_version", metadata.version)
metadata.plain_version = version
metadata.version = lambda name: '0.1' if name == 'numpy' else version(name)
"""


def until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.05)


class Machines:
    """A scheduler and its workers, each a process of its own, as one starts them by hand."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.temporary = folder / "tmp"
        self.temporary.mkdir(parents=True)
        self.said = folder / "said.txt"  #: by the last command that was started here, on stderr
        self.settings = os.environ | {"TMPDIR": str(self.temporary)} | settings
        self._numbers = itertools.count()
        self._processes: list[subprocess.Popen[bytes]] = []
        self._commands: list[subprocess.Popen[str]] = []
        file = folder / "scheduler.json"
        local = ["--dashboard-address", "127.0.0.1:0"]
        if not any("TLS" in name for name in settings):
            local += ["--host", "127.0.0.1"]
        self.scheduler, _ = self._start("dask", "scheduler", "--port", "0", "--scheduler-file", file, *local)
        until(file.exists)
        until(lambda: file.read_text("utf-8").endswith("}"))
        self.address: str = json.loads(file.read_text("utf-8"))["address"]

    def _start(self, *command: str | Path) -> tuple[subprocess.Popen[bytes], Path]:
        """A process and where it logs."""
        program, *rest = map(str, command)
        path = self.folder / f"{next(self._numbers)}.log"
        with path.open("wb") as log:
            process = subprocess.Popen(
                [str(BIN / program), *rest], stdout=log, stderr=log, env=self.settings, start_new_session=True
            )
        self._processes.append(process)
        return process, path

    def worker(self, *options: str | Path, preload: str = "") -> subprocess.Popen[bytes]:
        """A worker's first process, the nanny unless ``--no-nanny``; returns once the worker is registered."""
        if preload:
            file = self.folder / f"preload{next(self._numbers)}.py"
            file.write_text(preload, "utf-8")
            options = (*options, "--preload", file)
        return self.run_worker("autograder", "worker", self.address, "--slots", "2", *options)

    def run_worker(self, *command: str | Path) -> subprocess.Popen[bytes]:
        process, log = self._start(*command)
        until(lambda: b"Registered to" in log.read_bytes())
        return process

    def grade(self, course: Course, **settings: str) -> subprocess.Popen[str]:
        """``autograder grade --dask`` that goes on while the test does something to the cluster."""
        command = [BIN / "autograder", "grade", "--dask", self.address, "--course", course.root]
        with self.said.open("w") as errors:
            process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=errors, text=True, env=os.environ | settings
            )
        self._commands.append(process)
        return process

    def clear(self) -> None:
        """End all but the scheduler."""
        ending = [*self._commands, *self._processes[1:]]
        self._commands.clear()
        del self._processes[1:]
        self._end(ending)

    def close(self) -> None:
        self.clear()
        self._end(self._processes)

    def _end(self, processes: Sequence[subprocess.Popen[Any]]) -> None:
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                for below in [*psutil.Process(process.pid).children(recursive=True), process]:
                    with suppress(psutil.NoSuchProcess):
                        below.kill()
            with process:  # waits for it
                pass


def inner(nanny: subprocess.Popen[bytes]) -> psutil.Process:
    """The worker's own process below its nanny: the one that holds the judges."""
    return next(p for p in psutil.Process(nanny.pid).children() if "resource_tracker" not in " ".join(p.cmdline()))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    machines = Machines(tmp_path_factory.mktemp("shared") / "machines")
    yield machines
    machines.close()


@pytest.fixture
def machines(shared: Machines, tmp_path: Path) -> Iterator[Callable[..., Machines]]:
    """A scheduler without workers: one that tests share, or with ``settings`` or ``own`` a new one."""
    made: list[Machines] = []

    def make(*, own: bool = False, **settings: str) -> Machines:
        if not (own or settings):
            return shared
        made.append(Machines(tmp_path / f"machines{len(made)}", **settings))
        return made[-1]

    yield make
    shared.clear()
    for one in made:
        one.close()


def a_class(course: Course, size: int, seconds: float = 0.0) -> None:
    """``size`` right submissions, no two alike, that take a while to run."""
    for number in range(size):
        submit(
            course,
            f"s{number:02}",
            answered(square=f"import time\ntime.sleep({seconds})\n{RIGHT['square']}  # {number}"),
        )


def mixed_class(course: Course) -> None:
    a_class(course, 3)
    submit(course, "wrong", answered(square="def square(x):\n    return x * abs(x)"))
    submit(course, "syntax", answered(add="def add(a, b:\n    return"))
    submit(course, "exits", answered(square="import os\nos._exit(0)"))
    submit(course, "prints", answered(square="print('你好', chr(0xD800))\n" + RIGHT["square"]))
    submit(course, "broken", b"{")


def outcome(course: Course) -> dict[str, bytes]:
    """All files that grading leaves behind."""
    folders = (course.verdicts, course.autograded)
    paths = [path for folder in folders for path in sorted(folder.glob("*/*/*")) if path.is_file()]
    return {str(path.relative_to(course.root)): path.read_bytes() for path in paths}


def marks(course: Course) -> tuple[bytes, ...]:
    """What the gradebook says."""
    output = course.root / "marks.csv"
    found = []
    for by in ("test", "assignment"):
        exported = autograder("export", "--by", by, "-o", output, course=course)
        assert exported.returncode == 0, exported.stderr
        found.append(output.read_bytes())
    return tuple(found)


def states(course: Course) -> dict[str, str]:
    paths = course.verdicts.glob("*/*/*.json")
    return {path.parts[-3]: json.loads(path.read_text("utf-8"))["state"] for path in paths}


def reason(course: Course, student: str) -> str:
    return json.loads((course.verdicts / student / LAB / f"{LAB}.json").read_text("utf-8"))["reason"]


def end(machines: Machines, process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a command that :meth:`Machines.grade` started."""
    out, _ = process.communicate(timeout=PATIENCE)
    err = machines.said.read_text("utf-8")
    assert "Traceback" not in err and "Warning" not in err, err
    return process.returncode, out, err


@pytest.fixture(scope="module")
def as_here(tmp_path_factory: pytest.TempPathFactory) -> tuple[Course, dict[str, bytes]]:
    """The slow class, graded on this machine."""
    course = make_course(tmp_path_factory.mktemp("here"))
    a_class(course, 8, seconds=1)
    assert autograder("grade", course=course).returncode == 0
    return course, outcome(course)


@pytest.fixture
def slow(course: Course, as_here: tuple[Course, dict[str, bytes]]) -> Course:
    """The slow class, not graded yet."""
    shutil.copytree(as_here[0].submitted, course.submitted)
    return course


def test_the_results_are_those_of_this_machine(tmp_path: Path, machines: Callable[..., Machines]) -> None:
    here, there = (make_course(tmp_path / name) for name in ("here", "there"))
    for course in (here, there):
        mixed_class(course)
    assert autograder("grade", course=here).returncode == 0
    both = machines(own=True)
    workers = [both.worker(), both.worker("--no-nanny")]
    result = autograder("grade", "--dask", both.address, course=there)
    assert result.returncode == 0, result.stderr
    assert "/status" in result.stderr, "where to watch it"
    assert "Warning" not in result.stderr and "Traceback" not in result.stderr
    assert outcome(there) == outcome(here)
    assert marks(there) == marks(here)
    again = autograder("grade", "--dask", both.address, course=there)
    assert (again.returncode, again.stderr.strip()) == (0, ""), "nothing has changed, nobody is asked"

    below = [child for worker in workers for child in psutil.Process(worker.pid).children(recursive=True)]
    assert sum("zygote" in " ".join(child.cmdline()) for child in below) >= 2, "both are ready for the next run"
    assert len(list(both.temporary.glob("judges-*"))) == 2
    for worker in workers:
        worker.send_signal(signal.SIGINT)
    for worker in workers:
        worker.wait(PATIENCE)
    assert psutil.wait_procs(below, timeout=PATIENCE)[1] == []
    assert not list(both.temporary.glob("judges-*"))


def test_a_worker_is_killed_in_the_middle(
    slow: Course, as_here: tuple[Course, dict[str, bytes]], machines: Callable[..., Machines]
) -> None:
    both = machines()
    nanny, _ = both.worker(), both.worker()
    process = both.grade(slow)
    until(lambda: len(states(slow)) >= 1)
    victim = inner(nanny)
    below = victim.children(recursive=True)
    victim.kill()
    assert end(both, process)[0] == 0
    assert outcome(slow) == as_here[1]
    assert len(below) >= 2, "the warm process and a judge"
    assert psutil.wait_procs(below, timeout=PATIENCE)[1] == [], "they end with their worker"


def test_the_only_worker_is_killed_and_comes_back(
    slow: Course, as_here: tuple[Course, dict[str, bytes]], machines: Callable[..., Machines]
) -> None:
    one = machines()
    nanny = one.worker()
    process = one.grade(slow)
    until(lambda: len(states(slow)) >= 1)
    inner(nanny).kill()
    assert end(one, process)[0] == 0
    assert outcome(slow) == as_here[1]


def test_what_is_kept_here_and_there_is_one_thing(tmp_path: Path, machines: Callable[..., Machines]) -> None:
    """The log, the limits and the kept executions do not care where something runs."""
    course = make_course(tmp_path / "course")
    settings = "c = get_config()\nc.Limits.cell = 2\nc.Limits.memory_mb = 128\n"
    (course.root / "nbgrader_config.py").write_text(settings, "utf-8")
    clock = f"import time\nprint(time.time_ns())\n{RIGHT['square']}"
    submit(course, "clock", answered(square=clock))
    submit(course, "slow", answered(square=f"import time\ntime.sleep(4)\n{RIGHT['square']}"))
    submit(course, "big", answered(square=f"x = bytearray(300 << 20)\n{RIGHT['square']}"))
    one = machines()
    one.worker()
    log = tmp_path / "grade.log"

    def grade(*options: str) -> list[dict[str, Any]]:
        log.unlink(missing_ok=True)
        result = autograder("grade", "--log-json", log, *options, course=course)
        assert result.returncode == 0, result.stderr
        return [json.loads(line) for line in log.read_text("utf-8").splitlines()]

    def printed() -> object:
        (path,) = (course.autograded / "clock").glob("*/*.ipynb")
        return next(cell for cell in json.loads(path.read_text("utf-8"))["cells"] if cell["id"] == "square")["outputs"]

    events = grade("--dask", one.address)
    found = [line["event"] for line in events]
    assert (found[0], found[-1], found.count("submission done")) == ("run started", "run finished", 3)
    assert any(line["event"] == "cluster" and "/status" in line["message"] for line in events)
    done = {line["student"]: line for line in events if line["event"] == "submission done"}
    assert done["slow"]["seconds"] >= 2
    assert {student: line["score"] for student, line in done.items()} == {"clock": 9.0, "slow": 5.0, "big": 5.0}
    there, first = outcome(course), printed()
    assert [line["event"] for line in grade()] == ["run started", *["submission reused"] * 3, "run finished"]
    assert outcome(course) == there
    for student in ("slow", "big"):  # from nothing here
        shutil.rmtree(course.verdicts / student)
        shutil.rmtree(course.cache / student)
    for options, words in (((), "另一种说法"), (("--dask", one.address), "又一种说法")):
        submit(course, "clock", answered(square=clock, think=words))
        assert "submission done" in [line["event"] for line in grade(*options)]
        assert printed() == first, "only prose has changed: nothing runs"
        assert any(words.encode() in content for content in outcome(course).values())
        for path, content in there.items():
            assert "/clock/" in path or outcome(course)[path] == content


def test_what_kills_two_workers_is_set_aside_alone(course: Course, machines: Callable[..., Machines]) -> None:
    a_class(course, 6, seconds=0.5)
    submit(course, "s03x", answered(think="I AM DEADLY"))
    one = machines()
    one.worker(preload=DEADLY)
    code, out, _ = end(one, one.grade(course))
    assert code == 0
    assert states(course) == {f"s{number:02}": "graded" for number in range(6)} | {"s03x": "not gradable"}
    assert "两次" in reason(course, "s03x") and "s03x" in out
    before = outcome(course)
    assert autograder("grade", "--dask", one.address, course=course).stderr.strip() == "", (
        "it is not tried a third time"
    )
    assert outcome(course) == before
    assert autograder("grade", "--force", "--student", "s03x", course=course).returncode == 0
    assert states(course)["s03x"] == "graded", "where nothing dies of it"


def test_a_worker_that_freezes_is_replaced(
    slow: Course, as_here: tuple[Course, dict[str, bytes]], machines: Callable[..., Machines]
) -> None:
    both = machines(DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL="10s")
    frozen, _ = both.worker("--no-nanny"), both.worker()  # for a nanny Dask would wait another half a minute
    process = both.grade(slow)
    until(lambda: len(states(slow)) >= 1)
    frozen.send_signal(signal.SIGSTOP)
    assert end(both, process)[0] == 0
    assert outcome(slow) == as_here[1]


def test_without_dasks_help_a_frozen_worker_is_given_up(
    slow: Course, machines: Callable[..., Machines], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "MARGIN", 5)
    monkeypatch.setattr(cluster, "NETWORK_MARGIN", 5)
    both = machines()
    nanny, _ = both.worker(), both.worker()
    said: list[str] = []
    done = 0
    for step in grade_class(slow, slow.labs(), limits=Limits(submission=10), dask=both.address, tell=said.append):
        done = step.done
        if done == 1:
            inner(nanny).send_signal(signal.SIGSTOP)
    assert done == 8
    assert set(states(slow).values()) == {"graded"}
    assert any("20 秒没有回答" in text for text in said), said


def test_inside_a_running_event_loop(course: Course, machines: Callable[..., Machines]) -> None:
    """As in a notebook, which has one of its own."""
    a_class(course, 2)
    one = machines()
    one.worker()

    async def cell() -> list[str]:
        return [step.verdict.state for step in grade_class(course, course.labs(), dask=one.address)]

    with ThreadPoolExecutor(1) as thread:  # a browser test may have left a loop running in this one
        assert thread.submit(asyncio.run, cell()).result() == ["graded"] * 2


def test_a_worker_that_would_judge_otherwise_is_refused(course: Course, machines: Callable[..., Machines]) -> None:
    a_class(course, 2)
    both = machines()
    both.worker()
    both.worker(preload=OTHER_ENGINE + OTHER_NUMPY)
    both.worker(preload=NO_PACKAGE)
    code, _, err = end(both, both.grade(course))
    assert code == 2
    assert "autograder 的判分版本 是 another，本机是" in err and "numpy 是 0.1，本机是" in err
    assert "没有能用的 autograder" in err and "请在这些机器上装好与本机相同的版本" in err
    assert states(course) == {}


def test_a_worker_without_a_sandbox_is_refused(course: Course, machines: Callable[..., Machines]) -> None:
    a_class(course, 1)
    one = machines()
    # As in a container without rights.
    outside = ["/usr/bin/unshare", "--user", "--map-root-user"]
    one.run_worker(*outside, BIN / "autograder", "worker", one.address, "--slots", "1")
    code, _, err = end(one, one.grade(course))
    assert code == 2
    assert "沙箱缺少这些层" in err and "（worker tcp://127.0.0.1:" in err and "autograder doctor" in err
    assert states(course) == {}


def test_a_worker_of_another_version_that_comes_later_gets_nothing(
    slow: Course, as_here: tuple[Course, dict[str, bytes]], machines: Callable[..., Machines]
) -> None:
    both = machines()
    nanny = both.worker()
    process = both.grade(slow)
    until(lambda: len(states(slow)) >= 1)
    right = inner(nanny)
    right.send_signal(signal.SIGSTOP)  # else it might be done before the other one has come
    both.worker(preload=OTHER_ENGINE)
    until(lambda: "不用这个 worker" in both.said.read_text("utf-8"))
    right.send_signal(signal.SIGCONT)
    code, _, err = end(both, process)
    assert code == 0
    assert "autograder 的判分版本 是 another" in err
    assert outcome(slow) == as_here[1]


def test_a_worker_that_comes_later_helps(slow: Course, machines: Callable[..., Machines]) -> None:
    both = machines()
    first = both.worker()
    process = both.grade(slow)
    until(lambda: len(states(slow)) >= 1)
    both.worker()
    os.kill(first.pid, signal.SIGTERM)
    assert end(both, process)[0] == 0
    assert list(states(slow).values()) == ["graded"] * 8


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nowhere://x:1", "tcp://no.such.host.invalid:8786"])
def test_a_wrong_address(course: Course, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    a_class(course, 1)
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT", "3s")
    result = autograder("grade", "--dask", address, course=course)
    assert result.returncode == 2
    assert f"连不上 Dask 调度器 {address}" in result.stderr and "Traceback" not in result.stderr


def test_jobs_are_the_workers_business(course: Course) -> None:
    result = autograder("grade", "--dask", "tcp://127.0.0.1:1", "--jobs", "2", course=course)
    assert result.returncode == 2
    assert "--slots" in result.stderr


def test_no_workers(course: Course, machines: Callable[..., Machines]) -> None:
    a_class(course, 1)
    none = machines()
    code, _, err = end(none, none.grade(course, DASK_AUTOGRADER__WAIT_FOR_WORKERS="6s"))
    assert code == 2
    assert "还没有 worker，最多等" in err and "autograder worker tcp://" in err


def test_whatever_stops_a_run_the_next_one_goes_on(
    slow: Course, as_here: tuple[Course, dict[str, bytes]], machines: Callable[..., Machines]
) -> None:
    """Ctrl-C, then the only worker goes for good, then the scheduler; the rest is done on this machine."""
    one = machines(own=True)
    worker = one.worker("--no-nanny")
    stops: list[tuple[Callable[[subprocess.Popen[str]], None], int, list[str]]] = [
        (lambda process: process.send_signal(signal.SIGINT), 130, ["已经批改并记下"]),
        (lambda process: worker.kill(), 2, ["没有能用的 worker", "再运行一次"]),
        (lambda process: one.scheduler.kill(), 2, ["调度器的连接断开了", "再运行一次"]),
    ]
    for number, (stop, expected, words) in enumerate(stops):
        before = outcome(slow)
        if number == 2:
            one.worker()
        process = one.grade(slow, DASK_AUTOGRADER__WAIT_FOR_WORKERS="8s")
        until(lambda: len(states(slow)) > len(before) / 2)  # noqa: B023  (a verdict and a notebook for each)
        stop(process)
        code, _, err = end(one, process)
        assert code == expected, err
        assert all(word in err for word in words), err
        assert outcome(slow).items() >= before.items()
        assert len(states(slow)) < 8
    assert autograder("grade", course=slow).returncode == 0
    assert outcome(slow) == as_here[1]


def test_the_guides_slurm_job_is_one_that_dask_can_write(machines: Callable[..., Machines]) -> None:
    """As far as it goes without Slurm: the job's script, whose command then joins a scheduler here."""
    guide = (ROOT / "book" / "instructor_guide.md").read_text("utf-8")
    (program,) = re.findall(r"```python\n(from dask_jobqueue.+?)```", guide, re.DOTALL)
    definition = program[: program.index("cluster.scale")].replace("/shared/course/.venv/bin/python", sys.executable)
    outside = "scheduler_options={'dashboard_address': '127.0.0.1:0', 'host': '127.0.0.1'}"
    definition = definition.replace("processes=1,", f"processes=1, {outside},")
    code = f"{definition}\nprint(cluster.job_script())\ncluster.close()\n"
    script = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE, check=True
    ).stdout
    assert "#SBATCH --cpus-per-task=8" in script and "#SBATCH -t 02:00:00" in script
    command = script.strip().splitlines()[-1].split()
    assert command[0] == sys.executable
    assert command[-3:] == ["--memory-limit", "0", "--no-dashboard"]
    assert command[command.index("--nthreads") + 1] == "8"
    one = machines()
    one.run_worker(sys.executable, *[one.address if "://" in word else word for word in command[1:]])


def test_by_tls(course: Course, tmp_path: Path, machines: Callable[..., Machines]) -> None:
    """With nothing but Dask's own settings, and without the certificate nobody gets in."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    command = [*request, "-keyout", key, "-out", certificate]
    subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE)
    settings = {
        "DASK_DISTRIBUTED__COMM__DEFAULT_SCHEME": "tls",
        "DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION": "True",
        "DASK_DISTRIBUTED__COMM__TLS__CA_FILE": str(certificate),
    }
    for role in ("SCHEDULER", "WORKER", "CLIENT"):
        settings[f"DASK_DISTRIBUTED__COMM__TLS__{role}__CERT"] = str(certificate)
        settings[f"DASK_DISTRIBUTED__COMM__TLS__{role}__KEY"] = str(key)
    a_class(course, 2)
    one = machines(**settings)
    one.worker()
    assert one.address.startswith("tls://")
    code, _, err = end(one, one.grade(course))
    assert code == 2 and "连不上" in err and "证书" in err
    assert end(one, one.grade(course, **settings))[0] == 0
    assert list(states(course).values()) == ["graded"] * 2
