"""Values to bytes and back. Nothing but plain data crosses between judge and student process.

A value is written as a msgpack tree whose leaves are None, bool, int, float, str and bytes; every other type is a
list ``[tag, ...]``. The contents of tensors and arrays follow behind the tree as raw bytes. Reading runs no code of
the sender's: no pickle, no imports by name, every length and type checked (:class:`WireError` otherwise).

Three kinds of things keep their identity, because programs see it:

- a mutable value that occurs twice in one message is one object on the other side too;
- an object that is no plain value stays where it is and is named by a number (:class:`Handle`);
- a parameter (a leaf tensor that wants a gradient) is mirrored: both sides hold a copy that is kept equal.
"""

from __future__ import annotations

import collections
import contextlib
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import msgpack
import numpy as np
import torch

MAX_DEPTH = 60
MAX_TREE = 8 << 20  # bytes of the msgpack tree
MAX_BLOBS = 256 << 20  # bytes of all tensors and arrays of one message
MAX_INT_BYTES = 4096
MAX_SIZE = 20_000_000  # elements of all containers of one message, shared ones counted each time
OWN_WEIGHT = 1000  # for a container that this side sent before
MAX_RANGE = 10_000_000  # what adds up or sorts a range does so in C, where no time limit reaches
ALIGNMENT = 16

DTYPES = {
    str(dtype).removeprefix("torch."): dtype
    for dtype in (
        torch.float16, torch.bfloat16, torch.float32, torch.float64, torch.complex64, torch.complex128,
        torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.bool,
    )
}  # fmt: skip
DTYPE_NAMES = {dtype: name for name, dtype in DTYPES.items()}
NUMPY_KINDS = "biufcSUmM"  # no objects, no raw records
# Types that tests compare with (`type(y) is float`): nothing that could do anything when called.
TYPES = {
    f"{kind.__module__}.{kind.__qualname__}": kind
    for kind in (
        bool, int, float, complex, str, bytes, tuple, list, dict, set, frozenset, type(None),
        torch.Tensor, torch.nn.Parameter, torch.Size, np.ndarray,
    )
}  # fmt: skip


class WireError(Exception):
    """A value that cannot cross, or bytes that are no message. (No ValueError: a test may be waiting for one.)"""


@dataclass(frozen=True)
class Handle:
    """A name for an object on the other side. ``kind`` is "class", "callable", "iterator" or "object"."""

    number: int
    kind: str
    name: str
    bases: tuple[str, ...] = ()  #: full names of the library classes it derives from
    methods: tuple[str, ...] = ()  #: names of methods, which spares asking for each


@dataclass
class Message:
    """The raw form of one message: the tree and the bytes of tensors and arrays."""

    tree: Any
    blobs: bytearray = field(default_factory=bytearray)


# --------------------------------------------------------------------------- writing


