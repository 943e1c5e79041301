"""Honest answers that look odd: they keep every point."""

# One submission a line, however long.
# ruff: noqa: E501

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import nbformat
import pytest
from attacks import FULL, LAB, SETUP, SOLUTIONS, answered, find, make_course, to_bytes
from conftest import autograder
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output

from autograder.course import Course


@dataclass(frozen=True)
class Odd:
    """Right answers, differently given."""

    answers: Mapping[str, str] = field(default_factory=dict)
    extra: str | None = None  #: a cell of the student's own, before the first answer
    later: str | None = None  #: another one, at the end
    change: Callable[[NotebookNode], object] | None = None

    def notebook(self) -> NotebookNode:
        notebook = answered(self.answers)
        if self.extra is not None:
            notebook.cells.insert(2, new_code_cell(self.extra, id="mine"))
        if self.later is not None:
            notebook.cells.append(new_code_cell(self.later, id="later"))
        if self.change is not None:
            self.change(notebook)
        return notebook


def ran_before(notebook: NotebookNode) -> None:
    """As after "run all": outputs of every kind, pictures among them."""
    for number, cell in enumerate(cell for cell in notebook.cells if cell.cell_type == "code"):
        cell.execution_count = number * 7
        cell.outputs = [
            new_output("stream", text="x" * 1000),
            new_output(
                "display_data", {"image/png": "iVBORw0KGgo=" * 2000, "text/html": "<b>1</b>", "application/x": "y"}
            ),
            new_output("error", ename="ValueError", evalue="", traceback=["\x1b[31mx"]),
        ]


