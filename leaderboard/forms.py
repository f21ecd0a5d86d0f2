"""Forms of this room: shape and wording only."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from leaderboard.actions import Evidence
from leaderboard.models import Benchmark, Node
from members.forms import OrganisationChoiceField
from members.models import Organisation


class EndpointForm(forms.Form):
    """Where a node answers."""

    endpoint = forms.CharField(
        max_length=300,
        label=_("Address of the node"),
        help_text=_("For example https://node.example.org. It must be reachable from outside."),
        widget=forms.URLInput(attrs={"class": "input", "autocomplete": "off"}),
    )


class RegisterForm(EndpointForm):
    """A new node of one's own organisation."""

    organisation = OrganisationChoiceField(
        Organisation.objects.none(),
        label=_("Organisation"),
        widget=forms.Select(attrs={"class": "input"}),
    )
    field_order = ("organisation", "endpoint")

    def __init__(self, organisations: object, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]


class RelayForm(forms.Form):
    """Where a sister portal's relay answers."""

    endpoint = forms.CharField(
        max_length=300,
        label=_("Address of the relay"),
        help_text=_("For example https://portal.example.org/federation."),
        widget=forms.URLInput(attrs={"class": "input", "autocomplete": "off"}),
    )


class OriginForm(forms.Form):
    """A node to take through a relay, and who runs it."""

    node_id = forms.CharField(max_length=200, widget=forms.HiddenInput)
    organisation = OrganisationChoiceField(
        Organisation.objects.all(),
        required=False,
        label=_("Organisation"),
        widget=forms.Select(attrs={"class": "input"}),
    )


class KeysForm(forms.Form):
    """Which of the shown keys were compared, out of band."""

    kids = forms.MultipleChoiceField(
        label=_("Keys that I have compared with what the node itself prints"),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, node: Node, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        waiting = node.keys.waiting().values_list("kid", flat=True)
        self.fields["kids"].choices = [(kid, kid) for kid in waiting]  # type: ignore[attr-defined]


class BenchmarksForm(forms.Form):
    """Which benchmarks' results are taken from the node."""

    benchmarks = forms.ModelMultipleChoiceField(
        Benchmark.objects.none(),
        required=False,
        label=_("Take results of"),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["benchmarks"].queryset = Benchmark.objects.all()  # type: ignore[attr-defined]


class RevokeForm(forms.Form):
    """A key to take out of force, and why."""

    kid = forms.CharField(max_length=60, widget=forms.HiddenInput)
    reason = forms.CharField(max_length=300)


class AnswerForm(forms.Form):
    """The answer of the node's organisation."""

    answer = forms.CharField(
        max_length=5000,
        label=pgettext_lazy("dispute", "Answer"),
        help_text=_("Public, for good. Markdown."),
        widget=forms.Textarea(attrs={"class": "input", "rows": 6}),
    )


class DisputeForm(forms.Form):
    """An objection to a result."""

    organisation = OrganisationChoiceField(
        Organisation.objects.none(),
        label=_("Organisation"),
        widget=forms.Select(attrs={"class": "input"}),
    )
    reason = forms.CharField(
        max_length=5000,
        label=_("Why you dispute it"),
        help_text=_("Public, for good. Markdown. Say what can be checked."),
        widget=forms.Textarea(attrs={"class": "input", "rows": 8}),
    )

    evidence = forms.URLField(
        max_length=500,
        required=False,
        assume_scheme="https",
        label=_("Where your evidence is published"),
        help_text=_("Optional: the address of a log, a data set or a report."),
        widget=forms.URLInput(attrs={"class": "input", "placeholder": "https://"}),
    )
    counter = forms.CharField(
        max_length=26,
        required=False,
        label=_("Result that contradicts it"),
        help_text=_(
            "Optional: the identifier of another result of this system on this benchmark version."
        ),
        widget=forms.TextInput(attrs={"class": "input mono", "autocomplete": "off"}),
    )

    def __init__(self, organisations: object, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]
        self.fields["organisation"].initial = organisations.first()  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, Any]:
        """Return what the action takes."""
        said = self.cleaned_data
        evidence = Evidence(address=said["evidence"], counter=said["counter"])
        return {
            "organisation": said["organisation"],
            "reason": said["reason"],
            "evidence": evidence,
        }
