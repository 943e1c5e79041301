"""What each test cell needs, read from the instructor notebook before anything runs (pure).

Every name that a test cell uses is bound by an earlier cell. Cells in which students write bind *student names*, and
so do cells that compute with student names; in the judge these are proxies. All other cells are *given*: the judge
runs its own copy of them, so ``torch`` in a test is the judge's torch, whatever the student did to the other one.
A function called ``_probe_…`` in a test cell runs in the student process instead.
"""

from __future__ import annotations

import ast
import builtins
import marshal
import symtable
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode

from ..notebooks import grade_id, is_solution, is_test, nbgrader

PROBE = "_probe_"
BUILTINS = frozenset(dir(builtins)) | {"__name__", "__file__", "__doc__", "__builtins__"}
SHELL_NAMES = frozenset({"get_ipython", "display"})


@dataclass(frozen=True)
class Code:
    """The names of one piece of code."""

    text: str  #: plain Python, magics translated
    bound: frozenset[str] = frozenset()  #: bound at top level
    now: frozenset[str] = frozenset()  #: global names read while it runs
    early: frozenset[str] = frozenset()  #: those among ``bound`` that are read before they are bound
    later: frozenset[str] = frozenset()  #: global names read inside functions that it defines
    inside: Mapping[str, frozenset[str]] = field(default_factory=dict)  #: ``later`` of each top-level definition
    classes: frozenset[str] = frozenset()  #: top-level classes among ``bound``
    star: bool = False  #: has ``from … import *``
    error: str = ""  #: why it is no Python

    @property
    def wanted(self) -> frozenset[str]:
        """The names that others must have bound."""
        return (self.now | self.later) - (self.bound - self.early)


@dataclass(frozen=True)
class Probe:
    """A function of a test cell that runs in the student process."""

    name: str
    source: str  #: all probes of its cell: they may call each other
    given: tuple[str, ...]  #: names from given cells that they read
    student: tuple[str, ...]  #: student names that they read


