"""What decisions do in this room: adopt standards and charters, charter working groups."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.i18n import active_language
from governance.actions.documents import adopt_text
from governance.bodies import BodySheet, set_up_body
from governance.effects import EffectRefused, Params, TextEffect
from governance.models import Body, Document
from governance.models.texts import Text
from governance.rules import PRESETS
from governance.rules.brief import LONGEST_POINT, MOST_POINTS, BriefError, brief_of

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
CODE = re.compile(r"[A-Z][A-Z0-9-]{1,19}")


def body_of(decision_number: str) -> Body:
    """Return the body whose decision has a number: its code opens it."""
    return Body.objects.get(code=decision_number.rsplit("-", 2)[0])


class AdoptStandard(TextEffect):
    """Make the decided text a standard or guideline, or the next version of one."""

    kind = "governance.adopt_standard"
    label = gettext_lazy("Adopt a standard or guideline")
    example = {"document": "evaluation-reports", "kind": "guideline"}

    def check(self, params: Params) -> None:
        slug, kind = _texts(params, "document", "kind")
        _check_slug(slug)
        if kind not in (Document.Kind.STANDARD, Document.Kind.GUIDELINE):
            raise EffectRefused(_("The kind is standard or guideline."), code="document-kind")
        if Document.objects.filter(slug=slug).exclude(kind=kind).exists():
            raise EffectRefused(
                _("“%(slug)s” is a document of another kind.") % {"slug": slug},
                code="document-kind",
            )

    def describe(self, params: Params) -> str:
        slug, _kind = _texts(params, "document", "kind")
        return _("The text is adopted as the next version of “%(slug)s” and published.") % {
            "slug": slug
        }

    def apply_text(
        self, *, text: Text, params: Params, decision_number: str, decided_at: datetime
    ) -> None:
        self.check(params)
        adopt_text(
            slug=params["document"], kind=params["kind"], body=body_of(decision_number), text=text,
            decision_number=decision_number, adopted_at=decided_at,
        )  # fmt: skip

    def url(self, params: Params) -> str | None:
        return reverse("governance:document", args=[_texts(params, "document")[0]])


class AdoptCharter(TextEffect):
    """Make the decided text the charter of a body, or its next version."""

    kind = "governance.adopt_charter"
    label = gettext_lazy("Adopt or change a charter")
    example = {"body": "board"}

    def check(self, params: Params) -> None:
        body, brief = self._body(params), _brief(params)
        if brief and body.kind != Body.Kind.WORKING_GROUP:
            raise EffectRefused(
                _("Only a working group’s charter has a scope, questions and deliverables."),
                code="brief-needless",
            )

    def describe(self, params: Params) -> str:
        return _("The text becomes the charter of %(body)s.") % {"body": self._body(params)}

    def apply_text(
        self, *, text: Text, params: Params, decision_number: str, decided_at: datetime
    ) -> None:
        self.check(params)
        body, decider = self._body(params), body_of(decision_number)
        if body not in (decider, *decider.children.all()):
            raise EffectRefused(
                _("A body decides on its own charter and on those of the bodies below it."),
                code="body-not-below",
            )
        adopt_text(
            slug=charter_slug(body), kind=Document.Kind.CHARTER, body=body, text=text,
            decision_number=decision_number, adopted_at=decided_at, brief=_brief(params),
        )  # fmt: skip

    def url(self, params: Params) -> str | None:
        return reverse("governance:document", args=[charter_slug(self._body(params))])

    def _body(self, params: Params) -> Body:
        (slug,) = _texts(params, "body")
        body = Body.objects.filter(slug=slug).first()
        if body is None:
            raise EffectRefused(
                _("There is no body “%(slug)s”.") % {"slug": slug}, code="body-unknown"
            )
        return body


class CharterGroup(TextEffect):
    """Found a working group below the deciding body; the decided text is its charter."""

    kind = "governance.charter_group"
    label = gettext_lazy("Charter a working group")
    example = {
        "slug": "wg-tides", "code": "WG-TIDES", "name_en": "Working group on tides",
        "name_fr": "Groupe de travail sur les marées",
        "in_scope_en": "tide gauges; satellite altimetry", "in_scope_fr": "marégraphes; altimétrie par satellite",
        "out_of_scope_en": "weather forecasts", "out_of_scope_fr": "prévisions météorologiques",
        "first_questions_en": "Which gauges are open?", "first_questions_fr": "Quels marégraphes sont ouverts ?",
        "deliverables_en": "a catalogue by June", "deliverables_fr": "un catalogue pour juin",
    }  # fmt: skip

    def check(self, params: Params) -> None:
        slug, code, name_en, name_fr = self._named(params)
        _check_slug(slug)
        _brief(params)
        if not CODE.fullmatch(code):
            raise EffectRefused(
                _("A code is made of 2 to 20 capitals, digits and hyphens."), code="code-form"
            )
        if not name_en.strip() or not name_fr.strip() or max(len(name_en), len(name_fr)) > 120:
            raise EffectRefused(_("A name has 1 to 120 characters."), code="name-length")
        if Body.objects.filter(slug=slug).exists() or Body.objects.filter(code=code).exists():
            raise EffectRefused(_("A body has this address or code already."), code="body-exists")

    def describe(self, params: Params) -> str:
        _slug, _code, name_en, name_fr = self._named(params)
        name = name_fr if active_language() == "fr" else name_en
        return _("“%(name)s” is founded; the text is its charter.") % {"name": name}

    def apply_text(
        self, *, text: Text, params: Params, decision_number: str, decided_at: datetime
    ) -> None:
        self.check(params)
        slug, code, name_en, name_fr = self._named(params)
        parent = body_of(decision_number)
        group = set_up_body(
            sheet=BodySheet(
                slug=slug, code=code, kind=Body.Kind.WORKING_GROUP, name_en=name_en, name_fr=name_fr,
                purpose_en="", purpose_fr="", rule=PRESETS["simple-majority"], is_demo=parent.is_demo,
            ),
            parent=parent,
        )  # fmt: skip
        adopt_text(
            slug=charter_slug(group), kind=Document.Kind.CHARTER, body=group, text=text,
            decision_number=decision_number, adopted_at=decided_at, brief=_brief(params),
        )  # fmt: skip

    def url(self, params: Params) -> str | None:
        return reverse("governance:body", args=[self._named(params)[0]])

    def _named(self, params: Params) -> tuple[str, ...]:
        return _texts(params, "slug", "code", "name_en", "name_fr")


def charter_slug(body: Body) -> str:
    """Return the address of a body's charter."""
    return f"charter-{body.slug}"[:60]


def _texts(params: Mapping[str, Any], *names: str) -> tuple[str, ...]:
    values = [params.get(name) for name in names]
    if not all(isinstance(value, str) and value for value in values):
        raise EffectRefused(
            _("These parameters are needed, as texts: %(names)s.") % {"names": ", ".join(names)},
            code="effect-params",
        )
    return tuple(str(value) for value in values)


def _brief(params: Mapping[str, Any]) -> dict[str, str]:
    try:
        return brief_of(params)
    except BriefError as error:
        raise EffectRefused(
            _("“%(name)s” has at most %(most)d points of at most %(long)d characters, with semicolons between them.")
            % {"name": error.name, "most": MOST_POINTS, "long": LONGEST_POINT},
            code="brief-form",
        ) from error  # fmt: skip


def _check_slug(slug: str) -> None:
    if not SLUG.fullmatch(slug) or len(slug) > 50:
        raise EffectRefused(
            _("An address is made of at most 50 small letters, digits and hyphens."),
            code="slug-form",
        )


EFFECTS = (AdoptStandard(), AdoptCharter(), CharterGroup())
