"""The roll of a vote with what is known of each seat, as a table and as a picture."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.utils.translation import pgettext as _c

from governance import charts
from governance.models import Acting, Ballot, LatePosition, Vote
from governance.rules import Position, RollSeat
from members.models import Organisation
from transparency.models import Entry


@dataclass(frozen=True, slots=True)
class Line:
    """One seat of the roll."""

    seat: RollSeat
    organisation: Organisation | None
    word: str
    mark: SafeString
    cast_at: datetime | None
    reason: str
    entry: Entry | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class RollCall:
    """What a page shows of a roll."""

    lines: list[Line]
    key: list[tuple[SafeString, str, int]]
    picture: SafeString
    heard: int
    filled: int
    shows_positions: bool
    has_reasons: bool


def roll_call(vote: Vote) -> RollCall:
    """Return the roll as anybody may see it: without positions while the vote is sealed."""
    roll, shows = vote.frozen_roll, vote.shows_positions
    ballots = {
        ballot.seat.number: ballot
        for ballot in Ballot.objects.filter(vote=vote).current().in_order()
    }
    positions = (
        {number: Position(ballot.position) for number, ballot in ballots.items()} if shows else {}
    )
    names = {seat.organisation for seat in roll.seats if seat.organisation}
    organisations = {row.slug: row for row in Organisation.objects.filter(slug__in=names)}
    late = {
        row.seat.number: row for row in vote.late_positions.select_related("seat", "entry__leaf")
    }
    lines = [
        _late_line(seat, late[seat.number], organisations.get(seat.organisation or ""))
        if seat.number in late
        else _line(
            seat, ballots.get(seat.number), organisations.get(seat.organisation or ""), shows
        )
        for seat in roll.seats
    ]
    heard, filled = len(ballots), len(roll.filled)
    return RollCall(
        lines=lines,
        key=_key(positions, heard, filled, shows),
        picture=charts.seats_picture(
            roll, positions,
            label=_label(positions, heard, filled, shows),
            big=_("%(heard)d of %(filled)d") % {"heard": heard, "filled": filled},
            small=_("seats heard from"),
            hidden=() if shows else ballots,
        ),
        heard=heard, filled=filled, shows_positions=shows, has_reasons=any(line.reason for line in lines),
    )  # fmt: skip


def position_word(position: Position | None) -> str:
    """Say a position in a table."""
    if position is None:
        return _c("position", "Not heard from")
    return {
        Position.FOR: _c("position", "For"),
        Position.AGAINST: _c("position", "Against"),
        Position.ABSTAIN: _c("position", "Abstains"),
        Position.RECUSED: _c("position", "Recused"),
    }[position]


def position_words(ballot: Ballot | LatePosition | None, vote: Vote) -> list[tuple[int, str]]:
    """Say a ballot on several texts, by the text's number; empty where the vote has one."""
    if ballot is None or not vote.options:
        return []
    said = {0: ballot.position} | {int(n): word for n, word in ballot.more.items()}
    return [(number, position_word(Position(word))) for number, word in sorted(said.items())]


def _line(
    seat: RollSeat, ballot: Ballot | None, organisation: Organisation | None, shows: bool
) -> Line:
    position = Position(ballot.position) if ballot and shows else None
    word = position_word(position)
    if ballot and position is not None:
        word = _words_of(ballot)
    if ballot and not shows:
        word = _("Heard from, sealed")
    if not seat.filled:
        word = _("Vacant")
    return Line(
        seat=seat, organisation=organisation, word=word, mark=charts.key_mark(position),
        cast_at=ballot.cast_at if ballot else None, reason=ballot.reason if ballot and shows else "",
        entry=ballot.entry if ballot else None, note=_acting_note(ballot) if ballot else "",
    )  # fmt: skip


def _words_of(cast: Ballot | LatePosition) -> str:
    """Say a position; of one on several texts the position on each."""
    if not cast.more or cast.position == Position.RECUSED:
        return position_word(Position(cast.position))
    said = {0: cast.position} | {int(number): say for number, say in cast.more.items()}
    return "; ".join(f"{n}: {position_word(Position(say))}" for n, say in sorted(said.items()))


def _late_line(seat: RollSeat, late: LatePosition, organisation: Organisation | None) -> Line:
    """Show a position recorded after an early close; it is not in the count."""
    return Line(
        seat=seat, organisation=organisation, word=_words_of(late),
        mark=charts.key_mark(None), cast_at=late.at, reason=late.reason, entry=late.entry,
        note=_("after the early close, not counted"),
    )  # fmt: skip


def _acting_note(ballot: Ballot) -> str:
    notes = {
        Acting.PROXY: _("by proxy"), Acting.ALTERNATE: _("by the alternate"), Acting.MEETING: _("in the meeting"),
    }  # fmt: skip
    return notes.get(Acting(ballot.acting), "")


def _key(
    positions: dict[int, Position], heard: int, filled: int, shows: bool
) -> list[tuple[SafeString, str, int]]:
    counts = Counter(positions.values())
    rows = [
        (charts.key_mark(position), position_word(position).lower(), counts[position])
        for position in Position
        if shows and (counts[position] or position in (Position.FOR, Position.AGAINST))
    ]
    return [*rows, (charts.key_mark(None), position_word(None).lower(), filled - heard)]


def _label(positions: dict[int, Position], heard: int, filled: int, shows: bool) -> str:
    seats = ngettext("%(n)d seat", "%(n)d seats", filled) % {"n": filled}
    if not shows:
        return _("%(seats)s: %(heard)d heard from, positions sealed until the close.") % {
            "seats": seats,
            "heard": heard,
        }
    counts = Counter(positions.values())
    return _(
        "%(seats)s: %(yes)d for, %(no)d against, %(abstain)d abstain, %(recused)d recused, %(absent)d not heard from."
    ) % {
        "seats": seats,
        "yes": counts[Position.FOR],
        "no": counts[Position.AGAINST],
        "abstain": counts[Position.ABSTAIN],
        "recused": counts[Position.RECUSED],
        "absent": filled - heard,
    }
