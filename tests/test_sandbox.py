"""The jail, attacked from the inside, started by root and by an ordinary user.

Each attack runs in a process of its own (this file, run as a script, plays the zygote): the sandbox closes files and
forks, which a test runner with threads would not survive. What needs root or a controller of cgroup v2 says so when
it is skipped. On a machine that has its memory controller in version 1, version 2's rules for handing controllers
down, moving processes and killing run on the real thing with another controller; only what is written to its limit
files and read from its events is tried on a made-up tree.
"""

from __future__ import annotations

import ctypes
import functools
import json
import os
import select
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import pytest

from autograder.engine import cgroup, kernel, sandbox, seccomp
from autograder.engine.sandbox import LAYERS, REQUIRED, WORK

ROOT = Path(__file__).resolve().parent.parent
USER = 1000
MB = 1 << 20
ST_NODEV = 4
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can start a jail as root or as somebody else")
BOTH = [pytest.param("root", marks=needs_root), "user"]


@dataclass
class Result:
    """What a jail's control socket and its student said, and how it ended."""

    ready: dict[str, Any]
    said: list[Any]
    final: dict[str, Any]
    gone: bool  # whether every process was gone within a second of the end
    seconds: float  # from ``then`` until all was gone
    facts: dict[str, Any]

    @property
    def answer(self) -> Any:
        assert self.ready.get("ready"), self.ready
        assert len(self.said) == 1, (self.said, self.final)
        return self.said[0]


def jailed(
    code: str,
    mode: str = "root",
    *,
    before: str = "",
    then: str = "",
    weaken: str = "",
    cgroup: bool = True,
    python: str = sys.executable,
    **jail: Any,
) -> Result:
    """Run ``code`` in a jail; it reports with ``say(value)``.

    ``before`` runs outside before the start and fills ``facts``, which ``code`` sees; ``then`` runs outside once the
    jail is ready, with ``warden``, ``init``, ``control`` and ``hear()``; ``weaken`` may first break the sandbox, whose
    modules it finds by their names (``S``: :mod:`sandbox` itself).
    """
    request = {"code": code, "before": before, "then": then, "weaken": weaken, "jail": jail, "cgroup": cgroup}
    text = {key: textwrap.dedent(value) if isinstance(value, str) else value for key, value in request.items()}
    return Result(**drive(text, mode, python))


ANSWER_TIMEOUT = 180  # seconds; none of them takes three
ZYGOTES: dict[tuple[str, str], tuple[subprocess.Popen[str], Path]] = {}


@pytest.fixture(scope="module", autouse=True)
def zygotes(tmp_path_factory: pytest.TempPathFactory):
    """Where the zygotes write what they complain of; in the end they are sent home."""
    folder = tmp_path_factory.mktemp("zygotes")
    ZYGOTES.clear()
    os.environ["TEST_SANDBOX_FOLDER"] = str(folder)
    yield
    for process, _ in ZYGOTES.values():
        process.communicate(timeout=10)


def drive(request: dict[str, Any], mode: str, python: str = sys.executable) -> dict[str, Any]:
    """Send a request to the zygote that was started in this ``mode``."""
    if (mode, python) not in ZYGOTES:
        command = [python, "-W", "error", __file__]
        if mode == "user" and os.geteuid() == 0:
            command = as_somebody(["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", *command])
        elif mode == "container":  # root as containers have it
            command = as_somebody(["setpriv", "--bounding-set=-sys_admin", *command])
        complaints = Path(os.environ["TEST_SANDBOX_FOLDER"], f"{len(ZYGOTES)}.txt")
        with complaints.open("w") as file:
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=file, text=True, bufsize=1
            )
        ZYGOTES[mode, python] = (process, complaints)
    process, complaints = ZYGOTES[mode, python]
    process.stdin.write(json.dumps(request) + "\n")
    if not select.select([process.stdout], [], [], ANSWER_TIMEOUT)[0]:
        where = stuck(process.pid)
        process.kill()
        process.communicate()
        del ZYGOTES[mode, python]
        pytest.fail(f"no answer in {ANSWER_TIMEOUT} s\n{where}\n{complaints.read_text()}")
    answer = process.stdout.readline()
    assert complaints.read_text() == ""
    return json.loads(answer)


def stuck(pid: int, depth: int = 0) -> str:
    """Where a process and all below it wait, as the kernel says it."""

    def read(name: str) -> str:
        try:
            return Path(f"/proc/{pid}/{name}").read_text("utf-8", "replace").replace("\0", " ").strip()
        except OSError as error:
            return type(error).__name__

    state = [line for line in read("status").splitlines() if line.startswith(("State", "Uid", "NSpid"))]
    lines = [f"{pid} {read('comm')} {state} waits in {read('wchan')}, syscall {read('syscall')}", read("stack")]
    children = [stuck(int(child), depth + 1) for child in read(f"task/{pid}/children").split() if child.isdigit()]
    return "\n".join(["  " * depth + line for text in lines for line in text.splitlines()] + children)


def as_somebody(command: list[str]) -> list[str]:
    """``command`` where all may reach the interpreter and this project, though folders above them be root's alone."""
    needed = {sys.base_prefix, sys.prefix, str(ROOT)}
    script = ["set -e", "hold=$(mktemp -d)", "mount -t tmpfs none $hold"]
    shut: dict[Path, list[str]] = {}
    for path in needed:
        for parent in reversed(Path(path).parents):
            if not parent.stat().st_mode & 1:
                shut.setdefault(parent, []).append(path)
                break
    for folder, paths in shut.items():
        for number, path in enumerate(map(shlex.quote, paths)):
            script += [f"mkdir -p $hold/{number}", f"mount --rbind {path} $hold/{number}"]
        script += [f"mount -t tmpfs -o mode=755 none {shlex.quote(str(folder))}"]
        for number, path in enumerate(map(shlex.quote, paths)):
            script += [f"mkdir -p {path}", f"mount --rbind $hold/{number} {path}"]
    script += ["umount -l $hold", "rmdir $hold", f"exec {shlex.join(command)}"]
    return ["unshare", "-m", "sh", "-c", "\n".join(script)]


# Files


