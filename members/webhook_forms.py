"""Forms for webhooks: shape and wording only."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance import outbound
from members.forms import OrganisationChoiceField
from members.models import Organisation
from members.querysets import OrganisationQuerySet
from members.webhooks import catalogue


class WebhookForm(forms.Form):
    """Where to send, and what."""

    organisation = OrganisationChoiceField(Organisation.objects.none(), label=_("Organisation"))
    url = forms.CharField(
        max_length=500, label=_("Address"), widget=forms.TextInput(attrs={"inputmode": "url"}),
        help_text=_("An https address of yours that takes POST requests. Redirects aren’t followed."),
    )  # fmt: skip
    kinds = forms.MultipleChoiceField(
        choices=catalogue.choices, required=False, label=_("Events"),
        widget=forms.CheckboxSelectMultiple, help_text=_("None chosen means all of them."),
    )  # fmt: skip

    def __init__(
        self, organisations: OrganisationQuerySet | None, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ModelChoiceField)
        if organisations is None:  # an existing webhook stays where it is
            del self.fields["organisation"]
        else:
            field.queryset = organisations
            field.widget.attrs["class"] = "input"
        self.fields["url"].widget.attrs["class"] = "input"

    def clean_url(self) -> str:
        """Refuse what the outbound door would refuse anyway."""
        url: str = self.cleaned_data["url"]
        try:
            outbound.check_url(url)
        except outbound.OutboundError as refusal:
            raise forms.ValidationError(refusal.message) from None
        return url
