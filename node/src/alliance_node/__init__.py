"""An evaluation node of the AI Alliance: sign results, keep them in a log, serve both."""

__version__ = "0.1.0"
