"""Machine access: keys bound to networks, replaced with an overlap; OAuth clients and the tokens they buy."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.idp.oidc.models import Token as AccessToken
from django.test import Client
from django.utils import timezone

from members import networks
from members.actions import revoke_api_key, rotate_api_key
from members.errors import KeyRefused
from members.models import ApiKey, MembersEvent
from members.viewers import viewer_of_person
from tests.cast import Cast
from tests.clocks import both_at
from tests.members.conftest import NOW

pytestmark = pytest.mark.django_db
Make = Callable[..., tuple[ApiKey, str]]
ME = "/api/v1/me/"
DAY = timedelta(days=1)


def _ask(client: Client, token: str, **extra: str):  # type: ignore[no-untyped-def]
    return client.get(ME, headers={"Authorization": f"Bearer {token}"}, **extra)


def _buy(client: Client, key: ApiKey, secret: str, **wanted: str):  # type: ignore[no-untyped-def]
    proof = base64.b64encode(f"{key.oauth_client_id}:{secret}".encode()).decode()
    form = {"grant_type": "client_credentials"} | wanted
    return client.post("/oauth/token", form, headers={"Authorization": f"Basic {proof}"})


def test_a_key_works_only_from_its_networks(client: Client, make_key: Make) -> None:
    key, token = make_key(networks=["192.0.2.0/24", "2001:db8::/32"])
    assert _ask(client, token, REMOTE_ADDR="192.0.2.77").status_code == 200
    assert _ask(client, token, REMOTE_ADDR="::ffff:192.0.2.77").status_code == 200
    assert _ask(client, token, REMOTE_ADDR="2001:db8::1").status_code == 200
    for elsewhere in ("198.51.100.1", "2001:db9::1", "127.0.0.1"):
        answer = _ask(client, token, REMOTE_ADDR=elsewhere)
        assert answer.status_code == 401
        assert "network" in answer.json()["title"]
    assert key.organisation.slug == "org-a"


def test_a_forwarded_address_counts_only_behind_a_known_proxy(
    client: Client, make_key: Make, settings: object
) -> None:
    _key, token = make_key(networks=["192.0.2.0/24"])
    there = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "192.0.2.1"}
    assert _ask(client, token, **there).status_code == 401
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1  # type: ignore[attr-defined]
    assert _ask(client, token, **there).status_code == 200
    spoofed = there | {"HTTP_X_FORWARDED_FOR": "192.0.2.1, 203.0.113.9"}
    assert _ask(client, token, **spoofed).status_code == 401


@pytest.mark.parametrize("word", ["192.0.2.0/33", "example.org", "1.2.3", "::g"])
def test_what_is_no_network_is_named(word: str) -> None:
    with pytest.raises(ValueError, match=word.replace(".", r"\.")):
        networks.parse(f"192.0.2.1 {word}")
    assert networks.parse("192.0.2.9/24, 192.0.2.0/24 2001:DB8::1") == [
        "192.0.2.0/24",
        "2001:db8::1/128",
    ]
    assert not networks.includes(["192.0.2.0/24"], "")
    assert networks.includes([], "")


def test_a_replaced_key_works_on_for_the_overlap_and_no_longer(
    client: Client, cast: Cast, make_key: Make
) -> None:
    moment = timezone.now()
    old, old_token = make_key(
        scopes=["vote"], expires_at=moment + 90 * DAY, networks=["127.0.0.0/8"]
    )
    viewer = viewer_of_person(cast.rep_a)
    new, token = rotate_api_key(viewer=viewer, key=old, overlap=DAY, now=moment)
    assert (new.scopes, new.networks, new.name) == (old.scopes, old.networks, old.name)
    assert new.expires_at is not None
    assert abs(new.expires_at - moment - 90 * DAY) < timedelta(minutes=5)
    assert _ask(client, token).status_code == _ask(client, old_token).status_code == 200
    with both_at(moment + DAY):
        assert _ask(client, old_token).status_code == 401
        assert _ask(client, token).status_code == 200
    with pytest.raises(KeyRefused, match="replaced"):
        rotate_api_key(viewer=viewer, key=old, overlap=DAY, now=moment)
    assert MembersEvent.objects.about_key(old).first().details["by"] == new.prefix  # type: ignore[union-attr]


def test_an_overlap_never_prolongs_a_key(cast: Cast, make_key: Make) -> None:
    old, _token = make_key(expires_at=NOW + timedelta(hours=2))
    rotate_api_key(
        viewer=viewer_of_person(cast.rep_a), key=old, overlap=7 * DAY, now=timezone.now()
    )
    old.refresh_from_db()
    assert old.expires_at == NOW + timedelta(hours=2)


@pytest.mark.parametrize("name", ["engineer_a", "rep_b", "outsider", "staff"])
def test_only_their_managers_replace_keys(cast: Cast, make_key: Make, name: str) -> None:
    key, _token = make_key()
    viewer = viewer_of_person(getattr(cast, name))
    with pytest.raises(KeyRefused):
        rotate_api_key(viewer=viewer, key=key, overlap=DAY, now=NOW)


def test_a_client_buys_a_token_that_acts_for_its_organisation(
    client: Client, make_key: Make
) -> None:
    key, secret = make_key(is_client=True, scopes=["read", "propose"])
    answer = _buy(client, key, secret)
    assert answer.status_code == 200, answer.content
    sold = answer.json()
    assert sold["token_type"] == "Bearer"
    assert 0 < sold["expires_in"] <= 3600
    assert _ask(client, sold["access_token"]).json() == {
        "person": None, "organisations": ["org-a"], "scopes": ["propose", "read"],
    }  # fmt: skip
    assert not AccessToken.objects.filter(hash__contains=sold["access_token"]).exists()
    less = _buy(client, key, secret, scope="read").json()["access_token"]
    assert _ask(client, less).json()["scopes"] == ["read"]


def test_a_client_gets_no_scope_beyond_its_own(client: Client, make_key: Make) -> None:
    key, secret = make_key(is_client=True, scopes=["read"])
    answer = _buy(client, key, secret, scope="read vote")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")


@pytest.mark.parametrize(
    "grant", ["password", "authorization_code", "refresh_token", "", "urn:ietf:params:oauth:grant-type:device_code"]
)  # fmt: skip
def test_no_other_grant_is_open(client: Client, make_key: Make, grant: str) -> None:
    key, secret = make_key(is_client=True)
    answer = _buy(client, key, secret, grant_type=grant, username="rep-a@cast.example", code="x")
    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")


def test_a_wrong_secret_or_name_is_401_with_a_challenge(client: Client, make_key: Make) -> None:
    key, _secret = make_key(is_client=True)
    for answer in (
        _buy(client, key, "wrong"),
        client.post("/oauth/token", {"grant_type": "client_credentials"}),
        client.post("/oauth/token", {"grant_type": "client_credentials", "client_id": "nobody"}),
    ):
        assert answer.status_code == 401
        assert answer.json()["error"] == "invalid_client"
        assert answer["WWW-Authenticate"]


def test_a_key_is_no_client_and_a_secret_no_key(client: Client, make_key: Make) -> None:
    key, token = make_key()
    assert _buy(client, key, token).status_code == 401
    bought_by, secret = make_key(is_client=True)
    assert _ask(client, secret).status_code == 401
    assert bought_by.secret_hash == ""


def test_revoking_a_client_ends_its_tokens_and_its_trade(
    client: Client, cast: Cast, make_key: Make
) -> None:
    key, secret = make_key(is_client=True)
    token = _buy(client, key, secret).json()["access_token"]
    assert _ask(client, token).status_code == 200
    revoke_api_key(viewer=viewer_of_person(cast.rep_a), key=key, now=NOW)
    assert _ask(client, token).status_code == 401
    answer = _buy(client, key, secret)
    assert answer.status_code == 401
    assert "revoked" in answer.json()["error_description"]


def test_a_token_ends_with_its_hour_and_with_its_client(client: Client, make_key: Make) -> None:
    begun = timezone.now()
    key, secret = make_key(is_client=True, expires_at=begun + timedelta(minutes=90))
    token = _buy(client, key, secret).json()["access_token"]
    with both_at(begun + timedelta(minutes=65)):
        answer = _ask(client, token)
        assert (answer.status_code, answer["WWW-Authenticate"]) == (
            401, 'Bearer realm="portal", error="invalid_token"',
        )  # fmt: skip
        assert "new one" in answer.json()["title"]
        fresh = _buy(client, key, secret).json()["access_token"]
    with both_at(begun + timedelta(minutes=91)):
        assert _ask(client, fresh).status_code == 401
        assert _buy(client, key, secret).status_code == 401


def test_networks_bind_clients_at_the_counter_and_later(client: Client, make_key: Make) -> None:
    key, secret = make_key(is_client=True, networks=["127.0.0.0/8"])
    token = _buy(client, key, secret).json()["access_token"]
    assert _ask(client, token, REMOTE_ADDR="192.0.2.1").status_code == 401
    key.networks = ["192.0.2.0/24"]
    key.save()
    assert _buy(client, key, secret).status_code == 401


def test_a_client_ends_a_token_itself(client: Client, make_key: Make) -> None:
    key, secret = make_key(is_client=True)
    token = _buy(client, key, secret).json()["access_token"]
    form = {"token": token, "client_id": key.oauth_client_id, "client_secret": secret}
    assert client.post("/oauth/revoke", form).status_code == 200
    assert _ask(client, token).status_code == 401


def test_the_counter_is_throttled(client: Client, make_key: Make) -> None:
    answers = {client.post("/oauth/token", {"grant_type": "x"}).status_code for _n in range(31)}
    assert answers == {400, 429}


def test_metadata_names_only_what_is_there(client: Client) -> None:
    body = client.get("/.well-known/oauth-authorization-server").json()
    assert body["grant_types_supported"] == ["client_credentials"]
    assert body["scopes_supported"] == [
        "read",
        "propose",
        "vote",
        "administration",
    ]
    for address in ("/.well-known/openid-configuration", "/identity/o/authorize"):
        assert client.get(address).status_code == 404


def test_pages_show_replace_and_end_a_key(client: Client, cast: Cast, make_key: Make) -> None:
    key, token = make_key(networks=["192.0.2.0/24"])
    client.force_login(cast.rep_a)
    page = client.get(f"/fr/members/me/keys/{key.pk}/").content.decode()
    assert "192.0.2.0/24" in page
    assert token not in page
    answer = client.post(f"/en/members/me/keys/{key.pk}/rotate/", {"overlap": "24"})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    new = ApiKey.objects.get(replaces=key)
    assert f"aap_{new.prefix}_" in answer.content.decode()
    assert client.post(f"/en/members/me/keys/{key.pk}/rotate/", {"overlap": "9"}).status_code == 400
    again = client.post(f"/en/members/me/keys/{key.pk}/rotate/", {"overlap": "0"}, follow=True)
    assert "replaced already" in again.content.decode()


def test_a_client_is_made_on_the_page(client: Client, cast: Cast) -> None:
    client.force_login(cast.rep_a)
    wanted = {"organisation": cast.org_a.pk, "name": "CI", "scopes": ["read"], "kind": "client"}
    new = "/en/members/me/keys/new/"
    assert "no address" in client.post(new, wanted | {"networks": "home"}).content.decode()
    html = client.post(new, wanted).content.decode()
    key = ApiKey.objects.get()
    assert key.oauth_client_id is not None
    assert key.oauth_client_id in html


@pytest.mark.parametrize("name", ["engineer_a", "rep_b", "outsider", "staff"])
def test_others_find_no_page_of_a_key(
    client: Client, cast: Cast, make_key: Make, name: str
) -> None:
    key, _token = make_key()
    client.force_login(getattr(cast, name))
    assert client.get(f"/en/members/me/keys/{key.pk}/").status_code == 404
    assert client.post(f"/en/members/me/keys/{key.pk}/rotate/", {"overlap": 1}).status_code == 404
