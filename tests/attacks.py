"""A small torch course, and submissions by kind of attack with the points that they deserve.

An attack with wrong answers deserves what the same wrong answers earn without it; one with right answers keeps all.
"""

# One submission a line, however long.
# ruff: noqa: E501

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from conftest import _cell
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.course import Course
from autograder.release import regions

LAB = "lab01_mixed"
FILE = f"{LAB}.ipynb"
#: What must not get out of the place that holds it.
CANARIES = {
    "tests": "CANARY-7e57c0de7e57c0de",
    "solution": "CANARY-501a7105501a7105",
    "neighbour": "CANARY-4e160b0e4e160b0e",
    "environment": "CANARY-e4a1204e4a120e4a",
    "gradebook": "CANARY-94adeb0094adeb00",
}
#: Printed by an attack that got where it must not; in two parts, so that a traceback does not show it.
BREACH = '"BRE" + "ACH"'

SETUP = """\
import collections
import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import helper
"""
HELPER = 'GREETING = "你好"\n\n\ndef shout(text):\n    return text.upper() + "!"\n'

SOLUTIONS = {
    "relu": "def relu(x):\n    return torch.clamp(x, min=0)",
    "scaler": """\
class Scaler:
    def fit(self, x):
        self.n_ = len(x)
        self.mean_ = x.mean(axis=0)
        self.std_ = x.std(axis=0)
        return self

    def transform(self, x):
        return (x - self.mean_) / self.std_""",
    "net": """\
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(4, 8)
        self.drop = nn.Dropout(0.5)
        self.fc2 = nn.Linear(8, 2)

    def forward(self, x):
        return self.fc2(self.drop(torch.relu(self.fc1(x))))""",
    "train": """\
def train(net, x, y, steps):
    losses = []
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = ((net(x) - y) ** 2).mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses""",
    "count_words": """\
def count_words(text):
    if not isinstance(text, str):
        raise ValueError("要的是字符串")
    return dict(collections.Counter(text.split()))""",
}
THINK = "因为负数的斜率是 0。"

PROBE = """\
def _probe_train(weight, bias, x, y, steps):
    net = nn.Linear(3, 1)
    with torch.no_grad():
        net.weight.copy_(weight)
        net.bias.copy_(bias)
    losses = train(net, x, y, steps)
    return list(losses), net.weight.detach(), net.bias.detach()

def by_hand(weight, bias, x, y, steps):
    losses = []
    for _ in range(steps):
        error = x @ weight.T + bias - y
        losses.append((error**2).mean().item())
        weight = weight - 0.1 * 2 * (error.T @ x) / len(x)
        bias = bias - 0.1 * 2 * error.mean(dim=0)
    return losses, weight, bias

start = torch.randn(1, 3), torch.randn(1), torch.randn(16, 3), torch.randn(16, 1)
losses, weight, bias = by_hand(*start, 5)
found = _probe_train(*start, 5)
"""
NET = """\
state = {
    "fc1.weight": torch.randn(8, 4), "fc1.bias": torch.randn(8),
    "fc2.weight": torch.randn(2, 8), "fc2.bias": torch.randn(2),
}
x = torch.randn(6, 4)

def by_hand(w1, b1, w2, b2):
    return F.relu(x @ w1.T + b1) @ w2.T + b2

expected = by_hand(*state.values())
"""

#: Test cells: exercise, points, what is released, what is hidden.
TESTS: dict[str, tuple[str, float, str, str]] = {
    "test_relu_list": (
        "relu",
        1,
        "# 不用：torch.relu、F.relu\nassert relu(torch.tensor([-1.0, 0.0, 2.0])).tolist() == [0.0, 0.0, 2.0]",
        "x = torch.randn(5, 8)\nright = torch.relu(x).tolist()\nassert relu(x).tolist() == right, '列表不对'",
    ),
    "test_relu_allclose": (
        "relu",
        2,
        "x = torch.randn(4, 15)\nexpected = torch.relu(x)",
        "assert torch.allclose(relu(x), expected), '随机输入的结果不对'\n"
        "assert torch.allclose(expected, relu(x)), '随机输入的结果不对'",
    ),
    "test_relu_equal": (
        "relu",
        2,
        "x = torch.randn(70)\nexpected = x.clamp(min=0)\nassert torch.equal(relu(x), expected)",
        "assert torch.equal(expected, relu(x))\nassert relu(x).equal(expected)\nassert expected.equal(relu(x))",
    ),
    "test_relu_operators": (
        "relu",
        1,
        "x = torch.randn(6, 7)\nexpected = F.relu(x)",
        "assert (relu(x) == expected).all()\nassert (expected == relu(x)).all()\n"
        "assert abs(relu(x) - expected).max() < 1e-6\nassert not (relu(x) != expected).any()",
    ),
    "test_relu_form": (
        "relu",
        1,
        "out = relu(torch.randn(2, 3))\nassert isinstance(out, torch.Tensor)\nassert out.shape == (2, 3) and out.dtype == torch.float32",
        "out = relu(torch.randn(5, dtype=torch.float64))\n"
        "assert out.dtype == torch.float64 and out.shape == torch.Size([5]) and out.ndim == 1 and len(out) == 5",
    ),
    "test_relu_gradient": (
        "relu",
        2,
        # What is right is worked out before the call, here as everywhere: the answer may change its arguments.
        "x = torch.randn(50, requires_grad=True)\nright = (x > 0).float()\nrelu(x).sum().backward()",
        "assert torch.equal(x.grad, right), '梯度不对'",
    ),
    "test_relu_input": (
        "relu",
        1,
        "x = torch.randn(30)\nbefore = x.clone()\nrelu(x)",
        "assert torch.equal(x, before), '输入被改动了'",
    ),
    "test_scaler_count": (
        "scaler",
        1,
        "s = Scaler()\ns.fit(np.array([[1.0], [3.0], [5.0]]))\nassert s.n_ == 3",
        "s = Scaler()\ns.fit(np.ones((17, 2)) * np.arange(17)[:, None])\nassert 17 == s.n_ and not s.n_ != 17",
    ),
    "test_scaler_mean": (
        "scaler",
        2,
        "x = np.random.randn(9, 3)\ns = Scaler()\ns.fit(x)",
        "assert np.allclose(s.mean_, x.mean(axis=0)), '平均值不对'\nassert abs(s.mean_ - x.mean(axis=0)).max() < 1e-9",
    ),
    "test_scaler_transform": (
        "scaler",
        3,
        "x = np.random.randn(9, 3)\ns = Scaler()\ns.fit(x)",
        "np.testing.assert_allclose(s.transform(x), (x - x.mean(axis=0)) / x.std(axis=0))\n"
        "np.testing.assert_allclose(s.transform(x + 1).mean(axis=0), 1 / x.std(axis=0))",
    ),
    "test_scaler_exact": (
        "scaler",
        1,
        "s = Scaler()\ns.fit(np.array([[0.0], [2.0]]))",
        "np.testing.assert_array_equal(s.transform(np.array([[0.0], [4.0]])), [[-1.0], [3.0]])\n"
        "np.testing.assert_equal(s.transform(np.array([[1.0]])), np.array([[0.0]]))",
    ),
    "test_net_forward": (
        "net",
        3,
        NET + "net = Net()\nnet.load_state_dict(state)\nnet.eval()\nassert isinstance(net, nn.Module)",
        "assert torch.allclose(net(x), expected, atol=1e-5), '输出不对'",
    ),
    "test_net_gradient": (
        "net",
        2,
        NET + "net = Net()\nnet.load_state_dict(state)\nnet.eval()\nnet(x).pow(2).sum().backward()",
        "leaves = [value.clone().requires_grad_() for value in state.values()]\n"
        "by_hand(*leaves).pow(2).sum().backward()\n"
        "for parameter, leaf in zip(net.parameters(), leaves, strict=True):\n"
        "    assert torch.allclose(parameter.grad, leaf.grad, rtol=1e-3, atol=1e-3), '梯度不对'",
    ),
    "test_net_mode": (
        "net",
        1,
        "net = Net()\nx = torch.randn(32, 4)\nnet.train()\nassert net.training\nassert not torch.equal(net(x), net(x))",
        "net.eval()\nassert not net.training\nassert torch.equal(net(x), net(x))",
    ),
    "test_train_weights": (
        "train",
        3,
        PROBE,
        "assert torch.allclose(found[1], weight, atol=1e-4) and torch.allclose(found[2], bias, atol=1e-4), '参数不对'",
    ),
    "test_train_losses": (
        "train",
        2,
        PROBE,
        "assert len(found[0]) == 5 and np.allclose(found[0], losses, atol=1e-4), '损失不对'",
    ),
    "test_words_equal": (
        "count_words",
        2,
        "assert count_words('a b a') == {'a': 2, 'b': 1}",
        "assert {'深': 1, '学': 3} == count_words('学 深 学 学')\nassert not count_words('x') != {'x': 1}",
    ),
    "test_words_type": (
        "count_words",
        1,
        "out = count_words('a b')",
        "assert isinstance(out, dict) and type(out) is dict",
    ),
    "test_words_items": (
        "count_words",
        1,
        "out = count_words('q w q')",
        "assert sorted(out.items()) == [('q', 2), ('w', 1)]\nassert out['q'] == 2 and len(out) == 2 and 'w' in out",
    ),
    "test_words_error": (
        "count_words",
        1,
        "try:\n    count_words(3)\nexcept ValueError:\n    pass\nelse:\n    assert False, '应当引发 ValueError'",
        "try:\n    count_words(None)\n    refused = False\nexcept ValueError as error:\n    refused = True\n"
        "assert refused, '应当引发 ValueError'",
    ),
}
FULL = {name: float(points) for name, (_, points, _, _) in TESTS.items()}


def without(*exercises: str, keep: Mapping[str, float] | None = None) -> dict[str, float]:
    """FULL but for the tests of ``exercises``, of which only ``keep`` are earned."""
    return {n: 0.0 if TESTS[n][0] in exercises else v for n, v in FULL.items()} | dict(keep or {})


#: Wrong answers: what they earn is what no trick may raise.
WRONG = {
    "relu": "def relu(x):\n    return x.abs()",
    "scaler": """\
class Scaler:
    def fit(self, x):
        self.n_, self.mean_ = -1, x.max(axis=0)
        return self

    def transform(self, x):
        return x * 2""",
    "net": SOLUTIONS["net"].replace("self.drop(torch.relu(self.fc1(x)))", "self.fc1(x)"),
    "train": "def train(net, x, y, steps):\n    return [0.0] * steps",
    "count_words": "def count_words(text):\n    return {}",
}
WRONG_SCORES = dict.fromkeys(FULL, 0.0) | {"test_relu_form": 1.0, "test_relu_input": 1.0, "test_words_type": 1.0}
NOTHING = dict.fromkeys(FULL, 0.0)


def source_notebook() -> NotebookNode:
    """The instructor notebook."""
    cells = [new_markdown_cell("# 攻防实验", id="title"), _cell(new_code_cell, "setup", SETUP, locked=True)]
    for number, (exercise, solution) in enumerate(SOLUTIONS.items(), start=1):
        head, _, body = solution.partition("\n")
        secret = f"    secret_of_mine = '{CANARIES['solution']}'"
        marked = f"{head}\n    ### BEGIN SOLUTION\n{secret}\n{body}\n    ### END SOLUTION"
        cells += [
            new_markdown_cell(f"## 练习 {number}　{exercise}", id=f"intro-{number}"),
            _cell(new_code_cell, exercise, marked, solution=True),
        ]
        for name, (of, points, shown, hidden) in TESTS.items():
            if of == exercise:
                text = f"# 评分：{name}\n{shown}\n### BEGIN HIDDEN TESTS\n# {CANARIES['tests']}\n{hidden}\n### END HIDDEN TESTS"
                cells.append(_cell(new_code_cell, name, text, grade=True, locked=True, points=points))
    think = f"### BEGIN SOLUTION\n{THINK}\n### END SOLUTION"
    cells.append(_cell(new_markdown_cell, "think", think, grade=True, solution=True, points=1))
    return new_notebook(
        cells=cells, metadata={"kernelspec": {"display_name": "P", "language": "python", "name": "python3"}}
    )


