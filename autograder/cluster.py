"""Grading on a Dask cluster: :class:`Cluster` is used like a :class:`Pool`, and has one in every worker's process.

What the workers do is in :mod:`worker`; all of this is the instructor's side, on the event loop of Dask's client. It
gives each submission to a worker by name rather than let Dask choose, since then it knows who was with a worker that
died: those are tried again, each with a worker to itself, and what takes a second worker along is set aside.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import hashlib
import itertools
import logging
import pickle
import pkgutil
import uuid
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

import dask
from dask.utils import parse_timedelta
from distributed import Client, Future, KilledWorker, Security
from distributed.client import AllExit
from distributed.comm import connect

from . import worker as there
from .engine.pool import MARGIN, START_TIMEOUT, Stopping
from .engine.protocol import GraderFault, NotConfined, Task
from .errors import GO_ON, CourseError, NotGradable, first_line

END = 20.0  # seconds that leaving may take
SCHEDULER_TIMEOUT = 60.0  # seconds without an answer after which the scheduler counts as lost
LOOK_AGAIN = 1.0  # seconds between two looks at who has come and gone
NETWORK_MARGIN = 30.0  # seconds beyond the judge's own limits after which a worker counts as stalled
TELL_AFTER = 3.0  # seconds without a worker
STRAGGLERS = 30.0  # seconds after which grading begins without those who are still getting ready
DEPTH = 2  # submissions a thread: one under way, one waiting for it
LEAST_SLOTS = 64  # so that there is something to do for workers that join later

#: Setting of Dask's: how long to wait for workers, at the start or when all are gone.
WAIT = "autograder.wait-for-workers"
DISCONNECTED = f"与 Dask 调度器的连接断开了，请检查它是否还在运行。{GO_ON}"
Answer = TypeVar("Answer")
Name = tuple[str, ...]  #: of a task of Dask's; the dashboard counts by the first part


class _Lost(Exception):
    """The worker was lost with the submission; ``died`` or gave no answer."""

    def __init__(self, why: str, died: bool) -> None:
        super().__init__(why)
        self.died = died


@dataclass(eq=False)
class _Worker:
    """A worker as the instructor's process sees it."""

    address: str
    threads: int
    lost: asyncio.Future[_Lost]
    heard: float  #: when it last answered, or got work when it had none
    patience: float = START_TIMEOUT + NETWORK_MARGIN  #: seconds without an answer after which it counts as stalled
    usable: bool = True  #: Dask calls it running: neither paused nor on its way out
    identity: str = ""  #: of its process, once that is ready to grade
    refused: Exception | None = None  #: why it must not grade
    busy: int = 0  #: how much of its room is taken

    def share(self, alone: bool) -> int:
        """How much room a submission takes: all of it if it is to be ``alone``."""
        return DEPTH * self.threads if alone else 1

    def fits(self, alone: bool) -> bool:
        ready = self.identity and self.usable and not self.lost.done()
        return bool(ready) and self.busy + self.share(alone) <= DEPTH * self.threads

    def lose(self, why: str, *, died: bool) -> None:
        if not self.lost.done():
            self.lost.set_result(_Lost(f"{why}（{self.address}）", died))


