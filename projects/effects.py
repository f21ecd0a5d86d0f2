"""What decisions do to projects."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.clock import database_now
from alliance.problems import DomainError
from governance.effects import EffectRefused, EffectType, Params
from projects.actions.adoption import adopt_project, adoptable
from projects.actions.stages import EFFECT, check_may_decide, grant_stage
from projects.models import Project, StageApplication


def _text(params: Params, name: str) -> str:
    value = params.get(name)
    if not isinstance(value, str) or not value:
        raise EffectRefused(_("Give “%(name)s” as a text.") % {"name": name}, code="effect-params")
    return value


class AdvanceStage(EffectType):
    """Move a project to the stage its application asks for."""

    kind = EFFECT
    label = gettext_lazy("Move a project to a stage")
    example = {"application": "open-language-suite-graduated-1"}

    def check(self, params: Params) -> None:
        try:
            check_may_decide(self._named(params), database_now())
        except DomainError as error:
            raise EffectRefused(error.message, code=error.code) from error

    def describe(self, params: Params) -> str:
        application = self._named(params)
        return _("The project “%(project)s” moves to the stage “%(stage)s”.") % {
            "project": application.project,
            "stage": application.stage,
        }

    def apply(self, *, params: Params, decision_number: str, decided_at: datetime) -> None:
        try:
            grant_stage(
                reference=_text(params, "application"),
                decision_number=decision_number,
                decided_at=decided_at,
            )
        except DomainError as error:
            raise EffectRefused(error.message, code=error.code) from error

    def url(self, params: Params) -> str | None:
        return self._named(params).project.get_absolute_url()

    def _named(self, params: Params) -> StageApplication:
        reference = _text(params, "application")
        rows = StageApplication.objects.select_related("project", "stage")
        found = rows.filter(reference=reference).first()
        if found is None:
            raise EffectRefused(
                _("There is no application “%(reference)s”.") % {"reference": reference},
                code="application-unknown",
            )
        return found


class AdoptProject(EffectType):
    """Take a project into the catalogue, in a tier."""

    kind = "projects.adopt_project"
    label = gettext_lazy("Adopt a project")
    example = {"project": "open-language-suite", "tier": "managed"}

    def check(self, params: Params) -> None:
        try:
            adoptable(_text(params, "project"), _text(params, "tier"))
        except DomainError as error:
            raise EffectRefused(error.message, code=error.code) from error

    def describe(self, params: Params) -> str:
        slug, tier = _text(params, "project"), _text(params, "tier")
        names = dict(Project.Tier.choices)
        return _("The project “%(project)s” is adopted; tier: %(tier)s.") % {
            "project": Project.objects.filter(slug=slug).values_list("name", flat=True).first()
            or slug,
            "tier": names.get(tier, tier),
        }

    def apply(self, *, params: Params, decision_number: str, decided_at: datetime) -> None:
        try:
            adopt_project(
                slug=_text(params, "project"), tier=_text(params, "tier"), decision_number=decision_number,
                decided_at=decided_at,
            )  # fmt: skip
        except DomainError as error:
            raise EffectRefused(error.message, code=error.code) from error

    def url(self, params: Params) -> str | None:
        return reverse("projects:project", args=[_text(params, "project")])