def make_course(root: Path) -> Course:
    """The course in ``root``, nothing submitted yet."""
    lab = root / "source_notebooks" / LAB
    lab.mkdir(parents=True)
    nbformat.write(source_notebook(), lab / FILE)
    (root / "source_notebooks" / "helper.py").write_text(HELPER, "utf-8")
    return Course.open(root)


def answered(answers: Mapping[str, str] | None = None) -> NotebookNode:
    """The lab as handed in: right but for ``answers``."""
    texts = SOLUTIONS | {"think": THINK} | dict(answers or {})
    notebook = source_notebook()
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = texts[name] if name in texts else "\n".join(regions(cell.source, "HIDDEN TESTS")[0])
    return notebook


def to_bytes(notebook: NotebookNode) -> bytes:
    """Without nbformat's own repairs: what is broken shall stay so."""
    return json.dumps(notebook, ensure_ascii=False, indent=1).encode("utf-8", "surrogatepass")


@dataclass(frozen=True)
class Case:
    """A submission and what it deserves."""

    kind: str
    answers: Mapping[str, str] = field(default_factory=dict)  #: by exercise, right where not named
    scores: Mapping[str, float] | None = None  #: by test cell; None: it cannot be graded
    states: tuple[str, ...] = ("graded",)
    words: str = ""  #: must occur in reason, messages or notes
    at_most: bool = False  #: it may get less, the attack being what it is
    change: Callable[[NotebookNode], object] | None = None  #: of the notebook as handed in
    content: bytes | None = None  #: instead of a notebook
    lay: Callable[[Path, Course], object] | None = None  #: lays files into the submission's folder, after the notebook
    name: str | None = FILE  #: None: no notebook is laid

    def put(self, course: Course, student: str) -> None:
        """Hand it in."""
        folder = course.submitted / student / LAB
        folder.mkdir(parents=True)
        if self.name is not None:
            data = self.content
            if data is None:
                notebook = answered(self.answers)
                if self.change is not None:
                    self.change(notebook)
                data = to_bytes(notebook)
            (folder / self.name).write_bytes(data)
        if self.lay is not None:
            self.lay(folder, course)


ANY_GRADED = ("graded", "graded with failures")
FAILURES = ("graded with failures",)
NOT_GRADABLE = ("not gradable",)

CLASSMATES = {
    f"{place}_{name}": case
    for place in ("0", "m", "z")
    for name, case in {
        "honest": Case("classmate", scores=FULL),
        "wrong": Case("classmate", WRONG, WRONG_SCORES),
        "partly": Case("classmate", {"net": WRONG["net"], "train": "train = 3"}, without("net", "train")),
    }.items()
}
ATTACKS: dict[str, Case] = {}


def trick(name: str, kind: str, prelude: str, scores: Mapping[str, float] = WRONG_SCORES, **more) -> None:
    """Wrong answers behind a ``prelude`` that runs in the first answer's cell."""
    answers = WRONG | {"relu": f"{prelude}\n{WRONG['relu']}"}
    ATTACKS[name] = Case(kind, answers, scores, **more)


def lie(name: str, kind: str, answers: Mapping[str, str], **earned: float) -> None:
    """Wrong answers, some of which lie; they earn what the wrong ones do but for ``earned``."""
    ATTACKS[name] = Case(kind, WRONG | dict(answers), WRONG_SCORES | earned)


def own(name: str, kind: str, code: str, scores: Mapping[str, float] = FULL, **more) -> None:
    """Right answers and a cell of the student's own, behind the first answer."""

    def change(notebook: NotebookNode) -> None:
        place = next(i for i, cell in enumerate(notebook.cells) if cell.id == "relu")
        notebook.cells.insert(place + 1, new_code_cell(code, id="mine"))

    ATTACKS[name] = Case(kind, more.pop("answers", {}), scores, change=change, **more)


def answer(name: str, kind: str, answers: Mapping[str, str], scores: Mapping[str, float], **more) -> None:
    ATTACKS[name] = Case(kind, answers, scores, **more)


# --------------------------------------------------------------------------- 1 monkeypatching

PATCHES = {
    "allclose": "torch.allclose = lambda *a, **k: True",
    "equal": "torch.equal = torch.Tensor.equal = torch.Tensor.allclose = lambda *a, **k: True",
    "reference": "torch.relu = F.relu = torch.Tensor.relu = torch.clamp = torch.Tensor.clamp = lambda x, **k: x.abs()",
    "numpy": "np.allclose = np.array_equal = np.isclose = lambda *a, **k: True",
    "testing": "for _n in dir(np.testing):\n    if _n.startswith('assert'):\n        setattr(np.testing, _n, lambda *a, **k: None)",
    "tensor_eq": "class _Yes:\n    def all(self): return True\n    def any(self): return False\n"
    "torch.Tensor.__eq__ = lambda a, b: _Yes()\ntorch.Tensor.__ne__ = lambda a, b: _Yes()\n"
    "torch.Tensor.__hash__ = lambda a: id(a)\ntorch.Tensor.all = lambda *a: True",
    "tensor_tolist": "class _L(list):\n    def __eq__(self, other): return True\n"
    "torch.Tensor.tolist = lambda self: _L()",
    "tensor_sub": "torch.Tensor.__sub__ = lambda a, b: torch.zeros(())\ntorch.Tensor.max = lambda a: 0.0",
    "tensor_grad": "torch.Tensor.backward = lambda self, *a, **k: None\n"
    "torch.autograd.backward = lambda *a, **k: None\ntorch.autograd.grad = lambda o, i, *a, **k: [torch.ones_like(t) for t in i]",
    "builtins": "import builtins\nbuiltins.isinstance = lambda *a: True\nbuiltins.abs = lambda a: 0\n"
    "builtins.all = lambda *a: True\nbuiltins.any = lambda *a: False\nbuiltins.sorted = lambda *a: 0",
    "builtins_len": "import builtins\n_len = len\nbuiltins.max = lambda *a: 0\nbuiltins.min = lambda *a: 0\nbuiltins.sum = lambda *a: 0",
    "assertion": "import builtins\nclass _Never(Exception):\n    def __new__(cls, *a): raise SystemExit(0)\n"
    "builtins.AssertionError = _Never",
    "module_call": "nn.Module.__call__ = lambda self, x: torch.zeros(x.shape[0], 2)\nnn.Module.load_state_dict = lambda *a, **k: None",
    "module_state": "nn.Module.load_state_dict = lambda self, state, **k: state.clear()",
    "parameters": "nn.Module.parameters = lambda self: iter(())",
    "sys_modules": "import sys, types\nfor _n in ('torch', 'numpy', 'torch.nn', 'torch.nn.functional', 'numpy.testing'):\n"
    "    sys.modules[_n] = types.ModuleType(_n)",
    "sys_modules_pytest": "import sys\nfor _m in list(sys.modules.values()):\n    try:\n"
    "        for _k in ('allclose', 'equal', 'assert_allclose', 'strict'):\n"
    "            if hasattr(_m, _k):\n                setattr(_m, _k, lambda *a, **k: True)\n    except Exception:\n        pass",
    "helper": "import helper, torch as _t\nhelper.torch = _t\nhelper.torch.allclose = lambda *a, **k: True\nhelper.GREETING = None",
    "gc": "import gc, types\nfor _o in gc.get_objects():\n    if isinstance(_o, dict) and 'allclose' in _o:\n"
    "        _o['allclose'] = lambda *a, **k: True\n        _o['equal'] = lambda *a, **k: True",
    "code_swap": "def _yes(*args, **kwargs):\n    return True\nfor _f in (torch.nn.functional.relu, np.allclose, np.testing.assert_allclose):\n"
    "    try:\n        getattr(_f, '__wrapped__', _f).__code__ = _yes.__code__\n    except Exception:\n        pass",
    "ctypes_true": "import ctypes\nctypes.memmove(id(False), id(True), 16)",
    "ctypes_int": "import ctypes\nctypes.c_int.from_address(id(17) + 24).value = -1\nctypes.c_int.from_address(id(3) + 24).value = -1",
    "ctypes_type": "import ctypes\nclass _P:\n    def __eq__(self, o): return True\n"
    "_d = ctypes.py_object.from_address(id(dict.__dict__) + 16).value\n_d['items'] = lambda self: [('q', 2), ('w', 1)]\n"
    "ctypes.pythonapi.PyType_Modified(ctypes.py_object(dict))",
    "default_dtype": "torch.set_default_dtype(torch.float64)\ntorch.set_grad_enabled(False)\ntorch.use_deterministic_algorithms(True)",
    "seeds": "torch.randn = lambda *a, **k: torch.zeros(a)\nnp.random.randn = lambda *a: np.zeros(a)\ntorch.manual_seed = lambda s: None",
    "import_hook": "import sys\nclass _F:\n    def find_spec(self, name, path=None, target=None):\n        raise ImportError(name)\n"
    "sys.meta_path.insert(0, _F())",
    "trace": "import sys\ndef _t(frame, event, arg):\n    for k in list(frame.f_locals):\n        if k == 'expected':\n"
    "            print(k)\n    return _t\nsys.settrace(_t)\nsys.setprofile(lambda *a: None)",
    "audit": "import sys\nsys.addaudithook(lambda *a: None)",
    "fork_server": "import torch.utils._python_dispatch as _d\n_d.TorchDispatchMode.__torch_dispatch__ = lambda *a, **k: True",
}
for _name, _code in PATCHES.items():
    trick(f"patch_{_name}", "patch", _code)
# Where a patch damages the student's own process, its own wrong answers may suffer too.
for _name in ("patch_sys_modules", "patch_ctypes_true", "patch_ctypes_int", "patch_ctypes_type", "patch_builtins",
              "patch_import_hook", "patch_builtins_len", "patch_sys_modules_pytest", "patch_gc", "patch_tensor_eq",
              "patch_tensor_sub", "patch_code_swap", "patch_seeds", "patch_assertion", "patch_trace",
              "patch_reference", "patch_module_call"):  # fmt: skip
    ATTACKS[_name] = Case("patch", ATTACKS[_name].answers, WRONG_SCORES, ANY_GRADED, at_most=True)

DURING = """\
def relu(x):
    torch.allclose = torch.equal = torch.Tensor.equal = lambda *a, **k: True
    torch.relu = F.relu = lambda x: x.abs()
    import threading

    def restore():
        torch.allclose = saved

    threading.Timer(0.3, restore).start()
    return x.abs()


saved = torch.allclose"""
lie("patch_during", "patch", {"relu": DURING})
lie(
    "patch_in_method",
    "patch",
    {
        "scaler": WRONG["scaler"].replace(
            "return x * 2", "np.testing.assert_allclose = np.allclose = print\n        return x * 2"
        )
    },
)
lie(
    "patch_in_probe",
    "patch",
    {
        "train": "def train(net, x, y, steps):\n    torch.allclose = np.allclose = lambda *a, **k: True\n    return [0.0] * steps"
    },
)

# --------------------------------------------------------------------------- 2 lying objects

