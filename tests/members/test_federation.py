"""Signing in with one's organisation: who gets in, and everybody who does not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from members import actions
from members.models import Affiliation, Domain, ExternalIdentity, IdentityProvider, Person
from members.viewers import viewer_of_person
from tests.cast import Cast
from tests.members.identity_providers import OidcProvider, SamlProvider

pytestmark = pytest.mark.django_db
DESK = "/en/members/me/"
ORIGIN = "http://127.0.0.1:8000"


@pytest.fixture
def admin(cast: Cast) -> Person:
    """An administrator of organisation A, which has proven its domain."""
    person = Person.objects.create_user("admin@organisation.example", "a good password")
    Affiliation.objects.create(
        person=person, organisation=cast.org_a, role="administrator", since=date(2026, 1, 1)
    )
    Domain.objects.create(
        organisation=cast.org_a, name="organisation.example", token="t", state="proven", method="dns",
        claimed_by=person, proven_at=timezone.now(),
    )  # fmt: skip
    return person


@pytest.fixture
def oidc(settings: Settings) -> Iterator[OidcProvider]:
    """A provider that listens on loopback."""
    provider = OidcProvider()
    provider.start()
    settings.OUTBOUND_ALLOWED_HOSTS = [provider.host]
    yield provider
    provider.stop()


@pytest.fixture
def by_oidc(admin: Person, cast: Cast, oidc: OidcProvider) -> IdentityProvider:
    """Organisation A's sign-in by OpenID Connect, open."""
    row = actions.draft_identity_provider(
        viewer=viewer_of_person(admin), organisation=cast.org_a, on=timezone.now().date(), kind="oidc",
        issuer=oidc.issuer, client_id=oidc.client_id, secret=oidc.client_secret, role="representative",
    )  # fmt: skip
    IdentityProvider.objects.filter(pk=row.pk).update(state="enabled", tested_at=timezone.now())
    row.refresh_from_db()
    return row


@pytest.fixture
def saml() -> SamlProvider:
    return SamlProvider()


@pytest.fixture
def by_saml(admin: Person, cast: Cast, saml: SamlProvider) -> IdentityProvider:
    """Organisation A's sign-in by SAML, open."""
    row = IdentityProvider.objects.create(
        organisation=cast.org_a, kind="saml", issuer=saml.entity_id, sso_url=saml.sso_url, made_by=admin,
        certificates="".join(saml.cert.split("\n")[1:-2]), role="representative", state="enabled",
        tested_at=timezone.now(),
    )  # fmt: skip
    return row


def go(client: Client, oidc: OidcProvider, row: IdentityProvider, query: str = "") -> str:
    """Go to the provider as a browser would, and return the address it sends back to, without the host."""
    answer = client.get(f"/sign-in/{row.key}/{query}")
    assert answer.status_code == 302, answer.content.decode()
    asked = {
        name: values[0] for name, values in parse_qs(urlsplit(answer["Location"]).query).items()
    }
    return oidc.authorize(asked).removeprefix(ORIGIN)


def refused(client: Client, path: str, words: str) -> None:
    answer = client.get(path)
    assert answer.status_code in {403, 502}
    assert words in answer.content.decode()
    assert client.get(DESK).status_code == 302


