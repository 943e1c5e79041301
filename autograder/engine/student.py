"""The student process: runs what was handed in, cell by cell, and answers the judge's requests.

Everything here belongs to the student once the first cell has run; no point depends on it being intact. It holds no
test, no expected value and nobody else's work.

A request is ``[sequence number, kind, value]``, a reply ``[sequence number, "ok", value]`` with the same number.
"""

from __future__ import annotations

import builtins
import contextlib
import functools
import io
import operator
import random
import re
import subprocess
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import InteractiveShell
from torch.utils._python_dispatch import TorchDispatchMode
from traitlets import Type
from traitlets.config import Config

from .channel import Channel, Closed
from .mirror import Mirrors, changed, copy_of
from .wire import Handle, Reader, WireError, Writer

MAX_TEXT = 200_000  # characters of output kept for one cell
MAX_IMAGES = 8 << 20  # bytes of everything richer, for one cell
MAX_SAID = 20_000  # characters printed during one call that the judge gets to see
# Where IPython's own syntax may hide: magics, shell escapes, help, pasted prompts.
MAYBE_MAGIC = re.compile(r"^\s*([%!?,;/]|>>>|\.\.\.|In \[)|[?]\s*$|=\s*[%!]", re.MULTILINE)
LIBRARIES = ("torch.nn.", "torch.optim.", "torch.utils.data.")


# --------------------------------------------------------------------------- running cells as a kernel would


class Outputs:
    """What a cell shows, in nbformat's terms, up to a limit."""

    def __init__(self) -> None:
        self.items: list[dict[str, Any]] = []
        self.text_left, self.rich_left = MAX_TEXT, MAX_IMAGES

    def write(self, name: str, text: str) -> None:
        if len(text) > self.text_left:
            text = text[: self.text_left] + "\n…（输出太长，后面的略去）\n" if self.text_left else ""
            self.text_left = 0
        else:
            self.text_left -= len(text)
        if not text:
            return
        last = self.items[-1] if self.items else {}
        if last.get("output_type") == "stream" and last["name"] == name:
            last["text"] += text
        else:
            self.items.append({"output_type": "stream", "name": name, "text": text})

    def show(self, kind: str, data: dict[str, Any], **more: Any) -> None:
        plain = {mime: value for mime, value in data.items() if isinstance(value, str)}
        self.rich_left -= sum(map(len, plain.values()))
        if self.rich_left > 0:
            self.items.append({"output_type": kind, "data": plain, "metadata": {}, **more})


class Stream(io.TextIOBase):
    """sys.stdout or sys.stderr of the student's code."""

    encoding = "utf-8"

    def __init__(self, name: str, sink: Callable[[str, str], None]) -> None:
        self.name, self._sink = name, sink

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self._sink(self.name, str(text))
        return len(text)


class _Hook(DisplayHook):
    """Results of cells: recorded, not printed."""

    def write_output_prompt(self) -> None: ...

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        self.shell.outputs.show("execute_result", format_dict, execution_count=self.prompt_count)

    def finish_displayhook(self) -> None:
        self._is_active = False


class _Publisher(DisplayPublisher):
    """display(…) and figures: recorded."""

    def publish(self, data: Any, metadata: Any = None, *args: Any, **more: Any) -> None:
        self.shell.outputs.show("display_data", data)

    def clear_output(self, wait: bool = False) -> None:
        self.shell.outputs.items.clear()


