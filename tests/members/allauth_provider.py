"""A real OpenID Connect provider on loopback: allauth's own `idp.oidc`, in a process of its own.

What a hostile provider might say is played by `identity_providers.OidcProvider`; this one is what members really run.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen
from wsgiref.simple_server import WSGIRequestHandler, make_server

from playwright.sync_api import Page

ROOT = Path(__file__).parent.parent.parent
START_SECONDS = 120
PASSWORD = "a password at the organisation"
NAME = "New Person"


@dataclass
class AllauthProvider:
    """The provider's process, with one person and one client."""

    port: int
    email: str = "new@organisation.example"
    client_id: str = "portal"
    client_secret: str = "a secret of the client"
    _folder: tempfile.TemporaryDirectory[str] = field(default_factory=tempfile.TemporaryDirectory)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def issuer(self) -> str:
        return f"http://{self.host}"

    def start(self, *, redirect_uri: str) -> None:
        """Begin to serve a client that comes back to one address."""
        said = [str(self.port), self._folder.name, self.email, self.client_id, self.client_secret]
        command = [sys.executable, "-m", __name__, *said, redirect_uri]
        self._process = subprocess.Popen(command, cwd=ROOT)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                with urlopen(f"{self.issuer}/.well-known/openid-configuration", timeout=5):
                    return
            except OSError:
                time.sleep(0.2)
        raise AssertionError("the identity provider did not start")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
        self._folder.cleanup()

    def sign_in(self, page: Page) -> None:
        """Do what a person does there."""
        page.get_by_label("Email", exact=False).fill(self.email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign In").click()


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_args: object) -> None:
        pass


def serve(
    port: str, folder: str, email: str, client_id: str, client_secret: str, redirect_uri: str
) -> None:
    """Make a small Django site that is an identity provider, and serve it until the end."""
    import django
    from django.conf import settings
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application
    from django.http import HttpResponse
    from django.urls import include, path

    from tests.members.identity_providers import KEY, pem

    middleware = "django.contrib.{}.middleware.{}Middleware"
    settings.configure(
        SECRET_KEY="p" * 50, ALLOWED_HOSTS=["127.0.0.1"], USE_TZ=True,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{folder}/db"}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        INSTALLED_APPS=[
            "django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions",
            "django.contrib.messages", "allauth", "allauth.account", "allauth.idp.oidc",
        ],
        MIDDLEWARE=[
            middleware.format("sessions", "Session"), "django.middleware.csrf.CsrfViewMiddleware",
            middleware.format("auth", "Authentication"), middleware.format("messages", "Message"),
            "allauth.account.middleware.AccountMiddleware",
        ],
        TEMPLATES=[{
            "BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
            "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
        }],
        AUTHENTICATION_BACKENDS=["allauth.account.auth_backends.AuthenticationBackend"],
        ACCOUNT_LOGIN_METHODS={"email"}, ACCOUNT_SIGNUP_FIELDS=["email*", "password1*"],
        ACCOUNT_EMAIL_VERIFICATION="none", IDP_OIDC_PRIVATE_KEY=pem(KEY),
    )  # fmt: skip
    django.setup()
    settings.ROOT_URLCONF = (
        path("favicon.ico", lambda request: HttpResponse(status=204)),
        path("accounts/", include("allauth.urls")),
        path("", include("allauth.idp.urls")),
    )
    call_command("migrate", verbosity=0)
    _fill(email, client_id, client_secret, redirect_uri)
    with make_server(
        "127.0.0.1", int(port), get_wsgi_application(), handler_class=_Quiet
    ) as server:
        server.serve_forever()


def _fill(email: str, client_id: str, client_secret: str, redirect_uri: str) -> None:
    from allauth.account.models import EmailAddress
    from allauth.idp.oidc.models import Client
    from django.contrib.auth.models import User

    first, last = NAME.split()
    person = User.objects.create_user("new", email, PASSWORD, first_name=first, last_name=last)
    EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
    client = Client(id=client_id, name="The portal", skip_consent=True)
    client.set_redirect_uris([redirect_uri])
    client.set_scopes(["openid", "email", "profile"])
    client.set_grant_types([Client.GrantType.AUTHORIZATION_CODE])
    client.set_response_types(["code"])
    client.set_secret(client_secret)
    client.save()


if __name__ == "__main__":
    serve(*sys.argv[1:])
