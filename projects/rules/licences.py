"""SPDX licence expressions: checked, and written in their one canonical form."""

from __future__ import annotations

from functools import lru_cache

from license_expression import ExpressionError, ExpressionParseError, Licensing, get_spdx_licensing

LONGEST = 300


class BadLicence(ValueError):
    """The text is no SPDX expression. `unknown` holds the identifiers that the SPDX list does not have."""

    def __init__(self, unknown: tuple[str, ...] = ()) -> None:
        super().__init__(", ".join(unknown))
        self.unknown = unknown


@lru_cache(maxsize=1)
def _spdx() -> Licensing:
    return get_spdx_licensing()


def canonical(text: str) -> str:
    """Return the expression as SPDX writes it: `apache-2.0 or mit` → `Apache-2.0 OR MIT`."""
    if not text.strip() or len(text) > LONGEST:
        raise BadLicence
    try:
        parsed = _spdx().parse(text, validate=False, strict=False)
        unknown = _spdx().unknown_license_keys(parsed)
    except (ExpressionError, ExpressionParseError, RecursionError):
        raise BadLicence from None
    if unknown or parsed is None:
        raise BadLicence(tuple(unknown))
    return str(parsed.render("{symbol.key}"))
