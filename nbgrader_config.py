"""nbgrader's settings for this course: where things lie and what students find in place of a solution."""

c = get_config()  # noqa: F821  (nbgrader defines it)

c.CourseDirectory.course_id = "activation-regularization"
c.CourseDirectory.source_directory = "source_notebooks"
c.CourseDirectory.release_directory = "release"
c.CourseDirectory.submitted_directory = "classroom/submitted"
c.CourseDirectory.autograded_directory = "classroom/autograded"
c.CourseDirectory.feedback_directory = "classroom/feedback"
c.CourseDirectory.db_url = "sqlite:///classroom/gradebook.db"

# Every cell of these labs ends within a second: what takes longer hangs, and the others wait for it.
c.Limits.call = 5
c.Limits.cell = 10
c.Limits.submission = 120

c.ClearSolutions.code_stub = {
    "python": '# TODO：在这里写代码，写完删掉下面这一行\nraise NotImplementedError("这里还没有完成")'
}
c.ClearSolutions.text_stub = "*双击这里，用自己的话写下回答；写完按 Shift + Enter。*"
# A think-question keeps its mark scheme in the read-only question cell above the answer: the release loses it,
# the autograded notebook shows it to the marker, and no second cell waits for points.
c.ClearMarkScheme.enforce_metadata = False
