"""Systematic mutants of a reference solution: one small change each, by mutmut's operators and a few of our own."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import libcst as cst
from libcst.metadata import MetadataWrapper, ParentNodeProvider
from mutmut.mutation.mutators import mutation_operators


def _smaller_number(node: cst.Integer | cst.Float) -> Iterable[cst.BaseNumber]:
    """mutmut only makes numbers larger."""
    value = node.evaluated_value
    if value > 0:
        yield node.with_changes(value=repr(value / 2 if isinstance(value, float) else value - 1))


def _other_function(node: cst.Attribute) -> Iterable[cst.Attribute]:
    """torch.maximum for torch.minimum and the like."""
    if (name := SWAPPED.get(node.attr.value)) is not None:
        yield node.with_changes(attr=cst.Name(name))


def _negated_condition(node: cst.If) -> Iterable[cst.If]:
    test = node.test.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    yield node.with_changes(test=cst.UnaryOperation(cst.Not(), test))


def _no_operand(node: cst.BinaryOperation) -> Iterable[cst.BaseExpression]:
    """``a + b`` to ``a`` and to ``b``."""
    yield from (node.left, node.right)


def _positive(node: cst.UnaryOperation) -> Iterable[cst.BaseExpression]:
    if isinstance(node.operator, cst.Minus):
        yield node.expression


_PAIRS = (
    ("maximum", "minimum"),
    ("max", "min"),
    ("sum", "mean"),
    ("zeros_like", "ones_like"),
    ("zeros", "ones"),
    ("rand_like", "randn_like"),
    ("rand", "randn"),
    ("any", "all"),
    ("train", "eval"),
    ("shape", "size"),
    ("normal_", "zeros_"),
    ("weight", "bias"),
)
SWAPPED = dict(_PAIRS) | {b: a for a, b in _PAIRS} | {"size": "numel"}

OPERATORS = (
    *mutation_operators,
    (cst.Integer | cst.Float, _smaller_number),
    (cst.Attribute, _other_function),
    (cst.If, _negated_condition),
    (cst.BinaryOperation, _no_operand),
    (cst.UnaryOperation, _positive),
)


@dataclass(frozen=True)
class Mutant:
    """A reference solution with one change."""

    code: str
    change: str  #: the changed lines, "-" before and "+" after, without indentation: its name in the list of equals


def make_mutants(reference: str) -> list[Mutant]:
    """All mutants of ``reference``, each once, in the order of the code; those that are no Python are left out."""
    wrapper = MetadataWrapper(cst.parse_module(reference))
    parents = wrapper.resolve(ParentNodeProvider)
    found: dict[str, Mutant] = {}
    for node in _nodes(wrapper.module):
        if _inside(node, parents, cst.Annotation) or _inside(node, parents, cst.Raise):  # words are not graded
            continue
        for changed in _changes(node):
            tree = wrapper.module.deep_replace(node, changed)
            code = tree.code
            if code != reference and code not in found and _compiles(code):
                found[code] = Mutant(code, _difference(reference, code))
    return list(found.values())


def _nodes(module: cst.Module) -> Iterator[cst.CSTNode]:
    queue: list[cst.CSTNode] = [module]
    while queue:
        node = queue.pop()
        yield node
        queue.extend(reversed(node.children))


def _inside(node: cst.CSTNode, parents: dict, kind: type[cst.CSTNode]) -> bool:
    while (node := parents.get(node)) is not None:
        if isinstance(node, kind):
            return True
    return False


def _changes(node: cst.CSTNode) -> Iterator[cst.CSTNode | cst.RemovalSentinel]:
    for kind, operator in OPERATORS:
        if isinstance(node, kind):
            yield from operator(node)
    if isinstance(node, cst.SimpleStatementLine) and not _is_docstring(node):
        yield node.with_changes(body=[cst.Pass()])  # the statement is missing
    if isinstance(node, cst.For | cst.If | cst.While | cst.With):
        yield cst.SimpleStatementLine([cst.Pass()])


def _is_docstring(node: cst.SimpleStatementLine) -> bool:
    first = node.body[0]
    return isinstance(first, cst.Expr) and isinstance(first.value, cst.SimpleString | cst.ConcatenatedString)


def _compiles(code: str) -> bool:
    try:
        compile(code, "<mutant>", "exec")
    except SyntaxError:
        return False
    return True


def _difference(before: str, after: str) -> str:
    lines = list(difflib.ndiff(before.split("\n"), after.split("\n")))
    return "\n".join(f"{line[0]} {line[2:].strip()}" for line in lines if line[:1] in "+-" and line[2:].strip())