FILES = """
    import errno, os, sys
    def failure(path, flags):
        try:
            os.close(os.open(path, flags, 0o600))
        except OSError as error:
            return errno.errorcode[error.errno]
    new = os.O_CREAT | os.O_WRONLY
    say({
        "top": sorted(os.listdir("/")),
        "new": [failure(folder + "/new", new) for folder in ("/", "/usr", "/etc", "/dev", sys.prefix, sys.base_prefix)],
        "flags": [os.statvfs(path).f_flag & 7 for path in ("/", "/usr", "/etc/passwd", os.__file__, sys.prefix)],
        "null": failure("/dev/null", os.O_WRONLY),
        "work": [os.getcwd(), os.environ["HOME"], os.path.expanduser("~student"), open("data/a.txt").read()],
        "owner": {os.stat(name).st_uid for name in ("data", "data/a.txt", "/tmp/.", "/dev/shm/.")} == {os.getuid()},
        "writable": [failure(folder + "/new", new) for folder in (".", "data", "/tmp", "/dev/shm")],
        "open": sorted(os.listdir(facts["fds"])) if os.path.exists(facts["fds"]) else None,
    })
"""


@pytest.mark.parametrize("mode", BOTH)
@pytest.mark.parametrize("weaken", ["", "kernel.SYS_MOUNT_SETATTR = 100000"], ids=["new", "old"])
def test_own_file_tree(mode: str, weaken: str):
    """Also by the way of kernels that have no mount_setattr."""
    jail = jailed(
        FILES, mode, before="facts['fds'] = '/proc/self/fd'", weaken=weaken + "\nfiles = {'data/a.txt': b'hello'}"
    )
    answer = jail.answer
    top = {"bin", "dev", "etc", "home", "lib", "lib32", "lib64", "libx32", "proc", "sbin", "tmp", "usr", ".empty"}
    parts = {Path(path).parts[1] for path in (sys.prefix, sys.base_prefix, os.path.realpath(sys.executable))}
    assert set(answer["top"]) <= top | parts
    assert answer["new"] == ["EROFS"] * 6
    assert answer["flags"] == [os.ST_RDONLY | os.ST_NOSUID | ST_NODEV] * 5
    assert answer["null"] is None
    assert answer["work"] == [WORK, WORK, WORK, "hello"]
    assert answer["owner"]
    assert answer["writable"] == [None] * 4
    assert len(answer["open"]) == 5, "stdin, stdout, stderr, what was kept, and the listing itself"


@pytest.mark.parametrize("mode", BOTH)
def test_hidden_folders(mode: str):
    """The course is hidden but for the interpreter in it, from which modules can still be loaded."""
    library = Path(os.__file__).parent
    hidden = [str(ROOT), str(library / "pydoc_data"), str(library / "this.py"), "/usr/share", "/usr/no/such/folder"]
    code = """
        import os, sys
        import colorsys  # of the base installation, never loaded before
        import pip  # of the virtual environment
        listing = lambda path: sorted(os.listdir(path)) if os.path.isdir(path) else None
        say([listing(path) for path in facts["hidden"]] + [open(facts["hidden"][2]).read(), os.path.exists(__file__)])
    """
    before = f"facts['hidden'] = {hidden!r}; __file__ = {__file__!r}"
    course, masked, _, share, nothing, text, this_file = jailed(code, mode, before=before, hidden=hidden).answer
    venv = Path(sys.prefix)
    assert (course or []) == ([venv.relative_to(ROOT).parts[0]] if venv.is_relative_to(ROOT) else [])
    assert masked == [] and share == [] and nothing is None and text == ""
    assert not this_file


@pytest.mark.parametrize("mode", BOTH)
def test_jail_is_refused(mode: str):
    outside = jailed("", mode, weaken="files = {'../a.txt': b''}")
    assert outside.ready["ready"] is False and "a.txt" in outside.ready["error"]
    full = jailed("", mode, weaken=f"files = {{'a.txt': bytes({2 * MB})}}", scratch=MB)
    assert full.ready["ready"] is False and full.final == {}
    folder = jailed("", mode, weaken="keep.append(os.open('/', os.O_RDONLY))")
    assert folder.ready["ready"] is False and "way out" in folder.ready["error"]
    missing = jailed("", mode, weaken="sys.modules['pyseccomp'] = None")
    assert missing.ready["ready"] is False
    assert "seccomp" in missing.ready["error"] and missing.ready["layers"]["seccomp"]
    for result in (outside, full, folder, missing):
        assert result.gone


@needs_root
def test_interpreter_of_ones_own(tmp_path_factory: pytest.TempPathFactory):
    """An ordinary user's own interpreter cannot be reached through /proc/self/exe, which leads past the mounts."""
    folder = Path("/tmp") / f"own-python-{os.getpid()}"
    code = """
        import os, sys
        try:
            os.chmod("/proc/self/exe", 0o777)
            say("changed")
        except OSError as error:
            say(type(error).__name__)
    """
    try:
        subprocess.run([sys.executable, "-m", "venv", "--copies", "--without-pip", folder], check=True)
        program = folder / "bin" / "python"
        os.chown(program, USER, USER)
        (folder / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages" / "x.pth").write_text(
            "\n".join([str(ROOT), *(path for path in sys.path if path.endswith("site-packages"))])
        )
        assert jailed(code, "user", python=str(program)).answer == "FileNotFoundError"
        own = jailed(code, "user", python=str(program), weaken="tree._program_is_ours = lambda: False")
        assert own.answer == "changed", "or there is nothing to guard against"
    finally:
        subprocess.run(["rm", "-rf", folder], check=True)


# Namespaces


@pytest.mark.parametrize("mode", BOTH)
def test_other_processes(mode: str):
    code = """
        import os, signal
        def kill(pid):
            try:
                os.kill(pid, 0)
            except OSError as error:
                return type(error).__name__
        os.kill(0, signal.SIGCONT)
        say([os.getpid(), os.getsid(0), kill(facts["pid"]), [p for p in os.listdir("/proc") if p.isdigit()]])
    """
    answer = jailed(code, mode, before="facts['pid'] = os.getpid()").answer
    assert answer == [1, 1, "ProcessLookupError", ["1"]]


