"""The commands by which anyone checks a signature with OpenSSL 3, without this portal's word."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Step:
    """A comment and the commands below it."""

    comment: str
    commands: str


def openssl_recipe(*, envelope_url: str, key_url: str, digest: str) -> list[Step]:
    """Return the recipe for one envelope; the commands run as they stand in a POSIX shell with curl, jq, OpenSSL 3.

    What is signed is not the payload but its DSSE encoding: `DSSEv1`, the type and the payload, each with its length.
    """
    origin = settings.SITE_ORIGIN
    return [
        Step(
            _("the envelope, byte for byte, and the node's key; the envelope's name is its digest"),
            f"curl -so envelope.json {origin}{envelope_url}\n"
            f"curl -so node.pem {origin}{key_url}\n"
            f'echo "{digest}  envelope.json" | sha256sum -c',
        ),
        Step(
            _("what was signed: the DSSE encoding of the payload"),
            "jq -r .payload envelope.json | base64 -d > payload\n"
            "(printf 'DSSEv1 28 application/vnd.in-toto+json %d ' $(wc -c < payload); cat payload) > pae",
        ),
        Step(
            _("the signature"),
            "jq -r '.signatures[0].sig' envelope.json | base64 -d > sig",
        ),
        Step(
            _("the node's own key decides"),
            "openssl pkeyutl -verify -pubin -inkey node.pem -rawin -in pae -sigfile sig",
        ),
    ]
