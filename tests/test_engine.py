"""The judge and a real student process: what crosses the wire, and what does not."""

from __future__ import annotations

import collections
import contextlib
import io
import os
import random
import signal
import socket
import time
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from autograder.engine import student
from autograder.engine.channel import Channel
from autograder.engine.remote import CannotCarry, Clock, Died, Overrun, Proxy, Remote, StudentError, make_subjects
from autograder.engine.strict import same_shape
from autograder.engine.wire import Reader, WireError, Writer, pack, unpack

CODE = '''
import torch, numpy as np, os, time, random, collections
from torch import nn

class Scaler:
    """Not a module: state of its own."""
    factor = 2.0

    def __init__(self, shift=0.0):
        self.shift = shift

    def __call__(self, x):
        return self.factor * x + self.shift

    def twice(self, x):
        return self(self(x))

class Net(nn.Module):
    def __init__(self, n=2):
        super().__init__()
        self.fc = nn.Linear(n, 1)
        self.name = "net"

    def forward(self, x):
        return torch.tanh(self.fc(x))

class Vector:
    def __init__(self, *v): self.v = list(v)
    def __eq__(self, other): return isinstance(other, Vector) and self.v == other.v
    def __add__(self, other): return Vector(*[a + b for a, b in zip(self.v, other.v)])
    def __contains__(self, x): return x in self.v
    def __len__(self): return len(self.v)
    def __str__(self): return f"<{self.v}>"
    __hash__ = None

class Liar:
    def __init__(self, *a): pass
    def __eq__(self, o): return True
    def __ne__(self, o): return False
    def __sub__(self, o): return 0.0
    __rsub__ = __lt__ = __le__ = __gt__ = __ge__ = __contains__ = __sub__
    def __bool__(self): return True
    def __abs__(self): return 0.0
    __hash__ = object.__hash__

class ListLiar(list):
    def __eq__(self, o): return True
class FloatLiar(float):
    def __eq__(self, o): return True
    def __sub__(self, o): return 0.0
class TensorLiar(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        return True

def identity(x): return x
def liar(x): return Liar()
def list_liar(x): return ListLiar([1])
def float_liar(x): return FloatLiar(1.0)
def tensor_liar(x): return torch.ones(3).as_subclass(TensorLiar)
def pair(x): return x, x
def scale_in_place(x): x.mul_(2)
def through_numpy(x): x.numpy()[...] = 7
def append(xs, v): xs.append(v); xs[0] = "new"
def enter(d): d["k"] = [1, 2]; del d["old"]
def double_array(a): a *= 2
def cube(x): return x ** 3
def detached(x): return x.detach() ** 3
def drop(x): return torch.where(torch.rand_like(x) < 0.5, torch.zeros_like(x), x)
def np_drop(n): return np.random.random(n)
def py_drop(): return random.random()
def bad(x): raise ValueError("negative: %s" % x)
class Custom(KeyError): pass
def custom(): raise Custom("mine")
def leave(): raise SystemExit(3)
def talk(x): print("hello", x); return x
def count(): yield from (1, 2, 3)
def named(): return collections.namedtuple("P", "a b")(1, 2)
def counter(): return collections.Counter("aab")
def cycle():
    a = []; a.append(a); return a
def deep():
    a = []
    for _ in range(100000): a = [a]
    return a
def sparse(): return torch.eye(3).to_sparse()
def forever():
    while True: pass
def die(): os._exit(7)
def grad_mode(): return torch.is_grad_enabled()
def laughs():
    a = ["ha"] * 10
    for _ in range(40): a = [a] * 10
    return a
def penalty(net): return sum((p ** 2).sum() for p in net.parameters())
'''


def connect(call: float = 20.0) -> tuple[Remote, int]:
    """A judge's end with a student process behind it, which has no jail."""
    ours, theirs = socket.socketpair()
    process = os.fork()
    if process == 0:
        ours.close()
        with contextlib.suppress(BaseException):
            student.serve(Channel(theirs), student.prepare_shell())
        os._exit(0)
    theirs.close()

    def stop() -> None:
        ours.close()
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)

    return Remote(Channel(ours), Clock(call), stop), process