@pytest.mark.parametrize("mode", BOTH)
def test_shared_memory_of_others(mode: str):
    before = """
        facts["key"] = 0x47000000 + os.getpid()
        kernel.libc.shmget(facts["key"], 4096, 0o1666)
    """
    code = "import ctypes; libc = ctypes.CDLL(None); say([libc.shmget(facts['key'], 0, 0), libc.shmget(1, 1, 0o1600)])"
    then = "hear(); kernel.libc.shmctl(kernel.libc.shmget(facts['key'], 0, 0), 0, None)"
    found, own = jailed(code, mode, before=before, then=then).answer
    assert found == -1
    assert own >= 0 or mode == "user", "own segments are counted by the cgroup, so they are allowed"


@pytest.mark.parametrize("mode", BOTH)
def test_host_name(mode: str):
    assert jailed("import os; say(os.uname().nodename)", mode).answer == "student"


@pytest.mark.parametrize("mode", BOTH)
def test_network(mode: str):
    """Once with and once without the filter in front of it: each must do alone."""
    before = """
        import socket
        listener = socket.create_server(("127.0.0.1", 0))
        names = []
        for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
            abstract = socket.socket(socket.AF_UNIX, kind)
            abstract.bind(f"\\0test-{os.getpid()}-{kind}")
            names.append(abstract.getsockname().decode())
            keep_alive = [abstract, *locals().get("keep_alive", [])]
        abstract.listen()
        facts |= {"port": listener.getsockname()[1], "names": names}
    """
    code = """
        import socket
        def fails(action):
            try:
                action()
            except OSError as error:
                return type(error).__name__
        datagram = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        stream = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        interfaces = [line.split(":")[0].strip() for line in open("/proc/self/net/dev") if ":" in line]
        say([
            fails(lambda: socket.create_connection(("127.0.0.1", facts["port"]), 5)),
            fails(lambda: socket.socket(socket.AF_INET6)),
            fails(lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)),
            fails(lambda: socket.socket(socket.AF_VSOCK)),
            fails(lambda: datagram.sendto(b"x", facts["names"][0])),
            fails(lambda: datagram.connect(facts["names"][0])),
            fails(lambda: stream.connect(facts["names"][1])),
            interfaces,
        ])
    """
    full = jailed(code, mode, before=before).answer
    assert full == ["PermissionError"] * 4 + ["ConnectionRefusedError"] * 3 + [["lo"]]
    bare = jailed(code, mode, before=before, weaken="seccomp.load = lambda code: None").answer
    assert bare[0] == "OSError" or bare[0].endswith("RefusedError")
    assert bare[4:] == ["ConnectionRefusedError"] * 3 + [["lo"]]


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder below the interpreter's, which students see; everybody may write to it."""
    path = Path(sys.prefix, f".test-{os.getpid()}")
    try:
        path.mkdir()
    except PermissionError:
        pytest.skip("the interpreter's folder is somebody else's")
    path.chmod(0o777)
    yield path
    shutil.rmtree(path)


@pytest.mark.parametrize("mode", BOTH)
def test_sockets_in_folders_that_are_seen(place: Path, mode: str):
    """A database below /opt/conda, say: connecting needs no writable mount, and no network namespace is asked."""
    code = """
        import os, socket, stat
        def fails(kind, action):
            try:
                with socket.socket(socket.AF_UNIX, kind) as sock:
                    action(sock)
            except OSError as error:
                return type(error).__name__
        say([
            fails(socket.SOCK_STREAM, lambda sock: sock.connect(facts["stream"])),
            fails(socket.SOCK_DGRAM, lambda sock: sock.sendto(b"x", facts["datagram"])),
            [stat.S_ISSOCK(os.stat(facts[kind]).st_mode) for kind in ("stream", "datagram")],
        ])
    """
    with socket.socket(socket.AF_UNIX) as stream, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as datagram:
        for name, sock in {"stream": stream, "datagram": datagram}.items():
            sock.bind(str(place / name))
            (place / name).chmod(0o777)
        stream.listen()
        before = f"facts |= {{name: f'{place}/{{name}}' for name in ('stream', 'datagram')}}"
        assert jailed(code, mode, before=before).answer == ["PermissionError"] * 2 + [[False, False]]
        seen = jailed(code, mode, before=before, weaken="tree.sockets = lambda: []").answer
        assert seen == [None, None, [True, True]], "or there is nothing to guard against"


@pytest.mark.parametrize("moment", ["mount", "_restrict"])
@pytest.mark.parametrize("mode", BOTH)
def test_a_socket_that_goes_while_it_is_hidden(place: Path, mode: str, moment: str):
    """Its program ended: a jail stands all the same, and a wall that really fails is still missed."""
    arguments = {"mount": "source, path", "_restrict": "path, flags"}[moment]
    # What lies over a file that is removed elsewhere goes with it; here, that has to be asked for.
    uncover = "tree.detach(str(path)); " if moment == "_restrict" else ""
    vanish = f"{uncover}os.unlink(tree.OLD + str(path))"
    for meanwhile in ("raise OSError(12, 'no memory')", vanish):
        weaken = f"""
            import os
            real = tree.{moment}
            def and_meanwhile({arguments}, *rest):
                if str(path) == "{place}/stream":
                    {meanwhile}
                real({arguments}, *rest)
            tree.{moment} = and_meanwhile
        """
        with socket.socket(socket.AF_UNIX) as stream:
            stream.bind(str(place / "stream"))
            stream.listen()
            result = jailed("say('in')", mode, weaken=weaken)
        if meanwhile == vanish:
            assert result.answer == "in" and not (place / "stream").exists()
        else:
            assert "no memory" in result.ready["layers"]["mount"] and not result.ready["ready"]
            (place / "stream").unlink()


# Identity


