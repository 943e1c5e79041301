"""Errors meant for the person at the terminal: one sentence, no traceback."""

from __future__ import annotations

import errno

GO_ON = "再运行一次同样的命令：此前写下的都在，会接着做。"
# What the system says in English, for what a person can do something about.
REASONS = {
    errno.ENOSPC: "磁盘满了",
    errno.EDQUOT: "磁盘配额用完了",
    errno.EFBIG: "文件超过了允许的大小",
    errno.EROFS: "这个文件系统是只读的",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EIO: "磁盘读写出错",
    errno.ENOTDIR: "路径上有一段不是文件夹",
    errno.EEXIST: "那里有一个同名的文件",
    errno.EISDIR: "那里有一个同名的文件夹",
}


class CourseError(Exception):
    """Something about the course folder or the command's input is wrong; the text says what and what to do."""


class NotGradable(Exception):
    """A submission cannot be read as a notebook; the text (Chinese) says why."""


def first_line(error: Exception) -> str:
    """What an error says, on one line."""
    return (str(error) or type(error).__name__).splitlines()[0]


def reason(error: OSError) -> str:
    """Why the system refused, in Chinese where it matters."""
    return REASONS.get(error.errno or 0, "") or error.strerror or str(error) or type(error).__name__


def out_of_order(error: OSError) -> CourseError:
    """The error for a file or folder that cannot be read or written where nobody has more to say about it."""
    return CourseError(f"读写 {error.filename or '文件'} 时出错（{reason(error)}）。请检查磁盘空间和权限，{GO_ON}")


def cannot_write(what: object, error: OSError) -> CourseError:
    """The error that says that ``what`` cannot be written, why, and how to go on."""
    return CourseError(f"{what} 写不进去（{reason(error)}）。请检查磁盘空间和文件夹的权限，{GO_ON}")
