"""A proposal from draft to seconded, or to its withdrawal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from alliance_node.proofs.strict_json import canonical
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from alliance.clock import database_now
from alliance.pages import purge
from alliance.viewer import Viewer
from governance import effects, policies, rules
from governance.announcing import tell
from governance.errors import AlreadySeconded, DraftUnfinished, NotAllowed, WrongState
from governance.kinds import PLACEHOLDERS
from governance.models import Decision, GovernanceEvent, Proposal, Revision, Seat, Second
from governance.models.texts import Text
from governance.rules import MAY_LAPSE, ProposalState
from governance.rules.placeholders import left_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A text as somebody writes it; the languages may be filled in one after the other."""

    title_en: str
    text_en: str
    title_fr: str = ""
    text_fr: str = ""
    effect_kind: str = ""
    effect_params: Mapping[str, Any] = field(default_factory=dict)
    supersedes: str = ""

    def content(self) -> dict[str, Any]:
        """Return the columns of a revision."""
        return {
            "title_en": self.title_en, "title_fr": self.title_fr, "text_en": self.text_en, "text_fr": self.text_fr,
            "effect_kind": self.effect_kind, "effect_params": dict(self.effect_params), "supersedes": self.supersedes,
        }  # fmt: skip


@transaction.atomic
def propose(
    *, viewer: Viewer, seat: Seat, draft: Draft, audience: str = Proposal.Audience.PUBLIC
) -> Proposal:
    """Write down a proposal for a seat, seen by its author alone."""
    now = database_now()
    if not policies.may_propose_for(viewer, seat, now.date()):
        raise NotAllowed(_("Only the holder of a seat proposes to its body."))
    check_draft(draft, seat.body_id)
    proposal = Proposal.objects.create(
        body_id=seat.body_id, seat=seat, organisation_id=seat.organisation_id, author_id=viewer.person_id,
        title_en=draft.title_en, title_fr=draft.title_fr, effect_kind=draft.effect_kind,
        effect_params=dict(draft.effect_params), state_since=now, audience=Proposal.Audience(audience),
    )  # fmt: skip
    Revision.objects.create(
        proposal=proposal, number=1, author_id=viewer.person_id, **draft.content()
    )
    note("proposed", proposal, viewer, now, seat=seat)
    return proposal


@transaction.atomic
def revise(*, viewer: Viewer, proposal: Proposal, draft: Draft) -> Revision:
    """Add a revision; an unchanged text adds none and returns the latest."""
    proposal = lock(proposal.pk)
    if not policies.may_revise(viewer, proposal):
        raise WrongState(
            _("Only the author revises a proposal, and only until it has been seconded.")
        )
    check_draft(draft, proposal.body_id)
    latest = proposal.revisions.latest("number")
    if proposal.state != ProposalState.DRAFT:
        check_filled(draft)
    content = draft.content()
    if all(getattr(latest, name) == value for name, value in content.items()):
        return latest
    now = database_now()
    revision = Revision.objects.create(
        proposal=proposal, number=latest.number + 1, author_id=viewer.person_id, **content
    )
    shown = ("title_en", "title_fr", "effect_kind", "effect_params")
    Proposal.objects.filter(pk=proposal.pk).update(**{name: content[name] for name in shown})
    note("revised", proposal, viewer, now, details={"revision": revision.number})
    return revision


@transaction.atomic
def open_discussion(*, viewer: Viewer, proposal: Proposal) -> Proposal:
    """Make a draft public."""
    proposal = lock(proposal.pk)
    _check_may_bring(viewer, proposal, ProposalState.DISCUSSION)
    check_filled(proposal.revisions.latest("number"))
    now = database_now()
    move(proposal, ProposalState.DISCUSSION, now, opened_at=now)
    note("discussion-opened", proposal, viewer, now)
    return proposal


@transaction.atomic
def second(*, viewer: Viewer, proposal: Proposal, seat: Seat) -> Proposal:
    """Support putting a proposal to the vote; with enough seats it is seconded."""
    proposal = lock(proposal.pk)
    now = database_now()
    if proposal.state != ProposalState.DISCUSSION:
        raise WrongState(_("A proposal is seconded while it is discussed."))
    if proposal.seat_id == seat.pk:
        raise AlreadySeconded(
            _("The proposing seat can’t second its own proposal."), code="own-proposal"
        )
    if not policies.may_second_for(viewer, proposal, seat, now.date()):
        raise NotAllowed(_("Only the holder of a seat of this body seconds."))
    try:
        with transaction.atomic():
            Second.objects.create(proposal=proposal, seat=seat, person_id=viewer.person_id)
    except IntegrityError:
        raise AlreadySeconded(_("This seat has seconded already.")) from None
    note("seconded", proposal, viewer, now, seat=seat)
    if proposal.seconds.count() >= proposal.body.seconds_needed:
        move(proposal, ProposalState.SECONDED, now)
    return proposal


@transaction.atomic
def withdraw(*, viewer: Viewer, proposal: Proposal) -> Proposal:
    """Take a proposal back, until a vote has been called; a draft stays private for ever."""
    return _end(viewer, proposal, ProposalState.WITHDRAWN, "withdrawn")


@transaction.atomic
def lapse(*, viewer: Viewer, proposal: Proposal) -> Proposal:
    """Close a proposal that nobody carries on, as an officer."""
    return _end(viewer, proposal, ProposalState.LAPSED, "lapsed")