class Writer:
    """Writes one message. ``refer`` turns what is no value into a :class:`Handle` or raises :class:`WireError`.

    ``mirror`` gives the number of a mirrored tensor or None; ``graph`` registers a tensor that hangs in a graph of
    this side and gives its number there, or None. Objects of the class ``reference`` are never values.
    """

    def __init__(
        self,
        refer: Callable[[Any], Handle | int],
        mirror: Callable[[torch.Tensor], int | None] = lambda tensor: None,
        graph: Callable[[torch.Tensor], int | None] = lambda tensor: None,
        reference: type | None = None,
    ) -> None:
        self.message = Message(None)
        self.objects: list[Any] = []  # the mutable values, in the order in which both sides count them
        self._numbers: dict[int, int] = {}
        self._refer, self._mirror, self._graph, self._reference = refer, mirror, graph, reference

    def write(self, value: Any, depth: int = 0) -> Any:
        """The tree for ``value``."""
        if depth > MAX_DEPTH:
            raise WireError(f"嵌套超过 {MAX_DEPTH} 层")
        kind = type(value)
        if value is None or kind is bool or kind is float or kind is str or kind is bytes:
            return value
        if kind is int:
            return value if -(2**63) <= value < 2**64 else ["int", _big(value)]
        if id(value) in self._numbers:
            return ["seen", self._numbers[id(value)]]
        deeper = depth + 1
        if kind is self._reference:
            return self._by_reference(value)
        if kind is tuple:
            return ["tuple", *[self.write(item, deeper) for item in value]]
        if kind is list:
            return ["list", self._enter(value), *[self.write(item, deeper) for item in value]]
        if kind is dict or kind is collections.OrderedDict:
            number = self._enter(value)
            flat = [self.write(part, deeper) for pair in value.items() for part in pair]
            return ["dict" if kind is dict else "ordered", number, *flat]
        if kind is set:
            return ["set", self._enter(value), *[self.write(item, deeper) for item in value]]
        if isinstance(value, torch.Tensor):
            if kind is torch.Tensor:
                return self._tensor(value, depth)
            with (
                torch._C.DisableTorchFunctionSubclass()
            ):  # what a class derived from Tensor says of itself is not asked
                return self._tensor(value, depth)
        if isinstance(value, np.ndarray):
            return self._array(value)
        return self._other(value, kind, depth)

    def _enter(self, value: Any) -> int:
        number = self._numbers[id(value)] = len(self.objects)
        self.objects.append(value)
        return number

    def _blob(self, data: Any) -> list[int]:
        blobs = self.message.blobs
        blobs.extend(b"\0" * (-len(blobs) % ALIGNMENT))
        start = len(blobs)
        blobs.extend(data)
        if len(blobs) > MAX_BLOBS:
            raise WireError(f"数据超过 {MAX_BLOBS >> 20} MB")
        return [start, len(blobs) - start]

    def _tensor(self, tensor: torch.Tensor, depth: int) -> Any:
        if tensor.layout is not torch.strided or tensor.device.type != "cpu" or tensor.is_quantized:
            raise WireError(f"张量在 {tensor.device.type} 上或不是普通的稠密张量，无法检查")
        if tensor.dtype not in DTYPE_NAMES:
            raise WireError(f"张量的 dtype 是 {tensor.dtype}，无法检查")
        mirrored = self._mirror(tensor)
        if mirrored is not None and mirrored < 0:
            return ["mirror", -mirrored - 1]  # the other side has it already
        number = self._enter(tensor)
        plain = tensor.detach()
        if type(plain) is not torch.Tensor:
            plain = plain.as_subclass(torch.Tensor)
        if plain.is_conj() or plain.is_neg():
            plain = plain.resolve_conj().resolve_neg()
        shape, strides = list(plain.shape), list(plain.stride())
        if plain.is_contiguous() and plain.numel():
            data = _bytes_of(plain)
        else:
            extent = _extent(shape, strides)
            if extent > 4 * plain.numel() + 64:  # a thin slice of something big
                plain = plain.contiguous()
                strides, extent = list(plain.stride()), plain.numel()
            data = _bytes_of(plain.as_strided((extent,), (1,))) if extent else b""
        grad = tensor.grad if tensor.is_leaf and tensor.requires_grad else None
        return [
            "tensor",
            number,
            DTYPE_NAMES[tensor.dtype],
            shape,
            strides,
            self._blob(data),
            tensor.requires_grad,
            tensor.is_leaf,
            isinstance(tensor, torch.nn.Parameter),
            None if grad is None else self.write(grad, depth + 1),
            mirrored,
            self._graph(tensor),
        ]

    def _array(self, array: np.ndarray) -> Any:
        if array.dtype.kind not in NUMPY_KINDS or array.dtype.hasobject or array.dtype.fields:
            raise WireError(f"数组的 dtype 是 {array.dtype}，无法检查")
        number = self._enter(array)
        plain = np.array(array, subok=False, copy=None)
        order = "F" if plain.flags.f_contiguous and not plain.flags.c_contiguous else "C"
        return ["array", number, plain.dtype.str, list(plain.shape), order, self._blob(plain.tobytes(order))]

    def _other(self, value: Any, kind: type, depth: int) -> Any:
        if kind is complex:
            return ["complex", value.real, value.imag]
        if kind is frozenset:
            return ["frozenset", *(self.write(item, depth + 1) for item in value)]
        if kind is torch.Size:
            return ["size", *value]
        if kind is torch.dtype and value in DTYPE_NAMES:
            return ["dtype", DTYPE_NAMES[value]]
        if kind is torch.device:
            return ["device", str(value)]
        if isinstance(value, np.generic) and value.dtype.kind in NUMPY_KINDS:
            return ["scalar", value.dtype.str, value.tobytes()]
        if isinstance(value, np.dtype) and value.kind in NUMPY_KINDS and not value.fields:
            return ["npdtype", value.str]
        if kind is slice:
            return ["slice", *(self.write(part, depth + 1) for part in (value.start, value.stop, value.step))]
        if kind is range:
            if len(value) > MAX_RANGE:
                raise WireError("range 太长，无法检查")
            return ["range", *(self.write(part, depth + 1) for part in (value.start, value.stop, value.step))]
        if value is Ellipsis:
            return ["ellipsis"]
        if kind is bytearray:
            return ["bytearray", bytes(value)]
        if isinstance(value, type):
            name = f"{value.__module__}.{value.__qualname__}"
            if TYPES.get(name) is value:
                return ["type", name]
        elif (base := _plain_base(value)) is not None:
            return self.write(base, depth)
        return self._by_reference(value)

    def _by_reference(self, value: Any) -> Any:
        handle = self._refer(value)
        if isinstance(handle, int):  # an object of the other side, on its way home
            return ["yours", handle]
        return ["handle", handle.number, handle.kind, handle.name, list(handle.bases), list(handle.methods)]


