"""The node's identity as kept in ``config.json``."""

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from .errors import NotANode

FILE: Final = "config.json"
# A DNS-like name: it becomes part of the log's origin and of every signed statement.
_NODE_ID = re.compile(
    r"(?=.{3,200}\Z)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+"
)


@dataclass(frozen=True)
class Config:
    node_id: str
    organisation: str
    contact: str
    signing_key: str = ""
    retiring_key: str = ""

    def __post_init__(self) -> None:
        if not _NODE_ID.fullmatch(self.node_id):
            raise NotANode(
                f"node id {self.node_id!r} is not a DNS-like name such as eval.example.org"
            )
        for name in ("organisation", "contact"):
            value = getattr(self, name)
            if not value.strip() or len(value) > 200 or not value.isprintable():
                raise NotANode(f"{name} must be one line of 1 to 200 characters")

    @property
    def log_origin(self) -> str:
        return f"{self.node_id}/log"

    def to_bytes(self) -> bytes:
        return (json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n").encode()


def load(folder: Path) -> Config:
    path = folder / FILE
    try:
        return Config(**json.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        raise NotANode(
            f"{folder} is not a node's directory; make one with: alliance-node init {folder}"
        ) from None
    except (OSError, ValueError, TypeError) as error:
        raise NotANode(f"{path} cannot be read: {error}") from error
