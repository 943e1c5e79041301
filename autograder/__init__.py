"""The tools behind the course: release, grade, feedback, export, publish."""

__version__ = "0.1.0"