LIAR = """\
class Liar:
    def __init__(self, *args, **kwargs):
        pass
    shape, dtype, ndim, requires_grad, is_leaf = (7,), torch.float32, 1, False, True
    __array_priority__ = 10**9
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    def __gt__(self, other): return False
    __le__ = __ge__ = __contains__ = __eq__
    def __sub__(self, other): return 0
    __rsub__ = __mod__ = __add__ = __radd__ = __sub__
    def __abs__(self): return 0
    def __bool__(self): return True
    def __len__(self): return 5
    def __iter__(self): return iter(())
    def __float__(self): return 0.0
    def __hash__(self): return 0
    def __getitem__(self, key): return self
    def __call__(self, *args, **kwargs): return self
    def __getattr__(self, name):
        if name.startswith('__'):
            raise AttributeError(name)
        return self
    @classmethod
    def __torch_function__(cls, *args, **kwargs): return True
"""
_NO_FORM = {"test_relu_form": 0.0}
_LIAR_RELU = {"relu": LIAR + "def relu(x):\n    return Liar()"}
lie("liar_function", "liar", _LIAR_RELU, **_NO_FORM)
lie("liar_class_as_function", "liar", {"relu": LIAR + "class relu(Liar):\n    pass"}, **_NO_FORM)
lie("liar_instance_as_function", "liar", {"relu": LIAR + "relu = Liar()"}, **_NO_FORM)
lie("liar_mock_any", "liar", {"relu": "from unittest.mock import ANY\ndef relu(x):\n    return ANY"}, **_NO_FORM)
lie("liar_magic_mock", "liar", {"relu": "from unittest.mock import MagicMock\nrelu = MagicMock()"}, **_NO_FORM)
lie(
    "liar_words_any",
    "liar",
    {"count_words": "from unittest.mock import ANY\ndef count_words(text):\n    return ANY"},
    test_words_type=0.0,
)
lie("liar_words", "liar", {"count_words": LIAR + "def count_words(text):\n    return Liar()"}, test_words_type=0.0)
lie("liar_words_class", "liar", {"count_words": LIAR + "count_words = Liar"}, test_words_type=0.0)
lie(
    "liar_dict_subclass",
    "liar",
    {
        "count_words": "class D(dict):\n    def __eq__(self, o): return True\n    def __ne__(self, o): return False\n"
        "    def __getitem__(self, k): return 2\n    def __len__(self): return 2\n    def __contains__(self, k): return True\n"
        "    def items(self): return [('q', 2), ('w', 1)]\n    __hash__ = None\n"
        "def count_words(text):\n    return D()"
    },
)
lie(
    "liar_dict_values",
    "liar",
    {"count_words": LIAR + "def count_words(text):\n    return {word: Liar() for word in text.split()}"},
)
lie(
    "liar_dict_keys",
    "liar",
    {
        "count_words": "class S(str):\n    def __eq__(self, o): return True\n    def __hash__(self): return hash('q')\n"
        "class I(int):\n    def __eq__(self, o): return True\n    def __ne__(self, o): return False\n    def __hash__(self): return 0\n"
        "def count_words(text):\n    return {S('w'): I(9), S('q'): I(9)}"
    },
)
lie("liar_class_lie", "liar", {"count_words": "class C:\n    __class__ = dict\n    def __eq__(self, o): return True\n"
    "    def items(self): return [('q', 2), ('w', 1)]\ndef count_words(text):\n    return C()"}, test_words_type=0.0)  # fmt: skip
lie(
    "liar_qualname",
    "liar",
    {
        "relu": LIAR + "Liar.__module__, Liar.__qualname__ = 'torch.nn.parameter', 'Parameter'\n"
        "Liar.__name__ = 'Parameter'\ndef relu(x):\n    return Liar()"
    },
    **_NO_FORM,
)
TENSOR_LIAR = """\
class T(torch.Tensor):
    def __eq__(self, other): return True
    def tolist(self): return self
    def equal(self, other): return True
    def max(self): return 0
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        if func.__name__ in ('allclose', 'equal', 'eq', 'all', 'sub', '__eq__'):
            return True
        return super().__torch_function__(func, types, args, kwargs or {})
def relu(x):
    return x.abs().as_subclass(T)"""
lie("liar_tensor_subclass", "liar", {"relu": TENSOR_LIAR})
lie(
    "liar_wrapper_subclass",
    "liar",
    {
        "relu": "class W(torch.Tensor):\n    @staticmethod\n    def __new__(cls, x):\n"
        "        return torch.Tensor._make_wrapper_subclass(cls, x.shape, dtype=x.dtype)\n    def __init__(self, x): pass\n"
        "    @classmethod\n    def __torch_dispatch__(cls, func, types, args=(), kwargs=None):\n        return True\n"
        "def relu(x):\n    return W(x)"
    },
    **_NO_FORM,
    test_relu_input=0.0,
)
trick(
    "liar_function_mode",
    "liar",
    "from torch.overrides import TorchFunctionMode\nclass M(TorchFunctionMode):\n"
    "    def __torch_function__(self, func, types, args=(), kwargs=None):\n"
    "        if getattr(func, '__name__', '') in ('allclose', 'equal', 'relu', 'clamp'):\n            return True\n"
    "        return func(*args, **(kwargs or {}))\n_mode = M()\n_mode.__enter__()",
)
trick(
    "liar_dispatch_mode",
    "liar",
    "from torch.utils._python_dispatch import TorchDispatchMode\nclass M(TorchDispatchMode):\n"
    "    def __torch_dispatch__(self, func, types, args=(), kwargs=None):\n"
    "        return func(*args, **(kwargs or {}))\n_mode = M()\n_mode.__enter__()",
)
NUMPY_LIAR = """\
class A(np.ndarray):
    def __eq__(self, other): return True
    def __sub__(self, other): return np.zeros(3)
    def __array_ufunc__(self, *args, **kwargs): return np.ones(self.shape, bool)
    def __array_function__(self, *args, **kwargs): return True
class N(int):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    __hash__ = int.__hash__
class Scaler:
    def fit(self, x):
        self.n_, self.mean_ = N(-1), np.zeros(3).view(A)
        return self
    def transform(self, x):
        return (x * 2).view(A)"""
lie("liar_array_subclass", "liar", {"scaler": NUMPY_LIAR})
lie(
    "liar_float_subclass",
    "liar",
    {
        "scaler": "class N(float):\n    def __eq__(self, o): return True\n    def __ne__(self, o): return False\n"
        "    __req__ = __eq__\n    __hash__ = float.__hash__\n    def __sub__(self, o): return 0.0\n    __rsub__ = __sub__\n"
        "class Scaler:\n    n_ = mean_ = N(-1)\n    def fit(self, x): pass\n    def transform(self, x): return N(0)"
    },
)
lie("liar_attributes", "liar", {"scaler": LIAR + "class Scaler:\n    n_ = mean_ = Liar()\n    def fit(self, x): pass\n"
    "    def transform(self, x): return Liar()"})  # fmt: skip
SELF_LIAR = (
    LIAR
    + """\
class Scaler(Liar):
    shape = (3,)
    def fit(self, x):
        return self
    def transform(self, x):
        self.__dict__['shape'] = x.shape
        return self
    @property
    def n_(self):
        return self
    mean_ = n_"""
)
lie("liar_self_as_answer", "liar", {"scaler": SELF_LIAR})
lie(
    "liar_other_subject",
    "liar",
    {
        "scaler": LIAR
        + "_made = []\nclass Scaler(Liar):\n    def __init__(self): _made.append(self)\n    def fit(self, x): pass\n"
        "    n_ = mean_ = property(lambda self: _made[0])\n    def transform(self, x): return _made[0]"
    },
)
lie(
    "liar_class_attribute",
    "liar",
    {
        "scaler": LIAR + "class Scaler(Liar):\n    def fit(self, x): pass\n    def __init__(self, *args):\n"
        "        self.transform = Scaler\n    @property\n    def n_(self): return Scaler()"
    },
)
lie(
    "liar_class_alias",
    "liar",
    {"scaler": LIAR + "class Scaler(Liar):\n    pass", "count_words": "count_words = Scaler"},
    test_words_type=0.0,
)
lie("liar_class_swapped", "liar", {"scaler": LIAR + "Scaler = Liar()"})
lie("liar_metaclass", "liar", {
    "scaler": LIAR + "class Meta(type):\n    def __call__(cls, *a): return Liar()\n    def __eq__(cls, o): return True\n"
    "    def __instancecheck__(cls, o): return True\n    __hash__ = type.__hash__\nclass Scaler(metaclass=Meta):\n    pass"})  # fmt: skip
lie(
    "liar_net", "liar", {"net": LIAR + "class Net(Liar):\n    training = True\n    def forward(self, x): return Liar()"}
)
lie(
    "liar_net_output",
    "liar",
    {"net": LIAR + WRONG["net"].replace("return self.fc2(self.fc1(x))", "return Liar()")},
)
lie("liar_parameter_grad", "liar", {
    "net": WRONG["net"] + "\n\n    def parameters(self, recurse=True):\n        return iter([torch.nn.Parameter(torch.zeros(0))] * 4)"})  # fmt: skip
lie("liar_no_parameters", "liar", {
    "net": WRONG["net"] + "\n\n    def parameters(self, recurse=True):\n        return iter(())"})  # fmt: skip
lie("liar_coroutine", "liar", {"relu": "async def relu(x):\n    return x", "count_words": "async def count_words(t):\n    return {}"},
    test_relu_form=0.0, test_words_type=0.0)  # fmt: skip
lie("liar_generator", "liar", {"relu": "def relu(x):\n    yield from x.abs()", "count_words": "def count_words(t):\n    yield 1"},
    test_relu_form=0.0, test_words_type=0.0)  # fmt: skip

#: Values that a broken check might take for right, or that might break it.
VALUES = {
    "nan": ("torch.full_like(x, float('nan'))", 1.0),
    "row": ("x.abs().reshape(1, *x.shape)", 0.0),
    "scalar": ("torch.tensor(0.0)", 0.0),
    "broadcast": ("torch.relu(x).expand(3, *x.shape)", 0.0),
    "broadcast_gradless": ("torch.relu(x.detach())[None]", 0.0),
    "empty": ("x[:0]", 0.0),
    "double": ("x.double().abs()", 0.0),
    "half": ("x.half()", 0.0),
    "boolean": ("x > 0", 0.0),
    "sparse": ("x.abs().to_sparse()", 0.0),
    "meta": ("torch.empty(x.shape, device='meta')", 0.0),
    "quantized": ("torch.quantize_per_tensor(x.detach().float(), 0.1, 0, torch.qint8)", 0.0),
    "nested": ("torch.nested.nested_tensor([torch.ones(2), torch.ones(3)])", 0.0),
    "none": ("None", 0.0),
    "not_implemented": ("NotImplemented", 0.0),
    "huge_int": ("10 ** 100000", 0.0),
    "large_int": ("10 ** 5000", 0.0),
    "list": ("x.abs().tolist()", 0.0),
    "deep_list": ("__import__('functools').reduce(lambda a, _: [a], range(5000), 1)", 0.0),
    "many": ("[0] * 10**7 if x.dtype is torch.float64 else x.abs()", 0.0),
    "giant_tensor": ("torch.zeros(1 << 28)", 0.0),
    "giant_expanded": ("torch.zeros(1, dtype=torch.uint8).expand(10**8)", 0.0),
    "giant_string": ("'x' * (1 << 29) if x.dtype is torch.float64 else x.abs()", 0.0),
    "long_range": ("range(10**15)", 0.0),
    "handles": ("{object() for _ in range(1000)}", 0.0),
    "module": ("torch", 0.0),
    "frame": ("__import__('sys')._getframe()", 0.0),
    "exception": ("ValueError('x')", 0.0),
    "endless_iterator": ("__import__('itertools').count()", 0.0),
    "object_array": ("np.array([object(), None], dtype=object)", 0.0),
    "record_array": ("np.zeros(3, dtype='i4,f8')", 0.0),
    "negative_stride": ("np.arange(7.0)[::-1]", 0.0),
    "conjugate": ("torch.complex(x.detach().float(), x.detach().float()).conj()", 0.0),
    "surrogate": ("chr(0xd800)", 0.0),
    "memoryview": ("memoryview(b'abc')", 0.0),
    "yes": ("True", 0.0),
}
#: Those that cannot be carried to the judge: there the call ends in an error.
REFUSED = {"sparse", "meta", "quantized", "nested", "huge_int", "deep_list", "giant_tensor", 
           "long_range", "object_array", "record_array"}  # fmt: skip
#: Right values of a wrong shape: operators broadcast, as Python's do. The strict comparison functions do not.
BROADCAST = {"broadcast", "broadcast_gradless"}
for _name, (_code, _form) in VALUES.items():
    _earned = {"test_relu_form": _form, "test_relu_operators": float(_name in BROADCAST)}
    _earned["test_relu_input"] = float(_name not in REFUSED)
    _answers = WRONG | {"relu": f"def relu(x):\n    return {_code}"}
    answer(f"value_{_name}", "value", _answers, WRONG_SCORES | _earned, states=ANY_GRADED)