def test_a_new_representative_is_let_in_and_affiliated(
    client: Client, by_oidc: IdentityProvider, oidc: OidcProvider
) -> None:
    answer = client.get(go(client, oidc, by_oidc, "?next=/fr/members/me/"))
    assert answer["Location"] == "/fr/members/me/"
    person = Person.objects.get(email="new@organisation.example")
    held = Affiliation.objects.get(person=person)
    assert (held.organisation, held.role) == (by_oidc.organisation, "representative")
    assert not person.has_usable_password()
    assert client.get(DESK).status_code == 200
    other = Client()
    oidc.email = "renamed@elsewhere.example"  # who somebody is hangs on issuer and subject alone
    other.get(go(other, oidc, by_oidc))
    assert other.get(DESK).context["user"] == person
    assert ExternalIdentity.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"claims": {"aud": "somebody else"}}, "isn’t valid"),
        ({"claims": {"iss": "https://other.example"}}, "isn’t valid"),
        ({"claims": {"nonce": "of another sign-in"}}, "isn’t valid"),
        ({"claims": {"exp": 1}}, "isn’t valid"),
        ({"claims": {"aud": ["portal", "other"], "azp": "other"}}, "isn’t valid"),
        ({"signing_key": rsa.generate_private_key(public_exponent=65537, key_size=2048)}, "isn’t valid"),
        ({"client_secret": "another"}, "answered with an error"),
        ({"email": "new@elsewhere.example"}, "in no domain"),
        ({"email": "new@sub.organisation.example"}, "in no domain"),
        ({"email": "new@organisation.example@elsewhere.example"}, "doesn’t say your e-mail"),
        ({"email": ""}, "doesn’t say your e-mail"),
        ({"email_verified": False}, "doesn’t vouch"),
        ({"email_verified": "true"}, "doesn’t vouch"),
    ],
)  # fmt: skip
def test_statements_that_let_nobody_in(
    client: Client,
    by_oidc: IdentityProvider,
    oidc: OidcProvider,
    change: dict[str, object],
    words: str,
) -> None:
    back = go(client, oidc, by_oidc)
    for name, value in change.items():
        setattr(oidc, name, value)
    refused(client, back, words)
    assert not Person.objects.filter(full_name="New Person").exists()


def test_an_answer_counts_once_and_in_its_own_browser(
    client: Client, by_oidc: IdentityProvider, oidc: OidcProvider
) -> None:
    back = go(client, oidc, by_oidc)
    refused(Client(), back, "Nothing was asked")
    assert client.get(back).status_code == 302
    client.logout()
    refused(client, back, "Nothing was asked")


def test_answers_of_another_issuer_are_not_mixed_up(
    client: Client, by_oidc: IdentityProvider, oidc: OidcProvider
) -> None:
    back = go(client, oidc, by_oidc)
    refused(client, back.replace("iss=http", "iss=https"), "another issuer")


def test_an_unconfirmed_address_is_not_joined(
    client: Client, by_oidc: IdentityProvider, oidc: OidcProvider
) -> None:
    squatter = Person.objects.create_user("new@organisation.example", "a good password")
    squatter.emailaddress_set.create(email=squatter.email, verified=False, primary=True)
    refused(client, go(client, oidc, by_oidc), "can’t be joined")
    squatter.emailaddress_set.update(verified=True)
    client.get(go(client, oidc, by_oidc))
    assert client.get(DESK).context["user"] == squatter


def test_operators_are_never_joined(
    client: Client, by_oidc: IdentityProvider, oidc: OidcProvider
) -> None:
    operator = Person.objects.create_user("new@organisation.example", None, is_staff=True)
    operator.emailaddress_set.create(email=operator.email, verified=True, primary=True)
    refused(client, go(client, oidc, by_oidc), "can’t be joined")


def test_closed_accounts_and_closed_doors(
    client: Client, by_oidc: IdentityProvider, oidc: OidcProvider
) -> None:
    client.get(go(client, oidc, by_oidc))
    Person.objects.filter(email=oidc.email).update(is_active=False)
    assert client.get(DESK).status_code == 302  # the open session is worth nothing either
    refused(client, go(client, oidc, by_oidc), "has been closed")
    back = go(client, oidc, by_oidc)
    IdentityProvider.objects.filter(pk=by_oidc.pk).update(state="off")
    refused(client, back, "switched off")
    assert client.get(f"/sign-in/{by_oidc.key}/").status_code == 404


def test_whoever_left_is_not_affiliated_again(
    client: Client, by_oidc: IdentityProvider, oidc: OidcProvider, admin: Person
) -> None:
    client.get(go(client, oidc, by_oidc))
    person = Person.objects.get(email=oidc.email)
    Affiliation.objects.filter(person=person).update(since=date(2026, 1, 1))
    actions.remove_person(
        viewer=viewer_of_person(admin), person=person, organisation=by_oidc.organisation, now=timezone.now()
    )  # fmt: skip
    client.get(go(client, oidc, by_oidc))
    assert not Affiliation.objects.of(person.pk).current(timezone.now().date()).exists()


