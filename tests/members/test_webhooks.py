"""Webhooks: written with what happened, signed, sent through the door, tried again, switched off, sent once more."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from django.utils import timezone
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from alliance import clock
from members import actions, webhooks
from members.errors import WebhookRefused
from members.models import MembersEvent, Webhook, WebhookAttempt, WebhookDelivery, WebhookEvent
from members.viewers import viewer_of_person
from members.webhooks import catalogue, delivering, retries, signatures
from tests.cast import Cast

pytestmark = pytest.mark.django_db
PATH = "/hook"
MAKE = "/en/members/me/webhooks/new/"


@pytest.fixture
def receiver(settings: object) -> Iterator[HTTPServer]:
    """A member's system on this machine."""
    with HTTPServer(host="127.0.0.1") as server:
        settings.OUTBOUND_ALLOWED_HOSTS = [f"127.0.0.1:{server.port}"]  # type: ignore[attr-defined]
        yield server


@pytest.fixture
def make(cast: Cast, receiver: HTTPServer) -> Callable[..., tuple[Webhook, str]]:
    def make(**wanted: object) -> tuple[Webhook, str]:
        choice = {
            "viewer": viewer_of_person(cast.rep_a), "organisation": cast.org_a, "kinds": [],
            "url": receiver.url_for(PATH), "now": timezone.now(),
        } | wanted  # fmt: skip
        return actions.create_webhook(**choice)  # type: ignore[arg-type]

    return make


def _tell(kind: str = "vote.closed", **more: object) -> None:
    with transaction.atomic():
        webhooks.emit(kind, "/api/v1/votes/7/", {"vote": 7}, **more)  # type: ignore[arg-type]


def _send_all() -> None:
    for pk in delivering.due(clock.database_now()):
        delivering.deliver(pk)


def _verify(request: Request, secret: str) -> bool:
    """Check a signature as the specification says, with code of the test's own."""
    said = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}.".encode()
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, said + request.get_data(), hashlib.sha256).digest()
    wanted = "v1," + base64.b64encode(digest).decode()
    return wanted in request.headers["webhook-signature"].split(" ")


def test_signatures_follow_the_published_example() -> None:
    signed = signatures.sign(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=1614265330, body=b'{"test": 2432232314}',
    )  # fmt: skip
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_an_event_arrives_signed_once_and_is_in_the_log(
    make: Callable[..., tuple[Webhook, str]], receiver: HTTPServer
) -> None:
    webhook, secret = make(kinds=["vote.closed"])
    receiver.expect_request(PATH, method="POST").respond_with_data("ok")
    _tell()
    _tell("vote.opened")  # not asked for
    _send_all()
    _send_all()
    assert len(receiver.log) == 1
    request = receiver.log[0][0]
    assert _verify(request, secret)
    body = json.loads(request.get_data())
    assert body["type"] == "vote.closed"
    assert body["data"] == {"url": "http://127.0.0.1:8000/api/v1/votes/7/", "vote": 7}
    assert request.headers["content-type"] == "application/json"
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.tries, delivery.webhook) == ("delivered", 1, webhook)
    assert request.headers["webhook-id"] == delivery.event.message_id
    assert WebhookAttempt.objects.get().status == 200


def test_nothing_is_told_of_what_is_rolled_back(make: Callable[..., tuple[Webhook, str]]) -> None:
    make()
    with transaction.atomic():
        webhooks.emit("vote.closed", "/x", {})
        transaction.set_rollback(True)
    assert not WebhookEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_emitting_needs_a_transaction_and_a_known_kind(cast: Cast) -> None:
    with pytest.raises(RuntimeError):
        webhooks.emit("vote.closed", "/x", {})
    with pytest.raises(ValueError, match="catalogue"):
        webhooks.emit("vote.vanished", "/x", {})


def test_events_of_one_organisation_go_to_it_alone(
    cast: Cast, make: Callable[..., tuple[Webhook, str]]
) -> None:
    make()
    theirs, _secret = make(viewer=viewer_of_person(cast.rep_b), organisation=cast.org_b)
    _tell("node.health_changed", organisations=[cast.org_b.pk])
    assert [row.webhook for row in WebhookDelivery.objects.all()] == [theirs]


