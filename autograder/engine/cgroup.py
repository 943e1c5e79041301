"""Control groups: the kernel's bound on the memory and the number of processes of a whole jail.

Version 1 has one tree for each controller, version 2 one tree for all. Often neither is ours to write to: then
:func:`find` returns nothing, and the jail is left to its resource limits and its warden's eye.
"""

from __future__ import annotations

import errno
import os
import re
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

CONTROLLERS = ("memory", "pids")
PREFIX = "autograder"
#: Where our own processes go when they stand in the way: in version 2 only leaves may hold processes.
LEAF = f"{PREFIX}-self"
_NAME = re.compile(rf"{PREFIX}-(\d+)-\w+")
_LIMITS = {
    (1, "memory"): ("memory.limit_in_bytes", "memory.memsw.limit_in_bytes"),
    (2, "memory"): ("memory.max", "memory.swap.max"),
    (1, "pids"): ("pids.max",),
    (2, "pids"): ("pids.max",),
}
#: Missing where the kernel does not count swap.
_OPTIONAL = ("memory.memsw.limit_in_bytes", "memory.swap.max")


@dataclass(frozen=True)
class Place:
    """A folder in which groups with one controller can be made."""

    folder: Path
    version: int


class Group:
    """The control groups of one jail: a folder of the same name in one or two trees.

    ``missing`` tells, by controller, why it could not be had.
    """

    def __init__(self, places: Mapping[str, Place], name: str, memory: int, processes: int) -> None:
        self.places: dict[str, Place] = {}  #: of the controllers that hold, where the jail's own folder is
        self.missing: dict[str, str] = {}
        amounts = {"memory": memory, "pids": processes}
        for controller, place in places.items():
            own = Place(place.folder / name, place.version)
            try:
                _make(own.folder)
                self.places[controller] = own
                if place.version == 2 and controller not in _words(own.folder / "cgroup.controllers"):
                    raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))
                _limit(own, controller, amounts.get(controller, 0))
            except OSError as error:
                self.missing[controller] = error.strerror or str(error)
                if controller in self.places:
                    self._give_up(controller)

    def add(self, pid: int) -> None:
        """Put a process, and so all it will ever fork, into the groups."""
        for controller, place in list(self.places.items()):
            try:
                _write(place.folder / "cgroup.procs", str(pid))
            except OSError as error:
                self.missing[controller] = error.strerror or str(error)
                self._give_up(controller)

    def version(self, controller: str) -> int:
        """The version of the tree that bounds ``controller``, 0 if none does."""
        return self.places[controller].version if controller in self.places else 0

    def oom(self) -> bool:
        """Whether the kernel killed a process because the group's memory was used up."""
        if not (place := self.places.get("memory")):
            return False
        try:
            events = _read(place.folder / ("memory.oom_control" if place.version == 1 else "memory.events"))
        except OSError:
            return False
        return any(line.startswith("oom_kill ") and line.split()[1] != "0" for line in events.splitlines())

    def _give_up(self, controller: str) -> None:
        place = self.places.pop(controller)
        if place not in self.places.values():
            _remove(place.folder, time.monotonic())

    def remove(self, patience: float = 1.0) -> bool:
        """Kill what is left in the groups and remove them; False if that did not work within ``patience`` seconds."""
        deadline = time.monotonic() + patience
        gone = [_remove(place.folder, deadline) for place in set(self.places.values())]
        return all(gone)


def find(
    mountinfo: str | None = None,
    membership: str | None = None,
    controllers: Iterable[str] = CONTROLLERS,
    ours: Callable[[Iterable[int]], bool] | None = None,
) -> dict[str, Place]:
    """Where groups can be made, by controller, each tried once; controllers that nothing can be done with are absent.

    ``mountinfo`` and ``membership`` stand for ``/proc/self/mountinfo`` and ``/proc/self/cgroup``. In version 2 this
    may hand controllers down and move our own processes into a leaf, if ``ours`` says that a group holds no others.
    """
    mountinfo = _read(Path("/proc/self/mountinfo")) if mountinfo is None else mountinfo
    membership = _read(Path("/proc/self/cgroup")) if membership is None else membership
    trees = list(_trees(mountinfo))
    candidates: dict[str, Place] = {}
    for _, names, own in (line.split(":", 2) for line in membership.splitlines()):
        wanted = set(controllers) - set(candidates)
        if names:
            for tree in trees:
                if tree.version == 1 and (folder := tree.locate(own)):
                    here = wanted & set(names.split(",")) & tree.controllers
                    candidates |= {controller: Place(folder, 1) for controller in here}
        else:
            for tree in trees:
                if tree.version == 2 and (folder := tree.locate(own)):
                    place, here = _find_v2(folder, tree.mount_point, wanted, ours or only_ours)
                    candidates |= {controller: Place(place, 2) for controller in here}
    trial = Group(candidates, f"{PREFIX}-{os.getpid()}-trial", 1 << 30, 64)
    usable = {controller: candidates[controller] for controller in controllers if controller in trial.places}
    trial.remove()
    return usable


def sweep(places: Mapping[str, Place]) -> None:
    """Remove groups whose warden was killed before it could."""
    for place in set(places.values()):
        for folder in place.folder.glob(f"{PREFIX}-*-*"):
            match = _NAME.fullmatch(folder.name)
            if match and not Path("/proc", match[1]).exists():
                with suppress(OSError):
                    folder.rmdir()


