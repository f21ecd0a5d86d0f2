"""Forms for the parts of an entry: shape and wording; what may be is asked of the actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members.forms import OrganisationChoiceField
from members.models import Organisation, Person
from projects.actions.parts import rows_of
from projects.desk_forms import StyledForm
from projects.models import (
    ArtefactKind,
    HealthFigure,
    Milestone,
    Participation,
    Project,
    Repository,
)

DAY = {"type": "date"}


def _day(label: Any, *, required: bool = False) -> forms.DateField:
    return forms.DateField(label=label, required=required, widget=forms.DateInput(attrs=DAY))


def _link(label: Any = None) -> forms.URLField:
    return forms.URLField(
        label=label or _("Link"), max_length=300, required=False, assume_scheme="https"
    )


class PartForm(StyledForm):
    """A part of one project's entry."""

    def __init__(self, project: Project, mine: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        querysets = {
            "milestone": Milestone.objects.filter(project=project),
            "repository": Repository.objects.filter(project=project),
            "organisation": mine,
            "person": Person.objects.filter(
                is_active=True, affiliations__organisation__participations__project=project
            ).distinct(),
        }
        for name, rows in querysets.items():
            field = self.fields.get(name)
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = rows


class DeliverableForm(PartForm):
    """Something that came out, or is to come out."""

    title_en = forms.CharField(label=_("Title in English"), max_length=120)
    title_fr = forms.CharField(label=_("Title in French"), max_length=120, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=ArtefactKind.choices)
    version = forms.CharField(label=_("Version"), max_length=40, required=False)
    url = _link()
    milestone = forms.ModelChoiceField(
        Milestone.objects.none(), label=_("Milestone"), required=False
    )
    due_on = _day(_("Due on"))
    delivered_on = _day(_("Delivered on"))


class AdopterForm(PartForm):
    """Who says publicly that they use it."""

    name = forms.CharField(label=_("Name"), max_length=120)
    url = _link()
    source = forms.CharField(
        label=_("Where they say so"), max_length=300, help_text=_("An address, or a publication.")
    )


class AuditForm(PartForm):
    """An examination by others."""

    kind = forms.CharField(
        label=_("What was examined"), max_length=80, help_text=_("Such as security or licences.")
    )
    auditor = forms.CharField(label=_("Who examined it"), max_length=120)
    on = _day(_("Date of the report"), required=True)
    url = _link(_("Report"))


class ParticipantForm(PartForm):
    """An organisation's part."""

    organisation = OrganisationChoiceField(
        Organisation.objects.none(), label=_("An organisation you represent"), required=False
    )
    name = forms.CharField(
        label=_("Or the name of one outside the directory"), max_length=120, required=False
    )
    role = forms.ChoiceField(
        label=pgettext_lazy("part in a project", "Role"), choices=Participation.Role.choices
    )
    since = _day(_("Since"))
    until = _day(_("Until"))
    source = forms.CharField(label=_("Source"), max_length=300, required=False)


class LeadForm(PartForm):
    """A person who leads."""

    person = forms.ModelChoiceField(
        Person.objects.none(), label=_("Person"),
        help_text=_("People of the organisations that take part. Leads may edit the entry."),
    )  # fmt: skip
    since = _day(_("Since"), required=True)
    until = _day(_("Until"))


class AliasForm(PartForm):
    """A former address of a repository."""

    repository = forms.ModelChoiceField(
        Repository.objects.none(), label=_("Repository"), empty_label=None
    )
    url = forms.CharField(label=_("Former address"), max_length=300)
    moved_on = _day(_("Moved on"))


class ExemptionForm(PartForm):
    """Why a figure does not apply."""

    name = forms.ChoiceField(label=_("Figure"), choices=HealthFigure.Name.choices)
    repository = forms.ModelChoiceField(
        Repository.objects.none(), label=_("Repository"), required=False,
        empty_label=_("Whole project"),
    )  # fmt: skip
    exemption = forms.CharField(label=_("Why it does not apply"), max_length=300)


FORMS: dict[str, type[PartForm]] = {
    "deliverables": DeliverableForm,
    "adopters": AdopterForm,
    "audits": AuditForm,
    "participants": ParticipantForm,
    "leads": LeadForm,
    "aliases": AliasForm,
    "exemptions": ExemptionForm,
}
NAMES: dict[str, Any] = {
    "deliverables": _("Deliverables"),
    "adopters": _("Adopters"),
    "audits": _("Audits"),
    "participants": _("Who takes part"),
    "leads": _("People who lead"),
    "aliases": _("Former addresses of repositories"),
    "exemptions": _("Figures that do not apply"),
}


def listed(project: Project) -> list[tuple[str, Any, list[Any]]]:
    """Return every kind of part with its name and the project's rows."""
    return [(kind, name, list(rows_of(project, kind))) for kind, name in NAMES.items()]
