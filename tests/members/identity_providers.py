"""Identity providers on loopback, made to misbehave: OpenID Connect by HTTP, SAML by signed documents.

The happy path by OpenID Connect is walked with a provider that members really run: `allauth_provider.py`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
import uuid
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from onelogin.saml2.utils import OneLogin_Saml2_Utils

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(key: rsa.RSAPrivateKey) -> str:
    """Return a private key as text."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


@dataclass
class OidcProvider:
    """An OpenID Connect provider that signs in one `subject` without asking; tests change what it says."""

    client_id: str = "portal"
    client_secret: str = "a secret of the client"
    subject: str = "subject-1"
    email: str = "new@organisation.example"
    email_verified: Any = True
    name: str = "New Person"
    claims: dict[str, Any] = field(default_factory=dict)
    signing_key: rsa.RSAPrivateKey = KEY
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)

    def start(self) -> None:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_args: Any) -> None:
                pass

            def do_GET(self) -> None:
                provider.get(self)

            def do_POST(self) -> None:
                provider.post(self)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server.server_port}"

    @property
    def issuer(self) -> str:
        return f"http://{self.host}"

    def get(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        self.seen.append(parts.path)
        if parts.path == "/.well-known/openid-configuration":
            self.reply(handler, self.description())
        elif parts.path == "/jwks":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
            self.reply(handler, {"keys": [public | {"kid": "1", "alg": "RS256", "use": "sig"}]})
        elif parts.path == "/authorize":
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            handler.send_response(302)
            handler.send_header("Location", self.authorize(asked))
            handler.end_headers()
        else:
            self.reply(handler, {"error": "not found"}, 404)

    def description(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        }  # fmt: skip

    def authorize(self, asked: dict[str, str]) -> str:
        """Sign the subject in and return where the browser goes."""
        assert asked["client_id"] == self.client_id
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        back = {"code": code, "state": asked["state"], "iss": self.issuer}
        return f"{asked['redirect_uri']}?{urlencode(back)}"

    def post(self, handler: BaseHTTPRequestHandler) -> None:
        raw = handler.rfile.read(int(handler.headers["content-length"])).decode()
        form = {name: values[0] for name, values in parse_qs(raw).items()}
        self.seen.append("/token")
        asked = self.codes.pop(form.get("code", ""), None)
        pair = f"{self.client_id}:{self.client_secret.replace(' ', '%20')}"
        basic = "Basic " + base64.b64encode(pair.encode()).decode()
        challenge = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        expected = base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()
        if (
            asked is None
            or handler.headers["authorization"] != basic
            or asked["code_challenge"] != expected
            or asked["redirect_uri"] != form.get("redirect_uri")
        ):
            self.reply(handler, {"error": "invalid_grant"}, 400)
            return
        token = self.id_token(asked["nonce"])
        self.reply(handler, {"access_token": "x", "token_type": "Bearer", "id_token": token})

    def id_token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": self.client_id, "sub": self.subject, "iat": now, "exp": now + 300,
            "nonce": nonce, "email": self.email, "email_verified": self.email_verified, "name": self.name,
        } | self.claims  # fmt: skip
        return jwt.encode(claims, self.signing_key, algorithm="RS256", headers={"kid": "1"})

    @staticmethod
    def reply(handler: BaseHTTPRequestHandler, body: dict[str, Any], status: int = 200) -> None:
        raw = json.dumps(body).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(raw)))
        handler.end_headers()
        handler.wfile.write(raw)


def certificate(key: rsa.RSAPrivateKey) -> str:
    """Return a certificate a key made for itself."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp.organisation.example")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(
        name, name, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=1)
    )  # fmt: skip
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


@dataclass
class SamlProvider:
    """A SAML identity provider as a pair of key and certificate; it answers requests with documents."""

    entity_id: str = "https://idp.organisation.example/metadata"
    sso_url: str = "https://idp.organisation.example/sso"
    subject: str = "saml-subject-1"
    email: str = "saml@organisation.example"
    key: rsa.RSAPrivateKey = KEY
    cert: str = field(default_factory=lambda: certificate(KEY))

    def metadata(self) -> bytes:
        bare = "".join(self.cert.split("\n")[1:-2])
        return f"""<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{self.entity_id}">
<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>
<ds:X509Certificate>{bare}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{self.sso_url}"/>
</md:IDPSSODescriptor></md:EntityDescriptor>""".encode()

    @staticmethod
    def request_in(url: str) -> tuple[str, str]:
        """Return the identifier of the request in an address, and its relay state."""
        query = parse_qs(urlsplit(url).query)
        xml = zlib.decompress(base64.b64decode(query["SAMLRequest"][0]), -15).decode()
        return xml.split('ID="')[1].split('"')[0], query["RelayState"][0]

    def respond(
        self, *, acs: str, audience: str, request_id: str | None, sign: bool = True, minutes: int = 5,
        name_format: str = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent", tamper: str = "",
    ) -> str:  # fmt: skip
        """Return a response with one assertion, in base64."""
        now = datetime.now(UTC)
        at = now.strftime("%Y-%m-%dT%H:%M:%SZ")
        early = (now - timedelta(minutes=10)).strftime("%Y-%m-%dT%H:%M:%SZ")
        late = (now + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")
        answers = f' InResponseTo="{request_id}"' if request_id else ""
        assertion = f"""<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_{uuid.uuid4().hex}" Version="2.0" IssueInstant="{at}"><saml:Issuer>{self.entity_id}</saml:Issuer><saml:Subject><saml:NameID Format="{name_format}">{self.subject}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="{late}" Recipient="{acs}"{answers}/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="{early}" NotOnOrAfter="{late}"><saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="{at}" SessionIndex="_s"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement><saml:Attribute Name="urn:oid:0.9.2342.19200300.100.1.3"><saml:AttributeValue>{self.email}</saml:AttributeValue></saml:Attribute></saml:AttributeStatement></saml:Assertion>"""  # noqa: E501 - whitespace would be signed
        if sign:
            assertion = OneLogin_Saml2_Utils.add_sign(assertion, pem(self.key), self.cert).decode()
        if tamper:
            assertion = assertion.replace(self.email, tamper)
        return base64.b64encode(
            f"""<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_{uuid.uuid4().hex}" Version="2.0" IssueInstant="{at}" Destination="{acs}"{answers}><saml:Issuer>{self.entity_id}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>{assertion}</samlp:Response>""".encode()  # noqa: E501
        ).decode()
