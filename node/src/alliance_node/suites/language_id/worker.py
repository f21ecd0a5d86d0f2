"""Evaluate one system in a process of its own and write the answers to standard output.

    python -m alliance_node.suites.language_id.worker py3langid

A process of its own, so that memory is the system's, a crash is the system's, and one system's
imports cannot change another's answers. It refuses every network connection.
"""

import json
import os
import resource
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from .dataset import sentences
from .perturbation import noisy
from .scoring import Answer
from .systems import SYSTEMS, Ask

MIN_TIMED_SECONDS: Final = 0.25


def refuse_network(event: str, args: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        raise PermissionError("the evaluation runs offline")


def evaluate(name: str) -> dict[str, Any]:
    begun = time.perf_counter()
    ask = SYSTEMS[name].load()
    load_seconds = time.perf_counter() - begun
    texts = [sentence.text for sentence in sentences()]
    clean = [_asked(ask, text) for text in texts]
    noise = [_asked(ask, noisy(sentence).text) for sentence in sentences()]
    passes, seconds = _timed(ask, texts)
    return {
        "clean": [asdict(answer) for answer in clean],
        "noisy": [asdict(answer) for answer in noise],
        "loadSeconds": load_seconds,
        "timedSentences": passes * len(texts),
        "timedSeconds": seconds,
        "peakMemoryBytes": peak_memory(),
    }


def _asked(ask: Ask, text: str) -> Answer:
    """Ask once; whatever the system raises is an outcome, not the end of the run."""
    try:
        return ask(text)
    except Exception as error:
        return Answer(None, error=f"{type(error).__name__}: {error}"[:200])


def _timed(ask: Ask, texts: list[str]) -> tuple[int, float]:
    """Repeat the whole set until there is something to measure; everything is warm by now."""
    passes, begun = 0, time.perf_counter()
    while True:
        for text in texts:
            _asked(ask, text)
        passes += 1
        seconds = time.perf_counter() - begun
        if seconds >= MIN_TIMED_SECONDS:
            return passes, seconds


def peak_memory() -> int:
    """Return the peak resident size of this program.

    ``getrusage`` also counts what the parent held when it forked, so Linux's own figure for the
    running program is preferred where there is one.
    """
    try:
        lines = Path("/proc/self/status").read_text("ascii", "replace").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))
    except (OSError, StopIteration):
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024


def end_with_parent(parent: int) -> None:
    """Do not outlive the node: a worker whose parent is gone has nobody to answer to."""
    while os.getppid() == parent:
        time.sleep(0.2)
    os._exit(3)


if __name__ == "__main__":
    threading.Thread(target=end_with_parent, args=(os.getppid(),), daemon=True).start()
    sys.addaudithook(refuse_network)
    output = sys.stdout
    sys.stdout = sys.stderr  # a chatty library must not spoil the answer
    json.dump(evaluate(sys.argv[1]), output)
    output.flush()
