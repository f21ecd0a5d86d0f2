"""Settings of the portal; each integration has its own file and names what it builds on.

Everything that differs between machines comes from the environment (see docs/operations.md).
"""

from alliance.settings.api import *  # noqa: F403
from alliance.settings.auth import *  # noqa: F403
from alliance.settings.base import *  # noqa: F403
from alliance.settings.log import *  # noqa: F403
from alliance.settings.queue import *  # noqa: F403
from alliance.settings.security import *  # noqa: F403