@transaction.atomic
def lapse_overdue(*, proposal_id: int) -> Proposal:
    """Close a proposal that was not opened, seconded or called in time; nothing happens to one that may stay."""
    proposal = lock(proposal_id)
    now = database_now()
    if is_overdue(proposal, now):
        move(proposal, ProposalState.LAPSED, now)
        note("lapsed", proposal, None, now)
    return proposal


def lapse_all_overdue() -> int:
    """Close every proposal whose time has run out; return how many."""
    rows = Proposal.objects.may_lapse(database_now()).values_list("pk", flat=True)
    return sum(lapse_overdue(proposal_id=pk).state == ProposalState.LAPSED for pk in list(rows))


def lapse_if_overdue(proposal: Proposal) -> Proposal:
    """Close an overdue proposal for the reader who finds it, should no worker be alive; return it as it is now."""
    if is_overdue(proposal, database_now()):
        proposal.state = lapse_overdue(proposal_id=proposal.pk).state
    return proposal


def is_overdue(proposal: Proposal, now: datetime) -> bool:
    """Say whether nobody has carried a proposal on for as long as its body allows."""
    ends = lapses_at(proposal)
    return ends is not None and now >= ends


def lapses_at(proposal: Proposal) -> datetime | None:
    """Return when a proposal lapses unless it is carried on: revised, opened, seconded or called."""
    state = ProposalState(proposal.state)
    if state not in MAY_LAPSE:
        return None
    revised = proposal.revisions.latest("number").created_at
    return rules.lapses_at(state, max(proposal.state_since, revised), proposal.body.lapse_days)


def lock(pk: int) -> Proposal:
    """Load a proposal and hold it until the end of the transaction."""
    return (
        Proposal.objects.select_for_update(no_key=True, of=("self",))
        .select_related("body")
        .get(pk=pk)
    )


def move(proposal: Proposal, to: ProposalState, now: datetime, **changes: Any) -> None:
    """Change the state where it is still the one that was read."""
    changes |= {"state": to.value, "state_since": now}
    if not Proposal.objects.filter(pk=proposal.pk, state=proposal.state).update(**changes):
        raise WrongState(_("Somebody else has moved this proposal on. Look again."))
    for name, value in changes.items():
        setattr(proposal, name, value)


def note(
    kind: str, proposal: Proposal, viewer: Viewer | None, now: datetime, *, seat: Seat | None = None,
    details: dict[str, Any] | None = None, **links: Any,
) -> None:  # fmt: skip
    """Write the event of an act and drop the pages that show the proposal."""
    GovernanceEvent.objects.create(
        kind=kind, body_id=proposal.body_id, proposal=proposal, seat=seat, at=now,
        actor_id=viewer.person_id if viewer else None, details=details or {}, **links,
    )  # fmt: skip
    vote = links.get("vote")
    more = [f"vote:{vote.pk}"] if vote else []
    purge(f"proposal:{proposal.pk}", f"body:{proposal.body.slug}", "governance", "home", *more)
    tell(kind, proposal, vote)


def _end(viewer: Viewer, proposal: Proposal, to: ProposalState, kind: str) -> Proposal:
    proposal = lock(proposal.pk)
    _check_may_bring(viewer, proposal, to)
    now = database_now()
    move(proposal, to, now)
    note(kind, proposal, viewer, now)
    return proposal


def _check_may_bring(viewer: Viewer, proposal: Proposal, to: ProposalState) -> None:
    if not policies.may_bring(viewer, proposal, to, database_now().date()):
        raise WrongState(_("This proposal can’t be moved so, or not by you."))


def check_draft(draft: Draft, body_id: int) -> None:
    """Ask the effect whether it could be carried out, and whether the decision to replace is this body's own."""
    _check_supersedes(draft, body_id)
    if not draft.effect_kind:
        if draft.effect_params:
            raise effects.EffectRefused(
                _("Choose an effect, or leave its parameters empty."), code="effect-missing"
            )
        return
    if len(canonical(dict(draft.effect_params))) > 4000:
        raise effects.EffectRefused(
            _("The parameters of an effect have at most 4,000 bytes."), code="effect-too-long"
        )
    effects.get(draft.effect_kind).check(draft.effect_params)


def check_filled(text: Draft | Text) -> None:
    """Refuse a text that still holds a template's placeholders, naming each with its line."""
    columns = (
        ("title_en", _("Title in English")), ("title_fr", _("Title in French")),
        ("text_en", _("Text in English")), ("text_fr", _("Text in French")),
    )  # fmt: skip
    places = [
        _("%(column)s, line %(line)d: %(placeholder)s")
        % {"column": label, "line": line, "placeholder": found}
        for name, label in columns
        for line, found in left_in(getattr(text, name), PLACEHOLDERS)
    ]
    if places:
        raise DraftUnfinished(
            _("Fill in first what the template leaves open. %(places)s.")
            % {"places": "; ".join(places)},
            places=places,
        )


def _check_supersedes(draft: Draft, body_id: int) -> None:
    """Only a carried decision of the same body, that nothing has replaced yet, can be replaced."""
    if not draft.supersedes:
        return
    rows = Decision.objects.filter(number=draft.supersedes, body=body_id, outcome="carried")
    if not rows.in_force().exists():
        raise WrongState(
            _("%(number)s is not a carried decision of this body that is still in force.")
            % {"number": draft.supersedes},
            code="supersedes-unknown",
        )
