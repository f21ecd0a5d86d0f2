"""Bodies, proposals, votes and decisions as JSON. Positions appear only where they are public."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from alliance.clock import database_now
from governance.models import (
    Amendment,
    Ballot,
    Body,
    Comment,
    Decision,
    DecisionEffect,
    GroupBrief,
    LatePosition,
    Proposal,
    Proxy,
    Revision,
    Seat,
    Vote,
)
from governance.models.votes import POSITION_NAMES
from governance.rules.brief import NAMES
from governance.wording import rule_notes, rule_sentence
from members.api.serializers import OrganisationSlugField


class SeatSerializer(serializers.ModelSerializer[Seat]):
    """A seat and the term of its holder; `current` comes from `SeatQuerySet.with_holders`."""

    organisation = OrganisationSlugField(allow_null=True)
    holder = serializers.SerializerMethodField()
    since = serializers.SerializerMethodField()
    until = serializers.SerializerMethodField()

    class Meta:
        model = Seat
        fields = ["number", "organisation", "weight", "holder", "since", "until"]

    def get_holder(self, seat: Any) -> str | None:
        return str(seat.current[0].person) if seat.current else None

    def get_since(self, seat: Any) -> str | None:
        return seat.current[0].since.isoformat() if seat.current else None

    def get_until(self, seat: Any) -> str | None:
        until = seat.current[0].until if seat.current else None
        return until.isoformat() if until else None


class BodySerializer(serializers.ModelSerializer[Body]):
    """A body with its rule."""

    parent = serializers.SlugField(source="parent.slug", default=None)  # type: ignore[assignment]
    rule_sentence = serializers.SerializerMethodField()

    class Meta:
        model = Body
        fields = [
            "slug", "code", "kind", "name_en", "name_fr", "purpose_en", "purpose_fr", "parent", "default_rule",
            "rule_sentence", "seconds_needed", "lapse_days", "is_demo",
        ]  # fmt: skip

    def get_rule_sentence(self, body: Body) -> str:
        return rule_sentence(body.rule)


class GroupBriefSerializer(serializers.ModelSerializer[GroupBrief]):
    """Scope, first questions and early deliverables, with the decision they stand on."""

    decision = serializers.CharField(source="version.decision_number")

    class Meta:
        model = GroupBrief
        fields = ["decision", *NAMES]


class BodyDetailSerializer(BodySerializer):
    """A body with its seats."""

    seats = serializers.SerializerMethodField()
    brief = serializers.SerializerMethodField(
        help_text="What its charter sets a working group to do, one point a line"
    )

    class Meta(BodySerializer.Meta):
        fields = [*BodySerializer.Meta.fields, "brief", "seats"]

    @extend_schema_field(GroupBriefSerializer(allow_null=True))
    def get_brief(self, body: Body) -> Any:
        rows = GroupBrief.objects.filter(version__document__body=body)
        found = rows.order_by("-version__number").first()
        return GroupBriefSerializer(found).data if found else None

    @extend_schema_field(SeatSerializer(many=True))
    def get_seats(self, body: Body) -> Any:
        seats = body.seats.with_holders(database_now().date()).order_by("number")
        return SeatSerializer(seats, many=True).data


class RevisionSerializer(serializers.ModelSerializer[Revision]):
    """One version of a text."""

    class Meta:
        model = Revision
        fields = [
            "number", "title_en", "title_fr", "text_en", "text_fr", "effect_kind", "effect_params", "supersedes",
            "created_at",
        ]  # fmt: skip


class AmendmentSerializer(serializers.ModelSerializer[Amendment]):
    """A competing text."""

    seat = serializers.IntegerField(source="seat.number")
    revision = serializers.IntegerField(
        source="base.number", help_text="The revision it was written against"
    )

    class Meta:
        model = Amendment
        fields = [
            "number", "seat", "revision", "state", "why", "title_en", "title_fr", "text_en", "text_fr", "effect_kind",
            "effect_params", "supersedes", "created_at",
        ]  # fmt: skip


class CommentSerializer(serializers.ModelSerializer[Comment]):
    """A comment, objection or answer; of a hidden one only the reason for hiding it is shown."""

    author = serializers.CharField(source="author.full_name")
    organisation = OrganisationSlugField(allow_null=True)
    text = serializers.SerializerMethodField()

    class Meta:
        model = Comment
        fields = [
            "id", "parent", "kind", "author", "organisation", "text", "created_at", "answered_at", "hidden_why",
        ]  # fmt: skip

    def get_text(self, comment: Comment) -> str | None:
        return None if comment.is_hidden else comment.text


class NewCommentSerializer(serializers.Serializer[Any]):
    """What to say."""

    text = serializers.CharField(max_length=5000)
    objection = serializers.BooleanField(required=False, default=False)
    reply_to = serializers.IntegerField(
        required=False, allow_null=True, default=None, help_text="The comment this one replies to"
    )


class ProposalSerializer(serializers.ModelSerializer[Proposal]):
    """A proposal as a list shows it."""

    body = serializers.SlugField(source="body.slug")
    organisation = OrganisationSlugField(allow_null=True)
    seat = serializers.IntegerField(source="seat.number")

    class Meta:
        model = Proposal
        fields = [
            "id", "body", "seat", "organisation", "state", "audience", "title_en", "title_fr", "effect_kind",
            "effect_params", "created_at", "opened_at", "state_since",
        ]  # fmt: skip


class ProposalDetailSerializer(ProposalSerializer):
    """A proposal with every revision."""

    revisions = RevisionSerializer(many=True)
    votes = serializers.SerializerMethodField()

    class Meta(ProposalSerializer.Meta):
        fields = [*ProposalSerializer.Meta.fields, "revisions", "votes"]

    def get_votes(self, proposal: Proposal) -> list[int]:
        return [vote.pk for vote in proposal.votes.all()]


class NewTextSerializer(serializers.Serializer[Any]):
    """A text as somebody writes it."""

    seat = serializers.IntegerField(
        required=False, help_text="Needed only by holders of several seats"
    )
    title_en = serializers.CharField(max_length=160)
    text_en = serializers.CharField(max_length=20_000)
    title_fr = serializers.CharField(max_length=160, required=False, allow_blank=True, default="")
    text_fr = serializers.CharField(max_length=20_000, required=False, allow_blank=True, default="")
    effect_kind = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    effect_params = serializers.DictField(required=False, default=dict)
    supersedes = serializers.CharField(
        max_length=40, required=False, allow_blank=True, default="",
        help_text="The number of the decision to replace",
    )  # fmt: skip


class NewAmendmentSerializer(NewTextSerializer):
    """A competing text and why it is better."""

    why = serializers.CharField(max_length=500)


class NewProposalSerializer(NewTextSerializer):
    """What a proposal is made of."""

    body = serializers.SlugField(help_text="The body's slug")
    audience = serializers.ChoiceField(
        choices=Proposal.Audience.choices, required=False, default=Proposal.Audience.PUBLIC.value
    )
    open = serializers.BooleanField(
        required=False, default=False, help_text="Open it for discussion at once"
    )


class BallotSerializer(serializers.ModelSerializer[Ballot]):
    """A cast position with its receipt."""

    seat = serializers.IntegerField(source="seat.number")
    organisation = OrganisationSlugField(source="seat.organisation", allow_null=True)
    entry = serializers.UUIDField(source="entry_id")
    leaf_index = serializers.IntegerField(source="entry.leaf_index", allow_null=True)

    class Meta:
        model = Ballot
        fields = [
            "seat",
            "organisation",
            "sequence",
            "position",
            "more",
            "acting",
            "reason",
            "cast_at",
            "entry",
            "leaf_index",
        ]


class ReceiptSerializer(BallotSerializer):
    """The voter's own ballot, with what opens its commitment in the log."""

    vote = serializers.IntegerField(source="vote_id")

    class Meta(BallotSerializer.Meta):
        fields = ["vote", *BallotSerializer.Meta.fields, "nonce"]


