"""An administrator's key and webhook in a real browser, used against the running portal, and their end."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import subprocess
import sys
import time
from collections.abc import Callable
from urllib.error import HTTPError
from urllib.request import Request as Call
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect
from pytest_httpserver import HTTPServer
from werkzeug import Request

from tests.journey.conftest import Portal, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("journey")]
PATIENCE = 60.0
STALE = 300


def test_a_key_made_in_the_browser_works_and_ends_with_the_next_request(
    page: Page, portal: Portal
) -> None:
    sign_in(page, "admin-a@demo.example", "Demo Organisation A")
    page.get_by_role("link", name="Make a key").click()
    page.get_by_label("Name", exact=True).fill("CI of our node")
    page.get_by_role("button", name="Make the key").click()
    token = page.locator("pre code").inner_text().strip()
    page.get_by_role("link", name="I have copied it").click()

    status, said, _challenge = ask(portal, token)
    assert status == 200
    assert said == {"person": None, "organisations": ["demo-a"], "scopes": ["read"]}

    page.get_by_role("button", name="Revoke CI of our node").click()
    expect(page.get_by_text("The key “CI of our node” no longer works.")).to_be_visible()
    status, said, challenge = ask(portal, token)
    assert status == 401
    assert "revoked" in said["title"]
    assert challenge == 'Bearer realm="portal", error="invalid_token"'


def test_a_webhook_made_in_the_browser_is_told_signed_and_then_no_more(
    page: Page, portal: Portal, receiver: HTTPServer
) -> None:
    sign_in(page, "admin-a@demo.example", "Demo Organisation A")
    page.goto("/en/members/me/webhooks/new/")
    page.get_by_label("Address").fill(receiver.url_for("/hook"))
    page.get_by_label("A result was accepted").check()
    page.get_by_role("button", name="Make the webhook").click()
    secret = page.locator("pre code").inner_text().strip()
    page.get_by_role("link", name="I have copied it").click()

    page.get_by_role("button", name="Send a test").click()
    test = told(receiver, 1)[0]
    assert check_signature(test, secret)["type"] == "webhook.test"
    measure(portal)
    *_tests, real = told(receiver, 2)
    assert check_signature(real, secret)["type"] == "result.accepted"
    page.reload()
    expect(page.locator("main")).to_contain_text("Delivered")

    page.get_by_role("button", name="Remove it now").click()
    expect(page.get_by_text("gets no events any more")).to_be_visible()
    before = len(receiver.log)
    accepted = results(portal)
    measure(portal)
    wait_until(lambda: results(portal) > accepted, "the node’s result was not accepted")
    time.sleep(2)  # a second to bite, and one to be sure
    assert len(receiver.log) == before


def ask(portal: Portal, token: str) -> tuple[int, dict, str]:
    """Ask who a token is: status, answer, challenge."""
    call = Call(f"{portal.url}/api/v1/me/", headers={"Authorization": f"Bearer {token}"})
    try:
        with urlopen(call, timeout=30) as answer:
            return answer.status, json.load(answer), ""
    except HTTPError as refusal:
        return refusal.code, json.load(refusal), refusal.headers["WWW-Authenticate"]


def told(receiver: HTTPServer, least: int) -> list[Request]:
    """Wait until so many requests arrived and return them."""
    wait_until(lambda: len(receiver.log) >= least, f"fewer than {least} requests arrived")
    return [request for request, _answer in receiver.log]


def check_signature(request: Request, secret: str) -> dict:
    """Do what Standard Webhooks asks of a receiver: check time and signature, then read."""
    sent_at = int(request.headers["webhook-timestamp"])
    assert abs(time.time() - sent_at) < STALE
    body = request.get_data()
    said = f"{request.headers['webhook-id']}.{sent_at}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = "v1," + base64.b64encode(hmac.digest(key, said, hashlib.sha256)).decode()
    assert wanted in request.headers["webhook-signature"].split(" ")
    return json.loads(body)


def measure(portal: Portal) -> None:
    """Let one demonstration node measure once more, and wake the portal."""
    command = [sys.executable, "-m", "alliance_node", "run", "language-id"]
    node = ["--dir", str(portal.data / "nodes" / "node-a"), "--systems", "pycld2"]
    wake = ["--wake", f"{portal.url}/api/v1/nodes/node-a/wake"]
    subprocess.run([*command, *node, *wake], check=True, capture_output=True)


def results(portal: Portal) -> int:
    """Return the number of the newest snapshot of the board, which each accepted result moves."""
    return int(portal.json("/api/v1/boards/language-id/")["number"])


def wait_until(holds: Callable[[], bool], complaint: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if holds():
            return
        time.sleep(0.2)
    pytest.fail(complaint)