def _bytes_of(tensor: torch.Tensor) -> memoryview:
    """The contents of a contiguous tensor."""
    if tensor.dtype is torch.bfloat16:  # numpy has no such type
        tensor = tensor.view(torch.int16)
    return memoryview(tensor.numpy().reshape(-1)).cast("B")


def _plain_base(value: Any) -> Any:
    """``value`` of a class derived from a built-in one (a named tuple, a Counter), as the built-in type."""
    for base in (int, float, str, bytes):
        if isinstance(value, base):
            return getattr(base, "__str__" if base is str else "__add__")(value, *([] if base is str else [base()]))
    for base in (tuple, list, set, frozenset):
        if isinstance(value, base):
            return base(base.__iter__(value))
    if isinstance(value, dict):
        return dict(dict.items(value))
    return None


def _big(value: int) -> bytes:
    data = value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True)
    if len(data) > MAX_INT_BYTES:
        raise WireError("整数太大，无法检查")
    return data


def _extent(shape: list[int], strides: list[int]) -> int:
    """How many elements of storage a strided tensor spans."""
    if 0 in shape:
        return 0
    return 1 + sum((n - 1) * stride for n, stride in zip(shape, strides, strict=True))


# --------------------------------------------------------------------------- reading


class Reader:
    """Reads one message whose sender may be anybody.

    ``resolve`` turns a :class:`Handle` of the other side into something to work with, ``own`` finds an own object by
    its number; ``mirror`` is told of mirrored tensors, ``graph`` of tensors that hang in a graph of the other side.
    """

    def __init__(
        self,
        blobs: bytes | bytearray,
        resolve: Callable[[Handle], Any],
        own: Callable[[int], Any],
        mirrored: Callable[[int], torch.Tensor],
        mirror: Callable[[int, torch.Tensor], None] = lambda number, tensor: None,
        graph: Callable[[int, torch.Tensor], torch.Tensor] = lambda number, tensor: tensor,
        objects: list[Any] | None = None,
    ) -> None:
        self.objects = objects if objects is not None else []
        self._blobs = blobs
        self._size = 0
        self._weights: dict[int, int] = {}
        self._resolve, self._own, self._mirrored, self._mirror, self._graph = resolve, own, mirrored, mirror, graph

    def read(self, tree: Any) -> Any:
        """The value of a tree; raises :class:`WireError` for anything unexpected."""
        try:
            return self._read(tree, 0)
        except WireError:
            raise
        except Exception as error:
            raise WireError(f"收到的不是一个值（{type(error).__name__}）") from None

    def _read(self, tree: Any, depth: int) -> Any:
        if type(tree) is not list:
            if tree is None or type(tree) in (bool, int, float, str, bytes):
                return tree
            raise WireError("收到的不是一个值")
        if depth > MAX_DEPTH:
            raise WireError(f"嵌套超过 {MAX_DEPTH} 层")
        tag, *parts = tree
        if type(tag) is not str or tag not in READERS:
            raise WireError("收到的不是一个值")
        return READERS[tag](self, parts, depth)

    def _items(self, parts: list[Any], depth: int) -> list[Any]:
        return [self._read(part, depth + 1) for part in parts]

    def _enter(self, number: Any, value: Any) -> Any:
        if number != len(self.objects):
            raise WireError("对象的编号不对")
        self.objects.append(value)
        return value

    def _list(self, parts: list[Any], depth: int) -> list[Any]:
        value: list[Any] = self._enter(parts[0], [])
        with self._weighing(parts):
            value.extend(self._items(parts[1:], depth))
        return value

    def _dict(self, parts: list[Any], depth: int, value: dict[Any, Any]) -> dict[Any, Any]:
        self._enter(parts[0], value)
        with self._weighing(parts):
            flat = self._items(parts[1:], depth)
        value.update(zip(flat[::2], flat[1::2], strict=True))
        return value

    def _set(self, parts: list[Any], depth: int) -> set[Any]:
        value: set[Any] = self._enter(parts[0], set())
        with self._weighing(parts):
            value.update(self._items(parts[1:], depth))
        return value

    @contextlib.contextmanager
    def _weighing(self, parts: list[Any]) -> Iterator[None]:
        """Count what a container holds when everything in it is spelled out.

        Few objects that name each other many times are small to send and endless to compare.
        """
        before = self._size
        self._size += len(parts)
        yield
        self._weights[parts[0]] = self._size - before
        if self._size > MAX_SIZE:
            raise WireError("值太大：里面的对象互相引用了太多次")

    def _seen(self, parts: list[Any], depth: int) -> Any:
        number = _number(parts[0])
        value = self.objects[number]
        if isinstance(value, list | dict | set):
            self._size += self._weights.get(number, OWN_WEIGHT)
        return value

    def _bytes(self, place: Any) -> memoryview:
        start, length = place
        if type(start) is not int or type(length) is not int or start < 0 or length < 0:
            raise WireError("数据的位置不对")
        if start + length > len(self._blobs):
            raise WireError("数据不完整")
        return memoryview(self._blobs)[start : start + length]

    def _tensor(self, parts: list[Any], depth: int) -> torch.Tensor:
        number, name, shape, strides, place, wants_grad, is_leaf, is_parameter, grad, mirrored, node = parts
        dtype = DTYPES[name]
        _check_shape(shape, dtype.itemsize)
        if len(strides) != len(shape) or any(type(s) is not int or not 0 <= s < 2**40 for s in strides):
            raise WireError("张量的 stride 不对")
        data = self._bytes(place)
        extent = _extent(shape, strides)
        if extent * dtype.itemsize > len(data):
            raise WireError("张量的数据不完整")
        if extent:
            flat = torch.frombuffer(bytearray(data[: extent * dtype.itemsize]), dtype=dtype)
            tensor = torch.empty(0, dtype=dtype).set_(flat.untyped_storage(), 0, shape, strides)
        else:
            tensor = torch.empty(shape, dtype=dtype)
        if is_parameter is True:
            tensor = torch.nn.Parameter(tensor, requires_grad=False)
        if wants_grad is True:
            if not (dtype.is_floating_point or dtype.is_complex):
                raise WireError("整数张量不能求导")
            tensor.requires_grad_()
        place_in_table = len(self.objects)
        self._enter(number, tensor)
        if grad is not None:
            slope = self._read(grad, depth + 1)
            if not isinstance(slope, torch.Tensor) or slope.shape != tensor.shape or slope.dtype != tensor.dtype:
                raise WireError("梯度与张量不符")
            tensor.grad = slope.detach()
        if mirrored is not None:
            self._mirror(_number(mirrored), tensor)
        elif wants_grad is True:
            if node is not None:
                tensor = self._graph(_number(node), tensor)
            elif is_leaf is not True:
                tensor = tensor.clone()  # in-place work is allowed on it, as on the original
            self.objects[place_in_table] = tensor
        return tensor

    def _array(self, parts: list[Any], depth: int) -> np.ndarray:
        number, name, shape, order, place = parts
        dtype = _numpy_dtype(name)
        _check_shape(shape, max(dtype.itemsize, 1))
        data = self._bytes(place)
        if math.prod(shape) * dtype.itemsize != len(data):
            raise WireError("数组的数据不完整")
        array = np.frombuffer(bytes(data), dtype).reshape(shape, order="F" if order == "F" else "C").copy("K")
        return self._enter(number, array)

    def _scalar(self, parts: list[Any], depth: int) -> np.generic:
        name, data = parts
        dtype = _numpy_dtype(name)
        if type(data) is not bytes or len(data) != dtype.itemsize:
            raise WireError("数的字节不对")
        return np.frombuffer(data, dtype)[0] if dtype.itemsize else dtype.type()

    def _handle(self, parts: list[Any], depth: int) -> Any:
        number, kind, name, bases, methods = parts
        if any(type(text) is not str for text in (kind, name, *bases, *methods)):
            raise WireError("对象的说明不对")
        return self._resolve(Handle(_number(number), kind, name[:200], tuple(bases), tuple(methods)))

    def _range(self, parts: list[Any], depth: int) -> range:
        value = range(*self._integers(parts))
        if len(value) > MAX_RANGE:
            raise WireError("range 太长，无法检查")
        return value

    def _integers(self, parts: list[Any]) -> list[int]:
        if any(type(part) is not int for part in parts):
            raise WireError("应是整数")
        return parts


