"""Files of facts that can't be used: every fault is named, and nothing is half written."""

from __future__ import annotations

from pathlib import Path

import pytest

from members.errors import FactsError
from members.models import HeadcountFact, Organisation
from members.seed import DATA, HEADCOUNTS, ORGANISATIONS, seed

HEAD = ",".join(ORGANISATIONS)
GOOD = "a,Organisation A,A,university,FR,a.example,founding,2023-12-05,,yes,a list,no,,no"
COUNTS = ",".join(HEADCOUNTS) + "\n2023-12-05,day,57,no,,a list\n"

pytestmark = pytest.mark.django_db


def _load(folder: Path, members: str | bytes, counts: str = COUNTS) -> None:
    one, other = folder / "organisations.csv", folder / "headcount.csv"
    one.write_bytes(members.encode() if isinstance(members, str) else members)
    other.write_text(counts, encoding="utf-8")
    seed(one, other)


def _refusal(folder: Path, members: str | bytes, counts: str = COUNTS) -> str:
    with pytest.raises(FactsError) as refused:
        _load(folder, members, counts)
    assert Organisation.objects.count() == 0
    assert HeadcountFact.objects.count() == 0
    return refused.value.message


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("university", "univrsity", "column org_type: “univrsity” is none of industry, startup"),
        ("FR", "France", "column country: “France” is not a country code"),
        ("2023-12-05", "5.12.2023", "column announced_on: “5.12.2023” is not a day as YYYY-MM-DD"),
        (",yes,", ",perhaps,", "column confirmed: “perhaps” is neither yes nor no"),
        ("a,Organisation A", ",Organisation A", "column slug: “” is not a short name"),
        ("Organisation A", "", "column name: a value is needed here"),
        (",no,,no", ",no,,no,more", "too many or too few values"),
        (",no,,no", ",no", "too many or too few values"),
    ],
)
def test_a_broken_value_is_named_with_line_and_column(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    message = _refusal(tmp_path, f"{HEAD}\n{GOOD.replace(old, new, 1)}\n")
    assert "organisations.csv:2: " in message
    assert words in message


def test_every_broken_line_of_both_files_is_reported_at_once(tmp_path: Path) -> None:
    lines = [HEAD, GOOD, GOOD.replace("FR", "fr"), GOOD.replace("a,Org", "b,Org"), "x,y"]
    message = _refusal(
        tmp_path, "\n".join(lines), COUNTS + "2024-03-01,day,many,no,,a page\n,day,1,no,,a page\n"
    )
    for place in ("organisations.csv:3:", "organisations.csv:5:", "headcount.csv:3: column organisations",
                  "headcount.csv:4: column counted_on: a value is needed"):  # fmt: skip
        assert place in message


def test_a_slug_in_two_lines_is_refused(tmp_path: Path) -> None:
    assert "slug a stands in two lines" in _refusal(tmp_path, f"{HEAD}\n{GOOD}\n{GOOD}\n")


def test_an_unclosed_quotation_mark_is_named(tmp_path: Path) -> None:
    bad = GOOD.replace("Organisation A", '"Organisation A')
    assert "quotation mark" in _refusal(tmp_path, f"{HEAD}\n{bad}\n")


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    message = _refusal(tmp_path, HEAD.replace("country,", "") + "\n")
    assert "has no column country" in message


def test_an_empty_file_names_the_columns_it_lacks(tmp_path: Path) -> None:
    assert "has no column slug" in _refusal(tmp_path, "")


def test_bytes_that_are_not_utf8_are_named(tmp_path: Path) -> None:
    assert "is not UTF-8" in _refusal(
        tmp_path, f"{HEAD}\n{GOOD}".encode().replace(b"A,A", b"\xe9,A")
    )


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FactsError, match="There is no file"):
        seed(tmp_path / "organisations.csv", tmp_path / "headcount.csv")


def test_the_portals_own_facts_load_and_load_again() -> None:
    seed()
    first = sorted(Organisation.objects.values_list("pk", "slug", "memberships__source"))
    seed()
    assert sorted(Organisation.objects.values_list("pk", "slug", "memberships__source")) == first
    assert Organisation.objects.confirmed_members().count() == 87
    assert Organisation.objects.with_memberships(["founding"]).count() == 57
    assert HeadcountFact.objects.count() == 4


def test_every_shipped_fact_has_a_source() -> None:
    seed(DATA / "organisations.csv", DATA / "headcount.csv")
    for organisation in Organisation.objects.for_list():
        assert all(period.source for period in organisation.memberships.all())
        assert organisation.domain_source or not organisation.domain_confirmed