@dataclass(frozen=True)
class Test:
    """How a test cell runs."""

    grade_id: str
    text: str  #: what the judge executes: the cell without its probes
    body: bytes  #: ``text`` compiled, by marshal
    last: bytes  #: the bare expression at its end, compiled; empty if there is none
    student: tuple[str, ...]  #: student names bound to proxies
    probes: tuple[Probe, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def how(self) -> str:
        """One line for the author."""
        ways = []
        if self.student:
            ways.append(f"代理 {'、'.join(self.student)}")
        if self.probes:
            ways.append(f"探针 {'、'.join(probe.name for probe in self.probes)}")
        return "；".join(ways) or "没有用到学生的代码"


@dataclass
class Reading:
    """All that the judge knows about an instructor notebook; cells are named by their place in it."""

    tests: dict[str, Test] = field(default_factory=dict)  #: by grade_id
    given: dict[int, Code] = field(default_factory=dict)  #: cells that the judge runs too
    classes: frozenset[str] = frozenset()  #: student names that are classes in the instructor notebook

    @property
    def problems(self) -> list[str]:
        return [f"{test.grade_id}：{problem}" for test in self.tests.values() for problem in test.problems]


def read_cells(source: NotebookNode) -> Reading:
    """How every test cell of the instructor notebook ``source`` will run."""
    names = _Names()
    tests: dict[str, tuple[Code, Test]] = {}
    needed: set[str] = set()
    classes: set[str] = set()
    star = False
    for place, cell in enumerate(source.cells):
        if cell.cell_type != "code":
            continue
        code = read_code(cell.source)
        name = grade_id(cell)
        if is_test(cell) and name:
            test, uses = _read_test(name, cell.source, code, names, star)
            tests[name] = (code, test)
            needed |= uses
            names.bind(code, _JUDGE)
        elif is_solution(cell):
            names.bind(code, _STUDENT)
            classes |= code.classes
        else:
            own = [code.inside[name] for name in code.now if name in code.inside]  # functions it defines and calls
            tainted = names.reaches(code.now.union(*own), _STUDENT)
            locked = bool(nbgrader(cell).get("locked"))
            names.bind(code, _STUDENT if tainted else _GIVEN, place, locked)
            star |= code.star and not tainted
    reading = Reading({name: test for name, (_, test) in tests.items()}, classes=frozenset(classes))
    for place, code, locked in names.given:
        if (code.bound & needed) or code.star or (locked and not code.bound):
            reading.given[place] = code
    return reading


_STUDENT, _GIVEN, _JUDGE = "student", "given", "judge"


class _Names:
    """Who bound each name last, and what the functions of that cell read when they are called."""

    def __init__(self) -> None:
        self.owner: dict[str, str] = {}
        self.locked: dict[str, bool] = {}
        self.later: dict[str, frozenset[str]] = {}
        self.given: list[tuple[int, Code, bool]] = []

    def bind(self, code: Code, owner: str, place: int = -1, locked: bool = False) -> None:
        if owner == _GIVEN:
            self.given.append((place, code, locked))
        for name in code.bound:
            self.owner[name] = owner
            self.locked[name] = locked
            # A given cell's own reads count as well: whoever needs the name needs them.
            self.later[name] = code.inside.get(name, code.later) | (code.now if owner == _GIVEN else frozenset())

    def closure(self, names: Iterable[str]) -> set[str]:
        """``names`` and all that the code behind them reads."""
        found: set[str] = set()
        queue = list(names)
        while queue:
            name = queue.pop()
            if name not in found:
                found.add(name)
                if self.owner.get(name) != _STUDENT:
                    queue.extend(self.later.get(name, ()))
        return found

    def reaches(self, names: Iterable[str], owner: str) -> bool:
        return any(self.owner.get(name) == owner for name in self.closure(names))


def _read_test(name: str, text: str, code: Code, names: _Names, star: bool) -> tuple[Test, set[str]]:
    problems: list[str] = []
    if code.error:
        return Test(name, "", b"", b"", (), problems=(code.error,)), set()
    if code.text != text.rstrip("\n") + "\n" or SHELL_NAMES & (code.now | code.later):
        problems.append("评分格里不能用 IPython 的魔法命令和 display：它不在笔记本里运行")
    tree = ast.parse(code.text)
    probes = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith(PROBE)]
    rest = "\n".join(ast.unparse(ast.Module([node], [])) for node in tree.body if node not in probes)
    outside = read_code(rest) if probes else code
    probe_names = {node.name for node in probes}
    reads = names.closure(outside.wanted - probe_names)
    missing = sorted(outside.wanted - probe_names - BUILTINS - SHELL_NAMES - names.owner.keys())
    if missing and not star:
        problems.append(f"前面没有哪一格定义了 {'、'.join(missing)}")
    student = tuple(sorted(n for n in reads if names.owner.get(n) == _STUDENT))
    made = []
    uses = {n for n in reads if names.owner.get(n) == _GIVEN}
    if probes:
        source = "\n\n".join(ast.get_source_segment(code.text, node) or ast.unparse(node) for node in probes)
        inner = read_code(source)
        own = inner.wanted - probe_names - BUILTINS
        wanted = names.closure(own) - BUILTINS
        foreign = sorted(n for n in own if names.owner.get(n) == _JUDGE or (n not in names.owner and not star))
        if foreign:
            problems.append(f"探针在学生进程里运行，那里没有 {'、'.join(foreign)}：请写进探针里面")
        # What an unlocked cell defines is the student's to change, there.
        given = tuple(sorted(n for n in wanted if names.owner.get(n) == _GIVEN and names.locked.get(n)))
        uses |= set(given)
        theirs = tuple(sorted(n for n in wanted if n in names.owner and n not in given))
        made = [Probe(node.name, source, given, theirs) for node in probes]
    text = _blanked(code.text, probes)
    return Test(name, text, *_compiled(text, f"<{name}>"), student, tuple(made), tuple(problems)), uses


def _compiled(text: str, filename: str) -> tuple[bytes, bytes]:
    """The statements of a test cell and, if it ends in a bare expression, that expression apart."""
    tree = ast.parse(text)
    last = b""
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        expression = ast.Expression(tree.body.pop().value)  # type: ignore[attr-defined]
        last = marshal.dumps(compile(expression, filename, "eval"))
    return marshal.dumps(compile(tree, filename, "exec")), last


def _blanked(text: str, nodes: list[ast.FunctionDef]) -> str:
    """``text`` without ``nodes``, line numbers kept."""
    lines = text.split("\n")
    for node in nodes:
        first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
        for number in range(first - 1, node.end_lineno or node.lineno):
            lines[number] = ""
    return "\n".join(lines)


