"""A discussion as a page shows it: threads in order, each comment with its depth and what the reader may do."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from alliance.viewer import Viewer
from governance.models import Comment, Proposal


@dataclass(frozen=True, slots=True)
class Shown:
    """A comment and how deep it hangs."""

    comment: Comment
    depth: int


def thread(proposal: Proposal, viewer: Viewer) -> list[Shown]:
    """Return the comments a viewer may read, replies below what they answer."""
    below: dict[int | None, list[Comment]] = defaultdict(list)
    for comment in proposal.comments.visible_to(viewer).for_thread():
        below[comment.parent_id].append(comment)
    shown: list[Shown] = []

    def add(parent: int | None, depth: int) -> None:
        for comment in below[parent]:
            shown.append(Shown(comment, depth))
            add(comment.pk, depth + 1)

    add(None, 0)
    return shown
