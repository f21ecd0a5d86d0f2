"""Signed statements as received, and what they say."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from leaderboard.models.append_only import append_only
from leaderboard.models.benchmarks import BenchmarkVersion
from leaderboard.models.nodes import Node
from leaderboard.models.systems import Accelerator, SystemRevision
from leaderboard.querysets import EnvelopeQuerySet, ResultQuerySet, RunStartedQuerySet


class Envelope(models.Model):
    """An accepted DSSE envelope, byte for byte; its name is the digest of those bytes."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    raw = models.BinaryField()
    kind = models.CharField(max_length=40)
    node = models.ForeignKey(Node, models.PROTECT, related_name="envelopes")
    seq = models.BigIntegerField(
        null=True,
        blank=True,
        help_text=_("the place in the node's log, from 1; unknown where a relay passed it on"),
    )
    relay = models.ForeignKey(
        "leaderboard.Relay",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="envelopes",
        help_text=_("through which it came first"),
    )
    kid = models.CharField(max_length=60)
    received_at = models.DateTimeField(auto_now_add=True)
    entry = models.OneToOneField("transparency.Entry", models.PROTECT, related_name="+")

    objects = EnvelopeQuerySet.as_manager()

    class Meta:
        ordering = ["node", "seq"]
        verbose_name = _("envelope")
        verbose_name_plural = _("envelopes")
        triggers = append_only("envelope")
        constraints = [
            models.UniqueConstraint(fields=["node", "seq"], name="envelope_place_once"),
            models.CheckConstraint(
                name="envelope_place_or_relay",
                condition=Q(seq__isnull=False, relay=None) | Q(seq=None, relay__isnull=False),
            ),
            models.CheckConstraint(
                name="envelope_digest", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")
            ),
        ]

    def __str__(self) -> str:
        return self.sha256


