#!/usr/bin/env python
"""Run the portal's administrative commands."""

import os
import sys

NEEDS_NOTHING = frozenset({"recount"})
"""Commands that ask no service and no secret: anybody with a checkout runs them."""


def main() -> None:
    """Hand the command line to Django."""
    if len(sys.argv) > 1 and sys.argv[1] in NEEDS_NOTHING:
        os.environ.setdefault("DEMO", "1")
        os.environ.setdefault("PLAIN_STATIC", "1")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
