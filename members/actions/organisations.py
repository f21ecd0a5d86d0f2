"""Write down what is known about organisations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django.db import transaction

from alliance.pages import EVERYTHING, purge
from members import webhooks
from members.models import HeadcountFact, MembersEvent, Organisation, Person

NAMING: Final = frozenset({"slug", "name", "short_name", "is_listed"})


@transaction.atomic
def record_organisation(
    *, slug: str, facts: dict[str, Any], membership: dict[str, Any], actor: Person | None = None
) -> Organisation:
    """Write down what is known about an organisation; repeating the same facts changes nothing.

    A membership is one period as one source states it: the same source with new dates amends it, another adds one.
    """
    organisation, made = Organisation.objects.update_or_create(slug=slug, defaults=facts)
    key = {"kind": membership["kind"], "source": membership["source"]}
    organisation.memberships.update_or_create(**key, defaults=membership)
    if made:
        details = {"membership": membership["kind"], "source": membership["source"]}
        MembersEvent.objects.create(
            organisation=organisation, kind="recorded", actor=actor, details=details
        )
        if organisation.is_listed:
            webhooks.emit(
                "membership.recorded",
                f"/api/v1/organisations/{slug}/",
                {"organisation": slug, "kind": membership["kind"]},
            )
    purge("organisations", f"organisation:{slug}")
    return organisation


@transaction.atomic
def amend_organisation(
    *, organisation: Organisation, actor: Person, changed: Sequence[str]
) -> None:
    """Keep what an operator changed in an entry, and drop the pages that show it: its name may stand on any."""
    MembersEvent.objects.create(
        organisation=organisation, kind="amended", actor=actor, details={"fields": list(changed)}
    )
    everywhere = [EVERYTHING] if NAMING.intersection(changed) else []
    purge("organisations", f"organisation:{organisation.slug}", *everywhere)


@transaction.atomic
def record_headcount(*, counted_on: date, source: str, **counts: Any) -> HeadcountFact:
    """Write down how many members a source counted on a day."""
    fact, _made = HeadcountFact.objects.update_or_create(
        counted_on=counted_on, source=source, defaults=counts
    )
    purge("organisations", "home")
    return fact