class StudentShell(InteractiveShell):
    """IPython without a terminal, a history file or a kernel."""

    displayhook_class = Type(_Hook)
    display_pub_class = Type(_Publisher)
    outputs = Outputs()

    def transform_cell(self, raw_cell: str) -> str:
        """Plain Python as it is: looking for magics takes longer than running most cells."""
        if MAYBE_MAGIC.search(raw_cell) or raw_cell[:1].isspace():
            return super().transform_cell(raw_cell)
        return raw_cell if raw_cell.endswith("\n") else raw_cell + "\n"

    def enable_gui(self, gui: Any = None) -> None: ...

    def ask_exit(self) -> None: ...

    def system_piped(self, cmd: str) -> None:
        """``!command``, without the terminal that IPython would open for it: a jail has none."""
        done = subprocess.run(
            self.var_expand(cmd, depth=1),
            shell=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        sys.stdout.write(done.stdout.decode("utf-8", "replace"))
        self.user_ns["_exit_code"] = done.returncode

    system = system_piped

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        text = _text_of(evalue)
        self.outputs.items.append(
            {"output_type": "error", "ename": etype.__name__, "evalue": text, "traceback": _tail(stb)}
        )


def _tail(lines: list[str]) -> list[str]:
    text = "\n".join(lines)
    return text[-20_000:].split("\n")


def prepare_shell() -> StudentShell:
    """Make the shell (before the fork, so that no submission waits for it)."""
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.cache_size = 100
    shell = StudentShell.instance(config=config)
    shell.run_line_magic("matplotlib", "inline")
    return shell


def _no_input(prompt: str = "") -> str:
    raise StdinNotImplementedError("批改时没有键盘输入，不能用 input()。")


# --------------------------------------------------------------------------- answering requests


def _method(target: Any, name: str, *args: Any, **kwargs: Any) -> Any:
    return getattr(target, name)(*args, **kwargs)


OPERATIONS: dict[str, Callable[..., Any]] = {
    "call": lambda target, *args, **kwargs: target(*args, **kwargs),
    "method": _method,
    "getattr": getattr,
    "setattr": setattr,
    "delattr": delattr,
    "len": len,
    "iter": iter,
    "next": next,
    "str": str,
    "repr": repr,
    "int": int,
    "float": float,
    "bool": bool,
    "abs": abs,
    "isinstance": isinstance,
    "issubclass": issubclass,
    "enter": lambda target: type(target).__enter__(target),
    "exit": lambda target, *args: type(target).__exit__(target, None, None, None),
    **{
        name: getattr(operator, name)
        for name in (
            "getitem", "setitem", "delitem", "contains", "neg", "pos", "invert", "index",
            "eq", "ne", "lt", "le", "gt", "ge", "add", "sub", "mul", "truediv", "floordiv", "mod", "pow",
            "matmul", "and_", "or_", "xor", "lshift", "rshift",
            "iadd", "isub", "imul", "itruediv", "imatmul", "iand", "ior", "ixor",
        )
    },
    "divmod": divmod,
    "round": round,
}  # fmt: skip


class _Watch(TorchDispatchMode):
    """Notes which of torch's operators run."""

    def __init__(self, seen: set[str]) -> None:
        super().__init__()
        self._seen = seen

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self._seen.add(func.overloadpacket.__name__)
        return func(*args, **(kwargs or {}))


class Student:
    """Serves one judge over one channel."""

    def __init__(self, channel: Channel, shell: StudentShell) -> None:
        self.channel, self.shell = channel, shell
        self.objects: dict[int, Any] = {}
        self.numbers: dict[int, int] = {}
        self.graphs: dict[int, tuple[list[torch.Tensor], list[torch.Tensor]]] = {}
        self.mirrors = Mirrors()
        self.given: dict[str, Any] = {}
        # What a call prints: the judge gets its stdout, the cell's outputs none of it.
        self.said: list[str] = []
        self.stdout, self.stderr = Stream("stdout", self._hear), Stream("stderr", self._hear)
        self.seen: set[str] = set()
        self.counter = 0
        self.requests = {
            "names": self.names,
            "do": self.do,
            "probe": self.probe,
            "vjp": self.vjp,
            "accumulate": self.accumulate,
            "seed": self.seed,
            "seen": self.take_seen,
            "files": self.files,
        }

    def serve(self) -> None:
        """Answer requests until the judge hangs up."""
        while True:
            try:
                (number, kind, tree), blobs = self.channel.receive()
            except Closed:
                return
            self.answer(number, kind, tree, blobs)

    def answer(self, number: int, kind: str, tree: Any, blobs: bytearray) -> None:
        reader = Reader(blobs, self._no_handles, self.objects.__getitem__, self.mirrors.get)
        said: list[str] = []
        news: Any = []
        try:
            envelope, payload = reader.read(tree)
            envelope = envelope or {}
            arguments = list(reader.objects)
            before = [_snapshot(value) for value in arguments]
            if envelope:
                self._open(envelope)
            if kind == "cell":
                result = self.run_cell(*payload)
            else:
                self.said = said
                sys.stdout, sys.stderr = self.stdout, self.stderr
                watch = _Watch(self.seen) if "watch" in envelope else contextlib.nullcontext()
                with torch.set_grad_enabled("no_grad" not in envelope), watch:
                    result = self.requests[kind](*payload)
            news = [
                (i, _contents(value), copy_of(_grad_of(value)))
                for i, (value, old) in enumerate(zip(arguments, before, strict=True))
                if _differs(value, old)
            ]
            mirrored = self.mirrors.changes() if self.mirrors else []
            reply = ("ok", result, news, mirrored, "".join(said)) if news or mirrored or said else ("ok", result)
        except BaseException as error:
            if isinstance(error, Closed):
                raise
            reply = ("error", _describe(error), news, self.mirrors.changes(), "".join(said))
        last = self.counter
        try:
            self._reply(number, reply, reader.objects)
        except Closed:
            raise
        except Exception as error:  # besides WireError whatever a value's own code raises; nothing has been sent yet
            self.mirrors.forget(list(range(last + 1, self.counter + 1)))
            self._reply(number, ("error", _describe(error), [], [], ""), reader.objects)

    def _reply(self, number: int, reply: tuple[Any, ...], objects: list[Any]) -> None:
        outputs: list[torch.Tensor] = []
        writer = self._writer(objects, outputs)
        self.channel.send([number, writer.write(reply)], writer.message.blobs)
        if outputs:
            inputs = [v for v in objects if isinstance(v, torch.Tensor) and v.requires_grad]
            self.graphs[number] = (inputs, outputs)

    def _writer(self, objects: list[Any], outputs: list[torch.Tensor]) -> Writer:
        def mirror(tensor: torch.Tensor) -> int | None:
            if not (tensor.requires_grad and tensor.is_leaf):
                return None
            number = self.mirrors.number(tensor)
            if number is not None:
                return -number - 1
            self.counter += 1
            self.mirrors.add(self.counter, tensor)
            return self.counter

        def graph(tensor: torch.Tensor) -> int | None:
            if not tensor.requires_grad or tensor.is_leaf:
                return None
            outputs.append(tensor)
            return len(outputs) - 1

        writer = Writer(self._refer, mirror, graph)
        for value in objects:
            writer._enter(value)
        return writer

    def _refer(self, value: Any) -> Handle:
        number = self.numbers.get(id(value))
        if number is None:
            self.counter += 1
            number = self.numbers[id(value)] = self.counter
            self.objects[number] = value
        kind = "object"
        if isinstance(value, type):
            kind = "class"
        elif isinstance(value, types.FunctionType | types.BuiltinFunctionType | types.MethodType):
            kind = "callable"
        elif hasattr(value, "__next__"):
            kind = "iterator"
        classes = value.__mro__ if isinstance(value, type) else type(value).__mro__
        names = [f"{c.__module__}.{c.__qualname__}" for c in classes]
        methods = [
            name
            for cls in classes
            if kind == "object" and not cls.__module__.startswith(LIBRARIES)
            for name, member in vars(cls).items()
            if isinstance(member, types.FunctionType) and not name.startswith("__")
        ]
        return Handle(
            number,
            kind,
            getattr(value if kind in ("class", "callable") else type(value), "__name__", "object"),
            tuple(name for name in names if name.startswith(LIBRARIES)),
            tuple(methods[:50]),
        )

    def _hear(self, name: str, text: str) -> None:
        if name == "stdout" and (left := MAX_SAID - sum(map(len, self.said))) > 0:
            self.said.append(text[:left])

    def _no_handles(self, handle: Handle) -> Any:
        raise WireError("判分进程没有对象")

    def _open(self, envelope: dict[str, Any]) -> None:
        self.mirrors.apply(envelope.get("news", []))
        self.mirrors.forget(envelope.get("mirrors", []))
        for number in envelope.get("graphs", ()):
            self.graphs.pop(number, None)
        for number in envelope.get("objects", ()):
            self.numbers.pop(id(self.objects.pop(number, None)), None)
        for name, state in envelope.get("random", {}).items():
            GENERATORS[name](state)

    def seed(self, seed: int) -> None:
        torch.default_generator.manual_seed(seed)
        np.random.seed(seed % 2**32)
        random.seed(seed)

    def take_seen(self) -> list[str]:
        """The operators that ran while the judge watched, since it last asked."""
        seen, self.seen = sorted(self.seen), set()
        return seen

    def files(self, files: dict[str, bytes]) -> None:
        """Lay the files that students get beside the notebook into the work folder."""
        for name, content in files.items():
            path = Path(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def run_cell(self, source: str, keep: list[str]) -> tuple[str, str, list[dict[str, Any]]]:
        """Run a cell; returns the exception's name and text ("" if none) and the outputs."""
        shell = self.shell
        shell.outputs = Outputs()
        sys.stdout = Stream("stdout", lambda name, text: shell.outputs.write(name, text))
        sys.stderr = Stream("stderr", lambda name, text: shell.outputs.write(name, text))
        result = shell.run_cell(source, store_history=True)
        error = result.error_before_exec or result.error_in_exec
        for name in keep:
            if name in shell.user_ns:
                self.given[name] = shell.user_ns[name]
        if error is None:
            return "", "", shell.outputs.items
        return type(error).__name__, _text_of(error), shell.outputs.items

    def names(self, names: list[str]) -> dict[str, Any]:
        return {name: self.shell.user_ns[name] for name in names if name in self.shell.user_ns}

    def do(self, operation: str, args: Any, kwargs: Any) -> Any:
        return OPERATIONS[operation](*args, **(kwargs or {}))

    def probe(self, source: str, name: str, given: list[str], names: list[str], args: Any, kwargs: Any) -> Any:
        """Run a function of the test cell here, with the student's ``names`` and the set-up's ``given`` ones."""
        space: dict[str, Any] = {"__name__": "__main__", "__builtins__": builtins}
        space |= {key: self.given[key] for key in given if key in self.given}
        space |= {key: self.shell.user_ns[key] for key in names if key in self.shell.user_ns}
        exec(_compiled(source), space)
        return space[name](*args, **kwargs)

    def vjp(self, number: int, node: int, grad: torch.Tensor) -> list[torch.Tensor | None]:
        """The vector-Jacobian product of an earlier call's output with respect to that call's arguments."""
        inputs, outputs = self.graphs[number]
        if not inputs:
            return []
        return list(torch.autograd.grad(outputs[node], inputs, grad, retain_graph=True, allow_unused=True))

    def accumulate(self, number: int, node: int, grad: torch.Tensor) -> None:
        """The part of a backward pass that ends in this side's parameters."""
        torch.autograd.backward(self.graphs[number][1][node], grad, retain_graph=True)


@functools.cache
def _compiled(source: str) -> types.CodeType:
    return compile(source, "<probe>", "exec")


def _set_torch(state: torch.Tensor) -> None:
    torch.set_rng_state(state)


def _set_numpy(state: tuple[Any, ...]) -> None:
    np.random.set_state(state)


def _set_python(state: tuple[Any, ...]) -> None:
    random.setstate(state)


GENERATORS: dict[str, Callable[[Any], None]] = {"torch": _set_torch, "numpy": _set_numpy, "python": _set_python}


def _grad_of(value: Any) -> torch.Tensor | None:
    return value.grad if isinstance(value, torch.Tensor) and value.is_leaf else None


def _snapshot(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        return copy_of(value), copy_of(_grad_of(value))
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, dict):
        return list(value.items())
    return set(value) if isinstance(value, set) else list(value)


def _contents(value: Any) -> Any:
    """A copy to be written anew: the original would only be named by its place in the table."""
    if isinstance(value, torch.Tensor):
        return copy_of(value)
    return value.copy()


def _differs(value: Any, old: Any) -> bool:
    if isinstance(value, torch.Tensor):
        data, grad = old
        new = _grad_of(value)
        return changed(value, data) or (new is None) != (grad is None) or (grad is not None and changed(new, grad))
    if isinstance(value, np.ndarray):
        same = value.shape == old.shape and value.dtype == old.dtype and value.tobytes() == old.tobytes()
        return not same
    if isinstance(value, dict):
        now = list(value.items())
        return len(now) != len(old) or any(a is not b for p, q in zip(now, old, strict=True) for a, b in zip(p, q))  # noqa: B905
    if isinstance(value, set):
        return value != old
    return len(value) != len(old) or any(a is not b for a, b in zip(value, old, strict=True))


def _describe(error: BaseException) -> tuple[str, list[str], str]:
    bases = [kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins"]
    return type(error).__name__, bases, _text_of(error)


def _text_of(error: Any) -> str:
    try:
        return str(str(error))[:2000]
    except BaseException:
        return ""


def serve(channel: Channel, shell: StudentShell) -> None:
    """Serve until the judge hangs up (called in the jail)."""
    builtins.input = _no_input
    sys.path.insert(0, str(Path.cwd()))
    Student(channel, shell).serve()
