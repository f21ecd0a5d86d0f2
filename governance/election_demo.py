"""A demonstration election, finished: three seats by the Scottish rule, one of each organisation at most. Invented."""

from __future__ import annotations

from datetime import date, timedelta

from alliance.clock import database_now
from alliance.viewer import Viewer
from governance import actions
from governance.actions import ElectionSheet
from governance.models import Body, Candidate, Election, Seat
from governance.rules.elections import ElectionRule
from governance.tally import Method
from members.models import Affiliation, Person
from members.viewers import viewer_of_person

TITLE = "Elect three coordinators of the working group on languages"
SEATS = [4, 5, 6]
STANDING = {
    "rep-a": ("Tables first, prose second.", "D’abord les tableaux, ensuite la prose."),
    "engineer-a": ("I would automate the imports.", "J’automatiserais les importations."),
    "rep-c": (
        "Languages without a standard spelling come first.",
        "Les langues sans orthographe fixée d’abord.",
    ),
    "officer": ("Short meetings, long notes.", "Des réunions courtes, des comptes rendus longs."),
    "rep-f": ("Every data set gets a card.", "Chaque jeu de données reçoit une fiche."),
    "rep-h": ("More speakers at the table.", "Plus de locuteurs autour de la table."),
}
RANKINGS = {
    "abd": "rep-a engineer-a officer",
    "eg": "rep-a engineer-a rep-f",
    "i": "engineer-a rep-a rep-c",
    "cjk": "rep-c officer rep-h",
    "hlm": "officer rep-c rep-f",
    "fn": "rep-f rep-h officer",
    "o": "rep-h rep-f officer",
}
"""Letters of the representatives whose seats rank so."""
QUESTION = (
    "h",
    "Which language would you add first, and who would check it?",
    {
        "rep-c": "One of which a speaker sits among us; that speaker.",
        "officer": "The one most asked for; two readers who don’t know each other.",
    },
)


def demo_election(committee: Body, group: Body) -> Election:
    """Make the election once; what was begun before is carried on."""
    election = Election.objects.filter(body=committee, title_en=TITLE).first()
    election = election or _announce(committee, group)
    if election.takes_nominations:
        _candidates(election)
        closes_at = database_now() + timedelta(days=1)
        election = actions.open_election(
            viewer=_viewer("officer"), election_id=election.pk, closes_at=closes_at
        )
    if election.is_open:
        _cast(election)
        actions.settle_election(election_id=election.pk)
    return election


def _announce(committee: Body, group: Body) -> Election:
    for number in SEATS:
        Seat.objects.get_or_create(body=group, number=number)
    sheet = ElectionSheet(
        fills=group, seat_numbers=SEATS, term_since=date(2027, 1, 1), term_until=date(2028, 12, 31),
        rule=ElectionRule(method=Method.SCOTTISH_STV, seats=len(SEATS), cap=1, early=True), title_en=TITLE,
        title_fr="Élire trois personnes à la coordination du groupe de travail sur les langues",
        text_en="The coordinators prepare meetings and keep the group’s list of work. Invented, to show how an "
        "election reads.",
        text_fr="La coordination prépare les réunions et tient la liste des travaux. Inventé, pour montrer à quoi "
        "ressemble une élection.",
    )  # fmt: skip
    return actions.announce_election(viewer=_viewer("officer"), body=committee, sheet=sheet)


def _candidates(election: Election) -> None:
    for name, (english, french) in STANDING.items():
        person = _person(name)
        if Candidate.objects.filter(election=election, person=person).exists():
            continue
        nomination = actions.nominate(
            viewer=_viewer("officer"), election_id=election.pk, email=person.email
        )
        role = Affiliation.objects.filter(person=person).select_related("organisation").get()
        actions.accept_nomination(
            viewer=viewer_of_person(person), candidate_id=nomination.pk, organisation=role.organisation,
            statement_en=english, statement_fr=french,
        )  # fmt: skip
    letter, text, answers = QUESTION
    if election.questions.exists():
        return
    question = actions.ask_candidates(
        viewer=_viewer(f"rep-{letter}"), election_id=election.pk, seat_number=_seat(election, letter), text=text
    )  # fmt: skip
    for name, answer in answers.items():
        actions.answer_question(viewer=_viewer(name), question_id=question.pk, text=answer)


def _cast(election: Election) -> None:
    number = {
        row.person.email: str(row.number)
        for row in election.candidacies.accepted().select_related("person")
    }
    for letters, order in RANKINGS.items():
        content = {
            number[f"{name}@demo.example"]: rank for rank, name in enumerate(order.split(), start=1)
        }
        for letter in letters:
            actions.cast_election_ballot(
                viewer=_viewer(f"rep-{letter}"), election_id=election.pk, seat_number=_seat(election, letter),
                content=content, idempotency_key=f"demonstration-{letter}",
            )  # fmt: skip


def _seat(election: Election, letter: str) -> int:
    return election.body.seats.get(organisation__slug=f"demo-{letter}").number


def _person(name: str) -> Person:
    return Person.objects.get(email=f"{name}@demo.example")


def _viewer(name: str) -> Viewer:
    return viewer_of_person(_person(name))