def test_only_a_worked_test_opens_the_door(
    client: Client, by_oidc: IdentityProvider, oidc: OidcProvider, admin: Person
) -> None:
    IdentityProvider.objects.filter(pk=by_oidc.pk).update(state="draft", tested_at=None)
    page = f"/en/members/me/{by_oidc.organisation.slug}/sign-in/"
    assert client.get(f"/sign-in/{by_oidc.key}/?test=1").status_code == 404
    client.force_login(admin)
    client.post(f"{page}{by_oidc.key}/", {"enable": "1"})
    by_oidc.refresh_from_db()
    assert by_oidc.state == "draft"
    oidc.email = "tester@elsewhere.example"
    client.get(go(client, oidc, by_oidc, "?test=1"))
    by_oidc.refresh_from_db()
    assert by_oidc.state == "draft"
    oidc.email = "tester@organisation.example"
    assert client.get(go(client, oidc, by_oidc, "?test=1"))["Location"] == page
    client.post(f"{page}{by_oidc.key}/", {"enable": "1"})
    by_oidc.refresh_from_db()
    assert by_oidc.state == "enabled"
    assert not Person.objects.filter(email=oidc.email).exists()
    assert client.get(DESK).context["user"] == admin


def test_a_tested_provider_keeps_its_issuer(by_oidc: IdentityProvider) -> None:
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        IdentityProvider.objects.filter(pk=by_oidc.pk).update(issuer="https://evil.example")
    with pytest.raises(IntegrityError), transaction.atomic():
        IdentityProvider.objects.create(
            organisation=by_oidc.organisation, kind="oidc", issuer="https://x.example", client_id="c",
            made_by=by_oidc.made_by, state="enabled",
        )  # fmt: skip


def test_the_secret_is_sealed(by_oidc: IdentityProvider, oidc: OidcProvider) -> None:
    assert oidc.client_secret not in by_oidc.sealed_secret


def test_discovery_names_the_organisation_by_its_domain(
    client: Client, by_oidc: IdentityProvider
) -> None:
    page = client.post("/en/accounts/organisation/", {"email": "me@organisation.example"})
    assert f"/sign-in/{by_oidc.key}/" in page.content.decode()
    page = client.post("/en/accounts/organisation/", {"email": "me@elsewhere.example"})
    assert page.status_code == 422
    assert "No organisation signs in here" in page.content.decode()


def ask(client: Client, row: IdentityProvider, saml: SamlProvider) -> tuple[str, str]:
    answer = client.get(f"/sign-in/{row.key}/?next={DESK}")
    assert answer["Location"].startswith(saml.sso_url)
    return saml.request_in(answer["Location"])


def deliver(client: Client, row: IdentityProvider, response: str, relay: str) -> str:
    """Post a response as a browser does from another site: without session; return where it leads."""
    posted = Client().post(
        f"/sign-in/{row.key}/acs/", {"SAMLResponse": response, "RelayState": relay}
    )
    assert posted.status_code == 302
    return str(posted["Location"])


def places(row: IdentityProvider) -> dict[str, str]:
    base = f"{ORIGIN}/sign-in/{row.key}"
    return {"acs": f"{base}/acs/", "audience": f"{base}/metadata/"}


def test_saml_lets_in_and_affiliates(
    client: Client, by_saml: IdentityProvider, saml: SamlProvider
) -> None:
    request_id, relay = ask(client, by_saml, saml)
    response = saml.respond(**places(by_saml), request_id=request_id)
    answer = client.get(deliver(client, by_saml, response, relay))
    assert answer.status_code == 302, answer.content.decode()
    assert answer["Location"] == DESK
    assert client.get(DESK).context["user"].email == saml.email
    again = deliver(client, by_saml, response, relay)
    client.logout()
    refused(client, again, "Nothing was asked")


