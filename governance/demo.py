"""Demonstration bodies, decisions, an open vote and meetings: invented, labelled so, made with the real actions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.conf import settings

from alliance.clock import database_now
from alliance.viewer import Viewer
from governance import actions, effects
from governance.actions import Draft
from governance.bodies import BodySheet, appoint_officer, seat_holder, set_up_body
from governance.election_demo import demo_election
from governance.meeting_demo import demo_meetings
from governance.models import Body, Decision, Proposal, Vote
from governance.rules import PRESETS
from members.models import Organisation, Person
from members.viewers import viewer_of_person

SINCE, UNTIL = date(2026, 1, 1), date(2027, 12, 31)
LETTERS = "abcdefghijklmno"
OPEN_ROLL_CALL = replace(PRESETS["absolute-majority"], interim=True)
ADOPT = "leaderboard.adopt_benchmark"

BOARD = BodySheet(
    slug="demo-board", code="BOARD", kind=Body.Kind.BOARD, is_demo=True, rule=PRESETS["simple-majority"],
    name_en="Demonstration Board", name_fr="Conseil d’administration de démonstration",
    purpose_en="Decides on members, programmes and money. Invented, to show how a board reads.",
    purpose_fr="Décide des membres, des programmes et des moyens. Inventé, pour montrer à quoi ressemble un conseil.",
)  # fmt: skip
COMMITTEE = BodySheet(
    slug="demo-toc", code="TOC", kind=Body.Kind.COMMITTEE, is_demo=True, rule=OPEN_ROLL_CALL, seconds_needed=2,
    name_en="Demonstration Technical Committee", name_fr="Comité de surveillance technique de démonstration",
    purpose_en="Adopts benchmarks and the rules of measurement. Invented, to show how a committee reads.",
    purpose_fr="Adopte les bancs d’essai et les règles de mesure. Inventé, pour montrer à quoi ressemble un comité.",
)  # fmt: skip
GROUP = BodySheet(
    slug="demo-wg-languages", code="WG-LANG", kind=Body.Kind.WORKING_GROUP, is_demo=True,
    rule=PRESETS["simple-majority"],
    name_en="Demonstration Working Group on Languages", name_fr="Groupe de travail de démonstration sur les langues",
    purpose_en="Prepares benchmarks for languages with few speakers online. Invented, to show how a group reads.",
    purpose_fr="Prépare des bancs d’essai pour les langues peu présentes en ligne. Inventé, pour montrer à quoi "
    "ressemble un groupe.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Story:
    """A proposal and how the seats voted on it, by seat number."""

    sheet: BodySheet
    draft: Draft
    proposer: str
    seconders: str
    officer: str
    votes: tuple[tuple[str, str, str], ...]
    """Letters of the representatives, their position, a reason. Only the last ballot may settle the vote: a worker
    closes it as soon as it is settled."""


ADOPTED = Story(
    sheet=COMMITTEE, proposer="b", seconders="df", officer="officer@demo.example",
    draft=Draft(
        title_en="Adopt “Language identification”, version 1.0.0",
        title_fr="Adopter « Identification de langue », version 1.0.0",
        text_en="The committee adopts the benchmark **language-id**, version 1.0.0.\n\n"
        "1. Its board is public and ranks systems by accuracy, with their intervals.\n"
        "2. A result counts towards the ranking when its signature, its counts and its dataset digest check.\n"
        "3. A change of the dataset or of the way of scoring is a new version and needs a decision of its own.",
        text_fr="Le comité adopte le banc d’essai **language-id**, version 1.0.0.\n\n"
        "1. Son tableau est public et classe les systèmes par exactitude, avec leurs intervalles.\n"
        "2. Un résultat entre dans le classement quand sa signature, ses comptes et l’empreinte des données sont "
        "vérifiés.\n"
        "3. Toute modification des données ou du calcul est une nouvelle version et demande sa propre décision.",
        effect_kind=ADOPT, effect_params={"benchmark": "language-id", "version": "1.0.0"},
    ),
    votes=(
        ("abdefgh", "for", ""), ("c", "abstain", "Our own system takes part."),
        ("m", "against", "Twenty languages are too few."), ("k", "for", ""),
    ),
)  # fmt: skip
RHYTHM = Story(
    sheet=BOARD, proposer="a", seconders="b", officer="rep-a@demo.example",
    draft=Draft(
        title_en="Publish the Alliance’s figures every quarter",
        title_fr="Publier les chiffres de l’Alliance chaque trimestre",
        text_en="The board asks for four figures every quarter: members, projects, replicated results and decisions. "
        "Each is published with its day and its source, also when it has fallen.",
        text_fr="Le conseil demande quatre chiffres chaque trimestre : membres, projets, résultats répliqués et "
        "décisions. Chacun est publié avec sa date et sa source, même lorsqu’il a baissé.",
    ),
    votes=(("ab", "for", ""), ("d", "against", "Half-yearly would do."), ("c", "for", "")),
)  # fmt: skip
OPEN = Story(
    sheet=COMMITTEE, proposer="d", seconders="be", officer="officer@demo.example",
    draft=Draft(
        title_en="Adopt “Language identification in noisy text”, version 1.0.0",
        title_fr="Adopter « Identification de langue dans du texte bruité », version 1.0.0",
        text_en="The committee adopts the benchmark **language-id-noisy**, version 1.0.0: the same sentences as "
        "*language-id*, with slips of the keyboard as people make them.\n\n"
        "1. Its board is public from the moment of this decision.\n"
        "2. Results that members’ nodes have already signed enter it at once.\n"
        "3. The recipe of the noise and its seed are part of the version.",
        text_fr="Le comité adopte le banc d’essai **language-id-noisy**, version 1.0.0 : les mêmes phrases que "
        "*language-id*, avec les fautes de frappe que l’on fait au clavier.\n\n"
        "1. Son tableau est public dès cette décision.\n"
        "2. Les résultats déjà signés par les nœuds des membres y entrent aussitôt.\n"
        "3. La recette du bruit et sa graine font partie de la version.",
        effect_kind=ADOPT, effect_params={"benchmark": "language-id-noisy", "version": "1.0.0"},
    ),
    votes=(
        ("abcdefg", "for", ""), ("m", "against", "The noise is English: it favours Latin scripts."),
        ("n", "against", ""), ("l", "abstain", ""),
    ),
)  # fmt: skip
ROOM = Story(
    sheet=BOARD, proposer="b", seconders="c", officer="rep-a@demo.example",
    draft=Draft(
        title_en="Meet every month, with minutes in both languages",
        title_fr="Se réunir chaque mois, avec un procès-verbal dans les deux langues",
        text_en="The board meets every month. Its minutes are published in English and in French once it has approved "
        "them.",
        text_fr="Le conseil se réunit chaque mois. Ses procès-verbaux sont publiés en anglais et en français dès qu’il "
        "les a approuvés.",
    ),
    votes=(),
)  # fmt: skip
"""Voted on in the demonstration's meeting."""
CHARTER = Story(
    sheet=COMMITTEE, proposer="c", seconders="de", officer="officer@demo.example",
    draft=Draft(
        title_en="Charter of the working group on languages",
        title_fr="Charte du groupe de travail sur les langues",
        text_en="The group prepares benchmarks for languages that few people write online. It meets once a month, "
        "reports to the committee every quarter and ends when its deliverables are handed over. Invented.",
        text_fr="Le groupe prépare des bancs d’essai pour les langues que peu de gens écrivent en ligne. Il se réunit "
        "une fois par mois, rend compte au comité chaque trimestre et prend fin à la remise de ses livrables. Inventé.",
        effect_kind="governance.adopt_charter",
        effect_params={
            "body": GROUP.slug,
            "in_scope_en": "word lists and sentences with an open licence; writing systems; noise of keyboards",
            "in_scope_fr": "listes de mots et phrases sous licence ouverte; systèmes d’écriture; bruit des claviers",
            "out_of_scope_en": "training of models; speech", "out_of_scope_fr": "entraînement de modèles; parole",
            "first_questions_en": "Which languages have no open test set?; Who reads the samples?",
            "first_questions_fr": "Quelles langues n’ont pas de jeu d’essai ouvert ?; Qui relit les échantillons ?",
            "deliverables_en": "a list of languages, March 2027; a first benchmark, June 2027",
            "deliverables_fr": "une liste de langues, mars 2027; un premier banc d’essai, juin 2027",
        },
    ),
    votes=(("abcdefgh", "for", ""),),
)  # fmt: skip