class NewBallotSerializer(serializers.Serializer[Any]):
    """A position for a seat."""

    seat = serializers.IntegerField(min_value=1)
    position = serializers.ChoiceField(choices=POSITION_NAMES)
    more = serializers.DictField(
        child=serializers.ChoiceField(choices=POSITION_NAMES),
        required=False, default=dict,
        help_text="Positions on the amendments by their number, where the ballot has several texts",
    )  # fmt: skip
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    idempotency_key = serializers.CharField(min_length=8, max_length=80)


class LatePositionSerializer(serializers.ModelSerializer[LatePosition]):
    """A position recorded after an early close; it is not in the count."""

    seat = serializers.IntegerField(source="seat.number")
    entry = serializers.UUIDField(source="entry_id")

    class Meta:
        model = LatePosition
        fields = ["seat", "position", "more", "reason", "at", "entry"]


class NewLatePositionSerializer(serializers.Serializer[Any]):
    """A position after an early close."""

    seat = serializers.IntegerField(min_value=1)
    position = serializers.ChoiceField(choices=POSITION_NAMES)
    more = serializers.DictField(
        child=serializers.ChoiceField(choices=POSITION_NAMES),
        required=False, default=dict,
        help_text="Positions on the amendments by their number, where the ballot had several texts",
    )  # fmt: skip
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class ProxySerializer(serializers.ModelSerializer[Proxy]):
    """A proxy that I gave or hold."""

    body = serializers.SlugField(source="seat.body.slug")
    seat = serializers.IntegerField(source="seat.number")
    person = serializers.CharField(source="person.full_name", help_text="Who casts")

    class Meta:
        model = Proxy
        fields = ["id", "body", "seat", "person", "vote", "since", "until", "given_at"]