@pytest.mark.parametrize("mode", [*BOTH, pytest.param("container", marks=needs_root)])
def test_identity(mode: str):
    before = """
        facts["user"] = os.readlink("/proc/self/ns/user")
    """
    code = """
        import os, time
        def fails(action):
            try:
                action()
            except OSError as error:
                return True
        status = dict(line.split(":", 1) for line in open("/proc/self/status"))
        say({
            "ids": sorted({*os.getresuid(), *os.getresgid()}),
            "fixed": [fails(lambda: os.setresuid(0, 0, 0)), fails(lambda: os.setgroups([0]))],
            "map": open("/proc/self/uid_map").read().split(),
            "own": os.readlink("/proc/self/ns/user") != facts["user"],
            "caps": [status["Cap" + name].strip() for name in ("Inh", "Prm", "Eff", "Bnd", "Amb")],
            "flags": [status[name].strip() for name in ("NoNewPrivs", "Seccomp")],
        })
        time.sleep(60)  # /proc shows only the living
    """
    then = """
        from pathlib import Path
        hear()
        status = dict(line.split(":", 1) for line in Path(f"/proc/{init}/status").read_text().splitlines())
        facts["outside"] = sorted({*status["Uid"].split(), *status["Gid"].split()})
        control.send(b"K")
    """
    result = jailed(code, mode, before=before, then=then, slot=7)
    answer = result.answer
    uid = sandbox.FIRST_UID + 7
    assert answer["ids"] == [uid]
    assert all(answer["fixed"])
    real = (USER if os.geteuid() == 0 else os.getuid()) if mode == "user" else uid
    assert result.facts["outside"] == [str(real)], "what the kernel takes the student for"
    assert answer["map"][0] == str(uid) and answer["map"][2] == "1"
    assert answer["own"]
    assert answer["caps"] == ["0000000000000000"] * 5
    assert answer["flags"] == ["1", "2"]


@needs_root
def test_kernel_settings():
    """Even where /proc/sys can be seen (old kernels), as the student is root in no sense."""
    code = """
        import os
        try:
            os.close(os.open("/proc/sys/kernel/hostname", os.O_WRONLY))
            say("writable")
        except OSError as error:
            say(type(error).__name__)
    """
    plain = """
        mount = tree.mount
        def without_subset(*arguments):
            if arguments[-1] == "subset=pid":
                raise OSError(22, "Invalid argument")
            mount(*arguments)
        tree.mount = without_subset
    """
    assert jailed(code).answer == "FileNotFoundError"
    assert jailed(code, weaken=plain).answer == "PermissionError"


# System calls


CALLS = """
    import ctypes, errno, os, socket, subprocess, sys, threading
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    def call(number, *arguments):
        if libc.syscall(number, *map(ctypes.c_long, arguments)) < 0:
            return errno.errorcode[ctypes.get_errno()]
        return None
"""


@pytest.mark.parametrize("mode", BOTH)
def test_denied_system_calls(mode: str):
    import pyseccomp

    names = [*seccomp.DENIED.split(), *(seccomp.DENIED_UNCOUNTED if mode == "user" else ())]
    known = {name: pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name) for name in names}
    numbers = {name: number for name, number in known.items() if number >= 0} | seccomp.DENIED_NUMBERS
    assert len(numbers) > 60
    low = 0xFFFFFFFF
    others = {
        **{f"clone {flag:#x}": ["clone", flag | 17] for flag in kernel.NAMESPACE_FLAGS},
        **{f"socket {family}": ["socket", family, 1] for family in (0, 2, 3, 10, 16, 17, 38, 40, low + 2)},
        "socketpair": ["socketpair", 2, 1, 0, 0],
        "tiocsti": ["ioctl", 0, 0x5412, 0],
        "tiocsti, upper half set": ["ioctl", 0, (1 << 40) | 0x5412, 0],
        "tioclinux": ["ioctl", 0, 0x541C, 0],
        "personality": ["personality", 0x0040000],
    }
    for call in others.values():
        call[0] = pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, call[0])
    code = CALLS + (
        f"    say([{{name: call(number, -1, -1, -1, -1, -1, -1) for name, number in {numbers!r}.items()}},\n"
        f"         {{name: call(*values) for name, values in {others!r}.items()}},\n"
        "         call(435, 0, 0)])\n"
    )
    denied, special, clone3 = jailed(code, mode).answer
    assert {name: result for name, result in denied.items() if result != "EPERM"} == {}
    assert {name: result for name, result in special.items() if result != "EPERM"} == {}
    assert clone3 == "ENOSYS"


@pytest.mark.parametrize("mode", BOTH)
def test_allowed_system_calls(mode: str):
    code = (
        CALLS
        + """
    socket.socketpair()
    os.pipe(), os.eventfd(0)
    if facts["memfd"]:
        os.memfd_create("x")
    thread = threading.Thread(target=int)
    thread.start()
    thread.join()
    from multiprocessing import Pool, shared_memory
    with Pool(2) as pool:
        squares = pool.map(abs, [-1, -2])
    memory = shared_memory.SharedMemory(create=True, size=100)
    memory.close()
    memory.unlink()
    shell = subprocess.run(["sh", "-c", "id -u; echo $HOME"], capture_output=True, text=True)
    python = subprocess.run([sys.executable, "-c", "import os; print(os.getppid())"], capture_output=True, text=True)
    personality = libc.personality(ctypes.c_ulong(0xFFFFFFFF))
    say([squares, shell.stdout.split(), python.stdout, personality])
    """
    )
    answer = jailed(code, mode, before=f"facts['memfd'] = {mode != 'user'}").answer
    assert answer == [[1, 2], [str(sandbox.FIRST_UID + 3), WORK], "1\n", 0]


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="the other ABIs of x86-64")
@pytest.mark.parametrize(("abi", "machine_code"), [("32 bit", "b814000000cd80c3"), ("x32", "b8270000400f05c3")])
def test_other_abis(abi: str, machine_code: str):
    """getpid as a 32-bit and as an x32 call."""
    code = f"""
        import ctypes, mmap
        area = mmap.mmap(-1, 4096, prot=7)
        area.write(bytes.fromhex("{machine_code}"))
        say(ctypes.CFUNCTYPE(ctypes.c_long)(ctypes.addressof(ctypes.c_char.from_buffer(area)))())
    """
    result = jailed(code)
    assert result.said == [] and result.final["exit"] == -signal.SIGSYS
    open_door = jailed(code, weaken="seccomp.load = lambda code: None")
    assert open_door.final["exit"] != -signal.SIGSYS, "it is the filter that kills"


# Limits


