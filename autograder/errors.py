"""Errors meant for the person at the terminal: one sentence, no traceback."""


class CourseError(Exception):
    """Something about the course folder or the command's input is wrong; the text says what and what to do."""


class NotGradable(Exception):
    """A submission cannot be read as a notebook; the text (Chinese) says why."""
