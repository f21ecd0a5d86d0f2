"""One result among the others of its cell: how far it was checked, and by whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.i18n import whole
from leaderboard import figures, measures
from leaderboard.charts.scale import Scale, scale_over
from leaderboard.models import Dispute, Measurement, Result
from leaderboard.standings import rules_of
from leaderboard.statistics.assurance import Assurance, Rung, assess
from leaderboard.statistics.board import decimal_text
from leaderboard.statistics.pooling import Contribution, Pooled, pool


@dataclass(frozen=True, slots=True)
class RungStep:
    """One step of the ladder as printed."""

    title: str
    text: str
    when: str
    state: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Replication:
    """The same cell on one node."""

    node: str
    organisation: str
    url: str
    plot: SafeString
    value: str
    interval: str
    agreement: str
    when: str


def measurement_of(result: Result, metric: str) -> Measurement | None:
    """Return a result's number for a metric."""
    return next((m for m in result.measurements.all() if m.metric == metric), None)


class Cell:
    """A result, its headline number and all results that measured the same thing, itself included."""

    def __init__(
        self,
        result: Result,
        headline: Measurement,
        peers: Sequence[Result],
        disputes: Sequence[Dispute],
    ) -> None:
        self.result = result
        self.headline = headline
        self.pending = [dispute for dispute in disputes if dispute.is_pending]
        self.members = [
            (peer, m) for peer in peers if (m := measurement_of(peer, headline.metric)) is not None
        ]
        metric = result.benchmark_version.metric(headline.metric) or {"id": headline.metric}
        self.tolerance: Fraction = rules_of(result.benchmark_version, metric).tolerance

    @property
    def is_void(self) -> bool:
        return self.result.state in (Result.State.RETRACTED, Result.State.EQUIVOCATED)

    @cached_property
    def is_recounted(self) -> bool:
        """Say whether the portal counted the samples itself and came to the stated count."""
        sheet = getattr(self.result, "samples", None)
        if sheet is None or self.headline.successes is None:
            return False
        correct = bytes(sheet.correct)
        return len(correct) == self.headline.n and sum(correct) == self.headline.successes

    @cached_property
    def pooled(self) -> Pooled | None:
        items = [
            Contribution(peer.node.organisation.public_slug, measures.exact_value(m), m.n)
            for peer, m in self.members
            if peer.state == Result.State.COUNTED
        ]
        return pool(items, is_proportion=measures.is_share(self.headline)) if items else None

    @cached_property
    def assurance(self) -> Assurance:
        values = [mean.value for mean in self.pooled.organisations] if self.pooled else []
        return assess(
            values,
            tolerance=self.tolerance,
            recomputed=self.is_recounted,
            disputed=self._is_disputed,
            retracted=self.is_void,
        )

    @property
    def _is_disputed(self) -> bool:
        """Ask it of the results that make the figure, as the board does."""
        peers = [peer for peer, _m in self.members]
        counted = [p for p in peers if p.state == Result.State.COUNTED] or peers
        disputed = {dispute.result_id for dispute in self.pending}
        return any(peer.pk in disputed for peer in counted)

    @cached_property
    def scale(self) -> Scale:
        ends = [end for _peer, m in self.members for end in measures.ends_of(m)]
        return scale_over(ends, is_share=measures.is_share(self.headline))

    @property
    def spread_text(self) -> str:
        """Say how far the organisations are apart."""
        if not self.pooled or len(self.pooled.organisations) < 2:
            return ""
        spread = figures.plain(decimal_text(self.pooled.spread))
        if self.pooled.heterogeneous:
            text = _("Spread between organisations: %(spread)s, more than chance explains.")
        else:
            text = _("Spread between organisations: %(spread)s.")
        return text % {"spread": spread}

    @property
    def replications(self) -> list[Replication]:
        return [self._replication(peer, m) for peer, m in self.members]

    def _replication(self, peer: Result, m: Measurement) -> Replication:
        counted = peer.state == Result.State.COUNTED
        rung = self.assurance.rung if counted else Rung.RETRACTED
        return Replication(
            node=peer.node.slug,
            organisation=str(peer.node.organisation),
            url="" if peer.pk == self.result.pk else peer.get_absolute_url(),
            plot=measures.plot_of(m, self.scale, rung, height=52),
            value=measures.value_text(m),
            interval=measures.interval_text(m),
            agreement=self._agreement(peer, m),
            when=measures.short_moment(peer.finished_at),
        )

    def _agreement(self, peer: Result, m: Measurement) -> str:
        if peer.pk == self.result.pk:
            return _("this result")
        if peer.state != Result.State.COUNTED:
            return str(peer.get_state_display()).lower()
        if self._same_items_right(peer):
            return _("the same items right")
        difference = abs(measures.exact_value(m) - measures.exact_value(self.headline))
        if difference == 0:
            return _("the same figure")
        inside = _("%(difference)s apart, within tolerance")
        outside = _("%(difference)s apart, outside tolerance")
        text = inside if difference <= self.tolerance else outside
        return text % {"difference": figures.plain(decimal_text(difference))}

    def _same_items_right(self, peer: Result) -> bool:
        mine, theirs = getattr(self.result, "samples", None), getattr(peer, "samples", None)
        if mine is None or theirs is None:
            return False
        return mine.items == theirs.items and bytes(mine.correct) == bytes(theirs.correct)

    @property
    def rungs(self) -> list[RungStep]:
        """The ladder: self-attested, recomputed, replicated, and what may take it away."""
        replicated = self.assurance.agreeing >= 2
        current = 2 if replicated else 1 if self.is_recounted else 0
        return [
            self._attested(current == 0),
            self._recomputed(current == 1),
            self._replicated(current == 2),
            self._disputed(),
        ]

    def _attested(self, is_current: bool) -> RungStep:
        text = _("%(node)s signed it") % {"node": self.result.node.slug}
        when = measures.short_moment(self.result.finished_at)
        return RungStep(_("Self-attested"), text, when, "done", is_current)

    def _recomputed(self, is_current: bool) -> RungStep:
        sheet = getattr(self.result, "samples", None)
        if self.is_recounted and sheet is not None:
            counts = {"right": whole(self.headline.successes or 0), "n": whole(self.headline.n)}
            text = _("%(right)s of %(n)s counted again from the samples") % counts
            return RungStep(
                _("Recomputed"), text, measures.short_moment(sheet.read_at), "done", is_current
            )
        text = (
            _("The samples are named but have not been counted here")
            if self.result.samples_digest
            else _("The node published no samples to count")
        )
        return RungStep(_("Recomputed"), text, "", "", is_current)

    def _replicated(self, is_current: bool) -> RungStep:
        count = self.assurance.agreeing
        if count >= 2:
            text = ngettext(
                "%(count)s organisation within %(tolerance)s of each other",
                "%(count)s organisations within %(tolerance)s of each other",
                count,
            ) % {"count": count, "tolerance": figures.plain(decimal_text(self.tolerance))}
            when = measures.short_moment(max(peer.ingested_at for peer, _m in self.members))
            title = _("Replicated ×%(count)s") % {"count": count}
            return RungStep(title, text, when, "done", is_current)
        text = (
            _("Another organisation measured something else")
            if self.assurance.dissenting
            else _("No other organisation has measured it yet")
        )
        return RungStep(_("Replicated"), text, "", "", is_current)

    def _disputed(self) -> RungStep:
        if self.is_void:
            title = str(self.result.get_state_display())
            return RungStep(
                title, self.result.reason_text or _("It no longer counts"), "", "done", True
            )
        if self.assurance.rung == Rung.DISPUTED:
            when = measures.short_moment(min(dispute.raised_at for dispute in self.pending))
            text = _("An organisation disputes it; the dispute has not ended")
            return RungStep(_("Disputed"), text, when, "done", True)
        return RungStep(_("Disputed"), _("No dispute is open"), "", "off", False)
