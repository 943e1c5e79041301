"""A made-up class of any size, with the mix of answers that a real one hands in; the same seed gives the same files.

What a student hands in depends on the seed, the lab and the student's number only: a smaller class is the beginning of
a larger one.
"""

from __future__ import annotations

import ast
import random
from copy import deepcopy
from functools import cached_property
from pathlib import Path

import small_lab
from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder.course import Course, Lab
from autograder.demo import SHORT_ANSWER, SOLUTION_BANK, endless_loop, fill, reference_answers, untouched
from autograder.notebooks import dump_notebook, grade_id, is_solution, parse_notebook, read_source
from autograder.release import build_release

SAVED_OUTPUT = 4 << 20  # bytes in a file whose outputs were not cleared
PRINTED_LINES = 200_000
#: Cells that end otherwise than their author hoped: with an exception, a dead process, no memory, no syntax.
CRASHES = (
    "raise RuntimeError('x')\n",
    "import os\nos._exit(1)\n",
    "import ctypes\nctypes.string_at(0)\n",
    "full = bytearray(1 << 40)\n",
    "def f(:\n",
)


class Desk:
    """Where the answers to one lab are made. Each method is one kind of student and returns the bytes of a file."""

    def __init__(self, course: Course, lab: Lab, origin: Path, seed: int) -> None:
        """``origin`` is the course folder that holds the solution bank; it need not have one."""
        self.course, self.lab, self.bank, self.seed = course, lab, origin / SOLUTION_BANK / lab.name, seed
        self.path = lab.notebooks[0]
        self.source = read_source(self.path)
        self._released = parse_notebook(build_release(course, lab)[self.path.name])
        self.reference = reference_answers(self.source)
        self.exercises = [grade_id(c) for c in self.source.cells if is_solution(c) and c.cell_type == "code"]
        self.rng = random.Random()

    def hand_in(self, number: int) -> tuple[str, bytes]:
        """What student ``number`` hands in: (the kind of student, the file)."""
        self.rng.seed(f"{self.seed} {self.lab.name} {number}")
        (kind,) = self.rng.choices(list(MIX), list(MIX.values()))
        return kind, getattr(self, kind)(number)

    def revised(self) -> bytes:
        """A file that nobody has handed in before."""
        last = self.exercises[-1]
        return fill(self.released, self.reference | {last: f"revised = True\n{self.reference[last]}"})

    @property
    def released(self) -> NotebookNode:
        return deepcopy(self._released)

    @cached_property
    def known(self) -> dict[str, dict[bool, list[str]]]:
        """Known answers by exercise, right (True) and wrong, from the solution bank; the author's is right, too."""
        return {name: {True: self._right(name), False: self._wrong(name)} for name in self.exercises}

    def _right(self, exercise: str) -> list[str]:
        if self.lab.name == small_lab.NAME:
            return list(small_lab.ANSWERS[exercise][:2])
        return [self.reference[exercise], *self._bank(exercise, "right_*.py")]

    def _wrong(self, exercise: str) -> list[str]:
        if self.lab.name == small_lab.NAME:
            return list(small_lab.ANSWERS[exercise][2:])
        return self._bank(exercise, "wrong_*.py") or ["pass"]

    def _bank(self, exercise: str, pattern: str) -> list[str]:
        return [path.read_text("utf-8") for path in sorted((self.bank / exercise).glob(pattern))]

    def _answers(self, chance: float) -> dict[str, str]:
        """An answer to every exercise, each right with this chance; some have left the prose to the last minute."""
        code = {name: self.rng.choice(known[self.rng.random() < chance]) for name, known in self.known.items()}
        return self.reference | dict.fromkeys(self.reference.keys() - code, SHORT_ANSWER) | code

    # ----------------------------------------------------------------------- kinds of students

    def right(self, number: int) -> bytes:
        return fill(self.released, self._answers(1.0))

    def mixed(self, number: int) -> bytes:
        return fill(self.released, self._answers(0.5))

    def half(self, number: int) -> bytes:
        """The first exercises are done, one way or another; the rest is as it was released."""
        done = self.exercises[: self.rng.randrange(len(self.exercises))]
        answers = self._answers(0.9)
        return fill(self.released, {name: answers[name] for name in done})

    def untouched(self, number: int) -> bytes:
        return untouched(self.course, self.lab, self.source, self.released)

    def crash(self, number: int) -> bytes:
        answers, name = self._answers(1.0), self.rng.choice(self.exercises)
        return fill(self.released, answers | {name: self.rng.choice(CRASHES) + answers[name]})

    def hanging(self, number: int) -> bytes:
        """A cell that never ends, or a function of which no call ever ends."""
        if self.rng.random() < 0.5:
            return endless_loop(self.course, self.lab, self.source, self.released)
        name = self.rng.choice(self.exercises)
        named = [node.name for node in ast.parse(self.reference[name]).body if hasattr(node, "name")]
        loop = "".join(f"\n\ndef {function}(*_, **__):\n    while True:\n        pass\n" for function in named[-1:])
        return fill(self.released, self._answers(1.0) | {name: self.reference[name] + loop})

    def huge_output(self, number: int) -> bytes:
        """Outputs that were saved with the file, or that come when it runs."""
        answers, name = self._answers(1.0), self.rng.choice(self.exercises)
        if self.rng.random() < 0.5:
            return fill(
                self.released, answers | {name: f"for i in range({PRINTED_LINES}):\n    print(i)\n{answers[name]}"}
            )
        notebook = parse_notebook(fill(self.released, answers))
        cell = next(cell for cell in notebook.cells if grade_id(cell) == name)
        cell.outputs = [new_output("stream", text="0123456789abcde\n" * (SAVED_OUTPUT // 16))]
        return dump_notebook(notebook).encode("utf-8")

    def unreadable(self, number: int) -> bytes:
        data = self.right(number)
        return self.rng.choice(
            [data[: len(data) // 2], b"", b"%PDF-1.7\n", data.decode().encode("utf-16"), b'{"a": 1}']
        )

    def copy(self, number: int) -> bytes:
        """The file of somebody with a smaller number."""
        return self.hand_in(self.rng.randrange(number))[1] if number else self.right(number)


#: How many in a hundred.
MIX: dict[str, float] = {
    Desk.right.__name__: 37,
    Desk.mixed.__name__: 32,
    Desk.half.__name__: 8,
    Desk.untouched.__name__: 5,
    Desk.crash.__name__: 5,
    Desk.hanging.__name__: 0.3,
    Desk.huge_output.__name__: 1.7,
    Desk.unreadable.__name__: 3,
    Desk.copy.__name__: 8,
}


def student_id(number: int) -> str:
    return f"2026{number:05d}"
