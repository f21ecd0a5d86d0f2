"""What can go wrong, in words that say what to do."""


class LauncherError(Exception):
    """A reason not to start, for the person at the keyboard."""