def only_ours(pids: Iterable[int]) -> bool:
    """Whether all of ``pids`` belong to this command: ancestors that run our interpreter, and all they started."""
    program = _program(os.getpid())
    top = os.getpid()
    while (parent := _parent(top)) and _program(parent) == program:
        top = parent
    return all(top in _ancestry(pid) for pid in pids)


@dataclass(frozen=True)
class _Tree:
    """One mounted cgroup hierarchy."""

    version: int
    mount_point: Path
    root: str  # the group that is seen at the mount point: not "/" in many containers
    controllers: frozenset[str]

    def locate(self, group: str) -> Path | None:
        """The folder of a group named as in ``/proc/self/cgroup``, if this mount shows it."""
        if ".." in group.split("/"):
            return None
        inside = group if self.root == "/" else group.removeprefix(self.root)
        if self.root != "/" and (inside == group or inside[:1] not in ("", "/")):
            return None
        folder = self.mount_point / inside.strip("/")
        return folder if folder.is_dir() else None


def _trees(mountinfo: str) -> Iterator[_Tree]:
    for line in mountinfo.splitlines():
        head, _, tail = line.partition(" - ")
        kind, _, options = tail.split(" ", 2)
        if kind in ("cgroup", "cgroup2"):
            root, mount_point = (unescape(word) for word in head.split()[3:5])
            yield _Tree(1 if kind == "cgroup" else 2, Path(mount_point), root, frozenset(options.split(",")))


def unescape(text: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), text)


def _find_v2(
    own: Path, root: Path, wanted: set[str], ours: Callable[[Iterable[int]], bool]
) -> tuple[Path, frozenset[str]]:
    """The group below which most of ``wanted`` can be had, and which of them."""
    if own.name == LEAF:
        own = own.parent
    best: tuple[Path, frozenset[str]] = (own, frozenset())
    for folder in [own] if own == root else [own, own.parent]:
        on = _hand_down(folder, wanted, ours if folder == own else None)
        if len(on) > len(best[1]):
            best = (folder, on)
    return best


def _hand_down(folder: Path, wanted: set[str], ours: Callable[[Iterable[int]], bool] | None) -> frozenset[str]:
    """Enable ``wanted`` for the children of a group; return which are on. ``ours`` None: move no process."""
    control = folder / "cgroup.subtree_control"
    try:
        for controller in sorted((wanted & _words(folder / "cgroup.controllers")) - _words(control)):
            try:
                _write(control, f"+{controller}")
            except OSError as error:
                if error.errno == errno.EBUSY and ours:
                    _hand_down_from_leaf(folder, controller, ours)
    except OSError:
        return frozenset()
    return frozenset(wanted & _words(control)) if os.access(folder, os.W_OK) else frozenset()


def _hand_down_from_leaf(folder: Path, controller: str, ours: Callable[[Iterable[int]], bool]) -> None:
    """Enable a controller after moving the group's processes out of the way, if they are all ours."""
    leaf = folder / LEAF
    pids = _pids(folder)
    if not pids or not ours(pids):
        return
    leaf.mkdir(exist_ok=True)
    try:
        for pid in pids:
            _write(leaf / "cgroup.procs", str(pid))
        _write(folder / "cgroup.subtree_control", f"+{controller}")
    except OSError:
        for pid in _pids(leaf):
            with suppress(OSError):
                _write(folder / "cgroup.procs", str(pid))
        with suppress(OSError):
            leaf.rmdir()


def _limit(place: Place, controller: str, amount: int) -> None:
    for name in _LIMITS.get((place.version, controller), ()):
        try:
            _write(place.folder / name, "0" if name == "memory.swap.max" else str(amount))
        except OSError:
            if name not in _OPTIONAL:
                raise


def _make(folder: Path) -> None:
    folder.mkdir(exist_ok=True)


def _remove(folder: Path, deadline: float) -> bool:
    while True:
        try:
            folder.rmdir()
            return True
        except FileNotFoundError:
            return True
        except OSError:  # processes in it, or the kernel has not yet let go of the last one
            if time.monotonic() > deadline:
                return False
        _kill_all(folder)
        time.sleep(0.002)


def _kill_all(folder: Path) -> None:
    try:
        _write(folder / "cgroup.kill", "1")
    except OSError:  # version 1, or a kernel before 5.14
        for pid in filter(None, _pids(folder)):  # os.kill(0, …) would be for our own process group
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)


def _pids(folder: Path) -> list[int]:
    """The processes of a group; 0 (one that our own pid namespace does not show) is left in, and is never ours."""
    try:
        return [int(word) for word in _read(folder / "cgroup.procs").split()]
    except OSError:
        return []


def _parent(pid: int) -> int:
    try:
        return int(_read(Path("/proc", str(pid), "stat")).rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _ancestry(pid: int) -> Iterator[int]:
    while pid:
        yield pid
        pid = _parent(pid)


def _program(pid: int) -> str:
    try:
        return str(Path("/proc", str(pid), "exe").readlink())
    except OSError:
        return ""


def _words(file: Path) -> set[str]:
    return set(_read(file).split())


def _read(file: Path) -> str:
    return file.read_text("utf-8", "surrogateescape")


def _write(file: Path, text: str) -> None:
    # Not write_text: the kernel takes one write, must never create a file, and tells errors at the write itself.
    fd = os.open(file, os.O_WRONLY)
    try:
        os.write(fd, text.encode())
    finally:
        os.close(fd)
