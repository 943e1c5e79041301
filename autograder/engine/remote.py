"""The judge's end of the wire: requests to the student process, and proxies for what lives there.

A test cell works with proxies as with the real things: it calls functions, constructs classes, calls methods, reads
attributes, runs backward passes. What comes back is plain data, or a proxy again. Code of the student's never runs
here, and an object of the student's never takes part in a comparison with an expected value: a class whose ``==``
always says yes earns nothing.
"""

from __future__ import annotations

import ctypes
import random
import sys
import time
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from . import describe
from .channel import Channel, Closed, Late
from .mirror import Mirrors, overwrite
from .wire import Handle, Reader, WireError, Writer

MAX_NAME = 80


class Stopped(BaseException):
    """The student process died or was stopped. No ``except Exception`` of a test may swallow this."""


class Died(Stopped):
    """The student process ended by itself."""


class Garbled(Died):
    """The student process was ended for an answer that is none."""


class Overrun(Stopped):
    """The student process took too long and was ended."""


class CannotCarry(BaseException):
    """A test wants to hand the student process something that is no plain value: the test needs a probe."""


class StudentError(Exception):
    """An exception that the student's code raised; the class made for it also derives from the built-in one."""


_errors: dict[tuple[str, str], type[Exception]] = {}


def _error_class(name: str, bases: list[str]) -> type[Exception]:
    """A class of the exception's name, to be caught as what it is (ValueError, AssertionError, …)."""
    import builtins

    for base in bases:
        found = getattr(builtins, base, None)
        if isinstance(found, type) and issubclass(found, Exception):
            key = (name, base)
            if key not in _errors:
                kind = StudentError if found is Exception else found
                parents = (kind,) if kind is StudentError else (StudentError, kind)
                _errors[key] = type(name[:MAX_NAME] or "Error", parents, {"__str__": lambda self: str(self.args[0])})
            return _errors[key]
    # SystemExit, KeyboardInterrupt: an error like others here, never an exit of the judge's.
    return _error_class(name, ["Exception"])


def _make_error(name: str, bases: list[str], text: str) -> Exception:
    try:
        return _error_class(name, bases)(text)
    except TypeError:  # a built-in one that wants more than a text
        return _error_class(name, ["Exception"])(text)


@dataclass
class Clock:
    """The time limits in force, as points of ``time.monotonic``."""

    call: float  #: seconds one request may take
    cell: float = float("inf")
    submission: float = float("inf")

    def deadline(self) -> float:
        return min(time.monotonic() + self.call, self.cell, self.submission)


@dataclass
class Call:
    """A call that a test made, and what came of it."""

    name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    result: Any = None
    error: str = ""

    def __str__(self) -> str:
        result = describe.result_of(self.result)
        space = " " if result[:1].isascii() else ""
        outcome = f"出现 {self.error}" if self.error else f"得到{space}{result}"
        return f"{describe.call_of(self.name, self.args, self.kwargs)} {outcome}"