def no_ids(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        del cell["id"]
    notebook.nbformat_minor = 4


def moved(notebook: NotebookNode) -> None:
    """An answer cut and pasted to the end; its tests stand where they stood."""
    cell = find(notebook, "relu")
    notebook.cells.remove(cell)
    notebook.cells.append(cell)


def own_metadata(notebook: NotebookNode) -> None:
    notebook.metadata.update(
        colab={"provenance": []}, widgets={}, kernelspec={"name": "my-env", "display_name": "mine"}
    )
    for cell in notebook.cells:
        cell.metadata.update(tags=["mine"], collapsed=True, scrolled=False, ExecuteTime={"end_time": "2026"}, id="AbC")


RELU = SOLUTIONS["relu"]
SCALER = SOLUTIONS["scaler"]
NET = SOLUTIONS["net"]
TRAIN = SOLUTIONS["train"]
WORDS = SOLUTIONS["count_words"]
NET_LINE = "return self.fc2(self.drop(torch.relu(self.fc1(x))))"


def relu(body: str, before: str = "") -> Odd:
    return Odd({"relu": f"{before}\ndef relu(x):\n    {body}"})


ODDITIES: dict[str, Odd] = {
    # Where code stands.
    "helper_cell": Odd({"relu": "def relu(x):\n    return _positive(x)"}, extra="def _positive(x):\n    return x * (x > 0)"),
    "all_in_one_cell": Odd({"relu": "\n\n".join(SOLUTIONS.values()), "scaler": "", "net": "", "train": "# oben", "count_words": "pass"}),
    "spread": Odd({"relu": "def _part(x):\n    return (x > 0).to(x.dtype)", "scaler": SCALER}, extra="def relu(x):\n    return x * _part(x)"),
    "imports_anywhere": Odd({"relu": "def relu(x):\n    import torch as t\n    from torch.nn import functional\n    return functional.relu(x)"}),
    "answer_twice": Odd({"relu": "def relu(x):\n    return None\n\n" + RELU}),
    "main": Odd({"relu": RELU + "\n\nif __name__ == '__main__':\n    print(relu(torch.ones(2)))"}),
    "tests_of_own": Odd({"relu": RELU + "\nassert relu(torch.tensor(-1.0)) == 0\nprint('ok')"}),
    "indented": Odd({"relu": "    " + RELU.replace("\n", "\n    ")}),
    "tabs": Odd({"relu": RELU.replace("    ", "\t")}),
    "windows_lines": Odd({"relu": RELU.replace("\n", "\r\n")}),
    "prompts": Odd({"relu": ">>> def relu(x):\n...     return torch.clamp(x, min=0)"}),
    "comments": Odd({"relu": "# 注释：全角，标点。🙂\n" + RELU + "  # ReLU 激活"}),
    "docstring": relu('"""返回 max(0, x)。\n\n    >>> relu(1)\n    %time 不是魔法\n    """\n    return torch.clamp(x, min=0)'),
    "magic_time": Odd({"relu": "%time\n" + RELU}),
    "magic_matplotlib": Odd({"relu": "%matplotlib inline\n" + RELU}),
    "magic_capture": Odd({"relu": "%%capture out\n" + RELU}),
    "magic_timeit": Odd({"relu": RELU + "\n%timeit -n 1 -r 1 relu(torch.ones(2))"}),
    "magic_cell_time": Odd({"net": "%%time\n" + NET}),
    "magic_autoreload": Odd(extra="%load_ext autoreload\n%autoreload 2"),
    "magic_writefile": Odd({"relu": "from mine import relu"}, extra=f"%%writefile mine.py\nimport torch\n{RELU}"),
    "shell": Odd({"relu": "!ls\nfiles = !ls\n" + RELU}),
    "shell_pip": Odd(extra="!pip install -q torch numpy"),
    "help": Odd({"relu": RELU + "\nrelu?"}),
    "last_value": Odd({"relu": RELU + "\nrelu(torch.ones(3))\n_"}),
    "top_level_await": Odd({"relu": "import asyncio\nawait asyncio.sleep(0)\n" + RELU}),
    "future": Odd({"relu": "from __future__ import annotations\n" + RELU}),
    "type_hints": Odd({"relu": "def relu(x: torch.Tensor, /) -> 'torch.Tensor | None':\n    y: torch.Tensor = torch.clamp(x, min=0)\n    return y"}),
    "match": relu("match x:\n        case torch.Tensor():\n            return torch.clamp(x, min=0)"),
    # What is said on the way.
    "prints": relu("print('relu', x.shape)\n    return torch.clamp(x, min=0)"),
    "stderr": relu("sys.stderr.write('!' * 1000)\n    return torch.clamp(x, min=0)", "import sys"),
    "warns": relu("warnings.warn('careful')\n    return torch.clamp(x, min=0)", "import warnings\nwarnings.warn('x')"),
    "warns_filter": relu("return torch.clamp(x, min=0)", "import warnings\nwarnings.filterwarnings('ignore')"),
    "logging": relu("log.warning('relu %s', x.shape)\n    return torch.clamp(x, min=0)", "import logging\nlogging.basicConfig()\nlog = logging.getLogger(__name__)"),
    "tqdm": Odd({"train": TRAIN.replace("range(steps)", "tqdm(range(steps))")}, extra="from tqdm.auto import tqdm\nfor _ in tqdm(range(3)): pass"),
    "tqdm_plain": Odd({"train": TRAIN.replace("range(steps)", "tqdm(range(steps), file=__import__('sys').stdout)")}, extra="from tqdm import tqdm"),
    "plots": Odd({"train": TRAIN.replace("    return losses", "    plt.plot(losses)\n    plt.show()\n    return losses")}, extra="import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.title('损失')\nplt.show()"),
    "display": Odd({"relu": "from IPython.display import HTML, Markdown, clear_output, display\ndisplay(HTML('<b>1</b>'), Markdown('*x*'))\nclear_output()\n" + RELU}),
    "surrogate_output": Odd({"relu": "print(chr(0xD800))\n" + RELU}),
    "flush": relu("print('x', flush=True, file=sys.stdout)\n    return torch.clamp(x, min=0)", "import sys\nsys.stdout.flush()"),
    # Ways to be a function.
    "lambda": Odd({"relu": "relu = lambda x: x.clamp(min=0)"}),
    "partial": Odd({"relu": "import functools\nrelu = functools.partial(torch.clamp, min=0)"}),
    "built_in": Odd({"relu": "relu = torch.relu"}),
    "module_object": Odd({"relu": "relu = nn.ReLU()"}),
    "callable_object": Odd({"relu": "class _Relu:\n    def __call__(self, x):\n        return torch.clamp(x, min=0)\n\nrelu = _Relu()"}),
    "bound_method": Odd({"relu": "class _Box:\n    def go(self, x):\n        return torch.clamp(x, min=0)\n\nrelu = _Box().go"}),
    "decorated": Odd({"relu": "import functools\ndef _twice(f):\n    @functools.wraps(f)\n    def g(*a, **k):\n        return f(f(*a, **k))\n    return g\n\n@_twice\n" + RELU}),
    "cached": Odd({"count_words": "import functools\n@functools.lru_cache\ndef _cached(text):\n    return collections.Counter(text.split())\n\ndef count_words(text):\n    if type(text) is not str:\n        raise ValueError\n    return dict(_cached(text))"}),
    "closure": Odd({"relu": "def _make():\n    zero = 0\n    def relu(x):\n        return torch.clamp(x, min=zero)\n    return relu\n\nrelu = _make()"}),
    "more_arguments": Odd({"relu": "def relu(x, slope=0, *args, **kwargs):\n    return torch.where(x > 0, x, slope * x)"}),
    "class_as_function": Odd({"count_words": "class count_words(dict):\n    def __new__(cls, text):\n        if not isinstance(text, str):\n            raise ValueError\n        return dict(collections.Counter(text.split()))"}),
    "scripted": Odd({"relu": "@torch.jit.script\ndef relu(x):\n    return torch.clamp(x, min=0.0)"}),
    # Ways to compute.
    "where": relu("return torch.where(x > 0, x, torch.zeros_like(x))"),
    "mask": relu("y = x.clone()\n    y[y < 0] = 0\n    return y"),
    "in_place_on_a_copy": relu("return x.clone().clamp_(min=0)"),
    "maximum": relu("return torch.maximum(x, torch.tensor(0.0, dtype=x.dtype))"),
    "functional": relu("return F.relu(x)"),
    "module_inside": relu("return nn.ReLU()(x)"),
    "no_copy": relu("return (x + x.abs()) / 2"),
    "contiguous": relu("return torch.clamp(x.t() if x.ndim == 2 else x, min=0).t() if x.ndim == 2 else torch.clamp(x, min=0)"),
    "own_gradient": relu(
        "return _Relu.apply(x)",
        "class _Relu(torch.autograd.Function):\n    @staticmethod\n    def forward(ctx, x):\n        ctx.save_for_backward(x)\n"
        "        return x.clamp(min=0)\n    @staticmethod\n    def backward(ctx, g):\n        (x,) = ctx.saved_tensors\n        return g * (x > 0)\n",
    ),
    "recursion": relu("return torch.stack([relu(row) for row in x]) if x.ndim > 1 else torch.clamp(x, min=0)"),
    "loop": relu("y = torch.zeros_like(x)\n    for i, v in enumerate(x.reshape(-1)):\n        if v > 0:\n            y.view(-1)[i] = v\n    return y"),
    "subclass": relu("return torch.clamp(x, min=0).as_subclass(_T)", "class _T(torch.Tensor):\n    pass\n"),
    "default_device": Odd(extra="device = 'cuda' if torch.cuda.is_available() else 'cpu'\ntorch.set_default_device(device)"),
    "printoptions": Odd(extra="torch.set_printoptions(precision=2)\nnp.set_printoptions(suppress=True)\ntorch.manual_seed(0)\nnp.random.seed(0)"),
    "threads": relu("t = threading.Thread(target=print)\n    t.start()\n    t.join()\n    return torch.clamp(x, min=0)", "import threading"),
    "executor": Odd({"count_words": "from concurrent.futures import ThreadPoolExecutor\n" + WORDS.replace("dict(", "ThreadPoolExecutor(2).submit(dict, ").replace("return Thread", "return Thread") + ".result()"}),
    "global_state": relu("global calls\n    calls += 1\n    return torch.clamp(x, min=0)", "calls = 0"),
    "data_loader": Odd({"train": TRAIN.replace("(net(x) - y)", "(net(next(iter(torch.utils.data.DataLoader(x, batch_size=len(x))))) - y)")}),
    "no_grad_script": Odd(extra="with torch.no_grad():\n    w = torch.ones(3, requires_grad=True) * 2\nw0 = torch.ones(2, requires_grad=True)\n(w0 ** 2).sum().backward()"),
    # Shadowed names.
    "shadow_x": Odd(extra="x = 3\ns = 'x'\nout = None\nright = 1\nexpected = before = state = net = start = found = 0"),
    "shadow_modules": Odd({"relu": "def relu(x):\n    return _t.clamp(x, min=0)"}, extra="import torch as _t\nF = 3\nhelper = 'mine'\nmath = None"),
    "shadow_list": Odd({"train": TRAIN.replace("[]", "__import__('builtins').list()")}, extra="list = [1, 2]\nstr_ = str\nmax = min = sum = 3"),
    "unicode_names": Odd({"relu": "def 激活(张量):\n    return torch.clamp(张量, min=0)\n\nrelu = 激活"}),
    "deleted_name": Odd(later="del relu, Scaler, Net\nprint('fertig')"),
    "redefined_later": Odd(later="def relu(x):\n    return None"),
    # Classes.
    "slots": Odd({"scaler": SCALER.replace("class Scaler:", "class Scaler:\n    __slots__ = ('n_', 'mean_', 'std_')\n")}),
    "properties": Odd({"scaler": SCALER.replace("self.n_ = len(x)", "self._x = x").replace("        return self\n", "        return self\n\n    @property\n    def n_(self):\n        return len(self._x)\n")}),
    "inheritance": Odd({"scaler": SCALER.replace("class Scaler:", "class _Base:") + "\n\nclass Scaler(_Base):\n    def __repr__(self):\n        return f'Scaler({self.n_})'"}),
    "dataclass": Odd({"scaler": "from dataclasses import dataclass\n\n@dataclass\n" + SCALER.replace("class Scaler:", "class Scaler:\n    eps: float = 0.0\n    mean_: object = None\n    std_: object = None\n    n_: int = 0\n")}),
    "abstract": Odd({"scaler": "import abc\nclass _A(abc.ABC):\n    @abc.abstractmethod\n    def fit(self, x): ...\n\n" + SCALER.replace("class Scaler:", "class Scaler(_A):")}),
    "equality": Odd({"scaler": SCALER + "\n\n    def __eq__(self, other):\n        return isinstance(other, Scaler) and self.n_ == other.n_\n\n    def __bool__(self):\n        return self.n_ > 0\n\n    def __len__(self):\n        return self.n_"}),
    "fit_returns_nothing": Odd({"scaler": SCALER.replace("        return self\n", "")}),
    "numpy_scalars": Odd({"scaler": SCALER.replace("self.n_ = len(x)", "self.n_ = np.int64(len(x))")}),
    "float_count": Odd({"scaler": SCALER.replace("self.n_ = len(x)", "self.n_ = np.float64(x.shape[0])")}),
    "torch_in_numpy": Odd({"scaler": SCALER.replace("x.mean(axis=0)", "torch.from_numpy(x).mean(dim=0).numpy()")}),
    "numpy_detour": Odd({"scaler": SCALER.replace("x.mean(axis=0)", "np.array([sum(c) / len(c) for c in x.T.tolist()])")}),
    "arguments_by_name": Odd({"scaler": SCALER.replace("def fit(self, x):", "def fit(self, x, y=None, **more):")}),
    "factory": Odd({"scaler": SCALER.replace("class Scaler", "class _S") + "\n\ndef Scaler(*args, **kwargs):\n    return _S(*args, **kwargs)"}),
    "metaclass": Odd({"scaler": "class _M(type):\n    pass\n\n" + SCALER.replace("class Scaler:", "class Scaler(metaclass=_M):")}),
    # Modules.
    "sequential": Odd({"net": "class Net(nn.Sequential):\n    def __init__(self):\n        super().__init__(collections.OrderedDict(fc1=nn.Linear(4, 8), act=nn.ReLU(), drop=nn.Dropout(), fc2=nn.Linear(8, 2)))"}),
    "buffers": Odd({"net": NET.replace("        self.fc2", "        self.register_buffer('calls', torch.zeros(()), persistent=False)\n        self.fc2").replace(NET_LINE, "self.calls += 1\n        " + NET_LINE)}),
    "submodules": Odd({"net": NET.replace("        self.fc2", "        self.act = nn.Sequential(nn.ReLU(), nn.Identity())\n        self.fc2").replace("torch.relu(", "self.act(")}),
    "functional_dropout": Odd({"net": NET.replace("self.drop(torch.relu(self.fc1(x)))", "F.dropout(torch.relu(self.fc1(x)), 0.5, self.training)")}),
    "own_parameters": Odd({"net": "class _Linear(nn.Module):\n    def __init__(self, i, o):\n        super().__init__()\n        self.weight = nn.Parameter(torch.randn(o, i))\n        self.bias = nn.Parameter(torch.zeros(o))\n    def forward(self, x):\n        return x @ self.weight.T + self.bias\n\n" + NET.replace("nn.Linear", "_Linear")}),
    "hooks": Odd({"net": NET.replace("        self.fc2", "        self.fc1.register_forward_hook(lambda m, i, o: None)\n        self.fc2")}),
    "own_train": Odd({"net": NET + "\n\n    def train(self, mode=True):\n        return super().train(mode)"}),
    "old_super": Odd({"net": NET.replace("super().__init__()", "super(Net, self).__init__()")}),
    "own_init": Odd({"net": NET + "\n\n    def extra_repr(self):\n        return 'x'\n\nfor _p in Net().parameters():\n    nn.init.zeros_(_p)"}),
    # Values that mean the same.
    "counter": Odd({"count_words": WORDS.replace("return dict(collections.Counter(text.split()))", "return {**collections.Counter(text.split())}")}),
    "numpy_counts": Odd({"count_words": WORDS.replace("return dict(collections.Counter(text.split()))", "return {w: np.int64(text.split().count(w)) for w in text.split()}")}),
    "own_error": Odd({"count_words": "class BadInput(ValueError):\n    pass\n\n" + WORDS.replace("raise ValueError(", "raise BadInput(")}),
    "error_from": Odd({"count_words": "def count_words(text):\n    try:\n        return dict(collections.Counter(text.split()))\n    except AttributeError as e:\n        raise ValueError('要的是字符串') from e"}),
    "helper_module": Odd({"count_words": WORDS.replace("    return dict", "    helper.shout(text)\n    return dict")}),
    "losses_tuple": Odd({"train": TRAIN.replace("return losses", "return tuple(losses)")}),
    "losses_array": Odd({"train": TRAIN.replace("return losses", "return np.array(losses)")}),
    "losses_tensors": Odd({"train": TRAIN.replace("loss.item()", "loss.detach()").replace("return losses", "return torch.stack(losses).tolist()")}),
    "losses_generator": Odd({"train": TRAIN.replace("losses.append(loss.item())", "yield loss.item()").replace("    losses = []\n", "").replace("    return losses", "")}),
    "train_by_hand": Odd({"train": "def train(net, x, y, steps):\n    losses = []\n    for _ in range(steps):\n        net.zero_grad(set_to_none=False)\n        loss = F.mse_loss(net(x), y)\n        loss.backward()\n        with torch.no_grad():\n            for p in net.parameters():\n                p -= 0.1 * p.grad\n        losses.append(float(loss))\n    return losses"}),
    # Cells of the student's own that go wrong: only they do.
    "own_cell_input": Odd(extra="name = input('Name? ')"),
    "own_cell_error": Odd(extra="1 / 0", later="undefined_name"),
    "own_cell_syntax": Odd(extra="def f(:\n"),
    "own_cell_reads_file": Odd(extra="open('my_data.csv').read()"),
    "own_cell_exits": Odd(extra="raise SystemExit"),
    "own_cell_writes": Odd(extra="open('notes.txt', 'w').write('x')\nimport os\nos.makedirs('out/a', exist_ok=True)\ntorch.save({'a': 1}, 'out/a/m.pt')\ntorch.load('out/a/m.pt')"),
    "own_cell_sleeps": Odd(extra="import time\ntime.sleep(0.2)"),
    "own_cell_asks_shell": Odd(extra="get_ipython().system('echo 1')\nget_ipython().run_line_magic('who', '')"),
    "own_cell_bash": Odd(extra="%%bash\nexit 3"),
    "own_cell_html": Odd(extra="%%html\n<script>1</script>"),
    "own_cell_empty": Odd(extra="   \n\n", later=""),
    "own_cell_process": Odd(extra="import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'print(1)'], check=True, capture_output=True)"),
    "own_cell_pool": Odd(extra="from multiprocessing.pool import ThreadPool\nwith ThreadPool(2) as p:\n    p.map(abs, [1, -1])"),
    "own_cell_forks": Odd(extra="import torch.utils.data as d\nfor b in d.DataLoader(range(8), num_workers=2):\n    pass"),
    # The file.
    "ran_before": Odd(change=ran_before),
    "no_ids": Odd(change=no_ids),
    "moved_answer": Odd(change=moved),
    "own_metadata": Odd(change=own_metadata),
    "no_metadata": Odd(change=lambda nb: [cell.metadata.clear() for cell in nb.cells]),
    "setup_run_again": Odd(later=SETUP),
    "think_deleted": Odd(change=lambda nb: nb.cells.remove(find(nb, "think"))),
}  # fmt: skip


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Course:
    course = make_course(tmp_path_factory.mktemp("oddities"))
    for student, odd in ODDITIES.items():
        folder = course.submitted / student / LAB
        folder.mkdir(parents=True)
        (folder / f"{LAB}.ipynb").write_bytes(to_bytes(odd.notebook()))
    result = autograder("grade", "--timeout", "20", "--jobs", "2", course=course)
    assert result.returncode == 0, result.stderr
    assert autograder("feedback", course=course).returncode == 0
    return course


@pytest.mark.parametrize("student", ODDITIES)
def test_odd_but_honest_keeps_every_point(graded: Course, student: str) -> None:
    found = json.loads((graded.verdicts / student / LAB / f"{LAB}.json").read_text("utf-8"))
    tests = [item for item in found["items"] if item["kind"] == "test"]
    lost = {i["grade_id"]: i["message"] for i in tests if i["score"] != FULL[i["grade_id"]]}
    assert not lost, found["reason"]
    assert found["state"] == "graded"
    assert not any(item["message"] for item in tests)
    notebook = nbformat.read(graded.autograded / student / LAB / f"{LAB}.ipynb", as_version=4)
    nbformat.validate(notebook)
