"""Pull nodes in processes that are killed in the middle: `python -m tests.leaderboard.killed_pulls 3:17 4:18 …`.

Each argument is a node's id and the number of the SQL statement at which its process is sent SIGKILL, before the
statement (a plain number) or after it (`17+`). Prints how many processes were really killed.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import django


def _pull_until(node_id: int, statement: int, after: bool) -> None:
    from django.db import connection

    from alliance import doorbell
    from leaderboard.pull.cycle import pull

    seen = 0

    def count(execute: Callable[..., Any], *args: Any) -> Any:
        nonlocal seen
        seen += 1
        if seen == statement and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        result = execute(*args)
        if seen == statement:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    doorbell.ring = lambda *args: None
    with connection.execute_wrapper(count):
        pull(node_id=node_id)


def main() -> None:
    django.setup()
    killed = 0
    for argument in sys.argv[1:]:
        node_id, _, at = argument.partition(":")
        child = os.fork()
        if child == 0:
            _pull_until(int(node_id), int(at.rstrip("+")), at.endswith("+"))
            os._exit(0)
        _pid, status = os.waitpid(child, 0)
        killed += os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    print(killed)


if __name__ == "__main__":
    main()