class Remote:
    """One student process, as the judge sees it."""

    def __init__(self, channel: Channel, clock: Clock, stop: Callable[[], None]) -> None:
        self.channel, self.clock, self.stop = channel, clock, stop
        self.alive = True
        # Reading the state of Python's own generator is slow: only where a test has it at hand, or seeds all three.
        self.watches_python_random = False
        self.watch = 0  #: for how many more calls the student process notes torch's operators
        self.interrupted = False  #: was the last request interrupted?
        self.last_call: Call | None = None
        self.mirrors = Mirrors(weak=True)
        self._proxies: weakref.WeakValueDictionary[int, Proxy] = weakref.WeakValueDictionary()
        self._lost_objects: set[int] = set()
        self._lost_graphs: list[int] = []
        self._number = 0
        self._generators: dict[str, Any] = {}

    # ------------------------------------------------------------------ requests

    def request(self, kind: str, *payload: Any, deadline: float | None = None, interrupt: Any = None) -> Any:
        """Send a request and return the value of the reply; raises the student's exception, or :class:`Stopped`.

        With ``interrupt`` a late request is first interrupted, with two seconds of grace, before the process is ended.
        """
        if not self.alive:
            raise Died("Python 进程已经退出")
        self._number += 1
        self.interrupted = False
        writer = Writer(self._refer, self._mirror_number, reference=Proxy)
        asks_code = kind in ("do", "probe")
        envelope = {
            "news": self.mirrors.changes() if self.mirrors else None,
            "mirrors": self.mirrors.lost() if self.mirrors else None,
            "graphs": self._lost_graphs,
            "objects": list(self._lost_objects),
            "random": self._new_generators() if asks_code else {},
            "no_grad": not torch.is_grad_enabled(),
            "watch": asks_code and self.watch > 0,
        }
        self.watch -= asks_code
        envelope = {key: value for key, value in envelope.items() if value} or None
        tree = writer.write((envelope, payload))
        self._lost_graphs = []
        self._lost_objects = set()
        deadline = deadline if deadline is not None else self.clock.deadline()
        inputs = [v for v in writer.objects if isinstance(v, torch.Tensor) and v.requires_grad]
        try:
            self.channel.send([self._number, kind, tree], writer.message.blobs, deadline)
            try:
                return self._reply(self._number, list(writer.objects), inputs, deadline)
            except Late:
                if interrupt is None:
                    raise
                interrupt()
                self.interrupted = True
                return self._reply(self._number, list(writer.objects), inputs, time.monotonic() + 2)
        except Closed:
            self.end()
            raise Died("Python 进程中途退出") from None
        except Late:
            self.end()
            raise Overrun("运行超时") from None
        except WireError as error:
            self.end()  # no message, or not the one that was asked for: nothing after it can be trusted
            raise Garbled(f"Python 进程的回答无法读取（{error}）") from None

    def _reply(self, number: int, objects: list[Any], inputs: list[torch.Tensor], deadline: float) -> Any:
        tree, blobs = self.channel.receive(deadline)
        if type(tree) is not list or len(tree) != 2 or tree[0] != number:
            raise WireError("顺序不对")
        count = len(objects)
        reader = Reader(
            blobs,
            self._resolve,
            self._no_own,
            self._mirrored,
            self.mirrors.add,
            lambda node, tensor: _graft(self, number, node, tensor, inputs),
            objects,
        )
        reply = reader.read(tree[1])
        if type(reply) is tuple and len(reply) == 2 and reply[0] == "ok":
            return reply[1]  # nothing but the value, as most replies
        if type(reply) is not tuple or len(reply) != 5 or reply[0] not in ("ok", "error"):
            raise WireError("不是一个回答")
        status, value, news, mirrored, said = reply
        try:
            self.mirrors.apply(mirrored)
            for index, contents, grad in news:
                if not 0 <= index < count:
                    raise WireError("改动的对象不对")
                _take_over(objects[index], contents, grad)
            if status == "error":
                name, bases, text = value
                error = _make_error(str(name), list(bases), str(text))
        except WireError:
            raise
        except Exception as error:
            raise WireError(f"{type(error).__name__}") from None
        if type(said) is str and said:
            sys.stdout.write(said)
        if status == "error":
            raise error
        return value

    def call(self, name: str, operation: str, proxy: Proxy, *args: Any, **kwargs: Any) -> Any:
        """Have an object called, or a method of it; the call stays in mind as :attr:`last_call`."""
        given = args[1:] if operation == "method" else args
        call = self.last_call = Call(name, given, kwargs)
        try:
            call.result = self.request("do", operation, (proxy, *args), kwargs or None)
        except Exception as error:
            call.error = type(error).__name__
            raise
        return call.result

    def end(self) -> None:
        """End the student process."""
        self.alive = False
        self.stop()

    # ------------------------------------------------------------------ what the wire asks for

    def _refer(self, value: Any) -> int:
        if type(value) is Proxy:
            remote, handle = _remote(value), _handle(value)
            if remote is not self:
                raise Died("这个对象所在的 Python 进程已经退出")
            return handle.number
        raise CannotCarry(f"{type(value).__name__} 不是可以传给学生进程的普通值，这项检查要改用探针（_probe_ 函数）")

    def _mirror_number(self, tensor: torch.Tensor) -> int | None:
        number = self.mirrors.number(tensor)
        return None if number is None else -number - 1

    def _mirrored(self, number: int) -> torch.Tensor:
        return self.mirrors.get(number)

    def _no_own(self, number: int) -> Any:
        raise WireError("判分进程没有对象")

    def _resolve(self, handle: Handle) -> Proxy:
        proxy = self._proxies.get(handle.number)
        if proxy is None:
            proxy = Proxy(self, handle)
            self._proxies[handle.number] = proxy
            weakref.finalize(proxy, self._lost_objects.add, handle.number).atexit = False
        self._lost_objects.discard(handle.number)
        return proxy

    # ------------------------------------------------------------------ random numbers

    def _new_generators(self) -> dict[str, Any]:
        """The judge's generator states that the student process has not been set to: they travel there, never back.

        Where something is sent, the judge's generators then move on by one draw. So seeding twice with one number
        sends the state twice, and two calls without seeding between them go on with the student's own stream.
        """
        news: dict[str, Any] = {}
        for name, generator in GENERATORS.items():
            if name == "python" and not (news or self.watches_python_random):
                continue
            if generator.mark() != self._generators.get(name):
                news[name] = generator.state()
                generator.draw()
                self._generators[name] = generator.mark()
        return news


