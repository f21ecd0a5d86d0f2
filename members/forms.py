"""Forms of this room: shape and wording only."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.models import ApiKey, Membership, Organisation
from members.querysets import OrganisationQuerySet


class DirectoryForm(forms.Form):
    """What the directory shows, as parameters in the address."""

    q = forms.CharField(max_length=100, required=False, label=_("Name"))
    kind = forms.ChoiceField(
        choices=[("", _("All kinds")), *Organisation.Kind.choices], required=False, label=_("Kind")
    )
    membership = forms.ChoiceField(
        choices=[("", _("Any")), *Membership.Kind.choices], required=False, label=_("Membership")
    )
    country = forms.CharField(max_length=2, required=False, label=_("Country"))

    def apply(self, rows: OrganisationQuerySet) -> OrganisationQuerySet:
        """Narrow rows down; a parameter that makes no sense is left out."""
        values: dict[str, Any] = self.cleaned_data if self.is_valid() else {}
        rows = rows.of_kind(values.get("kind", "")).with_membership(values.get("membership", ""))
        rows = rows.in_country(values.get("country", "").upper())
        return rows.matching(values["q"]) if values.get("q") else rows


class ApiKeyForm(forms.Form):
    """A new API key."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("Organisation"))
    name = forms.CharField(
        max_length=80,
        label=_("Name"),
        help_text=_("What will use it, for example “CI of our node”."),
    )
    scopes = forms.MultipleChoiceField(
        choices=ApiKey.Scope.choices,
        initial=["read"],
        label=_("May"),
        widget=forms.CheckboxSelectMultiple,
    )
    expires_on = forms.DateField(
        required=False, label=_("Expires on"), widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Empty means never."),
    )  # fmt: skip

    def __init__(self, organisations: OrganisationQuerySet, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = organisations
        for name in ("organisation", "name", "expires_on"):
            self.fields[name].widget.attrs["class"] = "input"

    def expires_at(self) -> datetime | None:
        """The end of the chosen day, UTC."""
        day = self.cleaned_data["expires_on"]
        return datetime.combine(day, time.max, tzinfo=UTC) if day else None
