"""In a real browser: sign in through one's organisation, be asked for a passkey as an officer, vote."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, Route, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from alliance import doorbell
from governance.bodies import seat_holder
from governance.models import Office, Vote
from members.models import Affiliation, Domain, IdentityProvider, Organisation, Person
from members.sealing import seal
from tests.browser import running
from tests.factories.governance import Chamber, make_chamber
from tests.members.allauth_provider import AllauthProvider
from tests.members.identity_providers import SamlProvider

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("journey"),
]
SINCE = date(2026, 1, 1)
expect.set_options(timeout=60_000)


@pytest.fixture(autouse=True)
def _silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ring no doorbell."""
    monkeypatch.setattr(doorbell, "ring", lambda *args: None)


@pytest.fixture
def site(live_server: LiveServer, settings: Settings) -> str:
    """The portal on localhost, the one plain host that may have passkeys."""
    url = live_server.url.replace("127.0.0.1", "localhost")
    settings.SITE_ORIGIN = url
    settings.SECOND_FACTOR_REQUIRED = True
    return url


@pytest.fixture
def context(chromium: str, site: str) -> Iterator[BrowserContext]:
    """A fresh browser; whatever the strict policy refuses, or breaks, fails the test."""
    with running(chromium) as browser:
        context = browser.new_context(base_url=site, locale="en-GB")
        context.set_default_timeout(60_000)
        complaints: list[str] = []
        context.on(
            "console",
            lambda message: complaints.append(message.text) if message.type == "error" else None,
        )
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        yield context
    assert not complaints


@pytest.fixture
def page(context: BrowserContext) -> Page:
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
                "isUserVerified": True, "automaticPresenceSimulation": True,
            }
        },
    )  # fmt: skip
    return page


@pytest.fixture
def chamber() -> Chamber:
    return make_chamber(3)


@pytest.fixture
def organisation() -> Organisation:
    """A member that has proven its domain."""
    found = Organisation.objects.create(
        slug="lab", name="The Laboratory", short_name="Laboratory", kind="research"
    )
    admin = Person.objects.create_user("admin@organisation.example", None)
    Affiliation.objects.create(person=admin, organisation=found, role="administrator", since=SINCE)
    Domain.objects.create(
        organisation=found, name="organisation.example", token="t", state="proven", method="dns", claimed_by=admin,
        proven_at=timezone.now(),
    )  # fmt: skip
    return found


def enrol(organisation: Organisation, **how: str) -> IdentityProvider:
    return IdentityProvider.objects.create(
        organisation=organisation, made_by=Person.objects.get(email="admin@organisation.example"),
        state="enabled", tested_at=timezone.now(), role="representative", **how,
    )  # fmt: skip


def sign_in_through(page: Page, email: str) -> None:
    page.goto("/en/accounts/login/")
    page.get_by_role("link", name="Sign in with your organisation").click()
    page.get_by_label("Your address at your organisation").fill(email)
    page.get_by_role("button", name="Find my organisation").click()
    page.get_by_role("link", name="Continue to Laboratory").click()


def seat(chamber: Chamber, person: Person, organisation: Organisation) -> Vote:
    seat_holder(body=chamber.body, number=4, organisation=organisation, person=person, since=SINCE)
    return chamber.call()


def vote_for(page: Page, vote: Vote) -> None:
    page.goto(f"/en/governance/votes/{vote.pk}/ballot/")
    page.locator('input[name="position"][value="for"]').check()
    page.get_by_role("button", name="Cast this vote").click()
    expect(page.get_by_role("heading", name="Receipt")).to_be_visible()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_by_openid_connect_then_a_passkey_then_a_vote(
    page: Page, site: str, settings: Settings, organisation: Organisation, chamber: Chamber
) -> None:
    provider = AllauthProvider(free_port())
    settings.OUTBOUND_ALLOWED_HOSTS = [provider.host]
    row = enrol(
        organisation, kind="oidc", issuer=provider.issuer, client_id=provider.client_id,
        sealed_secret=seal(provider.client_secret, "identity-provider"),
    )  # fmt: skip
    try:
        provider.start(redirect_uri=f"{site}/sign-in/{row.key}/callback/")
        sign_in_through(page, provider.email)
        provider.sign_in(page)
        expect(page.get_by_role("heading", name="New Person")).to_be_visible()
        expect(page.locator("main")).to_contain_text("Laboratory · Representative")

        person = Person.objects.get(email=provider.email)
        vote = seat(chamber, person, organisation)
        Office.objects.create(
            body=chamber.body, person=person, role="secretary", since=timezone.now().date()
        )
        page.goto(f"/en/governance/votes/{vote.pk}/ballot/")
        expect(page.get_by_text("Your duties ask for a second factor")).to_be_visible()
        page.get_by_role("link", name="Add a passkey").click()
        page.get_by_label("Let it sign me in alone").check()
        page.get_by_role("button", name="Add it").click()
        expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
        expect(page.locator(".codes li")).to_have_count(10)
        vote_for(page, vote)

        page.goto("/en/accounts/logout/")
        page.locator("main").get_by_role("button", name="Sign out").click()
        sign_in_through(page, provider.email)
        page.get_by_role("button", name="Use the passkey").click()
        expect(page.get_by_role("heading", name="New Person")).to_be_visible()

        page.goto("/en/accounts/logout/")
        page.locator("main").get_by_role("button", name="Sign out").click()
        page.goto("/en/accounts/login/")
        page.get_by_role("button", name="Use a passkey").click()
        expect(page.get_by_role("heading", name="New Person")).to_be_visible()

        settings.STEP_UP_AGE = settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
        page.goto(f"/en/governance/votes/{vote.pk}/ballot/")
        page.locator('input[name="position"][value="against"]').check()
        page.get_by_role("button", name="Cast this vote").click()
        expect(page.get_by_role("heading", name="Is it still you?")).to_be_visible()
        settings.STEP_UP_AGE = settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
        by_passkey = page.locator('main a[href*="webauthn/reauthenticate"]')
        if by_passkey.count():  # a recovery code is asked for first; the passkey is the other way
            by_passkey.first.click()
        page.get_by_role("button", name="Use the passkey").click()
        expect(page.get_by_role("heading", name="Receipt")).to_be_visible()
        expect(page.locator("main")).to_contain_text(re.compile("against", re.IGNORECASE))
    finally:
        provider.stop()


def test_by_saml_then_a_vote(
    page: Page, site: str, organisation: Organisation, chamber: Chamber
) -> None:
    saml = SamlProvider()
    row = enrol(
        organisation, kind="saml", issuer=saml.entity_id, sso_url=saml.sso_url,
        certificates="".join(saml.cert.split("\n")[1:-2]),
    )  # fmt: skip
    base = f"{site}/sign-in/{row.key}"

    def answer(route: Route) -> None:
        """Be the organisation's sign-in page: post the signed answer from another site."""
        request_id, relay = saml.request_in(route.request.url)
        response = saml.respond(
            acs=f"{base}/acs/", audience=f"{base}/metadata/", request_id=request_id
        )
        form = (
            f'<form method="post" action="{base}/acs/"><input name="SAMLResponse" value="{response}">'
            f'<input name="RelayState" value="{relay}"></form><script>document.forms[0].submit()</script>'
        )
        route.fulfill(content_type="text/html", body=form)

    page.route(f"{saml.sso_url}**", answer)
    sign_in_through(page, saml.email)
    expect(page.locator("main")).to_contain_text("Laboratory · Representative")
    person = Person.objects.get(email=saml.email)
    vote_for(page, seat(chamber, person, organisation))
