"""Tell a portal that there is something to fetch. It carries nothing and is owed no answer."""

import urllib.error
import urllib.request
from typing import Final

TIMEOUT_SECONDS: Final = 3


def wake(url: str) -> str | None:
    """POST an empty body; return what went wrong, if anything did."""
    if not url.startswith(("http://", "https://")):
        return f"not an http address: {url}"
    request = urllib.request.Request(url, data=b"", method="POST")  # noqa: S310 - checked above
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=TIMEOUT_SECONDS):
            return None
    except (OSError, ValueError, urllib.error.URLError) as error:
        if isinstance(error, urllib.error.HTTPError):
            error.close()
        return str(error)
