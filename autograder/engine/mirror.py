"""Parameters that both processes hold: a leaf tensor that wants a gradient is kept equal on the two sides.

A test may fetch ``net.fc.weight``, run a backward pass and then read ``.grad``, or step an optimizer over
``net.parameters()``; both sides send what has changed since they last agreed.
"""

from __future__ import annotations

import weakref
from typing import Any

import torch


def changed(tensor: torch.Tensor, before: torch.Tensor) -> bool:
    """Has ``tensor`` other contents than the copy ``before``? (NaN counts as changed, which does no harm.)"""
    return tensor.shape != before.shape or tensor.dtype != before.dtype or not torch.equal(tensor.detach(), before)


def copy_of(tensor: torch.Tensor | None) -> torch.Tensor | None:
    return None if tensor is None else tensor.detach().clone()


def overwrite(tensor: torch.Tensor, data: torch.Tensor) -> None:
    """Give ``tensor`` the contents of ``data``, in place where the shape allows it."""
    if tensor.shape == data.shape and tensor.dtype == data.dtype:
        tensor.detach().copy_(data)
    else:
        tensor.data = data


class Mirrors:
    """One side's table of mirrored tensors: number -> (tensor, contents and gradient as last agreed)."""

    def __init__(self, *, weak: bool = False) -> None:
        # The judge's copies live as long as its tests hold them, the student's as long as the judge's do.
        self._tensors: Any = weakref.WeakValueDictionary() if weak else {}
        self._agreed: dict[int, tuple[torch.Tensor | None, torch.Tensor | None]] = {}
        self._numbers: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._agreed)

    def number(self, tensor: torch.Tensor) -> int | None:
        """The number of a mirrored tensor, None for others."""
        return self._numbers.get(id(tensor))

    def get(self, number: int) -> torch.Tensor:
        return self._tensors[number]

    def add(self, number: int, tensor: torch.Tensor) -> None:
        """Both sides hold ``tensor`` from now on."""
        self._tensors[number] = tensor
        self._numbers[id(tensor)] = number
        self._agreed[number] = (copy_of(tensor), copy_of(tensor.grad))

    def forget(self, numbers: list[int]) -> None:
        """The other side no longer holds these."""
        for number in numbers:
            tensor = self._tensors.pop(number, None)
            self._agreed.pop(number, None)
            self._numbers.pop(id(tensor), None)

    def lost(self) -> list[int]:
        """The numbers of tensors that nobody on this side holds any more; they are forgotten."""
        gone = [number for number in self._agreed if number not in self._tensors]
        for number in gone:
            del self._agreed[number]
        if gone:
            self._numbers = {id(tensor): number for number, tensor in self._tensors.items()}
        return gone

    def changes(self) -> list[tuple[int, Any, Any]]:
        """(number, new contents or None, new gradient or None or False for unchanged) of what the other side lacks."""
        news = []
        for number, tensor in list(self._tensors.items()):
            data, grad = self._agreed[number]
            new_data = copy_of(tensor) if changed(tensor, data) else None
            new_grad: Any = False
            if (tensor.grad is None) != (grad is None) or (grad is not None and changed(tensor.grad, grad)):
                new_grad = copy_of(tensor.grad)
            if new_data is not None or new_grad is not False:
                news.append((number, new_data, new_grad))
                agreed_grad = copy_of(tensor.grad) if new_grad is not False else grad
                self._agreed[number] = (new_data if new_data is not None else data, agreed_grad)
        return news

    def apply(self, news: list[tuple[int, Any, Any]]) -> None:
        """Take over the other side's :meth:`changes`."""
        for number, data, grad in news:
            tensor = self._tensors[number]
            if data is not None:
                overwrite(tensor, data)
            if grad is not False:
                tensor.grad = grad
            self._agreed[number] = (copy_of(tensor), copy_of(tensor.grad))
