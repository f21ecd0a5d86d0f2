"""``python -m alliance_node``."""

import sys

from .cli import main

sys.exit(main())