class Cluster:
    """The workers of the Dask scheduler at ``address`` in place of a :class:`Pool`'s local judges.

    ``modules``, ``confined`` and ``hidden`` are as there; ``tell`` shows a message to whoever waits. Raises
    :class:`CourseError` if nobody answers at ``address``.
    """

    def __init__(
        self,
        address: str,
        modules: Iterable[str] = (),
        *,
        confined: bool = True,
        hidden: Iterable[str] = (),
        tell: Callable[[str], None] = lambda message: None,
    ) -> None:
        self.slots = LEAST_SLOTS
        self._settings = {"modules": sorted(modules), "confined": confined, "hidden": tuple(hidden)}
        self._tell = tell
        self._closed = False
        self._workers: dict[str, _Worker] = {}
        self._waiting: dict[asyncio.Future[_Worker], bool] = {}
        self._running: set[asyncio.Task[Any]] = set()  #: the loop itself would let go of them
        self._numbers = itertools.count(1)
        self._run_id = uuid.uuid4().hex[:8]
        for name in [name for name in logging.root.manager.loggerDict if name.partition(".")[0] == "distributed"]:
            logging.getLogger(name).setLevel(logging.CRITICAL)  # what goes wrong is said by us, in words
        dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GiB"})  # a notebook may have megabytes
        self._patience = parse_timedelta(dask.config.get(WAIT, "120s"))
        try:
            with concurrent.futures.ThreadPoolExecutor(1) as thread:  # here, an event loop may be running already
                thread.submit(asyncio.run, _call(address)).result()  # a client that comes to nothing leaves a mess
            self._client = Client(address, set_as_default=False, name="autograder")
        except (OSError, ValueError, TypeError, RuntimeError) as error:
            raise CourseError(
                f"连不上 Dask 调度器 {address}（{first_line(error)}）。请检查地址（形如 tcp://主机:8786）、"
                "网络和证书，调度器用 dask scheduler 启动。"
            ) from None
        self._loop = self._client.loop.asyncio_loop  # type: ignore[attr-defined]
        self._loop.call_soon_threadsafe(self._loop.set_exception_handler, _overhear)
        self._failure: asyncio.Future[NoReturn] = self._loop.create_future()

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def begin(self, tasks: Mapping[str, Task]) -> None:
        """Have the workers get ready for ``tasks``; waits for them, but not for ever.

        Raises :class:`CourseError` if there are none or one would judge otherwise than this machine,
        :class:`NotConfined` and :class:`GraderFault` as :meth:`Pool.begin` does, with the worker's address.
        """
        self._labels = {key: str(getattr(task.subject, "lab", key)) for key, task in tasks.items()}
        self._expected = there.versions()
        content = pickle.dumps(self._settings | {"tasks": dict(tasks)})
        if link := self._dashboard():
            self._tell(f"批改的情形可以在 {link} 看。")
        self._do(self._begin(content))

    def run(self, key: str, *arguments: Any, memory: int, timeout: float, name: str = "") -> bytes:
        """The work of task ``key`` on ``arguments``, by a judge of some worker; call it from any thread.

        The dashboard shows it under ``name``. Raises :class:`GraderFault` if the judge failed or two workers gave no
        answer, :class:`NotGradable` if two workers died of it, :class:`CourseError` if the cluster is lost,
        :class:`Stopping` if it was closed.
        """
        return self._do(self._run(name, key, pickle.dumps(arguments), memory, timeout))

    def close(self) -> None:
        """Take back what has not begun and leave; what workers have begun they finish, for nobody."""
        if self._closed:
            return
        self._closed = True

        async def end() -> None:
            self._fail(Stopping())
            for task in self._running:
                task.cancel()

        with contextlib.suppress(Exception):
            asyncio.run_coroutine_threadsafe(end(), self._loop).result(END)
        with contextlib.suppress(Exception):
            self._client.close(timeout=5)

    def _do(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        if self._closed:
            work.close()
            raise Stopping
        try:
            return asyncio.run_coroutine_threadsafe(work, self._loop).result()
        except concurrent.futures.CancelledError:
            raise Stopping from None

    def _dashboard(self) -> str:
        try:
            return self._client.dashboard_link
        except (KeyError, ValueError, OSError):  # a scheduler can do without
            return ""

    # From here on everything runs on the client's event loop.

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        def done(task: asyncio.Task[None]) -> None:
            self._running.discard(task)
            if not task.cancelled() and (error := task.exception()):
                self._fail(error)

        task = self._loop.create_task(work)
        self._running.add(task)
        task.add_done_callback(done)

    def _fail(self, error: BaseException) -> None:
        """End the whole run with ``error``."""
        if not self._failure.done():
            self._failure.set_exception(error)
            self._failure.exception()  # it may be that nobody is left to hear it

    async def _first(self, *futures: asyncio.Future[Any]) -> None:
        """Wait for one of ``futures``; raises what ended the run, if something did."""
        await asyncio.wait({*futures, self._failure}, return_when=asyncio.FIRST_COMPLETED)
        if self._failure.done():
            self._failure.result()

    async def _begin(self, content: bytes) -> None:
        # Each worker gets it from here, once. As data of Dask's they would get it from each other, again and again, and
        # one that freezes would hold up the others.
        self._content, self._digest = content, hashlib.sha256(content).hexdigest()
        self._spawn(self._watch())
        start = self._loop.time()
        told = False
        while True:
            await asyncio.wait({self._failure}, timeout=0.1)
            if self._failure.done():
                self._failure.result()
            here = [worker for worker in self._workers.values() if worker.refused or not worker.lost.done()]
            ready = [worker for worker in here if worker.identity]
            refused = [worker.refused for worker in here if worker.refused]
            waited = self._loop.time() - start
            if len(ready) + len(refused) == len(here) or waited > STRAGGLERS:
                _refuse(refused)
                if ready:
                    break
            if not here and waited > TELL_AFTER and not told:
                told = True
                self._tell(f"调度器上还没有 worker，最多等 {self._patience:g} 秒……")
            if not here and waited > self._patience:
                raise CourseError(f"{self._nobody()}。")
        if waiting := [worker.address for worker in here if worker not in ready]:
            self._tell(f"这些 worker 还没有准备好，先不等了：{'、'.join(waiting)}。")
        self.slots = max(LEAST_SLOTS, DEPTH * sum(worker.threads for worker in ready))

    def _nobody(self) -> str:
        return (
            f"等了 {self._patience:g} 秒，调度器上没有能用的 worker。请在每台机器上运行 "
            f"autograder worker {self._client.scheduler.address}；要等得更久（例如作业在排队），"
            f"设环境变量 DASK_AUTOGRADER__WAIT_FOR_WORKERS=2h"
        )

    async def _watch(self) -> None:
        """Look after the workers for as long as the run lasts."""
        deserted = self._loop.time()
        while True:
            try:
                if self._client.status != "running":
                    raise OSError("connection lost")
                request = self._client.scheduler.identity(n_workers=-1)
                found = (await asyncio.wait_for(request, SCHEDULER_TIMEOUT))["workers"]
            except (OSError, TimeoutError):
                self._fail(CourseError(DISCONNECTED))
                return
            now = self._loop.time()
            for address in self._workers.keys() - found.keys():
                self._workers.pop(address).lose("worker 中途断开", died=True)
            for address, state in found.items():
                if (worker := self._workers.get(address)) is None:
                    worker = _Worker(address, state["nthreads"], self._loop.create_future(), now)
                    self._workers[address] = worker
                    self._spawn(self._prepare(worker))
                worker.usable = state["status"] == "running"
                at_work = (worker.busy or not worker.identity) and not worker.lost.done()
                if at_work and now - worker.heard > worker.patience:
                    self._tell(f"worker {address} 超过 {worker.patience:g} 秒没有回答，不再给它作业。")
                    worker.lose("worker 没有回答", died=False)
            if any(not worker.lost.done() for worker in self._workers.values()):
                deserted = now
            elif now - deserted > self._patience:
                self._fail(CourseError(f"{self._nobody()}。{GO_ON}"))
            self._deal()
            await asyncio.sleep(LOOK_AGAIN)

    async def _prepare(self, worker: _Worker) -> None:
        """Have a worker that has just come compare versions and load the course; only then does it get work."""
        found: dict[str, Any] = {}
        try:
            # A function that it does not have would be the end of the worker, so first ask for it by name.
            await self._ask(worker, self._name("look"), pkgutil.resolve_name, f"{there.__name__}:prepare")
            given = (self._digest, self._content, self._expected)
            found = await self._ask(worker, self._name("prepare"), there.prepare, *given)
        except _Lost:
            return
        except Exception as error:
            why = f"{type(error).__name__}: {first_line(error)}"
            worker.refused = CourseError(f"worker {worker.address} 上没有能用的 autograder（{why}）")
        if different := found.get("different"):
            parts = [f"{what} 是 {theirs}，本机是 {ours}" for what, (theirs, ours) in different.items()]
            worker.refused = CourseError(f"worker {worker.address} 与本机不同：{'、'.join(parts)}")
        elif missing := found.get("missing"):
            worker.refused = NotConfined(f"{missing}（worker {worker.address}）")
        elif fault := found.get("fault"):
            worker.refused = GraderFault(f"worker {worker.address}：{fault}")
        if worker.refused:
            self._tell(f"不用这个 worker：{worker.refused}。")
            worker.lose("没有用", died=False)
        else:
            worker.identity = found["identity"]
            self._deal()

    async def _run(self, name: str, key: str, arguments: bytes, memory: int, timeout: float) -> bytes:
        losses = []
        for alone in (False, True):
            worker = await self._take(alone)
            worker.patience = timeout + MARGIN + NETWORK_MARGIN
            try:
                job = self._name(self._labels[key], name)
                given = (worker.identity, self._digest, key, arguments, memory, timeout)
                answer = await self._ask(worker, job, there.work, *given)
            except _Lost as lost:
                losses.append(lost)
                continue
            finally:
                worker.busy -= worker.share(alone)
                worker.heard = self._loop.time()
                self._deal()
            if answer[:1] != b"+":
                raise GraderFault(answer[1:].decode("utf-8", "replace"))
            return answer[1:]
        what = "；".join(map(str, losses))
        if all(lost.died for lost in losses):
            raise NotGradable(f"批改它的进程两次中途消失，第二次没有别的作业在场：{what}。确认无妨后用 --force 再批改")
        raise GraderFault(f"两次都没有批改完：{what}")

    async def _ask(self, worker: _Worker, name: Name, function: Callable[..., Answer], *given: Any) -> Answer:
        """What ``function`` returns on ``worker``; raises :class:`_Lost` if the worker is lost before it answers."""
        future: Future[Answer] = self._client.submit(
            function, *given, key=name, workers=[worker.address], allow_other_workers=False, pure=False
        )
        answer = self._loop.create_task(_result(future))
        try:
            await self._first(answer, worker.lost)
            if not answer.done():
                raise worker.lost.result()
            return answer.result()
        except (KilledWorker, there.Replaced):
            worker.lose("worker 中途重新启动", died=True)  # at the same address
            self._workers.pop(worker.address, None)
            raise worker.lost.result() from None
        except concurrent.futures.CancelledError:  # the client has let go of everything
            self._fail(CourseError(DISCONNECTED))
            return self._failure.result()
        finally:
            answer.cancel()
            future.release()

    async def _take(self, alone: bool) -> _Worker:
        """A worker with room for one more submission, or one with nothing else to do."""
        place: asyncio.Future[_Worker] = self._loop.create_future()
        self._waiting[place] = alone
        self._deal()
        try:
            await self._first(place)
            return place.result()
        finally:
            self._waiting.pop(place, None)

    def _deal(self) -> None:
        """Give workers that have room to those who wait for one, in their order."""
        for place, alone in list(self._waiting.items()):
            if place.done():
                continue
            fitting = [worker for worker in self._workers.values() if worker.fits(alone)]
            if fitting:
                worker = min(fitting, key=lambda worker: worker.busy / worker.threads)
                if not worker.busy:
                    worker.heard = self._loop.time()
                worker.busy += worker.share(alone)
                place.set_result(worker)
            elif not alone:
                break

    def _name(self, *parts: str) -> Name:
        return (*parts, f"{self._run_id}-{next(self._numbers)}")


def _refuse(reasons: list[Exception]) -> None:
    """Raise why workers must not grade, if there are any: what one lacks first, then all that differs."""
    for reason in reasons:
        if not isinstance(reason, CourseError):
            raise reason
    if reasons:
        what = "；".join(sorted(map(str, reasons)))
        raise CourseError(f"{what}。请在这些机器上装好与本机相同的版本，重新启动 worker。")


async def _call(address: str) -> None:
    """Raise what keeps this machine from talking to whoever is at ``address``."""
    comm = await connect(address, **Security().get_connection_args("client"))
    await comm.close()


def _overhear(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Pass over what the client leaves behind where a result was on its way from a worker that died."""
    if not isinstance(context.get("exception"), AllExit):
        loop.default_exception_handler(context)


async def _result(future: Future[Answer]) -> Answer:
    return await future
