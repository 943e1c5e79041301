"""The jail's file tree: what of the machine is seen, what is hidden, and the one folder that can be written to."""

from __future__ import annotations

import errno
import functools
import os
import stat
import sys
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath

from .cgroup import unescape
from .kernel import (
    MS_BIND,
    MS_NOATIME,
    MS_NODEV,
    MS_NODIRATIME,
    MS_NOEXEC,
    MS_NOSUID,
    MS_PRIVATE,
    MS_RDONLY,
    MS_REC,
    MS_RELATIME,
    MS_REMOUNT,
    detach,
    mount,
    mount_setattr,
    pivot_root,
)

HOSTNAME = "student"
HOME = "/home/student"
WORK = f"{HOME}/work"
OLD = "/.machine"
INODES = 16384


def build(*, uid: int, scratch: int, hidden: Iterable[str], sockets: Iterable[str], root: bool) -> None:
    """Swap the machine's file tree for a small one of our own, and forget the old.

    ``uid`` may write ``scratch`` bytes; it does not see ``hidden`` nor :func:`sockets`. ``root``: we are, outside, too.
    """
    writable_program = not root and _program_is_ours()
    mount(None, "/", None, MS_REC | MS_PRIVATE)
    mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "size=1m,nr_inodes=4k,mode=0755")
    Path("/tmp" + OLD).mkdir()
    pivot_root("/tmp", "/tmp" + OLD)
    os.chdir("/")
    _lay_scratch(uid, scratch, root)
    _lay_tree(visible(), [*_spellings(hidden), *sockets])
    _lay_devices()
    if not writable_program:
        _mount_proc(root)
    _write_etc(uid)
    detach(OLD)
    Path(OLD).rmdir()
    mount(None, "/", None, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV)


def _program_is_ours() -> bool:
    """Whether the student, having our uid, could change the running interpreter through /proc/self/exe.

    That link leads past the jail's read-only mounts to the machine's own; without /proc it is out of reach.
    """
    exe = Path("/proc/self/exe")
    owned = exe.stat().st_uid == os.geteuid() and not os.statvfs(exe).f_flag & os.ST_RDONLY
    return owned or os.access(exe, os.W_OK)