@pytest.mark.parametrize("mode", BOTH)
def test_limits(mode: str):
    code = """
        import errno, os, resource
        def failure(action):
            try:
                action()
            except (OSError, MemoryError) as error:
                return errno.errorcode[error.errno] if isinstance(error, OSError) else "MemoryError"
        def fill():
            for number in range(3):
                with open(f"large{number}", "wb") as file:
                    file.write(bytes(5 << 20))
        def many():
            for number in range(100_000):
                os.close(os.open(f"small{number}", os.O_CREAT | os.O_WRONLY))
        def one_large():
            with open("/dev/shm/sparse", "wb") as file:
                file.truncate(9 << 20)
        results = [failure(lambda: bytearray(200 << 20)), failure(one_large), failure(fill)]
        for name in os.listdir("."):
            os.unlink(name)
        results += [failure(many), len(bytearray(80 << 20))]
        names = ("CORE", "CPU", "NOFILE", "FSIZE", "MSGQUEUE")
        say([results, [resource.getrlimit(getattr(resource, "RLIMIT_" + name)) for name in names]])
    """
    results, limits = jailed(code, mode, memory=100 * MB, scratch=8 * MB, cpu=50).answer
    assert results == ["MemoryError", "EFBIG", "ENOSPC", "ENOSPC", 80 * MB]
    assert limits == [[1, 1], [50, 50], [512, 512], [8 * MB, 8 * MB], [0, 0]]


@pytest.mark.parametrize("mode", BOTH)
@pytest.mark.parametrize("cgroup", [True, False], ids=["cgroup", "none"])
def test_three_hundred_children(mode: str, cgroup: bool):
    """They stop at the limit, and all are gone with the jail: nobody holds the channel any more."""
    code = """
        import os, time
        count = 1
        try:
            for _ in range(300):
                if os.fork() == 0:
                    os.setsid()
                    time.sleep(100)
                count += 1
        except OSError as error:
            say([count, type(error).__name__])
            time.sleep(100)
        say("no limit")
    """
    result = jailed(code, mode, cgroup=cgroup, processes=40, then="hear(); control.send(b'K')")
    assert result.answer == [40, "BlockingIOError"]
    assert result.final["exit"] == -signal.SIGKILL
    assert result.gone


BOMB = """
    import os
    say("on")
    while True:
        try:
            os.fork()
        except OSError:
            pass
"""


@pytest.mark.parametrize("mode", BOTH)
@pytest.mark.parametrize(
    "end", ["control.send(b'K')", "control.close()", "os.kill(warden, 9)"], ids=["kill", "close", "warden"]
)
def test_fork_bomb_vanishes(mode: str, end: str):
    """However the jail ends: at a word, with the socket, with its warden."""
    result = jailed(BOMB, mode, then=f"hear(); time.sleep(0.1); {end}")
    assert result.gone and result.seconds < 1.5


@pytest.mark.parametrize("mode", BOTH)
def test_the_warden_takes_its_prisoner_along(mode: str):
    """Even one that asks not to be."""
    code = """
        import ctypes, os, time
        libc = ctypes.CDLL(None)
        libc.prctl(1, 0, 0, 0, 0)
        if os.fork() == 0:
            os.setsid()
        say("on")
        time.sleep(100)
    """
    result = jailed(code, mode, then="hear(); os.kill(warden, 9)")
    assert result.ready["ready"] and result.gone and result.final == {}


@pytest.mark.parametrize("mode", BOTH)
@pytest.mark.parametrize("cgroup", [True, False], ids=["cgroup", "none"])
def test_memory_hog(mode: str, cgroup: bool):
    """Children that together use too much; each alone is honest."""
    code = """
        import os, time
        for _ in range(6):
            if os.fork() == 0:
                block = bytearray(30 << 20)
                block[::4096] = b"x" * len(block[::4096])
                time.sleep(100)
        say("on")
        os.wait()
    """
    result = jailed(code, mode, cgroup=cgroup, memory=100 * MB)
    assert result.final["oom"] is True and result.gone
    assert (
        result.ready["memory_by"] == ("cgroup v1" if has_v1() and cgroup and mode == "root" else "rlimit") or has_v2()
    )
    modest = jailed(code.replace("range(6)", "range(2)").replace("100)", "0.5)"), mode, cgroup=cgroup, memory=100 * MB)
    assert modest.final == {"exit": 0, "oom": False, "cpu": False}


@pytest.mark.parametrize("mode", BOTH)
@pytest.mark.parametrize("kind", ["shared", "dumpable", "hidden maps"])
def test_watch_is_not_fooled(mode: str, kind: str):
    """Without a cgroup: by memory that is shared, by one that shuts its /proc files, by a program nobody may read."""
    code = {
        "shared": "import mmap; block = mmap.mmap(-1, 200 << 20)",
        "dumpable": "import ctypes; ctypes.CDLL(None).prctl(4, 0, 0, 0, 0); block = bytearray(30 << 20)",
        "hidden maps": """
            import os, shutil, sys
            shutil.copy("/bin/sh", "sh")
            os.chmod("sh", 0o111)
            for _ in range(3):
                if os.fork() == 0:
                    os.execv("sh", ["sh", "-c", "x=$(head -c 25000000 /dev/zero | base64); sleep 100"])
            block = bytearray(30 << 20)
        """,
    }[kind]
    end = """
        import os, time
        if facts["fork"]:
            os.fork(), os.fork()
            block = bytes(block)
        block = memoryview(block)
        if not block.readonly:
            for start in range(0, len(block), 4096):
                block[start] = 1
        time.sleep(facts["patience"])
    """
    code = textwrap.dedent(code) + textwrap.dedent(end)
    before = f"facts |= {{'fork': {kind == 'dumpable'}, 'patience': 3}}"
    result = jailed(code, mode, before=before, cgroup=False, memory=80 * MB)
    assert result.final["oom"] is True and result.gone


def test_cpu_time():
    result = jailed("while True: pass", "user", cpu=1)
    assert result.final["exit"] == -signal.SIGKILL and result.final["cpu"] is True


# The control socket


@pytest.mark.parametrize("mode", BOTH)
def test_interrupt(mode: str):
    code = """
        import time
        try:
            say("on")
            time.sleep(100)
        except KeyboardInterrupt:
            say("interrupted")
    """
    result = jailed(code, mode, then="hear(); control.send(b'I')")
    assert result.said == ["on", "interrupted"]
    assert result.final == {"exit": 0, "oom": False, "cpu": False}


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("pass", 0),
        ("raise SystemExit", 1),
        ("import os; os._exit(7)", 7),
        ("import ctypes; ctypes.string_at(0)", -signal.SIGSEGV),
        ("import os; os.abort()", -signal.SIGSEGV),  # pid 1 ignores SIGABRT; abort() then crashes
        ("import os; os.kill(1, 9); os._exit(3)", 3),  # as it does SIGKILL from its own
    ],
)
def test_exit_status(code: str, status: int):
    assert jailed(code, "user").final["exit"] == status