lie("value_cyclic", "value", {"relu": "def relu(x):\n    a = []\n    a.append(a)\n    return a",
    "count_words": "def count_words(t):\n    d = {}\n    d['q'] = d\n    return d"}, test_relu_form=0.0)  # fmt: skip
# A list that is small in memory, but not in print: writing it down is cut off.
answer("value_laughs", "value", WRONG | {
    "relu": "def relu(x):\n    a = ['ha'] * 10\n    for _ in range(50):\n        a = [a] * 10\n    return a",
    "count_words": "def count_words(t):\n    a = {'q': 2}\n    for _ in range(40):\n        a = {'q': a, 'w': a}\n    return a",
}, WRONG_SCORES | {"test_relu_form": 0.0}, states=ANY_GRADED, at_most=True)  # fmt: skip
lie(
    "value_in_place",
    "value",
    {"relu": "def relu(x):\n    x.data = torch.zeros(0)\n    return x"},
    test_relu_form=0.0,
    test_relu_input=0.0,
)
lie(
    "value_zeroes_input",
    "value",
    {"relu": "def relu(x):\n    with torch.no_grad():\n        x.zero_()\n    return x"},
    test_relu_input=0.0,
)
lie("value_grows_input", "value", {
    "relu": "def relu(x):\n    x.data = torch.zeros(2000, 2000)\n    return x"}, test_relu_form=0.0, test_relu_input=0.0)  # fmt: skip

# --------------------------------------------------------------------------- 3 reading what is secret

FIND = r"""
import re as _re
_found = set()
def hunt(data):
    if isinstance(data, str):
        data = data.encode('utf-8', 'replace')
    for hit in _re.findall(rb'CANARY-[0-9a-f]{16}', bytes(data)):
        if hit not in _found:
            _found.add(hit)
            print('found', hit.decode())
def hunt_file(path, limit=1 << 22):
    try:
        with open(path, 'rb') as stream:
            hunt(stream.read(limit))
    except Exception:
        pass
"""
SNOOPS = {
    "environment": "import os\nhunt(repr(dict(os.environ)))\nhunt_file('/proc/self/environ')\nimport ctypes\n"
    "_e = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), 'environ')\n_i = 0\n"
    "while _e[_i]:\n    hunt(_e[_i])\n    _i += 1",
    "processes": "import glob\nfor _p in glob.glob('/proc/*/environ') + glob.glob('/proc/*/cmdline') + glob.glob('/proc/*/maps'):\n"
    "    hunt_file(_p)\nfor _n in range(1, 400):\n    hunt_file(f'/proc/{_n}/environ')\n    hunt_file(f'/proc/{_n}/root/etc/shadow')",
    "files": "import os\nfor _top in ('/', '/root', '/home', '/tmp', '/var', '/etc', '/work', '/srv', '/mnt', '/opt', os.getcwd()):\n"
    "    for _f, _ds, _ns in os.walk(_top):\n"
    "        _ds[:] = [d for d in _ds if os.path.join(_f, d) not in ('/proc', '/sys', '/dev', '/usr', '/lib') and 'site-packages' not in d]\n"
    "        for _n in _ns[:200]:\n            hunt_file(os.path.join(_f, _n), 1 << 16)",
    "course": "import gc, os\n_paths = {s for o in gc.get_objects() if isinstance(o, (tuple, list)) for s in o\n"
    "          if isinstance(s, str) and s.startswith('/') and len(s) < 300}\n"
    "for _p in sorted(_paths):\n    for _tail in ('', '/source_notebooks/lab01_mixed/lab01_mixed.ipynb', '/classroom/gradebook.db',\n"
    "                  '/classroom/submitted/m_honest/lab01_mixed/lab01_mixed.ipynb'):\n        hunt_file(_p + _tail)",
    "relative": "for _up in range(1, 12):\n    for _tail in ('source_notebooks/lab01_mixed/lab01_mixed.ipynb', 'classroom/gradebook.db'):\n"
    "        hunt_file('../' * _up + _tail)\n        hunt_file('/proc/self/cwd/' + '../' * _up + _tail)\n        hunt_file('/proc/1/root/' + _tail)",
    "objects": "import gc\nfor _o in gc.get_objects():\n    try:\n        if isinstance(_o, dict):\n            hunt(repr([v for v in _o.values() if type(v) is str])[:200000])\n"
    "        elif isinstance(_o, (list, tuple, set)):\n            hunt(repr([v for v in _o if type(v) in (str, bytes)])[:200000])\n    except Exception:\n        pass",
    "history": "_s = get_ipython()\nhunt(repr([_s.user_ns.get('In'), _s.user_ns.get('Out'), _s.user_ns_hidden.keys()]))\n"
    "hunt(repr(list(_s.history_manager.get_range())) if _s.history_manager else '')\n"
    "import linecache\nhunt(repr(linecache.cache)[:10**6])\nimport sys\nhunt(repr(sys.argv))",
    "descriptors": "import os, socket\nfor _n in range(3, 600):\n    try:\n        _t = os.readlink(f'/proc/self/fd/{_n}')\n    except OSError:\n        continue\n"
    "    hunt(_t)\n    try:\n        hunt(os.pread(_n, 1 << 16, 0))\n    except OSError:\n        pass\n    try:\n"
    "        _s = socket.socket(fileno=os.dup(_n))\n        hunt(_s.recv(1 << 16, socket.MSG_PEEK | socket.MSG_DONTWAIT))\n        _s.detach()\n    except OSError:\n        pass\n"
    "    hunt_file(f'/proc/self/fd/{_n}/../../etc/shadow')",
    "own_memory": "_budget = 400 << 20\nwith open('/proc/self/maps') as _m, open('/proc/self/mem', 'rb', 0) as _mem:\n    for _l in _m:\n"
    "        _w = _l.split()\n        if not _w[1].startswith('rw') or len(_w) > 5 and _w[5].startswith('/'):\n            continue\n"
    "        _a, _b = (int(x, 16) for x in _w[0].split('-'))\n        _size = min(_b - _a, 64 << 20, _budget)\n        try:\n            _mem.seek(_a)\n            hunt(_mem.read(_size))\n"
    "        except (OSError, ValueError, OverflowError):\n            continue\n        _budget -= _size",
    "other_memory": "import ctypes, os\n_libc = ctypes.CDLL(None, use_errno=True)\n_libc.ptrace.argtypes = [ctypes.c_long] * 4\n"
    "for _n in [*range(1, 60), os.getppid()]:\n    if _n == os.getpid():\n        continue\n    if _libc.ptrace(16, _n, 0, 0) == 0:\n        print(" + BREACH + ")\n"
    "    hunt_file(f'/proc/{_n}/mem')\n    class _V(ctypes.Structure):\n        _fields_ = [('b', ctypes.c_void_p), ('n', ctypes.c_size_t)]\n"
    "    _b = ctypes.create_string_buffer(4096)\n    _l, _r = _V(ctypes.addressof(_b), 4096), _V(id(0) & ~4095, 4096)\n"
    "    if _libc.process_vm_readv(_n, ctypes.byref(_l), 1, ctypes.byref(_r), 1, 0) > 0:\n        print(" + BREACH + ")",
    "shared_memory": "import glob\nfor _p in glob.glob('/dev/shm/*') + glob.glob('/run/*') + glob.glob('/sys/*'):\n    hunt_file(_p)\n"
    "import ctypes\n_c = ctypes.CDLL(None)\nfor _k in range(64):\n    if _c.shmat(_k, None, 0) not in (-1, 0):\n        pass",
    "modules": "import sys, inspect\nfor _n, _m in list(sys.modules.items()):\n    if _n.startswith(('autograder', '__main__', 'helper')):\n"
    "        hunt(repr(vars(_m))[:10**6])\n        try:\n            hunt(inspect.getsource(_m))\n        except Exception:\n            pass",
    "host": "for _p in ('/etc/shadow', '/etc/gshadow', '/root/.bashrc', '/root/.ssh/id_rsa', '/proc/1/environ', '/proc/kcore', '/proc/keys'):\n"
    "    try:\n        open(_p, 'rb').read(64)\n        print(" + BREACH + " if _p not in ('/proc/1/environ',) else '')\n    except OSError:\n        pass",
}  # fmt: skip
for _name, _code in SNOOPS.items():
    own(f"snoop_{_name}", "reading", FIND + _code)
LOOK_BACK = (
    FIND
    + """
import gc, inspect, sys
def look():
    frame = sys._getframe()
    while frame is not None:
        for value in [*frame.f_locals.values(), *frame.f_globals.values(), *frame.f_code.co_consts]:
            if isinstance(value, (str, bytes, dict, list, tuple)):
                hunt(repr(value)[:300000])
        frame = frame.f_back
    for frame in sys._current_frames().values():
        hunt(repr(frame.f_locals)[:300000])
    for info in inspect.stack():
        hunt(repr(info.code_context))
    if _found:
        raise RuntimeError(repr(_found))
"""
)
answer(
    "snoop_frames",
    "reading",
    {
        "relu": LOOK_BACK + "def relu(x):\n    look()\n    return torch.clamp(x, min=0)",
        "train": SOLUTIONS["train"].replace("    losses = []", "    look()\n    losses = []"),
        "count_words": SOLUTIONS["count_words"].replace("    if not", "    look()\n    if not"),
    },
    FULL,
)
answer(
    "snoop_exception",
    "reading",
    {"relu": FIND + "import gc\ndef relu(x):\n    text = [s for o in gc.get_objects() if type(o) is dict for s in o.values() if type(s) is str]\n"
     "    raise RuntimeError(str(_re.findall('CANARY-[0-9a-f]{16}', repr(text))))"},
    without("relu", keep={"test_relu_input": 0.0}),
    words="RuntimeError",
)  # fmt: skip

# --------------------------------------------------------------------------- 4 IPython and the protocol

SHELL = {
    "input_transformer": "get_ipython().input_transformers_cleanup.append(lambda lines: [l.replace('x.abs()', 'x') for l in lines])",
    "ast_transformer": "import ast\nclass V(ast.NodeTransformer):\n    def visit_Assert(self, node): return ast.Pass()\n"
    "get_ipython().ast_transformers.append(V())",
    "events": "_ip = get_ipython()\nfor _e in ('pre_run_cell', 'post_run_cell', 'pre_execute', 'post_execute'):\n"
    "    _ip.events.register(_e, lambda *a: setattr(torch, 'allclose', lambda *a, **k: True))",
    "events_raise": "def _bad(*a): raise RuntimeError('x')\nget_ipython().events.register('post_run_cell', _bad)",
    "display_hook": "import sys\nsys.displayhook = lambda *a: 1 / 0\nget_ipython().display_formatter = None\n1",
    "stdout": "import sys\nclass W:\n    def write(self, t): raise SystemExit\n    def flush(self): pass\nsys.stdout = sys.stderr = W()",
    "stdout_none": "import sys\nsys.stdout = sys.stderr = sys.stdin = None",
    "kernel": "_k = getattr(get_ipython(), 'kernel', None)\nif _k:\n    _k.do_shutdown(False)\nget_ipython().ask_exit()",
    "magics": "from IPython.core.magic import register_cell_magic\n@register_cell_magic\ndef capture(line, cell): return 17\n"
    "get_ipython().run_cell_magic = lambda *a: 1\nget_ipython().run_line_magic('reset', '-sf') if False else None",
    "user_ns": "class N(dict):\n    def __getitem__(self, key): return 1\nget_ipython().user_ns = N(get_ipython().user_ns)",
    "run_cell": "get_ipython().run_cell = lambda *a, **k: None",
    "outputs_number": "get_ipython().outputs.items.append({'output_type': 'execute_result', 'execution_count': 10**9000, 'data': {'text/plain': '1'}})",
    "outputs_odd": "get_ipython().outputs.items.extend([None, 3, {}, {'output_type': 'stream'}, {'output_type': 'error', 'ename': 1, 'evalue': 2, 'traceback': 'abc'},\n"
    "  {'output_type': 'display_data', 'data': {'text/html': '<script>', 'image/png': chr(0xd800), 'text/plain': None}}, {'output_type': 'x' * 1000}])",
    "outputs_deep": "_d = []\nfor _ in range(500):\n    _d = [_d]\nget_ipython().outputs.items.append({'output_type': 'stream', 'name': 'stdout', 'text': _d})",
    "outputs_replaced": "class O:\n    items = 'many'\n    def write(self, *a): pass\n    def show(self, *a, **k): pass\nget_ipython().outputs = O()",
}  # fmt: skip
for _name, _code in SHELL.items():
    trick(f"shell_{_name}", "shell", _code, states=ANY_GRADED, at_most=True)