@pytest.mark.parametrize(
    ("behave", "status", "error"),
    [
        (Response("no", 500), 500, ""),
        (Response("", 404), 404, ""),
        (Response("", 302, {"Location": "http://169.254.169.254/"}), None, "redirect"),
        (Response("x" * 100_000, 200), None, "too-large"),
    ],
)
def test_a_failure_is_tried_again_later_and_written_down(
    make: Callable[..., tuple[Webhook, str]],
    receiver: HTTPServer,
    behave: Response,
    status: int | None,
    error: str,
    move_clock: Callable[[timedelta], None],
) -> None:
    make()
    receiver.expect_request(PATH).respond_with_response(behave)
    _tell()
    before = clock.database_now()
    _send_all()
    delivery = WebhookDelivery.objects.get()
    assert delivery.state == "waiting"
    assert delivery.next_at is not None
    assert timedelta(seconds=5) <= delivery.next_at - before <= timedelta(seconds=30)
    attempt = WebhookAttempt.objects.get()
    assert (attempt.status, attempt.error) == (status, error)
    _send_all()
    assert len(receiver.log) == 1  # not before its time
    receiver.clear()
    receiver.expect_request(PATH).respond_with_data("ok")
    move_clock(timedelta(seconds=40))
    _send_all()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.tries) == ("delivered", 2)
    assert Webhook.objects.get().failures == 0


def test_the_body_and_id_stay_the_same_at_every_try(
    make: Callable[..., tuple[Webhook, str]],
    receiver: HTTPServer,
    move_clock: Callable[[timedelta], None],
) -> None:
    _webhook, secret = make()
    receiver.expect_request(PATH).respond_with_data("no", status=503)
    _tell()
    _send_all()
    move_clock(timedelta(seconds=40))
    _send_all()
    first, second = (entry[0] for entry in receiver.log)
    assert first.get_data() == second.get_data()
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]
    assert _verify(first, secret)
    assert _verify(second, secret)


def test_retries_back_off_with_jitter_and_end() -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    pauses = []
    for tries in range(1, retries.TRIES):
        soonest, latest = (retries.next_try(tries, now, chance) for chance in (0.0, 1.0))
        assert soonest is not None
        assert latest is not None
        assert latest - now == (soonest - now) * 1.2
        pauses.append(soonest - now)
    assert pauses == sorted(pauses)
    assert retries.next_try(retries.TRIES, now, 0.5) is None
    assert sum(pauses, timedelta()) < timedelta(days=4)


def test_an_address_that_is_gone_is_switched_off_with_a_letter(
    cast: Cast, make: Callable[..., tuple[Webhook, str]], receiver: HTTPServer,
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:  # fmt: skip
    webhook, _secret = make()
    cast.rep_a.preferred_language = "fr"
    cast.rep_a.save()
    receiver.expect_request(PATH).respond_with_data("", status=410)
    _tell()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        _send_all()
    webhook.refresh_from_db()
    assert (webhook.state, webhook.reason) == ("disabled", "gone")
    assert [letter.to for letter in mail.outbox] == [["rep-a@cast.example"]]
    assert webhook.url in mail.outbox[0].body
    assert f"/fr/members/me/webhooks/{webhook.pk}/" in mail.outbox[0].body
    _tell()
    assert WebhookEvent.objects.count() == 1  # nobody active asks any more


def test_three_days_of_failures_switch_off_and_one_success_forgives() -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    long_ago = now - timedelta(days=3)

    def why(status: int, failures: int, since: datetime | None) -> str:
        return retries.why_disable(status=status, failures=failures, failing_since=since, now=now)

    assert why(500, 10, long_ago) == "failing"
    assert why(500, 9, long_ago) == ""
    assert why(500, 500, now - timedelta(days=2)) == ""
    assert why(410, 1, now) == "gone"


def test_a_lost_workers_delivery_is_taken_over_and_its_late_word_is_not_heard(
    make: Callable[..., tuple[Webhook, str]],
) -> None:
    make()
    _tell()
    pk = WebhookDelivery.objects.get().pk
    now = timezone.now()
    lost = delivering._take(pk, now)
    assert lost is not None
    assert delivering._take(pk, now) is None  # leased
    assert delivering.due(now) == []
    later = now + delivering.LEASE + timedelta(seconds=1)
    found = delivering._take(pk, later)
    assert found is not None
    delivering._finish(found, delivering.Answer(200, "", 5), later)
    delivering._finish(lost, delivering.Answer(500, "", 5), later)
    assert WebhookDelivery.objects.get().state == "delivered"
    assert WebhookAttempt.objects.count() == 1


def test_while_a_secret_is_replaced_both_sign(
    cast: Cast,
    make: Callable[..., tuple[Webhook, str]],
    receiver: HTTPServer,
    move_clock: Callable[[timedelta], None],
) -> None:
    webhook, old = make()
    receiver.expect_request(PATH).respond_with_data("ok")
    viewer = viewer_of_person(cast.rep_a)
    new = actions.rotate_webhook_secret(viewer=viewer, webhook=webhook, now=timezone.now())
    _tell()
    _send_all()
    assert _verify(receiver.log[0][0], old)
    assert _verify(receiver.log[0][0], new)
    move_clock(timedelta(days=1, minutes=1))
    _tell()
    _send_all()
    assert not _verify(receiver.log[1][0], old)
    assert _verify(receiver.log[1][0], new)
    stored = " ".join(str(value) for value in Webhook.objects.values_list().get())
    assert old not in stored
    assert new not in stored


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://example.org/", "scheme"),
        ("https://127.0.0.1/", "private-address"),
        ("https://169.254.169.254/latest/", "private-address"),
        ("https://[::1]/", "private-address"),
        ("https://example.org:22/", "port"),
        ("https://user:pass@example.org/", "credentials"),
        ("https://localhost/", "private-address"),
        ("javascript:alert(1)", "scheme"),
    ],
)
def test_addresses_the_door_refuses_are_refused_at_once(
    client: Client, cast: Cast, make: Callable[..., tuple[Webhook, str]], url: str, code: str
) -> None:
    with pytest.raises(WebhookRefused) as refusal:
        make(url=url)
    assert refusal.value.code == code
    client.force_login(cast.rep_a)
    html = client.post(MAKE, {"organisation": cast.org_a.pk, "url": url}).content.decode()
    assert 'class="error"' in html
    assert not Webhook.objects.exists()


