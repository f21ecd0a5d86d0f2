"""The application form: shape and wording only."""

from __future__ import annotations

from typing import Any

from babel import Locale
from django import forms
from django.utils.translation import gettext_lazy as _

from alliance.i18n import active_language
from members.models import Application
from members.rules import domain_name


def countries() -> list[tuple[str, str]]:
    """Return every country with its name in the active language, by name."""
    names = Locale(active_language()).territories
    found = [
        (code, name) for code, name in names.items()
        if len(code) == 2 and code.isalpha() and code not in {"EU", "EZ", "UN", "ZZ", "XA", "XB", "QO"}
    ]  # fmt: skip
    return [("", ""), *sorted(found, key=lambda item: item[1])]


class ApplicationForm(forms.ModelForm):
    """Who applies; `website` is a field that only machines fill in."""

    country = forms.ChoiceField(label=_("Country of the head office"))
    website = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Application
        fields = [
            "name", "short_name", "kind", "country", "website_domain", "motivation", "contact_name", "contact_email",
        ]  # fmt: skip
        labels = {
            "name": _("Full name of the organisation"), "short_name": _("Short name"), "kind": _("Kind"),
            "website_domain": _("Domain of its website"), "motivation": _("What it would bring to the Alliance"),
            "contact_name": _("Your name"), "contact_email": _("Your e-mail address there"),
        }  # fmt: skip
        widgets = {"motivation": forms.Textarea(attrs={"rows": 6})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["country"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = countries()
        for name in self.Meta.fields:
            self.fields[name].widget.attrs["class"] = "input"

    def clean_website_domain(self) -> str:
        plain = domain_name(self.cleaned_data["website_domain"])
        if plain is None:
            raise forms.ValidationError(
                _("This is no domain. Write it as example.org, without https://.")
            )
        return plain

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Leave this field empty."))
        return ""

    def given(self) -> dict[str, str]:
        """Return what the action takes."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}