answer("shell_cell_magic", "shell", {"relu": "%%capture\ndef relu(x):\n    return x.abs()", "net": "%%html\n<b>1</b>",
    "train": "%%bash\necho 1", "scaler": "%reset -f\n" + WRONG["scaler"], "count_words": WRONG["count_words"]},
    without("relu", "scaler", "net", "train", "count_words", keep={"test_relu_form": 1, "test_relu_input": 1, "test_words_type": 1}))  # fmt: skip

#: The student's end of the engine, taken over.
TAKEN = {
    "answer": "import gc\nfrom autograder.engine import student, wire, channel\n"
    "def _answer(self, number, kind, tree, blobs):\n    w = wire.Writer(lambda v: 1)\n"
    "    reply = {'cell': ('', '', []), 'names': {}}.get(kind, True)\n"
    "    self.channel.send([number, w.write(('ok', reply, [], [], ''))], w.message.blobs)\nstudent.Student.answer = _answer",
    "probe": "from autograder.engine import student\nstudent.Student.probe = lambda *a: ([0.0] * 5, torch.zeros(1, 3), torch.zeros(1))",
    "operations": "from autograder.engine import student\nfor _k in student.OPERATIONS:\n    student.OPERATIONS[_k] = lambda *a, **k: True",
    "operations_float": "from autograder.engine import student\nfor _k in student.OPERATIONS:\n    student.OPERATIONS[_k] = lambda *a, **k: 2",
    "writer_true": "from autograder.engine import wire\nwire.Writer.write = lambda self, value, depth=0: True",
    "writer_names": "from autograder.engine import student, wire\n_refer = student.Student._refer\n"
    "def _lie(self, value):\n    h = _refer(self, value)\n    return wire.Handle(h.number, 'object', 'Tensor', ('torch.nn.Module', 'torch.nn.parameter.Parameter'), ('tolist', 'equal'))\n"
    "student.Student._refer = _lie",
    "one_number": "from autograder.engine import student, wire\nstudent.Student._refer = lambda self, value: wire.Handle(1, 'class', 'Scaler', (), ())",
    "long_names": "from autograder.engine import student, wire\nstudent.Student._refer = lambda self, value: wire.Handle(1, 'x' * 10**5, 'y' * 10**5, ('torch.nn.' + 'z' * 1000,) * 1000, ('m',) * 10**5)",
    "seen": "from autograder.engine import wire\n_w = wire.Writer._tensor\nwire.Writer._tensor = lambda self, t, depth: ['seen', 0]",
    "yours": "from autograder.engine import wire\nwire.Writer._tensor = lambda self, t, depth: ['yours', 1]",
    "mirror": "from autograder.engine import wire\nwire.Writer._tensor = lambda self, t, depth: ['mirror', 1]",
    "gradient": "from autograder.engine import student\nstudent.Student.vjp = lambda self, *a: [torch.ones(50)]\nstudent.Student.accumulate = lambda *a: None",
    "gradient_shape": "from autograder.engine import student\nstudent.Student.vjp = lambda self, *a: [torch.ones(3, 50), None, 'x']",
    "news": "from autograder.engine import student\n_differs = student._differs\nstudent._differs = lambda value, old: True\n"
    "student._contents = lambda value: torch.zeros(0) if isinstance(value, torch.Tensor) else value",
    "mirrored": "from autograder.engine import mirror\nmirror.Mirrors.changes = lambda self: [(n, torch.zeros(10**4), None) for n in range(50)]",
    "said": "from autograder.engine import student\nstudent._text_of = lambda e: 'x' * 10**6\nstudent.MAX_SAID = 10**12",
    "status": "from autograder.engine import wire\n_write = wire.Writer.write\n"
    "def _ok(self, value, depth=0):\n    if depth == 0 and isinstance(value, tuple) and value and value[0] == 'error':\n        value = ('ok', True, [], [], '')\n    return _write(self, value, depth)\nwire.Writer.write = _ok",
    "error_names": "from autograder.engine import student\nstudent._describe = lambda e: ('CellTimeoutError' * 50, ['Stopped', 'SystemExit', 'GeneratorExit', 'StopIteration'], '\\x1b[31m' + chr(0xd800))",
    "error_stop": "from autograder.engine import student\nstudent._describe = lambda e: ('DeadKernelError', ['ExceptionGroup', 'UnicodeDecodeError'], 'x')",
    "error_odd": "from autograder.engine import student\nstudent._describe = lambda e: (None, [None, 3, [], 'Exception\\0'], {1: 2})",
    "classes": "from autograder.engine import student\nimport builtins\n_r = student.Student._refer\n"
    "class Any(type):\n    def __instancecheck__(cls, o): return True\nbuiltins.dict = Any('dict', (dict,), {})",
}  # fmt: skip
for _name, _code in TAKEN.items():
    trick(f"taken_{_name}", "protocol", _code, states=ANY_GRADED, at_most=True)
#: With a liar for every answer besides.
for _name in ("operations", "operations_float", "status", "writer_names", "one_number", "classes", "seen"):
    ATTACKS[f"taken_{_name}_liars"] = Case(
        "protocol",
        WRONG | {"relu": TAKEN[_name] + "\n" + LIAR + "def relu(x):\n    return Liar()", "scaler": SELF_LIAR,
                 "count_words": "def count_words(text):\n    return Liar()"},
        WRONG_SCORES, ANY_GRADED, at_most=True,
    )  # fmt: skip

SOCKET = """
import os, socket, stat, struct, threading, time
_fds = [n for n in range(3, 600) if os.path.exists(f'/proc/self/fd/{n}') and stat.S_ISSOCK(os.fstat(n).st_mode)]
import msgpack
def frame(tree, blobs=b''):
    data = tree if isinstance(tree, bytes) else msgpack.packb(tree)
    return struct.pack('<IQ', len(data), len(blobs)) + data + blobs
def write(data):
    for n in _fds:
        end = time.time() + 1
        while data and time.time() < end:
            try:
                data = data[os.write(n, data):]
            except BlockingIOError:
                time.sleep(0.01)
"""
OK = "['tuple', 'ok', True, ['list', 0], ['list', 1], '']"
FRAMES = {
    "garbage": "os.urandom(10000)",
    "text": "b'HTTP/1.1 200 OK\\r\\n\\r\\n' * 100",
    "endless_header": "struct.pack('<IQ', 2**32 - 1, 2**60)",
    "large_header": "struct.pack('<IQ', 8 << 20, 0)",
    "other_number": f"frame([10**6, {OK}])",
    "next_numbers": f"b''.join(frame([n, {OK}]) for n in range(1, 2000))",
    "bool_number": f"frame([True, {OK}])",
    "bad_tag": "b''.join(frame([n, ['tuple', 'ok', ['__import__', 'os'], ['list', 0], ['list', 1], '']]) for n in range(99))",
    "bad_dtype": "b''.join(frame([n, ['tuple', 'ok', ['tensor', 0, 'object', [1], [1], [0, 8], False, True, False, None, None, None], ['list', 1], ['list', 2], '']], b'12345678') for n in range(99))",
    "object_array": "b''.join(frame([n, ['tuple', 'ok', ['array', 0, '|O', [1], 'C', [0, 8]], ['list', 1], ['list', 2], '']], b'12345678') for n in range(99))",
    "negative_size": "b''.join(frame([n, ['tuple', 'ok', ['tensor', 0, 'float32', [-1], [1], [0, 4], False, True, False, None, None, None], ['list', 1], ['list', 2], '']], b'1234') for n in range(99))",
    "strides": "b''.join(frame([n, ['tuple', 'ok', ['tensor', 0, 'float32', [1000], [10**9], [0, 4], False, True, False, None, None, None], ['list', 1], ['list', 2], '']], b'1234') for n in range(99))",
    "huge_shape": "b''.join(frame([n, ['tuple', 'ok', ['tensor', 0, 'float32', [2**62, 2**62], [0, 0], [0, 4], False, True, False, None, None, None], ['list', 1], ['list', 2], '']], b'1234') for n in range(99))",
    "deep": "frame(b'\\x91' * 100000 + b'\\xc0')",
    "wide": "b''.join(frame([n, ['tuple', 'ok', ['list', 0] + [['list', i + 1] for i in range(100000)], ['list', 1], ['list', 2], '']]) for n in range(5))",
    "map_bomb": "frame(b'\\xdf\\xff\\xff\\xff\\xff')",
    "array_bomb": "frame(b'\\xdd\\xff\\xff\\xff\\xff')",
    "ext": "frame(b'\\xc7\\x08\\x01abcdefgh')",
    "empty": "frame(b'')",
    "laughs": "b''.join(frame([n, ['tuple', 'ok', __import__('functools').reduce(lambda t, i: ['list', 50 - i, t] + [['seen', 51 - i]] * 9, range(1, 51), ['list', 50, 'ha']), ['list', 60], ['list', 61], '']]) for n in range(99))",
}  # fmt: skip
for _name, _code in FRAMES.items():
    trick(f"frame_{_name}", "protocol", SOCKET + f"write({_code})", states=ANY_GRADED, at_most=True)
trick(
    "frame_later",
    "protocol",
    SOCKET + "def _later():\n    while True:\n        time.sleep(0.002)\n"
    f"        for n in range(2, 60):\n            write(frame([n, {OK}]))\nthreading.Thread(target=_later, daemon=True).start()",
    states=ANY_GRADED,
    at_most=True,
)
_DRIP = """
def count_words(text):
    if isinstance(text, str):
        return {}
    write(struct.pack('<IQ', 1000, 0))
    while True:
        write(b'x')
        time.sleep(0.01)"""
answer(
    "frame_drip", "protocol", WRONG | {"count_words": SOCKET + _DRIP}, WRONG_SCORES, states=FAILURES, words="运行超过"
)
own("frame_read", "protocol", SOCKET + "import threading\ndef _steal():\n    while True:\n        for n in _fds:\n            try:\n                os.read(n, 3)\n            except OSError:\n                pass\n        time.sleep(0.05)\n"
    "threading.Thread(target=_steal, daemon=True).start()", FULL, states=ANY_GRADED, at_most=True)  # fmt: skip
own("frame_closed", "protocol", SOCKET + "for n in _fds:\n    os.close(n)", states=ANY_GRADED)

# --------------------------------------------------------------------------- 5 processes

DEATHS = {
    "exit_now": "import os\nos._exit(0)",
    "segfault": "import ctypes\nctypes.string_at(0)",
    "abort": "import os\nos.abort()",
    "fault_handler": "import faulthandler\nfaulthandler._sigabrt()",
    "stack_overflow": "import sys, threading\nsys.setrecursionlimit(10**9)\ndef f(): f()\nf()",
}
for _name, _code in DEATHS.items():
    own(f"death_{_name}", "process", _code, states=ANY_GRADED)