@dataclass(frozen=True)
class Generator:
    """One of the judge's random generators."""

    mark: Callable[[], Any]  #: something cheap that is equal as long as the state is
    state: Callable[[], Any]
    draw: Callable[[], Any]


# numpy's state by its address: asking for it properly takes longer than a whole request.
_numpy = np.random.get_bit_generator()
_numpy_bytes = (ctypes.c_char * 2500).from_address(_numpy.ctypes.state_address)  # MT19937: 624 words and a position

GENERATORS = {
    "torch": Generator(lambda: torch.get_rng_state().numpy().tobytes(), torch.get_rng_state, lambda: torch.rand(())),
    "numpy": Generator(lambda: _numpy_bytes.raw, np.random.get_state, np.random.random),
    "python": Generator(random.getstate, random.getstate, random.random),
}


def _take_over(value: Any, contents: Any, grad: Any) -> None:
    """Change an argument as the student's code changed its copy."""
    if type(value) is not type(contents) and not (
        isinstance(value, torch.Tensor) and isinstance(contents, torch.Tensor)
    ):
        raise WireError("改动的类型不对")
    if isinstance(value, torch.Tensor):
        overwrite(value, contents)
        if value.is_leaf and value.requires_grad:
            value.grad = grad
    elif isinstance(value, np.ndarray):
        if value.shape != contents.shape or value.dtype != contents.dtype:
            value.resize(contents.shape, refcheck=False)
        value[...] = contents
    elif isinstance(value, list):
        value[:] = contents
    elif isinstance(value, dict | set):
        value.clear()
        value.update(contents)


# --------------------------------------------------------------------------- gradients across the wire

_anchor = torch.zeros((), requires_grad=True)


class _Output(torch.autograd.Function):
    """A tensor that the student process computed: its backward pass is asked of that process."""

    @staticmethod
    def forward(ctx: Any, link: _Link, anchor: torch.Tensor, *inputs: torch.Tensor) -> torch.Tensor:
        ctx.link = link
        tensor, link.tensor = link.tensor, None  # else the graph would hold itself
        return tensor

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, grad: torch.Tensor) -> Any:
        link = ctx.link
        link.grad = grad
        grads = link.remote.request("vjp", link.number, link.node, grad)
        if type(grads) is not list or len(grads) != len(link.inputs):
            raise StudentError("梯度的个数不对")
        for slope, value in zip(grads, link.inputs, strict=True):
            if slope is not None and (not isinstance(slope, torch.Tensor) or slope.shape != value.shape):
                raise StudentError("梯度的形状不对")
        return None, torch.zeros(()), *grads


class _Sink(torch.autograd.Function):
    """Reached only by a backward pass that goes all the way to the leaves, as ``loss.backward()`` does."""

    @staticmethod
    def forward(ctx: Any, link: _Link, anchor: torch.Tensor) -> torch.Tensor:
        ctx.link = link
        return torch.zeros(())

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, grad: torch.Tensor) -> Any:
        link = ctx.link
        link.remote.request("accumulate", link.number, link.node, link.grad)
        return None, None