@pytest.fixture(scope="module")
def remote() -> Iterator[Remote]:
    torch.set_num_threads(1)
    found, process = connect()
    error, text, _ = found.request("cell", CODE, [])
    assert not error, text
    yield found
    found.end()
    os.waitpid(process, 0)


@pytest.fixture(scope="module")
def names(remote: Remote) -> collections.ChainMap:
    class Names(dict):
        def __getattr__(self, name: str) -> object:
            return remote.request("names", [name])[name]

    return Names()


# --------------------------------------------------------------------------- values

VALUES = [
    None, True, 3, -(2**63), 2**80, -(2**200), 1.5, float("inf"), 2 + 3j, "文字", chr(0xD800), b"\x00\xff", (),
    (1, (2, [3])),
    [1, [2.0, {"a": (None,)}]], {1: 2, (3, 4): [5]}, {"x"}, frozenset({1, 2}), slice(1, None, 2), range(3), Ellipsis,
    collections.OrderedDict(b=1, a=2), torch.float32, torch.Size([2, 3]), np.float64(1.5), np.int64(-3), np.bool_(True),
    np.dtype("float32"), float, torch.Tensor, bytearray(b"ab"), torch.device("cpu"),
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_values_come_back_as_they_went(names, value: object) -> None:
    back = names.identity(value)
    assert type(back) is type(value)
    assert back == value


TENSORS = [
    torch.randn(2, 3), torch.randn(3, 4).t(), torch.randn(5)[::2], torch.ones(1, 3).expand(4, 3), torch.tensor(2.5),
    torch.empty(0, 3), torch.arange(6).reshape(2, 3), torch.tensor([True, False]), torch.randn(4).bfloat16(),
    torch.randn(2, dtype=torch.complex64), torch.randn(2, dtype=torch.complex64).conj(), torch.randn(6, 6)[1:5, 2:6],
    torch.randn(3, dtype=torch.float64), torch.tensor([1, 2], dtype=torch.uint8), torch.randn(2, 3, 4).permute(2, 0, 1),
]  # fmt: skip


@pytest.mark.parametrize("tensor", TENSORS, ids=lambda t: f"{tuple(t.shape)}-{t.dtype}")
def test_tensors_cross_with_shape_dtype_and_strides(remote: Remote, names, tensor: torch.Tensor) -> None:
    remote.request("cell", "seen = []\ndef keep(x):\n    seen.append(x); return x.clone()", [])
    back = names.keep(tensor)
    assert back.dtype == tensor.dtype and back.shape == tensor.shape and torch.equal(back, tensor)
    assert remote.request("names", ["seen"])["seen"][0].stride() == tensor.resolve_conj().stride()


@pytest.mark.parametrize("array", [np.arange(6.0).reshape(2, 3), np.asfortranarray(np.ones((2, 3))), np.array(3),
                                   np.zeros((0, 2)), np.array(["a", "bc"]), np.array([1, 2], "uint8")])  # fmt: skip
def test_arrays_cross(names, array: np.ndarray) -> None:
    back = names.pair(array)[0]
    assert back is array, "what comes back unchanged is the very object that went"
    copy = names.np.array(array)
    assert copy.dtype == array.dtype and np.array_equal(copy, array)


def test_derived_types_come_back_as_plain_ones(names) -> None:
    assert names.named() == (1, 2) and type(names.named()) is tuple
    assert names.counter() == {"a": 2, "b": 1} and type(names.counter()) is dict


def test_the_same_object_stays_the_same(names) -> None:
    x, xs = torch.ones(2), [1]
    assert names.identity(x) is x
    first, second = names.pair(xs)
    assert first is xs and second is xs


@pytest.mark.parametrize("name", ["cycle", "deep", "sparse"])
def test_what_cannot_cross_is_an_error_of_that_call(names, name: str) -> None:
    with contextlib.suppress(StudentError, ValueError):
        value = getattr(names, name)()
        assert name == "cycle" and value[0] is value, "a cyclic list may cross"
    assert names.identity(1) == 1, "the process goes on"


def test_small_values_that_are_endless_to_compare_are_refused() -> None:
    remote, process = connect()
    remote.request("cell", CODE, [])
    laughs = remote.request("names", ["laughs"])["laughs"]
    with pytest.raises((StudentError, Died), match="太多次"):
        laughs()
    remote.end()
    os.waitpid(process, 0)


def test_what_is_no_value_cannot_be_handed_over(names) -> None:
    for value in (lambda x: x, nn.Linear(2, 2), io.StringIO(), (i for i in range(3))):
        with pytest.raises(CannotCarry, match="探针"):
            names.identity(value)


# --------------------------------------------------------------------------- changes in place


def test_changes_in_place_are_reported(names) -> None:
    x, y, a, xs, d = torch.ones(3), torch.ones(3), np.ones(3), [1, 2], {"old": 1}
    names.scale_in_place(x)
    names.through_numpy(y)
    names.double_array(a)
    names.append(xs, 5)
    names.enter(d)
    assert x.tolist() == [2.0] * 3
    assert y.tolist() == [7.0] * 3, "numpy shares the memory and counts no version"
    assert a.tolist() == [2.0] * 3
    assert xs == ["new", 2, 5]
    assert d == {"k": [1, 2]}


# --------------------------------------------------------------------------- gradients


def test_gradients_cross(names) -> None:
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    y = names.cube(x)
    assert y.requires_grad
    (slope,) = torch.autograd.grad((y * torch.tensor([1.0, 10.0])).sum(), x)
    assert slope.tolist() == [3.0, 120.0]
    names.cube(names.cube(x)).sum().backward()
    assert x.grad.tolist() == [9.0, 9 * 2.0**8]
    assert not names.detached(x).requires_grad
    with torch.no_grad():
        assert not names.cube(x).requires_grad
        assert names.grad_mode() is False
    assert names.grad_mode() is True


def test_a_backward_pass_reaches_the_students_parameters(names) -> None:
    net = names.Net()
    weight = net.fc.weight
    assert isinstance(net, nn.Module) and isinstance(weight, nn.Parameter) and net.fc.weight is weight
    x = torch.randn(5, 2, requires_grad=True)
    torch.autograd.grad(net(x).sum(), x)
    assert weight.grad is None, "autograd.grad leaves parameters alone, here as there"
    net(x).sum().backward()
    own = nn.Linear(2, 1)
    own.load_state_dict({"weight": weight.detach(), "bias": net.fc.bias.detach()})
    torch.tanh(own(x.detach())).sum().backward()
    assert torch.allclose(weight.grad, own.weight.grad) and torch.allclose(net.fc.bias.grad, own.bias.grad)
    net.zero_grad()
    assert weight.grad is None


def test_an_optimizer_of_the_judges_moves_the_students_parameters(names) -> None:
    torch.manual_seed(0)
    net = names.Net()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.5)
    x = torch.randn(20, 2)
    y = torch.tanh(x @ torch.tensor([[0.5], [-0.3]]))
    losses = []
    for _ in range(60):
        optimizer.zero_grad()
        loss = ((net(x) - y) ** 2).mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.02 * losses[0]
    net.load_state_dict({"fc.weight": torch.ones(1, 2), "fc.bias": torch.zeros(1)})
    assert net(torch.ones(1, 2)).item() == pytest.approx(np.tanh(2.0))
    assert names.penalty(net).item() == 2.0
    net.eval()
    assert net.training is False