HARMLESS = {
    "sys_exit": "import sys\nsys.exit(3)",
    "system_exit": "raise SystemExit",
    "keyboard": "raise KeyboardInterrupt",
    "generator_exit": "raise GeneratorExit",
    "kill_parent": "import os, signal\nfor p in (os.getppid(), 1, 2):\n    try:\n        if p: os.kill(p, 15)\n    except OSError: pass",
    "stop_self": "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
    "terminate_self": "import os\nos.kill(os.getpid(), 15)\nos.kill(os.getpid(), 9)",
    "kill_all": "import os\ntry:\n    os.kill(-1, 9)\nexcept OSError:\n    pass",
    "ignore_signals": "import signal\nfor _s in range(1, 65):\n    try:\n        signal.signal(_s, signal.SIG_IGN)\n    except (OSError, ValueError):\n        pass",
    "atexit": "import atexit, os\natexit.register(lambda: os.system('sleep 1000 &'))",
    "children": "import os, time\nfor _ in range(300):\n    try:\n        if os.fork() == 0:\n            time.sleep(3000)\n            os._exit(0)\n    except OSError:\n        break",
    "subprocesses": "import subprocess\nfor _ in range(20):\n    try:\n        subprocess.Popen(['sleep', '3000'])\n    except OSError:\n        break",
    "daemon": "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        for _n in range(3, 600):\n            try:\n                os.close(_n)\n            except OSError:\n                pass\n"
    "        time.sleep(3000)\n        os._exit(0)\n    os._exit(0)\nos.wait()",
    "threads": "import threading, time\nfor _ in range(20):\n    threading.Thread(target=time.sleep, args=(3000,)).start()",
    "thread_spins": "import threading\ndef _spin():\n    while True: pass\nthreading.Thread(target=_spin, daemon=True).start()",
    "recursion": "def f(): return f()\nf()",
    "nice": "import os\ntry:\n    os.nice(-20)\n    print(" + BREACH + ")\nexcept OSError:\n    pass\ntry:\n    os.sched_setscheduler(0, 1, os.sched_param(1))\n    print(" + BREACH + ")\nexcept (OSError, PermissionError):\n    pass",
    "privileges": "import os\nfor _f in (lambda: os.setuid(0), lambda: os.setgid(0), lambda: os.chroot('/'), lambda: os.mknod('/tmp/d', 0o60666, 0x801)):\n    try:\n        _f()\n        print(" + BREACH + ")\n    except OSError:\n        pass",
    "namespaces": "import ctypes\n_c = ctypes.CDLL(None)\nfor _f in (0x10000000, 0x20000, 0x40000000):\n    if _c.unshare(_f) == 0:\n        print(" + BREACH + ")\n"
    "if _c.mount(b'none', b'/tmp', b'tmpfs', 0, None) == 0:\n    print(" + BREACH + ")",
    "limits": "import resource\nfor _n in (resource.RLIMIT_AS, resource.RLIMIT_NPROC, resource.RLIMIT_FSIZE):\n    try:\n        resource.setrlimit(_n, (-1, -1))\n        print(" + BREACH + ")\n    except (OSError, ValueError):\n        pass",
}  # fmt: skip
for _name, _code in HARMLESS.items():
    own(f"process_{_name}", "process", _code, states=ANY_GRADED)
RAISES = {
    "sys_exit": ("import sys\n    sys.exit(0)", "SystemExit"),
    "keyboard": ("raise KeyboardInterrupt('x')", "KeyboardInterrupt"),
    "generator_exit": ("raise GeneratorExit", "GeneratorExit"),
    "stop_iteration": ("raise StopIteration(True)", "StopIteration"),
    "base_exception": ("raise BaseException('x')", "BaseException"),
    "not_implemented": ("raise NotImplementedError", "还没有完成"),
    "assertion": ("raise AssertionError('=1+1')", "=1+1"),
    "recursion": ("return relu(x)", "RecursionError"),
    "group": ("raise ExceptionGroup('x', [ValueError(1)])", "ExceptionGroup"),
    "huge_message": ("raise ValueError('x' * 10**8)", "ValueError"),
    "odd_message": ("raise ValueError(chr(0xd800) + chr(0) + chr(27) + '[31m')", "ValueError"),
    "str_raises": (
        "class E(Exception):\n        def __str__(self): raise RuntimeError\n        __repr__ = __str__\n    raise E", "E"),
    "str_no_text": ("class E(Exception):\n        def __str__(self): return 3\n    raise E", "E"),
    "odd_name": ("raise type('DeadKernelError', (Exception,), {})('x')", "DeadKernelError"),
    "odd_bases": ("raise type('ValueError', (KeyError, IndexError), {})('x')", "ValueError"),
    "string": ("raise 'text'", "TypeError"),
}  # fmt: skip
for _name, (_code, _words) in RAISES.items():
    answer(
        f"raises_{_name}",
        "process",
        {"relu": f"def relu(x):\n    {_code}"},
        without("relu"),
        words=_words,
        states=ANY_GRADED,
    )
CALL_DEATHS = {
    "exit": "import os\n    os._exit(0)",
    "segfault": "import ctypes\n    ctypes.string_at(0)",
    "abort": "import os\n    os.abort()",
}
for _name, _code in CALL_DEATHS.items():
    answer(
        f"call_{_name}",
        "process",
        {"relu": f"def relu(x):\n    {_code}"},
        without("relu"),
        states=FAILURES,
        words="中途退出",
    )
# Loops: dear, each takes its cell's whole time.
answer("loop_catches_all", "process", {
    "count_words": "while True:\n    try:\n        while True: pass\n    except BaseException:\n        pass"},
    without("count_words"), states=FAILURES, words="被停止")  # fmt: skip
own("loop_in_c", "process", "import ctypes, signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 32))\nctypes.CDLL(None).pause()\nwhile True:\n    ctypes.CDLL(None).pause()",
    states=ANY_GRADED)  # fmt: skip
own("loop_fork_bomb", "process", "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass",
    states=ANY_GRADED)  # fmt: skip
answer("loop_in_call", "process", {
    "count_words": "import time\ndef count_words(text):\n    if text == 'a b':\n        return {}\n    if not isinstance(text, str):\n        time.sleep(100)\n    return {}"},
    without("count_words", keep={"test_words_type": 1}), states=FAILURES, words="超过 3 秒")  # fmt: skip
answer("loop_exception_text", "process", {
    "count_words": "class E(Exception):\n    def __str__(self):\n        while True: pass\ndef count_words(text):\n    if isinstance(text, str):\n        return {}\n    raise E"},
    without("count_words", keep={"test_words_type": 1}), states=FAILURES)  # fmt: skip
own(
    "fork_goes_on",
    "process",
    "import os\n_child = os.fork() == 0",
    answers=WRONG,
    scores=WRONG_SCORES,
    states=ANY_GRADED,
    at_most=True,
)
own("fork_late_globals", "process", "import threading, time\ndef _later():\n    time.sleep(0.2)\n    torch.allclose = torch.equal = torch.relu = lambda *a, **k: True\n"
    "threading.Thread(target=_later, daemon=True).start()", answers=WRONG, scores=WRONG_SCORES)  # fmt: skip

# --------------------------------------------------------------------------- 6 resources

HOGS = {
    "list": "a = []\nwhile True:\n    a.append(bytearray(1 << 24))",
    "tensor": "torch.ones(1 << 36)",
    "tensors": "a = [torch.ones(1 << 24) for _ in range(1000)]",
    "numpy": "a = [np.ones(1 << 23) for _ in range(1000)]",
    "mmap": "import mmap\na = []\nfor _ in range(400):\n    a.append(mmap.mmap(-1, 1 << 24))\n    a[-1].write(b'x' * (1 << 24))",
    "memfd": "import os\na = []\nfor _ in range(400):\n    a.append(os.memfd_create('x'))\n    os.write(a[-1], b'x' * (1 << 24))",
    "print": "for _ in range(100):\n    print('x' * 10**6)",
    "stderr": "import os\nfor _ in range(100):\n    os.write(1, b'x' * 10**6)\n    os.write(2, b'x' * 10**6)",
    "display": "from IPython.display import display\nfor i in range(10_000):\n    display(i)",
    "display_large": "from IPython.display import display\nfor i in range(100):\n    display({'image/png': 'A' * 10**6}, raw=True)",
    "figures": "import matplotlib.pyplot as plt\nfor _ in range(30):\n    plt.figure(figsize=(1, 1))",
    "large_outputs": "for _ in range(40):\n    get_ipython().outputs.items.append({'output_type': 'stream', 'name': 'stdout', 'text': 'x' * 150_000})",
    "disk_tmp": "with open('/tmp/large', 'wb') as f:\n    for _ in range(2000):\n        f.write(b'x' * (1 << 20))",
    "disk_work": "import os\nfor i in range(2000):\n    with open(f'{i}.bin', 'wb') as f:\n        f.write(b'x' * (1 << 18))",
    "inodes": "for i in range(100_000):\n    open(f'/tmp/{i}', 'w').close()",
    "sparse": "import os\nwith open('/tmp/s', 'wb') as f:\n    os.truncate(f.fileno(), 1 << 40)",
    "descriptors": "a = []\nwhile True:\n    a.append(open('/dev/null'))",
    "name": "globals().update({'n' * 10**6: 1})\nx = 'y' * 10**7",
}
for _name, _code in HOGS.items():
    # What fills the memory and keeps it leaves little for the answers: how little depends on the machine.
    own(f"hog_{_name}", "resources", _code, states=ANY_GRADED, at_most=_name in ("list", "mmap"))
# Open files stay open: what the tests need is there already.
answer("hog_print_in_call", "resources", {
    "relu": "def relu(x):\n    for _ in range(20):\n        print('x' * 10**6)\n    return torch.clamp(x, min=0)"}, FULL)  # fmt: skip
answer("hog_memory_in_call", "resources", {
    "relu": "def relu(x):\n    return [bytearray(1 << 26) for _ in range(100)] and x"},
    without("relu"), states=ANY_GRADED)  # fmt: skip

# --------------------------------------------------------------------------- 7 network, files of others

_B = BREACH
REACH = {
    "connect": "import socket\nfor _f in (socket.AF_INET, socket.AF_INET6):\n    try:\n        socket.socket(_f, socket.SOCK_STREAM).connect(('127.0.0.1', 22))\n"
    f"        print({_B})\n    except OSError:\n        pass",
    "bind": f"import socket\ntry:\n    s = socket.socket()\n    s.bind(('0.0.0.0', 0))\n    s.listen()\n    print({_B})\nexcept OSError:\n    pass",
    "udp": f"import socket\ntry:\n    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 53))\n    print({_B})\nexcept OSError:\n    pass",
    "dns": f"import socket\ntry:\n    socket.getaddrinfo('example.org', 80)\n    print({_B})\nexcept OSError:\n    pass",
    "url": f"import urllib.request\ntry:\n    urllib.request.urlopen('http://127.0.0.1/', timeout=1)\n    print({_B})\nexcept OSError:\n    pass",
    "raw": f"import socket\nfor _a in ((socket.AF_PACKET, socket.SOCK_RAW), (socket.AF_NETLINK, socket.SOCK_RAW), (socket.AF_INET, socket.SOCK_RAW)):\n"
    f"    try:\n        socket.socket(*_a)\n        print({_B})\n    except OSError:\n        pass",
    "unix": f"import socket\ntry:\n    socket.socket(socket.AF_UNIX).connect('/run/docker.sock')\n    print({_B})\nexcept OSError:\n    pass",
    "write": "import os, site, sys, torch as _t\nfor _d in ['/', '/usr', '/usr/lib', '/etc', '/root', '/home', '/var', sys.prefix, os.path.dirname(_t.__file__),\n"
    f"           os.path.dirname(os.__file__), *site.getsitepackages()]:\n    try:\n        open(os.path.join(_d, 'evil'), 'w').close()\n        print({_B})\n    except OSError:\n        pass",
    "overwrite": "import os, torch as _t, autograder.engine.student as _s\nfor _p in (_t.__file__, _s.__file__, os.__file__, sys.executable if 'sys' in dir() else '/bin/sh', '/etc/passwd'):\n"
    f"    for _m in ('r+b', 'ab'):\n        try:\n            open(_p, _m).close()\n            print({_B})\n        except OSError:\n            pass\n"
    f"    for _f in (os.unlink, lambda p: os.chmod(p, 0o777), lambda p: os.rename(p, p + 'x'), lambda p: os.utime(p)):\n        try:\n            _f(_p)\n            print({_B})\n        except OSError:\n            pass",
    "proc": f"import os\nfor _p in ('/proc/sys/kernel/core_pattern', '/proc/sysrq-trigger', '/proc/1/oom_score_adj_', '/sys/fs/cgroup/memory.max', '/dev/mem', '/dev/sda'):\n"
    f"    try:\n        open(_p, 'w').write('x')\n        print({_B})\n    except OSError:\n        pass",
    "links": f"import os\nfor _t in ('/etc/shadow', '/root', '/proc/1/root'):\n    try:\n        os.symlink(_t, '/tmp/l' + str(len(_t)))\n    except OSError:\n        continue\n"
    f"try:\n    print({_B}, open('/tmp/l11').read())\nexcept OSError:\n    pass\ntry:\n    os.link('/usr/bin/env', '/tmp/env')\n    print({_B})\nexcept OSError:\n    pass",
    "terminal": "import fcntl, os\nfor _n in range(3):\n    try:\n        fcntl.ioctl(_n, 0x5412, b'x')\n" f"        print({_B})\n    except OSError:\n        pass",
}  # fmt: skip
for _name, _code in REACH.items():
    own(f"reach_{_name}", "reach", _code)

