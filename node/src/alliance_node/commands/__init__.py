"""The commands, one module each: ``HELP``, ``arguments(parser)`` and ``run(options) -> int``."""
