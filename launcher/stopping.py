"""The request to stop: Ctrl-C, SIGTERM, a closed terminal, or the end of the `make` around the launcher."""

from __future__ import annotations

import os
import signal
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stop(Exception):
    """Somebody asked the launcher to stop; `number` is the signal."""

    def __init__(self, number: int = signal.SIGTERM) -> None:
        super().__init__(number)
        self.number = number


def listen() -> None:
    """Turn the first such signal into `Stop`; later ones change nothing, for stopping takes seconds at most."""
    for number in SIGNALS:
        if signal.getsignal(number) != signal.SIG_IGN:  # as `nohup` leaves it
            signal.signal(number, _stop)


def _stop(number: int, frame: FrameType | None) -> None:
    for other in SIGNALS:
        signal.signal(other, signal.SIG_IGN)
    raise Stop(number)


class MakeAround:
    """Notice that the `make` which started this launcher was killed: it can't pass the news on."""

    def __init__(self) -> None:
        self._parent = os.getppid() if os.environ.get("MAKELEVEL") else None

    def check(self) -> None:
        """Stop if `make` is gone."""
        if self._parent is not None and os.getppid() != self._parent:
            raise Stop
