"""The facts about organisations that the portal ships, with their sources."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import transaction

from members import facts
from members.actions import record_headcount, record_organisation
from members.errors import FactsError
from members.models import Membership, Organisation

DATA = Path(__file__).parent / "data"
ORGANISATIONS: dict[str, facts.Reader] = {
    "slug": facts.slug,
    "name": facts.required,
    "short_name": facts.required,
    "org_type": facts.one_of(Organisation.Kind.values),
    "country": facts.country,
    "website_domain": facts.text,
    "membership": facts.one_of(Membership.Kind.values),
    "announced_on": facts.day_or_year,
    "role": facts.text,
    "confirmed": facts.yes_no,
    "membership_source": facts.required,
    "domain_confirmed": facts.yes_no,
    "domain_source": facts.text,
    "type_country_confirmed": facts.yes_no,
}
HEADCOUNTS: dict[str, facts.Reader] = {
    "counted_on": facts.needed(facts.day),
    "precision": facts.one_of(["day", "month", "season"]),
    "organisations": facts.needed(facts.number),
    "at_least": facts.yes_no,
    "countries": facts.number,
    "source": facts.required,
}


def seed(
    organisations: Path = DATA / "organisations.csv", headcounts: Path = DATA / "headcount.csv"
) -> None:
    """Load the facts, all or nothing.

    Both files are read to the end before the first row is written, so one refusal names everything there is to mend.
    """
    faults: list[str] = []
    members = _checked(lambda: facts.rows(organisations, ORGANISATIONS), faults)
    faults += [f"{organisations.name}: {fault}" for fault in facts.repeated(members, "slug")]
    counts = _checked(lambda: facts.rows(headcounts, HEADCOUNTS), faults)
    if faults:
        raise FactsError("\n".join(faults), faults=faults)
    with transaction.atomic():
        for row in members:
            record_organisation(slug=row["slug"], facts=_facts(row), membership=_membership(row))
        for row in counts:
            record_headcount(**row)


def _checked(read: Callable[[], list[dict[str, Any]]], faults: list[str]) -> list[dict[str, Any]]:
    try:
        return read()
    except FactsError as error:
        faults += error.params.get("faults", [error.message])
        return []


def _facts(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": row["name"],
        "short_name": row["short_name"],
        "kind": row["org_type"],
        "country": row["country"],
        "website_domain": row["website_domain"],
        "kind_confirmed": row["type_country_confirmed"],
        "domain_confirmed": row["domain_confirmed"],
        "domain_source": row["domain_source"],
    }


def _membership(row: dict[str, Any]) -> dict[str, Any]:
    announced_on, announced_to = row["announced_on"]
    return {
        "kind": row["membership"],
        "source": row["membership_source"],
        "announced_on": announced_on,
        "announced_to": announced_to,
        "role": row["role"],
        "confirmed": row["confirmed"],
    }
