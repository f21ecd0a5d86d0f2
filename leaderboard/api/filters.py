"""Questions to the leaderboard's API."""

from __future__ import annotations

from django_filters import rest_framework as filters

from leaderboard.models import Benchmark, Dimension, Dispute, Node, Result
from members.api.filters import OfOrganisation


class BenchmarkFilter(filters.FilterSet):
    """By dimension and by the state of a version."""

    dimension = filters.ChoiceFilter(choices=Dimension.choices)
    state = filters.CharFilter(field_name="versions__state", distinct=True)

    class Meta:
        model = Benchmark
        fields = ["dimension"]


class NodeFilter(filters.FilterSet):
    """By health, organisation and benchmark."""

    health = filters.ChoiceFilter(choices=Node.Health.choices)
    organisation = OfOrganisation(field_name="organisation")
    benchmark = filters.CharFilter(field_name="benchmarks__slug")

    class Meta:
        model = Node
        fields = ["health"]


class ResultFilter(filters.FilterSet):
    """By where a result comes from and what it measured."""

    benchmark = filters.CharFilter(field_name="benchmark_version__benchmark__slug")
    version = filters.CharFilter(field_name="benchmark_version__version")
    system = filters.CharFilter(field_name="system_revision__system__slug")
    node = filters.CharFilter(field_name="node__slug")
    organisation = OfOrganisation(field_name="node__organisation")
    run = filters.CharFilter(field_name="run_id")
    state = filters.ChoiceFilter(choices=Result.State.choices)
    ingested_after = filters.IsoDateTimeFilter(field_name="ingested_at", lookup_expr="gt")

    class Meta:
        model = Result
        fields = ["state"]


class DisputeFilter(filters.FilterSet):
    """By result, state and who raised it."""

    result = filters.CharFilter(field_name="result__ulid")
    organisation = OfOrganisation(field_name="organisation")
    state = filters.ChoiceFilter(choices=Dispute.State.choices)

    class Meta:
        model = Dispute
        fields = ["state"]
