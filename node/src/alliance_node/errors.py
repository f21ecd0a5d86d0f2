"""What the node refuses, each with a stable code and the exit status of the command line."""

from typing import ClassVar


class NodeError(Exception):
    """A refusal the operator can act on."""

    code: ClassVar[str] = "refused"
    exit_status: ClassVar[int] = 1


class NotANode(NodeError):
    """The directory is not a node's, or its files contradict each other."""

    code = "not-a-node"
    exit_status = 3


class Busy(NodeError):
    """Another process is writing to the same node."""

    code = "busy"
    exit_status = 4


class Corrupt(NodeError):
    """What is on the disk is not what was signed."""

    code = "corrupt"
    exit_status = 5
