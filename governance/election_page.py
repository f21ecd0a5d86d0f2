"""What the pages of an election show of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from governance import charts, effects, election_charts, election_wording
from governance.actions.counting import FILL
from governance.models import Candidate, Election, ElectionBallot
from governance.rules import RollSeat
from governance.rules.elections import Standing, result_of
from governance.tally import Method
from members.models import Organisation

ROUND_METHODS = frozenset({Method.SCOTTISH_STV, Method.MEEK_STV, Method.IRV})
MARK_METHODS = frozenset({Method.PLURALITY, Method.APPROVAL, Method.SCORE, Method.STAR})


@dataclass(frozen=True, slots=True)
class Row:
    """A candidate's figures through the rounds, or the votes that run out."""

    name: str
    cells: list[str]
    elected: bool = False


@dataclass(frozen=True, slots=True)
class ShownResult:
    """A result as a page shows it."""

    winners: list[tuple[str, str, Organisation | None]]
    picture: SafeString | None
    rounds: list[str]
    rows: list[Row]
    matrix: list[tuple[str, list[tuple[int | None, bool]]]]
    names: list[str]
    ties: list[str]
    passed: list[str]
    why: list[tuple[str, str]]
    empty_seats: int
    effect: str


@dataclass(frozen=True, slots=True)
class BallotLine:
    """A seat of the roll and, once ballots are public, how it voted."""

    seat: RollSeat
    organisation: Organisation | None
    ballot: ElectionBallot | None
    said: str


def shown_result(election: Election) -> ShownResult | None:
    """Say a result in words, figures and a picture."""
    result = election.result
    if result is None:
        return None
    standing = {one.name: one for one in election.standing}
    organisations = organisations_of(election.standing)
    slugs = {slug: str(row) for slug, row in organisations.items()}
    told = [one for entry in result["rounds"] for one in entry.get("passed_over", [])]
    rounds = [entry for entry in result["rounds"] if entry.get("votes")]
    return ShownResult(
        winners=[
            (name, str(seat), organisations.get(standing[name].organisation or ""))
            for name, seat in zip(result["winners"], election.seat_numbers, strict=False)
        ],
        picture=_picture(election, result),
        rounds=[election_wording.round_words(entry) for entry in rounds],
        rows=_rows(rounds, result),
        matrix=_matrix(result["pairwise"], [one.name for one in election.standing]),
        names=[one.name for one in election.standing],
        ties=[election_wording.tie_words(tie, election) for tie in result["ties"]],
        passed=[election_wording.passed_words(one, slugs) for one in told],
        why=election_wording.why(election),
        empty_seats=len(election.seat_numbers) - len(result["winners"]),
        effect=effect_words(election),
    )


def open_ties(election: Election) -> list[str]:
    """Say what has to be drawn while an election waits for its draw."""
    cast = [
        (row.content, _weight(election, row.seat.number))
        for row in ElectionBallot.objects.filter(election=election).current().in_order()
    ]
    result = result_of(election.counting_rule, election.standing, cast, None)
    return [
        election_wording.tie_words(tie | {"settled_by": None}, election)
        for tie in result.ties
        if tie["settled_by"] in (None, "lottery")
    ]


def effect_words(election: Election) -> str:
    """Say what the result did."""
    effect = election.effect
    if effect is None:
        return ""
    if effect["state"] == "refused":
        from django.utils.translation import get_language

        reason = effect.get(f"reason_{get_language()}") or effect.get("reason_en", "")
        return _("The seats could not be filled: %(reason)s") % {"reason": reason}
    return effects.get(FILL).describe(effect["params"])


def candidates_of(election: Election) -> list[Candidate]:
    """Return who stands, in the order of names."""
    return list(Candidate.objects.filter(election=election).accepted().for_page())


def organisations_of(standing: Sequence[Standing]) -> dict[str, Organisation]:
    """Return the organisations of candidates by slug."""
    slugs = {one.organisation for one in standing if one.organisation}
    return {row.slug: row for row in Organisation.objects.filter(slug__in=slugs)}