@dataclass(eq=False)
class _Link:
    remote: Remote
    number: int
    node: int
    tensor: torch.Tensor | None
    inputs: list[torch.Tensor]
    grad: torch.Tensor | None = None

    def __post_init__(self) -> None:
        weakref.finalize(self, _forget, weakref.ref(self.remote), self.number).atexit = False


def _forget(remote: weakref.ref[Remote], number: int) -> None:
    if (found := remote()) is not None:
        found._lost_graphs.append(number)


def _graft(remote: Remote, number: int, node: int, tensor: torch.Tensor, inputs: list[torch.Tensor]) -> torch.Tensor:
    """``tensor`` as the end of a graph that begins at the call's arguments."""
    with torch.enable_grad():
        link = _Link(remote, number, node, tensor.detach(), inputs)
        return _Output.apply(link, _Sink.apply(link, _anchor), *inputs)


# --------------------------------------------------------------------------- proxies


def _remote(proxy: Proxy) -> Remote:
    return object.__getattribute__(proxy, "_Proxy__remote")


def _handle(proxy: Proxy) -> Handle:
    return object.__getattribute__(proxy, "_Proxy__handle")


def is_subject(proxy: Proxy) -> bool:
    """Is this an object that the test itself made from a class of the exercise?"""
    return object.__getattribute__(proxy, "_Proxy__subject")


def _do(proxy: Proxy, operation: str, *args: Any, **kwargs: Any) -> Any:
    return _remote(proxy).request("do", operation, (proxy, *args), kwargs or None)


class Proxy:
    """An object of the student process. ``Name(…)``, methods and attributes are asked of it there."""

    __slots__ = ("__handle", "__makes_subjects", "__origin", "__remote", "__subject", "__weakref__")

    def __init__(self, remote: Remote, handle: Handle, origin: Proxy | None = None) -> None:
        set_ = object.__setattr__
        set_(self, "_Proxy__origin", origin)  # held, so that the object is not forgotten
        set_(self, "_Proxy__remote", remote)
        set_(self, "_Proxy__handle", handle)
        set_(self, "_Proxy__subject", False)
        set_(self, "_Proxy__makes_subjects", False)

    @property
    def __class__(self) -> type:  # isinstance(net, nn.Module) asks this
        return next(iter(_library_classes(self)), Proxy)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        value = _remote(self).call(_handle(self).name, "call", self, *args, **kwargs)
        if type(value) is Proxy and object.__getattribute__(self, "_Proxy__makes_subjects"):
            return _twin(value, "_Proxy__subject")
        return value

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__") and name not in ("__name__", "__doc__", "__dict__"):
            raise AttributeError(name)
        if name in _handle(self).methods or any(callable(getattr(cls, name, None)) for cls in _library_classes(self)):
            return _Method(self, name)
        return _do(self, "getattr", name)

    def __setattr__(self, name: str, value: Any) -> None:
        _do(self, "setattr", name, value)

    def __delattr__(self, name: str) -> None:
        _do(self, "delattr", name)

    def __iter__(self) -> Iterator[Any]:
        iterator = _do(self, "iter")
        if type(iterator) is not Proxy:
            return iter(iterator)
        return _elements(iterator)

    def __next__(self) -> Any:
        return _do(self, "next")

    def __instancecheck__(self, instance: Any) -> bool:
        return _do_second(self, "isinstance", instance) is True

    def __subclasscheck__(self, cls: Any) -> bool:
        return _do_second(self, "issubclass", cls) is True

    def __enter__(self) -> Any:
        return _do(self, "enter")

    def __exit__(self, *error: Any) -> None:
        _do(self, "exit")

    def __hash__(self) -> int:
        return _handle(self).number

    def __bool__(self) -> bool:
        if is_subject(self):
            return _do(self, "bool") is True
        raise TypeError(f"这里得到的是{_describe(self)}，不是 True 或 False")

    def __str__(self) -> str:
        return _text(_do(self, "str"))

    def __repr__(self) -> str:
        return _text(_do(self, "repr"))

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


def _text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError("应是字符串")
    return value