# --------------------------------------------------------------------------- names of a piece of code


def read_code(text: str) -> Code:
    """The names in ``text``, which may hold IPython's magics."""
    try:
        plain = TransformerManager().transform_cell(text)
        tree = ast.parse(plain)
        table = symtable.symtable(plain, "<cell>", "exec")
    except (SyntaxError, ValueError, RecursionError) as error:
        return Code(text, error=f"不是合法的 Python：{error}")
    bound = {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()}
    now = {s.get_name() for s in table.get_symbols() if s.is_referenced()}
    later: set[str] = set()
    inside: dict[str, frozenset[str]] = {}
    for child in table.get_children():
        mine: set[str] = set()
        _gather(child, deferred=False, now=now, later=mine, bound=bound)
        later |= mine
        inside[child.get_name()] = inside.get(child.get_name(), frozenset()) | mine
    inside = {name: reads for name, reads in inside.items() if name in bound}
    classes = frozenset(node.name for node in tree.body if isinstance(node, ast.ClassDef))
    star = any(
        isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names) for node in ast.walk(tree)
    )
    early = _read_early(tree) & bound & now
    return Code(plain, frozenset(bound), frozenset(now), frozenset(early), frozenset(later), inside, classes, star)


def _read_early(tree: ast.Module) -> set[str]:
    """Names that a statement reads although none before it has bound them (every branch counts as taken)."""
    bound: set[str] = set()
    early: set[str] = set()

    def visit(statements: list[ast.stmt]) -> None:
        for statement in statements:
            blocks = [v for _, v in ast.iter_fields(statement) if isinstance(v, list) and v and _is_block(v[0])]
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                bound.add(statement.name)
                continue
            inner = [node for block in blocks for node in block]
            stores: set[str] = set()
            loads: set[str] = set()
            for part in ast.iter_child_nodes(statement):
                if part not in inner:
                    _names_of(part, stores, loads)
            if isinstance(statement, ast.AugAssign):
                loads |= stores
            early.update(loads - bound)
            bound.update(stores)
            if isinstance(statement, ast.Import | ast.ImportFrom):
                bound.update((alias.asname or alias.name).split(".")[0] for alias in statement.names)
            for part in ast.walk(statement):
                if isinstance(part, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and part.name:
                    bound.add(part.name)
            for block in blocks:
                visit([s for node in block for s in ([node] if isinstance(node, ast.stmt) else node.body)])

    visit(tree.body)
    return early


def _is_block(node: object) -> bool:
    return isinstance(node, ast.stmt | ast.ExceptHandler | ast.match_case)


def _names_of(node: ast.AST, stores: set[str], loads: set[str]) -> None:
    """Names stored and loaded in an expression; those of comprehensions and lambdas are their own."""
    if isinstance(node, ast.Name):
        (stores if isinstance(node.ctx, ast.Store) else loads).add(node.id)
        return
    mine: set[str] = set()
    read: set[str] = set()
    for child in ast.iter_child_nodes(node):
        _names_of(child, mine, read)
    if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
        loads |= read - mine
    elif isinstance(node, ast.Lambda):
        loads |= read - {argument.arg for argument in ast.walk(node.args) if isinstance(argument, ast.arg)}
    else:
        stores |= mine
        loads |= read


def _gather(table: symtable.SymbolTable, *, deferred: bool, now: set[str], later: set[str], bound: set[str]) -> None:
    """Sort the global names of an inner scope: a class body or a comprehension runs at once, a function later."""
    immediate = table.get_type() == "class" or table.get_name() in ("listcomp", "setcomp", "dictcomp", "genexpr")
    deferred = deferred or not immediate
    for symbol in table.get_symbols():
        if symbol.is_global() and symbol.is_referenced():
            (later if deferred else now).add(symbol.get_name())
        if symbol.is_declared_global() and symbol.is_assigned():
            bound.add(symbol.get_name())
    for child in table.get_children():
        _gather(child, deferred=deferred, now=now, later=later, bound=bound)


def modules_of(sources: Iterable[str]) -> Iterator[str]:
    """The modules that pieces of code import at top level, by dotted name."""
    for text in sources:
        try:
            tree = ast.parse(TransformerManager().transform_cell(text))
        except (SyntaxError, ValueError, RecursionError):
            continue
        for node in tree.body:
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module
