"""Grading in two processes: the judge runs the tests, the student process runs what was handed in.

::

    pool.py      the instructor's side: starts the warm process, hands submissions to judges, collects results
      zygote.py    warm process (torch, IPython loaded): forks a judge and a student process for each submission
        trial.py     judge: walks through the notebook; runs the test cells, untouched, in a namespace of its own
          cells.py     what each test cell needs, read from the instructor notebook (pure)
          remote.py    judge's end of the wire: requests, time limits, revival; proxies for the student's objects
            wire.py      values to bytes and back; nothing else ever crosses
          student.py   student's end: runs cells in IPython, answers requests; owns the student's objects
            sandbox.py   what the student process is locked into
"""
