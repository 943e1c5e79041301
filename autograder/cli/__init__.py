"""The ``autograder`` command. Exit codes: 0 done; 1 needs another look; 2 the input is wrong; 130 stopped."""

from . import authoring, classroom, cluster, collecting, demo, gradebook, grading, marking, report, status
from .base import main

__all__ = [
    "authoring",
    "classroom",
    "cluster",
    "collecting",
    "demo",
    "gradebook",
    "grading",
    "main",
    "marking",
    "report",
    "status",
]
