"""API keys: made and ended by those who may, shown once, and refused with a reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory

from members import tokens
from members.actions import create_api_key, revoke_api_key
from members.errors import KeyRefused
from members.models import ApiKey, MembersEvent
from members.viewers import viewer_of_person
from tests.cast import Cast
from tests.clocks import both_at
from tests.members.conftest import NOW

pytestmark = pytest.mark.django_db
Make = Callable[..., tuple[ApiKey, str]]
ME = "/api/v1/me/"


def _ask(client: Client, token: str, path: str = ME):  # type: ignore[no-untyped-def]
    return client.get(path, headers={"Authorization": f"Bearer {token}"})


def test_a_key_acts_for_its_organisation(client: Client, make_key: Make) -> None:
    _key, token = make_key(scopes=["vote", "read", "read"])
    body = _ask(client, token).json()
    assert body == {"person": None, "organisations": ["org-a"], "scopes": ["read", "vote"]}


def test_a_session_is_a_person(client: Client, cast: Cast) -> None:
    client.force_login(cast.rep_a)
    body = client.get(ME).json()
    assert body == {"person": "rep-a@cast.example", "organisations": ["org-a"], "scopes": None}


def test_nobody_is_told_how_to_come_in(client: Client) -> None:
    answer = client.get(ME)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="portal"'
    assert answer["Content-Type"] == "application/problem+json"


def test_only_the_hash_is_kept(make_key: Make) -> None:
    key, token = make_key()
    secret = token.split("_")[2][:40]
    stored = " ".join(str(value) for value in ApiKey.objects.filter(pk=key.pk).values_list().get())
    assert secret not in stored
    assert len(key.secret_hash) == 64


@pytest.mark.parametrize(
    ("break_it", "words"),
    [
        (lambda token: "nonsense", "looks like aap_"),
        (lambda token: token + " more", "looks like aap_"),
        (lambda token: "", "looks like aap_"),
        (lambda token: token[:-1] + ("a" if token[-1] != "a" else "b"), "Copy it again"),
        (lambda token: str(tokens.Token(token[4:14], "x" * 40)), "not known"),
        (lambda token: str(tokens.Token("0" * 10, "x" * 40)), "not known"),
        (lambda token: "aap_" + "é" * 10 + "_" + "x" * 46, "Copy it again"),
    ],
)
@pytest.mark.parametrize("path", [ME, "/api/v1/organisations/"])
def test_a_malformed_or_unknown_token_is_refused_with_a_reason(
    client: Client, make_key: Make, path: str, break_it: Callable[[str], str], words: str
) -> None:
    _key, token = make_key()
    answer = _ask(client, break_it(token), path)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="portal", error="invalid_token"'
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "invalid_token"
    assert words in answer.json()["title"]


def test_a_revoked_key_stops_at_once(client: Client, cast: Cast, make_key: Make) -> None:
    key, token = make_key()
    assert _ask(client, token).status_code == 200
    revoke_api_key(viewer=viewer_of_person(cast.rep_a), key=key, now=NOW)
    answer = _ask(client, token)
    assert answer.status_code == 401
    assert "revoked" in answer.json()["title"]


def test_an_expired_key_says_so(client: Client, make_key: Make, later: datetime) -> None:
    _key, token = make_key(expires_at=later)
    assert _ask(client, token).status_code == 200
    with both_at(later):
        answer = _ask(client, token)
    assert answer.status_code == 401
    assert "expired" in answer.json()["title"]


def test_the_clock_of_this_process_neither_ends_nor_prolongs_a_key(
    client: Client, make_key: Make, later: datetime
) -> None:
    key, token = make_key(expires_at=later)
    with time_machine.travel(later + timedelta(days=9), tick=False):
        assert _ask(client, token).status_code == 200
    ApiKey.objects.filter(pk=key.pk).update(expires_at=datetime(2020, 1, 2, tzinfo=UTC))
    with time_machine.travel(datetime(2020, 1, 1, tzinfo=UTC), tick=False):
        assert _ask(client, token).status_code == 401


def test_use_is_noted_at_most_once_a_minute(client: Client, make_key: Make) -> None:
    key, token = make_key()
    seen = []
    start = datetime(2026, 11, 24, 12, tzinfo=UTC)
    for seconds in (0, 30, 59, 61):
        with both_at(start + timedelta(seconds=seconds)):
            assert _ask(client, token).status_code == 200
        key.refresh_from_db()
        assert key.last_used_at is not None
        seen.append((key.last_used_at - start).total_seconds())
    assert seen == [0, 0, 0, 61]


def test_each_key_has_its_own_throttle(make_key: Make) -> None:
    from rest_framework.request import Request
    from rest_framework.throttling import ScopedRateThrottle

    from members.api.authentication import ApiKeyAuthentication

    idents = set()
    for _n in range(2):
        _key, token = make_key()
        request = Request(RequestFactory().get(ME, headers={"Authorization": f"Bearer {token}"}))
        answer = ApiKeyAuthentication().authenticate(request)
        assert answer is not None
        request.user = answer[0]
        throttle = ScopedRateThrottle()
        throttle.scope = "write"
        idents.add(throttle.get_cache_key(request, None))
    assert len(idents) == 2


@pytest.mark.parametrize(("name", "may"), [("rep_a", True), ("rep_b", False), ("engineer_a", False),
                                           ("outsider", False), ("staff", False)])  # fmt: skip
def test_who_may_make_and_end_keys_of_organisation_a(
    cast: Cast, make_key: Make, name: str, may: bool
) -> None:
    viewer = viewer_of_person(getattr(cast, name))
    key, _token = make_key()

    def make() -> object:
        return create_api_key(
            viewer=viewer,
            organisation=cast.org_a,
            name="x",
            scopes=["read"],
            expires_at=None,
            now=NOW,
        )

    if may:
        assert make()
        revoke_api_key(viewer=viewer, key=key, now=NOW)
    else:
        with pytest.raises(KeyRefused):
            make()
        with pytest.raises(KeyRefused):
            revoke_api_key(viewer=viewer, key=key, now=NOW)
    key.refresh_from_db()
    assert (key.revoked_at is not None) is may


def test_a_key_can_not_make_keys(cast: Cast, make_key: Make) -> None:
    from alliance.viewer import Viewer

    machine = Viewer(
        organisation_ids=frozenset({cast.org_a.pk}), scopes=frozenset({"read", "vote"})
    )
    with pytest.raises(KeyRefused):
        create_api_key(
            viewer=machine,
            organisation=cast.org_a,
            name="x",
            scopes=["read"],
            expires_at=None,
            now=NOW,
        )


def test_an_expiry_in_the_past_is_refused(make_key: Make) -> None:
    with pytest.raises(KeyRefused, match="past"):
        make_key(expires_at=NOW)


def test_making_and_ending_leave_events_that_stay(cast: Cast, make_key: Make) -> None:
    key, _token = make_key()
    viewer = viewer_of_person(cast.rep_a)
    revoke_api_key(viewer=viewer, key=key, now=NOW)
    revoke_api_key(viewer=viewer, key=key, now=NOW)
    events = MembersEvent.objects.filter(details__prefix=key.prefix).order_by("pk")
    assert [event.kind for event in events] == ["api-key-created", "api-key-revoked"]
    assert {event.actor for event in events} == {cast.rep_a}


def test_a_person_who_is_switched_off_sees_nothing_more(cast: Cast, rf: RequestFactory) -> None:
    from members.viewers import viewer_of

    request = rf.get("/")
    request.user = cast.rep_a
    assert viewer_of(request).organisation_ids == {cast.org_a.pk}
    cast.rep_a.is_active = False
    assert viewer_of(request).is_anonymous
    request.user = AnonymousUser()
    assert viewer_of(request).is_anonymous
