"""Forms for API keys: shape and wording only."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members import networks
from members.forms import OrganisationChoiceField
from members.models import Organisation
from members.querysets import OrganisationQuerySet
from members.scopes import Scope

KINDS = [
    ("key", _("API key: one secret, sent with every call")),
    ("client", _("OAuth 2 client: a secret that buys tokens for an hour each")),
]
OVERLAPS = [(0, _("not at all")), (1, _("one hour")), (24, _("one day")), (168, _("seven days"))]


class ApiKeyForm(forms.Form):
    """A new API key or client."""

    organisation = OrganisationChoiceField(Organisation.objects.none(), label=_("Organisation"))
    name = forms.CharField(
        max_length=80,
        label=_("Name"),
        help_text=_("What will use it, for example “CI of our node”."),
    )
    kind = forms.ChoiceField(
        choices=KINDS, initial="key", required=False, label=_("Kind"), widget=forms.RadioSelect
    )
    scopes = forms.MultipleChoiceField(
        choices=Scope.choices,
        initial=["read"],
        label=pgettext_lazy("what a key may do", "May"),
        widget=forms.CheckboxSelectMultiple,
    )
    networks = forms.CharField(
        required=False, label=_("Only from these networks"), max_length=1000,
        widget=forms.TextInput(attrs={"placeholder": "192.0.2.0/24 2001:db8::/32"}),
        help_text=_("Addresses or CIDR blocks, separated by spaces. Empty means from anywhere."),
    )  # fmt: skip
    expires_on = forms.DateField(
        required=False, label=_("Expires on"), widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Empty means never."),
    )  # fmt: skip

    def __init__(self, organisations: OrganisationQuerySet, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = organisations
        for name in ("organisation", "name", "networks", "expires_on"):
            self.fields[name].widget.attrs["class"] = "input"

    def clean_networks(self) -> list[str]:
        """Read the blocks, or say which word is none."""
        try:
            found = networks.parse(self.cleaned_data["networks"])
        except ValueError as wrong:
            raise forms.ValidationError(
                _("“%(word)s” is no address and no block such as 192.0.2.0/24."),
                params={"word": str(wrong)},
            ) from None
        if len(found) > networks.MOST:
            raise forms.ValidationError(
                _("At most %(most)s networks fit."), params={"most": networks.MOST}
            )
        return found

    def expires_at(self) -> datetime | None:
        """The end of the chosen day, UTC."""
        day = self.cleaned_data["expires_on"]
        return datetime.combine(day, time.max, tzinfo=UTC) if day else None


class RotateForm(forms.Form):
    """How long the old key works beside the new one."""

    overlap = forms.TypedChoiceField(
        choices=OVERLAPS, coerce=int, initial=24, label=_("The old one works on for")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["overlap"].widget.attrs["class"] = "input"

    def duration(self) -> timedelta:
        return timedelta(hours=self.cleaned_data["overlap"])
