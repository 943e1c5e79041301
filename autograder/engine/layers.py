"""The walls of the jail by name: what each holds off, which must be there, which are missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Layer:
    """One wall of the jail: what it holds off, and how to get it where it is missing."""

    what: str
    how: str


_NAMESPACES = (
    "用 root 运行，或者允许普通用户建立 user namespace：Ubuntu 设 kernel.apparmor_restrict_unprivileged_userns=0，"
    "Debian 设 kernel.unprivileged_userns_clone=1；在容器里要加 --cap-add SYS_ADMIN --security-opt seccomp=unconfined。"
)
_CGROUP = "用 root 运行，或者用 systemd-run --user --scope -p Delegate=yes 启动；没有时由进程上限和监视代替。"
LAYERS: Mapping[str, Layer] = {
    "mount": Layer("学生进程只看得到自己的文件树：系统和 Python 只读，课程文件夹不可见", _NAMESPACES),
    "pid": Layer("学生进程看不到别的进程，结束时它的子进程全部消失", _NAMESPACES),
    "ipc": Layer("学生进程碰不到别的程序的共享内存和消息队列", _NAMESPACES),
    "uts": Layer("学生进程看不到这台机器的名字", _NAMESPACES),
    "net": Layer("学生进程没有网络", _NAMESPACES),
    "uid": Layer("学生进程不是 root，也动不了别人的文件", "用 root 或普通用户运行；只有一个 uid 的容器不行。"),
    "user": Layer("学生进程在自己的 user namespace 里，在外面没有任何权利", "内核要允许普通用户建立 user namespace。"),
    "caps": Layer("学生进程没有任何 capability，也得不到", "换用 Linux 5.4 或更新的内核。"),
    "nnp": Layer("学生进程启动的程序不会得到更多权限（no_new_privs）", "换用 Linux 5.4 或更新的内核。"),
    "seccomp": Layer(
        "危险的系统调用被拒绝",
        "安装 libseccomp2（apt-get install libseccomp2）和 pyseccomp（.ci/setup）；内核要有 CONFIG_SECCOMP_FILTER。",
    ),
    "limits": Layer("每个进程的内存、文件、处理器时间有上限", "把外面更紧的限制（ulimit）放宽。"),
    "memory": Layer("整份作业占用的内存有上限", _CGROUP),
    "pids": Layer("整份作业的进程数有上限", _CGROUP),
}
#: Without these nothing is graded; for the others there is something that takes their place.
REQUIRED = tuple(name for name in LAYERS if name not in ("user", "memory", "pids"))
#: Only :func:`doctor.check` goes on without some required layer, to tell of all that are missing; never without these.
FOUNDATION = ("mount", "pid", "uid")


class Missing(Exception):
    """A layer cannot be had; the text is a Chinese sentence."""


class Layers:
    """Which layers are missing, and why."""

    def __init__(self, lenient: bool) -> None:
        self.missing = dict.fromkeys(LAYERS, "")
        self._may_miss = set(LAYERS) - set(FOUNDATION if lenient else REQUIRED)

    @contextmanager
    def add(self, name: str) -> Iterator[None]:
        """Note an error as the absence of a layer; go on only if the jail may do without it."""
        try:
            yield
        except (Missing, OSError, ValueError) as error:
            self.missing[name] = reason(error)
            if name not in self._may_miss:
                raise Missing(f"缺少 {name}（{LAYERS[name].what}）：{self.missing[name]}") from error


def reason(error: BaseException) -> str:
    """An error as a person may read it."""
    if isinstance(error, Missing):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"系统不允许：{error.strerror}" + (f"（{error.filename}）" if error.filename else "")
    return f"{type(error).__name__}：{error}"
