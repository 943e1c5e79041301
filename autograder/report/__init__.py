"""The class at a glance: one page for the instructor.

``numbers`` says what the report holds and works it out (pure), ``similarity`` whose code is alike (pure), ``gather``
reads what they need from the course folder; ``plots`` and ``page`` make the HTML.
"""