def ballot_lines(election: Election) -> list[BallotLine]:
    """Return the roll as anybody may see it: who has voted, and after the close how."""
    ballots = {
        row.seat.number: row
        for row in ElectionBallot.objects.filter(election=election).current().in_order()
    }
    roll = election.frozen_roll
    slugs = {seat.organisation for seat in roll.seats if seat.organisation}
    organisations = {row.slug: row for row in Organisation.objects.filter(slug__in=slugs)}
    return [
        BallotLine(
            seat=seat,
            organisation=organisations.get(seat.organisation or ""),
            ballot=ballots.get(seat.number),
            said=_said(election, seat, ballots.get(seat.number)),
        )
        for seat in roll.seats
    ]


def roll_picture(election: Election, lines: list[BallotLine]) -> SafeString:
    """Draw the seats, those heard from filled."""
    heard = [line.seat.number for line in lines if line.ballot]
    filled = len(election.frozen_roll.filled)
    words = {"heard": len(heard), "filled": filled}
    return charts.seats_picture(
        election.frozen_roll, {}, hidden=heard,
        label=_("%(heard)d of %(filled)d seats have voted.") % words,
        big=_("%(heard)d of %(filled)d") % words, small=_("seats heard from"),
    )  # fmt: skip


def content_words(election: Election, content: dict[str, int]) -> str:
    """Say what a ballot says: `Ada, then Bo = Cy`."""
    names = {str(one.number): one.name for one in election.standing}
    method = election.counting_rule.method
    if method in (Method.SCORE, Method.STAR):
        given = sorted(content.items(), key=lambda item: (-item[1], int(item[0])))
        return ", ".join(f"{names[key]} {value}" for key, value in given)
    groups: dict[int, list[str]] = {}
    for key, rank in content.items():
        groups.setdefault(rank, []).append(names[key])
    between = ", " if method is Method.APPROVAL else " = "
    return " > ".join(between.join(sorted(groups[rank])) for rank in sorted(groups))


def _said(election: Election, seat: RollSeat, ballot: ElectionBallot | None) -> str:
    if not seat.filled:
        return _("Vacant")
    if ballot is None:
        return _("Not heard from")
    if not election.shows_ballots:
        return _("Heard from, sealed")
    return content_words(election, ballot.content)


def _picture(election: Election, result: dict[str, Any]) -> SafeString | None:
    method = election.counting_rule.method
    if method in ROUND_METHODS:
        order = [name for level in result["order"] for name in level]
        label = _(
            "The count in %(n)d rounds: a lane for each candidate, bands where votes go on. The "
            "figures are in the table."
        )  # fmt: skip
        rounds = [entry for entry in result["rounds"] if entry["kind"] != "remaining"]
        return election_charts.flow_picture(
            rounds, order, result["winners"], label=label % {"n": len(rounds)}
        )
    if method in MARK_METHODS:
        votes = result["rounds"][0]["votes"]
        label = _("A bar for each candidate. The figures are in the table.")
        return election_charts.bars_picture(votes, result["winners"], label=label)
    return None


def _rows(rounds: list[dict[str, Any]], result: dict[str, Any]) -> list[Row]:
    rows = [
        Row(
            name,
            [
                election_wording.decimal(entry["votes"][name]) if name in entry["votes"] else "–"
                for entry in rounds
            ],
            name in result["winners"],
        )
        for level in result["order"]
        for name in level
    ]
    for key, words in (
        ("nontransferable", _("No further choice")),
        ("exhausted", _("No further choice")),
        ("residual", _("Lost by truncation")),
        ("quota", _("Quota")),
    ):
        if rounds and key in rounds[0]:
            rows.append(Row(words, [election_wording.decimal(entry[key]) for entry in rounds]))
    return rows


def _matrix(
    pairwise: dict[str, dict[str, int]], names: list[str]
) -> list[tuple[str, list[tuple[int | None, bool]]]]:
    """Return the rows of the matrix; each cell with whether it is a victory."""
    return [
        (
            name,
            [
                (None, False)
                if other == name
                else (pairwise[name][other], pairwise[name][other] > pairwise[other][name])
                for other in names
            ],
        )
        for name in names
    ]


def _weight(election: Election, number: int) -> int:
    seat = election.frozen_roll.seat(number)
    return seat.weight if seat else 1
