"""Adopting texts: a decision's text becomes the next version of a document, in the closing transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from alliance.pages import purge
from governance.models import Body, Document, DocumentVersion, GroupBrief
from governance.models.texts import Text
from governance.rules.brief import NAMES


@transaction.atomic
def adopt_text(
    *, slug: str, kind: str, body: Body, text: Text, decision_number: str, adopted_at: datetime,
    brief: Mapping[str, str] | None = None,
) -> DocumentVersion:  # fmt: skip
    """Keep a text as the next version of a document; the first makes the document.

    `brief` is what a working group's charter sets it to do; what it leaves out stays as in the version before.
    """
    document, _made = Document.objects.get_or_create(
        slug=slug, defaults={"kind": Document.Kind(kind), "body": body}
    )
    document = Document.objects.select_for_update().get(pk=document.pk)
    latest = document.versions.order_by("-number").first()
    version = DocumentVersion.objects.create(
        document=document, number=latest.number + 1 if latest else 1, title_en=text.title_en, title_fr=text.title_fr,
        text_en=text.text_en, text_fr=text.text_fr, decision_number=decision_number, adopted_at=adopted_at,
    )  # fmt: skip
    earlier = GroupBrief.objects.filter(version=latest).first() if latest else None
    points = {name: getattr(earlier, name) for name in NAMES} if earlier else {}
    if brief or points:
        GroupBrief.objects.create(version=version, **points | dict(brief or {}))
    purge("governance", f"document:{slug}", f"body:{body.slug}")
    return version
