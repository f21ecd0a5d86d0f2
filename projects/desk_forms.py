"""Forms of signed-in pages: shape and wording; what may be is asked of the actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.problems import DomainError
from governance.models import Body
from projects.actions.entries import checked_licence, checked_repository
from projects.models import (
    ArtefactKind,
    Criterion,
    FocusArea,
    Milestone,
    Project,
    ProjectLicence,
    Stage,
    YearlyReview,
)


class StyledForm(forms.Form):
    """Fields that look like the portal's."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not isinstance(field.widget, forms.CheckboxSelectMultiple):
                field.widget.attrs.setdefault("class", "input")


def _lines(value: str) -> list[str]:
    return [line.strip() for line in value.splitlines() if line.strip()][:30]


class EntryForm(StyledForm):
    """What leads and representatives may write in an entry. Tier and stage are decided elsewhere."""

    name = forms.CharField(label=_("Name"), max_length=120)
    summary_en = forms.CharField(label=_("Summary in English"), max_length=150)
    summary_fr = forms.CharField(label=_("Summary in French"), max_length=150, required=False)
    text_en = forms.CharField(
        label=_("Text in English"), max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("Markdown: paragraphs, lists, emphasis, links."),
    )  # fmt: skip
    text_fr = forms.CharField(
        label=_("Text in French"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 7}),
    )
    homepage = forms.URLField(
        label=_("Home page"), max_length=300, required=False, assume_scheme="https"
    )
    artefact_kinds = forms.MultipleChoiceField(
        label=_("Makes"),
        choices=ArtefactKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    areas = forms.MultipleChoiceField(
        label=_("Focus areas"), required=False, widget=forms.CheckboxSelectMultiple
    )
    licences = forms.CharField(
        label=_("Licences"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line, what it covers and the SPDX expression: code: Apache-2.0"),
    )  # fmt: skip
    repositories = forms.CharField(
        label=_("Repositories"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One address a line; the first is the main one."),
    )  # fmt: skip
    working_group = forms.ModelChoiceField(
        Body.objects.none(), label=_("Working group"), required=False
    )
    activity = forms.ChoiceField(
        label=pgettext_lazy("facet", "Activity"), choices=Project.Activity.choices,
        help_text=_("As you declare it today; it is shown with today’s date and your organisation as its source."),
    )  # fmt: skip
    note = forms.CharField(
        label=_("What you changed and why"), max_length=300, required=False,
        help_text=_("Shown in the history."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = self.fields["areas"]
        assert isinstance(areas, forms.MultipleChoiceField)
        areas.choices = [
            (area.slug, f"{area.name} ({area.taxonomy.name})")
            for area in FocusArea.objects.select_related("taxonomy")
        ]
        group = self.fields["working_group"]
        assert isinstance(group, forms.ModelChoiceField)
        group.queryset = Body.objects.working_groups()

    @staticmethod
    def initial_of(project: Project) -> dict[str, Any]:
        """Return an entry as the form shows it."""
        names = (
            "name",
            "summary_en",
            "summary_fr",
            "text_en",
            "text_fr",
            "homepage",
            "artefact_kinds",
            "activity",
        )
        licences = [f"{row.covers}: {row.expression}" for row in project.licences.all()]
        return {name: getattr(project, name) for name in names} | {
            "areas": [area.slug for area in project.focus_areas.all()],
            "licences": "\n".join(licences),
            "repositories": "\n".join(row.url for row in project.repositories.all()),
            "working_group": project.working_group_id,
        }

    def clean_licences(self) -> list[tuple[str, str]]:
        """Read `covers: expression` lines; each must be a part we know and an expression SPDX knows."""
        found: dict[str, str] = {}
        for line in _lines(self.cleaned_data["licences"]):
            covers, colon, expression = (part.strip() for part in line.partition(":"))
            if not colon or covers not in ProjectLicence.Covers.values:
                raise forms.ValidationError(
                    _now("“%(line)s”: begin with one of %(known)s and a colon.")
                    % {"line": line[:80], "known": ", ".join(ProjectLicence.Covers.values)}
                )
            found[covers] = _or_error(checked_licence, expression)
        return list(found.items())

    def clean_repositories(self) -> list[str]:
        """Read addresses, one a line, each in its one spelling."""
        lines = _lines(self.cleaned_data["repositories"])
        return list(dict.fromkeys(_or_error(checked_repository, line) for line in lines))


def _or_error(check: Any, value: str) -> str:
    try:
        checked: str = check(value)
    except DomainError as refusal:
        raise forms.ValidationError(refusal.message) from refusal
    return checked


class ApplyForm(StyledForm):
    """A new application for a stage."""

    stage = forms.ModelChoiceField(
        Stage.objects.none(), label=pgettext_lazy("facet", "Stage"), to_field_name="slug"
    )
    statement_en = forms.CharField(
        label=_("Why, in English"), max_length=5000, widget=forms.Textarea(attrs={"rows": 6})
    )
    statement_fr = forms.CharField(
        label=_("Why, in French"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, stages: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["stage"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = stages


class EvidenceForm(StyledForm):
    """Something shown for a criterion."""

    criterion = forms.ModelChoiceField(
        Criterion.objects.none(), label=_("Criterion"), to_field_name="code"
    )
    url = forms.URLField(label=_("Link"), max_length=300, required=False, assume_scheme="https")
    note = forms.CharField(label=_("In a sentence"), max_length=300, required=False)

    def __init__(self, criteria: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["criterion"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = criteria
        field.label_from_instance = lambda obj: f"{obj.code}: {obj.text}"  # type: ignore[method-assign]


class ApplicationCommentForm(StyledForm):
    """A public comment."""

    text = forms.CharField(
        label=_("Your comment, published with your name"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ReviewForm(StyledForm):
    """The yearly account."""

    standing = forms.ChoiceField(
        label=_("How the project stands"), choices=YearlyReview.Standing.choices
    )
    text = forms.CharField(
        label=_("What happened, what comes, what is needed"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )


class MilestoneForm(StyledForm):
    """A milestone, new or changed."""

    title_en = forms.CharField(label=_("Title in English"), max_length=120)
    title_fr = forms.CharField(label=_("Title in French"), max_length=120, required=False)
    state = forms.ChoiceField(
        label=pgettext_lazy("milestone", "State"), choices=Milestone.State.choices
    )
    starts_on = forms.DateField(
        label=_("Begins on"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    due_on = forms.DateField(label=_("Due on"), widget=forms.DateInput(attrs={"type": "date"}))
    reached_on = forms.DateField(
        label=_("Reached on"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    reason = forms.CharField(
        label=_("Why the date moved"), max_length=200, required=False,
        help_text=_("Needed when the due date changes; a moved date stays visible."),
    )  # fmt: skip
