"""Grading in two processes: the judge runs the tests, the student process runs what was handed in.

::

    pool.py      the instructor's side: starts the warm process, hands submissions to judges, collects results
      zygote.py    warm process (torch, IPython loaded): forks a judge and a student process for each submission
        trial.py     judge: walks through the notebook; runs the test cells, untouched, in a namespace of its own
          cells.py     what each test cell needs, read from the instructor notebook (pure)
          remote.py    judge's end of the wire: requests, time limits, revival; proxies for the student's objects
            wire.py      values to bytes and back; nothing else ever crosses
          student.py   student's end: runs cells in IPython, answers requests; owns the student's objects
          sandbox.py   what the student process is locked into: builds its jail, watches over it
            layers.py      the walls by name: what each holds off, which are missing
            tree.py        its files: what is seen, what is hidden, where it may write
            privileges.py  its uid, user namespace and capabilities: none that count
            limits.py      memory, processes, time
              cgroup.py      the same for all its processes together, where the machine lets us
            seccomp.py     the system calls it may not make
            control.py     what the warden and the judge say to each other
            kernel.py      system calls that Python does not have
          bare.py      without a sandbox
          doctor.py    whether the walls hold, tried from the inside
"""