def test_the_whole_way_on_the_pages(
    client: Client, cast: Cast, receiver: HTTPServer, settings: object
) -> None:
    receiver.expect_request(PATH).respond_with_data("ok")
    client.force_login(cast.rep_a)
    wanted = {
        "organisation": cast.org_a.pk,
        "url": receiver.url_for(PATH),
        "kinds": ["vote.closed"],
    }
    answer = client.post(MAKE, wanted)
    assert "no-store" in answer["Cache-Control"]
    assert "whsec_" in answer.content.decode()
    webhook = Webhook.objects.get()
    page = f"/en/members/me/webhooks/{webhook.pk}/"
    assert client.post(f"{page}test/").status_code == 302
    _send_all()
    html = client.get(page).content.decode()
    assert "webhook.test" in html
    assert "Delivered" in html
    assert "whsec_" not in html
    delivery = WebhookDelivery.objects.get()
    client.post(f"{page}deliveries/{delivery.pk}/again/")
    _send_all()
    assert len(receiver.log) == 2
    ids = {entry[0].headers["webhook-id"] for entry in receiver.log}
    assert len(ids) == 1
    client.post(f"{page}pause/")
    _tell()
    assert WebhookEvent.objects.count() == 1
    assert (
        "Switch the webhook on first" in client.post(f"{page}test/", follow=True).content.decode()
    )
    client.post(f"{page}resume/")
    client.post(page, {"url": receiver.url_for("/other"), "kinds": []})
    webhook.refresh_from_db()
    assert (webhook.url, webhook.kinds, webhook.state) == (receiver.url_for("/other"), [], "active")
    assert client.post(f"{page}secret/").status_code == 200
    kinds = set(MembersEvent.objects.about_webhook(webhook.pk).values_list("kind", flat=True))
    assert kinds == {
        "webhook-created", "webhook-redelivered", "webhook-paused", "webhook-active",
        "webhook-changed", "webhook-secret-replaced",
    }  # fmt: skip
    assert client.get("/fr/members/me/webhooks/").status_code == 200


def test_a_removed_webhook_is_told_nothing_more_not_even_what_waited(
    client: Client, cast: Cast, make: Callable[..., tuple[Webhook, str]], receiver: HTTPServer
) -> None:
    webhook, _secret = make()
    _tell()
    lost = delivering._take(WebhookDelivery.objects.get().pk, timezone.now())
    assert lost is not None
    client.force_login(cast.rep_a)
    answer = client.post(f"/en/members/me/webhooks/{webhook.pk}/remove/", follow=True)
    assert f"{webhook.url} gets no events any more" in answer.content.decode()
    delivering._finish(lost, delivering.Answer(500, "", 5), timezone.now())  # its late word
    _tell()
    _send_all()
    assert not Webhook.objects.exists()
    assert not receiver.log
    told = MembersEvent.objects.about_webhook(webhook.pk).get(kind="webhook-removed")
    assert told.details["url"] == webhook.url


@pytest.mark.parametrize("name", ["engineer_a", "rep_b", "outsider", "staff"])
def test_others_neither_see_nor_touch_webhooks_of_a(
    client: Client, cast: Cast, make: Callable[..., tuple[Webhook, str]], name: str
) -> None:
    webhook, _secret = make()
    _tell()
    delivery = WebhookDelivery.objects.get()
    client.force_login(getattr(cast, name))
    page = f"/en/members/me/webhooks/{webhook.pk}/"
    assert client.get(page).status_code == 404
    for verb in (
        "test/",
        "pause/",
        "resume/",
        "remove/",
        "secret/",
        "",
        f"deliveries/{delivery.pk}/again/",
    ):
        assert client.post(page + verb).status_code == 404
    with pytest.raises(WebhookRefused):
        make(viewer=viewer_of_person(getattr(cast, name)))


def test_the_api_page_shows_the_catalogue(client: Client) -> None:
    html = client.get("/en/api/").content.decode()
    for name in catalogue.KINDS:
        assert name in html
