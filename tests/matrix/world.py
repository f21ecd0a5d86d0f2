"""The things the matrix asks for: one's own, a foreign and a hidden one of each noun, where there are."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.test import Client
from django.test.client import ClientHandler
from django.utils import timezone

from alliance.viewer import Viewer
from leaderboard.models import NodeKey
from members import webhooks
from members.actions import create_api_key, create_webhook, revoke_api_key
from members.models import Affiliation, Organisation, Person, WebhookDelivery
from members.viewers import viewer_of_person
from projects.models import EventSeries, Participation
from tests.factories.governance import Chamber, make_chamber, make_meeting
from tests.factories.leaderboard import make_benchmark, make_node
from tests.factories.projects import EventFactory, FocusAreaFactory, ProjectFactory, StageFactory
from tests.matrix.roles import ROLES
from transparency.actions import append

SINCE = date(2026, 1, 1)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
NO_UUID = "00000000-0000-0000-0000-000000000000"
NOTHING = {
    "pk": 0, "slug": "nothing", "number": 999, "ulid": "nothing", "key": "nothing", "verb": "nothing",
    "system": "nothing", "digest": "sha256:0", "kid": "nothing", "path": "0/000", "code": "nothing",
    "topic": "nothing", "reference": NO_UUID, "name": "nothing.example", "token": "nothing", "delivery": 0,
    "comment_pk": 0, "proposal_pk": 0, "uidb36": "0", "kind": "nothing", "uid": NO_UUID, "language": "xx",
    "suffix": "csv", "organisation_slug": "nothing", "provider_id": "nothing", "body": "nothing",
    "proposal": 0, "vote": 0,
}  # fmt: skip
Values = dict[str, Any]


@dataclass
class World:
    """Things by noun and variant, and whoever asks for them."""

    things: dict[str, dict[str, Values]]
    people: dict[str, Person]
    tokens: dict[str, str]
    cookies: dict[str, str]
    given: Values  # what forms name besides the thing in the address
    handler: ClientHandler = field(default_factory=lambda: ClientHandler(enforce_csrf_checks=False))

    def variants(self, of: str) -> list[str]:
        """Which of a noun there are; what is not there at all is asked for once."""
        return list(self.things.get(of, {})) or ["own"]

    def values(self, of: str, variant: str) -> Values:
        return NOTHING | self.given | self.things.get(of, {}).get(variant, {})

    def client(self, role: str) -> Client:
        """A fresh client, so that nothing one request leaves behind reaches the next."""
        headers = {}
        if role in self.tokens:
            headers["authorization"] = f"Bearer {self.tokens[role]}"
        client = Client(headers=headers)
        client.handler = self.handler
        if role in self.cookies:
            client.cookies["session"] = self.cookies[role]
        return client


def build() -> World:
    """Make everything once."""
    chamber = make_chamber(5)
    own, foreign = (chamber.seat(number).organisation for number in (2, 3))
    hidden = Organisation.objects.create(
        slug="matrix-hidden", name="Hidden", short_name="Hidden", kind="research", is_listed=False
    )
    people = _people(chamber, own)
    other = _person("foreign", foreign, "administrator")
    secret = _person("hidden", hidden, "administrator")
    owners = {
        "own": (own, people["administrator"]),
        "foreign": (foreign, other),
        "hidden": (hidden, secret),
    }
    things: dict[str, dict[str, Values]] = defaultdict(dict)
    for variant, (organisation, manager) in owners.items():
        _of_members(things, variant, organisation, viewer_of_person(manager))
        _of_rooms(things, variant, organisation)
    _of_governance(things, chamber)
    things["benchmark"] = {"own": {"slug": make_benchmark("matrix-bench").benchmark.slug}}
    with transaction.atomic():
        things["entry"] = {"own": {"pk": append(kind="test", body={"n": 1}).pk}}
    tokens, cookies = _tokens(own, people, foreign, other), _sessions(people)
    given = {
        "body": chamber.body.slug,
        "vote": things["vote"]["own"]["pk"],
        "proposal": things["proposal"]["own"]["pk"],
    }
    return World(things, people, tokens, cookies, given)


def _person(name: str, organisation: Organisation | None = None, role: str = "") -> Person:
    person = Person.objects.create(email=f"{name}@matrix.example", full_name=name)
    if organisation:
        Affiliation.objects.create(person=person, organisation=organisation, role=role, since=SINCE)
    return person


def _people(chamber: Chamber, own: Organisation) -> dict[str, Person]:
    people = {role: _person(role, own, role) for role in ("engineer", "delegate", "administrator")}
    people["representative"] = chamber.person(2)
    Affiliation.objects.get_or_create(
        person=chamber.person(2), organisation=own, role="representative", defaults={"since": SINCE}
    )
    people["outsider"], people["officer"] = _person("outsider"), chamber.person(1)
    people["staff"] = _person("staff")
    Person.objects.filter(pk=people["staff"].pk).update(is_staff=True, is_superuser=True)
    return people


def _of_members(
    things: dict[str, dict[str, Values]], variant: str, organisation: Organisation, viewer: Viewer
) -> None:
    now = timezone.now()
    things["organisation"][variant] = {"slug": organisation.slug}
    key, _token = create_api_key(
        viewer=viewer,
        organisation=organisation,
        name="m",
        scopes=["read"],
        expires_at=None,
        now=now,
    )
    things["key"][variant] = {"pk": key.pk}
    webhook, _secret = create_webhook(
        viewer=viewer, organisation=organisation, url="https://hooks.example/", kinds=["vote.closed"], now=now,
    )  # fmt: skip
    with transaction.atomic():
        webhooks.emit("vote.closed", "/", {}, organisations=[organisation.pk])
    delivery = WebhookDelivery.objects.get(webhook=webhook)
    things["webhook"][variant] = {"pk": webhook.pk, "delivery": delivery.pk, "verb": "pause"}


def _of_rooms(
    things: dict[str, dict[str, Values]], variant: str, organisation: Organisation
) -> None:
    listed = variant != "hidden"
    node = make_node(
        organisation=organisation, slug=f"matrix-{variant}", node_id=f"matrix-{variant}"
    )
    kid = f"matrix-{variant}"
    NodeKey.objects.create(
        node=node, kid=kid, public_key=bytes(32), not_before=NOW, confirmed_at=NOW
    )
    things["node"][variant] = {"slug": node.slug, "verb": "pause", "kid": kid}
    project = ProjectFactory(slug=f"matrix-{variant}", is_listed=listed)
    Participation.objects.create(
        project=project, organisation=organisation, name=organisation.name, role="lead"
    )
    things["project"][variant] = {"slug": project.slug, "uid": project.uid}
    event, dated = EventFactory(is_listed=listed), EventFactory(is_listed=listed)
    event.projects.add(project)
    dated.projects.add(project)
    things["event"][variant] = {"slug": event.slug}
    dated.series = EventSeries.objects.create(
        slug=f"matrix-{variant}", title_en="Series", title_fr="Série", rule="FREQ=DAILY;COUNT=2",
        first_on=dated.starts_on,
    )  # fmt: skip
    dated.save()
    things["series"][variant] = {"slug": dated.series.slug}
    if variant == "own":
        things["language"]["own"] = {"language": "en"}
        things["focus-area"]["own"] = {"slug": FocusAreaFactory().slug}
        things["stage"]["own"] = {"slug": StageFactory().slug}


def _of_governance(things: dict[str, dict[str, Values]], chamber: Chamber) -> None:
    things["body"] = {"own": {"slug": chamber.body.slug}}
    drafts = {"own": chamber.propose(2), "foreign": chamber.propose(3)}
    open_ones = {"own": chamber.discussed(2), "foreign": chamber.discussed(3)}
    vote = chamber.call()
    things["draft"] = {name: {"pk": row.pk, "verb": "open"} for name, row in drafts.items()}
    things["proposal"] = {name: {"pk": row.pk, "verb": "second"} for name, row in open_ones.items()}
    things["vote"] = {"own": {"pk": vote.pk}}
    things["meeting"] = {"own": {"pk": make_meeting(chamber).pk, "verb": "cancel"}}


def _tokens(
    own: Organisation, people: dict[str, Person], foreign: Organisation, other: Person
) -> dict[str, str]:
    now = timezone.now() - timedelta(minutes=1)
    mine, theirs = viewer_of_person(people["administrator"]), viewer_of_person(other)
    every = ["read", "propose", "vote"]
    wanted = {
        "key": (mine, own, every), "key-read": (mine, own, ["read"]),
        "key-foreign": (theirs, foreign, every), "key-revoked": (mine, own, every),
    }  # fmt: skip
    tokens = {}
    for role, (viewer, organisation, scopes) in wanted.items():
        key, tokens[role] = create_api_key(
            viewer=viewer, organisation=organisation, name=role, scopes=scopes, expires_at=None, now=now,
        )  # fmt: skip
        if role == "key-revoked":
            revoke_api_key(viewer=viewer, key=key, now=now)
    return tokens


def _sessions(people: dict[str, Person]) -> dict[str, str]:
    cookies = {}
    for role in ROLES:
        if role in people:
            client = Client()
            client.force_login(people[role])
            cookies[role] = client.cookies["session"].value
    return cookies