class NewProxySerializer(serializers.Serializer[Any]):
    """Who casts for a seat of mine: the holder of another seat, in one vote or for some days."""

    body = serializers.SlugField()
    seat = serializers.IntegerField(min_value=1)
    to_seat = serializers.IntegerField(min_value=1, help_text="The seat whose holder casts")
    vote = serializers.IntegerField(required=False, allow_null=True, default=None)
    since = serializers.DateField(required=False, allow_null=True, default=None)
    until = serializers.DateField(required=False, allow_null=True, default=None)


class VoteSerializer(serializers.ModelSerializer[Vote]):
    """A vote as a list shows it."""

    body = serializers.SlugField(source="body.slug")
    title_en = serializers.CharField(source="revision.title_en")
    title_fr = serializers.CharField(source="revision.title_fr")
    rule_sentence = serializers.SerializerMethodField()
    decision = serializers.SerializerMethodField()

    class Meta:
        model = Vote
        fields = [
            "id", "body", "proposal", "meeting", "title_en", "title_fr", "kind", "state", "opens_at", "closes_at",
            "ended_at", "ended_early", "outcome", "decision", "rule_sentence",
        ]  # fmt: skip

    def get_rule_sentence(self, vote: Vote) -> str:
        return rule_sentence(vote.frozen_rule, vote.frozen_roll)

    def get_decision(self, vote: Vote) -> str | None:
        decision = getattr(vote, "decision", None)
        return decision.number if decision else None


class VoteDetailSerializer(VoteSerializer):
    """A vote with rule, roll and text; positions only where they are public."""

    revision = RevisionSerializer()
    rule_notes = serializers.SerializerMethodField()
    positions = serializers.SerializerMethodField()
    heard_from = serializers.SerializerMethodField()
    entry = serializers.UUIDField(source="entry_id", allow_null=True)
    late_positions = LatePositionSerializer(many=True)
    followed_by = serializers.IntegerField(source="followed_by.pk", default=None)

    class Meta(VoteSerializer.Meta):
        fields = [
            *VoteSerializer.Meta.fields, "revision", "rule", "rule_digest", "rule_notes", "roll", "roll_digest",
            "text_digest", "options", "entry", "heard_from", "positions", "late_positions", "follows", "followed_by",
        ]  # fmt: skip

    def get_rule_notes(self, vote: Vote) -> list[str]:
        return rule_notes(vote.frozen_rule, vote.frozen_roll)

    def get_heard_from(self, vote: Vote) -> list[int]:
        return sorted(vote.ballots.current().values_list("seat__number", flat=True))

    @extend_schema_field(BallotSerializer(many=True, allow_null=True))
    def get_positions(self, vote: Vote) -> Any:
        if not vote.shows_positions:
            return None
        return BallotSerializer(vote.ballots.current().in_order(), many=True).data


class EffectSerializer(serializers.ModelSerializer[DecisionEffect]):
    """What a decision did, or why it could not."""

    class Meta:
        model = DecisionEffect
        fields = ["kind", "params", "state", "code", "reason_en", "reason_fr", "applied_at"]


class DecisionSerializer(serializers.ModelSerializer[Decision]):
    """A decision as the register shows it."""

    body = serializers.SlugField(source="body.slug")
    effects = EffectSerializer(many=True)
    meeting = serializers.IntegerField(
        source="vote.meeting_id",
        allow_null=True,
        help_text="The meeting it was decided in, if in one",
    )
    entry = serializers.UUIDField(source="entry_id")
    superseded_by = serializers.SerializerMethodField()

    class Meta:
        model = Decision
        fields = [
            "number", "body", "vote", "meeting", "outcome", "tally", "title_en", "title_fr", "text_en", "text_fr",
            "decided_at", "effects", "entry", "superseded_by",
        ]  # fmt: skip

    def get_superseded_by(self, decision: Decision) -> str | None:
        later = getattr(decision, "superseded", None)
        return later.new.number if later else None