# Everything at once


@pytest.mark.parametrize("mode", BOTH)
@pytest.mark.parametrize("cgroup", [True, False], ids=["cgroup", "none"])
def test_check(mode: str, cgroup: bool):
    answer = drive({"check": [str(ROOT)], "cgroup": cgroup}, mode)
    assert list(answer["result"]) == list(LAYERS)
    missing = {name for name, text in answer["result"].items() if text}
    expected = set() if cgroup and mode == "root" and has_v1() else {"memory", "pids"}
    assert missing == expected or has_v2(), answer
    assert answer["seconds"] < 3


WEAKNESSES = {
    "mount": "tree._restrict = lambda *_: None",
    "mount, masks": "tree._mask = lambda *_: None",
    "ipc": "skip(kernel.CLONE_NEWIPC)",
    "uts": "skip(kernel.CLONE_NEWUTS)",
    "net": "skip(kernel.CLONE_NEWNET)",
    "uid": "privileges.become = lambda uid: None; skip(kernel.CLONE_NEWUSER); privileges.write_maps = lambda *_: None",
    "user": "skip(kernel.CLONE_NEWUSER); privileges.write_maps = lambda *_: None",
    "caps": "privileges.drop_capabilities = lambda: None",
    "nnp": "S.prctl = lambda option, *rest: 0 if option == 38 else kernel.prctl(option, *rest); "
    "seccomp.load = lambda code: None",
    "seccomp": "seccomp.load = lambda code: None",
    "limits": "limits.set_limits = lambda *_: None",
    "memory": "cgroup._LIMITS[1, 'memory'] = ()",
    "pids": "cgroup._LIMITS[1, 'pids'] = ()",
}


@needs_root
@pytest.mark.parametrize("name", WEAKNESSES)
def test_check_finds_what_is_missing(name: str):
    """The check is no formality: with a wall taken away it names that wall."""
    if name in ("memory", "pids") and not has_v1():
        pytest.skip("no writable cgroup v1 here")
    answer = drive({"check": [str(ROOT)], "cgroup": True, "weaken": WEAKNESSES[name]}, "root")
    assert answer["result"][name.partition(",")[0]], answer


def test_check_without_namespaces():
    """What a container says that allows nothing: the reason, and that the rest was not looked at."""
    result = drive({"check": [], "cgroup": True, "weaken": "deny_unshare()"}, "user")["result"]
    assert "user namespace" in result["mount"]
    assert all(result[name] for name in REQUIRED)


def test_layers_say_what_and_how():
    assert {"mount", "net", "seccomp", "memory"} <= set(LAYERS)
    assert set(REQUIRED) == set(LAYERS) - {"user", "memory", "pids"}
    assert all(layer.what and layer.how.endswith("。") for layer in LAYERS.values())


def test_torch_in_jail():
    """A training step and a figure within the memory a student has by default."""
    pytest.importorskip("torch")
    code = """
        layer = torch.nn.Sequential(torch.nn.Linear(1000, 1000), torch.nn.ReLU(), torch.nn.Linear(1000, 10))
        optimizer = torch.optim.Adam(layer.parameters())
        loss = layer(torch.randn(64, 1000)).square().mean()
        loss.backward()
        optimizer.step()
        import matplotlib
        matplotlib.use("agg")
        import matplotlib.pyplot as plt
        plt.plot([1, 2])
        plt.savefig("figure.png")
        try:
            torch.empty(400_000_000)
            say("no limit")
        except RuntimeError as error:
            say("allocate" in str(error))
    """
    assert jailed(code, "user", weaken="import torch").answer is True


@pytest.mark.parametrize("mode", BOTH)
@pytest.mark.parametrize("cgroup", [True, False], ids=["cgroup", "none"])
def test_loading_data_in_jail(mode: str, cgroup: bool):
    """Workers hand their batches over as open files, through sockets in the file tree."""
    pytest.importorskip("torch")
    code = """
        from torch.utils.data import DataLoader, TensorDataset
        loader = DataLoader(TensorDataset(torch.arange(1000.0)), batch_size=10, num_workers=2, persistent_workers=True)
        totals = [sum(batch.sum().item() for (batch,) in loader) for _ in range(2)]
        shared = next(iter(loader))[0].is_shared()
        del loader
        say([totals, shared])
    """
    result = jailed(code, mode, weaken="import torch, torch.utils.data", cgroup=cgroup)
    assert result.answer == [[499500.0] * 2, True]
    assert result.final == {"exit": 0, "oom": False, "cpu": False} and result.gone


# Control groups


@functools.cache
def places() -> dict[str, cgroup.Place]:
    return cgroup.find()


def has_v1() -> bool:
    return {place.version for place in places().values()} == {1}


def has_v2() -> bool:
    return 2 in {place.version for place in places().values()}


def leftovers() -> list[str]:
    """Groups whose warden is gone: whoever else is grading here has groups with one."""
    paths = [str(path) for place in places().values() for path in place.folder.glob(f"{cgroup.PREFIX}-*-*")]
    return [path for path in paths if not Path("/proc", path.split("-")[-2]).exists()]


def sweep() -> list[str]:
    """What is left after sweeping; a process has closed its files some time before it leaves its group."""
    deadline = time.monotonic() + 2
    cgroup.sweep(places())
    while leftovers() and time.monotonic() < deadline:
        time.sleep(0.05)
        cgroup.sweep(places())
    return leftovers()


@needs_root
def test_groups_of_version_1():
    if not has_v1():
        pytest.skip("no writable cgroup v1 here")
    then = """
        for name, place in S._places().items():
            folder = place.folder / f"autograder-{warden}-3"
            limit = {"memory": "memory.limit_in_bytes", "pids": "pids.max"}[name]
            facts[name] = [(folder / limit).read_text().strip(), (folder / "cgroup.procs").read_text().split()]
        facts["init"] = str(init)
    """
    result = jailed("say(1)\nimport time\ntime.sleep(0.5)", then=then, memory=200 * MB, processes=33)
    assert result.facts["memory"] == [str(200 * MB), [result.facts["init"]]]
    assert result.facts["pids"] == ["33", [result.facts["init"]]]
    assert result.ready["memory_by"] == "cgroup v1"