def demo() -> None:
    """Make bodies, decisions and the open vote; repeating changes nothing that is there."""
    if not settings.DEMO:
        raise RuntimeError("Demonstration bodies are made only where DEMO=1.")
    effects.get(ADOPT)  # says which effects are known if the leaderboard has not registered its own
    board = _body(BOARD, "abcde")
    committee = _body(COMMITTEE, LETTERS)
    group = _body(GROUP, "cgk", parent=committee)
    appoint_officer(body=board, person=_person("rep-a@demo.example"), role="chair", since=SINCE)
    appoint_officer(body=committee, person=_person("rep-a@demo.example"), role="chair", since=SINCE)
    appoint_officer(
        body=committee, person=_person("officer@demo.example"), role="secretary", since=SINCE
    )
    for story in (ADOPTED, RHYTHM):
        decide(story)
    _open(OPEN)
    viewers = {
        n: _viewer(f"rep-{letter}@demo.example") for n, letter in enumerate("abcde", start=1)
    }
    demo_meetings(board, viewers, _seconded(ROOM, _proposed(ROOM) or _propose(ROOM)))
    decide(CHARTER)
    demo_election(committee, group)


def _body(sheet: BodySheet, letters: str, parent: Body | None = None) -> Body:
    body = set_up_body(sheet=sheet, parent=parent)
    for number, letter in enumerate(letters, start=1):
        seat_holder(
            body=body, number=number, organisation=Organisation.objects.get(slug=f"demo-{letter}"),
            person=_person(f"rep-{letter}@demo.example"), since=SINCE, until=UNTIL,
        )  # fmt: skip
    return body