# --------------------------------------------------------------------------- random numbers


@pytest.mark.parametrize(
    ("seed", "draw"),
    [
        (torch.manual_seed, lambda names: names.drop(torch.ones(50)).tolist()),
        (np.random.seed, lambda names: names.np_drop(5).tolist()),
    ],
)
def test_seeding_in_the_judge_seeds_the_student(names, seed, draw) -> None:
    seed(3)
    first, second = draw(names), draw(names)
    assert first != second, "without seeding the student's own stream goes on"
    seed(3)
    assert draw(names) == first
    seed(3)
    assert draw(names) == first
    seed(4)
    assert draw(names) != first


def test_pythons_own_generator_is_seeded_where_a_test_has_it_at_hand(remote: Remote, names) -> None:
    remote.watches_python_random = True
    random.seed(1)
    first = names.py_drop()
    assert names.py_drop() != first
    random.seed(1)
    assert names.py_drop() == first


def test_the_students_draws_leave_the_judge_alone(names) -> None:
    torch.manual_seed(5)
    names.identity(1)
    expected = torch.rand(3)
    torch.manual_seed(5)
    names.drop(torch.ones(1000))
    assert torch.equal(torch.rand(3), expected)


# --------------------------------------------------------------------------- exceptions and words


def test_exceptions_keep_their_kind(names) -> None:
    with pytest.raises(ValueError, match="negative: -1") as caught:
        names.bad(-1)
    assert isinstance(caught.value, StudentError)
    with pytest.raises(KeyError) as caught:
        names.custom()
    assert type(caught.value).__name__ == "Custom"
    with pytest.raises(StudentError, match="3"):
        names.leave()
    with pytest.raises(AttributeError):
        _ = names.Net().nothing