@functools.cache
def visible() -> tuple[tuple[str, str], ...]:
    """What of the machine is to be seen inside: path -> its real path, or a symlink's text for the links in /."""
    shown: dict[str, str] = {}
    for path in map(Path, ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")):
        if path.is_symlink():
            shown[str(path)] = f"->{path.readlink()}"
        elif path.is_dir():
            shown[str(path)] = str(path)
    program = os.path.realpath(sys.executable)
    # Both as spelled, since sys.path has it so, and as it really is.
    wanted = [sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix]
    # Wherever else packages were installed, but nothing that someone added to run a course's own modules.
    wanted += [path for path in sys.path if Path(path).name in ("site-packages", "dist-packages")]
    settings = ["/etc/localtime", "/etc/fonts", "/etc/ssl", "/etc/alternatives", "/etc/ld.so.cache"]
    for name in [*_spellings([*wanted, program]), *settings]:
        if Path(name).exists():
            shown.setdefault(name, os.path.realpath(name))
    return tuple(sorted(shown.items(), key=lambda item: PurePosixPath(item[0]).parts))


def sockets() -> list[str]:
    """Where in the visible folders programs of the machine listen: to connect to them, read-only is no obstacle.

    These are the ones that the network namespace knows of at the moment, so call it before that is left.
    """
    shown = {inside: real for inside, real in visible() if not real.startswith("->")}
    roots = tuple(f"{real}/" for real in shown.values())
    real_folder = functools.cache(os.path.realpath)
    found = []
    for line in Path("/proc/net/unix").read_text("utf-8", "surrogateescape").split("\n"):
        words = line.split(None, 7)
        if len(words) < 8 or not words[7].startswith("/"):  # without a name, abstract, or the headline
            continue
        folder, _, name = words[7].rpartition("/")
        path = f"{real_folder(folder or '/')}/{name}"
        if path.startswith(roots):
            with suppress(OSError):  # gone, or out of the student's reach anyway
                if stat.S_ISSOCK(Path(path).stat().st_mode):
                    found += [
                        inside + path[len(real) :] for inside, real in shown.items() if path.startswith(f"{real}/")
                    ]
    return found


def _spellings(paths: Iterable[str]) -> list[str]:
    """Absolute, normal forms of ``paths``: with their symlinks and without."""
    found: dict[str, None] = {}
    for path in paths:
        path = os.path.normpath(path)
        if not path.startswith("/") or path.strip("/") == "":
            raise ValueError(f"not an absolute path below /: {path}")
        found |= {path: None, os.path.realpath(path): None}
    return list(found)


def _lay_tree(visible: tuple[tuple[str, str], ...], hidden: Iterable[str]) -> None:
    """Bind ``visible`` from the old root, masking ``hidden`` on the way: parents first, so that deeper ones win."""
    plan: dict[str, str | None] = dict.fromkeys(hidden) | dict(visible)
    laid: dict[Path, bool] = {}  # whether what is there comes from the machine
    masks = []
    for path in sorted(map(Path, plan), key=lambda path: path.parts):
        source = plan[str(path)]
        below = next((laid[parent] for parent in path.parents if parent in laid), False)
        if source is None:
            if below and _mask(path):
                masks.append(path)
                laid[path] = False
        elif below:
            continue
        elif source.startswith("->"):
            path.symlink_to(source[2:])
        else:
            _bind(source, path)
            laid[path] = True
    for path in masks:
        if path.is_dir():
            mount(None, path, None, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV)


def _mask(path: Path) -> bool:
    """Lay something empty over ``path``; False if there is nothing to hide, be it that it went away meanwhile."""
    try:
        if path.is_dir():
            mount("tmpfs", path, "tmpfs", MS_NOSUID | MS_NODEV, "size=64k,nr_inodes=256,mode=0755")
        else:
            empty = Path("/.empty")
            empty.touch(0o444)
            mount(empty, path, None, MS_BIND)
            _restrict(path, MS_RDONLY | MS_NOSUID | MS_NODEV)
    except OSError:
        if path.exists():
            raise
    return path.exists()


def _bind(source: str, path: Path, flags: int = MS_RDONLY | MS_NOSUID | MS_NODEV) -> None:
    old = Path(OLD + source)
    if old.is_dir():
        path.mkdir(parents=True, exist_ok=True)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(0o444)
    mount(old, path, None, MS_BIND | MS_REC)
    _restrict(path, flags)


def _restrict(path: Path, flags: int) -> None:
    """Add flags to a mount and all mounts below it."""
    try:
        mount_setattr(path, flags)
    except OSError as error:
        if error.errno != errno.ENOSYS:
            raise
        _restrict_each(path, flags)


def _restrict_each(path: Path, flags: int) -> None:
    names = {"ro": MS_RDONLY, "nosuid": MS_NOSUID, "nodev": MS_NODEV, "noexec": MS_NOEXEC, "noatime": MS_NOATIME}
    names |= {"nodiratime": MS_NODIRATIME, "relatime": MS_RELATIME}
    for line in Path(OLD, "proc/self/mountinfo").read_text("utf-8", "surrogateescape").splitlines():
        words = line.split()
        place = Path(unescape(words[4]))
        if place.is_relative_to(path):
            kept = sum(names.get(option, 0) for option in words[5].split(","))
            mount(None, place, None, MS_REMOUNT | MS_BIND | kept | flags)


def _lay_scratch(uid: int, size: int, root: bool) -> None:
    """All that the student may write to: one folder of limited size that shows in three places.

    It comes before everything else, as the interpreter may lie below one of the three.
    """
    # The owner of a tmpfs is whoever mounts it: without root, the student.
    owner = f",uid={uid},gid={uid}" if root else ""
    options = f"size={size},nr_inodes={INODES},mode=0755{owner}"
    Path(HOME).mkdir(parents=True)
    mount("tmpfs", HOME, "tmpfs", MS_NOSUID | MS_NODEV, options)
    for source, target in ((WORK, None), (f"{HOME}/.tmp", "/tmp"), (f"{HOME}/.shm", "/dev/shm")):
        Path(source).mkdir(0o700)
        if root:
            os.chown(source, uid, uid)
        if target:
            Path(target).mkdir(parents=True)
            mount(source, target, None, MS_BIND)


def _lay_devices() -> None:
    for name in ("null", "zero", "full", "random", "urandom"):
        # A device can be written to even so; its owner and mode are what cannot be changed.
        _bind(f"/dev/{name}", Path("/dev", name), MS_RDONLY | MS_NOSUID | MS_NOEXEC)
    for name, target in (("fd", ""), ("stdin", "/0"), ("stdout", "/1"), ("stderr", "/2")):
        Path("/dev", name).symlink_to(f"/proc/self/fd{target}")


def _mount_proc(root: bool) -> None:
    Path("/proc").mkdir()
    flags = MS_NOSUID | MS_NODEV | MS_NOEXEC
    try:
        mount("proc", "/proc", "proc", flags, "subset=pid")
    except OSError:
        # Linux before 5.8, or a container that hides parts of /proc. The whole of it is for a real other uid only.
        if root:
            with suppress(OSError):
                mount("proc", "/proc", "proc", flags)


def _write_etc(uid: int) -> None:
    Path("/etc").mkdir(exist_ok=True)
    users = ("root:x:0:0::/:/bin/false", f"student:x:{uid}:{uid}::{WORK}:/bin/sh", "nobody:x:65534:65534::/:/bin/false")
    files = {
        "passwd": "\n".join(users) + "\n",
        "group": f"root:x:0:\nstudent:x:{uid}:\nnogroup:x:65534:\n",
        "hosts": f"127.0.0.1 localhost {HOSTNAME}\n",
        "resolv.conf": "",
    }
    for name, text in files.items():
        Path("/etc", name).write_bytes(text.encode())


def lay_files(files: Mapping[str, bytes]) -> None:
    """Fill the work folder: as the student, so that it owns its files and no name among them can do harm."""
    os.chdir(WORK)
    for name, content in files.items():
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
            raise ValueError(f"not a path inside the work folder: {name}")
        path = Path(WORK, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    for name in [name for name in os.environ if name.startswith("XDG_")]:
        del os.environ[name]
    os.environ |= {"HOME": WORK, "PWD": WORK, "TMPDIR": "/tmp", "USER": "student", "LOGNAME": "student"}
    tempfile.tempdir = None
