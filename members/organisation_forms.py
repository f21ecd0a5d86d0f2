"""Forms of an organisation's administrators: shape and wording only."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.models import Affiliation, IdentityProvider, Organisation

LANGUAGES = [("en", "English"), ("fr", "Français")]


class _Dressed(forms.BaseForm):
    """Give every field the look of the portal."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"


class InviteForm(_Dressed, forms.Form):
    """Whom to invite, as what."""

    email = forms.EmailField(label=_("E-mail address"))
    role = forms.ChoiceField(
        label=_("Role"), choices=Affiliation.Role.choices, initial=Affiliation.Role.REPRESENTATIVE
    )
    language = forms.ChoiceField(label=_("Language of the letter"), choices=LANGUAGES)


class DomainForm(_Dressed, forms.Form):
    """A domain to prove."""

    name = forms.CharField(
        label=_("Domain"), max_length=253, help_text=_("As in e-mail addresses: example.org")
    )


class OidcForm(_Dressed, forms.Form):
    """An OpenID Connect provider."""

    issuer = forms.CharField(
        label=_("Issuer"), max_length=500, help_text=_("The address the provider calls itself by, with https://")
    )  # fmt: skip
    client_id = forms.CharField(label=_("Client identifier"), max_length=300)
    secret = forms.CharField(
        label=_("Client secret"), max_length=500, required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Kept sealed; never shown again."),
    )  # fmt: skip
    role = forms.ChoiceField(label=_("Role of newcomers"), choices=IdentityProvider.GIVABLE_ROLES)


class SamlForm(_Dressed, forms.Form):
    """A SAML provider, by its metadata."""

    metadata_url = forms.CharField(
        label=_("Address of the metadata"), max_length=500, required=False,
        help_text=_("Fetched once, now. Or send the file:"),
    )  # fmt: skip
    metadata_file = forms.FileField(label=_("Metadata file"), required=False)
    saml_role = forms.ChoiceField(
        label=_("Role of newcomers"), choices=IdentityProvider.GIVABLE_ROLES
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if bool(found.get("metadata_url")) == bool(found.get("metadata_file")):
            raise forms.ValidationError(
                _("Give either the address of the metadata or the file."), code="one-of-two"
            )
        return found


class EntryForm(_Dressed, forms.ModelForm):
    """What an organisation says about itself, in both languages."""

    class Meta:
        model = Organisation
        fields = ["short_name", "website_domain", "about_en", "about_fr"]
        labels = {"short_name": _("Short name"), "website_domain": _("Domain of the website")}
        widgets = {
            "about_en": forms.Textarea(attrs={"rows": 4, "lang": "en"}),
            "about_fr": forms.Textarea(attrs={"rows": 4, "lang": "fr"}),
        }


class LogoForm(forms.Form):
    """A picture."""

    picture = forms.FileField(
        label=_("Picture"), help_text=_("PNG, JPEG or WebP, up to 1 MiB. The portal makes it anew.")
    )