def test_what_a_call_prints_is_printed_here(names, capsys) -> None:
    assert names.talk(3) == 3
    assert capsys.readouterr().out == "hello 3\n"


# --------------------------------------------------------------------------- objects


def test_objects_work_from_afar(names) -> None:
    scaler = names.Scaler(shift=1.0)
    assert scaler(2.0) == 5.0 and scaler.twice(2.0) == 11.0 and scaler.shift == 1.0
    scaler.shift = 0.0
    assert scaler(2.0) == 4.0
    assert names.Scaler.factor == 2.0 and names.Scaler.__name__ == "Scaler"
    assert isinstance(scaler, names.Scaler) and not isinstance(3, names.Scaler)
    assert list(names.count()) == [1, 2, 3]
    assert [name for name, _ in names.Net().named_parameters()] == ["fc.weight", "fc.bias"]
    assert scaler == scaler and hash(scaler) == hash(scaler)


def test_operators_of_a_class_that_is_the_exercise(names) -> None:
    vector = make_subjects(names.Vector)
    assert vector(1, 2) == vector(1, 2)
    assert vector(1, 2) != vector(2, 1)
    assert vector(1, 2) + vector(3, 4) == vector(4, 6)
    assert 2 in vector(1, 2) and len(vector(1, 2)) == 2
    assert f"{vector(1)}" == "<[1]>"


@pytest.mark.parametrize(
    "claim",
    [
        lambda y: y == 5, lambda y: y == 5, lambda y: y != 5, lambda y: y - 5, lambda y: 5 - y, lambda y: y < 5,
        lambda y: 5 in y, lambda y: bool(y), lambda y: not y, lambda y: torch.allclose(y, torch.ones(2)),
        lambda y: np.allclose(y, 1.0), lambda y: torch.equal(y, torch.ones(2)), lambda y: abs(y - 5) < 1,
        lambda y: y * 0,
    ],
)  # fmt: skip
def test_a_lying_object_never_sees_what_is_expected(names, claim) -> None:
    lie = names.liar(1)
    assert type(lie) is Proxy
    with pytest.raises(TypeError):
        claim(lie)


def test_a_class_in_place_of_a_function_lies_in_vain(names) -> None:
    with pytest.raises(TypeError, match="Liar"):
        _ = names.Liar(1) == 5


def test_lying_values_arrive_plain(names) -> None:
    assert type(names.list_liar(1)) is list and names.list_liar(1) != [2]
    assert type(names.float_liar(1)) is float and names.float_liar(1) - 3.0 == -2.0
    assert type(names.tensor_liar(1)) is torch.Tensor and not torch.allclose(names.tensor_liar(1), torch.zeros(3))


def test_patches_of_the_student_stay_with_the_student() -> None:
    remote, process = connect()
    remote.request("cell", CODE, [])
    remote.request("cell", "torch.allclose = lambda *a, **k: True\ntorch.Tensor.__eq__ = lambda *a: True", [])
    cube = remote.request("names", ["cube"])["cube"]
    assert not torch.allclose(cube(torch.ones(2)), torch.zeros(2))
    remote.end()
    os.waitpid(process, 0)


# --------------------------------------------------------------------------- limits


def test_a_call_that_never_ends_is_cut_off() -> None:
    remote, process = connect(call=1.0)
    remote.request("cell", CODE, [], deadline=time.monotonic() + 20)
    forever = remote.request("names", ["forever"])["forever"]
    begun = time.monotonic()
    with pytest.raises(Overrun):
        forever()
    assert time.monotonic() - begun < 5
    assert not remote.alive
    with pytest.raises(Died):
        forever()
    os.waitpid(process, 0)


