"""The tools behind the course: release, grade, feedback, export, publish."""