@needs_root
def test_a_killed_wardens_groups_are_swept():
    result = jailed("say(1)\nimport time\ntime.sleep(9)", then="hear(); os.kill(warden, 9)")
    assert result.gone
    if has_v1():
        assert any(f"-{result.facts['warden']}-" in path for path in leftovers())
    assert not any(f"-{result.facts['warden']}-" in path for path in sweep())


@needs_root
def test_nothing_is_left():
    """After all the tests above (this file runs in order, in one process)."""
    assert sweep() == []


MOUNTS = """\
22 27 0:21 / /proc rw,relatime - proc proc rw
34 31 0:32 /docker/ab {root}/my\\040memory rw - cgroup cgroup rw,memory
35 31 0:33 / {root}/pids rw shared:9 - cgroup cgroup rw,pids
36 31 0:34 / {root}/elsewhere rw - cgroup cgroup rw,cpu
"""


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch):
    """Ordinary folders that get the files of a control group when they are made."""

    def make(folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        names = ("memory.limit_in_bytes", "memory.max", "memory.swap.max", "pids.max", "cgroup.procs")
        for name in (*names, "cgroup.subtree_control"):
            (folder / name).touch()
        (folder / "cgroup.controllers").write_text("cpu memory pids")

    def remove(folder: Path, deadline: float) -> bool:
        subprocess.run(["rm", "-rf", folder], check=True)
        return True

    monkeypatch.setattr(cgroup, "_make", make)
    monkeypatch.setattr(cgroup, "_remove", remove)
    return make


def test_finding_groups_in_a_container(tmp_path: Path, made_up):
    """A container shows its own group as the top; names may hold escapes."""
    made_up(tmp_path / "my memory" / "inner")
    made_up(tmp_path / "pids" / "x")
    membership = "8:pids:/x\n4:memory:/docker/ab/inner\n1:cpu:/gone\n0::/\n"
    places = cgroup.find(MOUNTS.format(root=tmp_path), membership)
    assert places == {
        "memory": cgroup.Place(tmp_path / "my memory" / "inner", 1),
        "pids": cgroup.Place(tmp_path / "pids" / "x", 1),
    }
    assert cgroup.find(MOUNTS.format(root=tmp_path), "8:pids:/../y\n4:memory:/docker/abc\n") == {}
    assert cgroup.find(MOUNTS.format(root=tmp_path), "8:pids:/no\n4:memory:/docker/ab/none\n") == {}


def test_limits_of_version_2(tmp_path: Path, made_up):
    """On a made-up tree: what is written into which file."""
    made_up(tmp_path / "user" / "ours")
    (tmp_path / "user" / "ours" / "cgroup.subtree_control").write_text("memory pids")
    mounts = f"41 31 0:38 / {tmp_path} rw - cgroup2 cgroup2 rw\n"
    places = cgroup.find(mounts, "0::/user/ours\n")
    assert places == dict.fromkeys(("memory", "pids"), cgroup.Place(tmp_path / "user" / "ours", 2))
    group = cgroup.Group(places, "autograder-1-1", 1 << 30, 64)
    folder = tmp_path / "user" / "ours" / "autograder-1-1"
    group.add(1234)
    values = {name: (folder / name).read_text() for name in ("memory.max", "memory.swap.max", "pids.max")}
    assert values == {"memory.max": str(1 << 30), "memory.swap.max": "0", "pids.max": "64"}
    assert (folder / "cgroup.procs").read_text() == "1234"
    (folder / "memory.events").write_text("low 0\noom 3\noom_kill 0\n")
    assert not group.oom()
    (folder / "memory.events").write_text("low 0\noom 3\noom_kill 2\n")
    assert group.oom()
    assert group.remove() and not folder.exists()


@pytest.fixture
def version_2():
    """A group of version 2 below the top, for real, and a controller that can be had in it."""
    trees = [tree for tree in cgroup._trees(Path("/proc/self/mountinfo").read_text()) if tree.version == 2]
    top = trees[0].mount_point if trees else Path("/nowhere")
    controllers = (top / "cgroup.controllers").read_text().split() if trees else []
    if os.geteuid() != 0 or not controllers or not os.access(top, os.W_OK):
        pytest.skip("no cgroup v2 tree here that we may write to and that has a controller")
    controller = "pids" if "pids" in controllers else controllers[0]
    switch = top / "cgroup.subtree_control"
    was_on = controller in switch.read_text().split()
    ours = top / f"autograder_test_{os.getpid()}"
    try:
        if not was_on:
            switch.write_text(f"+{controller}")
        ours.mkdir()
        yield ours, controller
    finally:
        deadline = time.monotonic() + 2
        while ours.exists() and time.monotonic() < deadline:
            for folder in (ours / cgroup.LEAF, ours):
                # The kernel may not yet have let go of the last process, though it shows none any more.
                with suppress(OSError):
                    folder.rmdir()
            time.sleep(0.01)
        if not was_on:
            switch.write_text(f"-{controller}")
        assert not ours.exists()


@pytest.mark.parametrize("company", ["ours", "others"])
def test_handing_controllers_down(company: str, version_2: tuple[Path, str]):
    """From a group of our own after moving into a leaf; next to it if others are in there."""
    ours, controller = version_2
    code = f"""
        import json, os, subprocess, sys, time
        from pathlib import Path
        from autograder.engine import cgroup
        (Path({str(ours)!r}) / "cgroup.procs").write_text(str(os.getpid()))
        child = subprocess.Popen(["sleep", "60"])
        places = cgroup.find(controllers=[{controller!r}])
        group = cgroup.Group(places, "autograder-1-1", 1 << 30, 64)
        victims = [subprocess.Popen(["sleep", "60"], start_new_session=True) for _ in range(3)]
        for victim in victims:
            group.add(victim.pid)
        inside = (places[{controller!r}].folder / "autograder-1-1" / "cgroup.procs").read_text().split()
        start = time.monotonic()
        removed = group.remove()
        again = cgroup.find(controllers=[{controller!r}])
        print(json.dumps([
            str(places[{controller!r}].folder), Path("/proc/self/cgroup").read_text().split("0::")[1].strip(),
            sorted(inside) == sorted(str(victim.pid) for victim in victims), removed, time.monotonic() - start,
            [victim.wait() for victim in victims], again == places,
        ]))
        child.kill()
        child.wait()
    """
    other = None
    try:
        if company == "others":
            # No child of this interpreter: it will have been adopted.
            shell = "setsid sleep 60 >/dev/null 2>&1 & echo $!"
            other = int(subprocess.run(["sh", "-c", shell], capture_output=True, text=True, check=True).stdout)
            (ours / "cgroup.procs").write_text(str(other))
        run = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, timeout=30, check=False
        )
        assert run.returncode == 0, run.stderr
    finally:
        if other:
            os.kill(other, signal.SIGKILL)
    place, own, added, removed, seconds, ends, again = json.loads(run.stdout)
    if company == "ours":
        assert place == str(ours) and own == f"/{ours.name}/{cgroup.LEAF}"
    else:
        assert place == str(ours.parent) and own == f"/{ours.name}"
    assert added and removed and seconds < 1 and ends == [-signal.SIGKILL] * 3
    assert again, "found again from inside the leaf"


