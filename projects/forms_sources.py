"""Forms about sources and manifests: shape and wording only."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from projects.manifests.publiccode import vocabulary
from projects.models import Project, Source


class PartsForm(forms.Form):
    """What of an entry its manifest speaks for."""

    speaks_for = forms.MultipleChoiceField(
        choices=Source.Part.choices,
        required=False,
        label=_("The manifest speaks for"),
        help_text=_("What you leave out stays as it is curated here, whatever the file says."),
        widget=forms.CheckboxSelectMultiple,
    )


class ManifestForm(PartsForm):
    """Where a project's manifest is."""

    project = forms.ModelChoiceField(
        Project.objects.none(), label=_("Project"), widget=forms.Select(attrs={"class": "input"})
    )
    url = forms.CharField(
        max_length=500,
        label=_("Address of the manifest"),
        help_text=_(
            "A publiccode.yml, codemeta.json or CITATION.cff, such as"
            " https://github.com/owner/name/blob/main/publiccode.yml."
        ),
        widget=forms.URLInput(attrs={"class": "input", "autocomplete": "off"}),
    )
    field_order = ("project", "url", "speaks_for")

    def __init__(self, projects: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["project"].queryset = projects  # type: ignore[attr-defined]


class CatalogueForm(forms.Form):
    """A catalogue of others; for staff."""

    kind = forms.ChoiceField(
        choices=[pair for pair in Source.Kind.choices if pair[0] != Source.Kind.MANIFEST],
        label=_("Kind"),
        widget=forms.Select(attrs={"class": "input"}),
    )
    name = forms.CharField(
        max_length=200, label=_("Name"), widget=forms.TextInput(attrs={"class": "input"})
    )
    url = forms.CharField(
        max_length=500,
        label=_("Address"),
        help_text=_(
            "Of a sister portal: its /.well-known/alliance-catalogue.json. Of CKAN: what stands before /api/3/."
        ),
        widget=forms.URLInput(attrs={"class": "input", "autocomplete": "off"}),
    )


def _line(
    label: Any, help_text: Any = "", *, required: bool = False, most: int = 300
) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=most,
        widget=forms.TextInput(attrs={"class": "input"}),
    )


def _area(label: Any, help_text: Any = "", *, most: int = 10_000) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=most,
        widget=forms.Textarea(attrs={"class": "input", "rows": 5}),
    )


class MakerForm(forms.Form):
    """Everything a publiccode.yml or codemeta.json says; what is left empty is filled in and marked in the file."""

    form = forms.ChoiceField(
        choices=[("publiccode", "publiccode.yml"), ("codemeta", "codemeta.json")],
        label=_("File"),
        widget=forms.Select(attrs={"class": "input"}),
    )
    name = _line(_("Name"), required=True, most=200)
    repository = _line(
        _("Address of the repository"),
        _("For example https://github.com/owner/name"),
        required=True,
    )
    homepage = _line(_("Home page"))
    summary_en = _line(
        _("Summary in English"), _("One sentence, at most 150 characters."), most=150
    )
    summary_fr = _line(_("Summary in French"), most=150)
    text_en = _area(
        _("Description in English"), _("150 to 10,000 characters: what it does, for whom.")
    )
    text_fr = _area(_("Description in French"))
    features_en = _area(_("Features in English"), _("One a line."), most=4000)
    features_fr = _area(_("Features in French"), _("One a line."), most=4000)
    licence = _line(_("Licence"), _("An SPDX expression, such as Apache-2.0 or MIT OR Apache-2.0."))
    status = forms.ChoiceField(
        choices=[("", "–"), *((word, word) for word in vocabulary.STATUSES)],
        label=_("Development status"),
        required=False,
        widget=forms.Select(attrs={"class": "input"}),
    )
    software_type = forms.ChoiceField(
        choices=[("", "–"), *((word, word) for word in vocabulary.SOFTWARE_TYPES)],
        label=_("Type of software"),
        required=False,
        widget=forms.Select(attrs={"class": "input"}),
    )
    platforms = forms.MultipleChoiceField(
        choices=[(word, word) for word in vocabulary.PLATFORMS],
        label=_("Platforms"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    maintenance = forms.ChoiceField(
        choices=[
            ("internal", _("internal: by the owner of the repository")),
            ("community", _("community: by volunteers")),
            ("none", _("none: nobody at present")),
        ],
        label=_("Maintenance"),
        required=False,
        initial="community",
        widget=forms.Select(attrs={"class": "input"}),
    )
    contact = _line(_("Name of a maintainer"), _("A person; no address is needed."))
    languages = _line(
        _("Languages of the software"), _("Tags with commas, such as en, fr."), most=200
    )
    is_localisable = forms.BooleanField(label=_("It is made to be translated"), required=False)