class Result(models.Model):
    """What an accepted eval-run statement says.

    `ulid` is the public address: the run's own id wherever that is free (a node cannot take
    another's run id away), else a new one.
    """

    class State(models.TextChoices):
        COUNTED = "counted", _("Counted")
        UNRANKED = "unranked", _("Shown, not ranked")
        EQUIVOCATED = "equivocated", _("Equivocated")
        SUPERSEDED = "superseded", _("Superseded")
        RETRACTED = "retracted", _("Retracted")

    class Relationship(models.TextChoices):
        FIRST_PARTY = "first_party", _("First party")
        THIRD_PARTY = "third_party", _("Third party")

    ulid = models.CharField(max_length=26, unique=True)
    envelope = models.OneToOneField(Envelope, models.PROTECT, related_name="result")
    node = models.ForeignKey(Node, models.PROTECT, related_name="results")
    run_id = models.CharField(max_length=26, db_index=True)
    attempt = models.PositiveIntegerField()
    benchmark_version = models.ForeignKey(BenchmarkVersion, models.PROTECT, related_name="results")
    system_revision = models.ForeignKey(SystemRevision, models.PROTECT, related_name="results")
    precision = models.CharField(max_length=300, blank=True)
    adapter = models.CharField(max_length=300, blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    ingested_at = models.DateTimeField(auto_now_add=True)
    harness_name = models.CharField(max_length=200)
    harness_version = models.CharField(max_length=300)
    settings_digest = models.CharField(max_length=64)
    accelerator = models.ForeignKey(
        Accelerator, models.PROTECT, null=True, blank=True, related_name="results"
    )
    environment = models.JSONField(default=dict)
    outcomes = models.JSONField(default=dict)
    cost = models.JSONField(default=dict)
    contamination = models.JSONField(default=dict)
    dimension = models.CharField(max_length=20)
    relationship = models.CharField(max_length=12, choices=Relationship)
    raw_digest = models.CharField(max_length=64, blank=True)
    samples_digest = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.COUNTED)
    reason = models.CharField(max_length=40, blank=True, help_text=_("why it is not counted"))
    reason_text = models.TextField(blank=True, help_text=_("in the words of who retracted it"))
    superseded_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="supersedes"
    )

    objects = ResultQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("result")
        verbose_name_plural = _("results")
        indexes = [
            models.Index(fields=["benchmark_version", "state"]),
            models.Index(fields=["node", "run_id"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["node", "run_id", "envelope"], name="result_once_a_statement"
            ),
            models.UniqueConstraint(
                fields=["node", "run_id"],
                condition=~Q(state="equivocated"),
                name="result_one_truth_a_run",
            ),
            models.CheckConstraint(
                name="result_reason_where_not_counted",
                condition=Q(state="counted", reason="") | (~Q(state="counted") & ~Q(reason="")),
            ),
            models.CheckConstraint(
                name="result_ends_after_it_begins", condition=Q(finished_at__gte=F("started_at"))
            ),
        ]

    def __str__(self) -> str:
        return self.ulid

    def get_absolute_url(self) -> str:
        return reverse("leaderboard:result", args=[self.ulid])


class Measurement(models.Model):
    """One number of a result. `agrees` is None where nothing can be recomputed."""

    result = models.ForeignKey(Result, models.CASCADE, related_name="measurements")
    metric = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField()
    group = models.CharField(max_length=200, blank=True)
    value = models.DecimalField(max_digits=38, decimal_places=12)
    n = models.BigIntegerField()
    successes = models.BigIntegerField(null=True, blank=True)
    stderr = models.DecimalField(max_digits=38, decimal_places=12, null=True, blank=True)
    stderr_method = models.CharField(max_length=300, blank=True)
    ci_low = models.DecimalField(max_digits=38, decimal_places=12, null=True, blank=True)
    ci_high = models.DecimalField(max_digits=38, decimal_places=12, null=True, blank=True)
    ci_level = models.DecimalField(max_digits=8, decimal_places=6, null=True, blank=True)
    ci_method = models.CharField(max_length=300, blank=True)
    unit = models.CharField(max_length=300, blank=True)
    higher_is_better = models.BooleanField()
    recomputed = models.DecimalField(max_digits=38, decimal_places=12, null=True, blank=True)
    agrees = models.BooleanField(null=True, blank=True)

    class Meta:
        ordering = ["result", "position"]
        verbose_name = _("measurement")
        verbose_name_plural = _("measurements")
        indexes = [models.Index(fields=["metric", "result"])]
        constraints = [
            models.UniqueConstraint(fields=["result", "metric"], name="measurement_once"),
            models.CheckConstraint(
                name="measurement_counts",
                condition=Q(n__gte=1)
                & (Q(successes=None) | Q(successes__gte=0, successes__lte=F("n"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.value}"


class SampleSheet(models.Model):
    """What became of every sample of a result whose samples file the portal read itself.

    `correct` has one byte a sample, 1 where the system was right, in the order of the sample ids;
    `items` names that list of ids, so that two sheets with the same `items` are paired. `confidence`,
    where every sample states one, has two bytes a sample: ten-thousandths, the greater byte first.
    """

    result = models.OneToOneField(Result, models.CASCADE, related_name="samples")
    items = models.CharField(max_length=64)
    correct = models.BinaryField()
    confidence = models.BinaryField(null=True)
    read_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("sample sheet")
        verbose_name_plural = _("sample sheets")
        triggers = append_only("sample_sheet")

    def __str__(self) -> str:
        return f"{self.result_id} {self.items[:12]}"


class ResultEvent(models.Model):
    """A change of a result's state: when, from what to what, why. Append-only."""

    result = models.ForeignKey(Result, models.PROTECT, related_name="events")
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12)
    reason = models.CharField(max_length=40, blank=True)
    details = models.JSONField(default=dict)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["result", "pk"]
        verbose_name = _("result event")
        verbose_name_plural = _("result events")
        triggers = append_only("result_event")

    def __str__(self) -> str:
        return f"{self.result_id} {self.to_state}"


class RunStarted(models.Model):
    """A run that a node announced before it began; without a result it stays visible as such."""

    envelope = models.OneToOneField(Envelope, models.PROTECT, related_name="run_started")
    node = models.ForeignKey(Node, models.PROTECT, related_name="runs_started")
    run_id = models.CharField(max_length=26)
    attempt = models.PositiveIntegerField()
    benchmark = models.CharField(max_length=200)
    version = models.CharField(max_length=200)
    system = models.CharField(max_length=200)
    revision = models.CharField(max_length=300)
    started_at = models.DateTimeField()
    received_at = models.DateTimeField(auto_now_add=True)

    objects = RunStartedQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("announced run")
        verbose_name_plural = _("announced runs")
        triggers = append_only("run_started")
        indexes = [models.Index(fields=["node", "run_id"])]

    def __str__(self) -> str:
        return self.run_id