def test_a_group_handed_to_an_ordinary_user(version_2: tuple[Path, str]):
    """As systemd does it: the jail of an ordinary user gets a group, though its warden is in a user namespace."""
    ours, controller = version_2
    for path in (ours, ours / "cgroup.procs", ours / "cgroup.subtree_control"):
        os.chown(path, USER, USER)
    assert jailed("say(1)", "user").answer == 1
    zygote = ZYGOTES["user", sys.executable][0]
    (ours / "cgroup.procs").write_text(str(zygote.pid))
    try:
        weaken = f"""
            import functools
            S._places = functools.cache(lambda: cgroup.find(controllers=["{controller}"]))
        """
        then = """
            from pathlib import Path
            facts["group"] = Path(f"/proc/{init}/cgroup").read_text().split("0::")[1].strip()
        """
        result = jailed("import time; say(1); time.sleep(0.3)", "user", weaken=weaken, then=then)
        assert result.facts["group"] == f"/{ours.name}/autograder-{result.facts['warden']}-3"
        assert not list(ours.glob(f"{cgroup.PREFIX}-*-*"))
    finally:
        (ours.parent / "cgroup.procs").write_text(str(zygote.pid))


def test_only_our_own_processes_are_moved():
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        assert cgroup.only_ours([os.getpid(), child.pid])
        assert not cgroup.only_ours([os.getpid(), 1])
        assert not cgroup.only_ours([0]), "a process that our pid namespace does not show"
    finally:
        child.communicate()


# As a script: the zygote


def _answer(**answer: Any) -> NoReturn:
    print(json.dumps(answer), flush=True)
    os._exit(0)  # without a word about sockets that the request left open


def _play_zygote(request: dict[str, Any]) -> NoReturn:
    from autograder.engine import doctor, limits, privileges, tree
    from autograder.engine import sandbox as S

    keep: list[int] = []
    files: dict[str, bytes] = {}
    names: dict[str, Any] = {"S": S, "os": os, "sys": sys, "time": time, "facts": {}, "keep": keep, "files": files}
    modules = (cgroup, doctor, kernel, limits, privileges, seccomp, tree)
    names |= {module.__name__.rpartition(".")[2]: module for module in modules}
    names |= {"skip": _skip_unshare, "deny_unshare": lambda: _skip_unshare(0, answer=-1)}
    exec(request.get("weaken", ""), names)
    if "check" in request:
        start = time.monotonic()
        _answer(result=doctor.check(request["check"], cgroup=request["cgroup"]), seconds=time.monotonic() - start)
    S.prepare(cgroup=request["cgroup"])
    exec(request["before"], names)
    facts = names["facts"]
    control, their_control = socket.socketpair()
    channel, their_channel = socket.socketpair()
    warden = os.fork()
    if warden == 0:
        jail = S.Jail(**{"slot": 3, "files": names["files"]} | request["jail"])
        keep.append(their_channel.fileno())

        def serve() -> None:
            def say(value: Any) -> None:
                os.write(keep[-1], json.dumps(value).encode() + b"\n")

            exec(request["code"], names | {"say": say})

        S.spawn(jail, keep, serve, their_control, cgroup=request["cgroup"])
    their_control.close()
    their_channel.close()
    control.settimeout(20)
    channel.settimeout(20)
    ready = doctor._receive_line(control)
    said: list[Any] = []
    facts["warden"] = warden

    def hear() -> None:
        said.append(doctor._receive_line(channel))

    start = time.monotonic()
    if ready.get("ready") and request["then"]:
        exec(request["then"], names | {"warden": warden, "init": ready["pid"], "control": control, "hear": hear})
        start = time.monotonic()
    final = doctor._receive_line(control) if control.fileno() >= 0 else {}
    channel.settimeout(1.0)
    gone = False
    text = b""
    try:
        while piece := channel.recv(1 << 16):
            text += piece
        gone = True
    except ConnectionError:
        gone = True
    except TimeoutError:
        pass
    seconds = time.monotonic() - start
    control.close()
    os.waitpid(warden, 0)
    said += [json.loads(line) for line in text.splitlines()]
    _answer(ready=ready, said=said, final=final, gone=gone, seconds=seconds, facts=facts)


def _skip_unshare(flag: int, answer: int = 0) -> None:
    """Take a namespace away: unshare(flag) does nothing (0: no unshare does anything) and says ``answer``."""
    real = kernel.libc

    class Weakened:
        def __getattr__(self, name: str) -> Any:
            return getattr(real, name)

        def unshare(self, flags: int) -> int:
            ctypes.set_errno(1)
            return answer if flags == flag or not flag else real.unshare(flags)

    kernel.libc = Weakened()


if __name__ == "__main__":
    for line in sys.stdin:
        if os.fork() == 0:
            _play_zygote(json.loads(line))
        if os.wait()[1]:  # else the test would wait for an answer that nobody gives
            print("{}", flush=True)