def decide(story: Story) -> Decision:
    """Bring a story to its decision; what was begun before is carried on."""
    vote = _open(story, days=1)
    decision = actions.close_vote(vote_id=vote.pk)
    if decision is None:
        raise RuntimeError(f"The demonstration's vote {vote.pk} is not settled by its ballots.")
    return decision


def _open(story: Story, days: int = 4) -> Vote:
    proposal = _proposed(story)
    vote = proposal.votes.first() if proposal else None
    if vote is None:
        vote = _call(story, proposal or _propose(story), days)
    if not vote.is_open:
        return vote
    for letters, position, reason in story.votes:
        for letter in letters:
            seat = vote.body.seats.get(organisation__slug=f"demo-{letter}")
            actions.cast_ballot(
                viewer=_viewer(f"rep-{letter}@demo.example"), vote_id=vote.pk, seat_number=seat.number,
                position=position, reason=reason, idempotency_key=f"demonstration-{letter}",
            )  # fmt: skip
    return vote


def _proposed(story: Story) -> Proposal | None:
    rows = Proposal.objects.filter(body__slug=story.sheet.slug, title_en=story.draft.title_en)
    return rows.first()


def _propose(story: Story) -> Proposal:
    body = Body.objects.get(slug=story.sheet.slug)
    author = _viewer(f"rep-{story.proposer}@demo.example")
    seat = body.seats.get(organisation__slug=f"demo-{story.proposer}")
    return actions.propose(viewer=author, seat=seat, draft=story.draft)


def _call(story: Story, proposal: Proposal, days: int) -> Vote:
    proposal = _seconded(story, proposal)
    closes_at = (database_now() + timedelta(days=days)).replace(second=0, microsecond=0)
    return actions.call_vote(viewer=_viewer(story.officer), proposal=proposal, closes_at=closes_at)


def _seconded(story: Story, proposal: Proposal) -> Proposal:
    author = _viewer(f"rep-{story.proposer}@demo.example")
    if proposal.state == "draft":
        proposal = actions.open_discussion(viewer=author, proposal=proposal)
    for letter in story.seconders:
        if proposal.state != "discussion":
            break
        seat = proposal.body.seats.get(organisation__slug=f"demo-{letter}")
        if not proposal.seconds.filter(seat=seat).exists():
            viewer = _viewer(f"rep-{letter}@demo.example")
            proposal = actions.second(viewer=viewer, proposal=proposal, seat=seat)
    return proposal


def _person(email: str) -> Person:
    return Person.objects.get(email=email)


def _viewer(email: str) -> Viewer:
    return viewer_of_person(_person(email))
