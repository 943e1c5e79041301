"""A lab of three small exercises that imports what the course's labs import: grading it is nearly all overhead."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

NAME = "small"
SETUP = "import matplotlib.pyplot as plt\nimport numpy as np\nimport torch\nimport torchvision\n\nimport labkit"
TESTS = {
    "relu": """_x = torch.randn(4, 5)
assert torch.allclose(relu(_x.clone()), torch.relu(_x)), "负数应变成 0"
### BEGIN HIDDEN TESTS
for _shape in ((3,), (2, 3, 4), ()):
    _x = torch.randn(_shape)
    _y = relu(_x.clone())
    assert _y.shape == _x.shape and _y.dtype == _x.dtype, "形状和 dtype 应与输入相同"
    assert torch.allclose(_y, torch.relu(_x)), "负数应变成 0"
### END HIDDEN TESTS""",
    "softmax": """_x = torch.randn(3, 6)
### BEGIN HIDDEN TESTS
assert torch.allclose(softmax(_x), torch.softmax(_x, 1), atol=1e-6), "每一行的和应是 1"
assert torch.isfinite(softmax(1000 * _x)).all(), "大的输入也应得到有限的数"
### END HIDDEN TESTS
assert softmax(_x).shape == _x.shape, "形状应与输入相同\"""",
    "mse": """_y = torch.randn(7, requires_grad=True)
_t = torch.randn(7)
_loss = mse(_y, _t)
### BEGIN HIDDEN TESTS
assert torch.allclose(_loss, torch.nn.functional.mse_loss(_y, _t)), "应是差的平方的平均"
(_g,) = torch.autograd.grad(_loss, _y)
assert torch.allclose(_g, 2 * (_y - _t).detach() / 7), "梯度应是 2(y − t)/n"
### END HIDDEN TESTS
assert _loss.shape == (), "应返回一个数\"""",
}
#: The first answer to each exercise is the instructor's; the second is right too, the others are wrong.
ANSWERS = {
    "relu": (
        "def relu(x):\n    return torch.maximum(x, torch.zeros_like(x))",
        "def relu(x):\n    return torch.where(x > 0, x, torch.zeros_like(x))",
        "def relu(x):\n    return x.abs()",
        "def relu(x):\n    raise NotImplementedError",
    ),
    "softmax": (
        "def softmax(x):\n    e = torch.exp(x - x.max(1, keepdim=True).values)\n    return e / e.sum(1, keepdim=True)",
        "def softmax(x):\n    return (x - torch.logsumexp(x, 1, keepdim=True)).exp()",
        "def softmax(x):\n    e = torch.exp(x)\n    return e / e.sum(1, keepdim=True)",
        "def softmax(x):\n    e = torch.exp(x)\n    return e / e.sum()",
    ),
    "mse": (
        "def mse(y, t):\n    return ((y - t) ** 2).mean()",
        "def mse(y, t):\n    d = y - t\n    return d @ d / len(d)",
        "def mse(y, t):\n    return ((y - t) ** 2).sum()",
        "def mse(y, t):\n    return (y - t).abs().mean()",
    ),
}


def _cell(make: object, grade_id: str, source: str, **flags: object) -> NotebookNode:
    meta = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3} | flags
    identity = grade_id.replace("_", "-")
    return make(source, id=identity, metadata={"nbgrader": meta | {"grade_id": grade_id}})  # type: ignore[operator]


def write(folder: Path) -> None:
    """Write the instructor notebook into ``folder``."""
    cells = [_cell(new_code_cell, "setup", SETUP, locked=True)]
    for name, (reference, *_) in ANSWERS.items():
        head, body = reference.split("\n", 1)
        source = f"{head}\n    ### BEGIN SOLUTION\n{body}\n    ### END SOLUTION"
        cells.append(_cell(new_code_cell, name, source, solution=True))
        cells.append(_cell(new_code_cell, f"test_{name}", TESTS[name], grade=True, locked=True, points=2))
    cells.append(_cell(new_markdown_cell, "think", "因为……", grade=True, solution=True, points=1))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    folder.mkdir(parents=True)
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), folder / f"{NAME}.ipynb")