# --------------------------------------------------------------------------- 8 cell structure


def find(notebook: NotebookNode, grade_id: str) -> NotebookNode:
    return next(cell for cell in notebook.cells if cell.id == grade_id.replace("_", "-"))


def each_test(change: Callable[[NotebookNode], object]) -> Callable[[NotebookNode], None]:
    """Change all test cells."""

    def apply(notebook: NotebookNode) -> None:
        for name in TESTS:
            change(find(notebook, name))

    return apply


def each(change: Callable[[NotebookNode], object]) -> Callable[[NotebookNode], None]:
    """Change all cells that nbgrader knows."""

    def apply(notebook: NotebookNode) -> None:
        for cell in notebook.cells:
            if "nbgrader" in cell.metadata:
                change(cell)

    return apply


def only(keep: Callable[[NotebookNode], object]) -> Callable[[NotebookNode], None]:
    return lambda notebook: notebook.update(cells=[cell for cell in notebook.cells if keep(cell)])


def _points(cell: NotebookNode) -> None:
    cell.metadata.nbgrader.update(points=1000, grade=True, solution=False)


def _turn_into(kind: str) -> Callable[[NotebookNode], None]:
    def change(cell: NotebookNode) -> None:
        cell.cell_type = kind
        cell.pop("outputs", None)
        cell.pop("execution_count", None)
        if kind == "code":
            cell.update(outputs=[], execution_count=None)

    return change


def _copy_all(notebook: NotebookNode) -> None:
    copies = [NotebookNode(**cell | {"id": f"copy-{i}"}) for i, cell in enumerate(notebook.cells)]
    notebook.cells += copies


def _double(cell_id: str, source: str, *, before: bool = False) -> Callable[[NotebookNode], None]:
    def change(notebook: NotebookNode) -> None:
        place = next(i for i, cell in enumerate(notebook.cells) if cell.id == cell_id)
        copy = nbformat.from_dict(dict(notebook.cells[place]) | {"id": "copy", "source": source})
        notebook.cells.insert(place + (not before), copy)

    return change


def _many(notebook: NotebookNode) -> None:
    notebook.cells[3:3] = [new_code_cell(f"x{i} = {i}") for i in range(1500)]
    notebook.cells += [new_markdown_cell("x") for _ in range(1500)]


def _schema(version: object) -> Callable[[NotebookNode], None]:
    return each(lambda cell: cell.metadata.nbgrader.update(schema_version=version))


#: What is done to a notebook with wrong answers.
STRUCTURE: dict[str, Callable[[NotebookNode], object]] = {
    "tests_deleted": only(lambda cell: cell.metadata.get("nbgrader", {}).get("grade_id") not in TESTS),
    "tests_pass": each_test(lambda cell: cell.update(source="pass")),
    "tests_number": each_test(lambda cell: cell.update(source="1000")),
    "tests_skipped": each_test(lambda cell: cell.metadata.update(tags=["skip-execution", "raises-exception"])),
    "tests_retyped": each_test(_turn_into("markdown")),
    "tests_raw": each_test(_turn_into("raw")),
    "tests_points": each_test(_points),
    "tests_unlocked": each_test(lambda cell: cell.metadata.nbgrader.update(locked=False, grade=False)),
    "tests_solutions": each_test(lambda cell: cell.metadata.nbgrader.update(solution=True)),
    "answers_graded": each(_points),
    "renamed": each_test(lambda cell: cell.metadata.nbgrader.update(grade_id="other_" + cell.metadata.nbgrader.grade_id)),
    "same_id": each_test(lambda cell: cell.metadata.nbgrader.update(grade_id="test_words_type")),
    "reversed": lambda notebook: notebook.cells.reverse(),
    "doubled": _copy_all,
    "setup_edited": lambda notebook: find(notebook, "setup").update(source="import sys\nsys.exit()"),
    "setup_liar": lambda notebook: find(notebook, "setup").update(source=SETUP + "torch.allclose = lambda *a: True"),
    "stripped": lambda notebook: [cell.metadata.clear() for cell in notebook.cells],
    "cell_ids": lambda notebook: [cell.update(id="same") for cell in notebook.cells],
    "ids_swapped": lambda notebook: [cell.update(id=f"test-{i}") for i, cell in enumerate(notebook.cells)],
    "many_cells": _many,
    "attachments": lambda notebook: [cell.update(attachments={"a.png": {"image/png": "A" * 10**6}}) for cell in notebook.cells if cell.cell_type == "markdown"],
    "forged_verdict": lambda notebook: notebook.metadata.update(nbgrader={"score": 1000}, score=100, kernelspec={"name": "bash", "display_name": "x", "language": "bash"}),
    "language": lambda notebook: notebook.metadata.update(language_info={"name": "bash", "file_extension": ".sh"}, kernelspec={"name": "../../evil", "display_name": "x"}),
    "meta_types": each_test(lambda cell: cell.metadata.update(nbgrader=["grade", True])),
    "meta_lists": each_test(lambda cell: cell.metadata.nbgrader.update(grade_id=["test_words_type"], points="1000", grade="yes")),
    "meta_numbers": each_test(lambda cell: cell.metadata.nbgrader.update(grade_id=7, points=-5)),
    "schema_1": _schema(1), "schema_2": _schema(2), "schema_4": _schema(4), "schema_99": _schema(99), "schema_text": _schema("3"),
    "schema_none": _schema(None), "schema_list": _schema([]),
    "hidden_marks": lambda notebook: find(notebook, "relu").update(source="### BEGIN HIDDEN TESTS\n" + WRONG["relu"] + "\n### END HIDDEN TESTS\n### BEGIN SOLUTION"),
    "forged_outputs": each_test(lambda cell: cell.update(outputs=[nbformat.v4.new_output("execute_result", {"text/plain": "1000"}, execution_count=1)])),
    "new_tests": lambda notebook: notebook.cells.append(new_code_cell("assert True", metadata={"nbgrader": {"grade": True, "grade_id": "bonus", "points": 50, "locked": True, "solution": False, "schema_version": 3}})),
    "task_cell": lambda notebook: find(notebook, "relu").metadata.nbgrader.update(task=True, points=99),
}  # fmt: skip
for _name, _change in STRUCTURE.items():
    ATTACKS[f"structure_{_name}"] = Case("structure", WRONG, WRONG_SCORES, change=_change)
    if _name not in ("setup_edited", "same_id", "ids_swapped"):
        ATTACKS[f"structure_{_name}_honest"] = Case("structure", {}, FULL, change=_change)
for _name in ("structure_hidden_marks_honest", "structure_reversed_honest"):
    del ATTACKS[_name]
# Without metadata and with ids of their own, no cell can be told apart.
ATTACKS["structure_reversed_honest"] = Case("structure", {}, FULL, change=STRUCTURE["reversed"])
ATTACKS["structure_answers_retyped"] = Case(
    "structure", WRONG, WRONG_SCORES, change=lambda nb: [_turn_into("markdown")(find(nb, name)) for name in SOLUTIONS]
)
ATTACKS["structure_answers_raw"] = Case(
    "structure", WRONG, WRONG_SCORES, change=lambda nb: [_turn_into("raw")(find(nb, name)) for name in SOLUTIONS]
)
ATTACKS["structure_answers_deleted"] = Case(
    "structure", {}, NOTHING, change=only(lambda cell: cell.id.replace("-", "_") not in SOLUTIONS), words="不在笔记本里"
)
ATTACKS["structure_think_as_code"] = Case(
    "structure", {}, FULL, change=lambda nb: _turn_into("code")(find(nb, "think"))
)
ATTACKS["structure_wrong_after"] = Case(
    "structure", {}, without("relu", keep={"test_relu_form": 1, "test_relu_input": 1}), change=_double("relu", WRONG["relu"]),
    words="不止一份",
)  # fmt: skip
ATTACKS["structure_wrong_before"] = Case(
    "structure", {}, FULL, change=_double("relu", WRONG["relu"], before=True), words="不止一份"
)
ATTACKS["structure_no_cells"] = Case(
    "structure", change=lambda nb: nb.update(cells=[]), states=NOT_GRADABLE, words="没有本实验"
)
ATTACKS["structure_other_lab"] = Case(
    "structure", change=lambda nb: nb.update(cells=[new_code_cell("1")]), states=NOT_GRADABLE, words="交错了"
)

# --------------------------------------------------------------------------- 9 file formats


def _plain(**answers: str) -> bytes:
    return to_bytes(answered(answers))


def _edited(change: Callable[[dict], object]) -> bytes:
    """The right notebook with its JSON changed."""
    content = json.loads(_plain())
    change(content)
    return json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _old_format(minor: int) -> bytes:
    def change(content: dict) -> None:
        content["nbformat_minor"] = minor
        for cell in content["cells"]:
            del cell["id"]

    return _edited(change)


def _code_cell(content: dict, **changes: object) -> None:
    next(cell for cell in content["cells"] if cell["cell_type"] == "code").update(changes)


def format_case(name: str, content: bytes, words: str = "", scores: Mapping[str, float] | None = None, **more) -> None:
    states = more.pop("states", NOT_GRADABLE if scores is None else ("graded",))
    ATTACKS[f"format_{name}"] = Case("format", content=content, scores=scores, states=states, words=words, **more)