@pytest.mark.parametrize(
    "change",
    [
        {"audience": "https://other.example/metadata"},
        {"acs": "https://other.example/acs"},
        {"request_id": "ONELOGIN_of_another"},
        {"request_id": None},
        {"sign": False},
        {"minutes": -5},
        {"tamper": "boss@organisation.example"},
        {"name_format": "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"},
    ],
)
def test_saml_statements_that_let_nobody_in(
    client: Client, by_saml: IdentityProvider, saml: SamlProvider, change: dict[str, object]
) -> None:
    request_id, relay = ask(client, by_saml, saml)
    response = saml.respond(**{**places(by_saml), "request_id": request_id, **change})  # type: ignore[arg-type]
    answer = client.get(deliver(client, by_saml, response, relay))
    assert answer.status_code == 403
    assert client.get(DESK).status_code == 302
    assert not Person.objects.filter(email=saml.email).exists()


def test_saml_signed_by_another_key(
    client: Client, by_saml: IdentityProvider, saml: SamlProvider
) -> None:
    from tests.members.identity_providers import certificate

    request_id, relay = ask(client, by_saml, saml)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    thief = SamlProvider(key=key, cert=certificate(key))
    response = thief.respond(**places(by_saml), request_id=request_id)
    refused(client, deliver(client, by_saml, response, relay), "isn’t valid")


def test_saml_of_a_foreign_address(
    client: Client, by_saml: IdentityProvider, saml: SamlProvider
) -> None:
    saml.email = "me@elsewhere.example"
    request_id, relay = ask(client, by_saml, saml)
    response = saml.respond(**places(by_saml), request_id=request_id)
    refused(client, deliver(client, by_saml, response, relay), "in no domain")


def test_an_old_saml_response_answers_no_new_request(
    client: Client, by_saml: IdentityProvider, saml: SamlProvider
) -> None:
    request_id, relay = ask(client, by_saml, saml)
    response = saml.respond(**places(by_saml), request_id=request_id)
    assert client.get(deliver(client, by_saml, response, relay))["Location"] == DESK
    client.logout()
    _new_request, new_relay = ask(client, by_saml, saml)
    refused(client, deliver(client, by_saml, response, new_relay), "isn’t valid")


def test_saml_never_begins_at_the_provider(
    client: Client, by_saml: IdentityProvider, saml: SamlProvider
) -> None:
    response = saml.respond(**places(by_saml), request_id=None)
    refused(client, deliver(client, by_saml, response, "/en/members/me/"), "Nothing was asked")


@pytest.mark.parametrize(
    "junk", ["", "%%%", "PHg+", "PCFET0NUWVBFIGEgWzwhRU5USVRZIHggImgiPl0+PGE+Jng7PC9hPg=="]
)
def test_junk_is_refused_in_words(
    client: Client, by_saml: IdentityProvider, saml: SamlProvider, junk: str
) -> None:
    _request_id, relay = ask(client, by_saml, saml)
    refused(client, deliver(client, by_saml, junk, relay), "isn’t valid")


def test_own_metadata_name_the_door(client: Client, by_saml: IdentityProvider) -> None:
    answer = client.get(f"/sign-in/{by_saml.key}/metadata/")
    assert places(by_saml)["acs"] in answer.content.decode()
    assert 'WantAssertionsSigned="true"' in answer.content.decode()


def test_an_administrator_enrols_by_metadata(
    client: Client, admin: Person, cast: Cast, saml: SamlProvider
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    client.force_login(admin)
    page = f"/en/members/me/{cast.org_a.slug}/sign-in/"
    for raw, made in ((b"<not-metadata/>", 0), (saml.metadata(), 1)):
        file = SimpleUploadedFile("idp.xml", raw)
        client.post(page, {"kind": "saml", "metadata_file": file, "saml_role": "delegate"})
        assert IdentityProvider.objects.filter(kind="saml").count() == made
    row = IdentityProvider.objects.get()
    assert (row.issuer, row.sso_url, row.state) == (saml.entity_id, saml.sso_url, "draft")


def test_metadata_and_issuers_go_through_the_one_door(
    client: Client, admin: Person, cast: Cast
) -> None:
    client.force_login(admin)
    page = f"/en/members/me/{cast.org_a.slug}/sign-in/"
    url = "https://169.254.169.254/metadata"
    answer = client.post(page, {"kind": "saml", "metadata_url": url, "saml_role": "delegate"})
    assert "private network" in answer.content.decode()
    answer = client.post(
        page, {"kind": "oidc", "issuer": url, "client_id": "c", "role": "delegate"}
    )
    assert "private network" in answer.content.decode()
