"""Start the portal, or one command, on real services of its own; leave nothing behind. Standard library only."""
