"""Signing in: django-allauth with password, a code sent by e-mail or a passkey; a second factor where one decides."""

from alliance.settings import env
from alliance.settings.base import DATA_DIR, DEBUG, DEMO
from alliance.settings.security import SECURE_ORIGIN

AUTH_USER_MODEL = "members.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"  # by name: in the language of the page
LOGIN_REDIRECT_URL = "members:dashboard"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"

ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_ADAPTER = "members.adapter.AccountAdapter"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[AI Alliance] "
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_NOTIFICATIONS = True

# A second factor: a passkey, or an app's codes. Recovery codes are made with the first of them and shown once.
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_ADAPTER = "members.second_factor.MfaAdapter"
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE_ORIGIN  # http://localhost in tests and `make run`
MFA_TOTP_ISSUER = "AI Alliance"
MFA_RECOVERY_CODES_SHOW_ONCE = True
SECOND_FACTOR_REQUIRED = env.flag("SECOND_FACTOR_REQUIRED", True)  # for those who hold a duty

# Voting, closing, keys and roles ask for a sign-in that is not older than this many seconds.
STEP_UP_AGE = env.number("STEP_UP_AGE", 15 * 60)
ACCOUNT_REAUTHENTICATION_TIMEOUT = STEP_UP_AGE

# In the demonstration letters are kept as files and can be read at /en/accounts/mail/.
MAIL_DIR = DATA_DIR / "mail"
EMAIL_BACKEND = env.text(
    "EMAIL_BACKEND",
    "django.core.mail.backends.filebased.EmailBackend"
    if DEMO or DEBUG
    else "django.core.mail.backends.smtp.EmailBackend",
)
EMAIL_FILE_PATH = str(MAIL_DIR)
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.number("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "") if env.flag("EMAIL_AUTH") else ""
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "") if env.flag("EMAIL_AUTH") else ""
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS")
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "portal@portal.demo.example")
