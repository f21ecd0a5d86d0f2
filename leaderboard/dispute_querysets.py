"""The questions asked about disputes."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models

from alliance.viewer import Viewer
from leaderboard.rules import PENDING


class DisputeQuerySet(models.QuerySet["Dispute"]):
    """Disputes; all of them are public, the ended ones too."""

    def visible_to(self, viewer: Viewer) -> DisputeQuerySet:
        """Everybody sees every dispute."""
        return self

    def pending(self) -> DisputeQuerySet:
        """Those that have not ended."""
        return self.filter(state__in=sorted(PENDING))

    def of_results(self, results: Iterable[int]) -> DisputeQuerySet:
        """Those of some results."""
        return self.filter(result__in=results)

    def of_node(self, node_id: int) -> DisputeQuerySet:
        """Those of one node's results."""
        return self.filter(result__node=node_id)

    def disputed_results(self) -> frozenset[int]:
        """Return the results that these are about."""
        return frozenset(self.order_by().values_list("result_id", flat=True))

    def for_list(self) -> DisputeQuerySet:
        """With what a list shows."""
        return self.select_related("organisation", "result__node__organisation", "counter")