_whole = _plain()
format_case("empty", b"", "空的")
format_case("spaces", b" \n\t" * 100, "空的")
format_case("truncated", _whole[: len(_whole) // 2], "截断")
format_case("last_brace", _whole.rstrip()[:-1], "截断")
format_case("trailing", _whole + b"}", "截断")
format_case("bom", b"\xef\xbb\xbf" + _whole, scores=FULL)
format_case("two_boms", b"\xef\xbb\xbf" * 2 + _whole, "截断")
format_case("utf16", nbformat.writes(answered()).encode("utf-16"), "UTF-8")
format_case("utf32", nbformat.writes(answered()).encode("utf-32"))
format_case("gbk", nbformat.writes(answered()).encode("gbk"), "UTF-8")
format_case("latin", _whole + b"\xe9\xff", "UTF-8")
format_case("crlf", _whole.replace(b"\n", b"\r\n"), scores=FULL)
format_case("compact", json.dumps(json.loads(_whole), ensure_ascii=True, separators=(",", ":")).encode(), scores=FULL)
format_case("nbformat_3", nbformat.writes(answered(), version=3).encode(), scores=FULL)
for _minor in range(5):
    format_case(f"nbformat_4_{_minor}", _old_format(_minor), scores=FULL)
format_case("nbformat_4_99", _edited(lambda c: c.update(nbformat_minor=99)), scores=FULL)
for _value in (0, 1, 2, 5, 99, -4, True, 4.0, "4", None, [4], 10**30):
    format_case(
        f"nbformat_{str(_value)[:6]}".replace(".", "_"), _edited(lambda c, value=_value: c.update(nbformat=value))
    )
format_case("minor_text", _edited(lambda c: c.update(nbformat_minor="5")))
format_case("minor_missing", _edited(lambda c: c.pop("nbformat_minor")))
format_case("cells_none", _edited(lambda c: c.update(cells=None)))
format_case("cells_dict", _edited(lambda c: c.update(cells={})))
format_case("cells_text", _edited(lambda c: c.update(cells="x")))
format_case("cells_missing", _edited(lambda c: c.pop("cells")))
format_case("cell_none", _edited(lambda c: c["cells"].append(None)))
format_case("cell_odd_type", _edited(lambda c: _code_cell(c, cell_type="evil")))
format_case("source_int", _edited(lambda c: _code_cell(c, source=7)))
format_case("source_none", _edited(lambda c: _code_cell(c, source=None)))
format_case("source_dict", _edited(lambda c: _code_cell(c, source={"a": 1})))
format_case("source_list", _edited(lambda c: [cell.update(source=cell["source"] if isinstance(cell["source"], list) else cell["source"].splitlines(True)) for cell in c["cells"]]), scores=FULL)  # fmt: skip
format_case("source_list_of_lists", _edited(lambda c: _code_cell(c, source=[["a"]])))
format_case("outputs_none", _edited(lambda c: _code_cell(c, outputs=None)))
format_case("outputs_odd", _edited(lambda c: _code_cell(c, outputs=[{"output_type": "evil"}])))
format_case("metadata_none", _edited(lambda c: c.update(metadata=None)))
format_case("metadata_list", _edited(lambda c: [cell.update(metadata=[]) for cell in c["cells"]]))
format_case("extra_keys", _edited(lambda c: [c.update(evil=1), _code_cell(c, evil={"a": [1]})]), scores=FULL)
format_case("infinity", _edited(lambda c: c["metadata"].update(a=float("inf"), b=float("nan"))), scores=FULL)
format_case("huge_number", _whole.replace(b'"nbformat_minor"', b'"n": ' + b"9" * 6000 + b', "nbformat_minor"'))
format_case("huge_float", _whole.replace(b'"nbformat_minor"', b'"n": 1e999999, "nbformat_minor"'), scores=FULL)
format_case("duplicate_keys", _whole.replace(b'"nbformat_minor"', b'"cells": [], "nbformat_minor"')
    .rstrip()[:-1] + b', "cells": []}', "没有本实验")  # fmt: skip
format_case("surrogates", _edited(lambda c: c["cells"].append({"cell_type": "markdown", "id": "s", "metadata": {}, "source": "?"})).replace(b'"?"', b'"\\ud800 \\udc00"'), scores=FULL)  # fmt: skip
format_case(
    "surrogate_code",
    _whole.replace(b"torch.clamp(x, min=0)", b"torch.clamp(x, min=0) # \\ud800"),
    scores=without("relu"),
)
format_case("raw_surrogate", _whole.replace("练习 1".encode(), b"\xed\xa0\x80"), "UTF-8")
format_case("nul_bytes", b"\0" * 5000)
format_case(
    "nul_in_json", _whole.replace(b"torch.clamp(x, min=0)", b"torch.clamp(x, min=0) # \\u0000"), scores=without("relu")
)
format_case("raw_nul", _whole.replace("练习 1".encode(), b"\0"))
format_case("brackets", b"[" * 100_000)
format_case("brackets_closed", b"[" * 100_000 + b"]" * 100_000)
format_case(
    "deep_metadata",
    _whole.replace(b'"nbformat_minor"', b'"x": ' + b"[" * 100_000 + b"]" * 100_000 + b', "nbformat_minor"'),
)
format_case("deep_900", _whole.replace(b'"nbformat_minor"', b'"x": ' + b"[" * 900 + b"]" * 900 + b', "nbformat_minor"'), states=("not gradable", "graded"))  # fmt: skip
format_case("html", b"<!DOCTYPE html><html><body>Login</body></html>")
format_case("json_list", b"[]", "不是 Jupyter")
format_case("json_text", b'"nbformat"', "不是 Jupyter")
format_case("json_null", b"null", "不是 Jupyter")
format_case("zip", b"PK\x03\x04" + bytes(range(256)) * 10, "UTF-8")
format_case("pickle", b"\x80\x04cos\nsystem\n(S'touch /tmp/evil'\ntR.")
format_case("python", SOLUTIONS["relu"].encode())
format_case("git_conflict", _whole.replace(b"{", b"<<<<<<< HEAD\n{", 1), "截断")
format_case("large", b'{"nbformat": 4, "x": "' + b"A" * (21 << 20) + b'"}', "MB")
format_case("large_outputs", _edited(lambda c: _code_cell(c, outputs=[{"output_type": "stream", "name": "stdout", "text": "x" * (15 << 20)}])), scores=FULL)  # fmt: skip

# Sources that are hard to read for the judge as well, which looks for calls to do without.
answer(
    "source_minus",
    "source",
    {"relu": "y = " + "-" * 100_000 + "1\n" + SOLUTIONS["relu"]},
    without("relu"),
    states=ANY_GRADED,
)
answer("source_parentheses", "source", {"relu": "(" * 100_000}, without("relu"), words="SyntaxError")
answer("source_attributes", "source", {"relu": "y = x" + ".a" * 100_000}, without("relu"), states=ANY_GRADED)
answer("source_null", "source", {"relu": "a = 1\0"}, without("relu"))
answer("source_form_feed", "source", {"relu": "\f\n" + SOLUTIONS["relu"]}, FULL)
answer(
    "source_magics",
    "source",
    {"relu": "%pwd\n" * 600 + SOLUTIONS["relu"]},
    without("relu"),
    states=ANY_GRADED,
)
answer("source_long_line", "source", {"relu": "y = '" + "x" * 10**6 + "'\n" + SOLUTIONS["relu"]}, FULL)
answer("source_coding", "source", {"relu": "# -*- coding: utf-7 -*-\n" + SOLUTIONS["relu"]}, FULL)
answer("source_return", "source", {"relu": "return 1"}, without("relu"), words="SyntaxError")
answer(
    "source_big_int",
    "source",
    {"relu": "y = " + "9" * 10**4 + "\n" + SOLUTIONS["relu"]},
    without("relu"),
    words="SyntaxError",
)
answer(
    "source_stub",
    "source",
    dict.fromkeys(SOLUTIONS, "raise NotImplementedError('这里还没有完成')"),
    NOTHING,
    words="还没有完成",
)
answer("source_empty", "source", dict.fromkeys(SOLUTIONS, ""), NOTHING, words="没有找到")

# --------------------------------------------------------------------------- 10 the submission's folder


def files(**contents: str | bytes) -> Callable[[Path, Course], None]:
    """Lay files: ``__`` in a name stands for a slash."""

    def lay(folder: Path, course: Course) -> None:
        for name, content in contents.items():
            path = folder / name.replace("__SLASH__", "/").replace("__DOT__", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())

    return lay


EVIL = "raise SystemExit('evil')\n"


def beside(name: str, case: Case) -> None:
    ATTACKS[f"folder_{name}"] = case


def notebook_is(make: Callable[[Path, Course], object]) -> Callable[[Path, Course], None]:
    return lambda folder, course: make(folder / FILE, course) and None


def _fifo(path: Path, course: Course) -> None:
    os.mkfifo(path)


def _unix_socket(path: Path, course: Course) -> None:
    # A socket's path may not be long.
    here = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(path.name)
    finally:
        os.chdir(here)


def _linked_folder(folder: Path, course: Course) -> None:
    folder.rmdir()
    folder.symlink_to(course.submitted / "0_honest" / LAB)


for _name in ("torch", "numpy", "autograder", "nbformat"):
    beside(
        f"package_{_name}",
        Case("folder", WRONG, WRONG_SCORES, lay=files(**{f"{_name}__SLASH____init____DOT__py": EVIL})),
    )
for _name in (
    "helper",
    "ipykernel_launcher",
    "sitecustomize",
    "usercustomize",
    "conftest",
    "json",
    "typing",
    "nbgrader_config",
    "torch",
):
    beside(f"module_{_name}", Case("folder", WRONG, WRONG_SCORES, lay=files(**{f"{_name}__DOT__py": EVIL})))
beside("helper_honest", Case("folder", {}, FULL, lay=files(helper__DOT__py="GREETING = 'mine'\n")))
beside(
    "late_garbage",
    Case("folder", {}, FULL, lay=files(timestamp__DOT__txt="gestern\0 abc \ud83d".encode("utf-8", "replace"))),
)
beside("late_binary", Case("folder", {}, FULL, lay=files(timestamp__DOT__txt=bytes(range(256)))))
beside("late_far", Case("folder", {}, FULL, lay=files(timestamp__DOT__txt="99999999-01-01 00:00:00 UTC")))
beside("late_long", Case("folder", {}, FULL, lay=files(timestamp__DOT__txt="9" * 10**6)))
beside("late_folder", Case("folder", {}, FULL, lay=lambda folder, course: (folder / "timestamp.txt").mkdir()))
beside(
    "late_link",
    Case("folder", {}, FULL, lay=lambda folder, course: (folder / "timestamp.txt").symlink_to("/etc/passwd")),
)
beside("late_fifo", Case("folder", {}, FULL, lay=lambda folder, course: os.mkfifo(folder / "timestamp.txt")))
LINK = {"states": NOT_GRADABLE, "words": "普通文件", "name": None}
beside(
    "link_source",
    Case("folder", lay=notebook_is(lambda path, c: path.symlink_to(c.root / "source_notebooks" / LAB / FILE)), **LINK),
)
beside(
    "link_neighbour",
    Case("folder", lay=notebook_is(lambda path, c: path.symlink_to(c.submitted / "0_honest" / LAB / FILE)), **LINK),
)
beside("link_passwd", Case("folder", lay=notebook_is(lambda path, c: path.symlink_to("/etc/passwd")), **LINK))
beside("link_dangling", Case("folder", lay=notebook_is(lambda path, c: path.symlink_to("nowhere")), **LINK))
beside("link_itself", Case("folder", lay=notebook_is(lambda path, c: path.symlink_to(path)), **LINK))
beside("link_zero", Case("folder", lay=notebook_is(lambda path, c: path.symlink_to("/dev/zero")), **LINK))
beside("link_other_name", Case("folder", lay=lambda folder, c: (folder / "a.ipynb").symlink_to("/etc/passwd"), **LINK))
beside("fifo", Case("folder", lay=notebook_is(_fifo), **LINK))
beside("socket", Case("folder", lay=notebook_is(_unix_socket), **LINK))
beside("directory", Case("folder", lay=notebook_is(lambda path, c: path.mkdir()), **LINK))
beside("device", Case("folder", lay=notebook_is(lambda path, c: os.mknod(path, 0o20666, os.makedev(1, 5))), **LINK))
beside(
    "hard_link",
    Case(
        "folder",
        scores=FULL,
        name=None,
        lay=notebook_is(lambda path, c: path.hardlink_to(c.submitted / "0_honest" / LAB / FILE)),
    ),
)
beside("linked_folder", Case("folder", lay=_linked_folder, **LINK))
beside("nothing", Case("folder", states=NOT_GRADABLE, words="没有任何", name=None))
beside(
    "two_others", Case("folder", states=NOT_GRADABLE, words="没有找到", name="a.ipynb", lay=files(b__DOT__ipynb=b"{}"))
)
beside("name_newline", Case("folder", {}, FULL, name="a\nb.ipynb", words="文件名应为"))
beside("name_emoji", Case("folder", {}, FULL, name="🙂 (最终版)(2).ipynb", words="文件名应为"))
beside("name_markup", Case("folder", {}, FULL, name="<img src=x onerror=alert(1)>.ipynb", words="文件名应为"))
beside("name_long", Case("folder", {}, FULL, name="长" * 80 + ".ipynb", words="文件名应为"))
beside("name_bytes", Case("folder", {}, FULL, name=os.fsdecode(b"\xff\xfe.ipynb"), words="文件名应为"))
beside(
    "names_bytes",
    Case(
        "folder",
        states=NOT_GRADABLE,
        words="没有找到",
        name=os.fsdecode(b"\xff\xfe.ipynb"),
        lay=files(b__DOT__ipynb=b"{}"),
    ),
)
beside("name_upper", Case("folder", {}, FULL, name=FILE.upper().replace("IPYNB", "ipynb"), words="文件名应为"))
beside(
    "checkpoints",
    Case(
        "folder",
        WRONG,
        WRONG_SCORES,
        lay=files(**{f"__DOT__ipynb_checkpoints__SLASH__{FILE.replace('.', '__DOT__')}": _plain()}),
    ),
)
beside("unreadable", Case("folder", {}, FULL, lay=lambda folder, c: (folder / FILE).chmod(0)))
