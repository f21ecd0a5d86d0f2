"""The facts about organisations that the portal ships, with their sources."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction

from members import facts
from members.actions import record_organisation
from members.models import HeadcountFact, Membership, Organisation

DATA = Path(__file__).parent / "data"
ORGANISATIONS: dict[str, facts.Reader] = {
    "slug": facts.required,
    "name": facts.required,
    "short_name": facts.required,
    "org_type": facts.one_of(Organisation.Kind.values),
    "country": facts.text,
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
    "counted_on": facts.day,
    "precision": facts.one_of(["day", "month", "season"]),
    "organisations": facts.number,
    "at_least": facts.yes_no,
    "countries": facts.number,
    "source": facts.required,
}


@transaction.atomic
def seed(
    organisations: Path = DATA / "organisations.csv", headcounts: Path = DATA / "headcount.csv"
) -> None:
    """Load the facts, all or nothing: a faulty file is mended and loaded again."""
    for row in facts.rows(organisations, ORGANISATIONS):
        record_organisation(
            slug=row["slug"],
            facts={
                "name": row["name"],
                "short_name": row["short_name"],
                "kind": row["org_type"],
                "country": row["country"],
                "website_domain": row["website_domain"],
                "kind_confirmed": row["type_country_confirmed"],
                "domain_confirmed": row["domain_confirmed"],
                "domain_source": row["domain_source"],
            },
            membership={
                "kind": row["membership"],
                "source": row["membership_source"],
                "announced_on": row["announced_on"][0],
                "announced_to": row["announced_on"][1],
                "role": row["role"],
                "confirmed": row["confirmed"],
            },
        )
    for row in facts.rows(headcounts, HEADCOUNTS):
        key = {"counted_on": row["counted_on"], "source": row["source"]}
        HeadcountFact.objects.update_or_create(**key, defaults=row)
