"""`python -m launcher run | exec [--durable] -- COMMAND | check`."""

from __future__ import annotations

import sys

from launcher import check, errors, execute, run

USAGE = "usage: python -m launcher run | exec [--durable] -- COMMAND … | check"


def main(arguments: list[str]) -> int:
    """Choose what to start; return the exit code."""
    if arguments[:1] == ["run"]:
        return run.main()
    if arguments[:1] == ["exec"]:
        durable = arguments[1:2] == ["--durable"]
        command = arguments[2:] if durable else arguments[1:]
        if command[:1] == ["--"] and len(command) > 1:
            return execute.main(command[1:], durable=durable)
    if arguments[:1] == ["check"]:
        return check.main()
    print(USAGE, file=sys.stderr)
    return 2


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except errors.LauncherError as error:
        print(f"\n{error}", file=sys.stderr)
        sys.exit(2)
