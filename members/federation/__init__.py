"""Sign in with one's organisation: OpenID Connect and SAML 2.0, of which only verified statements come out.

`oidc` and `saml` turn what an identity provider sends into an `Assertion` or refuse it; `pending` keeps what was asked
until the answer comes. Who an assertion is, and what it may do, is decided in `members.actions.federation`.
"""

from members.federation.assertion import Assertion

__all__ = ["Assertion"]