def _number(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 2**53:
        raise WireError("编号不对")
    return value


def _numpy_dtype(name: Any) -> np.dtype:
    if type(name) is not str or len(name) > 30:
        raise WireError("dtype 不对")
    dtype = np.dtype(name)
    if dtype.kind not in NUMPY_KINDS or dtype.fields or dtype.subdtype:
        raise WireError("dtype 不对")
    return dtype


def _check_shape(shape: Any, itemsize: int) -> None:
    if type(shape) is not list or len(shape) > 32 or any(type(n) is not int or n < 0 for n in shape):
        raise WireError("形状不对")
    if math.prod(n for n in shape if n) * itemsize > MAX_BLOBS:
        raise WireError(f"形状 {tuple(shape)} 太大，无法检查")


def _read_bytes(part: Any) -> bytes:
    if type(part) is not bytes:
        raise WireError("应是字节")
    return part


READERS: dict[str, Callable[[Reader, list[Any], int], Any]] = {
    "int": lambda r, p, d: int.from_bytes(_read_bytes(p[0])[:MAX_INT_BYTES], "big", signed=True),
    "seen": Reader._seen,
    "tuple": lambda r, p, d: tuple(r._items(p, d)),
    "list": Reader._list,
    "dict": lambda r, p, d: r._dict(p, d, {}),
    "ordered": lambda r, p, d: r._dict(p, d, collections.OrderedDict()),
    "set": Reader._set,
    "frozenset": lambda r, p, d: frozenset(r._items(p, d)),
    "tensor": Reader._tensor,
    "array": Reader._array,
    "scalar": Reader._scalar,
    "complex": lambda r, p, d: complex(float(p[0]), float(p[1])),
    "size": lambda r, p, d: torch.Size(r._integers(p)),
    "dtype": lambda r, p, d: DTYPES[p[0]],
    "device": lambda r, p, d: torch.device(p[0]),
    "npdtype": lambda r, p, d: _numpy_dtype(p[0]),
    "slice": lambda r, p, d: slice(*r._items(p, d)),
    "range": Reader._range,
    "ellipsis": lambda r, p, d: Ellipsis,
    "bytearray": lambda r, p, d: bytearray(_read_bytes(p[0])),
    "type": lambda r, p, d: TYPES[p[0]],
    "handle": Reader._handle,
    "yours": lambda r, p, d: r._own(_number(p[0])),
    "mirror": lambda r, p, d: r._mirrored(_number(p[0])),
}


def pack(tree: Any) -> bytes:
    """The bytes of a tree of lists, strings, numbers and bytes."""
    try:
        data = msgpack.packb(tree, use_bin_type=True, unicode_errors="surrogatepass")
    except (ValueError, OverflowError, RecursionError, TypeError) as error:
        raise WireError(f"值太大或太深：{type(error).__name__}") from None
    if len(data) > MAX_TREE:
        raise WireError(f"值太大：超过 {MAX_TREE >> 20} MB")
    return data


def unpack(data: bytes | bytearray) -> Any:
    """The tree in ``data``; raises :class:`WireError` if there is none."""
    try:
        return msgpack.unpackb(
            data, raw=False, unicode_errors="surrogatepass", max_map_len=0, max_ext_len=0, strict_map_key=False
        )
    except Exception as error:  # msgpack raises a family of its own, and ValueError
        raise WireError(f"收到的不是一条消息（{type(error).__name__}）") from None
