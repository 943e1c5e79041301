"""The command that lends a machine to a Dask cluster."""

from __future__ import annotations

import os
import sys

import click

from .base import main


@main.command(
    context_settings={"ignore_unknown_options": True},
    epilog="autograder worker tcp://10.0.0.5:8786\nautograder worker tcp://10.0.0.5:8786 --slots 8 --name lab-pc-3",
)
@click.argument("address", metavar="调度器地址")
@click.option("--slots", type=click.IntRange(1), default=None, help="这台机器同时批改几份，默认是处理器核数。")
@click.argument("options", nargs=-1, type=click.UNPROCESSED, metavar="[dask worker 的其他选项]...")
def worker(address: str, slots: int | None, options: tuple[str, ...]) -> None:
    """让这台机器参加 Dask 集群，为 autograder grade --dask 批改。一台机器运行一个；按 Ctrl-C 结束。

    调度器用 dask scheduler 启动。能连上调度器的人就能在这些机器上运行任意代码：请只在可信的内网里用，或者用 TLS。
    """
    slots = slots or os.cpu_count() or 1
    # One process, since it only waits: judges and students have their own, whose memory is limited one by one.
    command = [sys.executable, "-m", "dask", "worker", address, "--nworkers", "1", "--nthreads", str(slots)]
    command += ["--memory-limit", "0", "--no-dashboard", *options]
    os.environ.setdefault("DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED", "False")  # it would sample threads that wait
    os.execv(sys.executable, command)
