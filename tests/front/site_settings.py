"""The portal's own settings with the test site's addresses."""

from tests.settings import *  # noqa: F403

ROOT_URLCONF = "tests.front.site_urls"
