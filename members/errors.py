"""Refusals of this room."""

from alliance.problems import DomainError


class FactsError(DomainError):
    """A file of facts can't be used; the message names each line and column."""

    code = "facts-unusable"
    status = 422


class KeyRefused(DomainError):
    """An API key can't be made or revoked so."""

    code = "key-refused"
    status = 403


class RoleRefused(DomainError):
    """A role can't be given or ended so."""

    code = "role-refused"


class AdministrationRefused(DomainError):
    """Through the API, this isn’t done so: by a machine, or without the scope."""

    code = "administration-refused"
    status = 403


class SignInAgain(DomainError):
    """The session has not proved lately who it is; `params["sign_in"]` is the page where it can."""

    code = "sign-in-again"
    status = 403


class PeopleAct(DomainError):
    """A key or token tried what people alone do."""

    code = "people-only"
    status = 403


class FederationRefused(DomainError):
    """An organisation's sign-in was refused; `params["detail"]` is technical, for logs and administrators."""

    code = "federation-refused"
    status = 403


class IdentityProviderRefused(DomainError):
    """An identity provider can't be set up so."""

    code = "identity-provider-refused"


class DomainRefused(DomainError):
    """A domain can't be claimed or proven so."""

    code = "domain-refused"


class InvitationRefused(DomainError):
    """An invitation can't be made or accepted so."""

    code = "invitation-refused"


class ApplicationRefused(DomainError):
    """An application for membership can't be made or moved so."""

    code = "application-refused"


class LogoRefused(DomainError):
    """A picture can't be used as a logo."""

    code = "logo-refused"


class WebhookRefused(DomainError):
    """A webhook can't be made or changed so."""

    code = "webhook-refused"
    status = 403