def _elements(iterator: Proxy) -> Iterator[Any]:
    while True:
        try:
            yield _do(iterator, "next")
        except StopIteration:
            return


def _do_second(proxy: Proxy, operation: str, first: Any) -> Any:
    return _remote(proxy).request("do", operation, (first, proxy), None)


def _describe(proxy: Proxy) -> str:
    handle = _handle(proxy)
    return f"类 {handle.name} 的对象" if handle.kind in ("object", "iterator") else f"{handle.name}（函数或类）"


describe.NAMES[Proxy] = _describe


def _library_classes(proxy: Proxy) -> list[type]:
    """The judge's own classes of the libraries that an object says it derives from."""
    handle = _handle(proxy)
    if handle.kind == "class":
        return []
    return [found for name in handle.bases if (found := _library_class(name)) is not None]


class _Method:
    """A method of an object of the student process: called there in one step."""

    __slots__ = ("_name", "_proxy")

    def __init__(self, proxy: Proxy, name: str) -> None:
        self._proxy, self._name = proxy, name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        name = f"{_handle(self._proxy).name}.{self._name}"
        return _remote(self._proxy).call(name, "method", self._proxy, self._name, *args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(_do(self._proxy, "getattr", self._name), name)


def _library_class(name: str) -> type | None:
    """The judge's own class of that name, from torch's public modules."""
    for module, prefix in ((torch.nn, "torch.nn."), (torch.optim, "torch.optim."), (torch.utils.data, "torch.utils.")):
        if name.startswith(prefix):
            found = getattr(module, name.rpartition(".")[2], None)
            # Never a tensor's: torch's C++ would believe it and read a proxy's memory as a tensor.
            return found if isinstance(found, type) and not issubclass(found, torch.Tensor) else None
    return None


def _unary(operation: str) -> Callable[[Proxy], Any]:
    return lambda self: _do(self, operation)


def _own(operation: str) -> Callable[..., Any]:
    """An operation whose other operands say nothing about the expected answer: an index, a key."""
    return lambda self, *args: _do(self, operation, *args)


def _between(operation: str, *, swapped: bool = False) -> Callable[[Proxy, Any], Any]:
    """An operation with a second operand, which may be the expected answer: not shown to an object that a call
    returned, only to objects that the test made itself."""

    def operate(self: Proxy, other: Any) -> Any:
        if operation in ("eq", "ne") and type(other) is Proxy and _handle(self) == _handle(other):
            return operation == "eq"
        if not (is_subject(self) or (type(other) is Proxy and is_subject(other))):
            raise TypeError(f"这里得到的是{_describe(self)}，不是可以比较和计算的普通值（数、字符串、列表、张量等）")
        return _remote(self).request("do", operation, (other, self) if swapped else (self, other), None)

    return operate


for _name, _operation in {"len": "len", "int": "int", "float": "float", "index": "index", "abs": "abs", "neg": "neg",
                          "pos": "pos", "invert": "invert"}.items():  # fmt: skip
    setattr(Proxy, f"__{_name}__", _unary(_operation))
for _name in ("getitem", "setitem", "delitem", "round"):
    setattr(Proxy, f"__{_name}__", _own(_name))
for _name in ("contains", "eq", "ne", "lt", "le", "gt", "ge"):
    setattr(Proxy, f"__{_name}__", _between(_name))
ARITHMETIC = "add sub mul truediv floordiv mod pow matmul and or xor lshift rshift divmod"
for _name in ARITHMETIC.split():
    _operation = f"{_name}_" if _name in ("and", "or") else _name
    setattr(Proxy, f"__{_name}__", _between(_operation))
    setattr(Proxy, f"__r{_name}__", _between(_operation, swapped=True))


def make_subjects(proxy: Any) -> Any:
    """``proxy``, standing for a class of the exercise: what calling it constructs are subjects of the exercise."""
    return _twin(proxy, "_Proxy__makes_subjects") if type(proxy) is Proxy else proxy


def _twin(proxy: Proxy, trust: str) -> Proxy:
    """Another reference to the same object. Only this one is trusted: an answer may be the very same object."""
    twin = Proxy(_remote(proxy), _handle(proxy), proxy)
    object.__setattr__(twin, trust, True)
    return twin
