"""What a result's page shows: the figure, how far it was checked, who else measured it, how to check it oneself."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.template.defaultfilters import date as format_date
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from alliance.i18n import whole
from leaderboard import figures, measures, resampling, wording
from leaderboard.board_facts import setting_of
from leaderboard.board_words import Fact
from leaderboard.calibration import Reliability, reliability_of
from leaderboard.charts.scale import axis
from leaderboard.metrics import in_sentence, metric_name
from leaderboard.models import Benchmark, BoardSnapshot, Dispute, Measurement, Result, Standing
from leaderboard.provenance import provenance_of
from leaderboard.recipe import Step, openssl_recipe
from leaderboard.replication import Cell, measurement_of
from leaderboard.statistics.board import decimal_text
from leaderboard.statistics.intervals import Method
from transparency.models import Entry


@dataclass(frozen=True, slots=True)
class Stamp:
    """The double-framed figure at the head of the page."""

    above: str
    figure: str
    below: str


@dataclass(frozen=True, slots=True)
class OtherMetric:
    """A further number of the run."""

    name: str
    group: str
    value: str
    n: str
    interval: str


def peers_of(result: Result) -> list[Result]:
    """Return every result of the same cell, this one first, then by node."""
    same = (
        Result.objects.of_version(result.benchmark_version_id)
        .exclude(state=Result.State.SUPERSEDED)
        .filter(system_revision=result.system_revision_id, settings_digest=result.settings_digest)
        .for_board()
        .order_by("node__slug", "pk")
    )
    setting = setting_of(result)
    others = [peer for peer in same if peer.pk != result.pk and setting_of(peer) == setting]
    return [result, *others]


class ResultPage:
    """Everything the template prints about one result."""

    def __init__(
        self,
        result: Result,
        peers: Sequence[Result],
        snapshot: BoardSnapshot | None,
        disputes: Sequence[Dispute] = (),
    ) -> None:
        self.result = result
        self.snapshot = snapshot
        self.version = result.benchmark_version
        self.benchmark: Benchmark = self.version.benchmark
        self.measurements = list(result.measurements.all())
        self.headline = measurement_of(result, self.version.primary_metric) or self.measurements[0]
        self.metric_id = self.headline.metric
        self.metric = self.version.metric(self.metric_id) or {"id": self.metric_id}
        self.metric_name = metric_name(self.metric)
        self.cell = Cell(result, self.headline, peers, disputes)
        self.disputes = [dispute for dispute in disputes if dispute.result_id == result.pk]

    # -- head

    @property
    def ulid(self) -> str:
        return self.result.ulid

    @property
    def board_url(self) -> str:
        return self.benchmark.get_absolute_url()

    @property
    def title(self) -> str:
        revision = self.result.system_revision
        return _("%(system)s %(revision)s on %(benchmark)s") % {
            "system": revision.system.name,
            "revision": revision.revision,
            "benchmark": self.benchmark.name,
        }

    @property
    def lead(self) -> str:
        index = self.entry.leaf_index
        words = {
            "node": self.result.node.slug,
            "organisation": self.result.node.organisation,
            "day": format_date(self.result.finished_at, "DATE_FORMAT"),
            "leaf": "" if index is None else whole(index),
        }
        placed = _(
            "Measured by %(node)s of %(organisation)s on %(day)s; entered in the public log as leaf %(leaf)s."
        )
        waiting = _(
            "Measured by %(node)s of %(organisation)s on %(day)s; its place in the public log is being given."
        )
        return (waiting if index is None else placed) % words

    @property
    def is_void(self) -> bool:
        return self.cell.is_void

    @property
    def alerts(self) -> list[str]:
        """Say first what takes the figure's weight away."""
        result = self.result
        states = Result.State
        texts = {
            states.COUNTED: "",
            states.RETRACTED: _("Retracted: %(why)s"),
            states.EQUIVOCATED: wording.reason("equivocation"),
            states.SUPERSEDED: _("Superseded: the node signed a later result in its place."),
            states.UNRANKED: _("Not ranked: %(why)s"),
        }
        text = texts[states(result.state)]
        why = result.reason_text or wording.reason(result.reason)
        return [text % {"why": why} if "%(why)s" in text else text] if text else []

    @property
    def stamp(self) -> Stamp:
        m = self.headline
        figure = self.value
        if m.successes is not None:
            figure = _("%(right)s of %(n)s") % {"right": whole(m.successes), "n": whole(m.n)}
        below = f"{in_sentence(self.metric)} {self.value}"
        row = self._board_row
        if row and row["ranked"]:
            place = figures.places_span(row["rank_low"], row["rank_high"])
            below = _("%(figure)s, rank range %(place)s") % {"figure": below, "place": place}
        return Stamp(self._stamp_above, figure, below)

    @property
    def _stamp_above(self) -> str:
        if self.is_void:
            return str(self.result.get_state_display())
        if self.cell.is_recounted:
            return _("Recomputed from samples")
        return _("Recomputed from counts") if self.headline.agrees else _("As stated by the node")

    @cached_property
    def _board_row(self) -> Mapping[str, Any] | None:
        return Standing.objects.row_with(self.snapshot.pk, self.ulid) if self.snapshot else None

    # -- 1 the figure

    @property
    def value(self) -> str:
        return measures.value_text(self.headline)

    @property
    def interval_name(self) -> str:
        names = {
            Method.WILSON: _("Wilson interval, 95\u00a0%"),
            Method.REPORTED: _("95\u00a0% interval from the reported error"),
            Method.NONE: _("No uncertainty published"),
        }
        return names[measures.interval_for(self.headline).method]

    @property
    def axis(self) -> SafeString:
        return axis(self.cell.scale)

    @property
    def plot(self) -> SafeString:
        rung = self.cell.assurance.rung
        return measures.plot_of(self.headline, self.cell.scale, rung, height=64)

    @property
    def figure_note(self) -> str:
        return " ".join(text for text in (self._from_to, self._outcomes) if text)

    @property
    def _from_to(self) -> str:
        interval = measures.interval_for(self.headline)
        if not interval.is_known:
            return ""
        share = measures.is_share(self.headline)
        low, high = decimal_text(interval.low), decimal_text(interval.high)
        return _("From %(low)s to %(high)s.") % {
            "low": figures.score(low, is_share=share),
            "high": figures.score(high, is_share=share),
        }

    @property
    def _outcomes(self) -> str:
        kinds = self.result.outcomes
        if not kinds:
            return ""
        names = ("success", "failure", "abstained", "error")
        counts = {name: whole(int(kinds.get(name) or 0)) for name in names}
        text = _(
            "%(success)s right, %(failure)s wrong, %(abstained)s abstained, %(error)s ended in an error."
        )
        return text % counts

    # -- 4 to 7: provenance, signature, other numbers

    @cached_property
    def _envelope(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(bytes(self.result.envelope.raw))
        return document

    @cached_property
    def predicate(self) -> dict[str, Any]:
        """The signed predicate, for what the columns do not hold."""
        statement = json.loads(base64.b64decode(self._envelope["payload"]))
        predicate: dict[str, Any] = statement["predicate"]
        return predicate

    @property
    def provenance(self) -> list[Fact]:
        return provenance_of(self.result, self.predicate)

    @property
    def entry(self) -> Entry:
        return self.result.envelope.entry

    @property
    def digest(self) -> str:
        return self.result.envelope.sha256

    @property
    def signature(self) -> str:
        return str(self._envelope["signatures"][0]["sig"])

    @property
    def thumbprint(self) -> str:
        return self.result.envelope.kid

    @property
    def envelope_size(self) -> int:
        return len(bytes(self.result.envelope.raw))

    @property
    def envelope_url(self) -> str:
        return reverse("leaderboard-machine:envelope", args=[self.digest])

    @property
    def key_url(self) -> str:
        return reverse("leaderboard:node-key", args=[self.result.node.slug, self.thumbprint])

    @property
    def recipe(self) -> list[Step]:
        return openssl_recipe(
            envelope_url=self.envelope_url, key_url=self.key_url, digest=self.digest
        )

    @property
    def signed_value(self) -> str:
        """The headline exactly as signed, for the check in the browser."""
        metrics = self.predicate["metrics"]
        return next((str(m["value"]) for m in metrics if m["id"] == self.metric_id), "")

    @cached_property
    def resampled(self) -> list[str]:
        """Say what resampling the samples by groups, or their scores, makes of the interval."""
        return resampling.notes(resampling.resampled_of(self.result))

    @cached_property
    def reliability(self) -> Reliability | None:
        """How sure the run was beside how often it was right, where its samples say so."""
        return reliability_of(self.result)

    @property
    def others(self) -> list[OtherMetric]:
        return [self._other(m) for m in self.measurements if m.pk != self.headline.pk]

    def _other(self, m: Measurement) -> OtherMetric:
        unit = f" {m.unit}" if m.unit and m.unit != "proportion" else ""
        return OtherMetric(
            name=metric_name(self.version.metric(m.metric) or {"id": m.metric}),
            group=wording.dimension(m.group),
            value=measures.value_text(m) + unit,
            n=whole(m.n),
            interval=measures.interval_text(m),
        )
