"""Start again what crashed, with patience; give up on what keeps crashing."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from launcher.errors import LauncherError
from launcher.processes import Child

CRASHES_ALLOWED = 3
WINDOW_SECONDS = 30.0


@dataclass
class Supervisor:
    """Watches children; `look` is called about once a second and never waits."""

    children: list[Child]
    say: Callable[[str], None]
    clock: Callable[[], float] = time.monotonic
    _crashes: dict[str, list[float]] = field(default_factory=dict, init=False)
    _due: dict[str, float] = field(default_factory=dict, init=False)

    def look(self) -> None:
        """Note new crashes, start again what is due; the third crash within the window is an error."""
        now = self.clock()
        for child in self.children:
            if child.is_running:
                continue
            if child.name not in self._due:
                self._note(child, now)
            elif now >= self._due[child.name]:
                del self._due[child.name]
                child.start()

    def _note(self, child: Child, now: float) -> None:
        moments = [at for at in self._crashes.get(child.name, []) if now - at < WINDOW_SECONDS]
        self._crashes[child.name] = [*moments, now]
        tail = child.tail()
        child.end(0)  # whatever is left of its group
        if len(moments) + 1 >= CRASHES_ALLOWED:
            raise LauncherError(
                f"{child.name} stopped by itself {CRASHES_ALLOWED} times within {WINDOW_SECONDS:.0f} s. "
                f"The last words in {child.log}:\n{tail}"
            )
        wait = 2.0 ** len(moments)
        self._due[child.name] = now + wait
        self.say(
            f"  {child.name} stopped by itself; starting it again in {wait:.0f} s (see {child.log})"
        )