def test_a_process_that_dies_is_noticed() -> None:
    remote, process = connect()
    remote.request("cell", CODE, [])
    with pytest.raises(Died):
        remote.request("names", ["die"])["die"]()
    os.waitpid(process, 0)


FORGERIES = {
    "garbage": "os.write(fd, b'x' * 4096)",
    "huge": "os.write(fd, (2**31).to_bytes(4, 'little') + (2**60).to_bytes(8, 'little'))",
    "wrong_number": "send([10**6, ['tuple', 'ok', 42, ['list', 0], ['list', 1], '']])",
    "no_tuple": "send([number, ['list', 0, 'ok']])",
    "bad_tensor": "send([number, ['tuple', 'ok', ['tensor', 0, 'float32', [2**40], [1], [0, 0], False, True, False,"
    " None, None, None], ['list', 1], ['list', 2], '']])",
    "negative": "send([number, ['tuple', 'ok', ['array', 0, '<f8', [-1], 'C', [0, 8]], ['list', 1], ['list', 2], '']])",
    "pickle": "send([number, ['tuple', 'ok', ['pickle', b'cos'], ['list', 0], ['list', 1], '']])",
    "objects": "send([number, ['tuple', 'ok', ['array', 0, '|O', [1], 'C', [0, 8]], ['list', 1], ['list', 2], '']])",
    "changes": "send([number, ['tuple', 'ok', 1, ['list', 0, ['tuple', 99, 1, None]], ['list', 1], '']])",
}


@pytest.mark.parametrize("kind", FORGERIES)
def test_forged_replies_end_the_process_not_the_judge(kind: str) -> None:
    remote, process = connect(call=5.0)
    remote.request(
        "cell",
        "import gc, os, struct, msgpack\n"
        "from autograder.engine.student import Student\n"
        "me = next(o for o in gc.get_objects() if isinstance(o, Student))\n"
        "fd = me.channel.sock.fileno()\n"
        "def send(tree):\n"
        "    data = msgpack.packb(tree)\n"
        "    os.write(fd, struct.pack('<IQ', len(data), 0) + data)\n"
        "def answer(n, kind, tree, blobs):\n"
        "    global number\n"
        "    number = n\n"
        f"    {FORGERIES[kind]}\n"
        "me.answer = answer",
        [],
    )
    with pytest.raises((Died, Overrun)):
        remote.request("do", "call", (1,), {})
    os.waitpid(process, 0)


def read(data: bytes, blobs: bytes = b"") -> object:
    def refuse(*_: object) -> object:
        raise WireError("no objects")

    return Reader(blobs, refuse, refuse, refuse).read(unpack(data))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200), st.binary(max_size=64))
def test_no_bytes_do_harm(data: bytes, blobs: bytes) -> None:
    try:
        read(data, blobs)
    except WireError as error:
        assert str(error)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_changed_message_does_harm(data: st.DataObject) -> None:
    writer = Writer(lambda value: 0)
    original = {"a": [torch.randn(2, 3), (1, 2.5)], "b": np.ones(3), "c": {1, 2}}
    message = bytearray(pack(writer.write(original)))
    for _ in range(data.draw(st.integers(1, 4))):
        message[data.draw(st.integers(0, len(message) - 1))] = data.draw(st.integers(0, 255))
    try:
        read(bytes(message), bytes(writer.message.blobs))
    except WireError as error:
        assert str(error)


# --------------------------------------------------------------------------- strict comparison


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        (torch.ones(2, 5, 7), torch.ones(5, 7), False),
        (torch.ones(1, 3), torch.ones(3), False),
        (torch.ones(3), torch.ones(()), False),
        (torch.ones(3), 1.0, True),
        (np.ones((3, 1)), np.ones(3), False),
        (np.ones(3), [1, 1, 1], True),
        (np.float64(1), 1.0, True),
    ],
)
def test_broadcasting_is_no_equality(a: object, b: object, same: bool) -> None:
    assert same_shape(a, b) is same
